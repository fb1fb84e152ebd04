//! What was refused: kept with who, what and why, and read by those who may.

use super::session::{PASSWORD, ask, code, open_on, signing_in, text};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Instant;
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_ledger::Attempt;
use xiaohao_ledger::read::Stretch;
use xiaohao_server::clock;
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::Sql;
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

const LIST: &str = "{ told: refusedAttempts { nodes { times tried subject codes login role person { id } unit { id } requestId } } }";

async fn signed_in(served: &Served, who: &Actor) -> String {
    let directory = served.office.directory();
    let person = directory.person(who.person).unwrap();
    let login = signing_in(person.login.as_str(), PASSWORD, "");
    text(&ask(served, None, &login).await.1, "token").to_owned()
}

async fn listed(served: &Served, token: &str, query: &str) -> Vec<Value> {
    let (_, told) = ask(served, Some(token), query).await;
    let nodes = told["data"]["told"]["nodes"].as_array();
    nodes.unwrap_or_else(|| panic!("{told:#}")).clone()
}

#[tokio::test]
async fn what_is_refused_is_kept_with_who_what_and_why() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let hazard = office.report().await;
        let supervisor = signed_in(&served, &auditor()).await;
        assert_eq!(listed(&served, &supervisor, LIST).await, [] as [Value; 0]);

        // A wrong password, a login that there is not, and a token that never was one.
        for login in ["office-clerk-1", "office-clerk-1", "my-password"] {
            ask(&served, None, &signing_in(login, "wrong password", "")).await;
        }
        ask(&served, Some("no token at all"), "{ viewer { role } }").await;
        // An act by somebody who may not do it, and one that cannot be read.
        let token = signed_in(&served, &lead()).await;
        let reject = |request: &str| {
            format!(
                "mutation {{ done: rejectReport(act: {{ hazardId: \"{hazard}\", expectedVersion: 1, requestId: \"{request}\" }}, \
                 input: {{ reason: NOT_MAJOR, text: \"不属于重大隐患。\", checker: \"{}\" }}) {{ userErrors {{ code }} }} }}",
                clerk().person
            )
        };
        let id = office.request().as_uuid().to_string();
        let (_, refused) = ask(&served, Some(&token), &reject(&id)).await;
        let expected = refused["data"]["done"]["userErrors"].clone();
        let (_, malformed) = ask(&served, Some(&token), &reject("no id")).await;
        // Somebody else's sessions.
        let (_, hidden) = ask(
            &served,
            Some(&token),
            &format!("{{ sessions(person: \"{}\") {{ id }} }}", clerk().person),
        )
        .await;
        assert_eq!(code(&hidden), "NOT_FOUND");

        let told = listed(&served, &supervisor, LIST).await;
        let find = |tried: &str, code: &str| {
            let found = told.iter().find(|one| {
                one["tried"] == tried && one["codes"].as_array().unwrap().contains(&json!(code))
            });
            found
                .unwrap_or_else(|| panic!("{tried} {code} in {told:#?}"))
                .clone()
        };
        let known = told.iter().find(|one| one["login"] == "office-clerk-1");
        let known = known.unwrap_or_else(|| panic!("{told:#?}"));
        assert_eq!(
            (&known["times"], &known["tried"], &known["codes"]),
            (&json!(2), &json!("signIn"), &json!(["SIGN_IN_FAILED"]))
        );
        let unknown = told.iter().filter(|one| one["tried"] == "signIn");
        assert_eq!(unknown.count(), 2);
        assert!(!format!("{told:?}").contains("my-password"), "{told:#?}");
        assert_eq!(find("query", "SESSION_OVER")["role"], json!(null));

        let codes: Vec<_> = expected
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["code"])
            .collect();
        let act = told
            .iter()
            .find(|one| one["subject"] == json!(hazard))
            .unwrap();
        assert_eq!(act["codes"], json!(codes), "{refused:#}");
        assert_eq!(act["person"]["id"], json!(lead().person));
        assert_eq!(act["unit"]["id"], json!(lead().unit));
        assert!(!act["requestId"].as_str().unwrap().is_empty());
        let of = malformed["data"]["done"]["userErrors"][0]["code"].as_str();
        find("rejectReport", of.unwrap());
        assert_eq!(find("sessions", "NOT_FOUND")["role"], json!("LEAD"));
        // Each is told once: what an act was refused for is not told again as an answer.
        assert_eq!(told.len(), 6, "{told:#?}");
    }
}

