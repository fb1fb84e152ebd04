//! 台账: the layer from the plan on.

use super::Application;
use crate::acts::{FilePlan, Finding, Percent, RequestExtension};
use crate::overdue::is_overdue;
use crate::record::Stamp;
use crate::values::{DocumentNumber, Fen, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the work has come to, from the plan on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The filed plan.
    pub plan: FilePlan,
    /// The day of filing.
    pub planned_on: NaiveDate,
    /// The unit's progress entries, without those that a later one corrected.
    pub progress: Vec<Progress>,
    /// The extension request that waits for its decision.
    pub extension: Option<PendingExtension>,
    /// The measures, by their numbers, that the last team to judge them has failed.
    pub failed: BTreeSet<u16>,
    /// The last application that came to nothing.
    pub sent_back: Option<SentBack>,
}

/// 退回整改: what became of an application that came to nothing, since when the work goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBack {
    /// On which day it failed, was withdrawn, or was refused at the strike-off.
    pub on: NaiveDate,
    /// On which day it had been made.
    pub applied_on: NaiveDate,
    /// 限期再整改: until when a team has set that its findings be put right, and by which opinion.
    pub again: Option<(NaiveDate, DocumentNumber)>,
}

impl SentBack {
    /// Since when a deadline is overdue again that was kept by the application.
    pub(crate) fn overdue_since(&self, due_on: NaiveDate) -> Option<NaiveDate> {
        let was_in_time = !is_overdue(due_on, self.applied_on);
        (was_in_time && is_overdue(due_on, self.on)).then_some(self.on)
    }
}

impl Work {
    /// This application came to nothing; what a team has set for its findings holds until the next one.
    pub(crate) fn send_back(
        &mut self,
        application: &Application,
        on: NaiveDate,
        again: Option<(NaiveDate, DocumentNumber)>,
    ) {
        self.sent_back = Some(SentBack {
            on,
            applied_on: application.applied_on,
            again,
        });
    }

    /// What a team has judged: what it failed is to be done again, and what it passed is done. It need not judge every measure; and what
    /// an older program let it find of measures that are in no plan, nobody could do again.
    pub(crate) fn judge_failed(&mut self, findings: &[Finding]) {
        for finding in findings {
            let mut planned = self.plan.measure_numbers();
            if !planned.any(|measure| measure == finding.measure) {
                continue;
            }
            if finding.passed {
                self.failed.remove(&finding.measure);
            } else {
                self.failed.insert(finding.measure);
            }
        }
    }

    /// The progress entry that happened last; of one day the one that came in last.
    #[must_use]
    pub fn last_progress(&self) -> Option<Progress> {
        let entries = self.progress.iter().copied();
        entries.max_by_key(|entry| (entry.on, entry.seq))
    }
}

/// How far the work was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Its place in the hazard's history.
    pub seq: u32,
    /// When it happened.
    pub on: NaiveDate,
    /// How much is done, 0–100.
    pub percent: Percent,
}

/// What a progress entry or an application stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Its place in the hazard's history.
    pub seq: u32,
    /// The unit that stated it.
    pub by: UnitId,
    /// When it happened.
    pub on: NaiveDate,
    /// Money spent so far; a progress entry need not tell.
    pub spent: Option<Fen>,
}

impl Stated {
    /// What the line of this stamp states.
    pub(crate) fn new(seq: u32, stamp: &Stamp, spent: Option<Fen>) -> Self {
        Self {
            seq,
            by: stamp.actor.unit,
            on: stamp.occurred_on,
            spent,
        }
    }
}

/// An extension request that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingExtension {
    /// What was asked.
    pub request: RequestExtension,
    /// On which day.
    pub asked_on: NaiveDate,
}
