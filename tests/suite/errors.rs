//! The codes of errors: each that a request can bring about is brought about, and each that comes is documented.

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use xiaohao_graphql::{Again, Door, ErrorCode, Locksmith, PostAsked, Secrets};
use xiaohao_ledger::FaultKind;
use xiaohao_server::config::{Rates, Requests};
use xiaohao_server::files::FILE_BYTES;
use xiaohao_server::oidc::Verifier;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};
use xiaohao_tests::issuer::{AUDIENCE, Issuer, Key};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::{approver, clerk, platform, sample};

const PASSWORD: &str = "long enough";

/// What no request can bring about: a broken ledger, which `faults` and `ledger` break in every way, and a stock that
/// does not balance, which the core counts so that it does.
fn is_of_a_broken_ledger(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Fault(_) | ErrorCode::StockOutOfBalance)
}

/// The statuses that were seen with each code.
#[derive(Default)]
struct Seen(BTreeMap<String, BTreeSet<u16>>);

impl Seen {
    async fn note(&mut self, served: &Served, request: Request<Body>) {
        let requests = Requests {
            time: Duration::from_millis(500),
            ..Requests::default()
        };
        let app = http::app(served.clone(), requests, UnderWay::default());
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        let code = body["errors"][0]["extensions"]["code"].as_str();
        let code = code.unwrap_or_else(|| panic!("{status} without a code: {body:#}"));
        let statuses = self.0.entry(code.to_owned()).or_default();
        statuses.insert(status.as_u16());
    }

    /// Subscribes where nobody may, and notes the first event.
    async fn note_events(&mut self, served: &Served, token: Option<&str>, query: &str) {
        let requests = Requests {
            subscriptions: 0,
            ..Requests::default()
        };
        let app = http::app(served.clone(), requests, UnderWay::default());
        let body = json!({ "query": query }).to_string();
        let request = to(Method::POST, "/graphql", token)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        let response = app.oneshot(request.body(Body::from(body)).unwrap()).await;
        let response = response.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let data = text.lines().find_map(|line| line.strip_prefix("data: "));
        let answer: Value = serde_json::from_str(data.unwrap()).unwrap();
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap();
        let statuses = self.0.entry(code.to_owned()).or_default();
        statuses.insert(status.as_u16());
    }

    /// Asks again where once is all that may be had, and notes the answer.
    async fn note_hurry(&mut self, served: &Served, token: Option<&str>) {
        let requests = Requests {
            rates: Rates {
                complexity_per_person: 1,
                ..Rates::default()
            },
            ..Requests::default()
        };
        let app = http::app(served.clone(), requests, UnderWay::default());
        for _ in 0..2 {
            let path = "/graphql?query=%7Bviewer%7Brole%7D%7D";
            let request = to(Method::GET, path, token).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            let body: Value = serde_json::from_slice(&bytes).unwrap();
            if let Some(code) = body["errors"][0]["extensions"]["code"].as_str() {
                let statuses = self.0.entry(code.to_owned()).or_default();
                statuses.insert(status.as_u16());
            }
        }
    }

    /// Asks by POST, as the client that the specification has in mind and as an older one.
    async fn ask(&mut self, served: &Served, token: Option<&str>, query: &str) {
        for accept in ["application/graphql-response+json", "application/json"] {
            let body = json!({ "query": query }).to_string();
            let request = to(Method::POST, "/graphql", token)
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, accept);
            self.note(served, request.body(Body::from(body)).unwrap())
                .await;
        }
    }
}

fn to(method: Method, path: &str, token: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    }
}

fn posted(content_type: &str, body: impl Into<Body>) -> Request<Body> {
    let request = to(Method::POST, "/graphql", None).header(header::CONTENT_TYPE, content_type);
    request.body(body.into()).unwrap()
}

fn signing_in(login: &str, password: &str, more: &str) -> String {
    format!("mutation {{ signIn(login: \"{login}\", password: \"{password}\"{more}) {{ token }} }}")
}