#[tokio::test]
async fn one_sees_ones_own_and_whoever_supervises_sees_all() {
    let (_office, served) = open_on(Kind::Sqlite).await;
    ask(
        &served,
        None,
        &signing_in("nobody-here", "wrong password", ""),
    )
    .await;
    // A platform has no password, and is not shown this by its key.
    for who in everybody().into_iter().filter(|who| *who != platform()) {
        let token = signed_in(&served, &who).await;
        let own = format!(
            "{{ told: refusedAttempts(person: \"{}\") {{ nodes {{ tried }} }} }}",
            who.person
        );
        listed(&served, &token, &own).await;
        let (_, all) = ask(&served, Some(&token), LIST).await;
        let supervises = who == auditor() || who == approver();
        assert_eq!(code(&all) == "NOT_FOUND", !supervises, "{who:?}: {all:#}");
        let others = format!(
            "{{ told: refusedAttempts(person: \"{}\") {{ nodes {{ tried }} }} }}",
            if who == clerk() {
                approver().person
            } else {
                clerk().person
            }
        );
        let (_, others) = ask(&served, Some(&token), &others).await;
        assert_eq!(
            code(&others) == "NOT_FOUND",
            !supervises,
            "{who:?}: {others:#}"
        );
    }
}

fn attempt(office: &Office, number: u128, days_ago: i64) -> Attempt {
    let at = office.now() - TimeDelta::days(days_ago);
    Attempt {
        id: Uuid::from_u128(number),
        since: at,
        at,
        times: 1,
        actor: Some(clerk()),
        login: None,
        address: Some("10.0.0.1".to_owned()),
        tried: "listHazard".to_owned(),
        subject: None,
        codes: vec!["STALE_VERSION".to_owned()],
        request: "r".to_owned(),
    }
}

#[tokio::test]
async fn what_was_refused_is_read_page_by_page_the_latest_first() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let code = office.county.code;
        let all: Vec<_> = (1..=5).map(|number| attempt(&office, number, 0)).collect();
        served.store.keep_attempts(code, &all).await.unwrap();
        let token = signed_in(&served, &approver()).await;
        let mut after = String::new();
        let mut pages = Vec::new();
        loop {
            let query = format!(
                "{{ told: refusedAttempts(first: 2{after}) {{ nodes {{ id }} edges {{ cursor node {{ id }} }} \
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} totalCount hasNextPage endCursor }} }}"
            );
            let (_, told) = ask(&served, Some(&token), &query).await;
            let page = told["data"]["told"].clone();
            assert_eq!(page["totalCount"], 5);
            let cursors: Vec<_> = page["edges"].as_array().unwrap().iter().collect();
            assert_eq!(page["pageInfo"]["startCursor"], cursors[0]["cursor"]);
            assert_eq!(
                (
                    &page["pageInfo"]["hasNextPage"],
                    &page["pageInfo"]["endCursor"]
                ),
                (&page["hasNextPage"], &page["endCursor"])
            );
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
            pages.push(page);
            if pages.last().unwrap()["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let lengths: Vec<_> = pages
            .iter()
            .map(|page| page["nodes"].as_array().unwrap().len())
            .collect();
        assert_eq!(lengths, [2, 2, 1], "{kind:?}");
        // And back again.
        let before = &pages[2]["pageInfo"]["startCursor"];
        let query = format!(
            "{{ told: refusedAttempts(last: 2, before: {before}) {{ nodes {{ id }} pageInfo {{ hasPreviousPage }} }} }}"
        );
        let (_, told) = ask(&served, Some(&token), &query).await;
        assert_eq!(told["data"]["told"]["nodes"], pages[1]["nodes"], "{kind:?}");
        assert_eq!(told["data"]["told"]["pageInfo"]["hasPreviousPage"], true);
        for wrong in ["first: 0", "first: 201", "after: \"x\""] {
            let query = format!("{{ told: refusedAttempts({wrong}) {{ nodes {{ id }} }} }}");
            let (_, told) = ask(&served, Some(&token), &query).await;
            assert_ne!(self::code(&told), "", "{wrong}");
        }
    }
}

