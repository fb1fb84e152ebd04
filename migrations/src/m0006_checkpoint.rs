//! What a county has signed of its log: never changed and never deleted, as the record is not. The secret key lies outside of
//! the database.

use crate::dialect::run;
use crate::guard::Guard;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) const GUARD: Guard = Guard {
    table: "checkpoint",
    refusal: "checkpoints are never changed or deleted",
    is_there: "county = NEW.county AND size = NEW.size",
    unless: None,
    may_go: None,
};

/// `frontier` is that of the log when it was signed, so that the next checkpoint need only look at what came after.
pub(crate) const TABLE: &str = "CREATE TABLE checkpoint (
        county    TEXT      NOT NULL,
        size      {whole}   NOT NULL CHECK (size >= 0),
        frontier  {bytes}   NOT NULL,
        note      TEXT      NOT NULL,
        signed_at {instant} NOT NULL,
        PRIMARY KEY (county, size)
    ) {strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[TABLE]).await?;
        GUARD.put(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE checkpoint"]).await?;
        GUARD.forget(manager).await
    }
}
