//! The changes of the schema on both databases: up, down, up, and what the database itself refuses.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};
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

/// `INSERT` of a line, after the verb.
fn line(db: &DatabaseConnection, position: i64, request: u32) -> String {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let hex = |digits: &str| {
        if sqlite {
            format!("x'{digits}'")
        } else {
            format!("'\\x{digits}'")
        }
    };
    let uuid = |digits: &str| {
        if sqlite {
            format!("x'{digits}'")
        } else {
            format!("'{digits}'")
        }
    };
    let id = uuid("00000000000070008000000000000001");
    let request = uuid(&format!("00000000000070008000{request:012}"));
    let fingerprint = hex(&"ab".repeat(32));
    format!(
        "INTO ledger_entry VALUES ('431123', {position}, 'HAZARD', {id}, {position}, {request}, {fingerprint}, \
         'HazardReported', {id}, 'INSPECTOR', {id}, '2026-11-20', '2026-11-20T01:00:00Z', '{{}}')"
    )
}

async fn insert(db: &DatabaseConnection, position: i64, request: u32) -> Result<(), DbErr> {
    let statement = format!("INSERT {}", line(db, position, request));
    db.execute_unprepared(&statement).await.map(drop)
}

/// How many tables and indexes there are beside that of the migrations themselves.
async fn objects(db: &DatabaseConnection) -> i64 {
    let count = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%seaql%' AND name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'public' AND c.relname NOT LIKE 'seaql%') \
             + (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
             WHERE n.nspname = 'public')"
        }
    };
    let count = sea_orm::Statement::from_string(db.get_database_backend(), count);
    let row = db.query_one_raw(count).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn the_changes_go_up_and_down_and_up_again() {
    for db in both().await {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        let there = objects(&db).await;
        Migrator::down(&db, None).await.unwrap();
        assert_eq!(objects(&db).await, 0, "something is left");
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(objects(&db).await, there);
        insert(&db, 1, 1).await.unwrap();
    }
}

#[tokio::test]
async fn each_change_goes_down_and_up_by_itself() {
    let changes = u32::try_from(Migrator::migrations().len()).unwrap();
    for db in both().await {
        let mut there = vec![objects(&db).await];
        for _ in 0..changes {
            Migrator::up(&db, Some(1)).await.unwrap();
            there.push(objects(&db).await);
        }
        for before in there.iter().rev().skip(1) {
            Migrator::down(&db, Some(1)).await.unwrap();
            assert_eq!(objects(&db).await, *before);
        }
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(Some(&objects(&db).await), there.last());
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_an_entry() {
    let [sqlite, postgres] = both().await;
    let replace = format!("REPLACE {}", line(&sqlite, 1, 2));
    let overwrite = format!("INSERT OR REPLACE {}", line(&sqlite, 2, 1));
    let verbs = [
        "UPDATE ledger_entry SET body = '[]'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
    ];
    let in_sqlite = [verbs[0], verbs[1], &replace, &overwrite];
    for (db, verbs) in [(sqlite, &in_sqlite[..]), (postgres, &verbs[..])] {
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
