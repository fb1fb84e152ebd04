//! The changes of the schema on both databases: up, down, up, and what the database itself refuses.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use xiaohao_migrations::{Migrator, MigratorTrait};
use xiaohao_tests::postgres;

async fn connect(url: &str) -> DatabaseConnection {
    // One connection: each connection to `:memory:` would be a database of its own.
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

/// Both databases, empty.
async fn both() -> [DatabaseConnection; 2] {
    [
        connect("sqlite::memory:").await,
        connect(&postgres::database()).await,
    ]
}

async fn insert(db: &DatabaseConnection, position: i64, request: u32) -> Result<(), DbErr> {
    let statement = format!(
        "INSERT INTO ledger_entry VALUES ('431123', {position}, 'HAZARD', '00000000-0000-7000-8000-000000000001', \
         {position}, '00000000-0000-7000-8000-{request:012}', '2026-11-20', '2026-11-20T01:00:00Z', '{{}}')"
    );
    db.execute_unprepared(&statement).await.map(drop)
}

#[tokio::test]
async fn the_changes_go_up_and_down_and_up_again() {
    for db in both().await {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        Migrator::down(&db, None).await.unwrap();
        assert!(insert(&db, 1, 1).await.is_err(), "the table is still there");
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_an_entry() {
    let [sqlite, postgres] = both().await;
    let verbs = [
        "UPDATE ledger_entry SET body = '[]'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
    ];
    for (db, verbs) in [(sqlite, &verbs[..2]), (postgres, &verbs[..])] {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        for verb in verbs {
            let error = db.execute_unprepared(verb).await.unwrap_err().to_string();
            assert!(
                error.contains("ledger entries are never changed or deleted"),
                "{verb}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_position_and_a_request_are_used_once() {
    for db in both().await {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        assert!(insert(&db, 1, 2).await.is_err(), "the same position twice");
        assert!(insert(&db, 2, 1).await.is_err(), "the same request twice");
        insert(&db, 2, 2).await.unwrap();
    }
}
