//! Orders and circulars: papers of the office, for those who see everything.

use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::look_up::state;
use crate::sql::Sql;
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::paper::{Paper, PaperFile};
use xiaohao_ledger::{Fault, Position, Scope, Sees, SubjectKind};

pub(super) async fn files<P: Paper>(
    store: &SqlStore,
    scope: &Scope,
    kind: SubjectKind,
    ids: &[P::Id],
) -> Result<BTreeMap<P::Id, PaperFile<P>>, Fault>
where
    P::Id: Into<Uuid>,
{
    let mut found = BTreeMap::new();
    if ids.is_empty() || scope.sees() != Sees::Everything {
        return Ok(found);
    }
    let mut sql = Sql::new(store.engine, "SELECT state FROM paper WHERE county = ");
    sql.bind(county(scope.county())).push(" AND kind = ");
    sql.bind(kind.code()).push(" AND id IN ");
    sql.bind_ids(ids.iter().map(|id| (*id).into()));
    for result in store.read(sql).await? {
        let file: PaperFile<P> = state(&Columns::of(&result).next::<String>()?, kind.code())?;
        found.insert(file.id, file);
    }
    Ok(found)
}

/// The newest before a place, by the place of the first line of each.
pub(super) async fn before<P: Paper>(
    store: &SqlStore,
    scope: &Scope,
    kind: SubjectKind,
    before: Option<Position>,
    most: u32,
) -> Result<Vec<(Position, PaperFile<P>)>, Fault> {
    if scope.sees() != Sees::Everything {
        return Ok(Vec::new());
    }
    // The kind stands in the text of the statement, so that the index of the first lines of papers is known to hold it.
    let mut sql = Sql::new(
        store.engine,
        "SELECT e.position, p.state FROM ledger_entry e ",
    );
    sql.push(
        "JOIN paper p ON p.county = e.county AND p.kind = e.subject_kind AND p.id = e.subject ",
    );
    sql.push("WHERE e.seq = 1 AND e.subject_kind = '");
    sql.push(kind.code()).push("' AND e.county = ");
    sql.bind(county(scope.county()));
    if let Some(before) = before {
        sql.push(" AND e.position < ").bind(position(before));
    }
    sql.push(" ORDER BY e.position DESC LIMIT ")
        .bind(i64::from(most));
    let rows = store.read(sql).await?;
    let read = |row| {
        let mut at = Columns::of(row);
        let position = to_position(at.next()?)?;
        Ok((position, state(&at.next::<String>()?, kind.code())?))
    };
    rows.iter().map(read).collect()
}
