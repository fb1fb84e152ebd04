//! Overdue (超期) is computed from dates and stored nowhere (rule 13).

use crate::dossier::Term;
use crate::hazard::{
    Acknowledged, Assigned, AwaitingVerification, Hazard, Listed, OnList, Rectifying,
};
use chrono::NaiveDate;

/// Whether a deadline has passed: not on its day, but on the day after.
#[must_use]
pub fn is_overdue(due_on: NaiveDate, on: NaiveDate) -> bool {
    due_on < on
}

/// The open states, and the deadline that runs in each.
pub(crate) trait Open: OnList {
    /// The deadline that runs; none before the first order of a cycle, nor while an application made in time is undecided.
    fn deadline(&self) -> Option<NaiveDate>;
}

impl Open for Listed {
    /// An order that came back does not stop the time allowed.
    fn deadline(&self) -> Option<NaiveDate> {
        self.entry.cycle.returned.map(|term| term.due_on)
    }
}

macro_rules! runs_until_its_deadline {
    ($($state:ident)*) => {
        $(impl Open for $state {
            fn deadline(&self) -> Option<NaiveDate> { Some(self.assignment.term.due_on) }
        })*
    };
}

runs_until_its_deadline! { Assigned Acknowledged Rectifying }

impl Open for AwaitingVerification {
    fn deadline(&self) -> Option<NaiveDate> {
        let due_on = self.assignment.term.due_on;
        Some(due_on).filter(|due_on| is_overdue(*due_on, self.application.applied_on))
    }
}

impl Hazard {
    /// The time allowed in the present cycle; none before its first order.
    #[must_use]
    pub fn term(&self) -> Option<Term> {
        self.entry()?.term(self.assignment())
    }

    /// The time allowed, which is kept for ever: that of the present cycle, or with which it left the list; none before the first
    /// order (spec §2.4).
    #[must_use]
    pub fn time_allowed(&self) -> Option<Term> {
        let left = || self.left_under().map(|assignment| assignment.term);
        self.term().or_else(left)
    }

    /// The deadline that runs, if one does: see [`is_overdue`].
    #[must_use]
    pub fn running_deadline(&self) -> Option<NaiveDate> {
        match self {
            Self::Listed(state) => state.deadline(),
            Self::Assigned(state) => state.deadline(),
            Self::Acknowledged(state) => state.deadline(),
            Self::Rectifying(state) => state.deadline(),
            Self::AwaitingVerification(state) => state.deadline(),
            Self::Reported(_)
            | Self::Verified(_)
            | Self::Closed(_)
            | Self::Circulated(_)
            | Self::Rejected(_)
            | Self::Downgraded(_)
            | Self::Merged(_)
            | Self::Transferred(_)
            | Self::Annulled(_) => None,
        }
    }

    /// Days overdue at the end of the day `on`; none while it is not overdue.
    #[must_use]
    pub fn days_overdue(&self, on: NaiveDate) -> Option<u32> {
        let due_on = self.running_deadline()?;
        u32::try_from(on.signed_duration_since(due_on).num_days())
            .ok()
            .filter(|days| *days > 0)
    }

    /// The same, judged by the original deadline (原期限).
    #[must_use]
    pub fn days_overdue_originally(&self, on: NaiveDate) -> Option<u32> {
        let original = self.term()?.original_due_on;
        let waits_in_time = matches!(self, Self::AwaitingVerification(state)
            if !is_overdue(original, state.application.applied_on));
        if !self.status().is_open() || waits_in_time {
            return None;
        }
        u32::try_from(on.signed_duration_since(original).num_days())
            .ok()
            .filter(|days| *days > 0)
    }
}
