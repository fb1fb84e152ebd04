//! The counters of the closure statistics.
//!
//! Whoever sees everything reads what is kept in the transaction of each act: one row for each cell, however many hazards
//! there are. A viewer who sees less must not learn what others have, so for him his own hazards are counted.

use super::predicate;
use crate::column::{Columns, county, on_file, to_unit_or_none};
use crate::connect::SqlStore;
use crate::hazard::status;
use crate::sql::{Engine, Sql};
use chrono::NaiveDate;
use sea_orm::QueryResult;
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::Status;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{TownshipCode, UnitId};
use xiaohao_ledger::read::HazardFilter;
use xiaohao_ledger::tally::{Cell, Counts, Measure};
use xiaohao_ledger::{Fault, Scope, Sees, Viewpoint};

pub(super) async fn cells(
    store: &SqlStore,
    scope: &Scope,
    on: NaiveDate,
) -> Result<BTreeMap<Cell, Counts>, Fault> {
    let on = on_file(on);
    match scope.sees() {
        Sees::Everything => kept(store, scope, on).await,
        Sees::From(viewpoint) => own(store, scope, viewpoint, on).await,
        Sees::Nothing => Ok(BTreeMap::new()),
    }
}

/// What is kept, with the overdue hazards carried over from the day for which they are counted to the day that is asked
/// for. All in one statement, so that the counters, their day and the running deadlines are of one moment.
async fn kept(
    store: &SqlStore,
    scope: &Scope,
    on: NaiveDate,
) -> Result<BTreeMap<Cell, Counts>, Fault> {
    let (earlier, later) = match store.engine {
        Engine::Sqlite => ("min", "max"),
        Engine::Postgres => ("least", "greatest"),
    };
    let code = scope.county();
    let mut sql = Sql::new(store.engine, "SELECT t.committee, t.lead_unit, t.township");
    for measure in Measure::ALL {
        sql.push(", t.").push(measure.code());
        if let Some(by) = Deadline::ALL
            .iter()
            .find(|by| Measure::overdue_by(**by) == *measure)
        {
            sql.push(" + coalesce(d.").push(by.code()).push(", 0)");
        }
    }
    sql.push(" FROM tally t LEFT JOIN (SELECT committee, lead_unit, township");
    for by in Deadline::ALL {
        sql.push(", CAST(sum(CASE WHEN deadline <> ")
            .bind(by.code());
        sql.push(" THEN 0 WHEN due_on < ").bind(on);
        sql.push(" THEN number ELSE -number END) AS bigint) AS ")
            .push(by.code());
    }
    sql.push(" FROM tally_due WHERE county = ")
        .bind(county(code));
    let bounds = [(" AND due_on >= ", earlier), (" AND due_on < ", later)];
    for (compares, of_both) in bounds {
        sql.push(compares).push(of_both).push("(").bind(on);
        sql.push(", (SELECT counted_on FROM ledger_head WHERE county = ");
        sql.bind(county(code)).push("))");
    }
    sql.push(
        " GROUP BY committee, lead_unit, township) d ON d.committee = t.committee \
         AND d.lead_unit = t.lead_unit AND d.township = t.township WHERE t.county = ",
    );
    sql.bind(county(code));
    let mut cells = BTreeMap::new();
    for result in store.read(sql).await? {
        let mut at = Columns::of(&result);
        let cell = Cell {
            committee: to_unit_or_none(at.next()?),
            lead_unit: to_unit_or_none(at.next()?),
            township: at.next_as(|text: String| TownshipCode::parse(&text))?,
        };
        let mut counts = Counts::default();
        for measure in Measure::ALL {
            counts.add(*measure, at.next()?);
        }
        if !counts.is_empty() {
            cells.insert(cell, counts);
        }
    }
    Ok(cells)
}

/// Selects how many hazards pass a filter, where the counters know it: in some cells, in some states.
pub(super) fn counted(engine: Engine, scope: &Scope, filter: &HazardFilter) -> Option<Sql> {
    let known = HazardFilter {
        statuses: filter.statuses.clone(),
        committees: filter.committees.clone(),
        lead_units: filter.lead_units.clone(),
        townships: filter.townships.clone(),
        ..HazardFilter::default()
    };
    if scope.sees() != Sees::Everything || *filter != known {
        return None;
    }
    let all = Status::ALL.iter().copied();
    let wanted = all.filter(|status| filter.has_state(*status));
    let columns = wanted.map(|status| Measure::of_status(status).code());
    // Of no state there are none.
    let columns: Vec<&str> = ["0"].into_iter().chain(columns).collect();
    let mut sql = Sql::new(engine, "SELECT CAST(coalesce(sum(");
    sql.push(&columns.join(" + "));
    sql.push("), 0) AS bigint) FROM tally WHERE county = ");
    sql.bind(county(scope.county()));
    predicate::of_cells(&mut sql, filter);
    Some(sql)
}

/// What one counts in the hazards that concern a unit.
async fn own(
    store: &SqlStore,
    scope: &Scope,
    from: Viewpoint,
    on: NaiveDate,
) -> Result<BTreeMap<Cell, Counts>, Fault> {
    let mut sql = Sql::new(
        store.engine,
        "SELECT h.committee, h.lead_unit, h.township, h.status, \
         coalesce(h.completed_on <= h.due_on, FALSE), \
         coalesce(h.completed_on <= h.original_due_on, FALSE), coalesce(h.running_due_on < ",
    );
    sql.bind(on)
        .push(", FALSE), coalesce(h.running_original_due_on < ");
    sql.bind(on)
        .push(", FALSE), count(*) FROM hazard_unit u CROSS JOIN hazard h WHERE u.county = ");
    sql.bind(county(scope.county())).push(" AND u.unit = ");
    sql.bind(from.as_uuid())
        .push(" AND h.county = u.county AND h.opened = u.opened GROUP BY 1, 2, 3, 4, 5, 6, 7, 8");
    let mut cells: BTreeMap<Cell, Counts> = BTreeMap::new();
    for result in store.read(sql).await? {
        count(&result, &mut cells)?;
    }
    Ok(cells)
}

/// Counts in the hazards of a group, as [`xiaohao_ledger::tally::Tally::count`] does one by one.
fn count(group: &QueryResult, cells: &mut BTreeMap<Cell, Counts>) -> Result<(), Fault> {
    let mut at = Columns::of(group);
    let cell = Cell {
        committee: at.next_perhaps::<Uuid, _>(UnitId::new)?,
        lead_unit: at.next_perhaps::<Uuid, _>(UnitId::new)?,
        township: at.next_as(|text: String| TownshipCode::parse(&text))?,
    };
    let status = at.next_as(|code: String| status(&code))?;
    let done = status.is_done();
    let facts = [
        (Measure::OnTime, at.next::<bool>()? && done),
        (Measure::OnTimeOriginally, at.next::<bool>()? && done),
        (Measure::Overdue, at.next()?),
        (Measure::OverdueOriginally, at.next()?),
        (Measure::of_status(status), true),
    ];
    let number: i64 = at.next()?;
    let counts = cells.entry(cell).or_default();
    for (measure, is) in facts {
        counts.add(measure, if is { number } else { 0 });
    }
    Ok(())
}
