//! What is looked at when a ledger is opened: the schema, and what is pinned on each connection.

use super::told;
use std::collections::BTreeMap;
use std::path::PathBuf;
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::place::{Place, Sql};
use xiaohao_tests::postgres;

#[tokio::test]
async fn every_connection_has_what_is_pinned_on_it() {
    let of_a_file = BTreeMap::from([
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("busy_timeout", "5000"),
        ("foreign_keys", "1"),
    ]);
    let of_a_server = BTreeMap::from([
        ("synchronous_commit", "on"),
        ("default_transaction_isolation", "read committed"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("lock_timeout", "5s"),
        ("statement_timeout", "30s"),
        ("TimeZone", "UTC"),
    ]);
    let [file, server] = Place::both().await;
    // The readers, who may look at one moment for longer than anybody may write, come last.
    let readers = 8;
    for (place, writers, pinned) in [(file, 1, of_a_file), (server, 2, of_a_server)] {
        let told = place.store().await.settings().await.unwrap();
        assert_eq!(told.len(), writers + readers);
        for (number, settings) in told.iter().enumerate() {
            let mut pinned = pinned.clone();
            if number >= writers
                && let Some(idle) = pinned.get_mut("idle_in_transaction_session_timeout")
            {
                *idle = "1min";
            }
            let settings: BTreeMap<_, _> = settings
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            assert_eq!(settings, pinned);
        }
    }
}

#[tokio::test]
async fn where_there_can_be_no_write_ahead_log_there_is_no_ledger() {
    let in_memory = Location::File(PathBuf::from(":memory:"));
    let fault = told("INTERNAL", SqlStore::open(&in_memory).await);
    let cause = std::error::Error::source(&fault).unwrap().to_string();
    assert!(cause.contains("no write-ahead log"), "{cause}");
    let named_so = PathBuf::from(":memory:");
    assert!(!named_so.exists(), "a file was made for it");
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_refused() {
    for place in Place::both().await {
        let sql = place.sql().await;
        let newer =
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_of_tomorrow', 0)";
        sql.run(newer).await;
        for refused in [
            SqlStore::open(&place.location).await.map(drop),
            SqlStore::migrate(&place.location).await,
        ] {
            let fault = told("DATABASE_NEWER", refused).to_string();
            assert!(
                fault.contains("m9999_of_tomorrow") && fault.contains("later"),
                "{fault}"
            );
        }
        sql.run("DELETE FROM seaql_migrations WHERE version = 'm9999_of_tomorrow'")
            .await;
        place.store().await;
    }
}

#[tokio::test]
async fn a_database_older_than_the_program_is_refused_until_it_is_migrated() {
    for place in Place::both().await {
        let sql = place.sql().await;
        // The last change has not been made, as far as the database knows.
        let last = "SELECT max(version) FROM seaql_migrations";
        sql.run(&format!(
            "DELETE FROM seaql_migrations WHERE version = ({last})"
        ))
        .await;
        let fault = told("DATABASE_OLDER", SqlStore::open(&place.location).await).to_string();
        assert!(
            fault.contains("1 change") && fault.contains("migrate"),
            "{fault}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let never = [
        Location::File(folder.path().join("ledger.sqlite")),
        Location::Url(postgres::database()),
    ];
    for location in never {
        told("DATABASE_OLDER", SqlStore::open(&location).await);
        SqlStore::migrate(&location).await.unwrap();
        SqlStore::open(&location).await.unwrap();
        let entries = Sql::connect(&location).await;
        assert_eq!(entries.number("SELECT count(*) FROM ledger_entry").await, 0);
    }
}
