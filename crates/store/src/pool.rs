//! The connections that read, and how one is asked.
//!
//! The pool of sqlx asks a connection whether it lives whenever it is given back, without a limit of time unless one asks before it with
//! one: two journeys to the server for each that carries a question. So readers have a pool that looks at a connection when it is
//! taken and has lain idle, and when whoever asked it did not wait for the answer.

use crate::connect::{CONNECTION_WAIT, answers, unspoilt};
use async_trait::async_trait;
use deadpool::Runtime;
use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult,
    Timeouts,
};
use sea_orm::sea_query::Values;
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{
    self, AssertSqlSafe, Connection, Database, Executor, IntoArguments, PgConnection, Postgres,
    Sqlite, SqliteConnection,
};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};
use sea_query_sqlx::SqlxValues;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How a connection is opened.
type Options<DB> = <<DB as Database>::Connection as Connection>::Options;

/// A database whose connections read.
trait Read: Database {
    /// The statement that begins to look at one moment.
    const LOOK: &str;

    /// Ends what [`Self::LOOK`] began.
    fn look_away(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

impl Read for Sqlite {
    const LOOK: &str = "BEGIN";

    async fn look_away(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        connection.execute(END).await.map(drop)
    }
}

impl Read for Postgres {
    const LOOK: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    async fn look_away(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        connection.execute(END).await.map(drop)
    }
}

const END: &str = "ROLLBACK";

/// Opens connections, and looks at those that have been used.
struct Maker<DB: Read>(Options<DB>);

impl<DB: Read> Manager for Maker<DB> {
    type Type = DB::Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<DB::Connection, sqlx::Error> {
        DB::Connection::connect_with(&self.0).await
    }

    async fn recycle(
        &self,
        idle: &mut DB::Connection,
        metrics: &Metrics,
    ) -> RecycleResult<sqlx::Error> {
        if unspoilt(idle, metrics.last_used()).await? {
            Ok(())
        } else {
            Err(RecycleError::message("it believes itself in a transaction"))
        }
    }
}

/// The connections that read.
#[derive(Clone)]
pub(crate) struct Readers {
    pools: Pools,
    /// Whoever looks at one moment keeps a connection for as long as he does: so many may that others always find one.
    moments: Arc<Semaphore>,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Pools {
    Sqlite(Pool<Maker<Sqlite>>),
    Postgres(Pool<Maker<Postgres>>),
}

impl Readers {
    /// To a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) async fn of_file(
        options: Options<Sqlite>,
        most: u32,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, DbErr> {
        Self::opened(Pools::Sqlite(pool(options, most)?), most, statements).await
    }

    /// To a server.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub(crate) async fn of_server(
        options: Options<Postgres>,
        most: u32,
        statements: &Arc<AtomicU64>,
    ) -> Result<Self, DbErr> {
        Self::opened(Pools::Postgres(pool(options, most)?), most, statements).await
    }

    async fn opened(pools: Pools, most: u32, statements: &Arc<AtomicU64>) -> Result<Self, DbErr> {
        let half = usize::try_from(most / 2).unwrap_or_default();
        let readers = Self {
            pools,
            moments: Arc::new(Semaphore::new(half.max(1))),
            statements: Arc::clone(statements),
        };
        drop(readers.take().await?);
        Ok(readers)
    }

    /// Takes a connection, for more than one question.
    ///
    /// # Errors
    /// When none is to be had in time.
    pub(crate) async fn take(&self) -> Result<Taken, DbErr> {
        let taken = match &self.pools {
            Pools::Sqlite(pool) => One::Sqlite(Mutex::new(from(pool).await?)),
            Pools::Postgres(pool) => One::Postgres(Mutex::new(from(pool).await?)),
        };
        Ok(Taken {
            one: taken,
            of_moments: None,
            statements: Arc::clone(&self.statements),
        })
    }

    /// One moment of the ledger, for as many questions as one likes.
    ///
    /// # Errors
    /// When no connection is to be had in time.
    pub(crate) async fn snapshot(&self) -> Result<Taken, DbErr> {
        let leave = timeout(CONNECTION_WAIT, Arc::clone(&self.moments).acquire_owned()).await;
        let leave = leave.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let mut taken = self.take().await?;
        taken.of_moments = leave.ok();
        let look = match &mut taken.one {
            One::Sqlite(one) => one.get_mut().begins(),
            One::Postgres(one) => one.get_mut().begins(),
        };
        taken.execute_unprepared(look).await?;
        Ok(taken)
    }

    /// Ends them, those that are being asked when they have answered.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(pool) => close(pool).await,
            Pools::Postgres(pool) => close(pool).await,
        }
    }
}

