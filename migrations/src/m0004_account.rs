//! Who may sign in, and who has: the secret of each login, and the sessions that are open. Neither is part of the record; the
//! record knows people by their ids.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ACCOUNT: &[&str] = &["CREATE TABLE account (
        county     TEXT      NOT NULL,
        login      TEXT      NOT NULL,
        person     {uuid}    NOT NULL,
        secret     TEXT      NOT NULL,
        changed_at {instant} NOT NULL,
        PRIMARY KEY (county, login)
    ) {strict}"];

/// Sessions, as they are until `m0008_session`.
pub(crate) const SESSION: &[&str] = &[
    // A token is kept as its digest, so that whoever reads the database cannot sign in with it.
    "CREATE TABLE session (
        county          TEXT      NOT NULL,
        token           {bytes}   NOT NULL CHECK (length(token) = 32),
        renewal         {bytes}   NOT NULL CHECK (length(renewal) = 32),
        login           TEXT      NOT NULL,
        person          {uuid}    NOT NULL,
        role            TEXT      NOT NULL,
        unit            {uuid}    NOT NULL,
        expires_at      {instant} NOT NULL,
        renewable_until {instant} NOT NULL,
        PRIMARY KEY (county, token)
    ) {strict}",
    "CREATE UNIQUE INDEX session_renewal ON session (county, renewal)",
    "CREATE INDEX session_login ON session (county, login)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, ACCOUNT).await?;
        run(manager, SESSION).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE session", "DROP TABLE account"]).await
    }
}
