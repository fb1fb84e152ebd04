//! How far a county's ledger has come: the one row that whoever writes in it holds.

use crate::position::Position;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use xiaohao_core::values::{ClueNumber, HazardNumber, Series};
use xiaohao_core::{County, NextNumbers};
use xiaohao_log::Frontier;

/// How far a county's ledger has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last line.
    pub position: Position,
    /// When it was recorded; the next is recorded later, whatever the clock says.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The last number of each series.
    pub numbers: Numbers,
    /// The day for which the overdue hazards are counted.
    pub counted_on: Option<NaiveDate>,
    /// The county's log, as far as one must know it to add to it.
    pub frontier: Frontier,
}

/// The last number of each series in each year; a series that is not there has none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Numbers(BTreeMap<u16, BTreeMap<Series, u32>>);

impl Numbers {
    /// The last number of a series in a year, 0 before the first.
    #[must_use]
    pub fn last(&self, series: Series, year: u16) -> u32 {
        let of_year = self.0.get(&year);
        of_year
            .and_then(|numbers| numbers.get(&series))
            .copied()
            .unwrap_or(0)
    }

    /// Notes that a number is taken.
    pub fn take(&mut self, series: Series, year: u16, serial: u32) {
        self.0.entry(year).or_default().insert(series, serial);
    }

    /// The numbers that come next in a year; a series that is exhausted offers none.
    #[must_use]
    pub fn next(&self, county: &County, year: u16) -> NextNumbers {
        let serial = |series| self.last(series, year).saturating_add(1);
        let document = |series: &Series| {
            let number = county.words.number(*series, year, serial(*series)).ok()?;
            Some((*series, number))
        };
        NextNumbers {
            clue: ClueNumber::new(county.code, year, serial(Series::Clue)).ok(),
            hazard: HazardNumber::new(county.code, year, serial(Series::Hazard)).ok(),
            documents: Series::ALL
                .iter()
                .filter(|series| series.has_word())
                .filter_map(document)
                .collect(),
        }
    }
}

/// How far the last line may lie in the future before somebody is told: clocks that are set by the network differ by less.
const AHEAD_AT_MOST: TimeDelta = TimeDelta::minutes(5);

/// By how much a line that was recorded then lies in the future, where that is more than clocks differ by: it was recorded
/// under a clock that was wrong, or the present one is.
#[must_use]
pub fn ahead_of(now: DateTime<Utc>, recorded_at: DateTime<Utc>) -> Option<TimeDelta> {
    let ahead = recorded_at.signed_duration_since(now);
    (ahead > AHEAD_AT_MOST).then_some(ahead)
}

impl Head {
    /// The instant at which the next line is recorded: now, to the microsecond, but after the last one.
    #[must_use]
    pub fn next_instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let now = to_the_microsecond(now);
        let least = self
            .recorded_at
            .and_then(|last| last.checked_add_signed(TimeDelta::microseconds(1)));
        least.map_or(now, |least| now.max(least))
    }
}

/// Both databases keep microseconds.
pub(crate) fn to_the_microsecond(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}
