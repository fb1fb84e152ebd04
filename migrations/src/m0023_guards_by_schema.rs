//! The guards of PostgreSQL look at the tables of the program, and at no temporary one of the same name: whoever serves could have made one that
//! says what a guard asks for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        each_guard(manager, "SET search_path = %2$I, pg_temp").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        each_guard(manager, "RESET search_path").await
    }
}

/// Changes every function that refuses; `%2$I` is the schema. SQLite has none, and no other schema comes before its own.
async fn each_guard(manager: &SchemaManager<'_>, change: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let statement = format!(
        "DO $$ DECLARE guard regprocedure; BEGIN \
         FOR guard IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE n.nspname = current_schema() AND p.proname LIKE '%\\_refuse' LOOP \
         EXECUTE format('ALTER FUNCTION %1$s {change}', guard, current_schema()); END LOOP; END $$"
    );
    let connection = manager.get_connection();
    connection.execute_unprepared(&statement).await.map(drop)
}
