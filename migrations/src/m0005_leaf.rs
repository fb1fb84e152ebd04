//! The log of a county: beside each entry its salt and the hash of its leaf, in the county's row the frontier of the tree.
//!
//! An entry that is there already gets its salt from the chance of the database, and its leaf from what is stored of it. The
//! one guard that forbids this is taken away for it and put back within the same transaction. SQLite adds no column without
//! a value for the rows that are there, so salt and leaf have one in its schema; nothing is ever written by it, and
//! `xiaohao ledger verify` would find it.

use crate::dialect::{run, unknown};
use crate::m0001_ledger_entry::no_update;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};
use sea_orm_migration::prelude::{
    DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, async_trait,
};
use uuid::Uuid;
use xiaohao_log::{Envelope, Frontier, Hash, Salt};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The frontier of a tree without leaves, as a literal of either engine.
const NO_LEAVES: &str = "010000000000000000";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let (literal, on_table) = match backend {
            DbBackend::Sqlite => ("x'", ""),
            DbBackend::Postgres => ("'\\x", " ON ledger_entry"),
            other @ (DbBackend::MySql | _) => return Err(unknown(other)),
        };
        let bytes = |digits: &str| format!("{literal}{digits}'");
        let column = |name: &str, length: usize| {
            let zeros = bytes(&"00".repeat(length));
            format!(
                "ALTER TABLE ledger_entry ADD COLUMN {name} {{bytes}} NOT NULL DEFAULT {zeros} \
                 CHECK (length({name}) = {length})"
            )
        };
        let frontier = format!(
            "ALTER TABLE ledger_head ADD COLUMN frontier {{bytes}} NOT NULL DEFAULT {}",
            bytes(NO_LEAVES)
        );
        let columns = [
            column("salt", Salt::LENGTH),
            column("leaf", Hash::LENGTH),
            frontier,
        ];
        let unguarded = format!("DROP TRIGGER ledger_entry_no_update{on_table}");
        for statement in columns.iter().chain([&unguarded]) {
            run(manager, &[statement]).await?;
        }
        for county in counties(manager).await? {
            seal(manager, &county).await?;
        }
        run(manager, &[&no_update(backend)?]).await?;
        match backend {
            DbBackend::Postgres => {
                run(
                    manager,
                    &[
                        "ALTER TABLE ledger_entry ALTER COLUMN salt DROP DEFAULT",
                        "ALTER TABLE ledger_entry ALTER COLUMN leaf DROP DEFAULT",
                    ],
                )
                .await
            }
            DbBackend::Sqlite => Ok(()),
            other @ (DbBackend::MySql | _) => Err(unknown(other)),
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "ALTER TABLE ledger_entry DROP COLUMN salt",
                "ALTER TABLE ledger_entry DROP COLUMN leaf",
                "ALTER TABLE ledger_head DROP COLUMN frontier",
            ],
        )
        .await
    }
}

async fn rows(
    manager: &SchemaManager<'_>,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbErr> {
    let backend = manager.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, numbered(backend, sql), values);
    manager.get_connection().query_all_raw(statement).await
}

/// The statement with its `?` as this engine writes them.
fn numbered(backend: DbBackend, sql: &str) -> String {
    if backend != DbBackend::Postgres {
        return sql.to_owned();
    }
    let mut parts = sql.split('?');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for (number, part) in (1_u32..).zip(parts) {
        whole.extend(["$", &number.to_string(), part]);
    }
    whole
}

