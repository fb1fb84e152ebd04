//! The record: one row for each act of a county, in a gap-free order, never changed and never deleted.
//!
//! The county comes first in every key, so that the table can be spread by region later, and no number comes from a
//! sequence of the database, which would leave gaps. `body` is the entry as it was written, byte for byte; the columns
//! beside it are there to find it.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides it, and its macro takes no other spelling"
)]

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: &str = "ledger_entry";

/// What the database says to whoever tries to change the record.
const REFUSAL: &str = "ledger entries are never changed or deleted";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(ColumnDef::new("county").char_len(6).not_null())
                    .col(ColumnDef::new("position").big_integer().not_null())
                    .col(ColumnDef::new("subject_kind").string_len(16).not_null())
                    .col(ColumnDef::new("subject").uuid().not_null())
                    .col(ColumnDef::new("seq").integer().not_null())
                    .col(ColumnDef::new("request").uuid().not_null())
                    .col(ColumnDef::new("occurred_on").date().not_null())
                    .col(
                        ColumnDef::new("recorded_at")
                            .timestamp_with_time_zone()
                            .not_null(),
                    )
                    .col(ColumnDef::new("body").text().not_null())
                    .primary_key(Index::create().col("county").col("position"))
                    .index(
                        Index::create()
                            .unique()
                            .name("ledger_entry_request")
                            .col("county")
                            .col("request"),
                    )
                    .index(
                        Index::create()
                            .unique()
                            .name("ledger_entry_seq")
                            .col("county")
                            .col("subject_kind")
                            .col("subject")
                            .col("seq"),
                    )
                    .to_owned(),
            )
            .await?;
        let connection = manager.get_connection();
        for statement in append_only(manager.get_database_backend())? {
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(TABLE).to_owned())
            .await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            let drop_function = format!("DROP FUNCTION {TABLE}_refuse()");
            manager
                .get_connection()
                .execute_unprepared(&drop_function)
                .await?;
        }
        Ok(())
    }
}

/// The triggers by which the database itself refuses to change or delete a row.
fn append_only(backend: DbBackend) -> Result<Vec<String>, DbErr> {
    let on_each_row = |verb: &str, body: &str| {
        let name = verb.to_lowercase();
        format!("CREATE TRIGGER {TABLE}_no_{name} BEFORE {verb} ON {TABLE} FOR EACH ROW {body}")
    };
    match backend {
        DbBackend::Sqlite => {
            let body = format!("BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END");
            Ok(["UPDATE", "DELETE"]
                .map(|verb| on_each_row(verb, &body))
                .into())
        }
        DbBackend::Postgres => {
            let function = format!(
                "CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            );
            let body = format!("EXECUTE FUNCTION {TABLE}_refuse()");
            let truncate =
                format!("CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} {body}");
            let [update, delete] = ["UPDATE", "DELETE"].map(|verb| on_each_row(verb, &body));
            Ok(vec![function, update, delete, truncate])
        }
        other @ (DbBackend::MySql | _) => Err(DbErr::Custom(format!(
            "no migration for {other:?}: use SQLite or PostgreSQL"
        ))),
    }
}
