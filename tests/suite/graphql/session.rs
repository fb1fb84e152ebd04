//! Signing in over HTTP: with a password, for a token that is soon over, is renewed once, and ends.

use async_graphql::futures_util::stream;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use http_body_util::BodyExt;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tower::ServiceExt;
use xiaohao_server::config::Requests;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::{connect, url};

pub(super) const PASSWORD: &str = "long enough";

/// An office in which everybody has a password, and its server.
pub(super) async fn open() -> (Office, Served) {
    open_on(Kind::Sqlite).await
}

pub(super) async fn open_on(kind: Kind) -> (Office, Served) {
    let office = Office::on(kind).await;
    let served = office.served();
    people::give_all(&served, PASSWORD).await.unwrap();
    (office, served)
}

/// What the server answers to this, with this token.
pub(super) async fn ask(served: &Served, token: Option<&str>, query: &str) -> (StatusCode, Value) {
    ask_within(served, Requests::default(), token, query).await
}

pub(super) async fn ask_within(
    served: &Served,
    requests: Requests,
    token: Option<&str>,
    query: &str,
) -> (StatusCode, Value) {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request
        .body(Body::from(json!({ "query": query }).to_string()))
        .unwrap();
    let response = http::app(served.clone(), requests, UnderWay::default())
        .oneshot(request)
        .await
        .unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

pub(super) fn signing_in(login: &str, password: &str, more: &str) -> String {
    format!(
        "mutation {{ opened: signIn(login: \"{login}\", password: \"{password}\"{more}) {{ \
         token renewal expiresAt renewableUntil viewer {{ role person {{ name }} posts {{ role }} }} }} }}"
    )
}

pub(super) fn renewing(renewal: &str) -> String {
    format!("mutation {{ opened: renewSession(renewal: \"{renewal}\") {{ token renewal }} }}")
}

pub(super) fn text<'v>(answer: &'v Value, field: &str) -> &'v str {
    answer["data"]["opened"][field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {answer:#}"))
}

pub(super) fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default()
}

pub(super) const WHO: &str = "{ viewer { role } }";

