//! Papers: a page of them, how many there are, and the orders that went out together with an act.
//!
//! A list has two legs, each walked along an index from its newest: the first lines of papers, and with the orders the acts that
//! issued one of their own. Who does not see the whole ledger has the second leg alone, as far as he sees the hazards; of circulars he has those
//! that are issued.

use super::predicate;
use crate::column::{Columns, county, position, to_hazard_number, to_position};
use crate::connect::SqlStore;
use crate::line;
use crate::sql::{Engine, Sql};
use uuid::Uuid;
use xiaohao_core::values::{HazardNumber, OrderId};
use xiaohao_ledger::read::{AsOf, Page, PaperList, Stretch};
use xiaohao_ledger::{Fault, Line, Position, Scope, Sees, SubjectKind};

pub(super) async fn page(
    store: &SqlStore,
    scope: &Scope,
    list: PaperList,
    stretch: &Stretch<Position>,
) -> Result<Page<Uuid, Position>, Fault> {
    let mut met = Vec::new();
    if let Some(sql) = met_on(store.engine, scope, list, stretch) {
        for row in store.read(sql).await? {
            let mut at = Columns::of(&row);
            met.push((to_position(at.next()?)?, at.next()?));
        }
    }
    let page = stretch.page(met, |(place, _)| *place);
    Ok(page.map(|(_, id)| id))
}

pub(super) async fn count(store: &SqlStore, scope: &Scope, list: PaperList) -> Result<u64, Fault> {
    let mut count = 0;
    for leg in Leg::of(scope, list) {
        let mut sql = Sql::new(store.engine, "SELECT count(*)");
        leg.walk(&mut sql, scope, list);
        count += store.counted(sql).await?;
    }
    Ok(count)
}

