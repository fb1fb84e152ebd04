//! The beginning of a batch: the county is held.

use crate::column::{Columns, county, to_position};
use crate::connect::{SqlStore, newer_change};
use crate::fault::{fault, unreadable};
use crate::sql::{Engine, Sql};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, QueryResult, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Head};
use xiaohao_log::Frontier;

/// A batch under way: one transaction that holds the county.
pub(crate) struct SqlBatch {
    pub(crate) store: SqlStore,
    pub(crate) engine: Engine,
    pub(crate) county: CountyCode,
    pub(crate) head: Head,
    pub(crate) transaction: DatabaseTransaction,
}

impl SqlStore {
    /// Begins a transaction and takes the county's row, for which everybody else waits: on SQLite because there is one
    /// writer, on PostgreSQL because the row is locked. It is the only lock, so none waits for another in a circle. With the
    /// row comes whether a newer program has changed the schema since the store was opened: then nothing is written.
    pub(crate) async fn hold_county(&self, code: CountyCode) -> Result<SqlBatch, Fault> {
        let transaction = self.begin_writing().await?;
        let head = match head(self.engine, &transaction, code).await? {
            Some(head) => head,
            None => first_head(self.engine, &transaction, code).await?,
        };
        if head.frontier.size() != head.position.get() {
            return Err(Fault::damaged(
                "the county's row and its log have come apart",
            ));
        }
        Ok(self.batch(code, head, transaction))
    }

    /// The same with a blank row, whatever was in it: it is about to be made anew.
    pub(crate) async fn hold_blank(&self, code: CountyCode) -> Result<SqlBatch, Fault> {
        let transaction = self.begin_writing().await?;
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO ledger_head (county, position, numbers) VALUES (",
        );
        sql.bind(county(code)).push(
            ", 0, '{}') ON CONFLICT (county) DO UPDATE SET position = 0, recorded_at = NULL, \
             numbers = '{}', counted_on = NULL, frontier = ",
        );
        sql.bind(Frontier::default().to_bytes());
        let blank = transaction.execute_raw(sql.statement()).await;
        blank.map_err(fault)?;
        Ok(self.batch(code, Head::default(), transaction))
    }

    fn batch(&self, county: CountyCode, head: Head, transaction: DatabaseTransaction) -> SqlBatch {
        SqlBatch {
            store: self.clone(),
            engine: self.engine,
            county,
            head,
            transaction,
        }
    }

    /// Begins a transaction that is going to write. It is begun to the end, whether or not anybody still waits for it: one
    /// that is left half begun would stay open on a connection that somebody else gets.
    pub(crate) async fn begin_writing(&self) -> Result<DatabaseTransaction, Fault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let writers = self.writers.clone();
        let begun = tokio::spawn(async move { writers.begin_with_options(options).await });
        begun.await.map_err(Fault::internal)?.map_err(fault)
    }
}

async fn head(
    engine: Engine,
    transaction: &DatabaseTransaction,
    code: CountyCode,
) -> Result<Option<Head>, Fault> {
    let mut sql = Sql::new(
        engine,
        "SELECT position, recorded_at, numbers, counted_on, frontier, ",
    );
    sql.push(newer_change())
        .push(" FROM ledger_head WHERE county = ");
    sql.bind(county(code));
    if engine == Engine::Postgres {
        sql.push(" FOR UPDATE");
    }
    let row = transaction
        .query_one_raw(sql.statement())
        .await
        .map_err(fault)?;
    let Some(row) = row else { return Ok(None) };
    if let Some(change) = Columns::from(&row, HEAD).next()? {
        return Err(Fault::NewerDatabase { change });
    }
    read_head(&row).map(Some)
}

/// How many columns [`read_head`] reads.
const HEAD: usize = 5;

pub(crate) fn read_head(row: &QueryResult) -> Result<Head, Fault> {
    let mut at = Columns::of(row);
    let position = to_position(at.next()?)?;
    let recorded_at: Option<DateTime<Utc>> = at.next()?;
    let numbers: String = at.next()?;
    let counted_on: Option<NaiveDate> = at.next()?;
    let frontier: Vec<u8> = at.next()?;
    Ok(Head {
        position,
        recorded_at,
        numbers: serde_json::from_str(&numbers)
            .map_err(|error| unreadable("the last numbers of the county", error))?,
        counted_on,
        frontier: Frontier::from_bytes(&frontier)
            .map_err(|error| unreadable("the frontier of the county's log", error))?,
    })
}

/// The county's row, made for its first batch.
async fn first_head(
    engine: Engine,
    transaction: &DatabaseTransaction,
    code: CountyCode,
) -> Result<Head, Fault> {
    let mut sql = Sql::new(
        engine,
        "INSERT INTO ledger_head (county, position, numbers) VALUES (",
    );
    sql.bind(county(code))
        .push(", 0, '{}') ON CONFLICT DO NOTHING");
    transaction
        .execute_raw(sql.statement())
        .await
        .map_err(fault)?;
    head(engine, transaction, code)
        .await?
        .ok_or_else(|| Fault::damaged("the county's row is not there after it was made"))
}
