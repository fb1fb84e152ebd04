//! One line of the ledger: an event with who did it and when; and a hazard made again from its lines.

use crate::acts::HazardReported;
use crate::dossier::Part;
use crate::hazard::{Hazard, Reported};
use crate::lifecycle::{Event, apply};
use crate::values::{HazardId, RequestId};
use crate::{Act, Actor};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Who did an act, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// The person in his role.
    pub actor: Actor,
    /// Legal date, as entered on site; it decides what is on time.
    pub occurred_on: NaiveDate,
    /// Instant at which the server took it in.
    pub recorded_at: DateTime<Utc>,
}

/// The version of the stored form of an event that this program writes. In the first, which is read as well, personal data
/// stood in the body.
pub const EVENT_FORMAT: u16 = 2;

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Version of the stored form; a reader refuses one it does not know.
    pub format: u16,
    /// The hazard.
    pub hazard: HazardId,
    /// Its place in the hazard's history, from 1 without a gap; the hazard's version after it.
    pub seq: u32,
    /// The client's operation id.
    pub request: RequestId,
    /// Who and when.
    pub stamp: Stamp,
    /// What happened.
    pub event: Event,
}

impl Entry {
    /// The line as everybody but the intake role is shown it: who reported the hazard is left out (rule 25).
    #[must_use]
    pub fn without_reporter(mut self) -> Self {
        if let Event::HazardReported(reported) = &mut self.event {
            reported.says.reporter = None;
        }
        self
    }
}

/// A history that cannot have been written by this program: damaged, cut or reordered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenHistory {
    /// The stored form is newer than this program.
    #[error(
        "ledger entry {seq} is stored in format {format}, which this version does not know; upgrade the program"
    )]
    UnknownFormat {
        /// Place in the history.
        seq: u32,
        /// The format found.
        format: u16,
    },
    /// An entry is missing, doubled or belongs to another hazard or paper.
    #[error("expected ledger entry {expected} of the history and found {found}")]
    OutOfOrder {
        /// The place that comes next.
        expected: u32,
        /// The place found.
        found: u32,
    },
    /// The state cannot receive the event.
    #[error(
        "ledger entry {seq} is of act {act:?}, which a hazard in state {status} cannot receive"
    )]
    Illegal {
        /// Place in the hazard's history.
        seq: u32,
        /// The state before it; `-` before the report.
        status: &'static str,
        /// The act that the event came from.
        act: Act,
    },
    /// The paper cannot receive the event.
    #[error("ledger entry {seq} of a paper ({paper}) cannot follow on what came before")]
    IllegalPaper {
        /// Place in the paper's history.
        seq: u32,
        /// What the paper is called.
        paper: &'static str,
    },
    /// The data of the county cannot receive a change of posts.
    #[error("ledger entry {seq} changes posts that the data of the county before it does not have")]
    IllegalPosts {
        /// Place in the ledger's own history.
        seq: u32,
    },
}

/// Where a line stands in the history of a hazard, of a paper or of the ledger itself, and in which form it is stored.
pub(crate) struct HistoryLine {
    pub(crate) seq: u32,
    pub(crate) format: u16,
    /// Whether it is of the hazard or paper whose history it is.
    pub(crate) is_own: bool,
}

impl HistoryLine {
    /// No line is left out, doubled or another's, and none in a form newer than the one that this program writes.
    pub(crate) fn judge(self, version: u32, newest: u16) -> Result<(), BrokenHistory> {
        let Self {
            seq,
            format,
            is_own,
        } = self;
        let expected = version.saturating_add(1);
        if seq != expected || !is_own {
            return Err(BrokenHistory::OutOfOrder {
                expected,
                found: seq,
            });
        }
        if !(1..=newest).contains(&format) {
            return Err(BrokenHistory::UnknownFormat { seq, format });
        }
        Ok(())
    }
}

