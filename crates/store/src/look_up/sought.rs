//! The hazards of a batch, asked for with their histories in one statement. In it whoever acts is held against each hazard before
//! anything of its history is read: what he may not see takes him as long as what is not there.

use crate::column::{NO_NUMBER, county};
use crate::line;
use crate::sql::{Engine, Sql, array};
use sea_orm::{Statement, Value};
use xiaohao_core::values::{CountyCode, HazardId};
use xiaohao_ledger::{SubjectKind, Viewpoint, Wanted};

/// The statements that read the histories of the hazards that are wanted: one, unless more than `most` are wanted whoever asks. Who
/// sees them is told by rows that are made from the record. A row that is astray can hide a hazard from an act and cannot show it
/// to one, because the act is decided on the record all the same.
pub(super) fn histories(
    engine: Engine,
    code: CountyCode,
    wanted: &Wanted,
    most: usize,
) -> Vec<Statement> {
    let whoever = wanted.hazards.iter().map(|id| id.as_uuid().into());
    let whoever: Vec<Value> = whoever.collect();
    let mut parts = whoever.chunks(most);
    let asked = Asked::of(wanted);
    let together = (!asked.is_empty()).then(|| {
        let mut sql = Sql::new(engine, "");
        if let Some(ids) = parts.next() {
            of_hazards(&mut sql, code).among("subject", ids.to_vec());
            sql.push(" UNION ALL ");
        }
        asked.push(of_hazards(&mut sql, code), code);
        sql.statement()
    });
    let apart = parts.map(|ids| {
        let mut sql = Sql::new(engine, "");
        of_hazards(&mut sql, code).among("subject", ids.to_vec());
        sql.statement()
    });
    together.into_iter().chain(apart).collect()
}

/// Selects lines of hazards; of which, is to be said next.
fn of_hazards(sql: &mut Sql, code: CountyCode) -> &mut Sql {
    let (columns, kind) = (line::columns(sql.engine()), SubjectKind::Hazard.code());
    sql.push("SELECT ").push(columns);
    sql.push(" FROM ledger_entry e WHERE subject_kind = '");
    sql.push(kind).push("' AND county = ").bind(county(code));
    sql.push(" AND ")
}

/// The hazards of which it must be asked whether they are there for whoever acts. What is read whoever asks is none of them, so that
/// no line is read twice.
struct Asked {
    seen_from: Vec<(HazardId, Viewpoint)>,
    unlisted: Vec<HazardId>,
}

