//! Keys of links: each lets one person handle one hazard, until a day. The session that it opens knows which.

use crate::dialect::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// SQLite has no word for another condition on a column that is there, so the table is made anew on both. The name of the new
/// one is another than that of [`DOWN`]: on PostgreSQL it lives on in that of the key.
const UP: &[&str] = &[
    "CREATE TABLE access_key_with_links (
        county     TEXT      NOT NULL,
        id         {uuid}    NOT NULL,
        kind       TEXT      NOT NULL CHECK (kind IN ('DEVICE', 'SERVICE', 'LINK')),
        secret     {bytes}   NOT NULL CHECK (length(secret) = 32),
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        acts       TEXT,
        made_at    {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        used_at    {instant},
        hazard     {uuid},
        link       {uuid},
        PRIMARY KEY (county, id),
        CHECK ((kind = 'LINK') = (hazard IS NOT NULL)),
        CHECK ((hazard IS NULL) = (link IS NULL))
    ) {strict}",
    "INSERT INTO access_key_with_links (county, id, kind, secret, person, name, acts, made_at, expires_at, used_at)
     SELECT county, id, kind, secret, person, name, acts, made_at, expires_at, used_at FROM access_key",
    "DROP TABLE access_key",
    "ALTER TABLE access_key_with_links RENAME TO access_key",
    "CREATE UNIQUE INDEX access_key_secret ON access_key (county, secret)",
    "CREATE INDEX access_key_person ON access_key (county, person)",
    "CREATE UNIQUE INDEX access_key_link ON access_key (county, hazard, link)",
    "ALTER TABLE session ADD COLUMN hazard {uuid}",
    "ALTER TABLE session ADD COLUMN link {uuid}",
];

const DOWN: &[&str] = &[
    // What goes back knows no links: such a session would be taken for one of its person without limit.
    "DELETE FROM session WHERE link IS NOT NULL",
    "ALTER TABLE session DROP COLUMN link",
    "ALTER TABLE session DROP COLUMN hazard",
    "CREATE TABLE access_key_without_links (
        county     TEXT      NOT NULL,
        id         {uuid}    NOT NULL,
        kind       TEXT      NOT NULL CHECK (kind IN ('DEVICE', 'SERVICE')),
        secret     {bytes}   NOT NULL CHECK (length(secret) = 32),
        person     {uuid}    NOT NULL,
        name       TEXT      NOT NULL,
        acts       TEXT,
        made_at    {instant} NOT NULL,
        expires_at {instant} NOT NULL,
        used_at    {instant},
        PRIMARY KEY (county, id)
    ) {strict}",
    "INSERT INTO access_key_without_links
     SELECT county, id, kind, secret, person, name, acts, made_at, expires_at, used_at FROM access_key WHERE kind <> 'LINK'",
    "DROP TABLE access_key",
    "ALTER TABLE access_key_without_links RENAME TO access_key",
    "CREATE UNIQUE INDEX access_key_secret ON access_key (county, secret)",
    "CREATE INDEX access_key_person ON access_key (county, person)",
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
