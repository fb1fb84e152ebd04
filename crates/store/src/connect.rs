//! The connections to a ledger, and what is pinned on each.

use crate::fault::fault;
use crate::location::{Location, server};
use crate::pool::{Readers, Taken};
use crate::sql::Engine;
use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection, PgConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::collections::BTreeSet;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::time::timeout;
use xiaohao_ledger::Fault;
use xiaohao_migrations::{Migrator, MigratorTrait};

/// The ledgers of one or more counties in a database.
#[derive(Clone)]
pub struct SqlStore {
    pub(crate) engine: Engine,
    /// The one connection that writes on SQLite; on PostgreSQL, a few.
    pub(crate) writers: DatabaseConnection,
    pub(crate) readers: Readers,
    /// The moment of which readers are told; none where each is told of his own.
    pub(crate) moment: Option<Arc<Taken>>,
    statements: Arc<AtomicU64>,
}

impl fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

/// How long one waits for a lock that another program holds before the user is told.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// How long one waits for a connection.
pub(crate) const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// How long a connection may take to say that it is there.
const ANSWER_WAIT: Duration = Duration::from_secs(1);

/// How long a connection may lie unused before it is asked whether it still lives.
const IDLE: Duration = Duration::from_secs(1);

/// The key of the lock that whoever migrates a server's database holds: any number that nothing else takes.
const MIGRATING: i64 = 0x7861_6f68_616f;

/// How many connections read at once.
pub(crate) const READERS: u32 = 8;

/// How many connections write: on SQLite there is one writer; on PostgreSQL one can begin while the other is still being
/// looked after.
pub(crate) const fn writers(engine: Engine) -> u32 {
    match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 2,
    }
}

/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT: usize = 1024;

/// How many rows SQLite may be ahead of whoever reads them: all of a page, so that neither waits for the other.
const ROWS_AHEAD: usize = 1024;

/// How much of the file each connection to SQLite keeps, in KiB as SQLite counts it: negative. The one that writes is alone
/// and comes back to the same pages again and again; those that read find them with the system, which keeps them once.
const READER_CACHE: &str = "-2000";
const WRITER_CACHE: &str = "-16000";

/// After how many pages of 4 KiB what was written ahead is put into its place. A page that many acts change is put there
/// once, so the more the better, until whoever reads must look for too much there.
const WAL_PAGES: &str = "4000";

/// For what a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    Read,
}

impl SqlStore {
    /// Opens the database.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`] and [`Fault::OlderDatabase`] when its schema is not that of this program, and as for any
    /// reading.
    pub async fn open(location: &Location) -> Result<Self, Fault> {
        let statements = Arc::new(AtomicU64::new(0));
        let engine = location.engine();
        let store = Self {
            engine,
            writers: connect(location, &statements).await?,
            readers: readers(location, &statements).await?,
            moment: None,
            statements,
        };
        store.check_safety().await?;
        store.check_schema().await?;
        Ok(store)
    }

    /// Brings the schema of the database up to this program, making the database file if there is none: all of it, or
    /// nothing.
    ///
    /// # Errors
    /// [`Fault::NewerDatabase`] when it is beyond this program already, and as for any writing.
    pub async fn migrate(location: &Location) -> Result<(), Fault> {
        let statements = Arc::new(AtomicU64::new(0));
        let database = connect(location, &statements).await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = database.begin_with_options(options).await.map_err(fault)?;
        // One who was killed may still be at work on the server: whoever comes after him waits until he is gone.
        if location.engine() == Engine::Postgres {
            let lock = format!("SELECT pg_advisory_xact_lock({MIGRATING})");
            let lock = Statement::from_string(Engine::Postgres.backend(), lock);
            transaction.execute_raw(lock).await.map_err(fault)?;
        }
        let found = schema(&transaction).await?;
        // Whoever is about to record an act waits, and then sees that the database is newer than he is.
        if location.engine() == Engine::Postgres
            && matches!(found, Schema::Older { begun: true, .. })
        {
            let lock = "LOCK TABLE ledger_head IN EXCLUSIVE MODE";
            let lock = Statement::from_string(Engine::Postgres.backend(), lock);
            transaction.execute_raw(lock).await.map_err(fault)?;
        }
        match found {
            Schema::Newer { change } => return Err(Fault::NewerDatabase { change }),
            Schema::Older { .. } => Migrator::up(&transaction, None).await.map_err(fault)?,
            Schema::Same => {}
        }
        transaction.commit().await.map_err(fault)?;
        database.close().await.map_err(fault)
    }

    /// Whether there is nothing there that anybody could have kept: no file, or a database that was never migrated.
    ///
    /// # Errors
    /// As for any reading.
    pub async fn is_blank(location: &Location) -> Result<bool, Fault> {
        if let Location::File(file) = location
            && !file.exists()
        {
            return Ok(true);
        }
        let database = connect(location, &Arc::new(AtomicU64::new(0))).await?;
        let applied = applied(&database).await?;
        database.close().await.map_err(fault)?;
        Ok(applied.is_none())
    }

