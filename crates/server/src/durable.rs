//! Files that are there whole, or not at all, whenever the power goes.

use rustix::process::geteuid;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A file that its owner alone may read. It is written beside its place and takes it when it is whole; whatever has the place
/// by then stays there.
#[derive(Debug)]
pub(crate) struct NewFile {
    place: PathBuf,
    draft: PathBuf,
    written: File,
}

impl NewFile {
    /// Begins it; a draft that was left when somebody was stopped is begun anew.
    pub(crate) fn begin(place: &Path) -> io::Result<Self> {
        if place.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let draft = place.with_added_extension("new");
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true).mode(0o600);
        let written = options.open(&draft)?;
        Self::of(place, draft, written)
    }

    /// Begins it in a draft that is open.
    fn of(place: &Path, draft: PathBuf, written: File) -> io::Result<Self> {
        // Of two who write the same file at once, the second is told.
        written.try_lock()?;
        // Whoever held it until now may have finished: then what is open here is the file itself, under its other name.
        if !is_named(&written, &draft)? || place.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        // In a folder that others may write, somebody may have put it there to have what will be in it.
        if written.metadata()?.uid() != geteuid().as_raw() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        written.set_permissions(Permissions::from_mode(0o600))?;
        written.set_len(0)?;
        Ok(Self {
            place: place.to_owned(),
            draft,
            written,
        })
    }

    /// Gives it its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.written.sync_all()?;
        // Unlike a new name, a link is refused where there is a file.
        std::fs::hard_link(&self.draft, &self.place)?;
        sync_folder_of(&self.place)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.draft));
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.written.flush()
    }
}

/// Writes a file that its owner alone may read, where there was none.
pub(crate) fn make_secret(place: &Path, text: &str) -> io::Result<()> {
    let mut secret = NewFile::begin(place)?;
    secret.write_all(text.as_bytes())?;
    secret.finish()
}

/// Writes a file in place of what it held: whoever reads it at any moment finds the one text or the other, whole.
///
/// Nobody else may write the same file meanwhile.
pub(crate) fn replace(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_added_extension("new");
    let mut written = File::create(&new)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    take_place(&new, file)
}

/// Gives a file that is whole the name of another, which is gone then.
pub(crate) fn take_place(new: &Path, file: &Path) -> io::Result<()> {
    std::fs::rename(new, file)?;
    sync_folder_of(file)
}

/// Makes a folder, with those in which it lies, that its owner alone may look into, whatever else the program lets others do. Where one
/// is there, the names of those around it outlast a loss of power.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let create = || DirBuilder::new().mode(0o700).create(folder);
    let made = match (create(), folder.parent()) {
        (Err(error), Some(around))
            if error.kind() == io::ErrorKind::NotFound && !around.is_dir() =>
        {
            make_folder(around)?;
            create()
        }
        (outcome, _) => outcome,
    };
    match made {
        Ok(()) => sync_folder_of(folder),
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether an open file is the one that has this name.
pub(crate) fn is_named(open: &File, name: &Path) -> io::Result<bool> {
    let (own, there) = (open.metadata()?, name.symlink_metadata());
    Ok(there.is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino())))
}

/// The name of a file must outlast a loss of power too.
fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_with_those_around_it_and_where_none_can_be_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b/c");
        make_folder(&inner).unwrap();
        make_folder(&inner).unwrap();
        let mode = std::fs::metadata(folder.path().join("a")).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);
        // The kernel says that there is no such folder, and the one around it is there.
        let error = make_folder(Path::new("/proc/evidence")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(make_folder(&file.join("below")).is_err());
    }

    #[test]
    fn whoever_comes_late_to_a_draft_leaves_the_file_alone_that_it_has_become() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("key");
        let mut first = NewFile::begin(&place).unwrap();
        let second = OpenOptions::new().write(true).open(&first.draft).unwrap();
        let draft = first.draft.clone();
        assert!(NewFile::begin(&place).is_err(), "it is being written");
        first.write_all(b"first").unwrap();
        first.finish().unwrap();
        let late = NewFile::of(&place, draft.clone(), second).map(drop);
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&place).unwrap(), b"first");
        // One that was left lying about is begun anew.
        let other = folder.path().join("other");
        std::fs::write(other.with_added_extension("new"), "half of").unwrap();
        make_secret(&other, "whole").unwrap();
        assert_eq!(std::fs::read(&other).unwrap(), b"whole");
    }
}
