//! A number for each checkpoint of a county, without gaps: that one was taken away shows in those that are left.

use crate::dialect::run;
use crate::guard::Guard;
use crate::m0006_checkpoint as former;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

pub(crate) const GUARD: Guard = Guard {
    is_there: "county = NEW.county AND (size = NEW.size OR number = NEW.number)",
    ..former::GUARD
};

const TABLE: &str = "CREATE TABLE checkpoint (
        county    TEXT      NOT NULL,
        number    {whole}   NOT NULL CHECK (number >= 1),
        size      {whole}   NOT NULL CHECK (size >= 0),
        frontier  {bytes}   NOT NULL,
        note      TEXT      NOT NULL,
        signed_at {instant} NOT NULL,
        PRIMARY KEY (county, size),
        UNIQUE (county, number)
    ) {strict}";

/// A guarded table is not changed: another takes its place.
const SET_ASIDE: &str = "ALTER TABLE checkpoint RENAME TO former_checkpoint";
const DROPPED: &str = "DROP TABLE former_checkpoint";

const NUMBERED: &str = "INSERT INTO checkpoint (county, number, size, frontier, note, signed_at)
    SELECT county, row_number() OVER (PARTITION BY county ORDER BY size), size, frontier, note, signed_at
    FROM former_checkpoint";
const WITHOUT_NUMBER: &str = "INSERT INTO checkpoint (county, size, frontier, note, signed_at)
    SELECT county, size, frontier, note, signed_at FROM former_checkpoint";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &[SET_ASIDE, TABLE, NUMBERED, DROPPED]).await?;
        GUARD.forget(manager).await?;
        GUARD.put(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(
            manager,
            &[SET_ASIDE, former::TABLE, WITHOUT_NUMBER, DROPPED],
        )
        .await?;
        GUARD.forget(manager).await?;
        former::GUARD.put(manager).await
    }
}
