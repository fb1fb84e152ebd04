//! The files of evidence: photos, reports, signatures. Each is kept under its SHA-256, checked when it arrives, and never
//! changed; the ledger cites the digest, and an act that cites a file which is not here is refused (rule 24).

mod left;
mod parts;

pub use parts::{Part, Progress};

use crate::durable;
use crate::upload::Upload;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Mutex;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use uuid::Uuid;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Clock, Fault};
use xiaohao_store::SqlStore;

/// The largest file, in bytes: a photo has 2 to 12 MB, a report as PDF up to some dozens.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// By which rights others than the owner of the folder and his group may do anything in it; a group may be let in knowingly.
const OTHERS: u32 = 0o007;

/// The files of one county.
#[derive(Clone)]
pub struct Files {
    folder: Arc<Path>,
    store: SqlStore,
    county: CountyCode,
    clock: Clock,
    /// Held by whoever tries whether a file could be kept.
    trial: Arc<Mutex<()>>,
    senders: Arc<parts::Senders>,
}

/// Why a file was not taken. Then nothing of it is kept, but what came before it broke off of one that is sent in parts.
#[derive(Debug, thiserror::Error)]
pub enum Untaken {
    /// It broke off, or could not be read.
    #[error("the upload broke off")]
    BrokenOff(#[source] axum::Error),
    /// Too little of it came in too long.
    #[error("the upload came too slowly")]
    TooSlow,
    /// Nothing is in it: an upload that went wrong before it began, and evidence of nothing.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`FILE_BYTES`].
    #[error("the file is larger than {FILE_BYTES} bytes")]
    TooLarge,
    /// The part does not begin where the file has come to: so many bytes; none where another sender is at it.
    #[error("the file has come elsewhere than the part begins")]
    Elsewhere(Option<u64>),
    /// It has another digest than it was sent under.
    #[error("the file has the digest {0}")]
    OtherDigest(Digest),
    /// It cannot be written, or it cannot be noted that it is here.
    #[error("the file cannot be kept")]
    Fault(#[from] Fault),
}

impl From<io::Error> for Untaken {
    fn from(error: io::Error) -> Self {
        Self::Fault(on_disk(error))
    }
}

/// What the disk says, as a fault.
fn on_disk(error: io::Error) -> Fault {
    if error.kind() == io::ErrorKind::StorageFull {
        Fault::DiskFull(Arc::new(error))
    } else {
        Fault::Disk(Arc::new(error))
    }
}

/// Files were received, and their folder is not there.
#[derive(Debug, thiserror::Error)]
#[error(
    "files of evidence were received and there is no folder {}: mount its disk, correct --evidence or put the files back; where they are \
     lost, or kept elsewhere, make that folder", .0.display()
)]
struct Away(PathBuf);

/// What came of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new.
    Now,
    /// It was here before; a tablet that sends again need not send the bytes.
    Before,
}

/// The folder of a county's files in that of all.
pub(crate) fn folder(of_all: &Path, county: CountyCode) -> PathBuf {
    of_all.join(county.to_string())
}

/// Where a file lies in the folder of a county.
pub(crate) fn path(folder: &Path, digest: Digest) -> PathBuf {
    let name = digest.to_string();
    let drawer = name.get(..2).unwrap_or_default();
    folder.join(drawer).join(&name)
}

/// Makes a folder that its owner alone may look into: evidence shows people and their papers.
async fn make_folder(folder: &Path) -> io::Result<()> {
    let folder = folder.to_owned();
    spawn_blocking(move || durable::make_folder(&folder)).await?
}

impl Files {
    /// The files of a county in a folder; that of the county is made in it by and by.
    #[must_use]
    pub fn new(folder: &Path, store: SqlStore, county: CountyCode, clock: Clock) -> Self {
        Self {
            folder: self::folder(folder, county).into(),
            store,
            county,
            clock,
            trial: Arc::default(),
            senders: Arc::default(),
        }
    }

