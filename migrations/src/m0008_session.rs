//! Sessions that can be listed and ended one by one, and renewal tokens that are remembered once they are spent, so that a
//! stolen one is found out. No part of the record: whoever is signed in when this change comes signs in anew.

use crate::dialect::run;
use crate::m0004_account::SESSION;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `former` is the renewal token whose answer gave the present ones, and `used` whether anybody has come with them: while
/// nobody has, that answer may have been lost on its way, and the former token may be sent again.
const SESSIONS: &[&str] = &[
    "DROP TABLE session",
    "CREATE TABLE session (
        county          TEXT      NOT NULL,
        id              {uuid}    NOT NULL,
        token           {bytes}   NOT NULL CHECK (length(token) = 32),
        renewal         {bytes}   NOT NULL CHECK (length(renewal) = 32),
        former          {bytes}            CHECK (length(former) = 32),
        used            {flag}    NOT NULL,
        login           TEXT      NOT NULL,
        person          {uuid}    NOT NULL,
        role            TEXT      NOT NULL,
        unit            {uuid}    NOT NULL,
        device          TEXT,
        opened_at       {instant} NOT NULL,
        renewed_at      {instant} NOT NULL,
        expires_at      {instant} NOT NULL,
        renewable_until {instant} NOT NULL,
        PRIMARY KEY (county, id)
    ) {strict}",
    "CREATE UNIQUE INDEX session_token ON session (county, token)",
    "CREATE UNIQUE INDEX session_renewal ON session (county, renewal)",
    "CREATE INDEX session_login ON session (county, login)",
    "CREATE INDEX session_person ON session (county, person)",
    "CREATE TABLE spent_renewal (
        county  TEXT    NOT NULL,
        renewal {bytes} NOT NULL CHECK (length(renewal) = 32),
        session {uuid}  NOT NULL,
        PRIMARY KEY (county, renewal),
        FOREIGN KEY (county, session) REFERENCES session (county, id) ON DELETE CASCADE
    ) {strict}",
    "CREATE INDEX spent_renewal_session ON spent_renewal (county, session)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, SESSIONS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE spent_renewal", "DROP TABLE session"]).await?;
        run(manager, SESSION).await
    }
}
