//! The store as the ledger sees it.

use crate::connect::SqlStore;
use crate::county::{own_lines_after, own_version};
use crate::fault::fault;
use crate::line;
use crate::sql::{Engine, Sql};
use async_trait::async_trait;
use sea_orm::sqlx::{Database, Pool};
use sea_orm::{ConnectionTrait, Statement};
use xiaohao_core::values::{CountyCode, RequestId};
use xiaohao_ledger::{Batch, Fault, Line, Store, Subject};

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self, county: CountyCode) -> Result<Box<dyn Batch>, Fault> {
        let held = self.hold_county(county).await;
        Ok(Box::new(self.heed(held).await?))
    }

    async fn own_version(&self, code: CountyCode) -> Result<u32, Fault> {
        own_version(self.engine, &self.readers, code).await
    }

    async fn probe(&self, county: CountyCode) -> Result<(), Fault> {
        let written = self.try_to_write(county).await;
        self.heed(written).await
    }

    async fn lines_of_requests(
        &self,
        code: CountyCode,
        requests: &[RequestId],
    ) -> Result<Vec<Line>, Fault> {
        let mut sql = line::of_county(self.engine, code, &[]);
        sql.push(" AND request IN ");
        sql.bind_all(requests.iter().map(|request| request.as_uuid().into()));
        sql.push(" ORDER BY position");
        self.lines(sql).await
    }

    async fn own_lines_after(&self, code: CountyCode, version: u32) -> Result<Vec<Line>, Fault> {
        self.lines(own_lines_after(self.engine, code, version))
            .await
    }

    async fn history_to(
        &self,
        code: CountyCode,
        subject: Subject,
        seq: u32,
    ) -> Result<Vec<Line>, Fault> {
        let mut sql = line::of_county(self.engine, code, &[]);
        sql.push(" AND subject_kind = ");
        sql.bind(subject.kind().code()).push(" AND subject = ");
        sql.bind(subject.id()).push(" AND seq <= ");
        sql.bind(i64::from(seq)).push(" ORDER BY seq");
        self.lines(sql).await
    }
}

impl SqlStore {
    async fn try_to_write(&self, code: CountyCode) -> Result<(), Fault> {
        // As an act begins: a county that no act could hold is not ready.
        let transaction = self.hold_county(code).await?.transaction;
        let count = "UPDATE probe SET probes = probes + 1 WHERE id = 1";
        let count = Statement::from_string(self.engine.backend(), count);
        transaction.execute_raw(count).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)
    }

    /// Hands on what came of writing. Where nothing can be written, a connection is given up, so that another is opened:
    /// SQLite opens a file for reading that may not be written, and never looks again; and behind the name of a server
    /// there may be another one by now. So it is where the disk did not do as it was told: what the connection to the file
    /// remembers of it is not built upon (`docs/adr/0054-after-an-error-of-the-disk.md`).
    pub(crate) async fn heed<T>(&self, written: Result<T, Fault>) -> Result<T, Fault> {
        match (&written, self.engine) {
            (Err(Fault::ReadOnly(_) | Fault::Disk(_)), Engine::Sqlite) => {
                give_up_one(self.writers.get_sqlite_connection_pool()).await;
            }
            (Err(Fault::ReadOnly(_)), Engine::Postgres) => {
                give_up_one(self.writers.get_postgres_connection_pool()).await;
            }
            (Ok(_) | Err(_), _) => {}
        }
        written
    }

    /// The lines that a statement selects.
    pub(crate) async fn lines(&self, sql: Sql) -> Result<Vec<Line>, Fault> {
        let rows = self.readers.query_all_raw(sql.statement()).await;
        rows.map_err(fault)?.iter().map(line::line).collect()
    }
}

async fn give_up_one<DB: Database>(pool: &Pool<DB>) {
    match pool.acquire().await {
        Ok(connection) => drop(connection.close().await),
        Err(error) => {
            tracing::warn!(%error, "a connection that could not write could not be given up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Location;
    use std::sync::Arc;

    #[tokio::test]
    async fn what_the_connection_to_a_file_remembers_is_forgotten_when_the_disk_fails() {
        let folder = std::env::temp_dir().join(format!("xiaohao-heed-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let location = Location::File(folder.join("ledger.sqlite"));
        SqlStore::migrate(&location).await.unwrap();
        let store = SqlStore::open(&location).await.unwrap();
        let remembered = async || {
            let asked = store.writers.execute_unprepared("SELECT * FROM remembered");
            asked.await.is_ok()
        };
        let cause: xiaohao_ledger::Cause = Arc::new(std::io::Error::other("a disk"));
        for (fault, is_kept) in [
            (Fault::DiskFull(Arc::clone(&cause)), true),
            (Fault::Disk(Arc::clone(&cause)), false),
            (Fault::ReadOnly(cause), false),
        ] {
            let remember = "CREATE TEMP TABLE IF NOT EXISTS remembered (it TEXT)";
            store.writers.execute_unprepared(remember).await.unwrap();
            let told = store.heed::<()>(Err(fault)).await.unwrap_err();
            assert_eq!(remembered().await, is_kept, "{told}");
        }
        store.close().await.unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
