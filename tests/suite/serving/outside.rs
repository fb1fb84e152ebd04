//! What the outside may have: so many passwords from one address, so many acts of one person; and whose address it is.

use super::{PASSWORD, Program, read, written};
use serde_json::{Value, json};
use std::io::Write;

const WRONG: &str = "mutation { signIn(login: \"clerk\", password: \"wrong password\") { token } }";

fn code(reply: &Value) -> &str {
    let code = &reply["errors"][0]["extensions"]["code"];
    code.as_str().unwrap_or_default()
}

/// What was refused, as the approver is told.
fn attempts(program: &Program) -> Vec<Value> {
    let bearer = format!("authorization: Bearer {}", program.sign_in("approver"));
    let query = "{ refusedAttempts { nodes { times tried codes address login } } }";
    let told = program.ask(&[&bearer], query, &json!({})).json();
    let nodes = told["data"]["refusedAttempts"]["nodes"].as_array();
    nodes.unwrap_or_else(|| panic!("{told:#}")).clone()
}

#[test]
fn passwords_come_no_faster_from_one_address_whatever_the_logins_and_the_others_are_let_in() {
    let program = Program::start(&[
        ("XIAOHAO_LIMITS_SIGN_INS_PER_ADDRESS", "3"),
        ("XIAOHAO_PROXIES", "127.0.0.1"),
    ]);
    let from = |address: &str, query: &str| {
        let said = format!("x-forwarded-for: 203.0.113.9, {address}");
        program.ask(&[&said], query, &json!({})).json()
    };
    // Each of many in one request counts.
    let tries = |login: &str| {
        format!(
            "{}: signIn(login: \"{login}\", password: \"12345678\") {{ token }}",
            login.replace('-', "_")
        )
    };
    let spray = ["clerk", "approver", "signer", "town-100"]
        .map(tries)
        .join(" ");
    let sprayed = from("198.51.100.7", &format!("mutation {{ {spray} }}"));
    let codes: Vec<_> = sprayed["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("{sprayed:#}"))
        .iter()
        .map(|error| error["extensions"]["code"].as_str().unwrap())
        .collect();
    let failed = "SIGN_IN_FAILED";
    assert_eq!(codes, [failed, failed, failed, "TOO_MANY_REQUESTS"]);
    let refused = from("198.51.100.7", WRONG);
    assert_eq!(code(&refused), "TOO_MANY_REQUESTS", "{refused:#}");
    let seconds = &refused["errors"][0]["extensions"]["retryAfterSeconds"];
    assert!((1..=21).contains(&seconds.as_u64().unwrap()), "{refused:#}");
    let link = from(
        "198.51.100.7",
        "mutation { openLink(secret: \"xhl_x\") { token } }",
    );
    assert_eq!(code(&link), "TOO_MANY_REQUESTS");
    let right =
        format!("mutation {{ signIn(login: \"town-100\", password: \"{PASSWORD}\") {{ token }} }}");
    assert_eq!(code(&from("198.51.100.7", &right)), "TOO_MANY_REQUESTS");
    let let_in = from("198.51.100.8", &right);
    assert!(let_in["data"]["signIn"]["token"].is_string(), "{let_in:#}");

    let told = attempts(&program);
    let of = |code: &str| {
        let codes = json!([code]);
        let found = told.iter().filter(|one| one["codes"] == codes);
        found.cloned().collect::<Vec<_>>()
    };
    for one in told.iter().filter(|one| one["address"] != Value::Null) {
        assert_eq!(one["address"], "198.51.100.7", "{told:#?}");
    }
    let clerk = of("SIGN_IN_FAILED");
    assert!(clerk.iter().any(|one| one["login"] == "clerk"), "{told:#?}");
    assert!(!of("TOO_MANY_REQUESTS").is_empty(), "{told:#?}");
}

#[test]
fn strangers_wait_when_they_come_too_often_and_whoever_has_signed_in_does_not() {
    let program = Program::start(&[("XIAOHAO_LIMITS_STRANGERS_PER_ADDRESS", "5")]);
    let token = program.sign_in("clerk");
    let bearer = format!("authorization: Bearer {token}");
    let mut last = None;
    for _ in 0..5 {
        last = Some(program.ask(
            &["authorization: Bearer guessed"],
            "{ viewer { role } }",
            &json!({}),
        ));
    }
    let last = last.unwrap();
    assert_eq!(last.status, 429);
    let seconds: u64 = last.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=13).contains(&seconds), "{seconds}");
    assert_eq!(code(&last.json()), "TOO_MANY_REQUESTS");
    // Nobody's word is taken for another address.
    let forged = [
        "x-forwarded-for: 198.51.100.1",
        "authorization: Bearer guessed",
    ];
    assert_eq!(
        program
            .ask(&forged, "{ viewer { role } }", &json!({}))
            .status,
        429
    );
    assert_eq!(program.get("/ledger/checkpoint?since=1", &[]).status, 429);
    // What leads nowhere is of strangers too, and the name of a method that nobody knows is not kept.
    let nowhere = program.get("/nothing", &[]);
    assert_eq!(nowhere.status, 429);
    assert!(nowhere.header("retry-after").is_some());
    assert_eq!(program.get("/health/live", &[]).status, 200);
    let mine = program
        .ask(&[&bearer], "{ viewer { role } }", &json!({}))
        .json();
    assert_eq!(mine["data"]["viewer"]["role"], "OFFICE_CLERK");
}

