//! Files that come in parts: what has come of one is kept while its sender is away, and he goes on from there.

use super::{Files, Taken, Untaken, hash, on_disk, path, pour};
use crate::durable;
use crate::upload::Upload;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use xiaohao_core::values::{Digest, PersonId};
use xiaohao_ledger::Fault;

/// How long is waited for a sender who was set aside; one in another process hears nothing of it.
const LETS_GO_WITHIN: Duration = Duration::from_secs(2);
/// How often it is looked whether he has let go.
const LOOK: Duration = Duration::from_millis(20);

/// Which part of a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// After how many bytes of the file it begins.
    pub after: u64,
    /// Whether the file ends with it.
    pub is_last: bool,
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many bytes of it are here.
    pub bytes: u64,
    /// What came of it, where that is all of it.
    pub taken: Option<Taken>,
}

/// Who sends parts at this moment, by where they go. A connection that was lost looks alive for a while, so whoever comes next with the
/// same file sets him aside who was at it.
#[derive(Debug, Default)]
pub(super) struct Senders(Mutex<HashMap<PathBuf, oneshot::Sender<Infallible>>>);

impl Senders {
    /// Sets aside whoever sends to this place. It ends when he who is next now is set aside.
    fn next(&self, place: &Path) -> oneshot::Receiver<Infallible> {
        let (sends, set_aside) = oneshot::channel();
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        senders.retain(|_, sends| !sends.is_closed());
        senders.insert(place.to_owned(), sends);
        set_aside
    }
}

impl Files {
    /// How far a file has come that this person sends. Whoever is sending it for him is set aside, so that it comes no farther.
    ///
    /// # Errors
    /// [`Untaken::Elsewhere`] where another process is at it; [`Untaken::Fault`].
    pub async fn progress(&self, digest: Digest, by: PersonId) -> Result<Progress, Untaken> {
        if let Some(whole) = self.whole(digest).await? {
            return Ok(whole);
        }
        let place = self.place_of_parts(digest, by);
        drop(self.senders.next(&place));
        let bytes = match hold(&place, false).await {
            Ok(held) => {
                let held = held.ok_or(Untaken::Elsewhere(None))?;
                held.metadata().await?.len()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
        Ok(Progress { bytes, taken: None })
    }

    /// Takes a part of a file in, after those that came before. What of it came is kept where it breaks off. With the last part the file
    /// is held against its digest; what is acknowledged is on the disk.
    ///
    /// # Errors
    /// [`Untaken`].
    pub async fn append(
        &self,
        digest: Digest,
        by: PersonId,
        part: Part,
        upload: &mut Upload,
    ) -> Result<Progress, Untaken> {
        if let Some(whole) = self.whole(digest).await? {
            return Ok(whole);
        }
        self.make_incoming().await?;
        let place = self.place_of_parts(digest, by);
        let set_aside = self.senders.next(&place);
        let held = hold(&place, true).await?;
        let mut file = held.ok_or(Untaken::Elsewhere(None))?;
        let came = tokio::select! {
            came = add(&mut file, &place, digest, part, upload) => came,
            _ = set_aside => Err(Untaken::Elsewhere(None)),
        };
        // What came is kept, however it ended, unless it can come to nothing.
        file.flush().await?;
        let bytes = file.metadata().await?.len();
        let is_of_no_use = matches!(came, Err(Untaken::TooLarge | Untaken::OtherDigest(_)));
        if bytes == 0 || is_of_no_use {
            fs::remove_file(&place).await?;
        }
        came?;
        if !part.is_last {
            return Ok(Progress { bytes, taken: None });
        }
        self.put(&place, &path(&self.folder, digest)).await?;
        self.note(digest).await?;
        let taken = Some(Taken::Now);
        Ok(Progress { bytes, taken })
    }

    /// A file that is here whole already.
    async fn whole(&self, digest: Digest) -> Result<Option<Progress>, Untaken> {
        if !self.is_here(digest).await? {
            return Ok(None);
        }
        let bytes = fs::metadata(path(&self.folder, digest)).await?.len();
        let taken = Some(Taken::Before);
        Ok(Some(Progress { bytes, taken }))
    }

    /// Where the parts of a file go. Each person has his own: what another sent under its digest may be something else.
    fn place_of_parts(&self, digest: Digest, by: PersonId) -> PathBuf {
        self.incoming().join(format!("{digest}.{by}"))
    }
}

/// Opens what has come, for the one who goes on with it; none where somebody does not let go of it.
async fn hold(place: &Path, is_made: bool) -> io::Result<Option<File>> {
    let until = Instant::now() + LETS_GO_WITHIN;
    while Instant::now() < until {
        let mut options = File::options();
        let options = options.append(true).create(is_made).mode(0o600);
        let file = options.open(place).await?.into_std().await;
        match file.try_lock() {
            // Whoever held it until now may have finished: then it is at another place, where nobody writes to it any more.
            Ok(()) if durable::is_named(&file, place)? => return Ok(Some(File::from_std(file))),
            Ok(()) | Err(TryLockError::WouldBlock) => sleep(LOOK).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

/// Adds a part to those that came before, and holds all of them against the digest where it is the last.
async fn add(
    file: &mut File,
    place: &Path,
    digest: Digest,
    part: Part,
    upload: &mut Upload,
) -> Result<(), Untaken> {
    let after = file.metadata().await?.len();
    if after != part.after {
        return Err(Untaken::Elsewhere(Some(after)));
    }
    pour(file, after, upload, |_| {}).await?;
    file.flush().await?;
    file.sync_all().await?;
    if !part.is_last {
        return Ok(());
    }
    if after + upload.came() == 0 {
        return Err(Untaken::Empty);
    }
    let own = place.to_owned();
    let found = spawn_blocking(move || hash(&own)).await;
    let found = found.map_err(Fault::internal)?.map_err(on_disk)?;
    if found != digest {
        return Err(Untaken::OtherDigest(found));
    }
    Ok(())
}
