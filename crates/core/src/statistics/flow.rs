//! 存量: what was on the list, what came and what went in a period.
//!
//! Each term is found on its own: the two stocks from the states at the two ends, the four movements from the acts
//! between them. So the identity of rule 23 is a check of the ledger and not a tautology.

use super::rate::count;
use super::{Snapshot, as_they_stood};
use crate::figures::{OutOfBalance, Stock, StockParts};
use crate::lifecycle::Event;
use crate::record::{BrokenHistory, Entry};
use crate::values::HazardId;
use chrono::NaiveDate;
use std::ops::AddAssign;

/// 统计期间, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    from_on: NaiveDate,
    to_on: NaiveDate,
}

impl Period {
    /// From one day to another, both included; none when the last lies before the first.
    #[must_use]
    pub fn new(from_on: NaiveDate, to_on: NaiveDate) -> Option<Self> {
        (from_on <= to_on).then_some(Self { from_on, to_on })
    }

    /// Its first day.
    #[must_use]
    pub fn from_on(self) -> NaiveDate {
        self.from_on
    }

    /// Its last day.
    #[must_use]
    pub fn to_on(self) -> NaiveDate {
        self.to_on
    }

    fn contains(self, day: NaiveDate) -> bool {
        self.from_on <= day && day <= self.to_on
    }
}

/// The terms of the stock identity with their members; a hazard is named as often as it moved. Beside them what was extended, which moves
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// 期初存量: `OPEN` at the end of the day before the period.
    pub opening: Vec<HazardId>,
    /// 新增: first listed in the period.
    pub new: Vec<HazardId>,
    /// 重新列单: reopened in the period.
    pub reopened: Vec<HazardId>,
    /// 销号: struck off in the period.
    pub struck_off: Vec<HazardId>,
    /// 核减: left the list otherwise in the period (并案, 降级, 移交, 作废).
    pub deducted: Vec<HazardId>,
    /// 期末存量: `OPEN` at the end of the period's last day.
    pub closing: Vec<HazardId>,
    /// 延期: those to which an extension was granted in the period, each once however often. No term of the identity.
    pub extended: Vec<HazardId>,
}

/// How an act moves the stock.
enum Move {
    New,
    Reopened,
    StruckOff,
    Deducted,
}

/// What moved among these hazards, and what moved among those: hazards that are in both would count twice.
impl AddAssign for Flow {
    fn add_assign(&mut self, other: Self) {
        for (own, others) in [
            (&mut self.opening, other.opening),
            (&mut self.new, other.new),
            (&mut self.reopened, other.reopened),
            (&mut self.struck_off, other.struck_off),
            (&mut self.deducted, other.deducted),
            (&mut self.closing, other.closing),
            (&mut self.extended, other.extended),
        ] {
            own.extend(others);
        }
    }
}

impl Flow {
    /// What came and went in a period. The scope is the caller's choice of histories.
    ///
    /// # Errors
    /// [`BrokenHistory`] of the first history that cannot be replayed.
    pub fn during(histories: &[&[Entry]], period: Period) -> Result<Self, BrokenHistory> {
        let open = |on: NaiveDate| {
            let hazards = as_they_stood(histories, on)?;
            Ok(Snapshot::new(&hazards, on).open())
        };
        let mut flow = Self {
            opening: period.from_on.pred_opt().map_or(Ok(Vec::new()), open)?,
            closing: open(period.to_on)?,
            ..Self::default()
        };
        for history in histories {
            flow.move_by(history, period);
        }
        Ok(flow)
    }

    fn move_by(&mut self, history: &[Entry], period: Period) {
        let mut is_listed = false;
        for entry in history {
            let moves = movement(&entry.event, is_listed);
            is_listed |= matches!(moves, Some(Move::New));
            if !period.contains(entry.stamp.occurred_on) {
                continue;
            }
            match moves {
                None => {}
                Some(Move::New) => self.new.push(entry.hazard),
                Some(Move::Reopened) => self.reopened.push(entry.hazard),
                Some(Move::StruckOff) => self.struck_off.push(entry.hazard),
                Some(Move::Deducted) => self.deducted.push(entry.hazard),
            }
        }
        let granted = |entry: &&Entry| {
            matches!(entry.event, Event::ExtensionGranted(_))
                && period.contains(entry.stamp.occurred_on)
        };
        let extended = history.iter().find(granted);
        self.extended.extend(extended.map(|entry| entry.hazard));
    }

    /// What of it moved among those that are looked at; each hazard balances by itself.
    #[must_use]
    pub fn only(mut self, holds: impl Fn(HazardId) -> bool) -> Self {
        for own in [
            &mut self.opening,
            &mut self.new,
            &mut self.reopened,
            &mut self.struck_off,
            &mut self.deducted,
            &mut self.closing,
            &mut self.extended,
        ] {
            own.retain(|id| holds(*id));
        }
        self
    }

    /// The terms, counted.
    #[must_use]
    pub fn parts(&self) -> StockParts {
        StockParts {
            opening: count(&self.opening),
            new: count(&self.new),
            reopened: count(&self.reopened),
            struck_off: count(&self.struck_off),
            deducted: count(&self.deducted),
            closing: count(&self.closing),
        }
    }

    /// The balanced stock.
    ///
    /// # Errors
    /// [`OutOfBalance`] when opening + new + reopened − struck off − deducted is not closing; nothing may be published.
    pub fn stock(&self) -> Result<Stock, OutOfBalance> {
        Stock::new(self.parts())
    }
}

/// How the stock moves; what was never listed cannot be deducted.
fn movement(event: &Event, is_listed: bool) -> Option<Move> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a new event that moves the stock and is not named here puts the identity out of balance"
    )]
    match event {
        Event::HazardListed(_) => Some(Move::New),
        Event::HazardReopened(_) => Some(Move::Reopened),
        Event::HazardStruckOff(_) => Some(Move::StruckOff),
        Event::HazardMerged(_)
        | Event::HazardDowngraded(_)
        | Event::HazardTransferred(_)
        | Event::HazardAnnulled(_) => is_listed.then_some(Move::Deducted),
        _ => None,
    }
}
