//! The key by which a county signs its log. It lies in a file of its own, outside of the database, that nobody else on this
//! machine may read; it is made once, and is in no log.

use crate::chance;
use crate::durable;
use crate::proof::EntryProof;
use async_trait::async_trait;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;
use xiaohao_core::values::{CountyCode, HazardNumber};
use xiaohao_ledger::{Clock, Fault, Notary, Position, Record, Scope, SubjectKind};
use xiaohao_ledger::{
    Names,
    read::{HazardKey, Reader},
};
use xiaohao_log::{
    Checkpoint, ConsistencyProof, InvalidKey, KeyName, LogKey, LogSigner, SignedNote, TlogProof,
};
use xiaohao_store::SqlStore;

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum Keyless {
    /// Nobody says where it is.
    #[error("say where the key of the log is kept: --signing-key FILE, beside --database-url URL")]
    Nowhere,
    /// It is not there.
    #[error(
        "there is no signing key {}; make it with `xiaohao init`, or say where it is with --signing-key", file.display()
    )]
    Missing {
        /// Which file.
        file: PathBuf,
    },
    /// It is not there, and the log was signed by it.
    #[error(
        "the log {log} is signed, and its key is not in {}: put the copy of it back there, or say where it is with --signing-key; where \
         there is no copy, follow on with `xiaohao ledger rotate-key LOGIN --reason TEXT --lost-key KEY`, KEY being the public key that \
         `xiaohao init` printed", file.display()
    )]
    Lost {
        /// Which file.
        file: PathBuf,
        /// Which log.
        log: String,
    },
    /// The last checkpoint is not signed by it.
    #[error(
        "the last checkpoint of the log is not signed by the key in {}: it is another key, or the checkpoint was changed; put the copy of \
         the key back there; where it is the right one, look with `xiaohao ledger verify`, and where there is no copy move this file away \
         and follow on with `xiaohao ledger rotate-key LOGIN --reason TEXT --lost-key KEY`", file.display()
    )]
    Unrelated {
        /// Which file.
        file: PathBuf,
    },
    /// It cannot be told what it has signed.
    #[error("it cannot be read by what the log is signed")]
    Log(#[from] Fault),
    /// It cannot be read or written.
    #[error("the signing key {} cannot be read or written", file.display())]
    Disk {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is no key.
    #[error("{} holds no signing key; restore it from a copy", file.display())]
    Form {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: InvalidKey,
    },
    /// It was the key of this log.
    #[error(
        "the log is signed by {present} now, and {} holds an earlier key; restore the present one, or where changing the key was interrupted, do `xiaohao ledger rotate-key` again", file.display()
    )]
    Former {
        /// Which file.
        file: PathBuf,
        /// The present key.
        present: String,
    },
    /// It is that of another log; two logs under one name could not be told apart.
    #[error(
        "{} is the key of the log {has}, not of {wanted}; name the file of this log's own key with --signing-key", file.display()
    )]
    OtherLog {
        /// Which file.
        file: PathBuf,
        /// Whose key it is.
        has: String,
        /// Whose it should be.
        wanted: String,
    },
    /// A log cannot be called after another county.
    #[error(
        "{name} is what the log of another county is called; leave --origin out, as for {wanted}, or name a domain of your own"
    )]
    AnothersName {
        /// What was said.
        name: String,
        /// What it is called by itself.
        wanted: String,
    },
    /// A log cannot have this name.
    #[error("a log cannot be called {name:?}")]
    Name {
        /// Which.
        name: String,
        /// Why not.
        source: InvalidKey,
    },
}

/// Reads the key.
///
/// # Errors
/// [`Keyless`]; what the file holds is not told.
pub fn read(file: &Path) -> Result<LogSigner, Keyless> {
    let text = std::fs::read_to_string(file).map_err(|source| {
        let file = file.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            Keyless::Missing { file }
        } else {
            Keyless::Disk { file, source }
        }
    })?;
    LogSigner::from_secret(text.trim_end()).map_err(|source| Keyless::Form {
        file: file.to_owned(),
        source,
    })
}

/// By which rights others than its owner and his group may read the key, or change it.
const OTHERS: u32 = 0o027;

