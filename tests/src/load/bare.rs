//! The same operations in bare SQL on the same tables: prepared statements straight on the driver and its own pool, without
//! a rule, a number or a counter. It is the measure of what the database itself could do.
//!
//! What is written stands in a county of its own, which nobody reads.

use super::district::{COMMITTEES, committee};
use super::ours::{EVENTS, PAGE};
use super::stock::{Life, id, last_day};
use chrono::{DateTime, Utc};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sea_orm::sqlx::{Row, query, query_scalar};
use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;
use xiaohao_store::Location;

/// The most connections.
const CONNECTIONS: u32 = 16;

/// Acts in one commit where several share it.
pub const TOGETHER: usize = 64;

/// The overdue hazards of a committee, newest first, along the index that holds them; SQLite is told so, as it counts
/// nothing by itself.
macro_rules! overdue {
    ($columns:literal, $index:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM hazard ",
            $index,
            " WHERE county = '431123' AND committee = $1 AND closed_on IS NULL AND running_due_on < $2 \
             ORDER BY opened DESC LIMIT $3"
        )
    };
}

macro_rules! events {
    ($index:literal) => {
        concat!(
            "SELECT e.subject, e.seq, e.event, e.person, e.role, e.unit, e.occurred_on, e.recorded_at FROM (",
            overdue!("county, id, version, opened", $index),
            ") p JOIN ledger_entry e ON e.county = p.county AND e.subject_kind = 'HAZARD' AND e.subject = p.id \
                 AND e.seq > p.version - $4"
        )
    };
}

const COUNTERS: &str = "SELECT * FROM tally WHERE county = '431123'";

const GROUPED: &str = "SELECT committee, township, status, count(*), \
         sum(CASE WHEN running_due_on < $1 THEN 1 ELSE 0 END) \
     FROM hazard WHERE county = '431123' GROUP BY committee, township, status";

const HAZARD: &str = "SELECT * FROM hazard WHERE county = '431123' AND id = $1";

const HISTORY: &str = "SELECT position, subject_kind, subject, seq, request, body FROM ledger_entry \
     WHERE county = '431123' AND subject_kind = 'HAZARD' AND subject = $1 ORDER BY seq";

const BODY: &str = "SELECT body FROM ledger_entry WHERE county = '431123' LIMIT 1";

/// An entry: $1 place, $2 hazard, $3 number of the act, $4 request, $5 day, $6 instant, $7 fingerprint, $8 body. The other two
/// statements of an act take their part of the same values.
macro_rules! entry {
    () => {
        "INSERT INTO ledger_entry (county, position, subject_kind, subject, seq, request, fingerprint, event, person, \
             role, unit, occurred_on, recorded_at, body, salt, leaf) \
         VALUES ('bare', $1, 'HAZARD', $2, $3, $4, $7, 'HazardReported', $2, 'INSPECTOR', $2, $5, $6, $8, substr($7, 1, 16), $7)"
    };
}

macro_rules! row {
    () => {
        "INSERT INTO hazard (county, id, opened, version, status, clue, number, township, source, reported_on, found_on, \
             due_order, suspended, title, place) \
         VALUES ('bare', $2, $1, 1, 'REPORTED', $1, 9223372036854775807, '431123100', 'INSPECTION', $5, $5, \
             2147483647, FALSE, '砂光机除尘风管未设置火花探测消除装置', '砂光车间除尘系统')"
    };
}

/// The county stands in a SELECT, because the statistics of the server do not know yet that there is anything in it.
macro_rules! change {
    () => {
        "UPDATE hazard SET version = $3, status = 'LISTED', listed_on = $5 \
         WHERE county = (SELECT 'bare') AND id = $2 AND version + 1 = $3"
    };
}

/// What one act writes.
#[derive(Clone)]
struct Act {
    place: i64,
    hazard: Uuid,
    number: i64,
    request: Uuid,
    body: String,
}

macro_rules! query_of {
    ($sql:expr, $act:expr, $at:expr) => {
        query($sql)
            .bind($act.place)
            .bind($act.hazard)
            .bind($act.number)
            .bind($act.request)
            .bind(last_day())
            .bind($at)
            .bind(vec![7_u8; 32])
            .bind($act.body.clone())
    };
}

/// The connections.
enum Pools {
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

/// The driver at work on a filled database.
pub struct Bare {
    pools: Pools,
    hazards: u32,
    body: String,
    at: DateTime<Utc>,
    places: AtomicI64,
    /// Hazards of its own that can go on, each with the number of its acts.
    going_on: Mutex<VecDeque<(Uuid, i64)>>,
}

/// Reads all rows of a statement, and looks at every column of each.
macro_rules! read {
    ($self:ident, $sql:expr $(, $value:expr)*) => {
        match &$self.pools {
            Pools::Sqlite { readers, .. } => touch!(query($sql)$(.bind($value))*.fetch_all(readers)),
            Pools::Postgres(pool) => touch!(query($sql)$(.bind($value))*.fetch_all(pool)),
        }
    };
}

macro_rules! touch {
    ($rows:expr) => {{
        let rows = $rows.await.unwrap();
        for row in &rows {
            for column in 0..row.len() {
                black_box(row.try_get_raw(column).unwrap());
            }
        }
        rows.len()
    }};
}

impl Bare {
    /// Takes up work.
    pub async fn new(location: &Location, hazards: u32) -> Self {
        let pools = match location {
            Location::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("cache_size", "-16000");
                let pool = |most| {
                    let pool = SqlitePoolOptions::new().max_connections(most);
                    pool.test_before_acquire(false)
                };
                Pools::Sqlite {
                    readers: pool(CONNECTIONS)
                        .connect_with(options.clone())
                        .await
                        .unwrap(),
                    writer: pool(1).connect_with(options).await.unwrap(),
                }
            }
            Location::Url(url) => {
                let options: PgConnectOptions = url.parse().unwrap();
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
                Pools::Postgres(
                    pool.test_before_acquire(false)
                        .connect_with(options)
                        .await
                        .unwrap(),
                )
            }
        };
        let body = match &pools {
            Pools::Sqlite { readers, .. } => query_scalar(BODY).fetch_one(readers).await,
            Pools::Postgres(pool) => query_scalar(BODY).fetch_one(pool).await,
        };
        Self {
            pools,
            hazards,
            body: body.unwrap(),
            at: crate::case::forenoon(last_day()),
            places: AtomicI64::new(1),
            going_on: Mutex::default(),
        }
    }