/// The lines that issued these orders together with their acts, each with the number of its hazard.
pub(super) async fn orders_with_acts(
    store: &SqlStore,
    scope: &Scope,
    ids: &[OrderId],
) -> Result<Vec<(Line, HazardNumber)>, Fault> {
    if ids.is_empty() || scope.sees() == Sees::Nothing {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(store.engine, "SELECT ");
    sql.push(line::columns(store.engine));
    sql.push(
        ", h.number FROM order_with_act o CROSS JOIN ledger_entry e CROSS JOIN hazard h \
         WHERE e.county = o.county AND e.position = o.position AND h.county = e.county AND h.id = e.subject AND o.county = ",
    );
    sql.bind(county(scope.county())).push(" AND ");
    sql.among_ids("o.order_id", ids.iter().map(|id| id.as_uuid()));
    sql.push(" AND ");
    predicate::line_seen(&mut sql, scope);
    sql.push(" ORDER BY e.position");
    let mut found = Vec::new();
    for row in store.read(sql).await? {
        let number = Columns::from(&row, line::READ).next()?;
        let number = to_hazard_number(scope.county(), number)?;
        let line = scope.line(line::line(&row)?);
        found.extend(number.map(|number| (line, number)));
    }
    Ok(found)
}

/// What is met on a stretch of a list; nothing where the viewer sees none.
fn met_on(
    engine: Engine,
    scope: &Scope,
    list: PaperList,
    stretch: &Stretch<Position>,
) -> Option<Sql> {
    let (beyond, order) = if stretch.is_backward() {
        (" > ", "")
    } else {
        (" < ", " DESC")
    };
    let mut sql = Sql::new(engine, "");
    let legs = Leg::of(scope, list);
    for (number, leg) in legs.iter().enumerate() {
        sql.push(if number > 0 { " UNION ALL " } else { "" });
        sql.push("SELECT * FROM (SELECT ").push(leg.place());
        sql.push(" AS place, ").push(leg.id()).push(" AS id");
        leg.walk(&mut sql, scope, list);
        if let Some(from) = stretch.from() {
            sql.push(" AND ").push(leg.place()).push(beyond);
            sql.bind(position(from));
        }
        sql.push(" ORDER BY ").push(leg.place()).push(order);
        sql.push(" LIMIT ").bind(i64::from(stretch.met()));
        sql.push(") AS ").push(leg.name());
    }
    sql.push(" ORDER BY place").push(order).push(" LIMIT ");
    sql.bind(i64::from(stretch.met()));
    (!legs.is_empty()).then_some(sql)
}

/// A leg of a list.
#[derive(Clone, Copy)]
enum Leg {
    /// The first lines of papers.
    Papers,
    /// The acts that issued an order of their own.
    Acts,
}

impl Leg {
    /// The legs on which this viewer can meet anything.
    fn of(scope: &Scope, list: PaperList) -> Vec<Self> {
        let mut legs = Vec::new();
        if scope.sees() == Sees::Everything || scope.shows_issued(list.kind) {
            legs.push(Self::Papers);
        }
        if list.kind == SubjectKind::Order && scope.sees() != Sees::Nothing {
            legs.push(Self::Acts);
        }
        legs
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Papers => "papers",
            Self::Acts => "acts",
        }
    }

    const fn place(self) -> &'static str {
        match self {
            Self::Papers => "e.position",
            Self::Acts => "o.position",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Papers => "e.subject",
            Self::Acts => "o.order_id",
        }
    }

    /// From where, and on what conditions.
    fn walk(self, sql: &mut Sql, scope: &Scope, list: PaperList) {
        match self {
            // SQLite must be told in so many words that the index of the first lines of papers holds what is asked for.
            Self::Papers => {
                sql.push(" FROM ledger_entry e");
                if sql.engine() == Engine::Sqlite {
                    sql.push(" INDEXED BY ledger_entry_papers");
                }
                sql.push(" WHERE e.seq = 1 AND e.subject_kind = '")
                    .push(list.kind.code())
                    .push("' AND e.subject_kind <> 'HAZARD' AND e.county = ");
                sql.bind(county(scope.county()));
                if scope.shows_issued(list.kind) {
                    sql.push(" AND ");
                    predicate::issued(sql, list.kind, list.as_of);
                }
            }
            // The join is crossed, so that SQLite walks along the orders and looks up the lines.
            Self::Acts => {
                sql.push(
                    " FROM order_with_act o CROSS JOIN ledger_entry e WHERE e.county = o.county \
                     AND e.position = o.position AND o.county = ",
                );
                sql.bind(county(scope.county())).push(" AND ");
                predicate::line_seen(sql, scope);
            }
        }
        if let Some(AsOf { valid_on, known }) = list.as_of {
            sql.push(" AND ").push(self.place()).push(" <= ");
            sql.bind(position(known));
            sql.push(" AND e.occurred_on <= ").bind(valid_on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::met_on;
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::Engine;
    use chrono::NaiveDate;
    use xiaohao_core::values::CountyCode;
    use xiaohao_ledger::read::{AsOf, PaperList, Stretch};
    use xiaohao_ledger::{Position, Scope, SubjectKind};

    #[tokio::test]
    async fn a_page_of_papers_is_walked_along_two_indexes_and_no_leg_is_sorted() {
        let database = new_in_memory().await.unwrap();
        let scope = Scope::of_the_ledger(CountyCode::parse("431123").unwrap());
        let day = AsOf {
            valid_on: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            known: Position::new(9),
        };
        for as_of in [None, Some(day)] {
            for from in [None, Some(Position::new(5))] {
                for stretch in [Stretch::first(20, from, 100), Stretch::last(20, from, 100)] {
                    let list = PaperList {
                        kind: SubjectKind::Order,
                        as_of,
                    };
                    let sql = met_on(Engine::Sqlite, &scope, list, &stretch.unwrap()).unwrap();
                    let steps = plan::steps(&database, sql.statement()).await;
                    let has = |step: &str| steps.iter().any(|own| own.starts_with(step));
                    assert!(
                        has("SEARCH e USING INDEX ledger_entry_papers ("),
                        "{steps:#?}"
                    );
                    assert!(
                        has("SEARCH o USING COVERING INDEX order_with_act_by_place (")
                            || has("SEARCH o USING INDEX order_with_act_by_place ("),
                        "{steps:#?}"
                    );
                    // What the two have met is put in one order, and nothing before.
                    let sorts = |step: &String| step.contains("TEMP B-TREE");
                    let mut sorted = steps.windows(2).filter(|pair| sorts(&pair[1]));
                    assert!(
                        sorted.all(|pair| pair[0].starts_with("SCAN ")),
                        "{steps:#?}"
                    );
                }
            }
        }
    }
}
