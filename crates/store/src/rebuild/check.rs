//! The rows as they are, compared with the rows as they should be.

use super::walk::{Made, Subjects};
use super::{Findings, Progress, TOGETHER, Totals, texts_of, without};
use crate::append::{DUE, TALLY};
use crate::begin::read_head;
use crate::column::{Columns, county, position, to_position, unit_or_nil};
use crate::connect::SqlStore;
use crate::county::compare;
use crate::fault::fault;
use crate::leaves;
use crate::pool::Taken;
use crate::sql::{Engine, Sql};
use crate::{hazard, search, ways_in};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use xiaohao_core::County;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::tally::{Measure, Tally};
use xiaohao_ledger::{Fault, Head, Position, Told, WrittenHazard};

/// Replays the record on a snapshot and compares every row.
pub(super) async fn check(
    store: &SqlStore,
    of_county: &County,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Findings, Fault> {
    let snapshot = store.readers.snapshot().await.map_err(fault)?;
    let check = Check {
        engine: store.engine,
        code: of_county.code,
        snapshot: &snapshot,
    };
    let mut findings = Findings::default();
    let head = match check.head().await {
        Ok(head) => head,
        Err(fault @ Fault::Damaged { .. }) => {
            findings.differ(|| format!("the county's row: {}", Told(&fault)));
            Head::default()
        }
        Err(fault) => return Err(fault),
    };
    findings.were_of_rows(0);
    let counted_on = head.counted_on.unwrap_or_default();
    let mut totals = Totals::new();
    let mut subjects = Subjects::new(&snapshot, store.engine, of_county).await?;
    loop {
        let made = subjects.next(TOGETHER, &mut findings).await?;
        if made.is_empty() {
            break;
        }
        let before = findings.differences;
        check.compare(&made, &mut findings).await?;
        findings.were_of_rows(before);
        for one in &made {
            totals.take_in(one, counted_on);
        }
        progress(subjects.progress());
    }
    subjects.check_places(&mut findings).await?;
    check.ask_the_file(&mut findings).await?;
    totals.check_numbers(&mut findings);
    check.compare_receivers(&head, &mut findings).await?;
    let ways = ways_in::compare(store.engine, &snapshot, of_county.code, &mut findings);
    Box::pin(ways).await?;
    let before = findings.differences;
    check.compare_counts(&mut findings).await?;
    check.compare_numbers(&totals, &head, &mut findings).await?;
    check.compare_orders(&totals, &mut findings).await?;
    check
        .compare_tally(totals.tally.balanced(), &mut findings)
        .await?;
    if head.position.get() != subjects.progress().of {
        let (says, lines) = (head.position, subjects.progress().of);
        findings.differ(|| format!("the county's row says {says} lines and there are {lines}"));
    }
    compare(store.engine, &snapshot, of_county.code, &mut findings).await?;
    let frontier = leaves::frontier(store.engine, &snapshot, of_county.code).await?;
    if head.frontier != frontier {
        findings.differ(|| {
            "the county's row says another state of the log than the leaves of the lines".to_owned()
        });
    }
    if head.recorded_at != subjects.last_instant() {
        let (says, last) = (head.recorded_at, subjects.last_instant());
        findings.differ(|| {
            format!("the county's row says that the last line was recorded at {says:?}, it was at {last:?}")
        });
    }
    findings.were_of_rows(before);
    Ok(findings)
}

struct Check<'a> {
    engine: Engine,
    code: CountyCode,
    snapshot: &'a Taken,
}

