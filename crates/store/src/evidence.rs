//! Which files the server holds.

use crate::column::county;
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Insert;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::Fault;

impl SqlStore {
    /// Notes that the server holds these files and has verified their hashes (rule 24). A file that it held before stays.
    ///
    /// # Errors
    /// [`Fault`]; then none of them is noted.
    pub async fn hold(
        &self,
        code: CountyCode,
        files: &[Digest],
        received_at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let insert = Insert {
            table: "evidence",
            columns: &["county", "digest", "received_at"],
            on_conflict: "ON CONFLICT DO NOTHING",
        };
        let rows = files.iter().map(|file| {
            vec![
                county(code),
                file.as_bytes().to_vec().into(),
                received_at.into(),
            ]
        });
        let transaction = self.begin_writing().await?;
        for statement in insert.statements(self.engine, rows.collect()) {
            transaction.execute_raw(statement).await.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }
}