#[tokio::test]
async fn every_code_that_a_request_can_bring_about_comes_with_a_status_that_is_documented() {
    let office = Office::on(Kind::Sqlite).await;
    let served = office.served();
    people::give_all(&served, PASSWORD).await.unwrap();
    let directory = served.office.directory();
    let people = directory.people();
    let person = people.iter().find(|person| person.id == clerk().person);
    let login = person.unwrap().login.to_string();
    let opened = served
        .door
        .sign_in(Secrets::of(&login, PASSWORD), PostAsked::default(), None);
    let token = opened.await.unwrap().token;
    let token = Some(token.as_str());
    let mut seen = Seen::default();

    // The request.
    for request in [
        posted("application/json", "{"),
        posted("text/plain", "{}"),
        posted("application/json", vec![b' '; 300 * 1024]),
        posted(
            "application/json",
            Body::from_stream(stream::pending::<io::Result<Bytes>>()),
        ),
        to(Method::GET, "/graphql?query=mutation%7BsignOut%7D", token)
            .body(Body::empty())
            .unwrap(),
    ] {
        seen.note(&served, request).await;
    }

    seen.note_hurry(&served, token).await;

    // The query.
    let named = (0..51).map(|n| format!("a{n}: __typename "));
    let wide = format!("{{ {} }}", named.collect::<String>());
    let deep = "{ a ".repeat(20) + &"} ".repeat(20);
    for query in [
        &" ".repeat(17 * 1024),
        &deep,
        "{",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        &wide,
        "{ nope }",
        "{ __schema { queryType { name } } }",
        "{ hazards { totalCount } }",
    ] {
        seen.ask(&served, None, query).await;
    }
    for query in [
        "{ hazards(first: 0) { totalCount } }",
        "{ orders(after: \"nowhere\") { endCursor } }",
        "{ ledgerEntries(after: 1000000, first: 1) { readTo } }",
    ] {
        seen.ask(&served, token, query).await;
    }

    seen.ask(&served, None, "{ publicHazard(number: \"x\") { number } }")
        .await;

    // Subscriptions.
    let subscription = "subscription { ledgerAppended { position } }";
    seen.ask(&served, token, subscription).await;
    seen.note_events(&served, token, subscription).await;

    // Who asks.
    seen.ask(&served, Some("nobody's"), "{ __typename }").await;
    seen.ask(
        &served,
        None,
        "mutation { renewSession(renewal: \"x\") { token } }",
    )
    .await;
    reused(&mut seen, &served, &login).await;
    let other_post = signing_in(&login, PASSWORD, ", role: PLATFORM");
    seen.ask(&served, None, &other_post).await;
    for _ in 0..4 {
        seen.ask(&served, None, &signing_in(&login, "wrong", ""))
            .await;
    }

    by_other_ways(&mut seen, &office, &served).await;
    files(&mut seen, &served, token).await;
    vouched(&mut seen, &office, &served, &login).await;

    let codes = ErrorCode::all().filter(|code| !is_of_a_broken_ledger(*code));
    let documented: BTreeMap<_, _> = codes.map(|code| (code.code().to_owned(), code)).collect();
    let brought_about: BTreeSet<_> = seen.0.keys().collect();
    assert_eq!(brought_about, documented.keys().collect());
    for (code, statuses) in &seen.0 {
        let known = documented[code].statuses();
        let surprising: Vec<_> = statuses.iter().filter(|one| !known.contains(one)).collect();
        assert!(surprising.is_empty(), "{code} came with {surprising:?}");
    }
}

/// A renewal that is used twice, for both who have it.
async fn reused(seen: &mut Seen, served: &Served, login: &str) {
    let secrets = Secrets::of(login, PASSWORD);
    let opened = served.door.sign_in(secrets, PostAsked::default(), None);
    let first = opened.await.unwrap();
    let second = served.door.renew(&first.renewal).await.unwrap();
    assert!(served.door.who(&second.token).await.unwrap().is_some());
    let renewing = format!(
        "mutation {{ renewSession(renewal: \"{}\") {{ token }} }}",
        first.renewal
    );
    seen.ask(served, None, &renewing).await;
    seen.ask(served, Some(&second.token), "{ __typename }")
        .await;
}

/// What goes wrong for those whom the county's identity provider vouches for.
async fn vouched(seen: &mut Seen, office: &Office, served: &Served, login: &str) {
    let key = Key::es256("k1");
    let issuer = Issuer::publishing(&[&key]);
    let (ledger, clock) = (&served.office.ledger, &served.office.clock);
    let verifier = Verifier::new(issuer.trusted(), ledger.clone(), Arc::clone(clock));
    served.gate.believe(verifier.unwrap());
    let claims = json!({
        "iss": issuer.url(), "aud": AUDIENCE, "iat": office.now().timestamp(), "exp": office.now().timestamp() + 300,
        "preferred_username": login,
    });
    let vouched = key.token(&claims);
    seen.ask(served, Some(&vouched), "mutation { signOut }")
        .await;
    issuer.is_away(true);
    office.pass_days(1);
    seen.ask(served, Some(&vouched), "{ viewer { role } }")
        .await;
}

