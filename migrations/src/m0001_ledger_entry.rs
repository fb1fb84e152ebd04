//! The record: one row for each act of a county, in a gap-free order, never changed and never deleted; and the one row of
//! each county that whoever writes holds.
//!
//! The county comes first in every key, so that the tables can be spread by region later, and no number comes from a
//! sequence of the database, which would leave gaps. `body` is the entry as it was written, byte for byte; the columns
//! beside it are there to find it.

use crate::dialect::{run, unknown};
use crate::guard::no_replace;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What the database says to whoever tries to change the record.
pub(crate) const REFUSAL: &str = "ledger entries are never changed or deleted";

const TABLES: &[&str] = &[
    "CREATE TABLE ledger_entry (
        county       TEXT      NOT NULL,
        position     {whole}   NOT NULL CHECK (position > 0),
        subject_kind TEXT      NOT NULL,
        subject      {uuid}    NOT NULL,
        seq          {whole}   NOT NULL CHECK (seq > 0),
        request      {uuid}    NOT NULL,
        fingerprint  {bytes}   NOT NULL CHECK (length(fingerprint) = 32),
        event        TEXT      NOT NULL,
        person       {uuid}    NOT NULL,
        role         TEXT      NOT NULL,
        unit         {uuid}    NOT NULL,
        occurred_on  {date}    NOT NULL,
        recorded_at  {instant} NOT NULL,
        body         TEXT      NOT NULL,
        PRIMARY KEY (county, position)
    ) {strict}",
    "CREATE UNIQUE INDEX ledger_entry_request ON ledger_entry (county, request)",
    "CREATE INDEX ledger_entry_papers ON ledger_entry (county, subject_kind, position) \
     WHERE seq = 1 AND subject_kind <> 'HAZARD'",
    "CREATE TABLE ledger_head (
        county      TEXT    NOT NULL PRIMARY KEY,
        position    {whole} NOT NULL CHECK (position >= 0),
        recorded_at {instant},
        numbers     TEXT    NOT NULL,
        counted_on  {date}
    ) {strict}",
];

/// The history of each subject, with all that a list shows of its lines, so that the last lines of many hazards are read
/// from one place each and not from one for each line. SQLite has no columns in a unique index that are not part of it;
/// there the trigger below keeps a line from standing twice in a history.
const HISTORY_IN_SQLITE: &str = "CREATE INDEX ledger_entry_seq ON ledger_entry (county, subject_kind, subject, seq, \
     event, person, role, unit, occurred_on, recorded_at, position)";
const HISTORY_IN_POSTGRES: &str = "CREATE UNIQUE INDEX ledger_entry_seq ON ledger_entry \
     (county, subject_kind, subject, seq) \
     INCLUDE (event, person, role, unit, occurred_on, recorded_at, position)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => run(manager, &[HISTORY_IN_SQLITE]).await?,
            DbBackend::Postgres => run(manager, &[HISTORY_IN_POSTGRES]).await?,
            other @ (DbBackend::MySql | _) => return Err(unknown(other)),
        }
        let connection = manager.get_connection();
        for statement in append_only(manager.get_database_backend())? {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &["DROP TABLE ledger_entry", "DROP TABLE ledger_head"],
        )
        .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["DROP FUNCTION ledger_entry_refuse()"]).await?;
        }
        Ok(())
    }
}

/// What makes a line one that is there already.
pub(crate) const IS_THERE: &[&str] = &[
    "county = NEW.county AND position = NEW.position",
    "county = NEW.county AND request = NEW.request",
    "county = NEW.county AND subject_kind = NEW.subject_kind AND subject = NEW.subject AND seq = NEW.seq",
];

/// The trigger by which the database itself refuses to change a row.
pub(crate) fn no_update(backend: DbBackend) -> Result<String, DbErr> {
    let triggers = append_only(backend)?;
    let mut own = triggers.into_iter();
    own.find(|trigger| trigger.contains("ledger_entry_no_update"))
        .ok_or_else(|| unknown(backend))
}

/// The triggers by which the database itself refuses to change or delete a row.
fn append_only(backend: DbBackend) -> Result<Vec<String>, DbErr> {
    let on_each_row = |verb: &str, body: &str| {
        let name = verb.to_lowercase();
        format!(
            "CREATE TRIGGER ledger_entry_no_{name} BEFORE {verb} ON ledger_entry FOR EACH ROW {body}"
        )
    };
    match backend {
        DbBackend::Sqlite => {
            let body = format!("BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END");
            let [update, delete] = ["UPDATE", "DELETE"].map(|verb| on_each_row(verb, &body));
            // INSERT OR REPLACE deletes without firing the trigger for it; a row that is there stays.
            let replace = no_replace("ledger_entry_no_replace", "ledger_entry", REFUSAL, IS_THERE);
            Ok(vec![update, delete, replace])
        }
        DbBackend::Postgres => {
            let function = format!(
                "CREATE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            );
            let body = "EXECUTE FUNCTION ledger_entry_refuse()";
            let truncate = format!(
                "CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry {body}"
            );
            let [update, delete] = ["UPDATE", "DELETE"].map(|verb| on_each_row(verb, body));
            Ok(vec![function, update, delete, truncate])
        }
        other @ (DbBackend::MySql | _) => Err(unknown(other)),
    }
}
