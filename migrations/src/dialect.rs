//! The words in which SQLite and PostgreSQL differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// Runs statements in which `{uuid}`, `{bytes}`, `{date}`, `{instant}`, `{flag}`, `{whole}`, `{strict}` and `{without_rowid}` stand for the
/// engine's own words.
///
/// SQLite has strict tables with four kinds of values: dates and instants are text there, in the one form of ISO 8601 that
/// sorts as time does.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let words: &[(&str, &str)] = match manager.get_database_backend() {
        DbBackend::Sqlite => &[
            ("{uuid}", "BLOB"),
            ("{bytes}", "BLOB"),
            ("{date}", "TEXT"),
            ("{instant}", "TEXT"),
            ("{flag}", "INTEGER"),
            ("{whole}", "INTEGER"),
            ("{strict}", "STRICT"),
            ("{without_rowid}", "STRICT, WITHOUT ROWID"),
        ],
        DbBackend::Postgres => &[
            ("{uuid}", "uuid"),
            ("{bytes}", "bytea"),
            ("{date}", "date"),
            ("{instant}", "timestamptz"),
            ("{flag}", "boolean"),
            ("{whole}", "bigint"),
            ("{strict}", ""),
            ("{without_rowid}", ""),
        ],
        other @ (DbBackend::MySql | _) => return Err(unknown(other)),
    };
    for statement in statements {
        let mut sql = (*statement).to_owned();
        for (word, own) in words {
            sql = sql.replace(word, own);
        }
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// What is said to an engine that we do not know.
pub(crate) fn unknown(backend: DbBackend) -> DbErr {
    DbErr::Custom(format!(
        "no migration for {backend:?}: use SQLite or PostgreSQL"
    ))
}
