//! Hazards: a page of rows, how many there are, one of them, and whole ones.

use super::walk::{FEW, Leg, Walk};
use super::{closure, predicate};
use crate::column::{county, hazard_number};
use crate::connect::SqlStore;
use crate::hazard::{SHOWN, row};
use crate::sql::Sql;
use std::sync::LazyLock;
use xiaohao_core::NumberTaken;
use xiaohao_core::values::Series;
use xiaohao_ledger::read::{HazardFilter, HazardKey, Page, PageAsk, SortBy};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Fault, Scope, Sees};

/// The columns of a row.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<String> = SHOWN.iter().map(|column| format!("h.{column}")).collect();
    columns.join(", ")
});

pub(super) async fn page(
    store: &SqlStore,
    scope: &Scope,
    filter: &HazardFilter,
    page: &PageAsk,
) -> Result<Page<HazardRow>, Fault> {
    let by = page.order().by;
    let mut met = Vec::new();
    if scope.sees() != Sees::Nothing {
        let leg = Leg {
            from: page.stretch().from(),
            down: page.walks_down(),
            most: page.stretch().met(),
        };
        let mut walk = Walk::new(store.engine, scope, filter, by);
        if let Some(sql) = walk.to_be_sorted()
            && store.counted(sql).await? > u64::from(FEW)
        {
            walk = walk.in_order();
        }
        for result in store.read(walk.leg(&COLUMNS, leg)).await? {
            met.push(row(scope.county(), &result)?);
        }
    }
    Ok(page.page(met))
}

pub(super) async fn count(
    store: &SqlStore,
    scope: &Scope,
    filter: &HazardFilter,
) -> Result<u64, Fault> {
    if scope.sees() == Sees::Nothing {
        return Ok(0);
    }
    let counted = match closure::counted(store.engine, scope, filter) {
        Some(sql) => sql,
        None => Walk::new(store.engine, scope, filter, SortBy::Opened).all("count(*)"),
    };
    store.counted(counted).await
}

pub(super) async fn one(
    store: &SqlStore,
    scope: &Scope,
    key: HazardKey,
) -> Result<Option<HazardRow>, Fault> {
    let code = scope.county();
    let elsewhere = match key {
        HazardKey::Id(_) => false,
        HazardKey::Number(number) => number.county() != code,
        HazardKey::Clue(clue) => clue.county() != code,
    };
    if elsewhere || scope.sees() == Sees::Nothing {
        return Ok(None);
    }
    let mut sql = Sql::new(store.engine, "SELECT ");
    sql.push(&COLUMNS).push(" FROM hazard h WHERE h.county = ");
    sql.bind(county(code));
    match key {
        HazardKey::Id(id) => {
            sql.push(" AND h.id = ").bind(id.as_uuid());
        }
        HazardKey::Number(number) => {
            sql.push(" AND h.number = ").bind(hazard_number(number));
        }
        HazardKey::Clue(clue) => {
            // A clue is taken by the first line of its hazard.
            let taken = NumberTaken {
                series: Series::Clue,
                year: clue.year(),
                serial: clue.serial(),
            };
            sql.push(" AND h.opened = ");
            predicate::taken_at(&mut sql, code, taken);
        }
    }
    predicate::seen(&mut sql, scope);
    let rows = store.read(sql).await?;
    rows.first().map(|result| row(code, result)).transpose()
}
