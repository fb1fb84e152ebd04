//! What somebody leaves behind who tries in vain: with another's session, another's token, another's login, an id that he
//! guesses. Whose it was is told, and whether there is what he looked for is not.

use super::session::{PASSWORD, WHO, ask, code, open_on, renewing, signing_in, text};
use super::vouched::{believing, good, saying};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;
use xiaohao_core::Actor;
use xiaohao_core::values::{CircularId, HazardId, OrderId};
use xiaohao_server::config::Requests;
use xiaohao_server::http;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_tests::issuer::{Key, token};
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

const CLERK: &str = "office-clerk-1";

fn login_of(served: &Served, who: &Actor) -> String {
    let directory = served.office.directory();
    directory.person(who.person).unwrap().login.to_string()
}

async fn signed_in(served: &Served, who: &Actor) -> Value {
    let login = login_of(served, who);
    ask(served, None, &signing_in(&login, PASSWORD, "")).await.1
}

/// What was refused, of this person or of everybody, as whoever has this token is told.
async fn refused(served: &Served, token: &str, of: Option<&Actor>) -> Vec<Value> {
    let of = of.map_or_else(String::new, |of| format!("(person: \"{}\")", of.person));
    let query = format!(
        "{{ told: refusedAttempts{of} {{ totalCount nodes {{ times tried subject codes login person {{ id }} role }} }} }}"
    );
    let (_, told) = ask(served, Some(token), &query).await;
    let nodes = told["data"]["told"]["nodes"].as_array();
    let nodes = nodes.unwrap_or_else(|| panic!("{told:#}")).clone();
    assert_eq!(told["data"]["told"]["totalCount"], nodes.len());
    // What is tried again within a second is in one row; a machine that is busy may take longer.
    let mut alike: Vec<(Value, u64)> = Vec::new();
    for mut node in nodes {
        let times = node["times"].take().as_u64().unwrap();
        match alike.iter_mut().find(|(other, _)| *other == node) {
            Some((_, so_far)) => *so_far += times,
            None => alike.push((node, times)),
        }
    }
    let told = |(mut node, times): (Value, u64)| {
        node["times"] = json!(times);
        node
    };
    alike.into_iter().map(told).collect()
}