    /// Whether a file is on the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) async fn has(&self, digest: Digest) -> io::Result<bool> {
        fs::try_exists(path(&self.folder, digest)).await
    }

    /// Takes a file in. When it is acknowledged, its bytes are on the disk and the ledger knows that it is here.
    ///
    /// # Errors
    /// [`Untaken`].
    pub async fn take(&self, digest: Digest, upload: &mut Upload) -> Result<Taken, Untaken> {
        if self.is_here(digest).await? {
            return Ok(Taken::Before);
        }
        let path = path(&self.folder, digest);
        let (draft, mut file) = self.begin().await?;
        let taken = async {
            write(&mut file, digest, upload).await?;
            self.put(&draft, &path).await
        };
        let taken = taken.await;
        if taken.is_err() {
            drop(fs::remove_file(&draft).await);
        }
        taken?;
        self.note(digest).await?;
        Ok(Taken::Now)
    }

    /// Whether a file is here and is what was received. One that was changed on the disk is put right by whoever sends it again.
    async fn is_here(&self, digest: Digest) -> Result<bool, Untaken> {
        let path = path(&self.folder, digest);
        if !(self.has(digest).await? && is_whole(&path, digest).await?) {
            return Ok(false);
        }
        // Once more, in case the program was stopped between the one and the other, or somebody is in the middle of it.
        self.name_outlasts(&path).await?;
        self.note(digest).await?;
        Ok(true)
    }

    /// Whether a file could be kept now.
    ///
    /// # Errors
    /// What stands in the way: the folder is away, or the disk does not take anything.
    pub async fn ready(&self) -> Result<(), Fault> {
        // Of a disk that never answers one waits, and not one more each time that it is asked.
        let turn = Arc::clone(&self.trial).lock_owned().await;
        let own = self.clone();
        let tried = tokio::spawn(async move {
            let _turn = turn;
            let (draft, mut file) = own.begin().await?;
            let block = async {
                file.write_all(&[0; 4096]).await?;
                file.flush().await
            };
            let block = block.await;
            drop(fs::remove_file(draft).await);
            block.map_err(|error| own.on_disk(&error))
        });
        tried.await.map_err(Fault::internal)?
    }

    /// The same with the folder, for the log: the database may lie on another disk.
    fn on_disk(&self, error: &io::Error) -> Fault {
        let told = format!("{}: {error}", self.folder.display());
        on_disk(io::Error::new(error.kind(), told))
    }

    /// Begins a file where files lie while they come.
    async fn begin(&self) -> Result<(PathBuf, File), Fault> {
        let incoming = self.make_incoming().await?;
        let draft = incoming.join(Uuid::from_bytes(crate::chance::bytes()).to_string());
        let mut file = File::options();
        let file = file.write(true).create_new(true).mode(0o600);
        let file = file.open(&draft).await;
        let file = file.map_err(|error| self.on_disk(&error))?;
        Ok((draft, file))
    }

    /// The folder where files lie while they come, made where it is not there.
    async fn make_incoming(&self) -> Result<PathBuf, Fault> {
        self.has_folder().await?;
        let incoming = self.incoming();
        let made = make_folder(&incoming).await;
        made.map_err(|error| self.on_disk(&error))?;
        Ok(incoming)
    }

    /// Sees that the folder of the county is there. It is made where nothing was ever received; elsewhere it is away with what is in it,
    /// and what would come into a new one would be missing as soon as it is back.
    async fn has_folder(&self) -> Result<(), Fault> {
        let is_there = fs::try_exists(&self.folder).await;
        let is_there = is_there.map_err(|error| self.on_disk(&error))?;
        if is_there {
            return Ok(());
        }
        if self.store.holds_any(self.county).await? {
            return Err(Fault::Disk(Arc::new(Away(self.folder.to_path_buf()))));
        }
        let made = make_folder(&self.folder).await;
        made.map_err(|error| self.on_disk(&error))
    }

    /// Gives a file that is whole its place.
    async fn put(&self, draft: &Path, path: &Path) -> Result<(), Untaken> {
        let drawer = path.parent().unwrap_or(&self.folder);
        make_folder(drawer).await?;
        fs::rename(draft, path).await?;
        self.name_outlasts(path).await?;
        Ok(())
    }

    /// The name of a file outlasts a loss of power too, on its drawer and up to the folder, which somebody else may have made just now.
    async fn name_outlasts(&self, path: &Path) -> io::Result<()> {
        for folder in path.ancestors().skip(1).take(3) {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(())
    }

    /// Where files lie while they come.
    fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// That others may look into the folder, as it was made before or put back from a copy; for whoever looks after it.
    pub(crate) fn open_to_others(&self) -> Option<String> {
        let mode = std::fs::metadata(&self.folder).ok()?.permissions().mode() & 0o7777;
        let is_open = mode & OTHERS != 0;
        is_open.then(|| {
            format!(
                "the folder {} of files of evidence has the mode {mode:04o}, by which others may look into it; let its owner alone, as by \
                 chmod 700",
                self.folder.display()
            )
        })
    }

    async fn note(&self, digest: Digest) -> Result<(), Fault> {
        self.store
            .hold(self.county, &[digest], (self.clock)())
            .await
    }

    /// Where a file lies, and what kind of file it is by its first bytes; none where it is not here. All of it is read first: nothing is
    /// shown of one that is not what was received.
    ///
    /// # Errors
    /// What the disk says; [`Fault::Damaged`] where the file has other bytes now.
    pub async fn find(&self, digest: Digest) -> Result<Option<(PathBuf, &'static str)>, Fault> {
        let path = path(&self.folder, digest);
        let mut begins = Vec::with_capacity(12);
        let read = async {
            File::open(&path)
                .await?
                .take(12)
                .read_to_end(&mut begins)
                .await
        };
        match read.await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(on_disk(error)),
        }
        if !is_whole(&path, digest).await? {
            let name = path.display();
            return Err(Fault::damaged(format!(
                "the file of evidence {name} has other bytes than were received"
            )));
        }
        Ok(Some((path, media_type(&begins))))
    }
}

