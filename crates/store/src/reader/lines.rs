//! Lines of the ledger: the last of each hazard, whole histories, what came after a place, what took a number.

use super::predicate;
use crate::column::{Columns, actor, county, natural, position, to_position};
use crate::connect::SqlStore;
use crate::line;
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::NumberTaken;
use xiaohao_core::values::HazardId;
use xiaohao_ledger::read::LineHead;
use xiaohao_ledger::{Fault, Line, Position, Scope, Sees, Subject, SubjectKind};

/// The last lines of hazards, without their bodies.
pub(super) async fn last(
    store: &SqlStore,
    scope: &Scope,
    ids: &[HazardId],
    most: u32,
) -> Result<BTreeMap<HazardId, Vec<LineHead>>, Fault> {
    let mut found: BTreeMap<HazardId, Vec<LineHead>> = BTreeMap::new();
    if ids.is_empty() || scope.sees() == Sees::Nothing {
        return Ok(found);
    }
    let mut sql = Sql::new(
        store.engine,
        "SELECT h.id, e.position, e.seq, e.event, e.person, e.role, e.unit, e.occurred_on, \
         e.recorded_at FROM hazard h LEFT JOIN ledger_entry e ON e.county = h.county \
         AND e.subject_kind = 'HAZARD' AND e.subject = h.id AND e.seq > h.version - ",
    );
    sql.bind(i64::from(most)).push(" WHERE h.county = ");
    sql.bind(county(scope.county())).push(" AND ");
    sql.among_ids("h.id", ids.iter().map(|id| id.as_uuid()));
    predicate::seen(&mut sql, scope);
    for result in store.read(sql).await? {
        let mut at = Columns::of(&result);
        let id = at.next_as(HazardId::new)?;
        let heads = found.entry(id).or_default();
        if let Some(position) = at.next::<Option<i64>>()? {
            heads.push(head(id, to_position(position)?, at)?);
        }
    }
    for heads in found.values_mut() {
        heads.sort_by_key(|head| Reverse(head.seq));
    }
    Ok(found)
}

fn head(id: HazardId, position: Position, mut at: Columns<'_>) -> Result<LineHead, Fault> {
    Ok(LineHead {
        position,
        subject: Subject::Hazard(id),
        seq: natural(at.next()?)?,
        event: at.next()?,
        actor: actor(&mut at)?,
        occurred_on: at.next()?,
        recorded_at: at.next()?,
    })
}

