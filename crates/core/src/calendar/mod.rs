//! The Chinese working-day calendar: weekends, holidays and make-up workdays (调休), year by year.
//!
//! The years are data, one file per notice of the State Council's office; this module only counts.
//! What is deliberately not here: a rule for years nobody has published yet. A date outside the
//! loaded years is an error (spec rule 12), because a guessed holiday becomes a wrong legal date.

mod error;
mod words;
mod year;

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use error::CalendarError;
pub use words::InChinese;
use year::is_weekend;
pub use year::{CalendarYear, Edition, Holiday, Notice};

/// How far it has to reach beyond today: what is counted in working days from now on ends within it (ten of them around the
/// Spring Festival are some 24 days).
const AHEAD: TimeDelta = TimeDelta::days(31);

/// All years known, one revision in force for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    in_force: BTreeMap<i32, YearInForce>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct YearInForce {
    year: CalendarYear,
    /// Holidays and make-up days; any other date is what its weekday says.
    exceptions: BTreeMap<NaiveDate, Day>,
}

/// What kind of day a date is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// Monday to Friday, and no holiday.
    Working,
    /// A Saturday or Sunday that is worked (调休上班).
    MakeUp,
    /// Not worked.
    Rest(Rest),
}

/// Why a day is not worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rest {
    /// A Saturday or Sunday outside of every holiday.
    Weekend,
    /// A day of a holiday, also when it falls on a weekend.
    Holiday {
        /// Name as in the notice.
        name: String,
    },
}

/// A day reached by counting, and how it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub on: NaiveDate,
    /// Days passed over, earliest first.
    pub skipped: Vec<Skipped>,
    /// Make-up days that were counted (`on` may be one), earliest first.
    pub made_up: Vec<NaiveDate>,
}

/// A day that a count passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The day.
    pub on: NaiveDate,
    /// Why it does not count.
    pub why: Rest,
}

/// A date lies in a year whose holidays are not loaded, or were not yet published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "{}无法判定是否为工作日：尚无国务院办公厅关于{}年部分节假日安排的通知，请载入{}年日历文件后重试",
    InChinese(*on),
    on.year(),
    on.year()
)]
pub struct NotCovered {
    /// The first date the calendar knows nothing about.
    pub on: NaiveDate,
}

impl Calendar {
    /// Puts years together; of several revisions of a year the highest is in force.
    ///
    /// # Errors
    /// The same edition twice, or a revision published before the one it replaces.
    pub fn new(years: impl IntoIterator<Item = CalendarYear>) -> Result<Self, CalendarError> {
        let mut editions = BTreeMap::new();
        for year in years {
            let edition = year.edition();
            if editions.insert(edition, year).is_some() {
                return Err(CalendarError::Twice { edition });
            }
        }
        let mut former: Option<&CalendarYear> = None;
        for year in editions.values() {
            if let Some(former) = former.filter(|former| former.replaced_too_early_by(year)) {
                let (edition, former) = (year.edition(), former.edition());
                return Err(CalendarError::PublishedBeforeFormer { edition, former });
            }
            former = Some(year);
        }
        // Editions are ordered by revision within a year: the last one written stays.
        let in_force = editions
            .into_values()
            .map(|year| (year.edition().year, YearInForce::of(year)))
            .collect();
        Ok(Self { in_force })
    }

    /// The editions in force, such as `2024.1+2025.1+2026.1`; empty if there are none.
    #[must_use]
    pub fn version(&self) -> String {
        let editions: Vec<_> = self
            .in_force
            .values()
            .map(|in_force| in_force.year.edition().to_string())
            .collect();
        editions.join("+")
    }

