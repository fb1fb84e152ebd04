//! The store as the ledger sees it.

use crate::column::county;
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::sql::{Engine, Sql};
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, Statement};
use xiaohao_core::values::{CountyCode, RequestId};
use xiaohao_ledger::{Batch, Fault, Line, Store, Subject};

#[async_trait]
impl Store for SqlStore {
    async fn begin(&self, county: CountyCode) -> Result<Box<dyn Batch>, Fault> {
        Ok(Box::new(self.hold_county(county).await?))
    }

    async fn probe(&self) -> Result<(), Fault> {
        let count = "UPDATE probe SET probes = probes + 1 WHERE id = 1";
        let hold = match self.engine {
            Engine::Sqlite => None,
            // Whoever writes on SQLite holds everything; here it is the counties' rows.
            Engine::Postgres => Some("SELECT position FROM ledger_head FOR UPDATE"),
        };
        let transaction = self.begin_writing().await?;
        for statement in hold.into_iter().chain([count]) {
            let statement = Statement::from_string(self.engine.backend(), statement);
            transaction.execute_raw(statement).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }

    async fn lines_of_requests(
        &self,
        code: CountyCode,
        requests: &[RequestId],
    ) -> Result<Vec<Line>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT ");
        sql.push(line::BODY)
            .push(" FROM ledger_entry WHERE county = ");
        sql.bind(county(code)).push(" AND request IN ");
        sql.bind_all(requests.iter().map(|request| request.as_uuid().into()));
        sql.push(" ORDER BY position");
        self.lines(sql).await
    }

    async fn history_to(
        &self,
        code: CountyCode,
        subject: Subject,
        seq: u32,
    ) -> Result<Vec<Line>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT ");
        sql.push(line::BODY)
            .push(" FROM ledger_entry WHERE county = ");
        sql.bind(county(code)).push(" AND subject_kind = ");
        sql.bind(subject.kind().code()).push(" AND subject = ");
        sql.bind(subject.id()).push(" AND seq <= ");
        sql.bind(i64::from(seq)).push(" ORDER BY seq");
        self.lines(sql).await
    }
}

impl SqlStore {
    /// The lines that a statement selects.
    pub(crate) async fn lines(&self, sql: Sql) -> Result<Vec<Line>, Fault> {
        let rows = self.readers.query_all_raw(sql.statement()).await;
        rows.map_err(fault)?.iter().map(line::line).collect()
    }
}
