//! X08 补录确认: the office consents to an act that is dated further back than the policy allows (spec §2.5).
//!
//! A consent serves the next act and is gone with it; nobody uses his own.

use super::prelude::*;
use crate::dossier::BackdatingPermit;

/// 补录确认.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBackdating {
    /// The earliest legal date that the next act may carry.
    pub earliest_on: NaiveDate,
    /// 补录理由.
    pub reason: Reason,
}

/// X08: a late entry is consented to.
pub type BackdatingConfirmed = ConfirmBackdating;

impl<S: InFile> Rules<S> for ConfirmBackdating {
    type Event = BackdatingConfirmed;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let moved_on = state.file().moved_on;
        let within = moved_on <= self.earliest_on && self.earliest_on <= ctx.occurred_on;
        no.when(!within, || Refusal::PermitDateWrong { moved_on });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<BackdatingConfirmed, Refusals> {
        Ok(self)
    }
}

impl<S: InFile> Evolves<S> for BackdatingConfirmed {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        state.file_mut().backdating = Some(BackdatingPermit {
            earliest_on: self.earliest_on,
            by: stamp.actor.person,
        });
        state
    }
}
