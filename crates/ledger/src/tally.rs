//! Counters of today's closure statistics, kept in the transaction that writes the act, so that nobody has to look at all
//! hazards to know how many are struck off.
//!
//! Every measure is a fact about one hazard; a cell counts those of one committee, lead unit and township. What depends on
//! the day, being overdue, is counted by due date besides and carried over from day to day.

use crate::row::HazardRow;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::{AddAssign, Neg};
use xiaohao_core::Status;
use xiaohao_core::figures::Ratio;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{TownshipCode, UnitId};

/// Whose hazards are counted together. Before listing a hazard has neither committee nor lead unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// 专委会.
    pub committee: Option<UnitId>,
    /// 牵头责任单位.
    pub lead_unit: Option<UnitId>,
    /// 属地.
    pub township: TownshipCode,
}

macro_rules! measures {
    ($($(#[doc = $doc:literal])* $measure:ident $column:literal;)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure { $($(#[doc = $doc])* $measure),* }

        impl Measure {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$measure),*];

            /// The name under which it is stored.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$measure => $column),* }
            }
        }
    };
}

measures! {
    /// 待研判.
    Reported "reported";
    /// 已列清单.
    Listed "listed";
    /// 已交办.
    Assigned "assigned";
    /// 已签收.
    Acknowledged "acknowledged";
    /// 整改中.
    Rectifying "rectifying";
    /// 待验收.
    AwaitingVerification "awaiting_verification";
    /// 验收合格.
    Verified "verified";
    /// 已销号.
    Closed "closed";
    /// 已通报归档.
    Circulated "circulated";
    /// 不予认定.
    Rejected "rejected";
    /// 降为一般隐患.
    Downgraded "downgraded";
    /// 并案.
    Merged "merged";
    /// 已移交.
    Transferred "transferred";
    /// 录入作废.
    Annulled "annulled";
    /// Verified or struck off, and completed by the deadline (现期限).
    OnTime "on_time";
    /// The same, by the original deadline (原期限).
    OnTimeOriginally "on_time_originally";
    /// 超期未整改, by the deadline, on the day for which it is counted.
    Overdue "overdue";
    /// The same, by the original deadline.
    OverdueOriginally "overdue_originally";
}

impl Measure {
    /// Those overdue by a deadline.
    #[must_use]
    pub const fn overdue_by(by: Deadline) -> Self {
        match by {
            Deadline::Effective => Self::Overdue,
            Deadline::Original => Self::OverdueOriginally,
        }
    }

    /// The measure of a state.
    #[must_use]
    pub const fn of_status(status: Status) -> Self {
        match status {
            Status::Reported => Self::Reported,
            Status::Listed => Self::Listed,
            Status::Assigned => Self::Assigned,
            Status::Acknowledged => Self::Acknowledged,
            Status::Rectifying => Self::Rectifying,
            Status::AwaitingVerification => Self::AwaitingVerification,
            Status::Verified => Self::Verified,
            Status::Closed => Self::Closed,
            Status::Circulated => Self::Circulated,
            Status::Rejected => Self::Rejected,
            Status::Downgraded => Self::Downgraded,
            Status::Merged => Self::Merged,
            Status::Transferred => Self::Transferred,
            Status::Annulled => Self::Annulled,
        }
    }
}

/// One count for each measure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Measure, i64>);

impl Counts {
    /// How many.
    #[must_use]
    pub fn get(&self, measure: Measure) -> i64 {
        self.0.get(&measure).copied().unwrap_or(0)
    }

    /// Adds to one of them.
    pub fn add(&mut self, measure: Measure, number: i64) {
        let count = self.0.entry(measure).or_default();
        *count = count.saturating_add(number);
        if *count == 0 {
            self.0.remove(&measure);
        }
    }

    /// Whether all are zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Self) {
        for (measure, number) in &other.0 {
            self.add(*measure, *number);
        }
    }
}

/// Changes of the counters: those of the cells, and how many have which running deadline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By cell.
    pub cells: BTreeMap<Cell, Counts>,
    /// By running deadline, kind of deadline and cell.
    pub due: BTreeMap<(NaiveDate, Deadline, Cell), i64>,
}

/// One hazard is there once more, or once less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// Once more.
    More,
    /// Once less.
    Less,
}

impl Once {
    fn number(self) -> i64 {
        match self {
            Self::More => 1,
            Self::Less => 1_i64.neg(),
        }
    }
}