/// That others may read the key, for whoever looks after it.
#[must_use]
pub fn open_to_others(file: &Path) -> Option<String> {
    let mode = std::fs::metadata(file).ok()?.permissions().mode() & 0o7777;
    let is_open = mode & OTHERS != 0;
    is_open.then(|| {
        format!(
            "the key {} has the mode {mode:04o}, by which others may read or change it; whoever has it can sign another past: change it \
             with `xiaohao ledger rotate-key`, and let its owner alone read it, as by chmod 600",
            file.display()
        )
    })
}

/// Reads the key of a log, by which what was signed goes on.
///
/// # Errors
/// [`Keyless`]; where there is no such file, [`Keyless::Lost`] for a log that was signed already.
pub async fn own(file: &Path, store: &SqlStore, county: CountyCode) -> Result<LogSigner, Keyless> {
    match read(file) {
        Ok(signer) => {
            let name = signer.public().name();
            let wanted = match store.log_name(county).await? {
                // Nothing is signed yet that would tell which is the right one.
                None => is_of_another(name, county).then(|| default_name(county)),
                Some(log) => Some(log).filter(|log| *log != *name.as_str()),
            };
            if let Some(wanted) = wanted {
                let (file, has) = (file.to_owned(), name.to_string());
                return Err(Keyless::OtherLog { file, has, wanted });
            }
            if store.goes_on(county, signer.public()).await? {
                return Ok(signer);
            }
            let file = file.to_owned();
            Err(Keyless::Unrelated { file })
        }
        Err(Keyless::Missing { file }) => Err(match store.log_name(county).await? {
            Some(log) => Keyless::Lost { file, log },
            None => Keyless::Missing { file },
        }),
        Err(other) => Err(other),
    }
}

/// What the log of a county is called where nobody says otherwise.
pub(crate) fn default_name(county: CountyCode) -> String {
    format!("{BY_CODE}{county}")
}

const BY_CODE: &str = "xiaohao/";

/// Whether a log is named after another county: nobody would take it for this one's.
pub(crate) fn is_of_another(name: &KeyName, county: CountyCode) -> bool {
    let named = name.as_str().strip_prefix(BY_CODE);
    let named = named.and_then(|code| code.parse::<CountyCode>().ok());
    named.is_some_and(|code| code != county)
}

/// The name of a log.
///
/// # Errors
/// [`Keyless::Name`] for one that no log can have.
pub fn key_name(name: &str) -> Result<KeyName, Keyless> {
    KeyName::new(name).map_err(|source| Keyless::Name {
        name: name.to_owned(),
        source,
    })
}

/// The key in a file, which must be that of the log of this name; where there is none it is made.
///
/// # Errors
/// [`Keyless`].
pub fn made(file: &Path, name: &str) -> Result<LogKey, Keyless> {
    let named = key_name(name)?;
    match read(file) {
        Err(Keyless::Missing { .. }) => {}
        Err(other) => return Err(other),
        Ok(signer) if *signer.public().name() == named => return Ok(signer.public().clone()),
        Ok(signer) => {
            return Err(Keyless::OtherLog {
                file: file.to_owned(),
                has: signer.public().name().to_string(),
                wanted: name.to_owned(),
            });
        }
    }
    let signer = LogSigner::from_seed(named, &chance::bytes());
    let kept = durable::make_secret(file, &format!("{}\n", signer.to_secret()));
    kept.map_err(|source| Keyless::Disk {
        file: file.to_owned(),
        source,
    })?;
    Ok(signer.public().clone())
}

/// Signs the log of one county, and proves what is in it.
pub struct CountyNotary {
    store: SqlStore,
    county: CountyCode,
    signer: LogSigner,
    clock: Clock,
    /// Of the proofs that strangers ask for one is made after the other: each is a walk over all leaves.
    for_strangers: Mutex<()>,
}

impl CountyNotary {
    /// The notary of a county with its key.
    #[must_use]
    pub const fn new(store: SqlStore, county: CountyCode, signer: LogSigner, clock: Clock) -> Self {
        Self {
            store,
            county,
            signer,
            clock,
            for_strangers: Mutex::const_new(()),
        }
    }
}

