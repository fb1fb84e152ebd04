//! More connections than there is room for, connections that say nothing, and those that take nothing away.

use super::{Program, read, written};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use xiaohao_core::values::Digest;

/// The beginning of a request, and no more of it.
const HALF: &[u8] = b"POST /graphql HTTP/1.1\r\nHost: x\r\n";

fn begun(program: &Program) -> TcpStream {
    let mut stream = program.connect();
    stream.write_all(HALF).unwrap();
    stream
}

/// Lets time pass.
#[expect(
    clippy::disallowed_methods,
    reason = "what the program does as time passes is what is tried, and it goes by the clock of the machine"
)]
fn pass(time: Duration) {
    std::thread::sleep(time);
}

/// Whether the other side has not hung up; what it said so far is read.
fn is_open(mut stream: &TcpStream) -> bool {
    let patience = stream.read_timeout().unwrap();
    let soon = Some(Duration::from_millis(10));
    stream.set_read_timeout(soon).unwrap();
    let end = loop {
        match stream.read(&mut [0; 1024]) {
            Ok(0) => break false,
            Ok(_) => {}
            Err(error) => break error.kind() == ErrorKind::WouldBlock,
        }
    };
    stream.set_read_timeout(patience).unwrap();
    end
}

/// How long it takes until the other side hangs up.
fn until_closed(stream: &mut TcpStream) -> Duration {
    let begun = Instant::now();
    let mut rest = Vec::new();
    drop(stream.read_to_end(&mut rest));
    begun.elapsed()
}

fn is_served(program: &Program) {
    let begun = Instant::now();
    assert_eq!(program.get("/health/ready", &[]).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(20), "{begun:?}");
}

fn figure(program: &Program, begins: &str) -> u64 {
    let told = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(begins));
    line.map_or(0, |rest| rest.trim().parse().unwrap())
}

#[test]
fn half_open_connections_hold_up_nobody_where_few_files_may_be_open() {
    // The files that the process may open are fewer than those who connect.
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let data = folder.path().to_str().unwrap().to_owned();
    let mut few = Command::new("prlimit");
    few.args(["--nofile=200:300", super::PROGRAM]);
    let unbounded = [("XIAOHAO_LIMITS_CONNECTIONS_PER_ADDRESS", "0")];
    let arguments = ["demo", "--data", &data, "--listen", "127.0.0.1:0"];
    let program = Program::by(few, &arguments, folder, &unbounded);
    let held: Vec<_> = (0..400).map(|_| begun(&program)).collect();
    is_served(&program);
    assert!(!is_open(&held[0]), "the one that was idle longest is there");
    assert!(is_open(&held[399]), "the latest had to go");
    let away = "xiaohao_connections_turned_away_total{bound=\"all\",who=\"idle\"}";
    assert!(figure(&program, away) >= 200);
    assert!(figure(&program, "xiaohao_connections ") <= 300 - 128);
    drop(held);
    let log = program.end_in_order();
    assert!(!log.contains("nobody can be let in"), "{log}");
    let told = log.matches("as many connections are open as may be");
    assert_eq!(told.count(), 1, "{log}");
}

#[test]
fn one_address_has_no_more_connections_than_it_may_and_a_trusted_proxy_has() {
    let bound = ("XIAOHAO_LIMITS_CONNECTIONS_PER_ADDRESS", "20");
    let program = Program::start(&[bound]);
    let held: Vec<_> = (0..40).map(|_| begun(&program)).collect();
    is_served(&program);
    assert!(!is_open(&held[0]) && is_open(&held[39]));
    let away = "xiaohao_connections_turned_away_total{bound=\"address\",who=\"idle\"}";
    assert!(figure(&program, away) >= 20);

    let behind = Program::start(&[bound, ("XIAOHAO_PROXIES", "127.0.0.1")]);
    let held: Vec<_> = (0..40).map(|_| begun(&behind)).collect();
    is_served(&behind);
    assert!(held.iter().all(is_open));
}

#[test]
fn a_head_has_its_time_be_it_byte_by_byte_and_so_has_whoever_asks_nothing() {
    let program = Program::start(&[
        ("XIAOHAO_LIMITS_HEAD_SECONDS", "1"),
        ("XIAOHAO_LIMITS_IDLE_SECONDS", "6"),
    ]);
    // One that says nothing from the beginning on.
    let waited = until_closed(&mut program.connect());
    assert!((1..5).contains(&waited.as_secs()), "{waited:?}");

    let mut dripping = begun(&program);
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(10) {
        pass(Duration::from_millis(100));
        if dripping.write_all(b"x").is_err() {
            break;
        }
    }
    assert!(since.elapsed() < Duration::from_secs(8), "{since:?}");

    // Between two requests one has longer, and for the head of the next as long as for that of the first.
    let mut kept = program.connect();
    let asked = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
    for _ in 0..2 {
        kept.write_all(asked).unwrap();
        let mut some = [0; 4096];
        assert!(kept.read(&mut some).unwrap() > 0);
        pass(Duration::from_secs(2));
        assert!(is_open(&kept), "it was closed before its time");
    }
    kept.set_read_timeout(None).unwrap();
    let waited = until_closed(&mut kept);
    assert!((2..10).contains(&waited.as_secs()), "{waited:?}");

    let mut next = program.connect();
    next.write_all(asked).unwrap();
    assert!(next.read(&mut [0; 4096]).unwrap() > 0);
    next.write_all(HALF).unwrap();
    let waited = until_closed(&mut next);
    assert!(waited < Duration::from_secs(5), "{waited:?}");
}

