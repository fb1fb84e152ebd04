//! Many who guess at once, and many who only ask to be let in.

use super::{PASSWORD, Program};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const IN: &str = "mutation In($login: String!, $password: String!) { \
                  signIn(login: $login, password: $password) { token } }";

/// What whoever signs in from this address behind a trusted proxy is told: a code, or nothing where he is in.
fn told(program: &Program, from: &str, login: &str, password: &str) -> String {
    let from = format!("x-forwarded-for: {from}");
    let variables = json!({ "login": login, "password": password });
    let told: Value = program.ask(&[&from], IN, &variables).json();
    let code = told["errors"][0]["extensions"]["code"].as_str();
    code.unwrap_or_default().to_owned()
}

/// What all of them are told who ask at once.
fn at_once(many: usize, ask: impl Fn(usize) -> String + Sync) -> Vec<String> {
    std::thread::scope(|scope| {
        let ask = &ask;
        let asking: Vec<_> = (0..many)
            .map(|number| scope.spawn(move || ask(number)))
            .collect();
        let told = asking.into_iter().map(|asking| asking.join().unwrap());
        told.collect()
    })
}

fn count(told: &[String], code: &str) -> usize {
    told.iter().filter(|told| *told == code).count()
}

#[test]
fn of_a_hundred_wrong_passwords_at_once_no_more_are_looked_at_than_one_after_the_other() {
    let program = Program::start(&[("XIAOHAO_PROXIES", "127.0.0.1")]);
    let all = at_once(100, |number| {
        told(&program, "10.0.0.9", "clerk", &format!("wrong {number}"))
    });
    assert_eq!(count(&all, "SIGN_IN_FAILED"), 5, "{all:?}");
    assert_eq!(count(&all, "TOO_MANY_TRIES"), 95, "{all:?}");
    // Its owner, who comes from elsewhere, is let in meanwhile; from there whoever knows it waits.
    assert_eq!(told(&program, "10.0.0.1", "clerk", PASSWORD), "");
    let waits = told(&program, "10.0.0.9", "clerk", PASSWORD);
    assert_eq!(waits, "TOO_MANY_TRIES");
    // What is right is no guess, however many come at once.
    let right = at_once(20, |_| told(&program, "10.0.0.1", "clerk", PASSWORD));
    assert_eq!(count(&right, ""), 20, "{right:?}");
}

#[test]
fn what_was_guessed_from_several_addresses_is_told_of_each() {
    let program = Program::start(&[("XIAOHAO_PROXIES", "127.0.0.1")]);
    for from in ["10.0.0.7", "10.0.0.8", "10.0.0.7"] {
        assert_eq!(told(&program, from, "clerk", "a guess"), "SIGN_IN_FAILED");
    }
    let own = format!("authorization: Bearer {}", program.sign_in("clerk"));
    let asked = |query: &str, variables: Value| -> Value {
        let answer: Value = program.ask(&[&own], query, &variables).json();
        answer["data"].clone()
    };
    let viewer = asked("{ viewer { person { id } } }", json!({}));
    let list =
        "query($of: ID!) { refusedAttempts(person: $of) { nodes { times tried address login } } }";
    let of = json!({ "of": viewer["viewer"]["person"]["id"] });
    let kept = asked(list, of);
    // Those of one second are in one row; a machine that is busy may take longer.
    let mut times = BTreeMap::new();
    for node in kept["refusedAttempts"]["nodes"].as_array().unwrap() {
        assert_eq!(
            (&node["tried"], &node["login"]),
            (&json!("signIn"), &json!("clerk"))
        );
        let from = node["address"].as_str().unwrap().to_owned();
        *times.entry(from).or_insert(0) += node["times"].as_u64().unwrap();
    }
    let expected = [("10.0.0.7", 2), ("10.0.0.8", 1)];
    assert_eq!(
        times,
        expected
            .map(|(from, times)| (from.to_owned(), times))
            .into()
    );
}

/// The most memory that the program has had so far, in MiB.
fn most_memory(program: &Program) -> u64 {
    let path = format!("/proc/{}/status", program.child.id());
    let status = fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let line = line.unwrap().trim().trim_end_matches(" kB");
    line.parse::<u64>().unwrap() / 1024
}

#[test]
fn many_strangers_at_once_take_no_more_memory_than_some_and_are_told_to_come_later() {
    let program = Program::start(&[]);
    program.sign_in("clerk");
    let before = most_memory(&program);
    // Most of them are longer than any login.
    let all = at_once(240, |number| {
        let login = "nobody".repeat(1 + (number % 4) * 10_000);
        let login = format!("{login}-{number}");
        let variables = json!({ "login": login, "password": "wrong" });
        let told = program.ask(&[], IN, &variables).json();
        told["errors"][0]["extensions"]["code"].to_string()
    });
    let failed = count(&all, "\"SIGN_IN_FAILED\"");
    let later = count(&all, "\"TOO_MANY_REQUESTS\"");
    assert_eq!(failed + later, 240, "{all:?}");
    assert!(failed >= 100, "{failed} were looked at");
    let more = most_memory(&program) - before;
    let cores = std::thread::available_parallelism().unwrap().get() as u64;
    assert!(more < 200 + 20 * cores, "{more} MiB more");
    program.sign_in("clerk");
}
