//! What was left: uploads that nobody went on with, and files that are whole and were not noted when the program was killed.

use super::{Files, hash, on_disk, path};
use crate::durable;
use std::collections::BTreeSet;
use std::fs::{DirEntry, File};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use xiaohao_core::values::Digest;
use xiaohao_ledger::Fault;
use xiaohao_store::Findings;

/// How long what is coming may lie still: whoever sends in parts may have no signal for days.
const LEFT_FOR: Duration = Duration::from_hours(7 * 24);

impl Files {
    /// Clears away what was coming and came no farther: whatever nothing was written to for a week. How many there were.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn sweep(&self) -> io::Result<usize> {
        let mut swept = 0;
        for draft in entries(&self.incoming())? {
            match cleared_away(&draft?.path()) {
                Ok(is_cleared) => swept += usize::from(is_cleared),
                // It came to its end meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(swept)
    }

    /// Notes what lies here and was not noted, because the program was killed between the one and the other, or the folder was copied later
    /// than the database. How many there were.
    ///
    /// # Errors
    /// What the disk or the database says.
    pub async fn note_what_is_here(&self) -> Result<usize, Fault> {
        let mut unread = Findings::default();
        let noted = self.store.files_noted(self.county, &mut unread).await?;
        let folder = Arc::clone(&self.folder);
        let here = spawn_blocking(move || lying_here(&folder, &noted));
        let here = here.await.map_err(Fault::internal)?.map_err(on_disk)?;
        if !here.is_empty() {
            self.store.hold(self.county, &here, (self.clock)()).await?;
        }
        Ok(here.len())
    }
}

/// Clears one away, unless it was written to of late, or somebody is at it.
fn cleared_away(draft: &Path) -> io::Result<bool> {
    let held = File::open(draft)?;
    if held.try_lock().is_err() {
        return Ok(false);
    }
    // Whoever held it until now may have written to it, or given it its place.
    let written = held.metadata()?.modified()?;
    let is_old = written.elapsed().is_ok_and(|since| since > LEFT_FOR);
    let is_left = is_old && durable::is_named(&held, draft)?;
    if is_left {
        std::fs::remove_file(draft)?;
    }
    Ok(is_left)
}

/// What lies whole in the folder of a county and is not among these.
fn lying_here(folder: &Path, noted: &BTreeSet<Digest>) -> io::Result<Vec<Digest>> {
    let mut here = Vec::new();
    for drawer in entries(folder)? {
        let drawer = drawer?.path();
        // Files that come, and what the file system keeps of its own, lie beside the drawers.
        let is_drawer = drawer.file_name().is_some_and(|name| name.len() == 2);
        if !is_drawer || !drawer.is_dir() {
            continue;
        }
        let files = entries(&drawer).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", drawer.display()))
        })?;
        for file in files {
            let name = file?.file_name();
            // What comes has another name than its digest.
            let digest = name.to_str().and_then(|name| Digest::parse(name).ok());
            let Some(digest) = digest.filter(|digest| !noted.contains(digest)) else {
                continue;
            };
            if hash(&path(folder, digest)).is_ok_and(|found| found == digest) {
                here.push(digest);
            }
        }
    }
    Ok(here)
}

/// What lies in a folder; nothing where that is not there.
fn entries(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<DirEntry>>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(entries.into_iter().flatten())
}
