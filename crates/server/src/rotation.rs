//! `xiaohao ledger rotate-key`: from now on the log of a county is signed by another key.
//!
//! In this order: the new key is made beside the present one; the ledger records it; both sign the checkpoint over that
//! line; the new key takes the place of the present one. Whoever is stopped on the way goes on by the same command.

use crate::clock;
use crate::durable;
use crate::served::Served;
use crate::signing::{self, CountyNotary, Keyless};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use xiaohao_core::Actor;
use xiaohao_core::upkeep::{ACTS_ON_THE_LEDGER, RotateSigningKey, SigningKey, UpkeepCommand};
use xiaohao_core::values::{Invalid, Reason, RequestId};
use xiaohao_graphql::{Door, PostAsked, Secrets, Shut};
use xiaohao_ledger::{Deed, Fault, Names, Outcome, Position, Refused, Submission};
use xiaohao_log::{LogKey, LogSigner, SignedNote};

/// What is to be done.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The file of the present key.
    pub file: &'a Path,
    /// The present key, where its file is lost.
    pub lost: Option<LogKey>,
    /// By what the approver of the office shows who he is.
    pub secrets: Secrets<'a>,
    /// Why.
    pub reason: &'a str,
}

/// What was done.
#[derive(Debug)]
pub struct Rotated {
    /// The key that signed until now.
    pub from: LogKey,
    /// The key that signs from now on.
    pub to: LogKey,
    /// The line of the ledger that records it.
    pub line: Position,
    /// That it is recorded, under a checkpoint that is signed by both keys, or by the new one alone where the other is lost.
    pub proof: String,
}

