//! A database of a test's own, on either engine, and the ledger in it.

use crate::case::forenoon;
use crate::{blank, county, date, file};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult,
    Statement,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use xiaohao_core::directory::Person;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Ledger, Pace};
use xiaohao_store::{Location, SqlStore};

/// A database.
#[derive(Debug)]
pub struct Place {
    /// Where it is.
    pub location: Location,
    /// Takes the folder of a file away at the end.
    folder: Option<TempDir>,
}

impl Place {
    /// A file, brought up to this program, that knows the files which the server holds.
    pub async fn file() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("xiaohao-")
            .tempdir()
            .unwrap();
        let location = blank::file(folder.path()).await;
        Self::ready(location, Some(folder)).await
    }

    /// A database of the cluster that all tests share, likewise.
    pub async fn server() -> Self {
        Self::ready(blank::database().await, None).await
    }

    /// An empty database of PostgreSQL, likewise.
    pub async fn at(url: String) -> Self {
        let location = Location::Url(url);
        SqlStore::migrate(&location).await.unwrap();
        Self::ready(location, None).await
    }

    /// One of each.
    pub async fn both() -> [Self; 2] {
        [Self::file().await, Self::server().await]
    }

    /// A database that is there already.
    pub fn elsewhere(location: Location) -> Self {
        Self {
            location,
            folder: None,
        }
    }

    async fn ready(location: Location, folder: Option<TempDir>) -> Self {
        let place = Self { location, folder };
        let store = place.store().await;
        let files: Vec<Digest> = (0..200).map(file).collect();
        let county = county().code;
        store
            .hold(county, &files, forenoon(date(FIRST_DAY)))
            .await
            .unwrap();
        store.close().await.unwrap();
        place
    }

    /// The file of the database; none on a server.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.location {
            Location::File(path) => Some(path.clone()),
            Location::Url(_) => None,
        }
    }

    /// What a program takes as the place of its ledger.
    pub fn argument(&self) -> String {
        match &self.location {
            Location::File(path) => path.to_str().unwrap().to_owned(),
            Location::Url(url) => url.clone(),
        }
    }

    /// The store on it.
    pub async fn store(&self) -> SqlStore {
        SqlStore::open(&self.location).await.unwrap()
    }

    /// A connection past the store.
    pub async fn sql(&self) -> Sql {
        Sql::connect(&self.location).await
    }

    /// Whether it is a file.
    pub fn is_file(&self) -> bool {
        self.folder.is_some()
    }
}

/// How long one waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The day on which everything is done.
const FIRST_DAY: &str = "2026-03-02";

/// The ledger of the county on a store, on 2026-03-02.
pub fn ledger(store: &SqlStore, pace: Pace) -> Ledger {
    let now = forenoon(date(FIRST_DAY));
    Ledger::open(
        Arc::new(store.clone()),
        Arc::new(county()),
        Arc::new(move || now),
        crate::salts(),
        pace,
    )
}

/// Connections to a database that know nothing of the store, no more than so many. None of them is ever too old or idle for
/// too long: the task of sqlx that looks for those can go round for ever.
pub async fn connect(url: &str, most: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(most)
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// Bytes, written in SQL by their hexadecimal digits.
pub fn bytes(is_sqlite: bool, hex: &str) -> String {
    if is_sqlite {
        format!("X'{hex}'")
    } else {
        format!("decode('{hex}', 'hex')")
    }
}

/// Where a database is, for a connection that does not make it.
pub fn url(location: &Location) -> String {
    match location {
        Location::File(path) => format!("sqlite://{}?mode=rw", path.display()),
        Location::Url(url) => url.clone(),
    }
}

/// One connection that knows nothing of the store, for looking at its database and for doing to it what the store would not.
#[derive(Clone, Debug)]
pub struct Sql(DatabaseConnection);

impl Sql {
    /// Connects.
    pub async fn connect(location: &Location) -> Self {
        Self(connect(&url(location), 1).await)
    }

    /// Whether it is to a file.
    pub fn is_file(&self) -> bool {
        self.0.get_database_backend() == DbBackend::Sqlite
    }

    /// Keeps the data of a county that no line enters, as programs did before it was entered.
    pub async fn keep_county(&self, code: CountyCode, data: &str) {
        let row = format!("INSERT INTO county (code, data) VALUES ('{code}', '{data}')");
        self.run(&row).await;
    }

    /// Keeps a password that no line says was set, as programs did before that was recorded.
    pub async fn keep_password(&self, code: CountyCode, of: &Person, secret: &str) {
        let id = of.id.as_uuid().simple();
        let id = if self.is_file() {
            format!("X'{id}'")
        } else {
            format!("'{id}'")
        };
        let login = &of.login;
        self.run(&format!(
            "INSERT INTO account (county, login, person, secret, changed_at) VALUES \
             ('{code}', '{login}', {id}, '{secret}', '2026-01-01T00:00:00+00:00')"
        ))
        .await;
    }

    /// Runs statements.
    pub async fn run(&self, statements: &str) {
        let run = self.0.execute_unprepared(statements).await;
        run.unwrap_or_else(|error| panic!("{statements}: {error}"));
    }

    /// There is no room for an act any more, as the database itself says it; there may be some for less.
    pub async fn fill_the_disk(&self) {
        self.run(if self.is_file() {
            // A table whose last row has the last number there is takes no other, and SQLite says of it what it says of a disk.
            "CREATE TABLE disk (id INTEGER PRIMARY KEY AUTOINCREMENT);
             INSERT INTO disk VALUES (9223372036854775807);
             CREATE TRIGGER full_entry AFTER INSERT ON number_taken BEGIN INSERT INTO disk VALUES (NULL); END"
        } else {
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
             CREATE TRIGGER full_entry AFTER INSERT ON number_taken EXECUTE FUNCTION full_disk()"
        })
        .await;
    }

    /// There is room again.
    pub async fn make_room(&self) {
        self.run(if self.is_file() {
            "DROP TRIGGER full_entry; DROP TABLE disk"
        } else {
            "DROP TRIGGER full_entry ON number_taken"
        })
        .await;
    }

    /// Whether the database refuses a statement.
    pub async fn refuses(&self, statement: &str) -> bool {
        self.0.execute_unprepared(statement).await.is_err()
    }

    /// The rows that a statement selects.
    pub async fn rows(&self, select: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.0.get_database_backend(), select);
        let rows = self.0.query_all_raw(statement).await;
        rows.unwrap_or_else(|error| panic!("{select}: {error}"))
    }

    /// The one number that a statement selects.
    pub async fn number(&self, select: &str) -> i64 {
        self.rows(select).await[0].try_get_by_index(0).unwrap()
    }

    /// Asks again and again until a statement selects this number.
    pub async fn until(&self, select: &str, number: i64) {
        let asked = async { while self.number(select).await != number {} };
        let answered = tokio::time::timeout(PATIENCE, asked).await;
        assert!(answered.is_ok(), "{select}: not {number} in {PATIENCE:?}");
    }

    /// Closes it.
    pub async fn close(self) {
        self.0.close().await.unwrap();
    }
}
