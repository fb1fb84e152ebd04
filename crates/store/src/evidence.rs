//! Which files the server holds.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::{Insert, Sql};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
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

    /// Whether the server ever held a file of this county.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn holds_any(&self, code: CountyCode) -> Result<bool, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT 1 FROM evidence WHERE county = ");
        sql.bind(county(code)).push(" LIMIT 1");
        Ok(!self.read(sql).await?.is_empty())
    }

    /// Which of these files the server was noted to hold.
    pub(crate) async fn held_of(
        &self,
        code: CountyCode,
        files: BTreeSet<Digest>,
    ) -> Result<BTreeSet<Digest>, Fault> {
        let mut held = BTreeSet::new();
        let files: Vec<_> = files.into_iter().collect();
        for some in files.chunks(TOGETHER) {
            let mut sql = Sql::new(self.engine, "SELECT digest FROM evidence WHERE county = ");
            sql.bind(county(code)).push(" AND ");
            let digests = some.iter().map(|file| file.as_bytes().to_vec().into());
            sql.among("digest", digests.collect());
            for row in &self.read(sql).await? {
                let digest: Vec<u8> = Columns::of(row).next()?;
                // What is no digest is that of no file.
                held.extend(<[u8; 32]>::try_from(digest).ok().map(Digest::new));
            }
        }
        Ok(held)
    }
}

/// How many files are asked for at once.
const TOGETHER: usize = 500;
