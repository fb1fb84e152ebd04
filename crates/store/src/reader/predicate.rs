//! What a viewer may see and what he asks for, as conditions of a statement.
//!
//! Each condition begins with AND and speaks of `hazard h` or of `ledger_entry e`.

use crate::column::{county, on_file, position};
use crate::search;
use crate::sql::Sql;
use chrono::NaiveDate;
use sea_orm::Value;
use std::collections::BTreeSet;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{CampaignId, CountyCode, UnitId};
use xiaohao_core::{NumberTaken, Status};
use xiaohao_ledger::read::{AsOf, Counted, Days, HazardFilter, SearchText, Supervised};
use xiaohao_ledger::{Scope, Sees, SubjectKind, Viewpoint};

/// Only hazards that are there for this viewer. Each is looked up by its key as it is met: of a condition that there be a row
/// PostgreSQL would make a join, and begin with everything that the viewer sees.
pub(super) fn seen(sql: &mut Sql, scope: &Scope) {
    match scope.sees() {
        Sees::Everything => {}
        Sees::From(viewpoint) => {
            sql.push(
                " AND (SELECT TRUE FROM hazard_unit s WHERE s.county = h.county \
                 AND s.opened = h.opened AND s.unit = ",
            );
            sql.bind(viewpoint.as_uuid()).push(")");
        }
        Sees::Nothing => {
            sql.push(" AND FALSE");
        }
    }
}

/// Whether a line is there for this viewer; not a condition yet, for what is not shown may still be passed over.
pub(super) fn line_seen(sql: &mut Sql, scope: &Scope) {
    match scope.sees() {
        Sees::Everything => {
            sql.push("TRUE");
        }
        Sees::From(viewpoint) => {
            sql.push(
                "(e.subject_kind = 'HAZARD' AND EXISTS (SELECT 1 FROM hazard h, hazard_unit s \
                 WHERE h.county = e.county AND h.id = e.subject AND s.county = h.county \
                 AND s.opened = h.opened AND s.unit = ",
            );
            sql.bind(viewpoint.as_uuid()).push("))");
        }
        Sees::Nothing => {
            sql.push("FALSE");
        }
    }
}

/// Whether a paper whose line this is was issued, as it stood.
pub(super) fn issued(sql: &mut Sql, kind: SubjectKind, as_of: Option<AsOf>) {
    sql.push("(SELECT TRUE FROM ledger_entry i WHERE i.county = e.county AND i.subject_kind = '");
    sql.push(kind.code());
    sql.push("' AND i.subject = e.subject AND i.event = 'Issued'");
    if let Some(AsOf { valid_on, known }) = as_of {
        sql.push(" AND i.position <= ").bind(position(known));
        sql.push(" AND i.occurred_on <= ").bind(valid_on);
    }
    sql.push(")");
}

/// The place of the line that took a number.
pub(super) fn taken_at(sql: &mut Sql, code: CountyCode, taken: NumberTaken) {
    sql.push("(SELECT position FROM number_taken WHERE county = ");
    sql.bind(county(code)).push(" AND series = ");
    sql.bind(taken.series.code()).push(" AND year = ");
    sql.bind(i64::from(taken.year)).push(" AND serial = ");
    sql.bind(i64::from(taken.serial)).push(")");
}

/// Only cells of the counters that pass the filter.
pub(super) fn of_cells(sql: &mut Sql, filter: &HazardFilter) {
    any_of(sql, "committee", ids(&filter.committees));
    any_of(sql, "lead_unit", ids(&filter.lead_units));
    any_of(
        sql,
        "township",
        filter.townships.iter().map(ToString::to_string),
    );
}

/// Only hazards that pass the filter, as far as its words do not decide.
pub(super) fn passing(sql: &mut Sql, filter: &HazardFilter) {
    let HazardFilter {
        statuses,
        committees,
        lead_units,
        townships,
        units,
        overdue,
        supervised,
        suspended,
        key_fields,
        campaigns,
        sources,
        reported,
        found,
        listed,
        due,
        closed,
        counted,
        text: _,
    } = filter;
    let states = statuses.iter().flatten();
    any_of(sql, "h.status", states.map(|status| status.code()));
    if statuses.as_ref().is_some_and(BTreeSet::is_empty) {
        sql.push(" AND FALSE");
    }
    any_of(sql, "h.committee", ids(committees));
    any_of(sql, "h.lead_unit", ids(lead_units));
    any_of(sql, "h.township", townships.iter().map(ToString::to_string));
    if !units.is_empty() {
        sql.push(" AND (");
        sql.among("h.holder", ids(units)).push(" OR ");
        sql.among("h.responsible", ids(units)).push(")");
    }
    match *overdue {
        Some((on, true)) => {
            sql.push(" AND h.running_due_on < ").bind(on_file(on));
        }
        Some((on, false)) => {
            sql.push(" AND (h.running_due_on IS NULL OR h.running_due_on >= ");
            sql.bind(on_file(on)).push(")");
        }
        None => {}
    }
    match *supervised {
        Some(Supervised::No) => {
            sql.push(" AND h.supervised_at IS NULL");
        }
        Some(Supervised::AtAnyLevel) => {
            sql.push(" AND h.supervised_at IS NOT NULL");
        }
        Some(Supervised::At(level)) => {
            sql.push(" AND h.supervised_at = ").bind(level.code());
        }
        None => {}
    }
    if let Some(suspended) = *suspended {
        sql.push(" AND h.suspended = ").bind(suspended);
    }
    any_of(
        sql,
        "h.key_field",
        key_fields.iter().map(|field| field.code()),
    );
    any_of(
        sql,
        "h.campaign",
        campaigns.iter().copied().map(CampaignId::as_uuid),
    );
    any_of(sql, "h.source", sources.iter().map(|source| source.code()));
    within(sql, "h.reported_on", *reported);
    within(sql, "h.found_on", *found);
    within(sql, "h.listed_on", *listed);
    within(sql, "h.due_on", *due);
    within(sql, "h.closed_on", *closed);
    if let Some(counted) = *counted {
        by_figure(sql, counted);
    }
    if unclosed(filter) {
        sql.push(" AND h.closed_on IS NULL");
    }
}

