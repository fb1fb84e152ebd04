//! The end of a batch: everything is written, and committed.

use crate::begin::SqlBatch;
use crate::column::{county, position, unit_or_nil};
use crate::county::Entered;
use crate::fault::{fault, unreadable};
use crate::parts::{Counted, Parts, Rows};
use crate::sql::{Engine, Insert, Sql, array};
use crate::{hazard, line, personal, search};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::sync::LazyLock;
use xiaohao_core::NumberTaken;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{CountyCode, OrderId};
use xiaohao_ledger::tally::{Measure, Tally};
use xiaohao_ledger::{CarryOver, Erasure, Fault, Head, Line, Position, Written, WrittenHazard};

/// Writes everything and commits.
pub(crate) async fn append(batch: SqlBatch, written: Written) -> Result<(), Fault> {
    let (from, to) = (batch.head.position, written.head.position);
    batch.write(written).await?;
    let SqlBatch {
        store, transaction, ..
    } = batch;
    transaction.commit().await.map_err(fault)?;
    store.has_grown(from, to);
    Ok(())
}

/// The columns of a counter's row.
pub(crate) static TALLY: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let key = ["county", "committee", "lead_unit", "township"];
    key.into_iter()
        .chain(Measure::ALL.iter().map(|measure| measure.code()))
        .collect()
});

/// The columns of a running deadline's row.
pub(crate) const DUE: &[&str] = &[
    "county",
    "due_on",
    "deadline",
    "committee",
    "lead_unit",
    "township",
    "number",
];

/// The columns of a number's row.
pub(crate) const NUMBER: &[&str] = &["county", "series", "year", "serial", "position"];

/// The rows of numbers that were taken.
pub(crate) fn numbers(
    code: CountyCode,
    taken: impl IntoIterator<Item = (NumberTaken, Position)>,
) -> Vec<Vec<Value>> {
    let row = |(taken, at): (NumberTaken, Position)| {
        vec![
            county(code),
            taken.series.code().into(),
            i64::from(taken.year).into(),
            i64::from(taken.serial).into(),
            position(at).into(),
        ]
    };
    taken.into_iter().map(row).collect()
}

/// The columns of the row of an order that was issued with an act.
pub(crate) const ORDER: &[&str] = &["county", "order_id", "position"];

/// The rows of orders that were issued with acts.
pub(crate) fn orders(
    code: CountyCode,
    issued: impl IntoIterator<Item = (OrderId, Position)>,
) -> Vec<Vec<Value>> {
    let row = |(order, at): (OrderId, Position)| {
        vec![county(code), order.as_uuid().into(), position(at).into()]
    };
    issued.into_iter().map(row).collect()
}

static TALLY_ADDED: LazyLock<String> = LazyLock::new(|| {
    let set: Vec<String> = Measure::ALL
        .iter()
        .map(|measure| {
            let column = measure.code();
            format!("{column} = tally.{column} + excluded.{column}")
        })
        .collect();
    format!(
        "ON CONFLICT (county, committee, lead_unit, township) DO UPDATE SET {}",
        set.join(", ")
    )
});

/// The order that a line issued with its act, and where.
pub(crate) fn order_with_act(line: &Line) -> Option<(OrderId, Position)> {
    Some((line.record.order_with_act()?, line.position))
}

impl SqlBatch {
    pub(crate) async fn write(&self, written: Written) -> Result<(), Fault> {
        let code = self.county;
        if let Some(entered) = Entered::in_batch(&written) {
            self.keep(&entered).await?;
        }
        if let Some(days) = written.carry_over {
            self.carry_over(days).await?;
        }
        let beside = personal::rows_of(code, &written.lines);
        let issued = written.lines.iter().map(|new| &new.line);
        let orders = orders(code, issued.filter_map(order_with_act));
        let lines = written.lines.into_iter();
        let lines = lines.map(|new| line::values(code, new)).collect();
        let mut parts = Parts::new(self.engine);
        let mut insert = |table, columns: &[&str], rows| {
            parts.insert(Rows::Any, &Insert::new(table, columns), rows);
        };
        insert("ledger_entry", line::COLUMNS, lines);
        insert("personal_value", personal::COLUMNS, beside);
        insert("number_taken", NUMBER, numbers(code, written.numbers));
        insert("order_with_act", ORDER, orders);
        self.add_hazards(&mut parts, &written.hazards)?;
        self.add_tally(&mut parts, &written.tally);
        self.add_head(&mut parts, &written.head)?;
        let counted = self.write_parts(parts).await?;
        all_were_there(&counted, &written.hazards)?;
        if counted.counties != 1 {
            return Err(Fault::damaged("the county's row is gone"));
        }
        for beside in &written.ways_in {
            self.change_way_in(beside).await?;
        }
        // Each looks for the line that orders it.
        for erasure in written.erasures {
            self.erase(erasure).await?;
        }
        Ok(())
    }

