//! `xiaohao demo` and what it finds in its folder: nothing, an example, half of one, or a ledger that is somebody's.

use crate::serving::{PROGRAM, Program};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use xiaohao_store::Location;
use xiaohao_tests::place::Sql;

const SHUANGPAI: &str = "../seeds/county/shuangpai";
const QINGXI: &str = "counties/qingxi";

/// The files of an example that was made to its end.
const WHOLE: [&str; 3] = ["evidence", "ledger.key", "ledger.sqlite"];

fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(PROGRAM);
    program.current_dir(env!("CARGO_MANIFEST_DIR"));
    program.args(arguments).stdin(Stdio::null());
    program.output().unwrap()
}

/// What lies in a folder, but for the log that SQLite keeps while the file is open.
fn names(folder: &Path) -> Vec<String> {
    let all = fs::read_dir(folder).unwrap().map(|entry| {
        let name = entry.unwrap().file_name();
        name.into_string().unwrap()
    });
    let mut names: Vec<_> = all.filter(|name| !name.contains("sqlite-")).collect();
    names.sort();
    names
}

/// How many lines the ledger has, and how many people can sign in.
async fn kept(folder: &Path) -> (i64, i64) {
    let sql = Sql::connect(&Location::File(folder.join("ledger.sqlite"))).await;
    let lines = sql.number("SELECT position FROM ledger_head").await;
    let accounts = sql.number("SELECT count(*) FROM account").await;
    sql.close().await;
    (lines, accounts)
}

/// The example there is whole: everybody can come in, and everything is in order.
fn is_example(program: &Program, folder: &Path) {
    let bearer = format!("authorization: Bearer {}", program.sign_in("clerk"));
    let query = "{ closureStatistics(asOf: { validOn: \"2026-11-20\" }) { total { ever } } }";
    let told = program.ask(&[&bearer], query, &json!({})).json();
    assert_eq!(
        told["data"]["closureStatistics"]["total"]["ever"], 28,
        "{told:#}"
    );
    let data = folder.to_str().unwrap();
    let verified = run(&["ledger", "verify", "--data", data]);
    assert!(verified.status.success(), "{verified:?}");
    assert_eq!(names(folder), WHOLE);
}

#[tokio::test]
async fn a_ledger_that_is_not_the_example_is_left_as_it_is() {
    let away = tempfile::tempdir().unwrap();
    let away = away.path().join("away.key");
    for (files, key_is_away) in [(SHUANGPAI, true), (SHUANGPAI, false), (QINGXI, true)] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let mut init = vec!["init", "--from", files, "--data", data];
        if key_is_away {
            init.extend(["--signing-key", away.to_str().unwrap()]);
        }
        let made = run(&init);
        assert!(made.status.success(), "{made:?}");
        drop(fs::remove_file(&away));
        let before = (names(folder.path()), kept(folder.path()).await);
        let refused = run(&["demo", "--data", data, "--listen", "127.0.0.1:0"]);
        let told = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{files}: {told}");
        assert!(told.contains("holds what is not the example's"), "{told}");
        assert!(
            told.contains(&format!("`xiaohao serve --data {data}`")),
            "{told}"
        );
        assert!(refused.stdout.is_empty(), "{refused:?}");
        let after = (names(folder.path()), kept(folder.path()).await);
        assert_eq!(after, before, "{files}");
    }
}

#[test]
fn what_was_interrupted_is_made_to_its_end_and_what_was_taken_away_is_made_anew() {
    let folder = Arc::new(TempDir::new().unwrap());
    let place = folder.path();
    let data = place.to_str().unwrap();
    let mut demo = Command::new(PROGRAM)
        .args(["demo", "--data", data, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Some of its past is there.
    let log = place.join("ledger.sqlite-wal");
    while fs::metadata(&log).map_or(0, |file| file.len()) < 1_000_000 {
        std::thread::yield_now();
        assert_eq!(demo.try_wait().unwrap(), None, "it has ended by itself");
    }
    demo.kill().unwrap();
    demo.wait().unwrap();
    assert_eq!(
        names(place),
        ["evidence", "ledger.key.unfinished", "ledger.sqlite"]
    );

    let program = Program::doing("demo", Arc::clone(&folder), &[]);
    is_example(&program, place);
    program.end_in_order();

    let key = fs::read(place.join("ledger.key")).unwrap();
    fs::remove_file(place.join("ledger.sqlite")).unwrap();
    let program = Program::doing("demo", Arc::clone(&folder), &[]);
    is_example(&program, place);
    assert_eq!(fs::read(place.join("ledger.key")).unwrap(), key);
}
