//! The changes of the schema on both databases: up, down, up, and what the database itself refuses.

use chrono::{DateTime, NaiveDate};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TryGetable};
use std::collections::BTreeSet;
use uuid::Uuid;
use xiaohao_ledger::Fault;
use xiaohao_log::{Envelope, Frontier, Salt};
use xiaohao_migrations::{Migrator, MigratorTrait};
use xiaohao_store::{Findings, Location, SqlStore};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::{Sql, connect, url};
use xiaohao_tests::postgres;

/// Both databases, empty.
async fn both() -> [DatabaseConnection; 2] {
    [
        // One connection: each connection to `:memory:` would be a database of its own.
        connect("sqlite::memory:", 1).await,
        connect(&postgres::database(), 1).await,
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
    let (salt, leaf) = (hex(&"cd".repeat(16)), hex(&"ef".repeat(32)));
    format!(
        "INTO ledger_entry VALUES ('431123', {position}, 'HAZARD', {id}, {position}, {request}, {fingerprint}, \
         'HazardReported', {id}, 'INSPECTOR', {id}, '2026-11-20', '2026-11-20T01:00:00Z', '{{}}', {salt}, {leaf})"
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
    one(db, count).await
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
async fn no_row_takes_the_place_of_another_by_the_number_that_sqlite_gives_it() {
    let [db, _] = both().await;
    Migrator::up(&db, None).await.unwrap();
    let run = async |statement: &str| db.execute_unprepared(statement).await;
    let count =
        async |table: &str| -> i64 { one(&db, &format!("SELECT count(*) FROM {table}")).await };
    insert(&db, 1, 1).await.unwrap();
    run("INSERT INTO checkpoint VALUES ('431123', 1, 1, x'00', 'a note', '2026-11-20T01:00:00Z')")
        .await
        .unwrap();
    run("INSERT INTO refused_attempt (county, id, since, at, times, tried, codes, request) VALUES \
         ('431123', x'00000000000070008000000000000001', '2026-11-20', '2026-11-20', 1, 'x', 'X', 'r')")
    .await
    .unwrap();
    for (table, another) in [
        (
            "ledger_entry",
            "county, 2, subject_kind, subject, 2, x'00000000000070008000000000000002', fingerprint, event, \
             person, role, unit, occurred_on, recorded_at, body, salt, leaf",
        ),
        ("checkpoint", "county, 2, 2, frontier, note, signed_at"),
        (
            "refused_attempt",
            "county, x'00000000000070008000000000000002', '2020-01-01', '2020-01-01', times, person, role, unit, \
             login, address, tried, subject, codes, request",
        ),
    ] {
        let columns = format!("SELECT group_concat(name, ', ') FROM pragma_table_info('{table}')");
        let columns: String = one(&db, &columns).await;
        let replace = format!(
            "INSERT OR REPLACE INTO {table} (rowid, {columns}) SELECT rowid, {another} FROM {table}"
        );
        let error = run(&replace).await.unwrap_err().to_string();
        assert!(
            error.contains("kept as it was") || error.contains("never changed"),
            "{table}: {error}"
        );
        assert_eq!(count(table).await, 1, "{table}");
        // Beside it there is room.
        run(&replace.replace("SELECT rowid", "SELECT rowid + 1"))
            .await
            .unwrap();
        assert_eq!(count(table).await, 2, "{table}");
    }
}

/// The one value that is asked for.
async fn one<T: TryGetable>(db: &DatabaseConnection, ask: &str) -> T {
    let ask = Statement::from_string(db.get_database_backend(), ask);
    let row = db.query_one_raw(ask).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
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

/// How many changes there were before the log.
const BEFORE_THE_LOG: u32 = 4;

/// `INSERT`s many lines as they were before the log.
fn lines_without_leaves(db: &DatabaseConnection, county: &str, lines: u32) -> String {
    let (id, request, fingerprint) = match db.get_database_backend() {
        DbBackend::Sqlite => (
            "x'00000000000070008000000000000001'",
            "randomblob(16)",
            "x'abababababababababababababababababababababababababababababababab'",
        ),
        _ => (
            "'00000000-0000-7000-8000-000000000001'::uuid",
            "gen_random_uuid()",
            "'\\xabababababababababababababababababababababababababababababababab'::bytea",
        ),
    };
    let [on, at] = match db.get_database_backend() {
        DbBackend::Sqlite => ["'2026-11-20'", "'2026-11-20 01:00:00.000007+00:00'"],
        _ => [
            "DATE '2026-11-20'",
            "TIMESTAMPTZ '2026-11-20T01:00:00.000007Z'",
        ],
    };
    format!(
        "INSERT INTO ledger_entry (county, position, subject_kind, subject, seq, request, fingerprint, event, person, \
         role, unit, occurred_on, recorded_at, body) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {lines}) \
         SELECT '{county}', i, 'HAZARD', {id}, i, {request}, {fingerprint}, 'HazardReported', {id}, 'INSPECTOR', \
         {id}, {on}, {at}, '{{\"n\":\"隐患\"}}' FROM n"
    )
}

async fn rows(db: &DatabaseConnection, select: &str) -> Vec<sea_orm::QueryResult> {
    let select = sea_orm::Statement::from_string(db.get_database_backend(), select);
    db.query_all_raw(select).await.unwrap()
}

/// Every line is bound to what is stored of it, by a salt of its own, and the frontier is that of all of them.
pub(crate) async fn are_sealed(db: &DatabaseConnection, county: &str, lines: usize) {
    let select = format!(
        "SELECT position, subject, seq, request, fingerprint, occurred_on, recorded_at, body, salt, leaf \
         FROM ledger_entry WHERE county = '{county}' ORDER BY position"
    );
    let (mut frontier, mut salts) = (Frontier::default(), BTreeSet::new());
    for row in rows(db, &select).await {
        let number = |column| u64::try_from(row.try_get_by_index::<i64>(column).unwrap()).unwrap();
        let id = |column| row.try_get_by_index::<Uuid>(column).unwrap();
        let bytes = |column| row.try_get_by_index::<Vec<u8>>(column).unwrap();
        let salt = Salt::new(bytes(8).try_into().unwrap());
        let body: String = row.try_get_by_index(7).unwrap();
        let envelope = Envelope {
            county,
            position: number(0),
            kind: "HAZARD",
            subject: id(1),
            seq: number(2),
            request: id(3),
            occurred_on: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
            recorded_at: DateTime::from_timestamp_micros(1_795_136_400_000_007).unwrap(),
            content: salt.commit(&bytes(4).try_into().unwrap(), &body),
        };
        assert_eq!(envelope.leaf().as_bytes()[..], bytes(9));
        assert!(salts.insert(bytes(8)), "a salt that another line has");
        frontier.append(envelope.leaf()).unwrap();
    }
    assert_eq!(salts.len(), lines);
    let kept = rows(
        db,
        &format!("SELECT frontier FROM ledger_head WHERE county = '{county}'"),
    )
    .await;
    let kept: Vec<u8> = kept[0].try_get_by_index(0).unwrap();
    assert_eq!(kept, frontier.to_bytes());
}

/// A ledger as it was before the log.
pub(crate) async fn make_old(db: &DatabaseConnection, county: &str, lines: u32) {
    Migrator::up(db, Some(BEFORE_THE_LOG)).await.unwrap();
    add_old(db, county, lines).await;
}

async fn add_old(db: &DatabaseConnection, county: &str, lines: u32) {
    let head = format!(
        "INSERT INTO ledger_head (county, position, numbers) VALUES ('{county}', {lines}, '{{}}')"
    );
    for statement in [lines_without_leaves(db, county, lines), head] {
        let done = db.execute_unprepared(&statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[tokio::test]
async fn a_ledger_from_before_the_log_is_sealed() {
    for db in both().await {
        make_old(&db, "431123", 2501).await;
        add_old(&db, "431124", 1).await;
        Migrator::up(&db, None).await.unwrap();
        are_sealed(&db, "431123", 2501).await;
        are_sealed(&db, "431124", 1).await;
        for verb in [
            "UPDATE ledger_entry SET seq = 1",
            "DELETE FROM ledger_entry",
        ] {
            let error = db.execute_unprepared(verb).await.unwrap_err().to_string();
            assert!(error.contains("never changed or deleted"), "{error}");
        }
        let after = u32::try_from(Migrator::migrations().len()).unwrap() - BEFORE_THE_LOG;
        Migrator::down(&db, Some(after)).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        are_sealed(&db, "431123", 2501).await;
    }
}

#[tokio::test]
async fn a_ledger_that_lacks_a_line_is_not_sealed_over_it() {
    for db in both().await {
        make_old(&db, "431123", 3).await;
        let on = match db.get_database_backend() {
            DbBackend::Sqlite => "",
            _ => " ON ledger_entry",
        };
        let drop = format!("DROP TRIGGER ledger_entry_no_delete{on}");
        db.execute_unprepared(&drop).await.unwrap();
        db.execute_unprepared("DELETE FROM ledger_entry WHERE position = 2")
            .await
            .unwrap();
        let before = objects(&db).await;
        let error = Migrator::up(&db, None).await.unwrap_err().to_string();
        assert!(
            error.contains("line 2 of county 431123 is missing"),
            "{error}"
        );
        assert_eq!(objects(&db).await, before);
        let ask = "SELECT leaf FROM ledger_entry";
        let ask = sea_orm::Statement::from_string(db.get_database_backend(), ask);
        assert!(db.query_all_raw(ask).await.is_err(), "half a change");
    }
}

#[tokio::test]
async fn a_ledger_with_personal_data_beside_its_entries_does_not_go_back() {
    for db in both().await {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        let row = personal(&db, "INSERT", 1, "甲");
        db.execute_unprepared(&row).await.unwrap();
        // What came after it goes back: sessions, the numbers of checkpoints, what was refused, the ways in, orders issued with acts,
        // links, what ended tokens, the codes of devices, that a row keeps its number, the seals of sessions.
        Migrator::down(&db, Some(12)).await.unwrap();
        let there = objects(&db).await;
        let error = Migrator::down(&db, None).await.unwrap_err().to_string();
        assert!(error.contains("keep this version"), "{error}");
        assert_eq!(objects(&db).await, there);
    }
}

#[tokio::test]
async fn checkpoints_from_before_are_numbered_in_the_order_of_what_they_are_over() {
    const BEFORE_NUMBERS: u32 = 8;
    for db in both().await {
        Migrator::up(&db, Some(BEFORE_NUMBERS)).await.unwrap();
        let bytes = match db.get_database_backend() {
            DbBackend::Sqlite => "x'00'",
            _ => "'\\x00'::bytea",
        };
        for (county, size) in [(431_123, 9), (431_123, 5), (431_124, 7), (431_123, 12)] {
            let row = format!(
                "INSERT INTO checkpoint (county, size, frontier, note, signed_at) \
                 VALUES ('{county}', {size}, {bytes}, 'note', '2026-03-02T01:00:00.000000+00:00')"
            );
            db.execute_unprepared(&row).await.unwrap();
        }
        let numbered = async || {
            let ask = "SELECT county || ' ' || number || ' ' || size FROM checkpoint ORDER BY county, size";
            let ask = sea_orm::Statement::from_string(db.get_database_backend(), ask);
            let rows = db.query_all_raw(ask).await.unwrap();
            let text = |row: &sea_orm::QueryResult| row.try_get_by_index::<String>(0).unwrap();
            rows.iter().map(text).collect::<Vec<_>>()
        };
        let expected = ["431123 1 5", "431123 2 9", "431123 3 12", "431124 1 7"];
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(numbered().await, expected);
        Migrator::down(&db, Some(1)).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(numbered().await, expected);
        for change in ["UPDATE checkpoint SET number = 4", "DELETE FROM checkpoint"] {
            let error = db.execute_unprepared(change).await.unwrap_err();
            let error = error.to_string();
            assert!(error.contains("never changed or deleted"), "{error}");
        }
    }
}

/// A line of the kind that orders an erasure, at this place.
async fn insert_order(db: &DatabaseConnection, position: i64) {
    let order = line(db, position, 90).replace("'HAZARD'", "'LEDGER'");
    let order = order.replace("'HazardReported'", "'PersonalDataErased'");
    db.execute_unprepared(&format!("INSERT {order}"))
        .await
        .unwrap();
}

/// `INSERT` of a piece of personal data of the first line, by this verb.
fn personal(db: &DatabaseConnection, verb: &str, number: u32, value: &str) -> String {
    let salt = match db.get_database_backend() {
        DbBackend::Sqlite => format!("x'{}'", "cd".repeat(16)),
        _ => format!("'\\x{}'", "cd".repeat(16)),
    };
    format!("{verb} INTO personal_value VALUES ('431123', 1, {number}, '{value}', {salt}, NULL)")
}

#[tokio::test]
async fn the_database_refuses_to_change_personal_data_but_for_its_erasure() {
    for db in both().await {
        Migrator::up(&db, None).await.unwrap();
        insert(&db, 1, 1).await.unwrap();
        insert(&db, 2, 2).await.unwrap();
        insert_order(&db, 3).await;
        for number in [1, 2] {
            let row = personal(&db, "INSERT", number, "甲");
            db.execute_unprepared(&row).await.unwrap();
        }
        let mut verbs = vec![
            "DELETE FROM personal_value".to_owned(),
            "UPDATE personal_value SET value = '乙'".to_owned(),
            "UPDATE personal_value SET number = 3 WHERE number = 2".to_owned(),
            "UPDATE personal_value SET value = NULL, salt = NULL".to_owned(),
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 2".to_owned(),
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 1".to_owned(),
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 9".to_owned(),
            "UPDATE personal_value SET value = NULL, erased_by = 3".to_owned(),
            "UPDATE personal_value SET erased_by = 3".to_owned(),
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 3, number = 7 WHERE number = 2".to_owned(),
        ];
        if db.get_database_backend() == DbBackend::Sqlite {
            verbs.push(personal(&db, "REPLACE", 1, "乙"));
        } else {
            verbs.push("TRUNCATE personal_value".to_owned());
        }
        for verb in verbs {
            let error = db.execute_unprepared(&verb).await.unwrap_err().to_string();
            let refused =
                "personal data is only ever erased, by a line of the ledger that orders it";
            assert!(error.contains(refused), "{verb}: {error}");
        }
        let erase =
            "UPDATE personal_value SET value = NULL, salt = NULL, erased_by = 3 WHERE number = 1";
        db.execute_unprepared(erase).await.unwrap();
        let again = db.execute_unprepared(erase).await;
        assert!(again.is_err(), "erased twice");
        let back = "UPDATE personal_value SET value = '甲', erased_by = NULL WHERE number = 1";
        assert!(db.execute_unprepared(back).await.is_err(), "brought back");
        let empty = personal(&db, "INSERT", 3, "甲").replace("'甲'", "NULL");
        assert!(db.execute_unprepared(&empty).await.is_err(), "never there");
    }
}

#[tokio::test]
async fn a_program_records_nothing_once_a_newer_one_has_migrated_its_database() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let served = office.served();
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let report = office.report_anew();
        // Also before the first line, when the county has no row yet.
        for lines in [0, 1] {
            let newer =
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9000_later', 0)";
            hand.execute_unprepared(newer).await.unwrap();
            let another = office.report_anew();
            let fault = office.ledger.execute(another).await.unwrap_err();
            assert!(
                matches!(&fault, Fault::NewerDatabase { change } if change == "m9000_later"),
                "{kind:?}: {fault}"
            );
            assert_eq!(office.lines().await.len(), lines);
            let probed = office.cabinet.store().probe(office.county.code).await;
            assert_eq!(probed.unwrap_err().code(), "DATABASE_NEWER");
            let back = "DELETE FROM seaql_migrations WHERE version = 'm9000_later'";
            hand.execute_unprepared(back).await.unwrap();
            if lines == 0 {
                office.do_now(&report).await;
            }
        }
        office.report().await;
        assert!(served.readiness.check().await.is_ok());
    }
}

#[tokio::test]
async fn a_server_is_migrated_between_acts_and_not_during_one() {
    let office = Office::on(Kind::Postgres).await;
    office.report().await;
    let location = office.cabinet.location().clone();
    let hand = Sql::connect(&location).await;
    let db = connect(&url(&location), 1).await;
    Migrator::down(&db, Some(1)).await.unwrap();
    let act = office.cabinet.store().begin(office.county.code).await;
    let migrating = tokio::spawn(async move { SqlStore::migrate(&location).await });
    let waits =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'ledger_head'::regclass";
    hand.until(waits, 1).await;
    assert!(!migrating.is_finished());
    drop(act.unwrap());
    migrating.await.unwrap().unwrap();
    office.report().await;
}

#[tokio::test]
async fn a_schema_is_found_whatever_it_is_called() {
    for schema in ["431123", "My-County", "县"] {
        let url = postgres::database();
        let (_, name) = url.rsplit_once('/').unwrap();
        let hand = connect(&url, 1).await;
        let made = format!(
            "CREATE SCHEMA \"{schema}\"; ALTER DATABASE {name} SET search_path = \"{schema}\""
        );
        hand.execute_unprepared(&made).await.unwrap();
        let location = Location::Url(url);
        SqlStore::migrate(&location).await.unwrap();
        let store = SqlStore::open(&location).await.unwrap();
        let mut findings = Findings::default();
        store.compare_guards(&mut findings).await.unwrap();
        assert_eq!(findings.told, [""; 0], "{schema}");
    }
}
