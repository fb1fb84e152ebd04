//! 治理资金: amounts whose members can be named.

use crate::acts::RecordProgress;
use crate::lifecycle::Event;
use crate::record::{BrokenHistory, Entry, replay_to};
use crate::values::{Fen, HazardId};
use chrono::NaiveDate;

/// A sum of money, and of which hazards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    total: Fen,
    of: Vec<HazardId>,
}

impl Amount {
    /// The sum; none beyond what an amount can be.
    pub(super) fn sum(each: impl IntoIterator<Item = (HazardId, Fen)>) -> Option<Self> {
        let (of, money): (Vec<_>, Vec<Fen>) = each.into_iter().unzip();
        let mut money = money.into_iter();
        let total = money.try_fold(Fen::ZERO, Fen::checked_add)?;
        Some(Self { total, of })
    }

    /// The sum.
    #[must_use]
    pub fn total(&self) -> Fen {
        self.total
    }

    /// The hazards that have an amount, be it nothing.
    #[must_use]
    pub fn of(&self) -> &[HazardId] {
        &self.of
    }
}

/// 实际投入资金: Σ spent over `VALID`, by what was last stated for the present cycle up to the day `on`, in a progress
/// entry (已投入) or an application. A failed round gives no money back. None beyond what an amount can be.
///
/// # Errors
/// [`BrokenHistory`] of the first history that cannot be replayed.
pub fn spent_funds(histories: &[&[Entry]], on: NaiveDate) -> Result<Option<Amount>, BrokenHistory> {
    let mut each = Vec::new();
    for history in histories {
        let valid =
            replay_to(history, on)?.filter(|h| h.entry().is_some() && !h.status().is_off_list());
        if let Some(hazard) = valid {
            each.extend(last_stated(history, on).map(|spent| (hazard.id(), spent)));
        }
    }
    Ok(Amount::sum(each))
}

/// What was last stated as spent in the cycle of that day: by legal date, then by place. A corrected entry says nothing.
fn last_stated(history: &[Entry], on: NaiveDate) -> Option<Fen> {
    let up_to = || history.iter().filter(|entry| entry.stamp.occurred_on <= on);
    let began = up_to()
        .filter(|entry| matches!(entry.event, Event::HazardReopened(_)))
        .map(|entry| entry.seq)
        .max()
        .unwrap_or(0);
    let corrected: Vec<u32> = up_to()
        .filter_map(|entry| progress(entry)?.corrects)
        .collect();
    up_to()
        .filter(|entry| entry.seq > began && !corrected.contains(&entry.seq))
        .filter_map(|entry| Some((entry.stamp.occurred_on, entry.seq, stated(entry)?)))
        .max()
        .map(|(_, _, spent)| spent)
}

fn progress(entry: &Entry) -> Option<&RecordProgress> {
    if let Event::ProgressRecorded(says) = &entry.event {
        Some(says)
    } else {
        None
    }
}

fn stated(entry: &Entry) -> Option<Fen> {
    if let Event::VerificationApplied(says) = &entry.event {
        return Some(says.spent);
    }
    if let Event::ShutdownClosureApplied(says) = &entry.event {
        return Some(says.spent);
    }
    progress(entry)?.spent
}