    /// What it writes of an act: as much as the ledger wrote of one.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The page, and the events of what is on it.
    pub async fn page(&self) -> u64 {
        let committee = committee(fastrand::u32(0..COMMITTEES)).as_uuid();
        let (size, events) = (i64::from(PAGE), i64::from(EVENTS));
        let (page, last) = match &self.pools {
            Pools::Sqlite { .. } => (
                overdue!("*", "INDEXED BY hazard_unclosed_of_committee"),
                events!("INDEXED BY hazard_unclosed_of_committee"),
            ),
            Pools::Postgres(_) => (overdue!("*", ""), events!("")),
        };
        let rows = read!(self, page, committee, last_day(), size + 1);
        let lines = read!(self, last, committee, last_day(), size, events);
        assert!(rows > 0 && lines >= rows - 1);
        1
    }

    /// The counters.
    pub async fn counters(&self) -> u64 {
        assert!(read!(self, COUNTERS) > 0);
        1
    }

    /// The same by looking at every hazard.
    pub async fn grouped(&self) -> u64 {
        assert!(read!(self, GROUPED, last_day()) > 0);
        1
    }

    /// A hazard and its history.
    pub async fn history(&self) -> u64 {
        let id = Life::any(self.hazards).id().as_uuid();
        let rows = read!(self, HAZARD, id);
        let lines = read!(self, HISTORY, id);
        assert!(rows == 1 && lines > 0);
        1
    }

    /// Inserts so many hazards, each with an entry, in one commit.
    pub async fn insert(&self, together: usize) -> u64 {
        let acts: Vec<Act> = (0..together).map(|_| self.act(None)).collect();
        match &self.pools {
            Pools::Sqlite { writer, .. } => self.sqlite(writer, &acts, row!()).await,
            Pools::Postgres(pool) => {
                let both = concat!("WITH entry AS (", entry!(), ") ", row!());
                self.postgres(pool, &acts, both).await;
            }
        }
        self.go_on(acts)
    }

    /// Updates so many hazards, each naming its version, with an entry each, in one commit.
    pub async fn update(&self, together: usize) -> u64 {
        let acts: Vec<Act> = {
            let mut going_on = self.going_on.lock().unwrap();
            let seen = (0..together).map_while(|_| going_on.pop_front());
            seen.map(|seen| self.act(Some(seen))).collect()
        };
        match &self.pools {
            Pools::Sqlite { writer, .. } => self.sqlite(writer, &acts, change!()).await,
            Pools::Postgres(pool) => {
                let both = concat!("WITH entry AS (", entry!(), ") ", change!());
                self.postgres(pool, &acts, both).await;
            }
        }
        self.go_on(acts)
    }

    /// The first act on a hazard, or the one after those that it has seen.
    fn act(&self, seen: Option<(Uuid, i64)>) -> Act {
        let place = self.places.fetch_add(1, Ordering::Relaxed);
        let new = |of| id(of, place.unsigned_abs(), self.at);
        let (hazard, number) = seen.unwrap_or_else(|| (new("hazard"), 0));
        Act {
            place,
            hazard,
            number: number + 1,
            request: new("request"),
            body: self.body.clone(),
        }
    }

    fn go_on(&self, acts: Vec<Act>) -> u64 {
        let done = u64::try_from(acts.len()).unwrap();
        let seen = acts.into_iter().map(|act| (act.hazard, act.number));
        self.going_on.lock().unwrap().extend(seen);
        done
    }

    async fn sqlite(&self, writer: &SqlitePool, acts: &[Act], second: &'static str) {
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let connection: &mut SqliteConnection = &mut transaction;
        for act in acts {
            for sql in [entry!(), second] {
                let written = query_of!(sql, act, self.at).execute(&mut *connection).await;
                assert_eq!(written.unwrap().rows_affected(), 1);
            }
        }
        transaction.commit().await.unwrap();
    }

    /// One statement for an act; a single one commits by itself.
    async fn postgres(&self, pool: &PgPool, acts: &[Act], both: &'static str) {
        if let [act] = acts {
            let written = query_of!(both, act, self.at).execute(pool).await;
            assert_eq!(written.unwrap().rows_affected(), 1);
            return;
        }
        let mut transaction = pool.begin().await.unwrap();
        for act in acts {
            let written = query_of!(both, act, self.at)
                .execute(&mut *transaction)
                .await;
            assert_eq!(written.unwrap().rows_affected(), 1);
        }
        transaction.commit().await.unwrap();
    }
}