impl Asked {
    fn of(wanted: &Wanted) -> Self {
        let is_asked = |id: &HazardId| !wanted.hazards.contains(id);
        let seen_from = wanted.hazards_seen_from.iter().copied();
        let unlisted = wanted.hazards_unlisted.iter().copied();
        Self {
            seen_from: seen_from.filter(|(id, _)| is_asked(id)).collect(),
            unlisted: unlisted.filter(is_asked).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.seen_from.is_empty() && self.unlisted.is_empty()
    }

    /// Goes on with the condition that the line is of one of them that is there. On PostgreSQL their ids are gathered in an array
    /// first, so that lines are looked up by them and by nothing else, however it takes the tables to be.
    fn push(&self, sql: &mut Sql, code: CountyCode) {
        let (open, close) = match sql.engine() {
            Engine::Sqlite => ("subject IN (", ")"),
            Engine::Postgres => ("subject = ANY(ARRAY(", "))"),
        };
        sql.push(open);
        self.seen(sql, code);
        if !self.seen_from.is_empty() && !self.unlisted.is_empty() {
            sql.push(" UNION ");
        }
        self.not_listed(sql, code);
        sql.push(close);
    }

    fn seen(&self, sql: &mut Sql, code: CountyCode) {
        if self.seen_from.is_empty() {
            return;
        }
        sql.push("SELECT h.id FROM ");
        pairs(sql, &self.seen_from);
        sql.push(" CROSS JOIN hazard h CROSS JOIN hazard_unit s WHERE h.county = ");
        sql.bind(county(code)).push(
            " AND h.id = a.column1 AND s.county = h.county AND s.unit = a.column2 AND s.opened = h.opened",
        );
    }

    /// The sign keeps SQLite from walking through all that is not listed.
    fn not_listed(&self, sql: &mut Sql, code: CountyCode) {
        if self.unlisted.is_empty() {
            return;
        }
        sql.push("SELECT h.id FROM hazard h WHERE h.county = ");
        sql.bind(county(code)).push(" AND +h.number = ");
        sql.bind(NO_NUMBER).push(" AND ");
        sql.among_ids("h.id", self.unlisted.iter().map(|id| id.as_uuid()));
    }
}

/// A table `a` of hazards and from where each must be seen, in few shapes, as lists are: on PostgreSQL made of two arrays, on SQLite
/// filled up to a power of two with the last of them. One pair alone is one row on both, so that its plan is kept.
fn pairs(sql: &mut Sql, asked: &[(HazardId, Viewpoint)]) {
    let row = |(id, from): &(HazardId, Viewpoint)| [id.as_uuid().into(), from.as_uuid().into()];
    let mut rows: Vec<[Value; 2]> = asked.iter().map(row).collect();
    match sql.engine() {
        Engine::Postgres if rows.len() > 1 => {
            let (ids, from) = rows.into_iter().map(|[id, from]| (id, from)).unzip();
            sql.push("unnest(").bind(array(ids)).push(", ");
            sql.bind(array(from)).push(") a (column1, column2)");
        }
        Engine::Sqlite | Engine::Postgres => {
            if let Some(last) = rows.last().cloned() {
                rows.resize(rows.len().next_power_of_two(), last);
            }
            let rows = rows.into_iter().map(Vec::from).collect();
            sql.push("(").values(rows).push(") a");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::histories;
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::Engine;
    use std::collections::BTreeSet;
    use uuid::Uuid;
    use xiaohao_core::values::{CountyCode, HazardId, UnitId};
    use xiaohao_ledger::{Viewpoint, Wanted};

    fn hazards(most: u128) -> BTreeSet<HazardId> {
        let id = |number| HazardId::new(Uuid::from_u128(number)).unwrap();
        (1..=most).map(id).collect()
    }

    fn seen(most: u128) -> BTreeSet<(HazardId, Viewpoint)> {
        let unit = UnitId::new(Uuid::from_u128(1000)).unwrap();
        let pair = |id| (id, Viewpoint::from(unit));
        hazards(most).into_iter().map(pair).collect()
    }

    #[tokio::test]
    async fn whoever_asks_hazards_their_units_and_their_lines_are_looked_up_by_their_keys() {
        let database = new_in_memory().await.unwrap();
        let county = CountyCode::parse("431123").unwrap();
        for most in [1, 64] {
            for office in [0, most / 2] {
                for unlisted in [0, most] {
                    let wanted = Wanted {
                        hazards: hazards(office),
                        hazards_seen_from: seen(most),
                        hazards_unlisted: hazards(unlisted),
                        ..Wanted::default()
                    };
                    let mut asked = histories(Engine::Sqlite, county, &wanted, 64);
                    assert_eq!(asked.len(), 1);
                    let steps = plan::steps(&database, asked.remove(0)).await;
                    let keys = [
                        ("h", "county=? AND id=?"),
                        ("s", "county=? AND opened=? AND unit=?"),
                        ("e", "county=? AND subject_kind=? AND subject=?"),
                        ("p", "county=? AND position=?"),
                    ];
                    for (table, key) in keys {
                        let of_table = format!("SEARCH {table} ");
                        let by_key = format!("({key})");
                        let mut looked_up = steps.iter().filter(|step| step.starts_with(&of_table));
                        assert!(looked_up.all(|step| step.contains(&by_key)), "{steps:#?}");
                        assert!(!steps.contains(&format!("SCAN {table}")), "{steps:#?}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_more_is_asked_than_the_histories_of_whoever_asks() {
        let county = CountyCode::parse("431123").unwrap();
        let of = |wanted: &Wanted| histories(Engine::Postgres, county, wanted, 2).len();
        assert_eq!(of(&Wanted::default()), 0);
        let mut wanted = Wanted {
            hazards: hazards(3),
            ..Wanted::default()
        };
        assert_eq!(of(&wanted), 2, "two and one");
        wanted.hazards_seen_from = seen(3);
        assert_eq!(of(&wanted), 2, "they are read whoever asks");
        wanted.hazards_seen_from = seen(4);
        assert_eq!(of(&wanted), 2, "together with the first two");
    }
}
