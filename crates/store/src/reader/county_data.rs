//! The data of the county on a day, by the lines of its ledger that entered them.

use crate::column::{county, position};
use crate::connect::SqlStore;
use crate::line;
use crate::sql::{Engine, Sql};
use xiaohao_core::county_data::CountyData;
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::read::AsOf;
use xiaohao_ledger::{Fault, Scope};

/// By the last line that belongs to the day, or the first that was known.
pub(super) async fn of(
    store: &SqlStore,
    scope: &Scope,
    as_of: AsOf,
) -> Result<Option<CountyData>, Fault> {
    let lines = store
        .lines(asking(store.engine, scope.county(), as_of))
        .await?;
    let data = lines
        .first()
        .and_then(|line| line.record.county_data_entered());
    Ok(data.cloned())
}

fn asking(engine: Engine, code: CountyCode, as_of: AsOf) -> Sql {
    let mut sql = line::of_county(engine, code, &[]);
    line::push_own(&mut sql, "e.");
    sql.push(" AND e.seq = COALESCE(");
    one(&mut sql, code, as_of, "max", true);
    sql.push(", ");
    one(&mut sql, code, as_of, "min", false);
    sql.push(")");
    sql
}

/// The place in the ledger's own history of the last line, or the first, that entered data and was known; of those of the day, or
/// of all. Its body, which is as large as all data of the county, is read of that one alone.
fn one(sql: &mut Sql, code: CountyCode, as_of: AsOf, which: &str, of_the_day: bool) {
    sql.push("(SELECT ").push(which);
    sql.push("(o.seq) FROM ledger_entry o WHERE o.county = ");
    sql.bind(county(code));
    line::push_own(sql, "o.");
    sql.push(" AND o.event = ");
    sql.bind(UpkeepEvent::ENTERS_DATA);
    // The sign keeps SQLite from walking through the lines of all hazards.
    sql.push(" AND +o.position <= ").bind(position(as_of.known));
    if of_the_day {
        sql.push(" AND o.occurred_on <= ").bind(as_of.valid_on);
    }
    sql.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guards::new_in_memory;
    use crate::plan;
    use chrono::NaiveDate;
    use xiaohao_ledger::Position;

    #[tokio::test]
    async fn the_data_of_a_day_are_looked_for_in_the_ledgers_own_history_alone() {
        let database = new_in_memory().await.unwrap();
        let as_of = AsOf {
            valid_on: NaiveDate::from_ymd_opt(2026, 3, 31).unwrap(),
            known: Position::new(9),
        };
        let code = CountyCode::parse("431123").unwrap();
        let asked = asking(Engine::Sqlite, code, as_of);
        let steps = plan::steps(&database, asked.statement()).await;
        // Each step on the table says by how much of the index it searches.
        let on_lines = ["SEARCH e ", "SEARCH o ", "SCAN e", "SCAN o"];
        let on_lines = |step: &&String| on_lines.iter().any(|begin| step.starts_with(begin));
        let met: Vec<_> = steps.iter().filter(on_lines).collect();
        assert_eq!(met.len(), 3, "{steps:?}");
        assert!(
            met.iter().all(|step| step.contains("subject=?")),
            "{steps:?}"
        );
    }
}
