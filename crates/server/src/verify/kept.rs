//! A checkpoint that was kept elsewhere, as a file.

use crate::bounded::bounded;
use std::fs::File;
use std::io;
use std::path::Path;
use xiaohao_log::{
    Checkpoint, InvalidCheckpoint, InvalidNote, LogKey, NotCosigned, Origin, SignedNote, TreeHead,
    UntrustedCheckpoint, WitnessKey,
};

/// A checkpoint that somebody kept, with its file.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What it is over.
    pub head: TreeHead,
    /// As it was signed, by the log and by whoever cosigned it.
    pub note: SignedNote,
    pub(super) file: String,
}

/// Why a checkpoint cannot be compared with.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("cannot read {file}")]
    Unread {
        /// Which.
        file: String,
        /// Why not.
        source: io::Error,
    },
    /// It is no checkpoint.
    #[error("{file} is no checkpoint")]
    Form {
        /// Which.
        file: String,
        /// Why not.
        source: InvalidNote,
    },
    /// It is a note, and none of a log.
    #[error("{file} is no checkpoint")]
    NoHead {
        /// Which.
        file: String,
        /// Why not.
        source: InvalidCheckpoint,
    },
    /// It is not signed by the key.
    #[error("{file} is not signed by the key {key}")]
    Untrusted {
        /// Which.
        file: String,
        /// By which.
        key: String,
        /// Why not.
        source: UntrustedCheckpoint,
    },
    /// A witness who was asked for has not cosigned it.
    #[error("{file} is not cosigned as was asked for")]
    NotCosigned {
        /// Which.
        file: String,
        /// Why not.
        source: NotCosigned,
    },
}

impl Kept {
    /// Over how many lines a checkpoint says it is, whoever signed it.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn claimed_size(file: &Path) -> Result<u64, Unusable> {
        let (name, note) = note_in(file)?;
        let claimed = Checkpoint::claimed_head(&note);
        let claimed = claimed.map_err(|source| Unusable::NoHead { file: name, source })?;
        Ok(claimed.size)
    }

    /// Reads a checkpoint that is signed by a key, and cosigned by each of these witnesses.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn read(file: &Path, key: &LogKey, witnesses: &[WitnessKey]) -> Result<Self, Unusable> {
        let (name, note) = note_in(file)?;
        let keys = std::slice::from_ref(key);
        let opened = Checkpoint::open(&note, &Origin::from(key.name()), keys);
        let opened = opened.map_err(|source| Unusable::Untrusted {
            file: name.clone(),
            key: key.to_string(),
            source,
        })?;
        for witness in witnesses {
            let cosigned = witness.cosigned(&note);
            cosigned.map_err(|source| Unusable::NotCosigned {
                file: name.clone(),
                source,
            })?;
        }
        Ok(Self {
            head: opened.head(),
            note,
            file: name,
        })
    }
}

/// The name of a file, and the note in it.
fn note_in(file: &Path) -> Result<(String, SignedNote), Unusable> {
    let name = file.display().to_string();
    let bytes = File::open(file).and_then(bounded);
    let bytes = bytes.map_err(|source| Unusable::Unread {
        file: name.clone(),
        source,
    })?;
    match SignedNote::from_bytes(&bytes) {
        Ok(note) => Ok((name, note)),
        Err(source) => Err(Unusable::Form { file: name, source }),
    }
}
