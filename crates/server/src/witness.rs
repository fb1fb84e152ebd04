//! `xiaohao ledger witness`: another office that has nothing but a folder of its own watches over a county's log. It keeps
//! the last checkpoint that it cosigned, and cosigns the next only if that continues it.
//!
//! What it remembers is the checkpoint itself, as the county signed it: a state that was damaged or changed by hand does not
//! bear the county's signature, and where a county signs two pasts, both are in hand.

use crate::chance;
use crate::clock;
use crate::durable;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use xiaohao_log::{
    Accepted, AddCheckpoint, Checkpoint, InvalidKey, InvalidNote, InvalidRequest, KeyName, LogKey,
    Origin, Refusal, SignedNote, TreeHead, UnixTime, UntrustedCheckpoint, WitnessKey,
    WitnessSigner, examine,
};

/// The file of the witness's key, in its folder.
const KEY: &str = "witness.key";

/// The file by which two who witness at once are kept apart.
const LOCK: &str = "lock";

/// A witness with its folder, which nobody else uses meanwhile.
#[derive(Debug)]
pub struct Witness {
    folder: PathBuf,
    signer: WitnessSigner,
    /// Held until this is dropped, or the program ends in whatever way.
    _lock: File,
}

/// The log that is watched over.
#[derive(Clone, Debug)]
pub struct Watched {
    name: KeyName,
    keys: Vec<LogKey>,
}

impl Watched {
    /// The log that is signed by these keys: by one, and when the key is changed, by the former and the new one.
    ///
    /// # Errors
    /// [`Uncosigned::Keys`].
    pub fn by(keys: Vec<LogKey>) -> Result<Self, Uncosigned> {
        let first = keys.first().ok_or(Uncosigned::Keys)?;
        let name = first.name().clone();
        if keys.iter().any(|key| *key.name() != name) {
            return Err(Uncosigned::Keys);
        }
        Ok(Self { name, keys })
    }

    /// What it is called.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    fn open(&self, note: &SignedNote) -> Result<Checkpoint, UntrustedCheckpoint> {
        Checkpoint::open(note, &Origin::from(&self.name), &self.keys)
    }
}

/// What a witness said.
#[derive(Debug)]
pub struct Cosigned {
    /// The checkpoint, with the signature of the witness under it.
    pub note: SignedNote,
    /// What it is over.
    pub head: TreeHead,
    /// Whether the witness knew nothing of the log before, and had to believe what it was shown.
    pub is_first: bool,
}

/// Why nothing is cosigned.
#[derive(Debug, thiserror::Error)]
pub enum Uncosigned {
    /// There is no such folder.
    #[error("there is no folder {} for the witness; make it, or correct --folder", folder.display())]
    NoFolder {
        /// Which.
        folder: PathBuf,
    },
    /// Somebody else is at it.
    #[error("another witness is at work in {}; wait until it is done", folder.display())]
    Busy {
        /// Where.
        folder: PathBuf,
    },
    /// The keys are of several logs, or there is none.
    #[error("say the keys of one log, which has one name")]
    Keys,
    /// A file cannot be read or written.
    #[error("{} cannot be read or written", file.display())]
    Disk {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no key, and none to be made.
    #[error(
        "there is no witness in {} yet; give it a name for ever with --name, an address of the office without scheme as witness.example.gov.cn/4311, or correct --folder",
        folder.display()
    )]
    Nameless {
        /// Where.
        folder: PathBuf,
    },
    /// A witness cannot have this name.
    #[error("a witness cannot be called {name:?}")]
    Name {
        /// Which.
        name: String,
        /// Why not.
        source: InvalidKey,
    },
    /// The key is that of another witness.
    #[error("{} is the key of the witness {has}, not of {wanted}; leave --name out, or name another --folder", file.display())]
    OtherWitness {
        /// Which file.
        file: PathBuf,
        /// Whose key it is.
        has: KeyName,
        /// Whose it should be.
        wanted: String,
    },
    /// It is no key.
    #[error("{} holds no key of a witness; restore it from a copy", file.display())]
    Key {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: InvalidKey,
    },
    /// What is remembered cannot be believed. To begin anew would be to forget what the county has signed.
    #[error(
        "{} is not what this witness wrote there: nothing is cosigned, and nothing is begun anew; restore it from a copy",
        file.display()
    )]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Why not.
        #[source]
        source: Unremembered,
    },
    /// What was brought is none of both.
    #[error("what was brought is no checkpoint")]
    Checkpoint(#[source] InvalidNote),
    /// It begins as a request and is none.
    #[error("what was brought is no checkpoint with a proof")]
    Request(#[source] InvalidRequest),
    /// The proof begins elsewhere.
    #[error(
        "nothing is cosigned: have the county prove it with `xiaohao ledger checkpoint --since {known}`"
    )]
    Unproved {
        /// What the witness saw last.
        known: u64,
        /// Why not.
        source: Refusal,
    },
    /// The log has become shorter.
    #[error(
        "nothing is cosigned: what was brought is signed over {brought} lines, and {known} were cosigned here: the ledger was cut back, or \
         an old backup was restored; keep what was brought, and ask the county"
    )]
    Shorter {
        /// Over how many lines.
        brought: u64,
        /// What the witness saw last.
        known: u64,
    },
    /// It must not be cosigned.
    #[error("nothing is cosigned; keep what was brought, and ask the county")]
    Refused(#[source] Refusal),
}

