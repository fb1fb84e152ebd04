//! The guards of PostgreSQL look at the tables of the program, and at no temporary one of the same name: whoever serves could have made one that
//! says what a guard asks for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        each_guard(manager, "SET search_path = %1$I, pg_temp").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        each_guard(manager, "RESET search_path").await
    }
}

/// The tables that have one.
const GUARDED: [&str; 4] = [
    "ledger_entry",
    "checkpoint",
    "personal_value",
    "refused_attempt",
];

/// Changes each function that refuses; `%1$I` is the schema. SQLite has none, and no other schema comes before its own.
async fn each_guard(manager: &SchemaManager<'_>, change: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let connection = manager.get_connection();
    for table in GUARDED {
        let statement = format!(
            "DO $$ BEGIN EXECUTE format('ALTER FUNCTION %1$I.{table}_refuse() {change}', current_schema()); END $$"
        );
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}
