//! A disk whose power is cut. Whatever was flushed is there afterwards; of everything else chance leaves what it likes: the bytes of
//! a file block by block, the names in a folder one by one, as a real disk may, whose writes reach it in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::linux::fs::MetadataExt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;
use tempfile::TempDir;

/// What is written at once, and may be there or not.
const BLOCK: usize = 4096;

/// A folder on such a disk.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    flushed: TempDir,
}

impl Disk {
    /// This folder, with all that is in it flushed.
    pub(crate) fn of(folder: &Path) -> Self {
        let disk = Self {
            folder: folder.canonicalize().unwrap(),
            flushed: tempfile::tempdir().unwrap(),
        };
        disk.flush();
        disk
    }

    /// What a program is told by its environment that it writes to this disk.
    pub(crate) fn variables(&self) -> [(&str, &str); 3] {
        [
            ("LD_PRELOAD", SHIM.to_str().unwrap()),
            ("POWER_DISK", self.folder.to_str().unwrap()),
            ("POWER_FLUSHED", self.flushed.path().to_str().unwrap()),
        ]
    }

    /// Flushes all that is there, as who waits for long enough.
    pub(crate) fn flush(&self) {
        for kind in ["files", "folders"] {
            let kept = self.flushed.path().join(kind);
            drop(fs::remove_dir_all(&kept));
            fs::create_dir(&kept).unwrap();
        }
        self.keep(&self.folder);
    }

    fn keep(&self, path: &Path) {
        let id = id(path);
        if path.is_dir() {
            let names = names(path);
            let mut lines = Vec::new();
            for (name, id) in &names {
                self.keep(&path.join(name));
                lines.extend_from_slice(format!("{id}\t").as_bytes());
                lines.extend_from_slice(name.as_bytes());
                lines.push(b'\n');
            }
            fs::write(self.flushed.path().join("folders").join(id), lines).unwrap();
        } else {
            fs::copy(path, self.flushed.path().join("files").join(id)).unwrap();
        }
    }

    /// Cuts the power, once nobody writes any more, and gives the disk back as it is afterwards.
    pub(crate) fn cut(&self, chance: &mut fastrand::Rng) {
        let mut live = BTreeMap::new();
        find(&self.folder, &mut live);
        let after = tempfile::tempdir_in(self.folder.parent().unwrap()).unwrap();
        // From "nothing that was not flushed" to "nearly all of it".
        let odds = chance.u8(..4);
        let mut cut = Cut {
            disk: self,
            live,
            chance,
            odds,
        };
        cut.folder(&id(&self.folder), after.path());
        for (name, _) in names(&self.folder) {
            let path = self.folder.join(name);
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            } else {
                fs::remove_file(path).unwrap();
            }
        }
        for (name, _) in names(after.path()) {
            fs::rename(after.path().join(&name), self.folder.join(&name)).unwrap();
        }
        self.flush();
    }

    fn names_flushed(&self, folder: &str) -> BTreeMap<OsString, String> {
        let lines = fs::read(self.flushed.path().join("folders").join(folder)).unwrap_or_default();
        lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                let tab = line.iter().position(|byte| *byte == b'\t').unwrap();
                let id = String::from_utf8(line[..tab].to_vec()).unwrap();
                (OsString::from_vec(line[tab + 1..].to_vec()), id)
            })
            .collect()
    }
}

/// The disk when the power is cut.
struct Cut<'a> {
    disk: &'a Disk,
    /// Where what is there lies, by its ID.
    live: BTreeMap<String, PathBuf>,
    chance: &'a mut fastrand::Rng,
    /// Of four things that were not flushed, so many are there.
    odds: u8,
}

impl Cut<'_> {
    fn reached_the_disk(&mut self) -> bool {
        self.chance.u8(..4) < self.odds
    }

    fn folder(&mut self, id: &str, to: &Path) {
        let flushed = self.disk.names_flushed(id);
        let live = self
            .live
            .get(id)
            .map(|path| names(path))
            .unwrap_or_default();
        let all: BTreeSet<&OsString> = flushed.keys().chain(live.keys()).collect();
        for name in all {
            let (was, is) = (flushed.get(name), live.get(name));
            let entry = if was != is && self.reached_the_disk() {
                is
            } else {
                was
            };
            let Some(entry) = entry else { continue };
            let to = to.join(name);
            let is_folder = match self.live.get(entry) {
                Some(path) => path.is_dir(),
                None => self
                    .disk
                    .flushed
                    .path()
                    .join("folders")
                    .join(entry)
                    .exists(),
            };
            if is_folder {
                fs::create_dir(&to).unwrap();
                self.folder(entry, &to);
            } else {
                fs::write(&to, self.bytes(entry)).unwrap();
            }
            if let Some(path) = self.live.get(entry) {
                let mode = fs::metadata(path).unwrap().permissions().mode();
                fs::set_permissions(&to, fs::Permissions::from_mode(mode)).unwrap();
            }
        }
    }

    fn bytes(&mut self, id: &str) -> Vec<u8> {
        let flushed = fs::read(self.disk.flushed.path().join("files").join(id)).unwrap_or_default();
        let Some(live) = self.live.get(id).map(|path| fs::read(path).unwrap()) else {
            return flushed;
        };
        let mut bytes = flushed;
        if bytes.len() != live.len() && self.reached_the_disk() {
            bytes.resize(live.len(), 0);
        }
        for (there, meant) in bytes.chunks_mut(BLOCK).zip(live.chunks(BLOCK)) {
            let both = there.len().min(meant.len());
            if there[..both] != meant[..both] && self.reached_the_disk() {
                there[..both].copy_from_slice(&meant[..both]);
            }
        }
        bytes
    }
}

/// As the disk that forgets names it.
fn id(path: &Path) -> String {
    let is = fs::symlink_metadata(path).unwrap();
    let born = is
        .created()
        .map(|born| born.duration_since(UNIX_EPOCH).unwrap());
    let born = born.unwrap_or_default();
    format!(
        "{}-{}.{:09}",
        is.st_ino(),
        born.as_secs(),
        born.subsec_nanos()
    )
}

/// What is in a folder, with its ID.
fn names(folder: &Path) -> BTreeMap<OsString, String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name(), id(&entry.path())))
        .collect()
}

fn find(path: &Path, live: &mut BTreeMap<String, PathBuf>) {
    live.insert(id(path), path.to_owned());
    if path.is_dir() {
        for (name, _) in names(path) {
            find(&path.join(name), live);
        }
    }
}

/// The library that is loaded before the program. It is made whole under a name of its own, because other tests make it too.
static SHIM: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/power/disk.c");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let part = folder.join(format!("disk-{}.so", std::process::id()));
    let made = folder.join("disk.so");
    let compiled = Command::new("cc")
        .args(["-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o"])
        .args([&part, &source])
        .arg("-ldl")
        .output()
        .unwrap_or_else(|error| panic!("there is no C compiler `cc`: {error}"));
    let said = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{said}");
    fs::rename(&part, &made).unwrap();
    made
});
