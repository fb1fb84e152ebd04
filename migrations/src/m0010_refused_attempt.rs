//! What somebody tried and was refused: who, from where, what and why. It is no part of the record, but is kept like one: nothing
//! in it is changed, and nothing goes before its time.

use crate::dialect::run;
use crate::guard::{Guard, MayGo};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// 《中华人民共和国网络安全法》第二十一条 asks that logs be kept for six months at least, which no six months outlast.
pub(crate) const GUARD: Guard = Guard {
    table: "refused_attempt",
    refusal: "what was refused is kept as it was, for six months at least",
    is_there: "county = NEW.county AND id = NEW.id",
    unless: None,
    may_go: Some(MayGo {
        in_sqlite: "OLD.at < date('now', '-184 days')",
        in_postgres: "OLD.at < now() - interval '184 days'",
    }),
};

/// The same that was tried again and again within moments is one row: `times`, from `since` to `at`.
const TABLE: &[&str] = &[
    "CREATE TABLE refused_attempt (
        county  TEXT      NOT NULL,
        id      {uuid}    NOT NULL,
        since   {instant} NOT NULL,
        at      {instant} NOT NULL,
        times   {whole}   NOT NULL CHECK (times >= 1),
        person  {uuid},
        role    TEXT,
        unit    {uuid},
        login   TEXT,
        address TEXT,
        tried   TEXT      NOT NULL,
        subject TEXT,
        codes   TEXT      NOT NULL CHECK (length(codes) > 0),
        request TEXT      NOT NULL,
        PRIMARY KEY (county, id)
    ) {strict}",
    "CREATE INDEX refused_attempt_at ON refused_attempt (county, at)",
    "CREATE INDEX refused_attempt_person ON refused_attempt (county, person, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite too a change is made whole or not at all.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLE).await?;
        GUARD.put(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE refused_attempt"]).await?;
        GUARD.forget(manager).await
    }
}
