//! The triggers by which the databases refuse to change the record: whether they are still there, and still refuse it.

use crate::column::Columns;
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::{Engine, Sql};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use std::collections::BTreeMap;
use xiaohao_ledger::Fault;
use xiaohao_migrations::{Migrator, MigratorTrait};

/// The tables that are guarded.
const GUARDED: &[&str] = &[
    "ledger_entry",
    "checkpoint",
    "personal_value",
    "refused_attempt",
];

/// What a trigger is: by its name, how it was made.
type Triggers = BTreeMap<String, String>;

/// The triggers of SQLite with their tables and their own text.
const IN_SQLITE: &str =
    "SELECT name, tbl_name || ' ' || sql FROM sqlite_master WHERE type = 'trigger'";

/// Those of PostgreSQL that hold without a condition and refuse what they are for; each is told by its table alone.
const IN_POSTGRES: &str = "SELECT t.tgname::text, c.relname::text FROM pg_trigger t \
     JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid \
     WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'D' \
     AND t.tgqual IS NULL AND p.proname = c.relname || '_refuse' \
     AND p.prosrc LIKE '%RAISE EXCEPTION%'";

impl SqlStore {
    /// The triggers that somebody took away, switched off or made anew so that they refuse nothing, each with the table that it
    /// guards.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn guards_gone(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let (ask, made) = match self.engine {
            Engine::Sqlite => (IN_SQLITE, Some(triggers_of_a_new_file().await?)),
            Engine::Postgres => (IN_POSTGRES, None),
        };
        let there = triggers(self.engine, &self.readers, ask).await?;
        let all = GUARDED.iter().flat_map(|table| {
            let verbs = self.guarded_against(table);
            verbs.map(move |verb| (*table, format!("{table}_no_{verb}")))
        });
        let is_gone = |(table, name): &(&str, String)| match &made {
            Some(made) => there.get(name) != made.get(name),
            None => there.get(name).is_none_or(|on| on != table),
        };
        Ok(all.filter(is_gone).collect())
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

async fn triggers(
    engine: Engine,
    connection: &impl ConnectionTrait,
    ask: &str,
) -> Result<Triggers, Fault> {
    let rows = connection.query_all_raw(Sql::new(engine, ask).statement());
    let rows = rows.await.map_err(fault)?;
    let read = |row| {
        let mut at = Columns::of(row);
        Ok((at.next()?, at.next()?))
    };
    rows.iter().map(read).collect()
}

/// The triggers as this program makes them.
async fn triggers_of_a_new_file() -> Result<Triggers, Fault> {
    let new = new_in_memory().await.map_err(fault)?;
    triggers(Engine::Sqlite, &new, IN_SQLITE).await
}

/// An empty database of SQLite as this program makes it.
pub(crate) async fn new_in_memory() -> Result<DatabaseConnection, DbErr> {
    // One connection: each connection to `:memory:` would be a database of its own.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false);
    let new = Database::connect(options).await?;
    Migrator::up(&new, None).await?;
    Ok(new)
}
