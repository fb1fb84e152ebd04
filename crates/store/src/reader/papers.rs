//! Orders and circulars: papers of the office, for those who see everything.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::look_up::state;
use crate::sql::Sql;
use std::collections::BTreeMap;
use uuid::Uuid;
use xiaohao_core::paper::{Paper, PaperFile};
use xiaohao_ledger::{Fault, Scope, Sees, SubjectKind};

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