impl Check<'_> {
    fn sql(&self, text: &str) -> Sql {
        Sql::new(self.engine, text)
    }

    async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, Fault> {
        let rows = self.snapshot.query_all_raw(sql.statement()).await;
        rows.map_err(fault)
    }

    async fn head(&self) -> Result<Head, Fault> {
        let mut sql = self.sql(
            "SELECT position, recorded_at, numbers, counted_on, frontier FROM ledger_head WHERE county = ",
        );
        sql.bind(county(self.code));
        let rows = self.rows(sql).await?;
        rows.first().map_or(Ok(Head::default()), read_head)
    }

    /// Nobody was sent more lines than there are: who was would not be sent the next ones.
    async fn compare_receivers(&self, head: &Head, findings: &mut Findings) -> Result<(), Fault> {
        let mut sql = self.sql("SELECT consumer, position FROM outbox WHERE county = ");
        sql.bind(county(self.code)).push(" AND position > ");
        sql.bind(position(head.position)).push(" ORDER BY consumer");
        for row in &self.rows(sql).await? {
            let mut at = Columns::of(row);
            let (consumer, sent): (String, i64) = (at.next()?, at.next()?);
            findings.differ(|| {
                let lines = head.position;
                format!("{consumer} was sent {sent} lines by its row, and there are {lines}: it would not be sent the next ones")
            });
        }
        Ok(())
    }

    /// The rows of a table for these keys.
    async fn rows_of(
        &self,
        select: &str,
        key: &str,
        keys: Vec<Value>,
    ) -> Result<Vec<QueryResult>, Fault> {
        let mut sql = self.sql(select);
        sql.push(" WHERE county = ").bind(county(self.code));
        sql.push(" AND ").push(key).push(" IN ").bind_all(keys);
        self.rows(sql).await
    }

    async fn compare(&self, made: &[Made], findings: &mut Findings) -> Result<(), Fault> {
        let hazards: Vec<&WrittenHazard> =
            made.iter().filter_map(|one| one.hazard.as_ref()).collect();
        self.compare_rows(&hazards, findings).await?;
        self.compare_units(&hazards, findings).await?;
        self.compare_texts(&hazards, findings).await
    }

    async fn compare_rows(
        &self,
        hazards: &[&WrittenHazard],
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let select = format!("SELECT {} FROM hazard", hazard::COLUMNS.join(", "));
        let ids = hazards.iter().map(|h| h.row.id.as_uuid().into());
        let rows = self.rows_of(&select, "id", ids.collect()).await?;
        let stored = by_key::<Uuid>(&rows)?;
        for made in hazards {
            let id = made.row.id;
            let Some(row) = stored.get(&id.as_uuid()) else {
                findings.differ(|| format!("hazard {id} has no row"));
                continue;
            };
            let expected = hazard::values(self.code, &made.row, &made.keys);
            for (place, (column, expected)) in hazard::COLUMNS.iter().zip(expected).enumerate() {
                let found = as_stored(self.engine, row, place, &expected);
                if found.as_ref() != Ok(&expected) {
                    let found = found.map_or_else(|error| error, |found| shown(&found));
                    findings.differ(|| {
                        format!(
                            "hazard {id}: {column} is {found} in its row and {} by its history",
                            shown(&expected)
                        )
                    });
                }
            }
        }
        Ok(())
    }

    async fn compare_units(
        &self,
        hazards: &[&WrittenHazard],
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let places = hazards.iter().map(|h| position(h.row.opened).into());
        let select = "SELECT opened, unit FROM hazard_unit";
        let rows = self.rows_of(select, "opened", places.collect()).await?;
        let mut stored: BTreeMap<Position, BTreeSet<Uuid>> = BTreeMap::new();
        for row in &rows {
            let mut at = Columns::of(row);
            let opened = to_position(at.next()?)?;
            stored.entry(opened).or_default().insert(at.next()?);
        }
        for made in hazards {
            let found = stored.remove(&made.row.opened).unwrap_or_default();
            let seen = made.keys.seen_from.iter();
            let expected: BTreeSet<Uuid> = seen.map(|from| from.as_uuid()).collect();
            for unit in without(&expected, &found) {
                findings.differ(|| {
                    format!("hazard {} is not shown to unit or link {unit}", made.row.id)
                });
            }
            for unit in without(&found, &expected) {
                findings.differ(|| {
                    format!(
                        "hazard {} is shown to unit or link {unit}, which it does not concern",
                        made.row.id
                    )
                });
            }
        }
        Ok(())
    }

    async fn compare_texts(
        &self,
        hazards: &[&WrittenHazard],
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let key = |made: &WrittenHazard| match self.engine {
            Engine::Sqlite => search::row_id(self.code, made.row.opened),
            Engine::Postgres => position(made.row.opened),
        };
        let sql = match self.engine {
            Engine::Sqlite => {
                let mut sql = self.sql("SELECT rowid, pairs FROM hazard_text WHERE rowid IN ");
                sql.bind_all(hazards.iter().map(|made| key(made).into()));
                sql
            }
            Engine::Postgres => {
                // Both sides in the one form that the database itself gives to the same words.
                let mut sql =
                    self.sql("SELECT opened, pairs::text FROM hazard_text WHERE county = ");
                sql.bind(county(self.code)).push(" AND opened IN ");
                sql.bind_all(hazards.iter().map(|made| key(made).into()));
                sql
            }
        };
        let rows = self.rows(sql).await?;
        let stored = by_key::<i64>(&rows)?;
        for made in hazards {
            let found: Option<String> = stored
                .get(&key(made))
                .map(|row| Columns::from(row, 1).next())
                .transpose()?;
            let expected = search::kept(self.engine, &made.row);
            let same = found.is_some_and(|found| search::same(self.engine, &found, &expected));
            if !same {
                findings.differ(|| format!("hazard {} is not found by its texts", made.row.id));
            }
        }
        Ok(())
    }

    /// SQLite looks at its own file, indexes and search index included.
    async fn ask_the_file(&self, findings: &mut Findings) -> Result<(), Fault> {
        if self.engine == Engine::Postgres {
            return Ok(());
        }
        for row in self.rows(self.sql("PRAGMA integrity_check")).await? {
            let said: String = Columns::of(&row).next()?;
            if said != "ok" {
                findings.differ(|| format!("SQLite says of its file: {said}"));
            }
        }
        Ok(())
    }

    /// There are as many rows as the record makes; each of those was compared, so any other is one too many.
    async fn compare_counts(&self, findings: &mut Findings) -> Result<(), Fault> {
        let hazards = findings.hazards;
        let mut sql = self.sql("SELECT count(*) FROM hazard WHERE county = ");
        sql.bind(county(self.code));
        self.compare_count("hazard", sql, hazards, findings).await?;
        let mut sql = self.sql("SELECT count(*) FROM hazard_text WHERE ");
        texts_of(&mut sql, self.engine, self.code);
        self.compare_count("hazard_text", sql, hazards, findings)
            .await?;
        let mut sql = self.sql("SELECT count(*) FROM hazard_text t WHERE ");
        sql.push(&search::of_no_hazard(self.engine));
        self.compare_count("hazard_text of no hazard", sql, 0, findings)
            .await?;
        let mut sql = self.sql(
            "SELECT count(*) FROM hazard_unit u WHERE NOT EXISTS (SELECT 1 FROM hazard h \
             WHERE h.county = u.county AND h.opened = u.opened) AND u.county = ",
        );
        sql.bind(county(self.code));
        self.compare_count("hazard_unit of no hazard", sql, 0, findings)
            .await
    }

    async fn compare_count(
        &self,
        table: &str,
        sql: Sql,
        expected: u64,
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        let rows = self.rows(sql).await?;
        let found: i64 = rows.first().map_or(Ok(0), |row| Columns::of(row).next())?;
        if u64::try_from(found).ok() != Some(expected) {
            findings.differ(|| {
                format!("{table} has {found} rows, by the record it should have {expected}")
            });
        }
        Ok(())
    }

    async fn compare_numbers(
        &self,
        totals: &Totals,
        head: &Head,
        findings: &mut Findings,
    ) -> Result<(), Fault> {
        if head.numbers != totals.last_numbers() {
            findings
                .differ(|| "the county's row has other last numbers than the record".to_owned());
        }
        let mut sql =
            self.sql("SELECT series, year, serial, position FROM number_taken WHERE county = ");
        sql.bind(county(self.code));
        let mut stored = BTreeSet::new();
        for row in self.rows(sql).await? {
            let mut at = Columns::of(&row);
            let row: (String, i64, i64, i64) = (at.next()?, at.next()?, at.next()?, at.next()?);
            stored.insert(row);
        }
        let made = totals.numbers.iter().map(|(taken, at)| {
            (
                taken.series.code().to_owned(),
                i64::from(taken.year),
                i64::from(taken.serial),
                position(*at),
            )
        });
        let made: BTreeSet<_> = made.collect();
        for (series, year, serial, at) in without(&made, &stored) {
            findings.differ(|| {
                format!("{series} {year}-{serial} of line {at} is not among the numbers taken")
            });
        }
        for (series, year, serial, at) in without(&stored, &made) {
            findings.differ(|| {
                format!("{series} {year}-{serial} is among the numbers taken, and line {at} did not take it")
            });
        }
        Ok(())
    }

    async fn compare_orders(&self, totals: &Totals, findings: &mut Findings) -> Result<(), Fault> {
        let mut sql = self.sql("SELECT order_id, position FROM order_with_act WHERE county = ");
        sql.bind(county(self.code));
        let mut stored = BTreeSet::new();
        for row in self.rows(sql).await? {
            let mut at = Columns::of(&row);
            let row: (Uuid, i64) = (at.next()?, at.next()?);
            stored.insert(row);
        }
        let made = totals.orders.iter();
        let made = made.map(|(order, at)| (order.as_uuid(), position(*at)));
        let made: BTreeSet<_> = made.collect();
        for (order, at) in without(&made, &stored) {
            findings.differ(|| {
                format!("order {order} of line {at} is not among those issued with acts")
            });
        }
        for (order, at) in without(&stored, &made) {
            findings.differ(|| {
                format!(
                    "order {order} is among those issued with acts, and line {at} did not issue it"
                )
            });
        }
        Ok(())
    }

    async fn compare_tally(&self, made: Tally, findings: &mut Findings) -> Result<(), Fault> {
        let mut sql = self.sql("SELECT ");
        sql.push(&TALLY.join(", "))
            .push(" FROM tally WHERE county = ");
        sql.bind(county(self.code));
        let mut stored = BTreeMap::new();
        for row in self.rows(sql).await? {
            let mut at = Columns::from(&row, 1);
            let cell: (Uuid, Uuid, String) = (at.next()?, at.next()?, at.next()?);
            let mut counts = Vec::new();
            for _ in Measure::ALL {
                counts.push(at.next::<i64>()?);
            }
            if counts.iter().any(|count| *count != 0) {
                stored.insert(cell, counts);
            }
        }
        let expected = made.cells.iter().map(|(cell, counts)| {
            let key = (
                unit_or_nil(cell.committee),
                unit_or_nil(cell.lead_unit),
                cell.township.to_string(),
            );
            let counts: Vec<i64> = Measure::ALL.iter().map(|m| counts.get(*m)).collect();
            (key, counts)
        });
        compare_maps("the counter", &stored, &expected.collect(), findings);
        let mut sql = self.sql("SELECT ");
        sql.push(&DUE.join(", "))
            .push(" FROM tally_due WHERE number <> 0 AND county = ");
        sql.bind(county(self.code));
        let mut stored = BTreeMap::new();
        for row in self.rows(sql).await? {
            let mut at = Columns::from(&row, 1);
            let due_on = match self.engine {
                Engine::Sqlite => at.next::<String>()?,
                Engine::Postgres => at.next::<NaiveDate>()?.to_string(),
            };
            let key: (String, String, Uuid, Uuid, String) =
                (due_on, at.next()?, at.next()?, at.next()?, at.next()?);
            stored.insert(key, vec![at.next::<i64>()?]);
        }
        let expected = made.due.iter().map(|((due_on, by, cell), number)| {
            let by: &Deadline = by;
            let key = (
                due_on.to_string(),
                by.code().to_owned(),
                unit_or_nil(cell.committee),
                unit_or_nil(cell.lead_unit),
                cell.township.to_string(),
            );
            (key, vec![*number])
        });
        compare_maps(
            "the counter of deadlines",
            &stored,
            &expected.collect(),
            findings,
        );
        Ok(())
    }
}