async fn counties(manager: &SchemaManager<'_>) -> Result<Vec<String>, DbErr> {
    let all = "SELECT DISTINCT county FROM ledger_entry ORDER BY county";
    let rows = rows(manager, all, Vec::new()).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// How many entries are read and written at once.
const TOGETHER: usize = 1000;

/// Makes the salts, the leaves and the frontier of a county's ledger.
async fn seal(manager: &SchemaManager<'_>, county: &str) -> Result<(), DbErr> {
    let mut frontier = Frontier::default();
    loop {
        let done = i64::try_from(frontier.size()).unwrap_or(i64::MAX);
        let entries = entries(manager, county, done).await?;
        if entries.is_empty() {
            break;
        }
        let mut sealed = vec![Value::from(county)];
        for entry in &entries {
            let expected = frontier.size().saturating_add(1);
            let leaf = entry.leaf(county, expected)?;
            frontier
                .append(leaf)
                .map_err(|full| DbErr::Custom(full.to_string()))?;
            sealed.extend([
                entry.position.into(),
                entry.salt.as_bytes().to_vec().into(),
                leaf.as_bytes().to_vec().into(),
            ]);
        }
        let sql = format!(
            "WITH sealed (position, salt, leaf) AS (VALUES {}) \
             UPDATE ledger_entry SET salt = sealed.salt, leaf = sealed.leaf FROM sealed \
             WHERE ledger_entry.county = ? AND ledger_entry.position = sealed.position",
            vec!["(?, ?, ?)"; entries.len()].join(", ")
        );
        // The county is asked for last.
        sealed.rotate_left(1);
        rows(manager, &sql, sealed).await?;
    }
    let sql = "UPDATE ledger_head SET frontier = ? WHERE county = ?";
    let values = vec![frontier.to_bytes().into(), county.into()];
    rows(manager, sql, values).await.map(drop)
}

/// What is stored of an entry, with a salt for it.
struct Stored {
    position: i64,
    kind: String,
    subject: Uuid,
    seq: i64,
    request: Uuid,
    fingerprint: Vec<u8>,
    occurred_on: NaiveDate,
    recorded_at: DateTime<Utc>,
    body: String,
    salt: Salt,
}

async fn entries(
    manager: &SchemaManager<'_>,
    county: &str,
    after: i64,
) -> Result<Vec<Stored>, DbErr> {
    let salt = match manager.get_database_backend() {
        DbBackend::Sqlite => "randomblob(16)",
        DbBackend::Postgres => {
            "substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16)"
        }
        other @ (DbBackend::MySql | _) => return Err(unknown(other)),
    };
    let sql = format!(
        "SELECT position, subject_kind, subject, seq, request, fingerprint, occurred_on, recorded_at, \
         body, {salt} FROM ledger_entry WHERE county = ? AND position > ? ORDER BY position LIMIT {TOGETHER}"
    );
    let rows = rows(manager, &sql, vec![county.into(), after.into()]).await?;
    rows.iter().map(Stored::read).collect()
}

impl Stored {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        let salt: Vec<u8> = row.try_get_by_index(9)?;
        let salt = salt.try_into().map(Salt::new);
        Ok(Self {
            position: row.try_get_by_index(0)?,
            kind: row.try_get_by_index(1)?,
            subject: row.try_get_by_index(2)?,
            seq: row.try_get_by_index(3)?,
            request: row.try_get_by_index(4)?,
            fingerprint: row.try_get_by_index(5)?,
            occurred_on: row.try_get_by_index(6)?,
            recorded_at: row.try_get_by_index(7)?,
            body: row.try_get_by_index(8)?,
            salt: salt.map_err(|_| DbErr::Custom("a salt is not 16 bytes long".to_owned()))?,
        })
    }

    fn leaf(&self, county: &str, expected: u64) -> Result<Hash, DbErr> {
        let damaged = |what: &str| {
            DbErr::Custom(format!(
                "line {expected} of county {county} {what}; restore the ledger from a backup, then migrate it"
            ))
        };
        let position = u64::try_from(self.position).ok();
        let position = position.filter(|position| *position == expected);
        let fingerprint = self.fingerprint.as_slice().try_into();
        let fingerprint = fingerprint.map_err(|_| damaged("has no fingerprint"))?;
        let envelope = Envelope {
            county,
            position: position.ok_or_else(|| damaged("is missing"))?,
            kind: &self.kind,
            subject: self.subject,
            seq: u64::try_from(self.seq).map_err(|_| damaged("has no place in its history"))?,
            request: self.request,
            occurred_on: self.occurred_on,
            recorded_at: self.recorded_at,
            content: self.salt.commit(fingerprint, &self.body),
        };
        Ok(envelope.leaf())
    }
}
