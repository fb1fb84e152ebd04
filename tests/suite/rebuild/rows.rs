//! Rows changed by hand: every column of every table that is made from the record, rows taken away, rows slipped in.

use super::{Kept, WITH_ROWS};
use xiaohao_tests::office::Kind;

/// A row that was moved to another county is that county's, and nobody looks for it here.
const HERE: &str = "county = '431123'";

/// The tables that are made from the record, each with what tells a row that matters.
const TABLES: &[(&str, &str)] = &[
    ("hazard", HERE),
    ("hazard_unit", HERE),
    ("hazard_text", "true"),
    ("number_taken", HERE),
    ("order_with_act", HERE),
    ("tally", "county = '431123' AND rectifying > 0"),
    ("tally_due", "county = '431123' AND number > 0"),
    ("ledger_head", HERE),
];

impl Kept {
    /// The columns of a table, each with another value in place of the one that is there.
    async fn columns(&self, table: &str) -> Vec<(String, String)> {
        let columns = if self.is_sqlite() {
            format!("SELECT name || ' ' || type FROM pragma_table_info('{table}')")
        } else {
            format!(
                "SELECT column_name || ' ' || data_type FROM information_schema.columns \
                 WHERE table_name = '{table}'"
            )
        };
        let columns = self.texts(&columns).await;
        assert!(!columns.is_empty(), "{table} has no columns");
        let other = |column: &String| {
            let (name, kind) = column.split_once(' ').unwrap();
            (name.to_owned(), another(name, kind))
        };
        columns.iter().map(other).collect()
    }

    /// One row of a table, by what the database itself knows it by.
    fn one_row(&self, table: &str, that: &str) -> String {
        if !self.is_sqlite() {
            return format!("ctid = (SELECT min(ctid) FROM {table} WHERE {that})");
        }
        match table {
            "hazard_unit" => of_key(table, "county, unit, opened", that),
            "number_taken" => of_key(table, "county, series, year, serial", that),
            "order_with_act" => of_key(table, "county, order_id, position", that),
            "tally_due" => {
                let key = "county, due_on, deadline, committee, lead_unit, township";
                of_key(table, key, that)
            }
            _ => format!("rowid = (SELECT min(rowid) FROM {table} WHERE {that})"),
        }
    }
}

/// Another value of a column's kind.
fn another(name: &str, kind: &str) -> String {
    let is_day = name.ends_with("_on");
    match kind {
        "uuid" => "gen_random_uuid()".to_owned(),
        "bytea" => "decode(repeat('cd', 32), 'hex')".to_owned(),
        "date" => "DATE '1999-01-01'".to_owned(),
        "timestamp with time zone" => "TIMESTAMPTZ '1999-01-01T00:00:00Z'".to_owned(),
        "boolean" => format!("NOT {name}"),
        "tsvector" => "'6d88x9632:1'::tsvector".to_owned(),
        "BLOB" if name == "duplicate" => "zeroblob(32)".to_owned(),
        "BLOB" => "randomblob(16)".to_owned(),
        "INTEGER" if name == "suspended" => "1 - suspended".to_owned(),
        // A hazard without a number has the greatest there is.
        "INTEGER" | "bigint" if name == "number" => "number - 1".to_owned(),
        "INTEGER" | "bigint" => format!("{name} + 1000000"),
        "TEXT" if is_day => "'1999-01-01'".to_owned(),
        "TEXT" if name == "recorded_at" => "'1999-01-01T00:00:00+00:00'".to_owned(),
        // The search index of SQLite has no kinds.
        "TEXT" | "text" | "" => format!("coalesce({name}, '') || 'x'"),
        other => panic!("{name} is of a kind that this test does not know: {other}"),
    }
}

/// One row of a table without row ids.
fn of_key(table: &str, key: &str, that: &str) -> String {
    format!("({key}) = (SELECT {key} FROM {table} WHERE {that} LIMIT 1)")
}

