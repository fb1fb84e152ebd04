//! The program is asked to stop while people work, and while somebody hangs on.

use super::{Program, Reply, read, written};
use serde_json::{Value, json};
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How many people work at once, and how many acts are answered before the program is asked to stop.
const PEOPLE: u128 = 8;
const ACTS: usize = 40;

const REPORT: &str = "mutation($act: ActInput!, $input: ReportInput!) { \
                      reportHazard(act: $act, input: $input) { hazard { clue } } }";

#[test]
fn whatever_was_answered_is_there_after_the_program_was_asked_to_stop() {
    let program = Program::start(&[]);
    let token = program.sign_in("town-100");
    let (port, folder) = (program.port, Arc::clone(&program.folder));
    let (told, answered) = channel();
    let work = |person| {
        let (told, token) = (told.clone(), token.clone());
        std::thread::spawn(move || work(port, person, &token, &told))
    };
    let people: Vec<_> = (0..PEOPLE).map(work).collect();
    drop(told);
    let mut clues: Vec<String> = answered.iter().take(ACTS).collect();
    program.terminate();
    let (status, log) = program.end();
    clues.extend(answered.iter());
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

/// Reports hazards, each by a connection of its own, until nobody answers any more.
fn work(port: u16, person: u128, token: &str, told: &Sender<String>) {
    for number in 0.. {
        let id = |kind: u128| {
            Uuid::from_u128(
                (0x0193_A5F0 << 96)
                    + (7 << 76)
                    + (8 << 60)
                    + (kind << 40)
                    + (person << 20)
                    + number,
            )
        };
        let variables = json!({
            "act": { "hazardId": id(1), "requestId": id(2) },
            "input": {
                "title": "锅炉安全阀失效", "description": "安全阀锈死，不能起跳。", "township": "431123100",
                "place": format!("示范厂{person}号车间{number}号锅炉"), "source": "TOWNSHIP", "foundOn": "2024-06-03"
            }
        });
        let body = json!({ "query": REPORT, "variables": variables }).to_string();
        let bearer = format!("authorization: Bearer {token}");
        let head = ["content-type: application/json", bearer.as_str()];
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
            return;
        };
        if stream
            .write_all(&written("POST /graphql HTTP/1.1", &head, body.as_bytes()))
            .is_err()
        {
            return;
        }
        let Some(reply) = read(&mut stream) else {
            return;
        };
        let reply = Reply::json(&reply);
        let clue = reply["data"]["reportHazard"]["hazard"]["clue"].as_str();
        let clue = clue.unwrap_or_else(|| panic!("{reply:#}")).to_owned();
        drop(told.send(clue));
    }
}

#[test]
fn a_client_that_hangs_on_does_not_hold_the_program() {
    let program = Program::start(&[("XIAOHAO_SHUTDOWN_GRACE_SECONDS", "1")]);
    let mut stream = program.connect();
    let whole = written(
        "POST /graphql HTTP/1.1",
        &["content-type: application/json"],
        &[b' '; 100],
    );
    stream.write_all(&whole[..whole.len() - 50]).unwrap();
    // The connection has been taken once another, later one is answered.
    assert_eq!(program.get("/health/live", &[]).status, 200);
    let asked = Instant::now();
    program.terminate();
    let (status, log) = program.end();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(asked.elapsed() < Duration::from_secs(20));
    assert!(log.contains("the grace was over"), "{log}");
}
