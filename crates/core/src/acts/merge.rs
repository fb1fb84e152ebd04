//! T22 并案: the same hazard was reported twice; this one points to the one that goes on (rule 22).

use super::prelude::*;
use super::strike_off::judge_consent;
use crate::context::HazardStanding;
use crate::directory::Person;
use crate::dossier::{Assignment, File, ListEntry};
use crate::people::HigherConsent;
use crate::status::Status;
use std::collections::BTreeSet;

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
    fn entry_if_listed(&self) -> Option<&ListEntry>;
    /// The order that somebody is under, if anybody is.
    fn order_if_any(&self) -> Option<&Assignment>;
    /// What it takes with it: of an order that somebody was under, what it said is kept for ever.
    fn leave(self) -> (File, Option<ListEntry>, Option<Assignment>);
}

impl LeavesTheList for Reported {
    fn entry_if_listed(&self) -> Option<&ListEntry> {
        None
    }
    fn order_if_any(&self) -> Option<&Assignment> {
        None
    }
    fn leave(self) -> (File, Option<ListEntry>, Option<Assignment>) {
        (self.file, None, None)
    }
}

macro_rules! leaves_the_list {
    ($($state:ident $(with $assignment:ident)?;)*) => { $(
        impl LeavesTheList for $state {
            fn entry_if_listed(&self) -> Option<&ListEntry> {
                Some(&self.entry)
            }
            fn order_if_any(&self) -> Option<&Assignment> {
                [$(&self.$assignment)?].into_iter().next()
            }
            fn leave(self) -> (File, Option<ListEntry>, Option<Assignment>) {
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
        judge_consent(consent, entry, entry.cycle.began_on, ctx, no);
    }
}

/// Whether an order would be lost by the merger. Who had to rectify the one is of the rectifying side of the other only where it
/// had an order for that too (rule 14); and what never had an order can be annulled (T28), with all that was merged into it.
fn loses_an_order<S: LeavesTheList>(state: &S, kept: &BTreeSet<UnitId>) -> bool {
    state.entry_if_listed().is_some_and(|entry| {
        let own = entry.ordered_units(state.order_if_any());
        !own.is_subset(kept) || entry.cycle.returned.is_some() && kept.is_empty()
    })
}

/// Somebody who has rectified the one with his own hands, and would judge the other (rule 14): he has done nothing on that, and no post
/// in a unit that rectifies it since it was found.
fn lost_by(file: &File, target: &HazardStanding, ctx: &Context<'_>) -> Option<PersonName> {
    let directory = &ctx.county.directory;
    let (since, until) = ctx.days_since_found(target.found_on);
    let is_of_it = |person: &Person| {
        let mut posts = person.posts.iter();
        posts.any(|post| {
            target.ordered_units.contains(&post.unit) && post.is_held_within(since, until)
        })
    };
    let mut others = file
        .rectified_by()
        .filter(|person| !target.rectified_by.contains(person))
        .filter_map(|person| directory.person(person));
    let lost = others.find(|person| !is_of_it(person));
    lost.map(|person| person.name.clone())
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
        let Some(target) = ctx.known.hazards.get(&self.into) else {
            no.add(Refusal::MergeTargetUnknown);
            return;
        };
        let status = target.status;
        if status == Status::Merged {
            no.add(Refusal::MergeTargetMerged);
        } else if !status.is_open() {
            no.add(Refusal::MergeTargetNotOpen { status });
        } else {
            let loses_an_order = loses_an_order(state, &target.ordered_units);
            no.when(loses_an_order, || Refusal::MergeLosesOrder);
            let entry = state.entry_if_listed();
            let lost = lost_by(state.file(), target, ctx).filter(|_| !loses_an_order);
            no.when_some(lost, |name| Refusal::MergeLosesRectifier { name });
            let term = entry.and_then(|entry| entry.term(state.order_if_any()));
            let due_on = term.map(|term| term.due_on);
            let lost_term = due_on.filter(|_| target.due_on.is_none() && !loses_an_order);
            no.when_some(lost_term, |due_on| Refusal::MergeLosesDeadline { due_on });
            let moved = due_on.zip(target.due_on);
            let moved = moved.filter(|(own, theirs)| own < theirs);
            // What goes on must be held to what was decided on the other (rule 17).
            let suspended = state.file().suspension_in_force();
            no.when_some(suspended.filter(|_| !target.suspended), |suspension| {
                Refusal::MergeWhileSuspended {
                    decision: suspension.order.decision.clone(),
                }
            });
            let supervised_at = entry.and_then(ListEntry::supervised_at);
            let lost = supervised_at.filter(|level| Some(*level) > target.supervised_at);
            no.when_some(lost, |level| Refusal::MergeLosesSupervision { level });
            no.when_some(moved, |(due_on, later)| Refusal::MergeMovesDeadline {
                due_on,
                later,
            });
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
