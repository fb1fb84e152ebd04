//! Personal data beside the record: each piece with the salt by which the body of its line is bound to it, until both are
//! erased.
//!
//! A row is never deleted, and is changed once at most: when a line of the ledger orders its erasure, value and salt are
//! taken away and the place of that line is noted. The database itself refuses every other change.
//!
//! Lines from before were hashed with personal data in their bodies, and stay as they are: to take it out would contradict
//! every head of their log that somebody has kept. They have no rows here.

use crate::dialect::run;
use crate::guard::Guard;
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::Statement;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const GUARD: Guard = Guard {
    table: "personal_value",
    refusal: "personal data is only ever erased, by a line of the ledger that orders it",
    is_there: "county = NEW.county AND position = NEW.position AND number = NEW.number",
    unless: Some(IS_ERASURE),
    may_go: None,
};

/// What a change must be to be an erasure.
const IS_ERASURE: &str = "NEW.county = OLD.county AND NEW.position = OLD.position AND NEW.number = OLD.number \
     AND OLD.value IS NOT NULL AND NEW.value IS NULL AND NEW.salt IS NULL AND NEW.erased_by > OLD.position \
     AND EXISTS (SELECT 1 FROM ledger_entry WHERE county = NEW.county AND position = NEW.erased_by \
     AND subject_kind = 'LEDGER' AND event = 'PersonalDataErased')";

/// `number` counts the pieces of a line in the order in which they stand in its body, from 1.
const TABLE: &str = "CREATE TABLE personal_value (
        county    TEXT    NOT NULL,
        position  {whole} NOT NULL CHECK (position > 0),
        number    {whole} NOT NULL CHECK (number > 0),
        value     TEXT,
        salt      {bytes} CHECK (length(salt) = 16),
        erased_by {whole},
        PRIMARY KEY (county, position, number),
        CHECK ((value IS NULL) = (salt IS NULL)),
        CHECK ((value IS NULL) = (erased_by IS NOT NULL))
    ) {without_rowid}";

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

    /// Nothing that is recorded is thrown away.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        refuse_values(manager).await?;
        run(manager, &["DROP TABLE personal_value"]).await?;
        GUARD.forget(manager).await
    }
}

/// Stops where a county has personal data that only this schema has a place for.
async fn refuse_values(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let first = "SELECT min(county) FROM personal_value";
    let first = Statement::from_string(manager.get_database_backend(), first);
    let row = manager.get_connection().query_one_raw(first).await?;
    let county = match row {
        Some(row) => row.try_get_by_index::<Option<String>>(0)?,
        None => None,
    };
    county.map_or(Ok(()), |county| {
        Err(DbErr::Custom(format!(
            "the ledger of county {county} has its personal data beside the entries, where an older version would not look \
             for it; keep this version"
        )))
    })
}
