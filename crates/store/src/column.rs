//! Values of the domain as values of a column, and back.

use crate::fault::unreadable;
use chrono::{Datelike, NaiveDate};
use sea_orm::{QueryResult, TryGetable, Value};
use uuid::Uuid;
use xiaohao_core::values::{ClueNumber, CountyCode, HazardNumber, Invalid, PersonId, UnitId};
use xiaohao_core::{Actor, Role};
use xiaohao_ledger::{Fault, Position};

/// "None, so last" of a number.
pub(crate) const NO_NUMBER: i64 = i64::MAX;

/// "None, so last" of a date.
pub(crate) const NO_DAY: i64 = i32::MAX as i64;

/// How far the year stands above the serial in a number kept as one; a serial has at most nine digits.
const YEAR: i64 = 1_000_000_000;

pub(crate) fn position(position: Position) -> i64 {
    i64::try_from(position.get()).unwrap_or(i64::MAX)
}

pub(crate) fn to_position(number: i64) -> Result<Position, Fault> {
    u64::try_from(number)
        .map(Position::new)
        .map_err(|error| unreadable("a place in the ledger is below zero", error))
}

/// The actor in the three columns that come next: person, role and unit.
pub(crate) fn actor(at: &mut Columns<'_>) -> Result<Actor, Fault> {
    Ok(Actor {
        person: at.next_as(PersonId::new)?,
        role: at.next_as(|code: String| role(&code))?,
        unit: at.next_as(UnitId::new)?,
    })
}

/// The role of a code.
pub(crate) fn role(code: &str) -> Result<Role, Invalid> {
    let known = Role::ALL.iter().copied().find(|role| role.code() == code);
    known.ok_or(Invalid::NotInVocabulary {
        vocabulary: "岗位"
    })
}

pub(crate) fn natural(number: i64) -> Result<u32, Fault> {
    u32::try_from(number).map_err(|error| unreadable("a count is out of range", error))
}

pub(crate) fn clue(number: ClueNumber) -> i64 {
    i64::from(number.year()) * YEAR + i64::from(number.serial())
}

pub(crate) fn hazard_number(number: HazardNumber) -> i64 {
    i64::from(number.year()) * YEAR + i64::from(number.serial())
}

/// The year and the serial of a number kept as one.
fn parts(number: i64) -> (u16, u32) {
    let year = u16::try_from(number / YEAR).unwrap_or(0);
    let serial = u32::try_from(number % YEAR).unwrap_or(0);
    (year, serial)
}

pub(crate) fn to_clue(county: CountyCode, number: i64) -> Result<ClueNumber, Fault> {
    let (year, serial) = parts(number);
    ClueNumber::new(county, year, serial).map_err(|error| invalid("clue", error))
}

pub(crate) fn to_hazard_number(
    county: CountyCode,
    number: i64,
) -> Result<Option<HazardNumber>, Fault> {
    if number == NO_NUMBER {
        return Ok(None);
    }
    let (year, serial) = parts(number);
    HazardNumber::new(county, year, serial)
        .map(Some)
        .map_err(|error| invalid("number", error))
}

/// The day as a number that sorts as days do.
pub(crate) fn day(on: Option<NaiveDate>) -> i64 {
    on.map_or(NO_DAY, |on| i64::from(on.num_days_from_ce()))
}

/// A day to compare stored days with: none that is stored is outside of four digits of years, and in SQLite, where days are
/// text, one that is would sort wrongly.
pub(crate) fn on_file(on: NaiveDate) -> NaiveDate {
    let [first, last] = [(0, 1, 1), (9999, 12, 31)]
        .map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(on));
    on.clamp(first, last)
}

/// A unit in the key of a counter, where none is the nil UUID.
pub(crate) fn unit_or_nil(unit: Option<UnitId>) -> Uuid {
    unit.map_or(Uuid::nil(), UnitId::as_uuid)
}

pub(crate) fn to_unit_or_none(id: Uuid) -> Option<UnitId> {
    UnitId::new(id).ok()
}

/// A stored value that its type refuses.
pub(crate) fn invalid(column: &str, error: Invalid) -> Fault {
    unreadable(format_args!("column {column} holds what cannot be"), error)
}

/// The county's key.
pub(crate) fn county(code: CountyCode) -> Value {
    code.to_string().into()
}

/// A row read from left to right.
pub(crate) struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(row: &'a QueryResult) -> Self {
        Self::from(row, 0)
    }

    /// From one of its columns on.
    pub(crate) fn from(row: &'a QueryResult, next: usize) -> Self {
        Self { row, next }
    }

    /// The next column.
    pub(crate) fn next<T: TryGetable>(&mut self) -> Result<T, Fault> {
        let index = self.next;
        self.next = index.saturating_add(1);
        self.row
            .try_get_by_index(index)
            .map_err(|error| unreadable(format_args!("column {index} of a row"), error))
    }

    /// The next column, as a value of the domain.
    pub(crate) fn next_as<T: TryGetable, D>(
        &mut self,
        to: impl FnOnce(T) -> Result<D, Invalid>,
    ) -> Result<D, Fault> {
        let index = self.next;
        let value = self.next()?;
        to(value).map_err(|error| invalid(&index.to_string(), error))
    }

    /// The next column, as a value of the domain, if it holds one.
    pub(crate) fn next_perhaps<T: TryGetable, D>(
        &mut self,
        to: impl FnOnce(T) -> Result<D, Invalid>,
    ) -> Result<Option<D>, Fault> {
        let index = self.next;
        let value: Option<T> = self.next()?;
        value
            .map(to)
            .transpose()
            .map_err(|error| invalid(&index.to_string(), error))
    }
}