    /// How many statements have been sent so far.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Closes all connections; what was acknowledged is on the disk already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self) -> Result<(), Fault> {
        self.readers.close().await;
        self.writers.close().await.map_err(fault)
    }

    async fn check_schema(&self) -> Result<(), Fault> {
        match schema(&self.readers).await? {
            Schema::Same => Ok(()),
            Schema::Newer { change } => Err(Fault::NewerDatabase { change }),
            Schema::Older { missing, .. } => Err(Fault::OlderDatabase { missing }),
        }
    }
}

/// The connections that read.
async fn readers(location: &Location, statements: &Arc<AtomicU64>) -> Result<Readers, Fault> {
    let opened = match location {
        Location::File(path) => {
            let options = sqlite(path, Use::Read);
            Readers::of_file(options, READERS, statements).await
        }
        Location::Url(url) => {
            let options = postgres(server(url)?, Use::Read);
            Readers::of_server(options, READERS, statements).await
        }
    };
    opened.map_err(fault)
}

/// The connections that write.
async fn connect(
    location: &Location,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection, Fault> {
    let mut options = match location {
        Location::File(path) => {
            let mut options = ConnectOptions::new("sqlite://");
            let path = path.clone();
            if path.as_os_str() != IN_MEMORY {
                make_private(&path);
            }
            options
                .map_sqlx_sqlite_opts(move |_| sqlite(&path, Use::Write))
                .map_sqlx_sqlite_pool_opts(looked_after);
            options
        }
        Location::Url(url) => {
            let to = postgres(server(url)?, Use::Write);
            // What it is given is looked at by sea-orm too, which shows what it cannot read.
            let mut options = ConnectOptions::new("postgres://");
            options
                .map_sqlx_postgres_opts(move |_| to.clone())
                .map_sqlx_postgres_pool_opts(|pool| {
                    looked_after(pool).after_release(|used, _| Box::pin(answers(used)))
                });
            options
        }
    };
    options
        .max_connections(writers(location.engine()))
        .acquire_timeout(CONNECTION_WAIT)
        .connect_timeout(CONNECTION_WAIT)
        .sqlx_logging(false);
    let mut database = match (Database::connect(options).await, location) {
        (Err(_), Location::Url(url)) => return Err(unreached(url).await),
        (connected, Location::Url(_) | Location::File(_)) => connected.map_err(fault)?,
    };
    let statements = Arc::clone(statements);
    database.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    Ok(database)
}

/// Why a server is not reached: its pool tells nothing but that it waited.
async fn unreached(url: &str) -> Fault {
    let options = match server(url) {
        Ok(options) => options,
        Err(fault) => return fault,
    };
    let error = match timeout(CONNECTION_WAIT, PgConnection::connect_with(&options)).await {
        Ok(Err(error)) => error,
        Ok(Ok(_)) | Err(_) => sqlx::Error::Io(io::ErrorKind::TimedOut.into()),
    };
    fault(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

/// A pool that looks at each connection before it is given out, and asks one that has lain unused whether it still lives.
/// To ask every time would cost as much as the question that it is for; one to a server has just answered when it was given
/// back, and there it does not keep anybody waiting.
///
/// No connection is too old or idle for too long, because the task of sqlx that looks for those counts what is idle, and that
/// count is below zero for a moment when one is taken while another is given back: it would then go round and round for
/// ever, on a processor of its own.
fn looked_after<DB: sqlx::Database>(pool: PoolOptions<DB>) -> PoolOptions<DB> {
    pool.idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|idle, lain| Box::pin(unspoilt(idle, lain.idle_for)))
}

/// Whether a connection can be used by the next one. One that does not answer is given up, because the server may have gone
/// silent; and one that believes itself in a transaction, because SQLite ends a transaction by itself when the disk is full
/// or fails, and what comes next on such a connection would be acknowledged and not be there.
pub(crate) async fn unspoilt(
    connection: &mut impl Connection,
    idle_for: Duration,
) -> Result<bool, sqlx::Error> {
    if idle_for >= IDLE {
        answers(connection).await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Asks a connection whether it lives, and does not wait for ever for a server that has gone silent.
pub(crate) async fn answers(connection: &mut impl Connection) -> Result<bool, sqlx::Error> {
    match timeout(ANSWER_WAIT, connection.ping()).await {
        Ok(answered) => answered.map(|()| true),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}

/// What SQLite takes for a database in memory, and for no file.
const IN_MEMORY: &str = ":memory:";

/// Makes the file where there is none, for its owner alone, because personal data stands in it; SQLite gives the files beside
/// it the same rights. What keeps it from being made SQLite tells when it opens it.
fn make_private(path: &Path) {
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    drop(options.open(path));
}

/// What holds on every connection to a file: a write-ahead log, and nothing acknowledged before it is on the disk.
fn sqlite(path: &Path, to: Use) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(to == Use::Write)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(LOCK_WAIT)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("trusted_schema", "OFF");
    match to {
        Use::Read => options
            .pragma("cache_size", READER_CACHE)
            .pragma("query_only", "ON"),
        Use::Write => options
            .pragma("cache_size", WRITER_CACHE)
            .pragma("temp_store", "MEMORY")
            // What is erased is overwritten, and not only forgotten.
            .pragma("secure_delete", "ON")
            .pragma("wal_autocheckpoint", WAL_PAGES),
    }
}

/// What holds on every connection to a server: no statement, lock or idle transaction without an end, so that a caller
/// that went away leaves nothing behind that others wait for. What is written comes in few shapes, each planned once for as many rows
/// as there may be: left to itself, PostgreSQL plans the statement of a small batch anew each time, which takes longer than to carry
/// it out. Nothing is compiled before it is carried out: no statement here takes so long that it would pay.
fn postgres(options: PgConnectOptions, to: Use) -> PgConnectOptions {
    let options = match to {
        // Whoever looks at one moment may think for a while between two questions, and holds up no writer.
        Use::Read => options.options([("idle_in_transaction_session_timeout", "60s")]),
        Use::Write => options.options([
            ("idle_in_transaction_session_timeout", "5s"),
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ]),
    };
    options
        .application_name("xiaohao")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .options([
            ("jit", "off"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "30s"),
            ("synchronous_commit", "on"),
            ("TimeZone", "UTC"),
            ("default_transaction_isolation", "read committed"),
        ])
}

/// What selects the first change of the schema that this program does not know, which is one more column of a statement that
/// is sent anyway: a newer program may have migrated the database since it was opened.
pub(crate) fn newer_change() -> &'static str {
    static SELECT: LazyLock<String> = LazyLock::new(|| {
        let known = Migrator::migrations();
        let known = known.iter().map(|change| format!("'{}'", change.name()));
        let known = known.collect::<Vec<_>>().join(", ");
        format!("(SELECT min(version) FROM seaql_migrations WHERE version NOT IN ({known}))")
    });
    &SELECT
}

/// How the schema of a database compares with this program.
enum Schema {
    Same,
    Newer {
        change: String,
    },
    Older {
        missing: usize,
        /// Whether it has seen any change at all.
        begun: bool,
    },
}

async fn schema(database: &impl ConnectionTrait) -> Result<Schema, Fault> {
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|change| change.name().to_owned())
        .collect();
    let Some(applied) = applied(database).await? else {
        return Ok(Schema::Older {
            missing: known.len(),
            begun: false,
        });
    };
    if let Some(change) = applied.iter().find(|change| !known.contains(change)) {
        return Ok(Schema::Newer {
            change: change.clone(),
        });
    }
    let missing = known.iter().filter(|name| !applied.contains(*name)).count();
    Ok(if missing == 0 {
        Schema::Same
    } else {
        let begun = !applied.is_empty();
        Schema::Older { missing, begun }
    })
}

/// The changes that the database has seen; none where it has never been migrated.
async fn applied(database: &impl ConnectionTrait) -> Result<Option<BTreeSet<String>>, Fault> {
    let backend = database.get_database_backend();
    let there = if backend == sea_orm::DbBackend::Sqlite {
        "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'"
    } else {
        // One that may not be read is there all the same, and whoever looks into it is told that he may not.
        "SELECT count(*) FROM pg_class WHERE relname = 'seaql_migrations' \
         AND relnamespace = quote_ident(current_schema())::regnamespace"
    };
    let ask = |sql: &str| Statement::from_string(backend, sql);
    let count = database.query_one_raw(ask(there)).await.map_err(fault)?;
    let count: i64 = match count {
        Some(row) => row.try_get_by_index(0).map_err(fault)?,
        None => 0,
    };
    if count == 0 {
        return Ok(None);
    }
    let rows = database
        .query_all_raw(ask("SELECT version FROM seaql_migrations"))
        .await
        .map_err(fault)?;
    rows.iter()
        .map(|row| row.try_get_by_index(0).map_err(fault))
        .collect::<Result<_, _>>()
        .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pool_has_a_task_that_counts_what_is_idle() {
        let sqlite = looked_after(PoolOptions::<sqlx::Sqlite>::new());
        let postgres = looked_after(PoolOptions::<sqlx::Postgres>::new());
        assert_eq!(
            (sqlite.get_idle_timeout(), sqlite.get_max_lifetime()),
            (None, None)
        );
        assert_eq!(
            (postgres.get_idle_timeout(), postgres.get_max_lifetime()),
            (None, None)
        );
        assert_eq!(
            (sqlite.get_min_connections(), postgres.get_min_connections()),
            (0, 0)
        );
    }
}