/// The whole histories of subjects of one kind.
pub(super) async fn histories(
    store: &SqlStore,
    scope: &Scope,
    kind: SubjectKind,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<Line>>, Fault> {
    if ids.is_empty() || scope.sees() == Sees::Nothing {
        return Ok(BTreeMap::new());
    }
    let mut sql = select(store.engine);
    sql.push(" FROM ledger_entry e WHERE e.county = ");
    sql.bind(county(scope.county()));
    sql.push(" AND e.subject_kind = '").push(kind.code());
    sql.push("' AND ")
        .among_ids("e.subject", ids.iter().copied())
        .push(" AND ");
    if scope.shows_issued(kind) {
        predicate::issued(&mut sql, kind, None);
    } else {
        predicate::line_seen(&mut sql, scope);
    }
    let mut told = line::histories(&store.read(sql).await?)?;
    for lines in told.values_mut() {
        *lines = lines.drain(..).map(|line| scope.line(line)).collect();
    }
    Ok(told)
}

/// The lines after a place, and how far was read; what is not for this viewer does not leave the database.
pub(super) async fn after(
    store: &SqlStore,
    scope: &Scope,
    after: Position,
    most: u32,
) -> Result<(Vec<Line>, Position), Fault> {
    let columns =
        "SELECT e.position, e.subject_kind, e.subject, e.seq, e.request, e.leaf, CASE WHEN ";
    let mut sql = Sql::new(store.engine, columns);
    predicate::line_seen(&mut sql, scope);
    sql.push(" THEN e.body END, CASE WHEN ");
    predicate::line_seen(&mut sql, scope);
    sql.push(" THEN ").push(line::personal(store.engine));
    sql.push(" END FROM ledger_entry e WHERE e.county = ");
    sql.bind(county(scope.county())).push(" AND e.position > ");
    sql.bind(position(after))
        .push(" ORDER BY e.position LIMIT ");
    sql.bind(i64::from(most));
    let read = store.read(sql).await?;
    let far = read
        .last()
        .map_or(Ok(after), |last| to_position(Columns::of(last).next()?))?;
    let mut lines = Vec::with_capacity(read.len());
    for result in &read {
        lines.extend(line::shown(result)?.map(|line| scope.line(line)));
    }
    Ok((lines, far))
}

/// The last place recorded by an instant. One looks back from the end: what is asked for is mostly now, or not long ago.
pub(super) async fn known_at(
    store: &SqlStore,
    scope: &Scope,
    at: Option<DateTime<Utc>>,
) -> Result<Position, Fault> {
    let select = "SELECT position FROM ledger_entry WHERE county = ";
    let mut sql = Sql::new(store.engine, select);
    sql.bind(county(scope.county()));
    if let Some(at) = at {
        sql.push(" AND recorded_at <= ").bind(at);
    }
    sql.push(" ORDER BY position DESC LIMIT 1");
    let rows = store.read(sql).await?;
    let last = rows
        .first()
        .map(|row| to_position(Columns::of(row).next()?));
    last.unwrap_or(Ok(Position::START))
}

/// When the line at a place was recorded.
pub(super) async fn recorded_at(
    store: &SqlStore,
    scope: &Scope,
    at: Position,
) -> Result<Option<DateTime<Utc>>, Fault> {
    let select = "SELECT recorded_at FROM ledger_entry WHERE county = ";
    let mut sql = Sql::new(store.engine, select);
    sql.bind(county(scope.county())).push(" AND position = ");
    sql.bind(position(at));
    let rows = store.read(sql).await?;
    rows.first().map(|row| Columns::of(row).next()).transpose()
}

/// The lines after a place beside which this is kept.
pub(super) async fn naming(
    store: &SqlStore,
    scope: &Scope,
    value: &str,
    after: Position,
    most: u32,
) -> Result<Vec<Line>, Fault> {
    let mut sql = select(store.engine);
    sql.push(" FROM ledger_entry e WHERE e.county = ");
    sql.bind(county(scope.county())).push(" AND e.position > ");
    sql.bind(position(after))
        .push(" AND e.position IN (SELECT v.position FROM personal_value v WHERE v.county = ");
    sql.bind(county(scope.county())).push(" AND v.value = ");
    sql.bind(value).push(") AND ");
    predicate::line_seen(&mut sql, scope);
    sql.push(" ORDER BY e.position LIMIT ")
        .bind(i64::from(most));
    let rows = store.read(sql).await?;
    let read = |row| line::line(row).map(|line| scope.line(line));
    rows.iter().map(read).collect()
}

/// The lines that took these numbers. A circular takes its number as it is issued, and is shown from then on.
pub(super) async fn numbered(
    store: &SqlStore,
    scope: &Scope,
    numbers: &[NumberTaken],
) -> Result<Vec<Line>, Fault> {
    if numbers.is_empty() || scope.sees() == Sees::Nothing {
        return Ok(Vec::new());
    }
    let rows = store.read(that_took(store.engine, scope, numbers)).await?;
    let read = |row| line::line(row).map(|line| scope.line(line));
    rows.iter().map(read).collect()
}

pub(super) fn that_took(engine: Engine, scope: &Scope, numbers: &[NumberTaken]) -> Sql {
    let code = scope.county();
    let mut sql = select(engine);
    sql.push(" FROM ledger_entry e WHERE e.county = ")
        .bind(county(code));
    sql.push(" AND e.position IN (");
    for (place, number) in numbers.iter().enumerate() {
        sql.push(if place > 0 { ", " } else { "" });
        predicate::taken_at(&mut sql, code, *number);
    }
    sql.push(") AND (");
    predicate::line_seen(&mut sql, scope);
    if scope.shows_issued(SubjectKind::Circular) {
        sql.push(" OR e.subject_kind = '")
            .push(SubjectKind::Circular.code())
            .push("'");
    }
    sql.push(") ORDER BY e.position");
    sql
}

/// `SELECT` with the columns from which a line is read.
fn select(engine: Engine) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(line::columns(engine));
    sql
}
