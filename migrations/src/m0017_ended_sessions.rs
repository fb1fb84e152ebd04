//! A session that ended because its renewal was stolen is remembered for as long as it could have been renewed, so that its
//! owner is told why it ended. What was refused is found by a login too, for whoever was meant by it. Of tokens that the
//! identity provider has issued it is kept until when they are over for somebody.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `ended_token`: of the tokens of the provider for this person those are over that were issued up to then, but the one of this
/// digest, with which he ended the others.
const UP: &[&str] = &[
    "ALTER TABLE session ADD COLUMN stolen_at {instant}",
    "CREATE INDEX refused_attempt_login ON refused_attempt (county, login, id)",
    "CREATE TABLE ended_token (
        county TEXT      NOT NULL,
        person {uuid}    NOT NULL,
        at     {instant} NOT NULL,
        but    {bytes}            CHECK (length(but) = 32),
        PRIMARY KEY (county, person)
    ) {without_rowid}",
];

const DOWN: &[&str] = &[
    "DROP TABLE ended_token",
    "DROP INDEX refused_attempt_login",
    // What goes back would take such a session for one that is open.
    "DELETE FROM session WHERE stolen_at IS NOT NULL",
    "ALTER TABLE session DROP COLUMN stolen_at",
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