    /// Takes value and salt of a piece away; that a line orders it the database looks at itself.
    async fn erase(&self, erasure: Erasure) -> Result<(), Fault> {
        let mut sql = Sql::new(
            self.engine,
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = ",
        );
        sql.bind(position(erasure.by)).push(" WHERE county = ");
        sql.bind(county(self.county)).push(" AND position = ");
        sql.bind(position(erasure.line)).push(" AND number = ");
        sql.bind(i64::from(erasure.number));
        match self.run(sql.statement()).await? {
            1 => Ok(()),
            _ => Err(Fault::damaged("what is to be erased is not there")),
        }
    }

    /// Inserts rows; the answer is how many were written.
    pub(crate) async fn insert(
        &self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Fault> {
        let insert = Insert::new(table, columns);
        let mut written = 0_u64;
        for statement in insert.statements(self.engine, rows) {
            let result = self.run(statement).await?;
            written = written.saturating_add(result);
        }
        Ok(written)
    }

    pub(crate) async fn run(&self, statement: Statement) -> Result<u64, Fault> {
        let result = self.transaction.execute_raw(statement).await;
        Ok(result.map_err(fault)?.rows_affected())
    }

    /// Writes the rows of hazards apart from everything else.
    pub(crate) async fn write_hazards(&self, hazards: &[WrittenHazard]) -> Result<(), Fault> {
        let mut parts = Parts::new(self.engine);
        self.add_hazards(&mut parts, hazards)?;
        let counted = self.write_parts(parts).await?;
        all_were_there(&counted, hazards)
    }

    fn add_hazards(&self, parts: &mut Parts, hazards: &[WrittenHazard]) -> Result<(), Fault> {
        let new = hazards.iter().filter(|written| written.before.is_none());
        let new = new.map(|written| hazard::values(self.county, &written.row, &written.keys));
        let insert = Insert {
            on_conflict: "ON CONFLICT (county, id) DO NOTHING",
            ..Insert::new("hazard", &hazard::COLUMNS)
        };
        parts.insert(Rows::OfHazards, &insert, new.collect());
        hazard::update(parts, self.engine, self.county, hazards)?;
        self.add_units(parts, hazards);
        self.add_texts(parts, hazards);
        Ok(())
    }

    /// From where each hazard is seen: the units that it concerns, and the links that open it.
    fn add_units(&self, parts: &mut Parts, hazards: &[WrittenHazard]) {
        let code = self.county;
        let new = hazards.iter().flat_map(|written| {
            let place = position(written.row.opened);
            let units = written.newly_seen_from();
            units.map(move |unit| vec![county(code), unit.as_uuid().into(), place.into()])
        });
        let columns = ["county", "unit", "opened"];
        // From where a hazard was seen by the rules of an earlier version stands there until a rebuild.
        let insert = Insert {
            on_conflict: "ON CONFLICT (county, unit, opened) DO NOTHING",
            ..Insert::new("hazard_unit", &columns)
        };
        parts.insert(Rows::Any, &insert, new.collect());
        let gone = hazards.iter().flat_map(|written| {
            let place = position(written.row.opened);
            let units = written.no_longer_seen_from();
            units.map(move |unit| (Value::from(unit.as_uuid()), Value::from(place)))
        });
        match self.engine {
            Engine::Sqlite => {
                for (unit, opened) in gone {
                    parts.add(Rows::Any, |sql| {
                        sql.push("DELETE FROM hazard_unit WHERE county = ");
                        sql.bind(county(code)).push(" AND unit = ").bind(unit);
                        sql.push(" AND opened = ").bind(opened);
                    });
                }
            }
            Engine::Postgres => {
                let (units, places): (Vec<_>, Vec<_>) = gone.unzip();
                if !units.is_empty() {
                    parts.add(Rows::Any, |sql| {
                        sql.push("DELETE FROM hazard_unit USING unnest(");
                        sql.bind(array(units)).push(", ").bind(array(places));
                        sql.push(") AS gone (unit, opened) WHERE county = ");
                        sql.bind(county(code)).push(
                            " AND hazard_unit.unit = gone.unit AND hazard_unit.opened = gone.opened",
                        );
                    });
                }
            }
        }
    }

    /// What is searched of each hazard, where it is new or has changed.
    fn add_texts(&self, parts: &mut Parts, hazards: &[WrittenHazard]) {
        let code = self.county;
        let anew: Vec<_> = hazards
            .iter()
            .filter(|written| written.is_searched_anew())
            .collect();
        match self.engine {
            Engine::Sqlite => {
                for written in anew.iter().filter(|written| written.before.is_some()) {
                    parts.add(Rows::Any, |sql| {
                        sql.push("DELETE FROM hazard_text WHERE rowid = ");
                        sql.bind(search::row_id(code, written.row.opened));
                    });
                }
                let rows = anew.iter().map(|written| {
                    vec![
                        search::row_id(code, written.row.opened).into(),
                        search::kept(self.engine, &written.row).into(),
                    ]
                });
                let insert = Insert::new("hazard_text", &["rowid", "pairs"]);
                parts.insert(Rows::Any, &insert, rows.collect());
            }
            Engine::Postgres if anew.is_empty() => {}
            Engine::Postgres => {
                let places = anew.iter().map(|one| position(one.row.opened).into());
                let texts = anew.iter().map(|one| search::kept(self.engine, &one.row));
                parts.add(Rows::Any, |sql| {
                    sql.push("INSERT INTO hazard_text (county, opened, pairs) SELECT ");
                    sql.bind(county(code));
                    sql.push(", opened, pairs::tsvector FROM unnest(");
                    sql.bind(array(places.collect())).push(", ");
                    sql.bind(array(texts.map(Value::from).collect())).push(
                        ") AS t (opened, pairs) ON CONFLICT (county, opened) DO UPDATE SET pairs = excluded.pairs",
                    );
                });
            }
        }
    }

    /// Those whose deadline has passed since overdue hazards were last counted are overdue now.
    async fn carry_over(&self, days: CarryOver) -> Result<(), Fault> {
        let (sign, from, to) = if days.from <= days.to {
            ("+", days.from, days.to)
        } else {
            ("-", days.to, days.from)
        };
        for by in Deadline::ALL {
            let column = Measure::overdue_by(*by).code();
            let mut sql = Sql::new(self.engine, "UPDATE tally SET ");
            sql.push(column).push(" = tally.").push(column).push(sign);
            sql.push(
                " d.number FROM (SELECT committee, lead_unit, township, \
                 CAST(sum(number) AS bigint) AS number FROM tally_due WHERE county = ",
            );
            sql.bind(county(self.county)).push(" AND due_on >= ");
            sql.bind(from).push(" AND due_on < ").bind(to);
            sql.push(" AND deadline = ").bind(by.code());
            sql.push(" GROUP BY committee, lead_unit, township) AS d WHERE tally.county = ");
            sql.bind(county(self.county));
            sql.push(
                " AND tally.committee = d.committee AND tally.lead_unit = d.lead_unit \
                 AND tally.township = d.township",
            );
            self.run(sql.statement()).await?;
        }
        Ok(())
    }

    pub(crate) fn add_tally(&self, parts: &mut Parts, tally: &Tally) {
        let code = self.county;
        let cells = tally.cells.iter().map(|(cell, counts)| {
            let mut row: Vec<Value> = vec![
                county(code),
                unit_or_nil(cell.committee).into(),
                unit_or_nil(cell.lead_unit).into(),
                cell.township.to_string().into(),
            ];
            row.extend(Measure::ALL.iter().map(|m| counts.get(*m).into()));
            row
        });
        let added = Insert {
            on_conflict: &TALLY_ADDED,
            ..Insert::new("tally", &TALLY)
        };
        parts.insert(Rows::Any, &added, cells.collect());
        let due = tally.due.iter().map(|((due_on, by, cell), number)| {
            vec![
                county(code),
                (*due_on).into(),
                by.code().into(),
                unit_or_nil(cell.committee).into(),
                unit_or_nil(cell.lead_unit).into(),
                cell.township.to_string().into(),
                (*number).into(),
            ]
        });
        let added = Insert {
            on_conflict: "ON CONFLICT (county, due_on, deadline, committee, lead_unit, township) \
             DO UPDATE SET number = tally_due.number + excluded.number",
            ..Insert::new("tally_due", DUE)
        };
        parts.insert(Rows::Any, &added, due.collect());
    }

    pub(crate) fn add_head(&self, parts: &mut Parts, head: &Head) -> Result<(), Fault> {
        let numbers = serde_json::to_string(&head.numbers)
            .map_err(|error| unreadable("the numbers that were to be written", error))?;
        parts.add(Rows::OfTheCounty, |sql| {
            sql.push("UPDATE ledger_head SET position = ");
            sql.bind(position(head.position)).push(", recorded_at = ");
            sql.bind(head.recorded_at).push(", numbers = ");
            sql.bind(numbers).push(", counted_on = ");
            sql.bind(head.counted_on).push(", frontier = ");
            sql.bind(head.frontier.to_bytes()).push(" WHERE county = ");
            sql.bind(county(self.county));
        });
        Ok(())
    }
}

/// Whether every row of these hazards was written.
fn all_were_there(counted: &Counted, hazards: &[WrittenHazard]) -> Result<(), Fault> {
    if counted.hazards == u64::try_from(hazards.len()).unwrap_or(u64::MAX) {
        return Ok(());
    }
    Err(Fault::damaged(
        "the row of a hazard and its history have come apart",
    ))
}