/// What goes wrong with files.
async fn files(seen: &mut Seen, served: &Served, token: Option<&str>) {
    let digest = "0".repeat(64);
    let file = format!("/evidence/{digest}");
    let put = |path: &str, token, body: Body| to(Method::PUT, path, token).body(body).unwrap();
    let chunk = || Ok::<_, io::Error>(Bytes::from(vec![0; 1024 * 1024]));
    let chunks = FILE_BYTES / (1024 * 1024) + 1;
    let large = stream::iter((0..chunks).map(move |_| chunk()));
    let broken = stream::iter([Err::<Bytes, _>(io::Error::other("the line is cut"))]);
    let shown = format!("/hazards/{digest}/evidence/{digest}");
    let elsewhere = to(Method::PATCH, &file, token)
        .header("upload-offset", "1")
        .header("upload-complete", "?1")
        .body("a part".into());
    for request in [
        elsewhere.unwrap(),
        put(&file, None, Body::empty()),
        put("/evidence/photo.jpg", token, Body::empty()),
        put(&file, token, Body::empty()),
        put(&file, token, "other bytes".into()),
        put(&file, token, Body::from_stream(large)),
        put(&file, token, Body::from_stream(broken)),
        to(Method::GET, &shown, token).body(Body::empty()).unwrap(),
    ] {
        seen.note(served, request).await;
    }
}

/// The ways in beside a password.
async fn by_other_ways(seen: &mut Seen, office: &Office, served: &Served) {
    let directory = served.office.directory();
    let people = directory.people();
    seen.ask(
        served,
        None,
        "mutation { signInByKey(key: \"x\") { token } }",
    )
    .await;
    let enrolled = served.door.enrol(&clerk(), sample::line("平板")).await;
    let made = served.door.redeem(&enrolled.unwrap().code).await.unwrap();
    let opened = served.door.sign_in_by_key(&made.key, PostAsked::default());
    let by_device = opened.await.unwrap().token;
    let enrolling = "mutation { enrolDevice(name: \"x\") { code } }";
    seen.ask(served, Some(&by_device), enrolling).await;
    let of_platform = people.iter().find(|one| one.id == platform().person);
    let of_platform = of_platform.unwrap();
    let secret = xiaohao_server::session::secret(PASSWORD).unwrap();
    let whose = std::slice::from_ref(of_platform);
    served.door.give(whose, &secret).await.unwrap();
    let signing_in_platform = signing_in(of_platform.login.as_str(), PASSWORD, "");
    seen.ask(served, None, &signing_in_platform).await;
    let enrolled = async || served.door.enrol(&approver(), sample::line("平板")).await;
    while enrolled().await.is_ok() {}
    let own = people.iter().find(|person| person.id == approver().person);
    let own = Secrets::of(own.unwrap().login.as_str(), PASSWORD);
    let own = served.door.sign_in(own, PostAsked::default(), None).await;
    seen.ask(served, Some(&own.unwrap().token), enrolling).await;
    let person = people.iter().find(|person| person.id == approver().person);
    let other = person.unwrap().login.to_string();
    let secretly = |mutation: &str, more: &str| {
        format!(
            "mutation {{ done: {mutation}(login: \"{other}\", password: \"{PASSWORD}\"{more}) }}"
        )
    };
    let same = format!(", newPassword: \"{PASSWORD}\"");
    seen.ask(served, None, &secretly("changePassword", &same))
        .await;
    let secrets = Secrets::of(&other, PASSWORD);
    let secret = served
        .door
        .begin_second_factor(secrets)
        .await
        .unwrap()
        .secret;
    let confirming = |code: &str| secretly("confirmSecondFactor", &format!(", code: \"{code}\""));
    seen.ask(served, None, &confirming("000000")).await;
    let shown = sample::totp(&secret, office.now());
    let confirmed = served.door.confirm_second_factor(Secrets {
        code: Some(&shown),
        ..secrets
    });
    confirmed.await.unwrap();
    seen.ask(served, None, &confirming(&shown)).await;
    seen.ask(served, None, &signing_in(&other, PASSWORD, ""))
        .await;
}

#[test]
fn every_code_of_an_error_stands_once_in_the_page_of_errors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");
    let page = std::fs::read_to_string(path).unwrap();
    for code in ErrorCode::all() {
        let anchor = format!("<a id=\"{}\"></a>", code.code());
        assert_eq!(page.matches(&anchor).count(), 1, "{}", code.code());
        for status in code.statuses() {
            assert!(StatusCode::from_u16(*status).is_ok(), "{}", code.code());
        }
    }
}

#[test]
fn a_fault_that_passes_may_be_sent_again_later_and_any_other_once_it_is_repaired() {
    for kind in FaultKind::ALL {
        let again = ErrorCode::Fault(*kind).again();
        assert_eq!(again == Again::Later, kind.is_passing(), "{kind:?}");
        assert_eq!(again == Again::Repaired, !kind.is_passing(), "{kind:?}");
    }
}
