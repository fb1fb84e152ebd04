//! A session that ended because its renewal was stolen is remembered for as long as it could have been renewed, so that its
//! owner is told why it ended. What was refused is found by a login too, for whoever was meant by it.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE session ADD COLUMN stolen_at {instant}",
    "CREATE INDEX refused_attempt_login ON refused_attempt (county, login, id)",
];

const DOWN: &[&str] = &[
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
