//! The proof that something is recorded, as a file that is checked with nothing but the public key of the log: no database, no
//! network, and no belief in whoever hands it out. Two things are proved so: that a hazard was struck off, and that the log is
//! signed by another key from then on.

use crate::hex::{from_hex, to_hex};
use crate::signing::strikes_off;
use serde::{Deserialize, Serialize};
use xiaohao_core::upkeep::RotateSigningKey;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{
    BrokenSeal, Fault, Names, Position, Record, Salted, SigningKeys, SubjectKind, UnreadableBody,
    commitments,
};
use xiaohao_log::{
    Checkpoint, Envelope, InvalidEnvelope, InvalidProof, LogKey, NotCosigned, Origin, Salt,
    SignedNote, TlogProof, UntrustedProof, WitnessKey,
};
use xiaohao_store::{CarriedLine, PersonalData};

/// The form of the file that proves a closure, the one in which it names nobody, and that of the file that proves a change of
/// the key.
const CLOSURE: &str = "xiaohao-closure-proof/v2";
const CLOSURE_WITHOUT_NAMES: &str = "xiaohao-closure-proof/v1";
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    personal: Vec<Named>,
    proof: String,
}

/// What stands in a place of the body for which there is a commitment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    field: String,
    value: String,
    salt: String,
}

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unproved {
    /// It is no file of this form.
    #[error("it is no proof of an entry")]
    Form(#[from] serde_json::Error),
    /// It is no object of JSON.
    #[error("it is no proof of an entry: it does not begin with a brace")]
    NoObject,
    /// It is of another version.
    #[error("it has the form {0}, which this version does not know")]
    OtherForm(String),
    /// Salt or fingerprint is no hexadecimal of its length.
    #[error("it has a {0} that is none")]
    Hex(&'static str),
    /// The entry is none.
    #[error("it has an entry that is none")]
    Entry(#[from] InvalidEnvelope),
    /// The entry is bound to something else.
    #[error("it shows a body that is not that of the entry")]
    OtherBody,
    /// The body cannot be read.
    #[error("it shows a body that {0}")]
    Body(UnreadableBody),
    /// A commitment in the body is none.
    #[error("it shows a body that cannot be read: {0}")]
    Seal(BrokenSeal),
    /// A name is not the one to which the body is bound.
    #[error(
        "it says that “{value}” stands at “{field}”, and what stands there is something else, or was said before"
    )]
    OtherName {
        /// Where.
        field: String,
        /// What is said.
        value: String,
    },
    /// The body says something else than the entry.
    #[error("it shows an entry that says something else than its body")]
    Contradiction,
    /// It is about another act than its form says.
    #[error("it shows an act that neither strikes a hazard off nor changes the key of the log")]
    OtherAct,
    /// The change of the key is none of the log that is trusted.
    #[error(
        "it shows that {from} became {to}, which is no change of the log of this key: that must be one of the two, and both be of its log"
    )]
    OtherChange {
        /// The key before.
        from: String,
        /// The key after.
        to: String,
    },
    /// The proof that it is in the log is none.
    #[error("it has no proof that the entry is in the log")]
    Proof(#[from] InvalidProof),
    /// The entry is not in the log of the key.
    #[error("it does not show that the entry is in the log of this key")]
    Untrusted(#[from] UntrustedProof),
    /// A witness who was asked for has not cosigned its checkpoint.
    #[error("it has a checkpoint that is not cosigned as was asked for")]
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
    pub key_change: Option<KeyChange>,
}

/// That the log is signed by another key.
#[derive(Debug)]
pub struct KeyChange {
    /// The key before.
    pub from: LogKey,
    /// The key after.
    pub to: LogKey,
    /// Whether the key before has signed the checkpoint over it; one that is lost has not.
    pub is_handed_over: bool,
}

impl KeyChange {
    /// What is said, where it is a change of the log of this key.
    fn read(says: &RotateSigningKey, key: &LogKey, checkpoint: &SignedNote) -> Option<Self> {
        let (from, to) = SigningKeys::change(says).ok()?;
        let is_handed_over = Checkpoint::signed_by(checkpoint, &from).is_ok();
        [&from, &to].contains(&key).then_some(Self {
            from,
            to,
            is_handed_over,
        })
    }
}

impl EntryProof {
    /// The proof of a line as it was written, with whom it names, unless that is withheld.
    ///
    /// # Errors
    /// [`Fault`] where its body is not what was written.
    pub fn of(
        county: CountyCode,
        carried: &CarriedLine,
        proof: &TlogProof,
        names: Names,
    ) -> Result<Self, Fault> {
        let written = &carried.written;
        let content = written
            .salt
            .commit(written.fingerprint.as_bytes(), &written.body);
        let line = &written.line;
        let entry = line
            .record
            .envelope(&county.to_string(), line.position, content)
            .to_string();
        let bound = commitments(&carried.written.body).map_err(Fault::internal)?;
        let is_shown = names == Names::Shown;
        let shown = bound.into_iter().zip(&carried.personal);
        let shown = shown.filter(|_| is_shown);
        let shown = shown.filter_map(|(bound, kept)| match kept {
            PersonalData::Kept(Salted { value, salt }) => Some(Named {
                field: bound.field,
                value: value.clone(),
                salt: to_hex(salt.as_bytes()),
            }),
            PersonalData::Erased { .. } => None,
        });
        let form = match line.record.subject().kind() {
            SubjectKind::Ledger => KEY,
            SubjectKind::Hazard | SubjectKind::Order | SubjectKind::Circular => CLOSURE,
        };
        Ok(Self {
            form: form.to_owned(),
            entry,
            salt: to_hex(written.salt.as_bytes()),
            fingerprint: to_hex(written.fingerprint.as_bytes()),
            body: written.body.clone(),
            personal: shown.collect(),
            proof: proof.to_string(),
        })
    }

    /// Checks a file against the public key of the log, and of each witness who must have cosigned its checkpoint.
    ///
    /// # Errors
    /// [`Unproved`] names what does not hold.
    pub fn check(text: &str, key: &LogKey, witnesses: &[WitnessKey]) -> Result<Proved, Unproved> {
        // A list of the same texts would be read as well.
        if !text.trim_start().starts_with('{') {
            return Err(Unproved::NoObject);
        }
        let shown: Self = serde_json::from_str(text)?;
        let kind = match shown.form.as_str() {
            CLOSURE | CLOSURE_WITHOUT_NAMES => SubjectKind::Hazard,
            KEY => SubjectKind::Ledger,
            _ => return Err(Unproved::OtherForm(shown.form)),
        };
        let salt = from_hex(&shown.salt).ok_or(Unproved::Hex("salt"))?;
        let fingerprint = from_hex(&shown.fingerprint).ok_or(Unproved::Hex("fingerprint"))?;
        let entry = Envelope::parse(&shown.entry)?;
        if Salt::new(salt).commit(&fingerprint, &shown.body) != entry.content {
            return Err(Unproved::OtherBody);
        }
        if shown.form == CLOSURE_WITHOUT_NAMES && !shown.personal.is_empty() {
            return Err(Unproved::OtherForm(shown.form));
        }
        let names = shown.names()?;
        let record = Record::from_body(kind, &shown.body, &names).map_err(Unproved::Body)?;
        let position = Position::new(entry.position);
        if record.envelope(entry.county, position, entry.content) != entry {
            return Err(Unproved::Contradiction);
        }
        let key_change = record.key_change();
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
        let key_change = key_change.map(|says| {
            let change = KeyChange::read(says, key, &proof.checkpoint);
            change.ok_or_else(|| Unproved::OtherChange {
                from: says.from.to_string(),
                to: says.to.to_string(),
            })
        });
        let key_change = key_change.transpose()?;
        Ok(Proved {
            record,
            position,
            size: checkpoint.head().size,
            key_change,
        })
    }

    /// What stands in each place of the body for which there is a commitment, as far as it is shown.
    fn names(&self) -> Result<Vec<Option<String>>, Unproved> {
        let bound = commitments(&self.body).map_err(Unproved::Seal)?;
        let mut names = vec![None; bound.len()];
        for Named { field, value, salt } in &self.personal {
            let salt = from_hex(salt).ok_or(Unproved::Hex("salt"))?;
            let commitment = Salt::new(salt).commit_personal(value);
            let mut places = bound.iter().zip(&mut names);
            let place = places.find(|(place, _)| place.field == *field);
            match place {
                Some((place, name)) if place.commitment == commitment && name.is_none() => {
                    *name = Some(value.clone());
                }
                Some(_) | None => {
                    let (field, value) = (field.clone(), value.clone());
                    return Err(Unproved::OtherName { field, value });
                }
            }
        }
        Ok(names)
    }
}
