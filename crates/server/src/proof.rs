//! The proof that something is recorded, as a file that is checked with nothing but the public key of the log: no database, no
//! network, and no belief in whoever hands it out. Two things are proved so: that a hazard was struck off, and that the log is
//! signed by another key from then on.

use crate::hex::{from_hex, to_hex};
use crate::signing::strikes_off;
use serde::{Deserialize, Serialize};
use xiaohao_core::upkeep::{RotateSigningKey, UpkeepEvent};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Position, Record, SubjectKind, UnreadableBody};
use xiaohao_log::{
    Envelope, InvalidEnvelope, InvalidProof, LogKey, NotCosigned, Origin, Salt, TlogProof,
    UntrustedProof, WitnessKey,
};
use xiaohao_store::AsWritten;

/// The form of the file that proves a closure, and of the one that proves a change of the key.
const CLOSURE: &str = "xiaohao-closure-proof/v1";
const KEY: &str = "xiaohao-key-proof/v1";

/// An entry of the ledger, with everything by which its leaf is computed, and that the leaf is in the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryProof {
    form: String,
    entry: String,
    salt: String,
    fingerprint: String,
    body: String,
    proof: String,
}

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unproved {
    /// It is no file of this form.
    #[error("is no proof of an entry")]
    Form(#[from] serde_json::Error),
    /// It is of another version.
    #[error("has the form {0}, which this version does not know")]
    OtherForm(String),
    /// Salt or fingerprint is no hexadecimal of its length.
    #[error("has a {0} that is none")]
    Hex(&'static str),
    /// The entry is none.
    #[error("has an entry that is none")]
    Entry(#[from] InvalidEnvelope),
    /// The entry is bound to something else.
    #[error("shows a body that is not that of the entry")]
    OtherBody,
    /// The body cannot be read.
    #[error("shows a body that cannot be read")]
    Body(#[from] UnreadableBody),
    /// The body says something else than the entry.
    #[error("shows an entry that says something else than its body")]
    Contradiction,
    /// It is about another act than its form says.
    #[error("shows an act that neither strikes a hazard off nor changes the key of the log")]
    OtherAct,
    /// The proof that it is in the log is none.
    #[error("has no proof that the entry is in the log")]
    Proof(#[from] InvalidProof),
    /// The entry is not in the log of the key.
    #[error("does not show that the entry is in the log of this key")]
    Untrusted(#[from] UntrustedProof),
    /// A witness who was asked for has not cosigned its checkpoint.
    #[error("has a checkpoint that is not cosigned as was asked for")]
    NotCosigned(#[from] NotCosigned),
}

/// What was proved.
#[derive(Debug)]
pub struct Proved {
    /// What was recorded.
    pub record: Record,
    /// Where.
    pub position: Position,
    /// Over how many entries the checkpoint is.
    pub size: u64,
    /// The change of the key, where it is that which was proved.
    pub key_change: Option<RotateSigningKey>,
}

/// What a line says of the key that signs the log, if it changes it.
fn key_change(record: &Record) -> Option<&RotateSigningKey> {
    match record {
        Record::Ledger(entry) => match &entry.event {
            UpkeepEvent::SigningKeyRotated(says) => Some(says),
            UpkeepEvent::PersonalDataErased(_) => None,
        },
        Record::Hazard(_) | Record::Order(_) | Record::Circular(_) => None,
    }
}

impl EntryProof {
    /// The proof of a line as it was written.
    #[must_use]
    pub fn of(county: CountyCode, written: &AsWritten, proof: &TlogProof) -> Self {
        let content = written
            .salt
            .commit(written.fingerprint.as_bytes(), &written.body);
        let line = &written.line;
        let entry = line
            .record
            .envelope(&county.to_string(), line.position, content)
            .to_string();
        let form = match line.record.subject().kind() {
            SubjectKind::Ledger => KEY,
            SubjectKind::Hazard | SubjectKind::Order | SubjectKind::Circular => CLOSURE,
        };
        Self {
            form: form.to_owned(),
            entry,
            salt: to_hex(written.salt.as_bytes()),
            fingerprint: to_hex(written.fingerprint.as_bytes()),
            body: written.body.clone(),
            proof: proof.to_string(),
        }
    }

    /// Checks a file against the public key of the log, and of each witness who must have cosigned its checkpoint.
    ///
    /// # Errors
    /// [`Unproved`] names what does not hold.
    pub fn check(text: &str, key: &LogKey, witnesses: &[WitnessKey]) -> Result<Proved, Unproved> {
        let shown: Self = serde_json::from_str(text)?;
        let kind = match shown.form.as_str() {
            CLOSURE => SubjectKind::Hazard,
            KEY => SubjectKind::Ledger,
            _ => return Err(Unproved::OtherForm(shown.form)),
        };
        let salt = from_hex(&shown.salt).ok_or(Unproved::Hex("salt"))?;
        let fingerprint = from_hex(&shown.fingerprint).ok_or(Unproved::Hex("fingerprint"))?;
        let entry = Envelope::parse(&shown.entry)?;
        if Salt::new(salt).commit(&fingerprint, &shown.body) != entry.content {
            return Err(Unproved::OtherBody);
        }
        // Neither act names anybody, so there is no personal data to be put back into its places.
        let record = Record::from_body(kind, &shown.body, &[])?;
        let position = Position::new(entry.position);
        if record.envelope(entry.county, position, entry.content) != entry {
            return Err(Unproved::Contradiction);
        }
        let key_change = key_change(&record).cloned();
        if !strikes_off(&record) && key_change.is_none() {
            return Err(Unproved::OtherAct);
        }
        let proof = TlogProof::from_bytes(shown.proof.as_bytes())?;
        if proof.index.checked_add(1) != Some(entry.position) {
            return Err(Unproved::Contradiction);
        }
        let checkpoint = proof.verify(
            entry.leaf(),
            &Origin::from(key.name()),
            std::slice::from_ref(key),
        )?;
        for witness in witnesses {
            witness.cosigned(&proof.checkpoint)?;
        }
        Ok(Proved {
            record,
            position,
            size: checkpoint.head().size,
            key_change,
        })
    }
}
