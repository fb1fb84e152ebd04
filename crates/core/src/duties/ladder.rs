//! 升级督办: the rungs by which the office presses on while a deadline draws near and after it has passed (L-ESC).

use super::{Desk, OVERDUE_AGAIN, What};
use crate::authority::Who;
use crate::circular::ItemKind;
use crate::context::County;
use crate::dossier::ListEntry;
use crate::overdue::is_overdue;
use crate::policy::{Anchor, ComputedDate, DateError, Limit};
use crate::values::EscalationKind;
use chrono::NaiveDate;

/// Who climbs it.
const WHO: &[Who] = &[Who::Clerk, Who::Signer];

impl Desk<'_> {
    /// The rungs that are there: reminders until the deadline, and after it what follows on its passing; an interview at once after
    /// the second failed round, whatever the deadline (spec §2.4). Where an application that was made in time comes back after the
    /// deadline, what would have been climbed by then is to be climbed from that day on (rule 13).
    pub(super) fn ladder(
        &mut self,
        entry: &ListEntry,
        due_on: Option<NaiveDate>,
        again_since: Option<NaiveDate>,
        on: NaiveDate,
    ) {
        let failed_twice = entry.cycle.failed_twice_on();
        let to_interview =
            failed_twice.filter(|since| !is_escalated(entry, EscalationKind::Interview, *since));
        if let Some(since) = to_interview {
            let what = What::Limited(Limit::Interview);
            self.at_once(what, WHO, since, "第二次验收不合格");
        }
        let Some(due_on) = due_on else {
            return;
        };
        for rung in Limit::LADDER {
            let own = Rung::of(rung, due_on, self.county);
            let is_there = |own: &Rung| {
                own.from <= on && own.reminds != is_overdue(due_on, on) && !own.is_climbed(entry)
            };
            let is_told = rung == Limit::Interview && to_interview.is_some();
            let Some(own) = own.filter(|own| is_there(own) && !is_told) else {
                continue;
            };
            let what = What::Limited(rung);
            match again_since.filter(|since| own.due.as_ref().is_ok_and(|due| due.on < *since)) {
                Some(since) => self.at_once(what, WHO, since, OVERDUE_AGAIN),
                None => self.until(what, WHO, own.due),
            }
        }
    }
}

/// Whether it was escalated in this way on that day or later.
fn is_escalated(entry: &ListEntry, kind: EscalationKind, since: NaiveDate) -> bool {
    entry
        .escalations
        .iter()
        .any(|done| done.step.kind == kind && done.on >= since)
}

/// A rung of the ladder of escalation, for one deadline.
struct Rung {
    limit: Limit,
    /// Its day.
    due: Result<ComputedDate, DateError>,
    /// Whether it reminds of the deadline, before which it comes or never.
    reminds: bool,
    /// From when on it is to be climbed; before that it is the future.
    from: NaiveDate,
    /// What was done from here on has climbed it.
    since: NaiveDate,
}

impl Rung {
    fn of(limit: Limit, due_on: NaiveDate, county: &County) -> Option<Self> {
        let anchors = [(Anchor::Deadline, due_on)];
        let due = county.policy.due(limit, &anchors, &county.calendar);
        let day = due.as_ref().ok().map(|computed| computed.on);
        let reminds = matches!(
            limit,
            Limit::FirstReminder | Limit::SecondReminder | Limit::LastReminder
        );
        let passed_on = due_on.succ_opt()?;
        Some(Self {
            limit,
            due,
            reminds,
            // The next circular may be published on any day until its last. The others have their day, and one that cannot be
            // computed is told as such.
            from: day
                .filter(|_| limit != Limit::Criticism)
                .unwrap_or(passed_on),
            since: if reminds { day? } else { passed_on },
        })
    }

    fn is_climbed(&self, entry: &ListEntry) -> bool {
        let done = |kind| is_escalated(entry, kind, self.since);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the ladder is the seven limits of Limit::LADDER"
        )]
        match self.limit {
            Limit::FirstReminder | Limit::SecondReminder | Limit::LastReminder => {
                done(EscalationKind::Urge)
            }
            Limit::SupervisionLetter => done(EscalationKind::SupervisionLetter),
            Limit::Interview => done(EscalationKind::Interview),
            Limit::Criticism => {
                let named = entry
                    .mentions
                    .iter()
                    .any(|mention| mention.kind == ItemKind::Criticism && mention.on >= self.since);
                done(EscalationKind::PublicCriticism) || named
            }
            Limit::LevelRaise => {
                let raised = entry
                    .supervision
                    .iter()
                    .any(|own| own.from_on >= self.since);
                done(EscalationKind::RaiseLevel) || raised || entry.is_supervised_from_above()
            }
            _ => true,
        }
    }
}