/// The hazard after one more line.
///
/// # Errors
/// [`BrokenHistory`] when the line cannot follow on what came before.
pub fn evolve(hazard: Option<Hazard>, entry: &Entry) -> Result<Hazard, BrokenHistory> {
    let before = hazard.as_ref();
    HistoryLine {
        seq: entry.seq,
        format: entry.format,
        is_own: before.is_none_or(|hazard| hazard.id() == entry.hazard),
    }
    .judge(before.map_or(0, Hazard::version), EVENT_FORMAT)?;
    let status = hazard.as_ref().map_or("-", |hazard| hazard.status().code());
    let act = entry.event.act();
    receive(hazard, entry).ok_or(BrokenHistory::Illegal {
        seq: entry.seq,
        status,
        act,
    })
}

/// The hazard that a whole history comes to; none of an empty one.
///
/// # Errors
/// [`BrokenHistory`] at the first line that cannot follow on what came before.
pub fn replay(history: &[Entry]) -> Result<Option<Hazard>, BrokenHistory> {
    history
        .iter()
        .try_fold(None, |hazard, entry| evolve(hazard, entry).map(Some))
}

/// The hazard as it was at the end of the day `on`, by the legal dates of its acts (rule 5).
///
/// Acts that move the hazard stand in the order of their dates, so those up to the day are a history of their own.
/// Additive acts come in any order; one that belongs to the day but came in when the hazard had moved on, into a state
/// that it did not have on that day, says nothing about the day.
///
/// # Errors
/// [`BrokenHistory`] as for [`replay`].
pub fn replay_to(history: &[Entry], on: NaiveDate) -> Result<Option<Hazard>, BrokenHistory> {
    replay(history)?;
    let mut hazard: Option<Hazard> = None;
    for entry in history.iter().filter(|entry| entry.stamp.occurred_on <= on) {
        let before = if entry.event.act().is_additive() {
            hazard.clone()
        } else {
            None
        };
        hazard = receive(hazard, entry).or(before);
    }
    Ok(hazard)
}

/// The hazard after the entry, wherever the entry stands; `None` where the state cannot receive it.
fn receive(hazard: Option<Hazard>, entry: &Entry) -> Option<Hazard> {
    let act = entry.event.act();
    let next = match (hazard, &entry.event) {
        (None, Event::HazardReported(reported)) => {
            Some(Reported::new(reported, entry.hazard, &entry.stamp).into())
        }
        (None, _) => None,
        (Some(mut hazard), event) => {
            hazard.file_mut().version = entry.seq;
            apply(hazard, event, &entry.stamp)
        }
    };
    next.map(|mut next: Hazard| {
        next.end_links();
        let by = &entry.stamp.actor;
        // Whoever acts for a unit that rectifies is of its side, in whichever role and however short he has his post.
        let rectifies = next.ordered_units().contains(&by.unit);
        let file = next.file_mut();
        if rectifies {
            file.note_hand(by, Part::ActedForUnit);
        }
        // A consent to a late entry is given after the day of the act that it is for, and must not stand in its way.
        if !act.is_additive() && act != Act::ConfirmBackdating {
            file.moved_version = entry.seq;
            file.moved_on = file.moved_on.max(entry.stamp.occurred_on);
            file.backdating = None;
        }
        next
    })
}

impl Reported {
    fn new(reported: &HazardReported, id: HazardId, stamp: &Stamp) -> Self {
        use crate::dossier::File;
        Self {
            file: File {
                id,
                county: reported.county,
                clue: reported.clue,
                report: reported.says.clone(),
                reported_on: stamp.occurred_on,
                reported_by: stamp.actor.clone(),
                version: 1,
                moved_version: 1,
                moved_on: stamp.occurred_on,
                suspensions: Vec::new(),
                referrals: Vec::new(),
                hands: Vec::new(),
                links: Vec::new(),
                backdating: None,
                annulment: None,
                spent: std::collections::BTreeSet::new(),
            },
        }
    }
}
