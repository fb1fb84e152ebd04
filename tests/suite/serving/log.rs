//! The log: every request can be found in it, and no secret can.

use super::{PASSWORD, Program};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

#[test]
fn people_are_served_and_the_program_stops_where_nobody_takes_its_log_any_more() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let data = folder.path().to_str().unwrap().to_owned();
    let arguments = ["demo", "--data", &data, "--listen", "127.0.0.1:0"];
    let mut program = Program::unheard(&arguments, folder, &[]);
    drop(program.child.stderr.take());
    for _ in 0..3 {
        assert_eq!(program.get("/health/live", &[]).status, 200);
    }
    program.sign_in("clerk");
    program.end_in_order();
}

#[test]
fn a_variable_that_says_nothing_to_the_program_is_named_in_the_log() {
    let program = Program::start(&[("XIAOHAO_LISTN", "127.0.0.1:1"), ("XIAOHAO_LOG", "warn")]);
    program.terminate();
    let (_, log) = program.end();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let named: Vec<_> = lines
        .iter()
        .map(|line| &line["fields"]["variable"])
        .filter(|variable| !variable.is_null())
        .collect();
    assert_eq!(named, ["XIAOHAO_LISTN"], "{log}");
}

#[test]
fn a_folder_of_evidence_that_others_may_look_into_or_that_is_away_is_told_in_the_log() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let files = folder.path().join("evidence/431123");
    let told = || {
        let program = Program::start_in(Arc::clone(&folder), &[("XIAOHAO_LOG", "warn")]);
        program.terminate();
        let log = program.end().1;
        let of_files = log.lines().filter(|line| line.contains("evidence"));
        of_files.collect::<String>()
    };
    assert_eq!(told(), "");
    fs::set_permissions(&files, Permissions::from_mode(0o755)).unwrap();
    let log = told();
    assert!(log.contains("files of evidence has the mode 0755"), "{log}");
    fs::rename(&files, folder.path().join("away")).unwrap();
    let log = told();
    assert!(
        log.contains("not ready") && log.contains("there is no folder"),
        "{log}"
    );
}

#[test]
fn a_key_of_the_log_that_others_may_read_or_that_is_gone_is_told_in_the_log() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("ledger.key");
    let data = folder.path().to_str().unwrap().to_owned();
    Program::start_in(Arc::clone(&folder), &[]).end_in_order();
    let told = || {
        let program = Program::doing("serve", Arc::clone(&folder), &[("XIAOHAO_LOG", "warn")]);
        program.terminate();
        let log = program.end().1;
        let of_keys = log.lines().filter(|line| line.contains("key"));
        of_keys.collect::<String>()
    };
    assert_eq!(told(), "");
    let open = |mode: u32| fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    open(0o644);
    let log = told();
    assert!(
        log.contains("has the mode 0644") && log.contains("WARN"),
        "{log}"
    );
    let key = ["ledger", "checkpoint", "--data", &data];
    let signed = Command::new(super::PROGRAM).args(key).output().unwrap();
    let noted = String::from_utf8_lossy(&signed.stderr);
    assert!(
        signed.status.success() && noted.contains("has the mode 0644"),
        "{noted}"
    );
    open(0o640);
    assert_eq!(told(), "");
    fs::remove_file(&file).unwrap();
    let log = told();
    assert!(
        log.contains("nothing is signed until it is") && log.contains("--lost-key KEY"),
        "{log}"
    );
}

#[test]
fn every_request_has_a_line_under_its_id_and_no_secret_is_in_any_of_them() {
    let program = Program::start(&[("XIAOHAO_LOG", "debug,hyper=info,sqlx=info")]);
    let token = program.sign_in("clerk");
    let bearer = format!("authorization: Bearer {token}");
    let own = ["x-request-id: tablet-7.a_b", bearer.as_str()];
    let asked = program.ask(&own, "query Mine { viewer { role } }", &json!({}));
    assert_eq!(asked.status, 200);
    assert_eq!(asked.header("x-request-id"), Some("tablet-7.a_b"));
    let forged = ["x-request-id: a b; drop"];
    let made = program.get("/graphql?query=%7B__typename%7D", &forged);
    let made = made.header("x-request-id").unwrap().to_owned();
    assert_eq!(
        (made.len(), &made[14..15]),
        (36, "7"),
        "a UUID of version 7"
    );
    let too_long = format!("x-request-id: {}", "x".repeat(65));
    let other = program.get("/health/live", &[&too_long]);
    assert_eq!(other.header("x-request-id").unwrap().len(), 36);
    program.terminate();
    let (_, log) = program.end();

    for secret in [PASSWORD, token.as_str(), "__typename"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let answered = |id: &str| {
        let own =
            |line: &&Value| line["span"]["id"] == id && line["fields"]["message"] == "answered";
        let found: Vec<_> = lines.iter().filter(own).collect();
        assert_eq!(found.len(), 1, "{id} in {log}");
        found[0]["fields"].clone()
    };
    let fields = answered("tablet-7.a_b");
    assert_eq!(
        (&fields["operation"], &fields["status"]),
        (&json!("Mine"), &json!(200))
    );
    assert!(fields["latency_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(answered(&made)["path"], "/graphql");
    let within = |line: &&Value| line["fields"]["message"] == "signed in";
    let signed_in = lines.iter().find(within).unwrap();
    assert!(signed_in["span"]["id"].is_string(), "{signed_in:#}");
}
