//! X01 申请作废 and T28 作废: an entry error, taken back by two persons; the number is kept.

use super::merge::{LeavesTheList, judge_leaving};
use super::prelude::*;
use crate::dossier::AnnulmentProposal;
use crate::hazard::Hazard;
use crate::lifecycle::{Act, is_legal};
use crate::people::HigherConsent;

/// 申请作废: the first of the two persons speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeAnnulment {
    /// 作废理由.
    pub reason: Reason,
}

/// X01: annulment is proposed.
pub type AnnulmentProposed = ProposeAnnulment;

/// Annulment ends where an order has gone out: then the hazard is dealt with, not unwritten.
fn no_order_was_issued<S: LeavesTheList>(state: &S, no: &mut Refusals) {
    let issued = |entry: &crate::dossier::ListEntry| {
        entry.cycle.returned.is_some() || !entry.past_cycles.is_empty()
    };
    no.when(state.entry_if_listed().is_some_and(issued), || {
        Refusal::OrderWasIssued
    });
}

impl<S: LeavesTheList> Rules<S> for ProposeAnnulment {
    type Event = AnnulmentProposed;

    fn standing(state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        no_order_was_issued(state, no);
        no.when(state.file().annulment.is_some(), || {
            Refusal::AnnulmentPending
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<AnnulmentProposed, Refusals> {
        Ok(self)
    }
}

impl<S: LeavesTheList> Evolves<S> for AnnulmentProposed {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        state.file_mut().annulment = Some(AnnulmentProposal {
            by: stamp.actor.person,
            proposed_on: stamp.occurred_on,
            reason: self.reason.clone(),
        });
        state
    }
}

impl Hazard {
    /// 作废申请 that waits for the second person; none where the hazard has gone another way since.
    #[must_use]
    pub fn pending_annulment(&self) -> Option<&AnnulmentProposal> {
        let proposal = self.file().annulment.as_ref();
        proposal.filter(|_| is_legal(self.status(), Act::Annul))
    }
}

/// 作废: the second person confirms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annul {
    /// 复核意见.
    pub opinion: Opinion,
    /// 上级同意, where a higher body supervises the hazard.
    pub consent: Option<HigherConsent>,
}

/// T28: the entry is void.
pub type HazardAnnulled = Annul;

impl<S: LeavesTheList> Rules<S> for Annul {
    type Event = HazardAnnulled;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        no_order_was_issued(state, no);
        match &state.file().annulment {
            None => no.add(Refusal::AnnulmentNotProposed),
            Some(proposal) => {
                no.when(proposal.by == ctx.actor.person, || {
                    Refusal::AnnulmentNeedsTwo
                });
            }
        }
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_leaving(state, self.consent.as_ref(), ctx, no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardAnnulled, Refusals> {
        Ok(self)
    }
}

impl<S: LeavesTheList> Evolves<S> for HazardAnnulled {
    type Next = Annulled;

    fn evolve(&self, state: S, stamp: &Stamp) -> Annulled {
        let (file, entry, _) = state.leave();
        let left_on = stamp.occurred_on;
        Annulled {
            file,
            entry,
            left_on,
        }
    }
}