#[tokio::test]
async fn whose_session_was_stolen_is_told_so_and_finds_it_among_what_was_refused_to_him() {
    for kind in KINDS {
        for thief_is_first in [true, false] {
            let (_office, served) = open_on(kind).await;
            let opened = signed_in(&served, &clerk()).await;
            // Both have the renewal. Whoever comes first goes on with it, until the other comes.
            let renewal = text(&opened, "renewal");
            let first = ask(&served, None, &renewing(renewal)).await.1;
            let present = text(&first, "token");
            assert_eq!(
                ask(&served, Some(present), WHO).await.0,
                StatusCode::OK,
                "{kind:?}"
            );
            let second = ask(&served, None, &renewing(renewal)).await.1;
            let (status, over) = ask(&served, Some(present), WHO).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            let owner = if thief_is_first { &second } else { &over };
            for told in [owner, &second, &over] {
                assert_eq!(code(told), "RENEWAL_REUSED", "{kind:?}: {told:#}");
                let message = told["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains("用了两次") && message.contains("修改密码"));
                assert!(
                    !told.to_string().contains(CLERK),
                    "a thief does not learn whose it is"
                );
            }
            // Signing in again he finds both, as his.
            let again = signed_in(&served, &clerk()).await;
            let own = refused(&served, text(&again, "token"), Some(&clerk())).await;
            for tried in ["renewSession", "query"] {
                let row = own.iter().find(|row| row["tried"] == tried);
                let row = row.unwrap_or_else(|| panic!("{tried} in {own:#?}"));
                assert_eq!(row["codes"], json!(["RENEWAL_REUSED"]));
                assert_eq!(row["login"], CLERK);
                assert_eq!(row["person"]["id"], json!(clerk().person));
                assert_eq!(row["role"], "OFFICE_CLERK");
            }
            // A renewal that never was one is told from it, and is nobody's.
            ask(&served, None, &renewing("never was one")).await;
            let supervisor = signed_in(&served, &auditor()).await;
            let all = refused(&served, text(&supervisor, "token"), None).await;
            let random = all
                .iter()
                .find(|row| row["codes"] == json!(["SESSION_OVER"]));
            let random = random.unwrap_or_else(|| panic!("{all:#?}"));
            assert_eq!(
                (&random["login"], &random["person"]),
                (&json!(null), &json!(null))
            );
        }
    }
}

/// Tokens of which something is wrong, with what it is and whom they claim.
fn bad_tokens(
    key: &Key,
    claims: &Value,
    platforms: &str,
) -> Vec<(String, &'static str, Option<String>)> {
    let now = claims["iat"].as_i64().unwrap();
    let header = |name: &str, value: Value| {
        let mut header = json!({ "alg": key.algorithm(), "typ": "at+jwt", "kid": "k1" });
        header[name] = value;
        header
    };
    let thiefs = Key::es256("k1");
    let by_thief = |claims: &Value| {
        let usual = header("kid", json!("k1"));
        token(&usual, claims, |message| thiefs.sign(message))
    };
    let clerk = || Some(CLERK.to_owned());
    let unsigned = header("alg", json!("none"));
    let made_up = saying(claims, &json!({ "preferred_username": "made-up-1" }));
    let mut all = vec![
        (
            token(&unsigned, claims, |_| Vec::new()),
            "TOKEN_MALFORMED",
            clerk(),
        ),
        (by_thief(claims), "TOKEN_SIGNATURE", clerk()),
        // Of logins that a thief makes up there is no end, so none is kept.
        (by_thief(&made_up), "TOKEN_SIGNATURE", None),
    ];
    for (name, value, why) in [
        ("alg", json!("HS256"), "TOKEN_ALGORITHM"),
        ("kid", json!("k9"), "TOKEN_KEY"),
        ("typ", json!("id+jwt"), "TOKEN_TYPE"),
        ("crit", json!(["x"]), "TOKEN_CRITICAL"),
    ] {
        let other = token(&header(name, value), claims, |message| key.sign(message));
        all.push((other, why, clerk()));
    }
    let elsewhere = "https://elsewhere.example.cn";
    let over = json!({ "iat": now - 400, "exp": now - 100 });
    for (other, why, whom) in [
        (json!({ "iss": elsewhere }), "TOKEN_ISSUER", clerk()),
        (json!({ "aud": elsewhere }), "TOKEN_AUDIENCE", clerk()),
        (over, "TOKEN_EXPIRED", clerk()),
        (json!({ "nbf": now + 100 }), "TOKEN_EARLY", clerk()),
        (
            json!({ "preferred_username": null }),
            "TOKEN_NAMELESS",
            None,
        ),
        // The issuer has signed that there is such a one.
        (
            json!({ "preferred_username": "nobody-here" }),
            "TOKEN_UNKNOWN_PERSON",
            Some("nobody-here".to_owned()),
        ),
        (
            json!({ "xiaohao_role": "OFFICE_APPROVER" }),
            "TOKEN_POST",
            clerk(),
        ),
        (
            json!({ "preferred_username": platforms }),
            "TOKEN_PLATFORM",
            Some(platforms.to_owned()),
        ),
    ] {
        all.push((key.token(&saying(claims, &other)), why, whom));
    }
    all
}

#[tokio::test]
async fn a_token_that_nobody_vouches_for_is_kept_with_what_is_wrong_and_whom_it_claims() {
    for kind in KINDS {
        let key = Key::es256("k1");
        let (office, served, issuer) = believing(kind, &key).await;
        let claims = good(&issuer, office.now());
        let tokens = bad_tokens(&key, &claims, &login_of(&served, &platform()));
        for (token, ..) in &tokens {
            let (status, told) = ask(&served, Some(token), WHO).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
            // Whoever brings it hears of all of them the same.
            assert_eq!(code(&told), "SESSION_OVER");
            assert!(!told.to_string().contains("TOKEN_"), "{told:#}");
        }
        let supervisor = signed_in(&served, &auditor()).await;
        let all = refused(&served, text(&supervisor, "token"), None).await;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
        let page = std::fs::read_to_string(path).unwrap();
        for (_, why, login) in &tokens {
            let row = json!({
                "times": 1, "tried": "query", "subject": null, "codes": ["SESSION_OVER", why], "login": login,
                "person": null, "role": null,
            });
            assert!(all.contains(&row), "{kind:?}: {why} {login:?} in {all:#?}");
            assert!(page.contains(&format!("`{why}`")), "{why} is told nowhere");
        }
        assert_eq!(all.len(), tokens.len(), "{all:#?}");
        // Whoever was meant is told.
        let own = signed_in(&served, &clerk()).await;
        let own = refused(&served, text(&own, "token"), Some(&clerk())).await;
        let of_clerk = tokens
            .iter()
            .filter(|(.., login)| login.as_deref() == Some(CLERK));
        assert_eq!(own.len(), of_clerk.count(), "{own:#?}");
    }
}

#[tokio::test]
async fn one_is_shown_what_others_tried_with_ones_login_and_nobody_elses() {
    for kind in KINDS {
        let (_office, served) = open_on(kind).await;
        let inspectors = login_of(&served, &inspector());
        for login in [CLERK, CLERK, &inspectors, "no-such-login"] {
            ask(&served, None, &signing_in(login, "wrong password", "")).await;
        }
        let own = signed_in(&served, &clerk()).await;
        let own = refused(&served, text(&own, "token"), Some(&clerk())).await;
        let expected = json!([{
            "times": 2, "tried": "signIn", "subject": null, "codes": ["SIGN_IN_FAILED"], "login": CLERK,
            "person": null, "role": null,
        }]);
        assert_eq!(json!(own), expected, "{kind:?}");
        // And whoever supervises finds it under that person.
        let supervisor = signed_in(&served, &auditor()).await;
        let of = refused(&served, text(&supervisor, "token"), Some(&clerk())).await;
        assert_eq!(json!(of), expected);
    }
}

/// The status of what the server answers that is asked for a file.
async fn file_shown(served: &Served, token: &str, hazard: HazardId, digest: &str) -> StatusCode {
    let path = format!("/hazards/{hazard}/evidence/{digest}");
    let request = Request::builder().method(Method::GET).uri(path);
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let app = http::app(served.clone(), Requests::default(), UnderWay::default());
    let request = request.body(Body::empty()).unwrap();
    app.oneshot(request).await.unwrap().status()
}

/// What the same questions leave behind about a hazard and papers that there are, or that there are not.
async fn traces(
    served: &Served,
    (hazard, number, order, circular): (HazardId, &str, OrderId, CircularId),
) -> Vec<Value> {
    let opened = signed_in(served, &stranger()).await;
    let token = text(&opened, "token");
    let digest = file(1).to_string();
    let clue = "431123-XS-2026-000999";
    for query in [
        format!("{{ hazard(by: {{ id: \"{hazard}\" }}) {{ id }} }}"),
        format!("{{ hazard(by: {{ number: \"{number}\" }}) {{ id }} }}"),
        format!("{{ hazard(by: {{ clue: \"{clue}\" }}) {{ id }} }}"),
        format!("{{ closureStatus(number: \"{number}\") {{ isClosed }} }}"),
        format!("{{ order(id: \"{order}\") {{ id }} }}"),
        format!("{{ circular(id: \"{circular}\") {{ id }} }}"),
        format!("{{ node(id: \"{hazard}\") {{ id }} }}"),
        format!("{{ nodes(ids: [\"{circular}\", \"{hazard}\", \"{order}\"]) {{ id }} }}"),
    ] {
        let (_, told) = ask(served, Some(token), &query).await;
        let shown = told["data"].to_string();
        assert_eq!(code(&told), "", "{query}: {told:#}");
        assert!(!shown.contains("\"id\""), "{query}: {shown}");
    }
    // What can be no id may be anything; nothing of it is kept, nor told again.
    let no_ids = "{ a: node(id: \"my-password\") { id } b: nodes(ids: [\"my-password\"]) { id } }";
    let (_, told) = ask(served, Some(token), no_ids).await;
    assert_eq!(code(&told), "BAD_USER_INPUT", "{told:#}");
    assert!(!told.to_string().contains("my-password"), "{told:#}");
    let status = file_shown(served, token, hazard, &digest).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let rows = refused(served, token, Some(&stranger())).await;
    let row = |tried: &str, subject: String, times: u32| {
        json!({
            "times": times, "tried": tried, "subject": subject, "codes": ["NOT_FOUND"], "login": null,
            "person": { "id": stranger().person }, "role": "INSPECTOR",
        })
    };
    let expected = [
        row("hazard", hazard.to_string(), 1),
        row("hazard", number.to_owned(), 1),
        row("hazard", clue.to_owned(), 1),
        row("closureStatus", number.to_owned(), 1),
        row("order", order.to_string(), 1),
        row("circular", circular.to_string(), 1),
        row("node", hazard.to_string(), 1),
        row("nodes", circular.to_string(), 3),
        row(
            "GET /hazards/{hazard}/evidence/{digest}",
            format!("{hazard}/{digest}"),
            1,
        ),
    ];
    for row in &expected {
        assert!(rows.contains(row), "{row:#} in {rows:#?}");
    }
    let malformed = rows
        .iter()
        .find(|row| row["codes"] == json!(["BAD_USER_INPUT"]));
    assert_eq!(malformed.unwrap()["subject"], json!(null), "{rows:#?}");
    assert_eq!(rows.len(), expected.len() + 1, "{rows:#?}");
    assert!(!json!(rows).to_string().contains("my-password"));
    rows
}

#[tokio::test]
async fn what_is_looked_for_in_vain_leaves_the_same_behind_whether_it_is_there_or_not() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let hazard = office.hazard_at(xiaohao_core::Status::Rectifying).await;
        let number = office.hazard(hazard).await.number().unwrap().to_string();
        let order = office.order(&[hazard]).await;
        office.draft(&order).await;
        let circular = office
            .circular(&[(hazard, xiaohao_core::circular::ItemKind::Praise)])
            .await;
        office.draft(&circular).await;
        let called = (hazard, number.as_str(), order.id, circular.id);
        let there = traces(&served, called).await;

        let (_nowhere, nothing) = open_on(kind).await;
        let not_there = traces(&nothing, called).await;
        assert_eq!(there, not_there, "{kind:?}");

        // Whoever is shown what he asks for leaves nothing behind.
        let seen = signed_in(&served, &clerk()).await;
        let token = text(&seen, "token");
        let query = format!(
            "{{ hazard(by: {{ id: \"{hazard}\" }}) {{ id }} node(id: \"{}\") {{ id }} closureStatus(number: \"{number}\") {{ number }} \
             nodes(ids: [\"{hazard}\", \"{}\"]) {{ id }} }}",
            order.id, circular.id
        );
        let (_, told) = ask(&served, Some(token), &query).await;
        assert_eq!(told["data"]["nodes"][1]["id"], json!(circular.id));
        assert_eq!(
            refused(&served, token, Some(&clerk())).await,
            [] as [Value; 0]
        );
    }
}

#[tokio::test]
async fn whoever_tries_ids_one_after_the_other_fills_no_table() {
    for kind in KINDS {
        let (office, served) = open_on(kind).await;
        let opened = signed_in(&served, &stranger()).await;
        let token = text(&opened, "token");
        let ids = (0..45).map(|_| office.request().as_uuid());
        let asked: Vec<_> = ids
            .enumerate()
            .map(|(number, id)| format!("a{number}: hazard(by: {{ id: \"{id}\" }}) {{ id }}"))
            .collect();
        ask(&served, Some(token), &format!("{{ {} }}", asked.join(" "))).await;
        let rows = refused(&served, token, Some(&stranger())).await;
        let times: u64 = rows.iter().map(|row| row["times"].as_u64().unwrap()).sum();
        assert_eq!((rows.len(), times), (20, 45), "{kind:?}");
    }
}
