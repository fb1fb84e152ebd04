//! What stands around the record and is not made from it: the data of each county, which files the server holds, how far each reader of the outbox
//! has come, and a row to try a write on.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &[
    "CREATE TABLE county (
        code TEXT NOT NULL PRIMARY KEY,
        data TEXT NOT NULL
    ) {strict}",
    "CREATE TABLE evidence (
        county      TEXT      NOT NULL,
        digest      {bytes}   NOT NULL CHECK (length(digest) = 32),
        received_at {instant} NOT NULL,
        PRIMARY KEY (county, digest)
    ) {without_rowid}",
    "CREATE TABLE outbox (
        county   TEXT    NOT NULL,
        consumer TEXT    NOT NULL,
        position {whole} NOT NULL CHECK (position >= 0),
        PRIMARY KEY (county, consumer)
    ) {strict}",
    "CREATE TABLE probe (
        id     {whole} NOT NULL PRIMARY KEY,
        probes {whole} NOT NULL
    ) {strict}",
    "INSERT INTO probe (id, probes) VALUES (1, 0)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[
                "DROP TABLE county",
                "DROP TABLE evidence",
                "DROP TABLE outbox",
                "DROP TABLE probe",
            ],
        )
        .await
    }
}
