//! What committees have filed for a period.

use crate::connect::SqlStore;
use crate::line;
use crate::sql::{Engine, Sql};
use std::collections::BTreeSet;
use xiaohao_core::directory::Committee;
use xiaohao_core::policy::Period;
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_core::values::{CountyCode, UnitId};
use xiaohao_ledger::{Fault, Line, Scope};

/// Those of these committees for a period, as far as they are for the viewer, in the order of the ledger.
pub(super) async fn of_period(
    store: &SqlStore,
    scope: &Scope,
    committees: &[Committee],
    period: Period,
) -> Result<Vec<Line>, Fault> {
    let shown = scope.filings_among(committees);
    if shown.is_empty() {
        return Ok(Vec::new());
    }
    let asked = asking(store.engine, scope.county(), &shown, period);
    let rows = store.read(asked).await?;
    rows.iter().map(line::line).collect()
}

fn asking(engine: Engine, code: CountyCode, shown: &BTreeSet<UnitId>, period: Period) -> Sql {
    let said = |field: &str| match engine {
        Engine::Sqlite => format!("json_extract(e.body, '$.event.data.{field}')"),
        Engine::Postgres => format!("CAST(e.body AS jsonb) #>> '{{event,data,{field}}}'"),
    };
    let mut sql = line::of_county(engine, code, &[]);
    line::push_own(&mut sql, "e.");
    sql.push(" AND e.event = ").bind(UpkeepEvent::FILES);
    for (field, day) in [("from", period.from), ("until", period.until)] {
        sql.push(" AND ").push(&said(field));
        sql.push(" = ").bind(day.to_string());
    }
    sql.push(" AND ");
    let committees = shown.iter().map(|unit| unit.as_uuid().to_string().into());
    sql.among(&said("committee"), committees.collect());
    sql.push(" ORDER BY e.seq");
    sql
}

#[cfg(test)]
mod tests {
    use super::asking;
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::Engine;
    use chrono::NaiveDate;
    use uuid::Uuid;
    use xiaohao_core::policy::Cadence;
    use xiaohao_core::values::{CountyCode, UnitId};

    #[tokio::test]
    async fn filings_are_walked_along_the_ledgers_own_history_and_nothing_is_sorted() {
        let database = new_in_memory().await.unwrap();
        let county = CountyCode::parse("431123").unwrap();
        let shown = [UnitId::new(Uuid::from_u128(1)).unwrap()].into();
        let november = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let period = Cadence::Monthly.period(november).unwrap();
        let asked = asking(Engine::Sqlite, county, &shown, period);
        let steps = plan::steps(&database, asked.statement()).await;
        let by_history =
            "SEARCH e USING INDEX ledger_entry_seq (county=? AND subject_kind=? AND subject=?)";
        assert_eq!(steps[0], by_history, "{steps:#?}");
        let sorts = |step: &&String| step.contains("TEMP B-TREE FOR ORDER BY");
        assert_eq!(steps.iter().find(sorts), None, "{steps:#?}");
    }
}
