//! The program is asked to stop while people work, and while somebody hangs on.

use super::work::{PEOPLE, Told, at_work};
use super::{Program, written};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// How many acts are answered before the program is asked to stop.
const ACTS: usize = 40;

#[test]
fn whatever_was_answered_is_there_after_the_program_was_asked_to_stop() {
    let program = Program::start(&[]);
    let token = program.sign_in("town-100");
    let folder = Arc::clone(&program.folder);
    let (people, told) = at_work(&program, &token, 0..PEOPLE);
    let answered = |told: Told| told.answered().map(|(_, clue)| clue);
    let mut clues: Vec<String> = told.iter().filter_map(answered).take(ACTS).collect();
    program.terminate();
    let (status, log) = program.end();
    clues.extend(told.iter().filter_map(answered));
    for person in people {
        person.join().unwrap();
    }
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("every request was finished"), "{log}");

    let again = Program::start_in(folder, &[]);
    let bearer = format!("authorization: Bearer {}", again.sign_in("clerk"));
    let mut there = Vec::new();
    let mut after = Value::Null;
    loop {
        let query = "query($after: String) { hazards(first: 50, after: $after) { \
                     nodes { clue } pageInfo { hasNextPage endCursor } } }";
        let page = again
            .ask(&[&bearer], query, &json!({ "after": after }))
            .json();
        let page = &page["data"]["hazards"];
        let nodes = page["nodes"].as_array().unwrap();
        there.extend(
            nodes
                .iter()
                .map(|node| node["clue"].as_str().unwrap().to_owned()),
        );
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    for clue in &clues {
        assert!(there.contains(clue), "{clue} was answered and is not there");
    }
}

#[test]
fn a_client_that_hangs_on_does_not_hold_the_program() {
    let program = Program::start(&[("XIAOHAO_SHUTDOWN_GRACE_SECONDS", "1")]);
    let mut stream = program.connect();
    let whole = written(
        "POST /graphql HTTP/1.1",
        &["content-type: application/json", "expect: 100-continue"],
        &[b' '; 100],
    );
    stream.write_all(&whole[..whole.len() - 50]).unwrap();
    // It is under way once the program asks for the rest.
    let mut asked_for = [0; 12];
    stream.read_exact(&mut asked_for).unwrap();
    assert_eq!(&asked_for, b"HTTP/1.1 100");
    let asked = Instant::now();
    program.terminate();
    let (status, log) = program.end();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(asked.elapsed() < Duration::from_secs(20));
    assert!(log.contains("the grace was over"), "{log}");
}

#[test]
fn what_was_half_received_and_nobody_went_on_with_is_cleared_away() {
    let program = Program::start(&[]);
    let folder = Arc::clone(&program.folder);
    program.kill();
    let incoming = folder.path().join("evidence/431123/incoming");
    fs::create_dir_all(&incoming).unwrap();
    let left = |name: &str, since: Duration| {
        let path = incoming.join(name);
        let file = fs::File::create(&path).unwrap();
        file.set_modified(SystemTime::now() - since).unwrap();
        path
    };
    let old = left("old", Duration::from_hours(7 * 24 + 1));
    // Its sender may have had no signal since, and another process may be at it.
    let new = left("new", Duration::from_hours(7 * 24 - 1));
    // Somebody goes on with it at this moment.
    let held = left("held", Duration::from_hours(7 * 24 + 1));
    let lock = fs::File::open(&held).unwrap();
    lock.lock().unwrap();
    let _program = Program::start_in(folder, &[]);
    assert!(!old.exists() && new.exists() && held.exists());
}
