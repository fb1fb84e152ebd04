//! Ways in are opened and closed by lines of the ledger: what lets in is kept, or taken away, in the transaction that records it.

use super::Doorkeeper;
use crate::clock::new_id;
use xiaohao_core::acts::TakeBackLink;
use xiaohao_core::upkeep::{UpkeepCommand, operator};
use xiaohao_core::values::RequestId;
use xiaohao_core::ways_in::{ChangeWaysIn, Kept, Shown, WayIn};
use xiaohao_core::{Actor, Refusal, Refusals};
use xiaohao_graphql::Shut;
use xiaohao_ledger::{Deed, Fault, Outcome, Submission, Through};

/// What came of a way in that was to be opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recorded {
    /// It stands in the ledger, and what is kept beside it is as it says.
    Done,
    /// It stood so already; nothing has changed.
    Unchanged,
    /// There is no such code of a device, or it is over.
    NoSuchCode,
    /// Whoever asks has as many devices as one can have.
    DevicesTooMany,
    /// What whoever asks has shown of himself is not what is asked for any more.
    NotShown,
}

impl Recorded {
    /// What came of it where it was refused by this alone, or by whoever asks not being known.
    fn refused(why: &Refusals) -> Option<Self> {
        if why.iter().any(|one| *one == Refusal::PasswordChanged) {
            return Some(Self::NotShown);
        }
        let mut all = why.iter();
        match (all.next(), all.next()) {
            (Some(Refusal::WaysInUnchanged), None) => Some(Self::Unchanged),
            (Some(Refusal::DeviceCodeUnknown), None) => Some(Self::NoSuchCode),
            (Some(Refusal::DevicesAtMost { .. }), None) => Some(Self::DevicesTooMany),
            _ => None,
        }
    }

    /// Goes on where whoever asks has shown who he is.
    ///
    /// # Errors
    /// [`Shut::WrongSecret`]: the password was changed meanwhile, or a second factor taken.
    pub(super) fn is_shown(self) -> Result<Self, Shut> {
        if self == Self::NotShown {
            Err(Shut::WrongSecret)
        } else {
            Ok(self)
        }
    }
}

/// Why it is not done, where nothing that was asked for is the reason.
#[derive(Debug, thiserror::Error)]
#[error("a way in is not recorded: {0}")]
struct Unrecorded(Refusals);

impl Doorkeeper {
    /// Opens or closes a way in; for whoever is known by a password, with what he has shown.
    ///
    /// # Errors
    /// [`Fault`]; then it is done whole or not at all.
    pub(super) async fn record(
        &self,
        by: &Actor,
        way: WayIn,
        kept: Kept,
        shown: Option<Shown>,
    ) -> Result<Recorded, Fault> {
        let says = ChangeWaysIn { way, kept, shown };
        let command = UpkeepCommand::ChangeWaysIn(Box::new(says));
        match self.done(by, Deed::Ledger { command }).await? {
            Outcome::Done { .. } => Ok(Recorded::Done),
            Outcome::Refused(why) => match Recorded::refused(&why.refusals) {
                Some(recorded) => Ok(recorded),
                None => Err(Fault::internal(Unrecorded(why.refusals))),
            },
        }
    }

    /// Takes a link back on its hazard; whether it was, and by whoever may do that.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn taken_back(&self, by: &Actor, through: Through) -> Result<bool, Fault> {
        let link = through.link;
        let deed = Deed::Hazard {
            id: through.hazard,
            command: TakeBackLink { link }.into(),
        };
        let outcome = self.done(by, deed).await?;
        Ok(matches!(outcome, Outcome::Done { .. }))
    }

    async fn done(&self, by: &Actor, deed: Deed) -> Result<Outcome, Fault> {
        let submission = Submission {
            request: RequestId::new(new_id()).map_err(Fault::internal)?,
            actor: by.clone(),
            through: None,
            occurred_on: None,
            expected_version: None,
            deed,
        };
        self.ledger.execute(submission).await
    }

    /// Whoever runs the program.
    pub(super) fn operator(&self) -> Actor {
        operator(&self.ledger.county())
    }

    /// Takes the ways in into the record that there are from before they were recorded; whether there were any.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn take_in(&self) -> Result<bool, Fault> {
        let keys = self.store.unrecorded_keys(self.county).await?;
        let passwords = self.store.unrecorded_passwords(self.county).await?;
        let found = keys.map(WayIn::Found).into_iter();
        let found = found.chain(passwords.map(WayIn::PasswordsFound));
        let mut were_any = false;
        for way in found {
            let by = self.operator();
            let recorded = self.record(&by, way, Kept::Nothing, None).await?;
            were_any |= recorded == Recorded::Done;
        }
        Ok(were_any)
    }
}