#[test]
fn of_a_method_that_nobody_knows_the_name_is_not_kept() {
    let program = Program::start(&[]);
    let auditor = format!("authorization: Bearer {}", program.sign_in("auditor"));
    let long = "X".repeat(20_000);
    for method in [&*long, "PROPFIND", "GET"] {
        let asked = written(&format!("{method} /nothing HTTP/1.1"), &[], b"");
        let mut stream = program.connect();
        stream.write_all(&asked).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, 404, "{}", method.len());
    }
    let query = "{ refusedAttempts { nodes { tried codes times } } }";
    let told = program.ask(&[&auditor], query, &json!({})).json();
    let nodes = told["data"]["refusedAttempts"]["nodes"].as_array().unwrap();
    let nowhere = nodes
        .iter()
        .filter(|one| one["codes"] == json!(["NOT_FOUND"]));
    let mut tried: Vec<_> = nowhere.map(|one| one["tried"].to_string()).collect();
    tried.sort_unstable();
    assert_eq!(tried, ["\"GET other\"", "\"other other\""]);
}

#[test]
fn one_person_acts_and_asks_no_more_than_his_share() {
    let program = Program::start(&[
        ("XIAOHAO_LIMITS_ACTS_PER_PERSON", "2"),
        ("XIAOHAO_LIMITS_COMPLEXITY_PER_PERSON", "100"),
    ]);
    let clerk = format!("authorization: Bearer {}", program.sign_in("clerk"));
    let act = |n: u32| {
        format!(
            "mutation {{ addNote(act: {{ hazardId: \"01900000-0000-7000-8000-00000000000{n}\", \
             requestId: \"01900000-0000-7000-8000-00000000001{n}\" }}, input: {{ text: \"x\", evidence: [] }}) \
             {{ userErrors {{ code }} }} }}"
        )
    };
    for n in 0..2 {
        let done = program.ask(&[&clerk], &act(n), &json!({})).json();
        assert_eq!(done.get("errors"), None, "{done:#}");
    }
    let third = program.ask(&[&clerk], &act(2), &json!({})).json();
    assert_eq!(code(&third), "TOO_MANY_REQUESTS", "{third:#}");

    let costly = "{ hazards(first: 50) { nodes { id } } }";
    let town = format!("authorization: Bearer {}", program.sign_in("town-100"));
    assert_eq!(program.ask(&[&town], costly, &json!({})).status, 200);
    let again = program.ask(&[&town], costly, &json!({}));
    assert_eq!(
        (again.status, code(&again.json())),
        (429, "TOO_MANY_REQUESTS")
    );
    assert!(again.header("retry-after").is_some());
    let lead = format!("authorization: Bearer {}", program.sign_in("approver"));
    assert_eq!(program.ask(&[&lead], costly, &json!({})).status, 200);
}

#[test]
fn whoever_looks_back_pays_for_what_is_replayed() {
    let program = Program::start(&[("XIAOHAO_LIMITS_COMPLEXITY_PER_PERSON", "1500")]);
    let clerk = format!("authorization: Bearer {}", program.sign_in("clerk"));
    let today = "{ closureStatistics { total { valid } } }";
    for _ in 0..5 {
        assert_eq!(program.ask(&[&clerk], today, &json!({})).status, 200);
    }
    let back = "{ closureStatistics(asOf: { validOn: \"2026-10-01\" }) { total { valid } } }";
    let once = program.ask(&[&clerk], back, &json!({})).json();
    assert_eq!(once.get("errors"), None, "{once:#}");
    let again = program.ask(&[&clerk], back, &json!({})).json();
    assert_eq!(code(&again), "TOO_MANY_REQUESTS", "{again:#}");
}