    /// The years in force, earliest first, with their notices.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.in_force.values().map(|in_force| &in_force.year)
    }

    /// How far it reaches from a day on: the last day before the first year that is not loaded. None where the day's own is not.
    #[must_use]
    pub fn reaches(&self, from: NaiveDate) -> Option<NaiveDate> {
        let years = from.year()..;
        let last = years.take_while(|year| self.in_force.contains_key(year));
        NaiveDate::from_ymd_opt(last.last()?, 12, 31)
    }

    /// Whether it is time to load another year: it does not know this day, or ends within a month of it.
    #[must_use]
    pub fn ends_soon(&self, on: NaiveDate) -> bool {
        self.reaches(on).is_none_or(|last| last - on < AHEAD)
    }

    /// What kind of day `on` is.
    ///
    /// # Errors
    /// The year is not loaded.
    pub fn day(&self, on: NaiveDate) -> Result<Day, NotCovered> {
        let year = self.in_force.get(&on.year()).ok_or(NotCovered { on })?;
        Ok(match year.exceptions.get(&on) {
            Some(day) => day.clone(),
            None if is_weekend(on) => Day::Rest(Rest::Weekend),
            None => Day::Working,
        })
    }

    /// The `n`-th working day after `from`; counting starts the day after. `n` = 0 gives `from`
    /// itself, whatever day it is.
    ///
    /// # Errors
    /// The count runs into a year that is not loaded.
    pub fn after(&self, from: NaiveDate, n: u32) -> Result<Counted, NotCovered> {
        self.count(from, n, NaiveDate::succ_opt)
    }

    /// The day `n` working days before `from`, `from` not counted: the last day on which something
    /// due "`n` working days before" may be done. `n` = 0 gives `from` itself.
    ///
    /// # Errors
    /// The count runs into a year that is not loaded.
    pub fn before(&self, from: NaiveDate, n: u32) -> Result<Counted, NotCovered> {
        let mut counted = self.count(from, n, NaiveDate::pred_opt)?;
        counted.skipped.reverse();
        counted.made_up.reverse();
        Ok(counted)
    }

    /// The number of working days after `after`, up to and with `until`; 0 if `until` is not later.
    ///
    /// # Errors
    /// A day between is in a year that is not loaded.
    pub fn between(&self, after: NaiveDate, until: NaiveDate) -> Result<u32, NotCovered> {
        let mut days = 0;
        for on in after.iter_days().skip(1).take_while(|on| *on <= until) {
            days += u32::from(self.day(on)?.is_working());
        }
        Ok(days)
    }

    fn count(
        &self,
        from: NaiveDate,
        n: u32,
        next: impl Fn(&NaiveDate) -> Option<NaiveDate>,
    ) -> Result<Counted, NotCovered> {
        let mut counted = Counted {
            on: from,
            skipped: Vec::new(),
            made_up: Vec::new(),
        };
        let mut left = n;
        while left > 0 {
            // The end of chrono's time is past every calendar.
            let on = next(&counted.on).ok_or(NotCovered { on: counted.on })?;
            counted.on = on;
            match self.day(on)? {
                Day::Working => left -= 1,
                Day::MakeUp => {
                    left -= 1;
                    counted.made_up.push(on);
                }
                Day::Rest(why) => counted.skipped.push(Skipped { on, why }),
            }
        }
        Ok(counted)
    }
}

impl Day {
    /// Whether the day counts as a working day.
    #[must_use]
    pub fn is_working(&self) -> bool {
        match self {
            Self::Working | Self::MakeUp => true,
            Self::Rest(_) => false,
        }
    }
}

impl CalendarYear {
    fn replaced_too_early_by(&self, later: &Self) -> bool {
        self.edition().year == later.edition().year
            && later.notice().published_on < self.notice().published_on
    }
}

impl YearInForce {
    fn of(year: CalendarYear) -> Self {
        let mut exceptions = BTreeMap::new();
        for holiday in year.holidays() {
            for on in holiday.from.iter_days().take_while(|on| *on <= holiday.to) {
                exceptions.insert(
                    on,
                    Day::Rest(Rest::Holiday {
                        name: holiday.name.clone(),
                    }),
                );
            }
        }
        exceptions.extend(year.workdays().iter().map(|on| (*on, Day::MakeUp)));
        Self { year, exceptions }
    }
}