#[test]
fn whoever_takes_nothing_away_of_what_he_asked_is_let_go() {
    let program = Program::start(&[("XIAOHAO_LIMITS_IDLE_SECONDS", "1")]);
    let asked = b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut greedy = program.connect();
    greedy
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let mut sent = 0_u32;
    while sent < 200_000 && greedy.write_all(asked).is_ok() {
        sent += 1;
    }
    // What was asked is answered as long as there is room for it, and then it takes a second.
    let begun = Instant::now();
    while figure(&program, "xiaohao_connections ") > 1 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it holds on");
        pass(Duration::from_millis(200));
    }
}

/// A text as a client of WebSocket sends it, masked by nothing but zeros.
fn framed(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    assert!(length > 125);
    let head = [0x81, 0xFE, 0, length, 0, 0, 0, 0];
    [&head, text.as_bytes()].concat()
}

/// A conversation over WebSocket, of somebody who has said who he is.
fn introduced(program: &Program) -> TcpStream {
    let head = [
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol: graphql-transport-ws",
    ];
    let asked = written("GET /graphql HTTP/1.1", &head, b"");
    let asked = String::from_utf8(asked).unwrap();
    let asked = asked.replace("connection: close", "connection: upgrade");
    let mut conversation = program.connect();
    conversation.write_all(asked.as_bytes()).unwrap();
    let mut some = [0; 4096];
    let read_so_far = conversation.read(&mut some).unwrap();
    assert!(some[..read_so_far].starts_with(b"HTTP/1.1 101"));
    let bearer = format!("Bearer {}", program.sign_in("clerk"));
    let payload = json!({ "authorization": bearer });
    let introduced = json!({ "type": "connection_init", "payload": payload });
    conversation
        .write_all(&framed(&introduced.to_string()))
        .unwrap();
    assert!(conversation.read(&mut some).unwrap() > 0);
    conversation
}

#[test]
fn who_speaks_an_older_protocol_starts_nothing() {
    let program = Program::start(&[]);
    let mut conversation = introduced(&program);
    let query = format!("{{ viewer {{ role }} }} # {}", "-".repeat(80));
    let start = json!({ "type": "start", "id": "1", "payload": { "query": query } });
    conversation.write_all(&framed(&start.to_string())).unwrap();
    let mut told = Vec::new();
    conversation.read_to_end(&mut told).unwrap();
    // The frame that closes, its length, the code 4400 and the reason.
    let closes = [&[0x88, 17, 0x11, 0x30], &b"Invalid message"[..]].concat();
    assert!(told.ends_with(&closes), "{told:?}");
}

#[test]
fn a_conversation_lasts_longer_than_the_time_in_which_nothing_is_asked() {
    let program = Program::start(&[
        ("XIAOHAO_LIMITS_HEAD_SECONDS", "1"),
        ("XIAOHAO_LIMITS_IDLE_SECONDS", "1"),
    ]);
    let conversation = introduced(&program);
    pass(Duration::from_secs(3));
    assert!(is_open(&conversation));

    // And whoever is slow with his body has the time of a body.
    let mut slow = program.connect();
    let whole = written("POST /graphql HTTP/1.1", &[], b"{}");
    slow.write_all(&whole[..whole.len() - 1]).unwrap();
    pass(Duration::from_secs(3));
    slow.write_all(b"}").unwrap();
    assert_eq!(read(&mut slow).unwrap().status, 415);
}

#[test]
fn an_upload_that_stands_still_is_let_go_and_one_that_is_not_taken_hears_why() {
    let program = Program::start(&[("XIAOHAO_LIMITS_REQUEST_SECONDS", "2")]);
    let bearer = format!("authorization: Bearer {}", program.sign_in("town-100"));
    let photo = vec![7; 5 * 1024 * 1024];
    let digest = Digest::new(Sha256::digest(&photo).into());
    let put = format!("PUT /evidence/{digest} HTTP/1.1");

    let whole = written(&put, &[&bearer], &photo);
    let mut stands_still = program.connect();
    let begins = whole.len() - photo.len() + 1;
    stands_still.write_all(&whole[..begins]).unwrap();
    let begun = Instant::now();
    assert_eq!(read(&mut stands_still).unwrap().status, 408);
    assert!((2..10).contains(&begun.elapsed().as_secs()), "{begun:?}");

    // Most clients listen when they have sent everything.
    let answered = |bearer: &str| {
        let mut stream = program.connect();
        let sent = stream.write_all(&written(&put, &[bearer], &photo));
        sent.expect("it is taken to its end");
        read(&mut stream).unwrap().status
    };
    for (bearer, status) in [
        ("authorization: Bearer nobody's", 401),
        (bearer.as_str(), 201),
        (bearer.as_str(), 200),
    ] {
        assert_eq!(answered(bearer), status);
    }
    // Whoever asks before he sends need not send.
    let asks_first = "expect: 100-continue";
    let mut stream = program.connect();
    let asks = written(
        &put,
        &["authorization: Bearer nobody's", asks_first],
        &photo,
    );
    stream.write_all(&asks[..asks.len() - photo.len()]).unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 401);
}
