//! T22 并案: the same hazard was reported twice; this one points to the one that goes on (rule 22).

use super::prelude::*;
use super::strike_off::judge_consent;
use crate::dossier::{Assignment, Entry, File};
use crate::people::HigherConsent;
use crate::status::Status;

/// 并案.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The hazard that goes on.
    pub into: HazardId,
    /// 并案理由.
    pub reason: Reason,
    /// 上级同意, where a higher body supervises this hazard.
    pub consent: Option<HigherConsent>,
}

/// T22: the hazard is merged and deducted from every denominator.
pub type HazardMerged = Merge;

/// What leaves the list without being rectified, from the report or from an open state.
pub(crate) trait LeavesTheList: InFile {
    fn entry_if_listed(&self) -> Option<&Entry>;
    /// What it takes with it: of an order that somebody was under, what it said is kept for ever.
    fn leave(self) -> (File, Option<Entry>, Option<Assignment>);
}

impl LeavesTheList for Reported {
    fn entry_if_listed(&self) -> Option<&Entry> {
        None
    }
    fn leave(self) -> (File, Option<Entry>, Option<Assignment>) {
        (self.file, None, None)
    }
}

macro_rules! leaves_the_list {
    ($($state:ident $(with $assignment:ident)?;)*) => { $(
        impl LeavesTheList for $state {
            fn entry_if_listed(&self) -> Option<&Entry> {
                Some(&self.entry)
            }
            fn leave(self) -> (File, Option<Entry>, Option<Assignment>) {
                let assignment = [$(self.$assignment)?].into_iter().next();
                (self.file, Some(self.entry), assignment)
            }
        }
    )* };
}

leaves_the_list! {
    Listed;
    Assigned with assignment;
    Acknowledged with assignment;
    Rectifying with assignment;
    AwaitingVerification with assignment;
}

/// The higher body's say, where the hazard is on the list and it supervises it.
pub(crate) fn judge_leaving<S: LeavesTheList>(
    state: &S,
    consent: Option<&HigherConsent>,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    if let Some(entry) = state.entry_if_listed() {
        judge_consent(consent, entry, ctx, no);
    }
}

impl<S: LeavesTheList> Rules<S> for Merge {
    type Event = HazardMerged;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_leaving(state, self.consent.as_ref(), ctx, no);
        if self.into == state.file().id {
            no.add(Refusal::MergeIntoItself);
            return;
        }
        // A merged hazard is never a target, so no chain of mergers can close to a cycle.
        match ctx.known.status_of(self.into) {
            None => no.add(Refusal::MergeTargetUnknown),
            Some(Status::Merged) => no.add(Refusal::MergeTargetMerged),
            Some(status) => no.when(!status.is_open(), || Refusal::MergeTargetNotOpen { status }),
        }
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardMerged, Refusals> {
        Ok(self)
    }
}

impl<S: LeavesTheList> Evolves<S> for HazardMerged {
    type Next = Merged;

    fn evolve(&self, state: S, _stamp: &Stamp) -> Merged {
        let (file, entry, left_under) = state.leave();
        Merged {
            file,
            entry,
            left_under,
            because: self.clone(),
        }
    }
}
