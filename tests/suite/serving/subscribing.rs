//! As many subscribe at once as may, and a place is free again when somebody has gone.

use super::{Program, written};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Subscribes, and reads until the first data: an answer, or nothing where all is well and nothing has happened.
fn subscribe(program: &Program, token: &str) -> BufReader<TcpStream> {
    subscribed_to(program, token, "ledgerAppended { position }")
}

fn subscribed_to(program: &Program, token: &str, what: &str) -> BufReader<TcpStream> {
    let body = json!({ "query": format!("subscription {{ {what} }}") }).to_string();
    let bearer = format!("authorization: Bearer {token}");
    let head = [
        "content-type: application/json",
        "accept: text/event-stream",
        bearer.as_str(),
    ];
    let mut stream = program.connect();
    stream
        .write_all(&written("POST /graphql HTTP/1.1", &head, body.as_bytes()))
        .unwrap();
    BufReader::new(stream)
}

/// What is told until a line that begins so.
fn until(told: &mut BufReader<TcpStream>, begins: &str) -> String {
    let mut text = String::new();
    while !text.lines().any(|line| line.starts_with(begins)) {
        assert_ne!(told.read_line(&mut text).unwrap(), 0, "it ended: {text}");
    }
    text
}

fn subscriptions(program: &Program) -> String {
    let told = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
    let line = told
        .lines()
        .find(|line| line.starts_with("xiaohao_subscriptions "));
    line.unwrap().to_owned()
}

#[test]
fn as_many_subscribe_as_may_and_a_place_is_free_when_somebody_has_gone() {
    let program = Program::start(&[("XIAOHAO_LIMITS_SUBSCRIPTIONS", "1")]);
    let token = program.sign_in("clerk");
    let mut first = subscribe(&program, &token);
    assert!(until(&mut first, "HTTP/1.1").contains(" 200 "));
    let kind = until(&mut first, "content-type");
    assert!(kind.contains("text/event-stream"), "{kind}");

    let mut second = subscribe(&program, &token);
    let refused = until(&mut second, "data: {");
    assert!(refused.contains("event: next"), "{refused}");
    assert!(refused.contains("TOO_MANY_SUBSCRIPTIONS"), "{refused}");
    assert!(!refused.contains("\"data\":"), "it never ran: {refused}");
    let ended = until(&mut second, "data:");
    assert_eq!(ended.lines().last(), Some("data: "), "{ended}");
    assert!(ended.contains("event: complete\ndata: \n"), "{ended}");
    assert_eq!(subscriptions(&program), "xiaohao_subscriptions 1");

    drop(first);
    let begun = Instant::now();
    // That somebody has gone is found when the next thing is said to him.
    while subscriptions(&program) != "xiaohao_subscriptions 0" {
        assert!(begun.elapsed() < Duration::from_mins(1));
    }
    let mut third = subscribe(&program, &token);
    assert!(until(&mut third, "HTTP/1.1").contains(" 200 "));
    assert_eq!(subscriptions(&program), "xiaohao_subscriptions 1");
}

#[test]
fn what_is_told_again_and_again_costs_as_much_as_what_is_asked_for() {
    let program = Program::start(&[("XIAOHAO_LIMITS_COMPLEXITY_PER_PERSON", "200")]);
    let token = program.sign_in("clerk");
    let what = "ledgerAppended(after: 0) { position }";
    let mut told = subscribed_to(&program, &token, what);
    let all = until(&mut told, "event: complete");
    let lines = all.matches("\"position\":").count();
    assert!((2..100).contains(&lines), "{lines}: {all}");
    assert!(all.contains("TOO_MANY_REQUESTS"), "{all}");
}