/// Only hazards that a figure counts, as [`Counted::holds`] says it of a row.
fn by_figure(sql: &mut Sql, counted: Counted) {
    let done = || {
        let all = Status::ALL.iter().copied();
        let done = all.filter(|status| status.is_done());
        done.map(Status::code)
    };
    let due = |by| match by {
        Deadline::Effective => "h.due_on",
        Deadline::Original => "h.original_due_on",
    };
    let running = |by| match by {
        Deadline::Effective => "h.running_due_on",
        Deadline::Original => "h.running_original_due_on",
    };
    match counted {
        Counted::EverListed => {
            sql.push(" AND h.listed_on IS NOT NULL");
        }
        Counted::Overdue(by, on) => {
            sql.push(" AND ")
                .push(running(by))
                .push(" < ")
                .bind(on_file(on));
        }
        Counted::OnTime(by) => {
            any_of(sql, "h.status", done());
            sql.push(" AND h.completed_on <= ").push(due(by));
        }
        Counted::Due(by, on) => {
            sql.push(" AND (h.status IN ")
                .bind_all(done().map(Into::into));
            sql.push(" OR ").push(running(by)).push(" < ");
            sql.bind(on_file(on)).push(")");
        }
    }
}

/// Whether nothing that is struck off can pass, so that the indexes of what is not yet struck off will do.
pub(super) fn unclosed(filter: &HazardFilter) -> bool {
    let overdue = matches!(filter.overdue, Some((_, true)))
        || matches!(filter.counted, Some(Counted::Overdue(..)));
    let in_states = filter.statuses.as_ref();
    overdue || in_states.is_some_and(|wanted| !wanted.iter().any(|status| status.is_struck_off()))
}

/// Only hazards in which each word occurs, by the column with the place of their first line. The sign keeps SQLite from
/// walking along what it finds there.
pub(super) fn found(sql: &mut Sql, code: CountyCode, opened: &str, text: &SearchText) {
    let (place, shift) = search::place(sql.engine(), code);
    sql.push(" AND +")
        .push(opened)
        .push(" IN (SELECT ")
        .push(place);
    sql.push(" - ")
        .bind(shift)
        .push(" FROM hazard_text t WHERE ");
    search::matching(sql, text);
    search::of_county(sql, code);
    sql.push(")");
}

/// The values of what hazards are seen from.
pub(super) fn places(from: &BTreeSet<Viewpoint>) -> Vec<Value> {
    from.iter().map(|from| from.as_uuid().into()).collect()
}

/// The values of units.
pub(super) fn ids(units: &BTreeSet<UnitId>) -> Vec<Value> {
    units.iter().map(|unit| unit.as_uuid().into()).collect()
}

fn any_of<V: Into<Value>>(sql: &mut Sql, column: &str, wanted: impl IntoIterator<Item = V>) {
    let wanted: Vec<Value> = wanted.into_iter().map(Into::into).collect();
    if !wanted.is_empty() {
        sql.push(" AND ").among(column, wanted);
    }
}

fn within(sql: &mut Sql, column: &str, days: Days) {
    let bounds: [(Option<NaiveDate>, &str); 2] = [(days.from, " >= "), (days.to, " <= ")];
    for (bound, compares) in bounds {
        if let Some(day) = bound {
            sql.push(" AND ")
                .push(column)
                .push(compares)
                .bind(on_file(day));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Engine;
    use uuid::Uuid;

    /// Every connection keeps the statements that it has prepared, so those of a list must be few however long it may be.
    #[test]
    fn filters_of_all_lengths_come_to_few_statements() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let text = |units: u128| {
                let units = (1..=units).map(|unit| UnitId::new(Uuid::from_u128(unit)).unwrap());
                let filter = HazardFilter {
                    units: units.collect(),
                    ..HazardFilter::default()
                };
                let mut sql = Sql::new(engine, "");
                passing(&mut sql, &filter);
                sql.statement().sql
            };
            let texts: BTreeSet<String> = (1..=100).map(text).collect();
            assert!(texts.len() <= 8, "{engine:?}: {}", texts.len());
        }
    }
}
