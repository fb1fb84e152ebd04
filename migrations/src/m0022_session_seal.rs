//! What binds a session to the program: by it whoever reads it knows that nobody has written it, or changed it, by hand.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let seal = "ALTER TABLE session ADD COLUMN seal {bytes} CHECK (length(seal) = 32)";
        run(manager, &[seal]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["ALTER TABLE session DROP COLUMN seal"]).await
    }
}