impl Tally {
    /// Counts a hazard in, or out; overdue as of the end of the day before `counted_on`, that is: whose deadline lies
    /// before it.
    pub fn count(&mut self, row: &HazardRow, once: Once, counted_on: NaiveDate) {
        let number = once.number();
        let cell = Cell {
            committee: row.committee,
            lead_unit: row.lead_unit,
            township: row.township,
        };
        let counts = self.cells.entry(cell).or_default();
        counts.add(Measure::of_status(row.status), number);
        if row.is_on_time(Deadline::Effective) {
            counts.add(Measure::OnTime, number);
        }
        if row.is_on_time(Deadline::Original) {
            counts.add(Measure::OnTimeOriginally, number);
        }
        let running = [
            (Deadline::Effective, row.running_due_on),
            (Deadline::Original, row.running_original_due_on),
        ];
        for (by, due_on) in running {
            let Some(due_on) = due_on else { continue };
            if xiaohao_core::is_overdue(due_on, counted_on) {
                counts.add(Measure::overdue_by(by), number);
            }
            let due = self.due.entry((due_on, by, cell)).or_default();
            *due = due.saturating_add(number);
        }
    }

    /// What is left when what cancels out is taken away.
    #[must_use]
    pub fn balanced(mut self) -> Self {
        self.cells.retain(|_, counts| !counts.is_empty());
        self.due.retain(|_, number| *number != 0);
        self
    }
}

/// The closure statistics of a cell, or of several together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClosureFigures {
    counts: Counts,
    listed: i64,
    deducted: i64,
}

impl ClosureFigures {
    /// Takes the counts of a cell in.
    pub fn add(&mut self, cell: &Cell, counts: &Counts) {
        self.counts += counts;
        if cell.committee.is_some() {
            let statuses = Status::ALL.iter().copied();
            let of = |status: Status| counts.get(Measure::of_status(status));
            self.listed += statuses.clone().map(of).sum::<i64>();
            self.deducted += statuses.filter(|s| s.is_off_list()).map(of).sum::<i64>();
        }
    }

    /// How many are in a state.
    #[must_use]
    pub fn in_state(&self, status: Status) -> u32 {
        natural(self.counts.get(Measure::of_status(status)))
    }

    /// `EVER`, 累计列入.
    #[must_use]
    pub fn ever(&self) -> u32 {
        natural(self.listed)
    }

    /// `DEDUCT`, 核减.
    #[must_use]
    pub fn deducted(&self) -> u32 {
        natural(self.deducted)
    }

    /// `VALID = EVER − DEDUCT`.
    #[must_use]
    pub fn valid(&self) -> u32 {
        natural(self.listed - self.deducted)
    }

    /// `CLOSED`, 已销号.
    #[must_use]
    pub fn struck_off(&self) -> u32 {
        natural(self.counts.get(Measure::Closed) + self.counts.get(Measure::Circulated))
    }

    /// `DONE`: struck off, or verified and waiting for it.
    #[must_use]
    pub fn done(&self) -> u32 {
        self.struck_off()
            .saturating_add(natural(self.counts.get(Measure::Verified)))
    }

    /// `OPEN = VALID − CLOSED`, 未销号.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.valid().saturating_sub(self.struck_off())
    }

    /// `OD`, 超期未整改.
    #[must_use]
    pub fn overdue(&self, by: Deadline) -> u32 {
        natural(self.counts.get(Measure::overdue_by(by)))
    }

    /// 销号率: `|CLOSED| ÷ |VALID|`.
    #[must_use]
    pub fn closure_rate(&self) -> Ratio {
        Ratio {
            numerator: self.struck_off(),
            denominator: self.valid(),
        }
    }

    /// 整改完成率（报告口径）: `|DONE ∪ AWAITING_VERIFICATION| ÷ |VALID|`.
    #[must_use]
    pub fn reported_completion_rate(&self) -> Ratio {
        let awaiting = self.in_state(Status::AwaitingVerification);
        Ratio {
            numerator: self.done().saturating_add(awaiting),
            denominator: self.valid(),
        }
    }

    /// 按期整改率: completed by the deadline ÷ `|DONE ∪ OD|`.
    #[must_use]
    pub fn on_time_rate(&self, by: Deadline) -> Ratio {
        let on_time = match by {
            Deadline::Effective => Measure::OnTime,
            Deadline::Original => Measure::OnTimeOriginally,
        };
        Ratio {
            numerator: natural(self.counts.get(on_time)),
            denominator: self.done().saturating_add(self.overdue(by)),
        }
    }
}

/// A count; one below zero cannot come of acts, and `rebuild --check` finds one that was made by hand.
fn natural(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}
