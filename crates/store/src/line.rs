//! A line of the ledger as columns.

use crate::column::{Columns, county, position, to_position};
use crate::fault::unreadable;
use crate::sql::{Engine, Sql};
use sea_orm::{QueryResult, Value};
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Line, NewLine, Record, Subject, SubjectKind};
use xiaohao_log::Hash;

// The values come in the order of their index; to ask an aggregate for an order would have each list sorted.

macro_rules! personal_in_sqlite {
    () => {
        "(SELECT json_group_array(value) FROM (SELECT p.value FROM personal_value p \
         WHERE p.county = e.county AND p.position = e.position ORDER BY p.number))"
    };
}

macro_rules! personal_in_postgres {
    () => {
        "CAST(array_to_json(ARRAY(SELECT p.value FROM personal_value p \
         WHERE p.county = e.county AND p.position = e.position ORDER BY p.number)) AS text)"
    };
}

/// The columns of an entry, in the order in which they are written.
pub(crate) const COLUMNS: &[&str] = &[
    "county",
    "position",
    "subject_kind",
    "subject",
    "seq",
    "request",
    "fingerprint",
    "event",
    "person",
    "role",
    "unit",
    "occurred_on",
    "recorded_at",
    "body",
    "salt",
    "leaf",
];

/// The columns from which a line is read, of an entry that the statement calls `e`.
pub(crate) const fn columns(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => concat!(
            "e.position, e.subject_kind, e.subject, e.seq, e.request, e.leaf, e.body, ",
            personal_in_sqlite!()
        ),
        Engine::Postgres => concat!(
            "e.position, e.subject_kind, e.subject, e.seq, e.request, e.leaf, e.body, ",
            personal_in_postgres!()
        ),
    }
}

/// The personal data of an entry that the statement calls `e`, as a list in JSON in which what was erased is null; nothing
/// where there is none.
pub(crate) const fn personal(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => personal_in_sqlite!(),
        Engine::Postgres => personal_in_postgres!(),
    }
}

/// A statement that reads lines of a county, and these columns beside each; which lines, is to be said next.
pub(crate) fn of_county(engine: Engine, code: CountyCode, beside: &[&str]) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(columns(engine)).push(&beside.concat());
    sql.push(" FROM ledger_entry e WHERE county = ")
        .bind(county(code));
    sql
}

/// Goes on with: of the lines of this name those of the ledger's own history.
pub(crate) fn push_own(sql: &mut Sql, of: &str) {
    let kind = SubjectKind::Ledger.code();
    sql.push(&format!(
        " AND {of}subject_kind = '{kind}' AND {of}subject = "
    ));
    sql.bind(Subject::Ledger.id());
}

/// A statement that reads the acts of a kind on the ledger itself, in their order: those of other kinds may be large.
pub(crate) fn of_ledger(engine: Engine, code: CountyCode, event: &str) -> Sql {
    let mut sql = of_county(engine, code, &[]);
    sql.push(" AND subject_kind = 'LEDGER' AND event = ")
        .bind(event);
    sql.push(" ORDER BY seq");
    sql
}

/// How many columns are read of a line.
pub(crate) const READ: usize = 8;

/// The place of the body among them.
pub(crate) const BODY: usize = 6;

/// The values of an entry.
pub(crate) fn values(code: CountyCode, new: NewLine) -> Vec<Value> {
    let record = &new.line.record;
    let (subject, stamp) = (record.subject(), record.stamp());
    vec![
        county(code),
        position(new.line.position).into(),
        subject.kind().code().into(),
        subject.id().into(),
        i64::from(record.seq()).into(),
        record.request().as_uuid().into(),
        new.fingerprint.as_bytes().to_vec().into(),
        record.event().into(),
        stamp.actor.person.as_uuid().into(),
        stamp.actor.role.code().into(),
        stamp.actor.unit.as_uuid().into(),
        stamp.occurred_on.into(),
        stamp.recorded_at.into(),
        new.body.into(),
        new.salt.as_bytes().to_vec().into(),
        new.line.leaf.as_bytes().to_vec().into(),
    ]
}

/// Reads what [`columns`] selects; the columns beside the body must say what it says.
pub(crate) fn line(result: &QueryResult) -> Result<Line, Fault> {
    shown(result)?.ok_or_else(|| Fault::damaged("a line has no body"))
}

/// The same where the body may have been left out, which is then no line for the viewer.
pub(crate) fn shown(result: &QueryResult) -> Result<Option<Line>, Fault> {
    let mut at = Columns::of(result);
    let position = to_position(at.next()?)?;
    let kind: String = at.next()?;
    let subject: Uuid = at.next()?;
    let seq: i64 = at.next()?;
    let request: Uuid = at.next()?;
    let leaf = to_leaf(&at.next::<Vec<u8>>()?)?;
    let Some(body) = at.next::<Option<String>>()? else {
        return Ok(None);
    };
    let personal = to_personal(at.next()?)?;
    let kind = SubjectKind::from_code(&kind)
        .ok_or_else(|| Fault::damaged(format!("line {position} is of the unknown kind {kind}")))?;
    let record = Record::from_body(kind, &body, &personal)
        .map_err(|error| unreadable(format_args!("line {position}"), error))?;
    let says = (
        record.subject().id(),
        i64::from(record.seq()),
        record.request().as_uuid(),
    );
    if says != (subject, seq, request) {
        return Err(Fault::damaged(format!(
            "the columns of line {position} contradict its body"
        )));
    }
    Ok(Some(Line {
        position,
        leaf,
        record,
    }))
}

/// The personal data of a line, from its column.
pub(crate) fn to_personal(stored: Option<String>) -> Result<Vec<Option<String>>, Fault> {
    stored.map_or(Ok(Vec::new()), |list| {
        serde_json::from_str(&list)
            .map_err(|error| unreadable("the personal data of a line", error))
    })
}

/// The hash of a leaf, from its column.
pub(crate) fn to_leaf(stored: &[u8]) -> Result<Hash, Fault> {
    Hash::try_from(stored).map_err(|error| unreadable("the leaf of a line", error))
}

/// The lines of several subjects, each subject's in their order.
pub(crate) fn histories(results: &[QueryResult]) -> Result<BTreeMap<Uuid, Vec<Line>>, Fault> {
    let mut found: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
    for result in results {
        let line = line(result)?;
        let own = found.entry(line.record.subject().id()).or_default();
        own.push(line);
    }
    for lines in found.values_mut() {
        lines.sort_by_key(|line| line.record.seq());
    }
    Ok(found)
}
