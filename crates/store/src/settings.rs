//! What the database says of the connections to it: whether what is pinned on each really holds.

use crate::connect::{READERS, SqlStore, writers};
use crate::fault::fault;
use crate::sql::Engine;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use std::collections::BTreeMap;
use std::sync::Arc;
use xiaohao_ledger::Fault;

/// Settings by their names, as the database says them.
pub type Settings = BTreeMap<&'static str, String>;

/// Those on which it depends that nothing is lost and nobody waits for ever.
const SETTINGS_OF_SQLITE: &[&str] = &[
    "journal_mode",
    "synchronous",
    "busy_timeout",
    "foreign_keys",
];
const SETTINGS_OF_POSTGRES: &[&str] = &[
    "synchronous_commit",
    "default_transaction_isolation",
    "idle_in_transaction_session_timeout",
    "lock_timeout",
    "statement_timeout",
    "TimeZone",
];

impl SqlStore {
    /// What the database says of its settings on every connection there can be, one after the other; all are taken at
    /// once, so that none is asked twice.
    ///
    /// # Errors
    /// As for any reading.
    pub async fn settings(&self) -> Result<Vec<Settings>, Fault> {
        let (mut writing, mut reading) = (Vec::new(), Vec::new());
        for _ in 0..writers(self.engine) {
            writing.push(self.writers.begin().await.map_err(fault)?);
        }
        for _ in 0..READERS {
            reading.push(self.readers.take().await.map_err(fault)?);
        }
        let mut told = Vec::new();
        for connection in &writing {
            told.push(settings(self.engine, connection).await?);
        }
        for connection in &reading {
            told.push(settings(self.engine, connection).await?);
        }
        Ok(told)
    }

    /// SQLite goes on without a write-ahead log where it cannot have one, and does not say so.
    pub(crate) async fn check_safety(&self) -> Result<(), Fault> {
        if self.engine == Engine::Sqlite {
            let told = settings(self.engine, &self.writers).await?;
            if told.get("journal_mode").is_none_or(|mode| mode != "wal") {
                return Err(Fault::Rejected(Arc::new(NoLogAhead)));
            }
        }
        Ok(())
    }
}

async fn settings(engine: Engine, connection: &impl ConnectionTrait) -> Result<Settings, Fault> {
    let (ask, names) = match engine {
        Engine::Sqlite => ("PRAGMA", SETTINGS_OF_SQLITE),
        Engine::Postgres => ("SHOW", SETTINGS_OF_POSTGRES),
    };
    let mut told = Settings::new();
    for name in names {
        let ask = Statement::from_string(engine.backend(), format!("{ask} {name}"));
        if let Some(row) = connection.query_one_raw(ask).await.map_err(fault)? {
            let number = row
                .try_get_by_index(0)
                .map(|number: i64| number.to_string());
            let value = number.or_else(|_| row.try_get_by_index(0)).map_err(fault)?;
            told.insert(*name, value);
        }
    }
    Ok(told)
}

/// The file lies where there can be no write-ahead log.
#[derive(Debug, thiserror::Error)]
#[error(
    "there can be no write-ahead log here; keep the ledger in a file on a disk of this machine"
)]
struct NoLogAhead;
