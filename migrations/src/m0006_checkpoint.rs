//! What a county has signed of its log: never changed and never deleted, as the record is not. The secret key lies outside of
//! the database.

use crate::dialect::{run, unknown};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const REFUSAL: &str = "checkpoints are never changed or deleted";

/// `frontier` is that of the log when it was signed, so that the next checkpoint need only look at what came after.
const TABLE: &str = "CREATE TABLE checkpoint (
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
        let connection = manager.get_connection();
        for statement in append_only(manager.get_database_backend())? {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE checkpoint"]).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, &["DROP FUNCTION checkpoint_refuse()"]).await?;
        }
        Ok(())
    }
}

/// The triggers by which the database itself refuses to change or delete a row.
fn append_only(backend: DbBackend) -> Result<Vec<String>, DbErr> {
    let trigger = |verb: &str, when: &str, body: &str| {
        let name = verb.to_lowercase();
        format!("CREATE TRIGGER checkpoint_no_{name} BEFORE {verb} ON checkpoint {when} {body}")
    };
    match backend {
        DbBackend::Sqlite => {
            let body = format!("BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END");
            // INSERT OR REPLACE deletes without firing the trigger for it; a row that is there stays.
            let there = "WHEN EXISTS (SELECT 1 FROM checkpoint WHERE county = NEW.county AND size = NEW.size)";
            Ok(vec![
                trigger("UPDATE", "FOR EACH ROW", &body),
                trigger("DELETE", "FOR EACH ROW", &body),
                trigger("INSERT", there, &body),
            ])
        }
        DbBackend::Postgres => {
            let function = format!(
                "CREATE FUNCTION checkpoint_refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            );
            let body = "EXECUTE FUNCTION checkpoint_refuse()";
            Ok(vec![
                function,
                trigger("UPDATE", "FOR EACH ROW", body),
                trigger("DELETE", "FOR EACH ROW", body),
                trigger("TRUNCATE", "", body),
            ])
        }
        other @ (DbBackend::MySql | _) => Err(unknown(other)),
    }
}
