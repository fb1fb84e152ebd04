//! Further ways in beside a password: keys of devices and of programs, a second factor, and codes for whoever has lost it.
//! Of each secret that is not needed again there is only its digest.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A session that was opened by a key is ended with it, and may do no more than the key: `acts` are mutations with a comma
/// between two, none where everything is let through that the post allows.
const UP: &[&str] = &[
    "CREATE TABLE access_key (
        county     TEXT      NOT NULL,
        id         {uuid}    NOT NULL,
        kind       TEXT      NOT NULL CHECK (kind IN ('DEVICE', 'SERVICE')),
        secret     {bytes}   NOT NULL CHECK (length(secret) = 32),
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        acts       TEXT,
        made_at    {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        used_at    {instant},
        PRIMARY KEY (county, id)
    ) {strict}",
    "CREATE UNIQUE INDEX access_key_secret ON access_key (county, secret)",
    "CREATE INDEX access_key_person ON access_key (county, person)",
    "CREATE TABLE enrolment (
        county     TEXT      NOT NULL,
        code       {bytes}   NOT NULL CHECK (length(code) = 32),
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        expires_at {instant} NOT NULL,
        PRIMARY KEY (county, code)
    ) {strict}",
    // `step` is the last thirty seconds of which a code was taken: none is good twice.
    "CREATE TABLE second_factor (
        county       TEXT      NOT NULL,
        login        TEXT      NOT NULL,
        secret       {bytes}   NOT NULL CHECK (length(secret) >= 20),
        confirmed_at {instant},
        step         {whole}   NOT NULL,
        PRIMARY KEY (county, login)
    ) {strict}",
    "CREATE TABLE recovery_code (
        county TEXT    NOT NULL,
        login  TEXT    NOT NULL,
        code   {bytes} NOT NULL CHECK (length(code) = 32),
        PRIMARY KEY (county, login, code),
        FOREIGN KEY (county, login) REFERENCES second_factor (county, login) ON DELETE CASCADE
    ) {strict}",
    "ALTER TABLE session ADD COLUMN access_key {uuid}",
    "ALTER TABLE session ADD COLUMN acts TEXT",
    "CREATE INDEX session_access_key ON session (county, access_key)",
];

const DOWN: &[&str] = &[
    // Nobody goes on by a key that there is no more.
    "DELETE FROM session WHERE access_key IS NOT NULL",
    "DROP INDEX session_access_key",
    "ALTER TABLE session DROP COLUMN acts",
    "ALTER TABLE session DROP COLUMN access_key",
    "DROP TABLE recovery_code",
    "DROP TABLE second_factor",
    "DROP TABLE enrolment",
    "DROP TABLE access_key",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
