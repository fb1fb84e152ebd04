//! Changes of posts, as far as a page of them needs them. The ledger's own history has lines that are as large as all data of the
//! county; of those no more than the index is met.

use crate::column::position;
use crate::connect::SqlStore;
use crate::line;
use crate::sql::{Engine, Sql};
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_core::values::{CountyCode, PersonId};
use xiaohao_ledger::{Fault, Line, Position, Scope, Sees};

/// The newest before a place, all or those that concern one person.
pub(super) async fn changes(
    store: &SqlStore,
    scope: &Scope,
    of: Option<PersonId>,
    before: Option<Position>,
    most: u32,
) -> Result<Vec<Line>, Fault> {
    if scope.sees() != Sees::Everything {
        return Ok(Vec::new());
    }
    let asked = asking(store.engine, scope.county(), of, before, most);
    let lines = store.lines(asked).await?.into_iter();
    Ok(lines.map(|line| scope.line(line)).collect())
}

fn asking(
    engine: Engine,
    code: CountyCode,
    of: Option<PersonId>,
    before: Option<Position>,
    most: u32,
) -> Sql {
    let mut sql = line::of_county(engine, code, &[]);
    line::push_own(&mut sql, "e.");
    sql.push(" AND e.event = ");
    sql.bind(UpkeepEvent::CHANGES_POSTS);
    if let Some(before) = before {
        // The sign keeps SQLite from walking back through the lines of all hazards.
        sql.push(" AND +e.position < ").bind(position(before));
    }
    if let Some(person) = of {
        // Whoever acted is named in the line too; it concerns those alone whose posts ended or began.
        sql.push(match engine {
            Engine::Sqlite => {
                " AND EXISTS (SELECT 1 FROM json_tree(e.body, '$.event.data') t WHERE t.key = 'person' AND t.value = "
            }
            Engine::Postgres => {
                " AND EXISTS (SELECT 1 FROM jsonb_path_query(CAST(e.body AS jsonb), '$.event.data.*[*].person') t \
                 WHERE t #>> '{}' = "
            }
        });
        sql.bind(person.as_uuid().to_string()).push(")");
    }
    sql.push(" ORDER BY e.seq DESC LIMIT ")
        .bind(i64::from(most));
    sql
}

#[cfg(test)]
mod tests {
    use super::asking;
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::Engine;
    use uuid::Uuid;
    use xiaohao_core::values::{CountyCode, PersonId};
    use xiaohao_ledger::Position;

    #[tokio::test]
    async fn a_page_of_changes_is_walked_along_the_ledgers_own_history_and_nothing_is_sorted() {
        let database = new_in_memory().await.unwrap();
        let county = CountyCode::parse("431123").unwrap();
        for of in [None, PersonId::new(Uuid::from_u128(1)).ok()] {
            for before in [None, Some(Position::new(9))] {
                let asked = asking(Engine::Sqlite, county, of, before, 20);
                let steps = plan::steps(&database, asked.statement()).await;
                let by_history = "SEARCH e USING INDEX ledger_entry_seq (county=? AND subject_kind=? AND subject=?)";
                assert_eq!(steps[0], by_history, "{steps:#?}");
                let sorts = |step: &&String| step.contains("TEMP B-TREE FOR ORDER BY");
                assert_eq!(steps.iter().find(sorts), None, "{steps:#?}");
            }
        }
    }
}