fn compare_maps<K: Ord + std::fmt::Debug>(
    what: &str,
    stored: &BTreeMap<K, Vec<i64>>,
    made: &BTreeMap<K, Vec<i64>>,
    findings: &mut Findings,
) {
    for (key, expected) in made {
        let found = stored.get(key);
        if found != Some(expected) {
            findings.differ(|| {
                format!("{what} {key:?} says {found:?}, by the record it should be {expected:?}")
            });
        }
    }
    for (key, found) in stored {
        if !made.contains_key(key) {
            findings.differ(|| format!("{what} {key:?} says {found:?} and counts nothing"));
        }
    }
}

/// Rows by their first column.
fn by_key<K: Ord + sea_orm::TryGetable>(
    rows: &[QueryResult],
) -> Result<BTreeMap<K, &QueryResult>, Fault> {
    rows.iter()
        .map(|row| Ok((Columns::of(row).next()?, row)))
        .collect()
}

/// What a column holds, without going through a type that reads it in more than one way: SQLite keeps dates as text and
/// flags as numbers, and compares them so.
fn as_stored(
    engine: Engine,
    row: &QueryResult,
    place: usize,
    like: &Value,
) -> Result<Value, String> {
    fn of<T: sea_orm::TryGetable + Into<Value>>(
        row: &QueryResult,
        at: usize,
    ) -> Result<Value, String> {
        let value: Result<T, _> = row.try_get_by_index(at);
        value.map(Into::into).map_err(|error| error.to_string())
    }
    match (like, engine) {
        (Value::ChronoDate(expected), Engine::Sqlite) => {
            let text: Option<String> = row
                .try_get_by_index(place)
                .map_err(|error| error.to_string())?;
            if text == expected.as_ref().map(ToString::to_string) {
                Ok(like.clone())
            } else {
                Ok(text.into())
            }
        }
        (Value::Bool(Some(expected)), Engine::Sqlite) => {
            let number: i64 = row
                .try_get_by_index(place)
                .map_err(|error| error.to_string())?;
            if number == i64::from(*expected) {
                Ok(like.clone())
            } else {
                Ok(number.into())
            }
        }
        (Value::ChronoDate(_), Engine::Postgres) => of::<Option<NaiveDate>>(row, place),
        (Value::Bool(_), _) => of::<Option<bool>>(row, place),
        (Value::BigInt(_), _) => of::<Option<i64>>(row, place),
        (Value::Uuid(_), _) => of::<Option<Uuid>>(row, place),
        (Value::Bytes(_), _) => of::<Option<Vec<u8>>>(row, place),
        _ => of::<Option<String>>(row, place),
    }
}

/// A value as a person reads it.
fn shown(value: &Value) -> String {
    value.to_string()
}
