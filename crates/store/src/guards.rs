//! The triggers by which the databases refuse to change the record: whether they are still there.

use crate::column::Columns;
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::{Engine, Sql};
use sea_orm::ConnectionTrait;
use std::collections::BTreeSet;
use xiaohao_ledger::Fault;

/// The tables that are guarded.
const GUARDED: &[&str] = &["ledger_entry", "checkpoint", "personal_value"];

impl SqlStore {
    /// The triggers that somebody took away or switched off, each with the table that it guards.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn guards_gone(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let there = Sql::new(
            self.engine,
            match self.engine {
                Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'trigger'",
                Engine::Postgres => {
                    "SELECT t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
                     WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'D'"
                }
            },
        );
        let rows = self.readers.query_all_raw(there.statement()).await;
        let names = rows.map_err(fault)?;
        let names = names.iter().map(|row| Columns::of(row).next::<String>());
        let there = names.collect::<Result<BTreeSet<_>, _>>()?;
        let all = GUARDED.iter().flat_map(|table| {
            let verbs = self.guarded_against(table);
            verbs.map(move |verb| (*table, format!("{table}_no_{verb}")))
        });
        Ok(all.filter(|(_, name)| !there.contains(name)).collect())
    }

    /// What a guarded table refuses. SQLite has no other way to empty one than row by row, and one to replace a row in silence.
    fn guarded_against(&self, table: &str) -> [&'static str; 3] {
        let third = match (self.engine, table) {
            (Engine::Sqlite, "ledger_entry") => "replace",
            (Engine::Sqlite, _) => "insert",
            (Engine::Postgres, _) => "truncate",
        };
        ["update", "delete", third]
    }
}
