//! The hashes of a county's leaves, read in their order, from which its log is made.

use crate::column::{Columns, county, position, to_position};
use crate::fault::fault;
use crate::line::to_leaf;
use crate::sql::{Engine, Sql};
use sea_orm::ConnectionTrait;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position};
use xiaohao_log::{Frontier, Hash};

/// How many are read at once.
const TOGETHER: i64 = 10_000;

/// Hands on every leaf up to and with a place, the first one first.
pub(crate) async fn each(
    engine: Engine,
    on: &impl ConnectionTrait,
    code: CountyCode,
    up_to: Position,
    mut take: impl FnMut(Hash) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut read = Position::START;
    loop {
        let mut sql = Sql::new(
            engine,
            "SELECT position, leaf FROM ledger_entry WHERE county = ",
        );
        sql.bind(county(code)).push(" AND position > ");
        sql.bind(position(read)).push(" AND position <= ");
        sql.bind(position(up_to)).push(" ORDER BY position LIMIT ");
        sql.bind(TOGETHER);
        let rows = on.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        for row in &rows {
            let mut at = Columns::of(row);
            read = to_position(at.next()?)?;
            take(to_leaf(&at.next::<Vec<u8>>()?)?)?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

/// The frontier of the log that has these leaves.
pub(crate) async fn frontier(
    engine: Engine,
    connection: &impl ConnectionTrait,
    code: CountyCode,
) -> Result<Frontier, Fault> {
    let mut frontier = Frontier::default();
    let all = Position::new(u64::MAX);
    each(engine, connection, code, all, |leaf| {
        frontier.append(leaf).map(drop).map_err(Fault::internal)
    })
    .await?;
    Ok(frontier)
}