#[tokio::test]
async fn a_ledger_that_was_only_written_by_the_program_is_clean() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let findings = kept.check().await.unwrap();
        assert_eq!(findings.told, Vec::<String>::new(), "{kind:?}");
        assert_eq!((findings.hazards, findings.papers), (8, 3), "{kind:?}");
        assert!(findings.lines > 30, "{findings:?}");
    }
}

#[tokio::test]
async fn a_value_changed_by_hand_in_sqlite_is_found_and_made_right() {
    any_value_changed_is_found(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_value_changed_by_hand_in_postgresql_is_found_and_made_right() {
    any_value_changed_is_found(Kind::Postgres).await;
}

async fn any_value_changed_is_found(kind: Kind) {
    let kept = Kept::on(kind).await;
    let mut tried = 0;
    for (table, that) in TABLES {
        for (column, another) in kept.columns(table).await {
            let row = kept.one_row(table, that);
            let change = format!("UPDATE {table} SET {column} = {another} WHERE {row}");
            assert_eq!(kept.by_hand(&change).await, 1, "{table}.{column}");
            let told = kept.told().await;
            assert!(!told.is_empty(), "{table}.{column} was not found");
            let findings = kept.rebuild().await.unwrap();
            assert!(findings.is_clean(), "{table}.{column}: {findings:?}");
            assert_eq!(kept.told().await, Vec::<String>::new(), "{table}.{column}");
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried} columns were tried");
}

#[tokio::test]
async fn a_value_that_only_reads_the_same_is_found() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let mut changes = vec!["UPDATE hazard SET title = title || ' '"];
        if kept.is_sqlite() {
            changes.extend([
                "UPDATE hazard SET running_due_on = replace(running_due_on, '-0', '-') \
                 WHERE running_due_on IS NOT NULL",
                "UPDATE tally_due SET due_on = replace(due_on, '-0', '-') WHERE number > 0",
                "UPDATE hazard SET suspended = 2",
            ]);
        }
        for change in changes {
            assert!(kept.by_hand(change).await > 0, "{kind:?}: {change}");
            assert!(!kept.told().await.is_empty(), "{kind:?}: {change}");
            assert!(kept.rebuild().await.unwrap().is_clean());
            assert_eq!(
                kept.told().await,
                Vec::<String>::new(),
                "{kind:?}: {change}"
            );
        }
    }
}

#[tokio::test]
async fn numbers_that_would_go_on_from_others_than_the_last_are_found_and_made_right() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        // The next clue would have a number far beyond the last, and nothing else is wrong.
        let change = "UPDATE ledger_head SET numbers = replace(numbers, '\"CLUE\":', '\"CLUE\":9')";
        assert_eq!(kept.by_hand(change).await, 1);
        let told = kept.told().await;
        let expected = ["the county's row has other last numbers than the record"];
        assert_eq!(told, expected, "{kind:?}");
        assert!(kept.rebuild().await.unwrap().is_clean());
        assert_eq!(kept.told().await, [""; 0], "{kind:?}");
    }
}

#[tokio::test]
async fn a_search_index_that_lost_its_words_is_found_and_made_anew() {
    let kept = Kept::on(Kind::Sqlite).await;
    let lost = kept
        .by_hand("DELETE FROM hazard_text_data WHERE id > 10")
        .await;
    assert!(lost > 0);
    let told = kept.told().await.join("\n");
    assert!(told.contains("SQLite says of its file"), "{told}");
    assert!(kept.rebuild().await.unwrap().is_clean());
    assert_eq!(kept.told().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_changed_is_named() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        kept.by_hand("UPDATE hazard SET status = 'CLOSED' WHERE status = 'RECTIFYING'")
            .await;
        let told = kept.told().await.join("\n");
        assert!(
            told.contains("status is 'CLOSED' in its row and 'RECTIFYING' by its history"),
            "{kind:?}: {told}"
        );
    }
}