/// Why what is remembered cannot be believed.
#[derive(Debug, thiserror::Error)]
pub enum Unremembered {
    /// It is no checkpoint.
    #[error("it is no checkpoint")]
    Form(#[source] InvalidNote),
    /// It is not signed by the log.
    #[error(
        "it is not by the key of the log that was said; where the log has another key now, say the former with --key too"
    )]
    Untrusted(#[source] UntrustedCheckpoint),
}

impl Witness {
    /// The witness of a folder; where there is none it is made, with a key of this name.
    ///
    /// # Errors
    /// [`Uncosigned`].
    pub fn open(folder: &Path, name: Option<&str>) -> Result<Self, Uncosigned> {
        if !folder.is_dir() {
            let folder = folder.to_owned();
            return Err(Uncosigned::NoFolder { folder });
        }
        let lock = lock(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            signer: signer(folder, name)?,
            _lock: lock,
        })
    }

    /// The key by which what it cosigns is checked.
    #[must_use]
    pub const fn key(&self) -> &WitnessKey {
        self.signer.public()
    }

    /// The head of a log that it cosigned last; none if it never did.
    ///
    /// # Errors
    /// [`Uncosigned::Damaged`], [`Uncosigned::Disk`].
    pub fn last(&self, log: &Watched) -> Result<Option<TreeHead>, Uncosigned> {
        let file = self.memory_of(log);
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Uncosigned::Disk { file, source }),
        };
        let opened = SignedNote::from_bytes(&bytes).map_err(Unremembered::Form);
        let opened = opened.and_then(|note| log.open(&note).map_err(Unremembered::Untrusted));
        match opened {
            Ok(checkpoint) => Ok(Some(checkpoint.head())),
            Err(source) => Err(Uncosigned::Damaged { file, source }),
        }
    }

    /// Cosigns what was brought, a checkpoint alone or with the proof that it continues the last one, if it does. What is
    /// cosigned is remembered before it is answered.
    ///
    /// # Errors
    /// [`Uncosigned`].
    pub fn cosign(&self, brought: &[u8], log: &Watched) -> Result<Cosigned, Uncosigned> {
        let last = self.last(log)?;
        let known = last.unwrap_or(TreeHead::EMPTY);
        let request = request(brought, log, known)?;
        let accepted = examined(&request, log, known)?;
        let head = accepted.checkpoint().head();
        let file = self.memory_of(log);
        let kept = durable::replace(&file, &request.checkpoint.to_string());
        kept.map_err(|source| Uncosigned::Disk { file, source })?;
        let signature = self.signer.cosign(&accepted, now());
        Ok(Cosigned {
            note: request.checkpoint.with(signature),
            head,
            is_first: last.is_none(),
        })
    }

    /// Where it remembers a log: a file that has its name, with every sign that a folder could mind written as `%` and two
    /// digits.
    fn memory_of(&self, log: &Watched) -> PathBuf {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
        let bytes = log.name().as_str().bytes();
        let name: String = bytes
            .map(|byte| {
                if plain(&byte) {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect();
        self.folder.join(format!("{name}.checkpoint"))
    }
}

fn lock(folder: &Path) -> Result<File, Uncosigned> {
    let file = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let opened = options.create(true).truncate(false).write(true).open(&file);
    let locked = opened.map_err(TryLockError::Error).and_then(|opened| {
        opened.try_lock()?;
        Ok(opened)
    });
    locked.map_err(|error| match error {
        TryLockError::WouldBlock => Uncosigned::Busy {
            folder: folder.to_owned(),
        },
        TryLockError::Error(source) => Uncosigned::Disk { file, source },
    })
}

fn signer(folder: &Path, name: Option<&str>) -> Result<WitnessSigner, Uncosigned> {
    let file = folder.join(KEY);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let signer = match WitnessSigner::from_secret(text.trim_end()) {
                Ok(signer) => signer,
                Err(source) => return Err(Uncosigned::Key { file, source }),
            };
            let has = signer.public().name();
            match name.filter(|name| *name != has.as_str()) {
                None => Ok(signer),
                Some(wanted) => Err(Uncosigned::OtherWitness {
                    file,
                    has: has.clone(),
                    wanted: wanted.to_owned(),
                }),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => made(folder, file, name),
        Err(source) => Err(Uncosigned::Disk { file, source }),
    }
}

fn made(folder: &Path, file: PathBuf, name: Option<&str>) -> Result<WitnessSigner, Uncosigned> {
    let name = name.ok_or_else(|| Uncosigned::Nameless {
        folder: folder.to_owned(),
    })?;
    let named = KeyName::new(name).map_err(|source| Uncosigned::Name {
        name: name.to_owned(),
        source,
    })?;
    let signer = WitnessSigner::from_seed(named, &chance::bytes());
    match durable::make_secret(&file, &format!("{}\n", signer.to_secret())) {
        Ok(()) => Ok(signer),
        Err(source) => Err(Uncosigned::Disk { file, source }),
    }
}

/// What was brought as it is asked of a witness. What is not longer than what was seen last needs no proof: it is that, or
/// must be refused. So whoever was killed before he handed a cosignature out can be asked again with the same.
fn request(brought: &[u8], log: &Watched, last: TreeHead) -> Result<AddCheckpoint, Uncosigned> {
    let mut request = if brought.starts_with(b"old ") {
        AddCheckpoint::from_bytes(brought).map_err(Uncosigned::Request)?
    } else {
        AddCheckpoint {
            old_size: 0,
            consistency: Vec::new().into(),
            checkpoint: SignedNote::from_bytes(brought).map_err(Uncosigned::Checkpoint)?,
        }
    };
    let checkpoint = log.open(&request.checkpoint);
    let checkpoint = checkpoint.map_err(|e| Uncosigned::Refused(Refusal::Untrusted(e)))?;
    if checkpoint.head().size <= last.size {
        request.old_size = last.size;
        request.consistency = Vec::new().into();
    }
    Ok(request)
}

fn examined(
    request: &AddCheckpoint,
    log: &Watched,
    last: TreeHead,
) -> Result<Accepted, Uncosigned> {
    let examined = examine(request, &Origin::from(&log.name), &log.keys, last);
    examined.map_err(|refusal| match refusal {
        Refusal::OtherOldSize { known, .. } => Uncosigned::Unproved {
            known,
            source: refusal,
        },
        Refusal::Smaller { old, new } => Uncosigned::Shorter {
            brought: new,
            known: old,
        },
        Refusal::Untrusted(_) | Refusal::TwoRoots { .. } | Refusal::Inconsistent(_) => {
            Uncosigned::Refused(refusal)
        }
    })
}

/// Now. A clock that stands before 1970 tells its beginning.
fn now() -> UnixTime {
    let seconds = u64::try_from(clock::now().timestamp()).ok();
    seconds.and_then(UnixTime::new).unwrap_or_default()
}