#[tokio::test]
async fn nothing_of_it_is_changed_and_nothing_goes_for_six_months() {
    for kind in KINDS {
        let office = Office::on(kind).await;
        let (store, code) = (office.cabinet.sql(), office.county.code);
        // The database goes by its own clock.
        let ago = |days| (office.now() - clock::now()).num_days() + days;
        let kept = [attempt(&office, 1, ago(180)), attempt(&office, 2, ago(190))];
        store.keep_attempts(code, &kept).await.unwrap();
        let refused = store
            .forget_attempts(code, kept[0].at + TimeDelta::days(1))
            .await;
        assert!(refused.is_err(), "{kind:?}");
        let all = Stretch::first(9, None, 9).unwrap();
        let kept_now = async || {
            let page = store.attempts(code, None, &all).await.unwrap().items;
            page.into_iter()
                .map(|(_, attempt)| attempt)
                .collect::<Vec<_>>()
        };
        assert_eq!(kept_now().await.len(), 2);
        store
            .forget_attempts(code, kept[0].at - TimeDelta::days(1))
            .await
            .unwrap();
        assert_eq!(kept_now().await, [kept[0].clone()], "{kind:?}");

        let sql = Sql::connect(office.cabinet.location()).await;
        for change in [
            "UPDATE refused_attempt SET codes = 'X'",
            "DELETE FROM refused_attempt",
        ] {
            assert!(sql.refuses(change).await, "{kind:?}: {change}");
        }
    }
}

#[tokio::test]
async fn one_person_fills_no_table_with_what_he_is_refused_and_hides_nobody() {
    let (office, served) = open_on(Kind::Sqlite).await;
    let token = signed_in(&served, &factory()).await;
    let supervisor = signed_in(&served, &auditor()).await;
    let begun = Instant::now();
    for _ in 0..40 {
        let id = office.new_hazard();
        for query in [
            format!("{{ hazard(by: {{ id: \"{id}\" }}) {{ id }} }}"),
            format!("{{ node(id: \"{id}\") {{ id }} }}"),
            format!("{{ nodes(ids: [\"{id}\"]) {{ id }} }}"),
            format!("{{ order(id: \"{id}\") {{ id }} }}"),
            format!("{{ circular(id: \"{id}\") {{ id }} }}"),
            format!("mutation {{ endSessions(person: \"{id}\") }}"),
        ] {
            ask(&served, Some(&token), &query).await;
        }
    }
    ask(&served, None, &signing_in("office-clerk-1", "wrong", "")).await;
    let mut told = Vec::new();
    let mut after = Value::Null;
    loop {
        let query = format!(
            "{{ told: refusedAttempts(first: 100, after: {after}) {{ nodes {{ tried person {{ id }} codes }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (_, mut page) = ask(&served, Some(&supervisor), &query).await;
        let page = page["data"]["told"].take();
        told.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
    }
    let of = |person: Value| told.iter().filter(move |one| one["person"] == person);
    let rows = of(json!({ "id": factory().person })).count();
    // A hundred at once, and what is left to him since.
    let trickled = usize::try_from(begun.elapsed().as_secs() * 100 / 60).unwrap();
    assert!((100..=102 + trickled).contains(&rows), "{rows}");
    let mut unknown = of(Value::Null);
    assert_eq!(unknown.next().unwrap()["codes"], json!(["SIGN_IN_FAILED"]));
}
