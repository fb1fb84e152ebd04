//! The operations that are ready to be run: each fits the schema, and together they lead a hazard from its report to its
//! circular, by the hands of those whom they name. And the page that offers them asks nobody else for anything.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use tower::ServiceExt;
use xiaohao_core::values::Digest;
use xiaohao_server::config::Requests;
use xiaohao_server::operations::{OPERATIONS, Operation};
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people, seeds};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::page::{Page, signs_in};

const PASSWORD: &str = "long enough";

/// The example county, served, with its clock in the hands of the test.
async fn example() -> (Office, Served) {
    let office = Office::on(Kind::Sqlite).await;
    let (store, clock) = (office.cabinet.sql().clone(), office.clone());
    let clock = Arc::new(move || clock.now());
    let data = seeds::shuangpai().unwrap();
    let served = Served::of(store, &data, &office.cabinet.evidence(), clock).unwrap();
    people::give_all(&served, PASSWORD).await.unwrap();
    (office, served)
}

struct Answer {
    status: StatusCode,
    head: HeaderMap,
    body: Bytes,
}

async fn send(served: &Served, request: Request<Body>) -> Answer {
    let app = http::app(served.clone(), Requests::default(), UnderWay::default());
    let response = app.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        head: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

async fn ask(served: &Served, token: &str, query: &str, variables: &Value) -> Value {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer = send(served, request.body(Body::from(body)).unwrap()).await;
    serde_json::from_slice(&answer.body).unwrap()
}

async fn get(served: &Served, path: &str) -> Answer {
    send(served, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn signed_in(served: &Served, operation: &Operation) -> String {
    let (login, role) = signs_in(operation);
    let query = "mutation($login: String!, $password: String!, $role: Role) { \
                 signIn(login: $login, password: $password, role: $role) { token } }";
    let variables = json!({ "login": login, "password": PASSWORD, "role": role });
    let answer = ask(served, "", query, &variables).await;
    let token = answer["data"]["signIn"]["token"].as_str();
    token.unwrap_or_else(|| panic!("{answer:#}")).to_owned()
}

async fn sent(served: &Served, token: &str, content: &str) -> String {
    let digest = Digest::new(Sha256::digest(content).into()).to_string();
    let request = Request::put(format!("/evidence/{digest}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(content.to_owned()))
        .unwrap();
    assert_eq!(send(served, request).await.status, StatusCode::CREATED);
    digest
}

#[tokio::test]
async fn the_ready_operations_lead_a_hazard_from_its_report_to_its_circular() {
    let (office, served) = example().await;
    let token = signed_in(&served, &OPERATIONS[0]).await;
    let mut page = Page::default();
    for number in 1..=8 {
        page.sent(sent(&served, &token, &format!("佐证{number}")).await);
    }
    let mut statuses = Vec::new();
    for operation in OPERATIONS {
        let token = signed_in(&served, operation).await;
        let variables = page.filled(operation, office.today());
        let variables = serde_json::from_str(&variables).unwrap();
        let answer = ask(&served, &token, operation.query, &variables).await;
        assert_eq!(
            answer["errors"],
            Value::Null,
            "{}: {answer:#}",
            operation.name
        );
        let (_, done) = answer["data"].as_object().unwrap().iter().next().unwrap();
        if let Some(errors) = done.get("userErrors") {
            assert_eq!(errors, &json!([]), "{}: {done:#}", operation.name);
        }
        let subject = done.get("hazard").or_else(|| done.get("circular"));
        let subject = subject.unwrap_or(done);
        page.noted(&answer.to_string());
        statuses.extend(subject["status"].as_str().map(str::to_owned));
        office.pass_days(1);
    }
    let way = [
        "REPORTED",
        "LISTED",
        "ASSIGNED",
        "ACKNOWLEDGED",
        "RECTIFYING",
        "RECTIFYING",
        "AWAITING_VERIFICATION",
        "VERIFIED",
        "CLOSED",
        "DRAFT",
        "ISSUED",
        "CIRCULATED",
    ];
    assert_eq!(statuses, way);
}

#[test]
fn every_ready_operation_is_offered_and_none_twice() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/server/assets/operations"
    );
    let files: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let offered = OPERATIONS.iter().flat_map(|operation| {
        ["graphql", "json"].map(|ending| format!("{}.{ending}", operation.name))
    });
    assert_eq!(offered.collect::<BTreeSet<_>>(), files);
    assert_eq!(OPERATIONS.len() * 2, files.len());
}

#[tokio::test]
async fn the_page_is_whole_in_the_program_and_asks_nobody_else() {
    let (_office, served) = example().await;
    let page = get(&served, "/").await;
    let policy = page.head[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'; script-src 'self'; connect-src 'self';"));
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(
        !text.contains("http:") && !text.contains("https:"),
        "{text}"
    );
    let mut files: Vec<&str> = text
        .split('"')
        .filter(|part| part.starts_with("/graphiql/"))
        .collect();
    assert_eq!(files.len(), 7, "{text}");
    let (version, _) = files[0]
        .trim_start_matches("/graphiql/")
        .split_once('/')
        .unwrap();
    let operations = format!("/graphiql/{version}/operations.json");
    files.push(&operations);
    for file in files {
        let answer = get(&served, file).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.head["x-content-type-options"], "nosniff", "{file}");
        let media = answer.head[header::CONTENT_TYPE].to_str().unwrap();
        let known = [
            ("js", "text/javascript"),
            ("css", "text/css"),
            ("svg", "image/svg+xml"),
            ("json", "application/json"),
        ];
        let ending = file.rsplit('.').next().unwrap();
        assert!(
            known
                .iter()
                .any(|(own, begins)| ending == *own && media.starts_with(begins)),
            "{file} {media}"
        );
        assert!(
            answer.head[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
    }
    let offered = get(&served, &operations).await.body;
    let offered: Vec<Value> = serde_json::from_slice(&offered).unwrap();
    assert_eq!(offered.len(), OPERATIONS.len());
    for other in [
        "/graphiql/0/page.js".to_owned(),
        format!("/graphiql/{version}/page.html"),
    ] {
        let told = get(&served, &other).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{other}");
        let told: Value = serde_json::from_slice(told.body.as_ref()).unwrap();
        assert_eq!(told["errors"][0]["extensions"]["code"], "NOT_FOUND");
    }
}