/// Why the key is what it was; or, where the ledger has recorded the new one, why it is not yet in place.
#[derive(Debug, thiserror::Error)]
pub enum Unrotated {
    /// The key cannot be read or written.
    #[error(transparent)]
    Key(#[from] Keyless),
    /// It is said to be lost, and is there.
    #[error(
        "the key {} is not lost; leave --lost-key out, or move the file away if it is that of another log", file.display()
    )]
    NotLost {
        /// Where it is.
        file: PathBuf,
    },
    /// It is not the key of this log.
    #[error(
        "the log is not signed by {key}; name the key that signs it now with --signing-key, or with --lost-key"
    )]
    OtherKey {
        /// Which key.
        key: Box<LogKey>,
    },
    /// Who says so is not let in.
    #[error("{login} is not let in: {}", not_let_in(.why))]
    Shut {
        /// Who.
        login: String,
        /// Why not.
        why: Shut,
    },
    /// The reason cannot be recorded.
    #[error("the reason cannot be recorded: {0}")]
    Reason(Invalid),
    /// The ledger does not record it.
    #[error("it is not recorded: {}", .0.refusals)]
    Refused(Box<Refused>),
    /// The ledger could not be read or written.
    #[error("the ledger cannot be read or written; do it again, and it goes on from where it was")]
    Fault(#[from] Fault),
    /// The new key cannot take the place of the present one.
    #[error(
        "{} cannot take the place of {}; do it again, and it goes on from here", new.display(), file.display()
    )]
    Place {
        /// The new one.
        new: PathBuf,
        /// The present one.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

fn not_let_in(why: &Shut) -> String {
    match why {
        Shut::WrongSecret
        | Shut::SessionOver
        | Shut::RenewalReused(_)
        | Shut::NoSuchKey
        | Shut::KeyNeeded
        | Shut::NoSuchLink
        | Shut::SignedInElsewhere => "the login or the password is wrong".to_owned(),
        Shut::CodeNeeded => {
            "a second factor is asked for: type its code on a line of its own after the password"
                .to_owned()
        }
        Shut::WrongCode => "the code of the second factor is wrong, or was taken before".to_owned(),
        Shut::DevicesTooMany(most) => format!("there are {most} devices already"),
        Shut::SecondFactorKept => "there is a second factor already".to_owned(),
        Shut::PasswordUnfit(why) => why.clone(),
        Shut::TooManyTries(wait) | Shut::Busy(wait) => format!("wait {} seconds", wait.as_secs()),
        Shut::NoSuchPost => format!("the key is changed by the {ACTS_ON_THE_LEDGER} of 县安委办"),
        Shut::Fault(fault) => fault.to_string(),
    }
}

/// The key that has signed so far; without its secret, where that is lost.
struct Present {
    key: LogKey,
    signer: Option<LogSigner>,
}

impl Present {
    async fn of(asked: &Asked<'_>, served: &Served) -> Result<Self, Unrotated> {
        let Some(lost) = &asked.lost else {
            let county = served.office.ledger.county().code;
            let signer = signing::own(asked.file, &served.store, county).await?;
            return Ok(Self {
                key: signer.public().clone(),
                signer: Some(signer),
            });
        };
        if asked.file.exists() {
            let file = asked.file.to_owned();
            return Err(Unrotated::NotLost { file });
        }
        Ok(Self {
            key: lost.clone(),
            signer: None,
        })
    }
}

/// Changes the key of a county's log.
///
/// # Errors
/// [`Unrotated`].
pub async fn run(served: &Served, asked: &Asked<'_>) -> Result<Rotated, Unrotated> {
    let county = served.office.ledger.county().code;
    let present = Present::of(asked, served).await?;
    let reason = Reason::new(asked.reason).map_err(Unrotated::Reason)?;
    let by = approver(served, asked).await?;
    let beside = asked.file.with_added_extension("next");
    let recorded = served.store.signing_keys(county).await?.present().cloned();
    // Where somebody was stopped, the new key is there already, and may be recorded.
    let is_recorded = beside.exists()
        && recorded.is_some_and(|key| signing::read(&beside).is_ok_and(|new| *new.public() == key));
    // What is recorded stays: a key that never signed this log must not be recorded as the one that did. Nor is one made for it.
    if !is_recorded && !served.store.is_signed_by(county, &present.key).await? {
        let key = Box::new(present.key);
        return Err(Unrotated::OtherKey { key });
    }
    signing::made(&beside, present.key.name().as_str())?;
    let new = signing::read(&beside)?;
    if !is_recorded {
        record(served, by, &present.key, new.public(), reason).await?;
    }
    let now = clock::now();
    let note = served
        .store
        .hand_over(county, present.signer.as_ref(), &new, now);
    let note = note.await?;
    let line = served.store.signing_keys(county).await?.since();
    let line = line.ok_or_else(|| Fault::damaged("the line that records the new key is gone"))?;
    let (store, to) = (served.store.clone(), new.public().clone());
    let notary = CountyNotary::new(store, county, new, Arc::new(clock::now));
    let note = SignedNote::from_bytes(note.as_bytes()).map_err(Fault::internal)?;
    let proof = notary.proof_at(line, note, Names::Shown).await?;
    durable::take_place(&beside, asked.file).map_err(|source| Unrotated::Place {
        new: beside,
        file: asked.file.to_owned(),
        source,
    })?;
    Ok(Rotated {
        from: present.key,
        to,
        line,
        proof,
    })
}

/// Whoever changes the key, let in by his password and for nothing else.
async fn approver(served: &Served, asked: &Asked<'_>) -> Result<Actor, Unrotated> {
    let post = PostAsked {
        role: Some(ACTS_ON_THE_LEDGER),
        unit: Some(served.office.ledger.county().office),
    };
    let opened = served.door.sign_in(asked.secrets, post, None).await;
    let shut = |why| Unrotated::Shut {
        login: asked.secrets.login.to_owned(),
        why,
    };
    let opened = opened.map_err(shut)?;
    let ended = served.door.sign_out(&opened.token).await;
    ended.map_err(shut)?;
    Ok(opened.actor)
}

async fn record(
    served: &Served,
    by: Actor,
    from: &LogKey,
    to: &LogKey,
    reason: Reason,
) -> Result<(), Unrotated> {
    let written = |key: &LogKey| SigningKey::new(&key.to_string()).map_err(Fault::internal);
    let command = UpkeepCommand::RotateSigningKey(RotateSigningKey {
        from: written(from)?,
        to: written(to)?,
        reason,
    });
    let submission = Submission {
        request: RequestId::new(clock::new_id()).map_err(Fault::internal)?,
        actor: by,
        through: None,
        occurred_on: None,
        expected_version: None,
        deed: Deed::Ledger { command },
    };
    match served.office.ledger.execute(submission).await? {
        Outcome::Done { .. } => Ok(()),
        Outcome::Refused(refused) => Err(Unrotated::Refused(refused)),
    }
}
