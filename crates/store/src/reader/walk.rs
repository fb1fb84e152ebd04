//! Along what the hazards of a list are met, one after the other, until the page is full.
//!
//! | Asked for | Met along |
//! |---|---|
//! | what is not yet struck off of some committees | an index of just those |
//! | whatever concerns the viewer | `hazard_unit`, in the order in which they came in |
//! | the hazards of some units | the same; where it is more than one place of it, all of theirs are put in order, which are few |
//! | words | the index of texts, in the same order |
//! | anything else | an index of hazards, in the order that is asked for |
//!
//! PostgreSQL counts what its tables hold and finds this by itself. SQLite does not: it is told the index and the order of
//! the tables, so that a page costs the same on every day, and a missing index is an error and not a wait.

use super::predicate;
use crate::column::{NO_DAY, county, day, position};
use crate::search;
use crate::sql::{Engine, Sql};
use std::collections::BTreeSet;
use xiaohao_ledger::read::{Cursor, HazardFilter, SearchText, SortBy};
use xiaohao_ledger::{Position, Scope, Sees, Viewpoint};

/// The hazards that a viewer asks for, and along what they are met.
pub(super) struct Walk<'a> {
    engine: Engine,
    scope: &'a Scope,
    filter: &'a HazardFilter,
    by: SortBy,
    along: Along<'a>,
}

enum Along<'a> {
    /// What concerns any of these units.
    Units(BTreeSet<Viewpoint>),
    /// That in which words occur.
    Text(&'a SearchText),
    /// An index of hazards.
    Index(&'static str),
}

/// From where, exclusively, in which direction, and how many at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub(super) from: Option<Cursor>,
    pub(super) down: bool,
    pub(super) most: u32,
}

/// How many hazards SQLite puts in order rather than look for them along all of them.
pub(super) const FEW: u32 = 4096;

impl<'a> Walk<'a> {
    pub(super) fn new(
        engine: Engine,
        scope: &'a Scope,
        filter: &'a HazardFilter,
        by: SortBy,
    ) -> Self {
        Self {
            engine,
            scope,
            filter,
            by,
            along: Along::of(scope, filter, by),
        }
    }

    /// Counts what would have to be put in order, up to one more than [`FEW`]; nothing where it is met in order, and where
    /// the database knows by itself.
    pub(super) fn to_be_sorted(&self) -> Option<Sql> {
        if self.engine == Engine::Postgres || self.by == SortBy::Opened {
            return None;
        }
        let mut sql = Sql::new(self.engine, "SELECT count(*) FROM (SELECT 1 FROM ");
        match &self.along {
            Along::Units(units) => {
                sql.push("hazard_unit WHERE county = ")
                    .bind(county(self.scope.county()));
                sql.push(" AND ").among("unit", predicate::places(units));
            }
            Along::Text(text) => {
                sql.push("hazard_text t WHERE ");
                search::matching(&mut sql, text);
                search::of_county(&mut sql, self.scope.county());
            }
            Along::Index(_) => return None,
        }
        sql.push(" LIMIT ")
            .bind(i64::from(FEW.saturating_add(1)))
            .push(")");
        Some(sql)
    }

    /// The same, met in the order that is asked for.
    pub(super) fn in_order(self) -> Self {
        Self {
            along: Along::Index(index(self.filter, self.by)),
            ..self
        }
    }

    /// Selects all that is met.
    pub(super) fn all(&self, columns: &str) -> Sql {
        self.beyond(columns, None)
    }

    /// Selects what is met on one leg, in its order.
    pub(super) fn leg(&self, columns: &str, leg: Leg) -> Sql {
        let (beyond, direction) = if leg.down {
            (" < ", " DESC")
        } else {
            (" > ", "")
        };
        let from = leg.from.map(|from| (beyond, from.opened()));
        let (mut sql, value, place) = match self.by {
            SortBy::Opened => (self.beyond(columns, from), None, self.place().0),
            SortBy::Due => (self.all(columns), Some("h.due_order"), "h.opened"),
            SortBy::Number => (self.all(columns), Some("h.number"), "h.opened"),
        };
        if self.by == SortBy::Due {
            self.between_deadlines(&mut sql, leg);
        }
        if let (Some(value), Some(from)) = (value, leg.from) {
            sql.push(" AND (")
                .push(value)
                .push(", h.opened)")
                .push(beyond);
            sql.push("(").bind(from.value()).push(", ");
            sql.bind(position(from.opened())).push(")");
        }
        sql.push(" ORDER BY ");
        if let Some(value) = value {
            sql.push(value).push(direction).push(", ");
        }
        sql.push(place).push(direction).push(" LIMIT ");
        sql.bind(i64::from(leg.most));
        sql
    }

    /// Selects what is met beyond a place in the ledger.
    fn beyond(&self, columns: &str, place: Option<(&str, Position)>) -> Sql {
        let code = self.scope.county();
        let mut sql = Sql::new(self.engine, "SELECT ");
        sql.push(columns);
        self.from(&mut sql);
        if let Some((compares, from)) = place {
            let (place, shift) = self.place();
            sql.push(" AND ").push(place).push(compares);
            sql.bind(position(from).saturating_add(shift));
        }
        match (&self.along, &self.filter.text) {
            (Along::Text(_), _) => search::of_county(&mut sql, code),
            (Along::Units(_) | Along::Index(_), Some(text)) => {
                predicate::found(&mut sql, code, self.place().0, text);
            }
            (Along::Units(_) | Along::Index(_), None) => {}
        }
        predicate::passing(&mut sql, self.filter);
        if !self.along_what_is_seen() {
            predicate::seen(&mut sql, self.scope);
        }
        sql
    }