/// Writes what comes, to the end of it and onto the disk.
async fn write(file: &mut File, digest: Digest, upload: &mut Upload) -> Result<(), Untaken> {
    let mut hash = Sha256::new();
    pour(file, 0, upload, |bytes| hash.update(bytes)).await?;
    if upload.came() == 0 {
        return Err(Untaken::Empty);
    }
    let found = Digest::new(hash.finalize().into());
    if found != digest {
        return Err(Untaken::OtherDigest(found));
    }
    // What became of the last piece is told by this alone.
    file.flush().await?;
    Ok(file.sync_all().await?)
}

/// Writes what comes after so many bytes of a file, and shows each piece of it.
async fn pour(
    file: &mut File,
    after: u64,
    upload: &mut Upload,
    mut seen: impl FnMut(&[u8]),
) -> Result<(), Untaken> {
    while let Some(bytes) = upload.piece().await? {
        if after + upload.came() > FILE_BYTES {
            return Err(Untaken::TooLarge);
        }
        seen(&bytes);
        file.write_all(&bytes).await?;
    }
    Ok(())
}

/// One file is read through at a time: whoever asks for many keeps one processor busy, and not all.
static READING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Whether what lies there is what was received.
async fn is_whole(path: &Path, digest: Digest) -> Result<bool, Fault> {
    let reading = Arc::clone(&READING).acquire_owned().await;
    let reading = reading.map_err(Fault::internal)?;
    let own = path.to_owned();
    // To its end, whoever waits for it.
    let hashed = spawn_blocking(move || {
        let hashed = hash(&own);
        drop(reading);
        hashed
    })
    .await;
    Ok(hashed.map_err(Fault::internal)?.map_err(on_disk)? == digest)
}

/// The digest of what lies there.
///
/// # Errors
/// What the disk says.
pub(crate) fn hash(path: &Path) -> io::Result<Digest> {
    // Of something else one would read for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut hasher = Sha256::new();
    io::copy(&mut std::fs::File::open(path)?, &mut Writing(&mut hasher))?;
    Ok(Digest::new(hasher.finalize().into()))
}

/// A hash that is written to.
struct Writing<'h>(&'h mut Sha256);

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a browser may show by itself; everything else is for saving.
fn media_type(begins: &[u8]) -> &'static str {
    match begins {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', _] => "image/heic",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn what_the_disk_has_no_room_for_is_not_taken_be_it_the_last_piece() {
        let full = File::options().write(true).open("/dev/full").await;
        let digest = Digest::new(Sha256::digest(b"a photo").into());
        let mut upload = Upload::new("a photo", Duration::from_mins(1));
        let told = write(&mut full.unwrap(), digest, &mut upload).await;
        let told = told.unwrap_err();
        assert!(
            matches!(&told, Untaken::Fault(full) if full.code() == "DISK_FULL"),
            "{told:?}"
        );
    }
}
