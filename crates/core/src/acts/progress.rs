//! T10 记录进展: how far the work is. Additive: it never goes stale and comes in any order.

use super::note::corrected;
use super::prelude::*;
use crate::dossier::{Progress, Stated};

/// A progress entry of the ledger (台账).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordProgress {
    /// How much is done.
    pub percent: Percent,
    /// What was done.
    pub text: Description,
    /// Money spent so far.
    pub spent: Option<Fen>,
    /// Photos and papers.
    pub evidence: EvidenceSet,
    /// The tablet, where it was one.
    pub device: Option<DeviceId>,
    /// The earlier entry of the same unit that this one corrects; the old one stays and says nothing any more.
    pub corrects: Option<u32>,
}

/// T10: progress is on record.
pub type ProgressRecorded = RecordProgress;

/// A whole number of percent, 0–100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl Percent {
    /// Takes a percentage.
    ///
    /// # Errors
    /// [`Invalid`] above 100.
    pub fn new(percent: u8) -> Result<Self, Invalid> {
        if percent <= 100 {
            Ok(Self(percent))
        } else {
            Err(Invalid::OutOfRange { min: 0, max: 100 })
        }
    }

    /// The number, 0–100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Percent {
    type Error = Invalid;

    fn try_from(percent: u8) -> Result<Self, Invalid> {
        Self::new(percent)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl Rules<Rectifying> for RecordProgress {
    type Event = ProgressRecorded;

    fn judge(&self, state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        let planned_on = state.work.planned_on;
        no.when(ctx.occurred_on < planned_on, || Refusal::BeforeThePlan {
            planned_on,
        });
        let Some(seq) = corrected(self.corrects, &state.file, no) else {
            return;
        };
        // Whoever saw it otherwise says so in an entry of his own: what a unit stated is the unit's to take back.
        let mut stated = state.entry.cycle.stated.iter();
        let is_own = stated.any(|own| own.seq == seq && own.by == ctx.actor.unit);
        no.when(!is_own, || Refusal::CorrectsAnothersEntry { seq });
    }

    fn event(self, _state: &Rectifying, _ctx: &Context<'_>) -> Result<ProgressRecorded, Refusals> {
        Ok(self)
    }
}

impl Evolves<Rectifying> for ProgressRecorded {
    type Next = Rectifying;

    fn evolve(&self, mut state: Rectifying, stamp: &Stamp) -> Rectifying {
        let own = stamp.actor.unit == state.assignment.responsible_unit();
        let part = if own { Part::Rectified } else { Part::Tracked };
        state.file.note_hand(&stamp.actor, part);
        // What others saw is on record; how far the work is, and whether that was reported in time, is the unit's to say.
        // Its entries come in any order, and the one that happened last counts.
        let seq = state.file.version;
        if own {
            let progress = &mut state.work.progress;
            progress.retain(|entry| Some(entry.seq) != self.corrects);
            progress.push(Progress {
                seq,
                on: stamp.occurred_on,
                percent: self.percent,
            });
        }
        let stated = Stated::new(seq, stamp, self.spent);
        let shows = &self.evidence;
        state.entry.cycle.state(stated, shows, self.corrects);
        state
    }
}
