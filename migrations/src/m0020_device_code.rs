//! The code for which a device gets its key is recorded: the record tells it from others by its id, and has a commitment to it, which
//! is made with a salt. Codes that are out are good for ten minutes, and go.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "DROP TABLE enrolment",
    "CREATE TABLE enrolment (
        county     TEXT      NOT NULL,
        id         {uuid}    NOT NULL,
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        expires_at {instant} NOT NULL,
        code       {bytes}   NOT NULL CHECK (length(code) = 32),
        salt       {bytes}   NOT NULL CHECK (length(salt) = 16),
        PRIMARY KEY (county, id)
    ) {strict}",
    "CREATE UNIQUE INDEX enrolment_code ON enrolment (county, code)",
];

const DOWN: &[&str] = &[
    "DROP TABLE enrolment",
    "CREATE TABLE enrolment (
        county     TEXT      NOT NULL,
        code       {bytes}   NOT NULL CHECK (length(code) = 32),
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        expires_at {instant} NOT NULL,
        PRIMARY KEY (county, code)
    ) {strict}",
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
