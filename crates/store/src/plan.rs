//! How SQLite goes about a statement. It is told which way to go, so its plan is the same on every day and can be agreed in
//! a test.

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};

/// The steps of the plan of a statement.
pub(crate) async fn steps(database: &DatabaseConnection, mut statement: Statement) -> Vec<String> {
    statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
    let rows = database.query_all_raw(statement).await.unwrap();
    let step = |row: &QueryResult| row.try_get_by_index(3).unwrap();
    rows.iter().map(step).collect()
}