/// The key is not shown.
impl std::fmt::Debug for CountyNotary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CountyNotary")
            .field("county", &self.county)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Notary for CountyNotary {
    async fn checkpoint(&self) -> Result<String, Fault> {
        let now = (self.clock)();
        self.store.checkpoint(self.county, &self.signer, now).await
    }

    async fn checkpoint_over(&self, line: Position) -> Result<Option<String>, Fault> {
        self.store.checkpoint_over(self.county, line).await
    }

    async fn closure_proof(
        &self,
        number: HazardNumber,
        names: Names,
    ) -> Result<Option<String>, Fault> {
        let Some(place) = self.struck_off_at(number).await? else {
            return Ok(None);
        };
        let note = self.checkpoint().await?;
        let checkpoint = SignedNote::from_bytes(note.as_bytes()).map_err(Fault::internal)?;
        // What is shown without a name is what the public view shows.
        let _alone = match names {
            Names::Withheld => Some(self.for_strangers.lock().await),
            Names::Shown => None,
        };
        Ok(Some(self.proof_at(place, checkpoint, names).await?))
    }

    async fn consistency(&self, from: u64, to: u64) -> Result<Option<ConsistencyProof>, Fault> {
        self.store.consistency(self.county, from, to).await
    }
}

impl CountyNotary {
    /// The key by which what it signs is checked.
    pub(crate) const fn key(&self) -> &LogKey {
        self.signer.public()
    }

    /// The key that signs a log of this size, as the ledger tells.
    pub(crate) async fn key_at(&self, size: u64) -> Result<LogKey, Fault> {
        let keys = self.store.signing_keys(self.county).await?;
        Ok(keys.at(size).unwrap_or(self.key()).clone())
    }

    /// That the key was changed, as it was proved when it was; none where it never was.
    pub(crate) async fn key_change_proof(&self) -> Result<Option<String>, Fault> {
        let Some(line) = self.store.signing_keys(self.county).await?.since() else {
            return Ok(None);
        };
        let Some(note) = self.store.checkpoint_over(self.county, line).await? else {
            return Ok(None);
        };
        let note = SignedNote::from_bytes(note.as_bytes()).map_err(Fault::internal)?;
        self.proof_at(line, note, Names::Shown).await.map(Some)
    }

    /// How many lines the ledger has.
    pub(crate) async fn size(&self) -> Result<u64, Fault> {
        Ok(self.store.last_line(self.county).await?.get())
    }

    /// That the line at a place is under a checkpoint of this log.
    pub(crate) async fn proof_at(
        &self,
        place: Position,
        checkpoint: SignedNote,
        names: Names,
    ) -> Result<String, Fault> {
        let head = Checkpoint::claimed_head(&checkpoint).map_err(Fault::internal)?;
        let written = self.store.as_written(self.county, place).await?;
        let written = written.ok_or_else(|| Fault::damaged(format!("line {place} is gone")))?;
        let proof = TlogProof {
            extra: None,
            index: place.get().saturating_sub(1),
            inclusion: self.store.inclusion(self.county, place, head.size).await?,
            checkpoint,
        };
        let shown = EntryProof::of(self.county, &written, &proof, names)?;
        let text = serde_json::to_string_pretty(&shown).map_err(Fault::internal)?;
        Ok(text + "\n")
    }

    /// Whether the ledger has a hazard of this number.
    pub(crate) async fn has(&self, number: HazardNumber) -> Result<bool, Fault> {
        let scope = Scope::of_the_ledger(self.county);
        let row = self.store.hazard(&scope, HazardKey::Number(number)).await?;
        Ok(row.is_some())
    }

    /// Where a hazard was struck off, if it is closed.
    pub(crate) async fn struck_off_at(
        &self,
        number: HazardNumber,
    ) -> Result<Option<Position>, Fault> {
        let scope = Scope::of_the_ledger(self.county);
        let row = self.store.hazard(&scope, HazardKey::Number(number)).await?;
        let Some(row) = row.filter(|row| row.status.is_struck_off()) else {
            return Ok(None);
        };
        let ids = [row.id.as_uuid()];
        let told = self.store.histories_of(&scope, SubjectKind::Hazard, &ids);
        let lines = told.await?.remove(&row.id.as_uuid()).unwrap_or_default();
        let mut closing = lines.iter().rev().filter(|line| strikes_off(&line.record));
        Ok(closing.next().map(|line| line.position))
    }
}

/// Whether a line strikes a hazard off.
pub(crate) fn strikes_off(record: &Record) -> bool {
    let event = record.hazard().map(|entry| entry.event.act());
    event == Some(xiaohao_core::Act::StrikeOff)
}