#[tokio::test]
async fn whoever_knows_the_password_acts_as_himself_until_the_token_is_over() {
    let (office, served) = open().await;
    let (_, opened) = ask(&served, None, &signing_in("Office-Clerk-1", PASSWORD, "")).await;
    let token = text(&opened, "token");
    assert_eq!(opened["data"]["opened"]["viewer"]["role"], "OFFICE_CLERK");
    let (_, who) = ask(&served, Some(token), WHO).await;
    assert_eq!(who["data"]["viewer"]["role"], "OFFICE_CLERK");
    let (_, nobody) = ask(&served, None, WHO).await;
    assert_eq!(nobody["data"]["viewer"], json!(null));
    office.set_clock(office.now() + TimeDelta::minutes(15));
    let (status, over) = ask(&served, Some(token), WHO).await;
    assert_eq!(
        (status, code(&over)),
        (StatusCode::UNAUTHORIZED, "SESSION_OVER")
    );
    let (status, _) = ask(&served, Some("no token at all"), WHO).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_is_renewed_no_longer_than_a_day_at_work() {
    let (office, served) = open().await;
    let (_, first) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    office.set_clock(office.now() + TimeDelta::hours(11));
    let (_, second) = ask(&served, None, &renewing(text(&first, "renewal"))).await;
    let (_, who) = ask(&served, Some(text(&second, "token")), WHO).await;
    assert_eq!(who["data"]["viewer"]["role"], "OFFICE_CLERK");
    office.set_clock(office.now() + TimeDelta::hours(1));
    let (_, late) = ask(&served, None, &renewing(text(&second, "renewal"))).await;
    assert_eq!(code(&late), "SESSION_OVER", "{late:#}");
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let (_office, served) = open().await;
    let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    let token = text(&opened, "token");
    let (_, out) = ask(&served, Some(token), "mutation { signOut }").await;
    assert_eq!(out["data"]["signOut"], true);
    let (status, _) = ask(&served, Some(token), WHO).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_told_alike_and_guessing_waits() {
    let (office, served) = open().await;
    let (_, wrong) = ask(
        &served,
        None,
        &signing_in("office-clerk-1", "wrong password", ""),
    )
    .await;
    let (_, unknown) = ask(&served, None, &signing_in("nobody", PASSWORD, "")).await;
    assert_eq!(code(&wrong), "SIGN_IN_FAILED");
    assert_eq!(wrong, unknown);
    for _ in 0..4 {
        ask(
            &served,
            None,
            &signing_in("office-clerk-1", "wrong password", ""),
        )
        .await;
    }
    let (_, waits) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    assert_eq!(code(&waits), "TOO_MANY_TRIES", "{waits:#}");
    office.set_clock(office.now() + TimeDelta::seconds(11));
    let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    assert!(!text(&opened, "token").is_empty());
}

#[tokio::test]
async fn nobody_signs_in_to_a_post_that_he_does_not_hold() {
    let (_office, served) = open().await;
    let as_approver = signing_in("office-clerk-1", PASSWORD, ", role: OFFICE_APPROVER");
    let (_, refused) = ask(&served, None, &as_approver).await;
    assert_eq!(code(&refused), "POST_NOT_HELD", "{refused:#}");
    let as_clerk = signing_in("office-clerk-1", PASSWORD, ", role: OFFICE_CLERK");
    let (_, opened) = ask(&served, None, &as_clerk).await;
    assert!(!text(&opened, "token").is_empty());
}

#[tokio::test]
async fn the_schema_is_told_to_whom_it_may_be_told_and_the_names_of_types_to_everybody() {
    use xiaohao_server::config::Introspection::{Everyone, Off, SignedIn};
    let (_office, served) = open().await;
    let (_, opened) = ask(&served, None, &signing_in("office-clerk-1", PASSWORD, "")).await;
    let token = Some(text(&opened, "token"));
    for (introspection, to_anybody, to_the_clerk) in [
        (SignedIn, false, true),
        (Everyone, true, true),
        (Off, false, false),
    ] {
        let requests = Requests {
            introspection,
            ..Requests::default()
        };
        for (token, is_told) in [(None, to_anybody), (token, to_the_clerk)] {
            let hidden =
                "query { ...q } fragment q on Query { t: __type(name: \"Query\") { name } }";
            for query in ["{ __schema { queryType { name } } }", hidden] {
                let (_, answer) = ask_within(&served, requests.clone(), token, query).await;
                let expected = if is_told {
                    ""
                } else {
                    "INTROSPECTION_DISABLED"
                };
                assert_eq!(
                    code(&answer),
                    expected,
                    "{introspection:?} {token:?} {answer:#}"
                );
                assert_eq!(answer["data"].is_null(), !is_told, "{answer:#}");
            }
            let (_, answer) = ask_within(&served, requests.clone(), token, "{ __typename }").await;
            assert_eq!(answer["data"]["__typename"], "Query");
        }
    }
}

#[tokio::test]
async fn a_query_has_its_time_and_an_act_as_long_as_it_takes() {
    let (office, served) = open_on(Kind::Postgres).await;
    let time = Duration::from_millis(4);
    let little_time = Requests {
        time,
        ..Requests::default()
    };
    let act = signing_in("office-clerk-1", PASSWORD, "");
    let begun = Instant::now();
    let (_, opened) = ask_within(&served, little_time.clone(), None, &act).await;
    let token = Some(text(&opened, "token"));
    assert!(begun.elapsed() > time, "a password takes longer than that");

    // Whoever wants to read the hazards waits for this one.
    let hand = connect(&url(office.cabinet.location()), 1).await;
    let hand = hand.begin().await.unwrap();
    let lock = "LOCK TABLE hazard IN ACCESS EXCLUSIVE MODE";
    hand.execute_unprepared(lock).await.unwrap();
    let list = "{ hazards { nodes { clue } } }";
    let (status, late) = ask_within(&served, little_time.clone(), token, list).await;
    assert_eq!(
        (status, code(&late)),
        (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT")
    );
    hand.rollback().await.unwrap();
    let (_, list) = ask(&served, token, list).await;
    assert_eq!(list["data"]["hazards"]["nodes"], json!([]), "{list:#}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let (_office, served) = open().await;
    let time = Duration::from_millis(20);
    let requests = Requests {
        time,
        ..Requests::default()
    };
    let never = stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_stream(never))
        .unwrap();
    let app = http::app(served, requests, UnderWay::default());
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
}

#[tokio::test]
async fn nothing_is_done_by_following_a_link() {
    let (_office, served) = open().await;
    let uri = "/graphql?query=mutation%7BsignOut%7D";
    let request = Request::get(uri).body(Body::empty()).unwrap();
    let response = http::app(served, Requests::default(), UnderWay::default())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST");
}

#[tokio::test]
async fn an_address_or_a_method_that_is_not_there_is_told_with_a_code_and_in_words() {
    let (_office, served) = open().await;
    for (method, uri, status, code, allow) in [
        ("GET", "/nothing", StatusCode::NOT_FOUND, "NOT_FOUND", None),
        (
            "DELETE",
            "/graphql",
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            Some("POST"),
        ),
        (
            "PUT",
            "/health/live",
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            Some("GET"),
        ),
    ] {
        let request = Request::builder().method(method).uri(uri);
        let response = http::app(served.clone(), Requests::default(), UnderWay::default())
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{method} {uri}");
        let allowed = response.headers().get(header::ALLOW);
        let allowed = allowed.map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(
            allow.is_some_and(|method| allowed.clone().unwrap_or_default().contains(method)),
            allow.is_some(),
            "{allowed:?}"
        );
        let body = axum::body::to_bytes(response.into_body(), 4096)
            .await
            .unwrap();
        let told: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(told["errors"][0]["extensions"]["code"], code, "{told}");
        assert!(
            told["errors"][0]["message"]
                .as_str()
                .unwrap()
                .ends_with('。')
        );
    }
}