    /// Lets a walk by due date begin and end where what passes the filter does. The place from which it goes on is such a
    /// beginning already.
    fn between_deadlines(&self, sql: &mut Sql, leg: Leg) {
        let HazardFilter { overdue, due, .. } = self.filter;
        // A deadline that runs is the deadline.
        let before = match (*overdue, due.to) {
            (Some((on, true)), _) => Some(day(Some(on))),
            (_, Some(to)) => Some(day(Some(to)).saturating_add(1)),
            (_, None) => due.from.map(|_| NO_DAY),
        };
        let from = due.from.map(|from| day(Some(from)));
        if let Some(before) = before.filter(|_| leg.from.is_none() || !leg.down) {
            sql.push(" AND h.due_order < ").bind(before);
        }
        if let Some(from) = from.filter(|_| leg.from.is_none() || leg.down) {
            sql.push(" AND h.due_order >= ").bind(from);
        }
    }

    /// The tables, and how one comes from one to the other.
    fn from(&self, sql: &mut Sql) {
        let code = self.scope.county();
        match &self.along {
            Along::Units(units) if units.len() == 1 => {
                sql.push(" FROM hazard_unit u CROSS JOIN hazard h");
                self.index(sql, "hazard_opened");
                sql.push(" WHERE u.county = ").bind(county(code));
                sql.push(" AND ").among("u.unit", predicate::places(units));
                sql.push(" AND h.county = u.county AND h.opened = u.opened");
            }
            Along::Units(units) => {
                // The sign keeps SQLite from walking the whole table to spare itself the sorting of a few.
                sql.push(
                    " FROM (SELECT DISTINCT +opened AS opened FROM hazard_unit WHERE county = ",
                );
                sql.bind(county(code)).push(" AND ");
                sql.among("unit", predicate::places(units))
                    .push(") u CROSS JOIN hazard h");
                self.index(sql, "hazard_opened");
                sql.push(" WHERE h.county = ").bind(county(code));
                sql.push(" AND h.opened = u.opened");
            }
            Along::Text(text) => {
                let (place, shift) = self.place();
                sql.push(" FROM hazard_text t CROSS JOIN hazard h");
                self.index(sql, "hazard_opened");
                sql.push(" WHERE ");
                search::matching(sql, text);
                sql.push(" AND h.county = ").bind(county(code));
                sql.push(" AND h.opened = ")
                    .push(place)
                    .push(" - ")
                    .bind(shift);
            }
            Along::Index(index) => {
                sql.push(" FROM hazard h");
                self.index(sql, index);
                sql.push(" WHERE h.county = ").bind(county(code));
            }
        }
    }

    /// The index that SQLite is told to take.
    fn index(&self, sql: &mut Sql, index: &str) {
        if self.engine == Engine::Sqlite {
            sql.push(" INDEXED BY ").push(index);
        }
    }

    /// The place of a hazard's first line in the table along which one walks, and how far it is shifted there.
    fn place(&self) -> (&'static str, i64) {
        match self.along {
            Along::Units(_) => ("u.opened", 0),
            Along::Text(_) => search::place(self.engine, self.scope.county()),
            Along::Index(_) => ("h.opened", 0),
        }
    }

    /// Whether nothing is met but what concerns the viewer.
    fn along_what_is_seen(&self) -> bool {
        match (&self.along, self.scope.sees()) {
            (Along::Units(units), Sees::From(viewpoint)) => only(units) == Some(viewpoint),
            _ => false,
        }
    }
}

impl<'a> Along<'a> {
    fn of(scope: &Scope, filter: &'a HazardFilter, by: SortBy) -> Self {
        if !filter.units.is_empty() {
            let units = filter.units.iter().copied();
            let mut found: BTreeSet<_> = units.clone().map(Viewpoint::from).collect();
            // What is kept from a unit is found by everybody else who may see it.
            let others = units.filter(|unit| scope.sees() != Sees::From((*unit).into()));
            found.extend(others.map(Viewpoint::kept_from));
            return Self::Units(found);
        }
        // So few that whoever sees all of them, and whoever sees some, meets them as fast.
        let of_committee = predicate::unclosed(filter) && !filter.committees.is_empty();
        if of_committee && by == SortBy::Opened && filter.text.is_none() {
            return Self::Index(index(filter, by));
        }
        if let Sees::From(viewpoint) = scope.sees() {
            return Self::Units(BTreeSet::from([viewpoint]));
        }
        if let Some(text) = &filter.text {
            return Self::Text(text);
        }
        let line = only(&filter.lead_units).or_else(|| only(&filter.committees));
        match line {
            Some(unit) if by == SortBy::Opened => Self::Units(BTreeSet::from([unit.into()])),
            _ => Self::Index(index(filter, by)),
        }
    }
}

/// The index in the order that is asked for which holds the least that does not pass.
fn index(filter: &HazardFilter, by: SortBy) -> &'static str {
    let unclosed = predicate::unclosed(filter);
    match by {
        SortBy::Opened if unclosed && !filter.committees.is_empty() => {
            "hazard_unclosed_of_committee"
        }
        SortBy::Opened if unclosed => "hazard_unclosed",
        SortBy::Opened if !filter.townships.is_empty() => "hazard_by_township",
        SortBy::Opened => "hazard_opened",
        SortBy::Due if unclosed => "hazard_unclosed_by_due",
        SortBy::Due => "hazard_by_due",
        SortBy::Number => "hazard_by_number",
    }
}

fn only<T: Copy + Ord>(units: &BTreeSet<T>) -> Option<T> {
    units.first().copied().filter(|_| units.len() == 1)
}