fn pool<DB: Read>(options: Options<DB>, most: u32) -> Result<Pool<Maker<DB>>, DbErr> {
    let config = PoolConfig {
        max_size: usize::try_from(most).unwrap_or(usize::MAX),
        timeouts: Timeouts {
            wait: Some(CONNECTION_WAIT),
            create: Some(CONNECTION_WAIT),
            recycle: None,
        },
        queue_mode: QueueMode::Lifo,
    };
    let pool = Pool::builder(Maker::<DB>(options))
        .config(config)
        .runtime(Runtime::Tokio1);
    pool.build()
        .map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))
}

async fn from<DB: Read>(pool: &Pool<Maker<DB>>) -> Result<Asked<DB>, DbErr> {
    let connection = pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
        PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        PoolError::Timeout(_) => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            DbErr::Conn(RuntimeErr::Internal(error.to_string()))
        }
    })?;
    Ok(Asked {
        connection: Some(connection),
        waits: false,
        is_in_transaction: false,
    })
}

async fn close<DB: Read>(pool: &Pool<Maker<DB>>) {
    let idle = pool.retain(|_, _| false).removed;
    pool.close();
    for connection in idle {
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "a connection did not end in order");
        }
    }
}

/// A connection of a pool.
struct Asked<DB: Read> {
    connection: Option<Object<Maker<DB>>>,
    /// Whether it has been asked something and has not answered well.
    waits: bool,
    /// Whether it looks at one moment.
    is_in_transaction: bool,
}

impl<DB: Read> Drop for Asked<DB> {
    /// Whoever asks may go away before the answer: then the connection is looked at before anybody else gets it. One that has looked at
    /// a moment looks away from it first; and one that was asked about a moment and has not answered well is given up: it still looks
    /// at it, answers that it is well, and would show the ledger of that moment to whoever comes next.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        let (waits, is_in_transaction) = (self.waits, self.is_in_transaction);
        if !waits && !is_in_transaction {
            return drop(connection);
        }
        let (false, Ok(runtime)) = (waits && is_in_transaction, Handle::try_current()) else {
            return drop(Object::take(connection));
        };
        drop(runtime.spawn(async move {
            let is_well = if waits {
                answers(&mut *connection).await.unwrap_or(false)
            } else {
                DB::look_away(&mut connection).await.is_ok()
            };
            if !is_well {
                drop(Object::take(connection));
            }
        }));
    }
}

impl<DB> Asked<DB>
where
    DB: Read,
    SqlxValues: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    QueryResult: From<DB::Row>,
    ExecResult: From<DB::QueryResult>,
{
    async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let connection = self.asked()?;
        let rows = query(statement).fetch_all(connection).await;
        Ok(self
            .answered(rows)?
            .into_iter()
            .map(QueryResult::from)
            .collect())
    }

    async fn done(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        let connection = self.asked()?;
        let done = query(statement).execute(connection).await;
        self.answered(done).map(ExecResult::from)
    }

    /// How to look at one moment, and that it will.
    const fn begins(&mut self) -> &'static str {
        self.is_in_transaction = true;
        DB::LOOK
    }

    fn asked(&mut self) -> Result<&mut DB::Connection, DbErr> {
        self.waits = true;
        let connection = self.connection.as_deref_mut();
        connection.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }

    fn answered<T>(&mut self, answer: Result<T, sqlx::Error>) -> Result<T, DbErr> {
        self.waits = answer.is_err();
        answer.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))
    }
}

fn query<DB: Database>(statement: Statement) -> Query<'static, DB, SqlxValues>
where
    SqlxValues: IntoArguments<DB>,
{
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

/// A connection that somebody has taken.
pub(crate) struct Taken {
    one: One,
    /// The leave to look at one moment, which is given back after the connection.
    of_moments: Option<OwnedSemaphorePermit>,
    statements: Arc<AtomicU64>,
}

enum One {
    Sqlite(Mutex<Asked<Sqlite>>),
    Postgres(Mutex<Asked<Postgres>>),
}

#[async_trait]
impl ConnectionTrait for Taken {
    fn get_database_backend(&self) -> DbBackend {
        match &self.one {
            One::Sqlite(_) => DbBackend::Sqlite,
            One::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.one {
            One::Sqlite(one) => one.lock().await.done(statement).await,
            One::Postgres(one) => one.lock().await.done(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let statement = Statement::from_string(self.get_database_backend(), sql);
        self.execute_raw(statement).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let rows = self.query_all_raw(statement).await?;
        Ok(rows.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.one {
            One::Sqlite(one) => one.lock().await.rows(statement).await,
            One::Postgres(one) => one.lock().await.rows(statement).await,
        }
    }
}

#[async_trait]
impl ConnectionTrait for Readers {
    fn get_database_backend(&self) -> DbBackend {
        match &self.pools {
            Pools::Sqlite(_) => DbBackend::Sqlite,
            Pools::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.take().await?.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.take().await?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.take().await?.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.take().await?.query_all_raw(statement).await
    }
}