#[tokio::test]
async fn a_row_taken_away_or_slipped_in_is_found_and_made_right() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        for (table, that) in TABLES {
            let row = kept.one_row(table, that);
            let gone = kept
                .by_hand(&format!("DELETE FROM {table} WHERE {row}"))
                .await;
            assert_eq!(gone, 1, "{kind:?}: {table}");
            assert!(!kept.told().await.is_empty(), "{kind:?}: {table}");
            assert!(
                kept.rebuild().await.unwrap().is_clean(),
                "{kind:?}: {table}"
            );
            assert_eq!(kept.told().await, Vec::<String>::new(), "{kind:?}: {table}");
        }
        for slipped_in in [
            "INSERT INTO hazard_unit SELECT county, unit, opened + 900 FROM hazard_unit LIMIT 1"
                .to_owned(),
            "INSERT INTO number_taken SELECT county, series, year, serial + 900, position \
             FROM number_taken LIMIT 1"
                .to_owned(),
            "INSERT INTO order_with_act SELECT county, order_id, position + 900 FROM order_with_act LIMIT 1"
                .to_owned(),
            "INSERT INTO tally_due SELECT county, '1999-01-01', deadline, committee, lead_unit, \
             township, 1 FROM tally_due LIMIT 1"
                .to_owned(),
        ] {
            assert_eq!(kept.by_hand(&slipped_in).await, 1, "{kind:?}");
            assert!(!kept.told().await.is_empty(), "{kind:?}: {slipped_in}");
            assert!(kept.rebuild().await.unwrap().is_clean());
            assert_eq!(
                kept.told().await,
                Vec::<String>::new(),
                "{kind:?}: {slipped_in}"
            );
        }
    }
}

#[tokio::test]
async fn a_text_of_no_hazard_is_found_and_goes() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        // At no place, of no county that there could be, of none that there is, and where no hazard begins.
        let slipped_in: &[&str] = match kind {
            Kind::Sqlite => &[
                "(rowid, pairs) VALUES (431123000000000000, '6d88')",
                "(rowid, pairs) VALUES (-7, '6d88')",
                "(rowid, pairs) VALUES (431199000000000001, '6d88')",
                "(rowid, pairs) VALUES (431123000000009999, '6d88')",
            ],
            _ => &[
                "VALUES ('431123', 0, '')",
                "VALUES ('431199', 1, '')",
                "VALUES ('431123', 9999, '')",
            ],
        };
        for row in slipped_in {
            kept.by_hand(&format!("INSERT INTO hazard_text {row}"))
                .await;
            let told = kept.told().await.join("\n");
            let said = "hazard_text of no hazard has 1 rows";
            assert!(told.contains(said), "{row}: {told}");
            assert!(kept.rebuild().await.unwrap().is_clean());
            assert_eq!(kept.told().await, [""; 0], "{kind:?}: {row}");
        }
    }
}

#[tokio::test]
async fn a_hazard_whose_row_and_history_have_come_apart_is_not_written_on() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let office = &kept.office;
        let id = office.hazard_at(xiaohao_core::Status::Listed).await;
        let note = office
            .saying(&xiaohao_tests::clerk(), id, xiaohao_tests::sample::note())
            .await;
        for apart in [
            "UPDATE hazard SET version = version - 1 WHERE version > 1",
            "UPDATE hazard SET version = version + 1",
            "UPDATE hazard SET opened = opened + 1000",
            "DELETE FROM hazard",
        ] {
            kept.by_hand(apart).await;
            let fault = office.ledger.execute(note.clone()).await.unwrap_err();
            assert_eq!(
                fault.code(),
                "DATABASE_DAMAGED",
                "{kind:?}: {apart}: {fault}"
            );
            assert!(kept.rebuild().await.unwrap().is_clean());
        }
        assert!(
            office
                .ledger
                .execute(note)
                .await
                .unwrap()
                .answer()
                .is_some()
        );
    }
}
