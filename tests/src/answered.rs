//! What every request is answered with, whatever is in it.

use crate::office::{Kind, Office};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;
use xiaohao_graphql::{Door, PostAsked, Secrets};
use xiaohao_server::config::{Rates, Requests};
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};

/// Pieces of what only the program should say to itself.
const INTERNALS: &[&str] = &[
    "panicked",
    "unwrap",
    ".rs:",
    "/src/",
    "/tmp/",
    "xiaohao_",
    "async_graphql",
    "sea_orm",
    "sqlx",
    "sqlite",
    "SQLITE",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "constraint",
    "serde",
    "Option<",
    "Vec<",
    "Uuid",
];

/// An answer to a body, read. What the body says itself may be said back.
///
/// # Errors
/// What is wrong with it as an answer.
pub fn read(body: &[u8], status: StatusCode, answer: &[u8]) -> Result<Value, &'static str> {
    if status.is_server_error() {
        return Err("the server failed");
    }
    let answer: Value = serde_json::from_slice(answer).map_err(|_| "no JSON")?;
    let errors = match answer.get("errors") {
        None => &[] as &[Value],
        Some(errors) => errors.as_array().ok_or("errors that are no list")?,
    };
    if errors.is_empty() && answer.get("data").is_none_or(Value::is_null) {
        return Err("neither data nor errors");
    }
    for error in errors {
        let code = error["extensions"]["code"].as_str();
        if code.is_none_or(str::is_empty) {
            return Err("an error without a code");
        }
        let message = error["message"].as_str().ok_or("no message")?;
        let mut internals = INTERNALS.iter().filter(|word| message.contains(*word));
        if internals.any(|word| !says(body, word)) {
            return Err("a message that tells of the inside");
        }
    }
    Ok(answer)
}

/// Whether a body says a word, be it in an escape of JSON.
fn says(body: &[u8], word: &str) -> bool {
    let query = serde_json::from_slice(body)
        .ok()
        .and_then(|body: Value| Some(body["query"].as_str()?.contains(word)));
    query == Some(true) || String::from_utf8_lossy(body).contains(word)
}

/// Sends a body as somebody who has signed in with this token.
pub async fn answer(app: Router, token: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::from(body))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, bytes.to_vec())
}

/// A county that is served, with somebody of its office who has signed in.
#[derive(Debug)]
pub struct Counter {
    app: Router,
    token: String,
    /// As long as it is served.
    _office: Office,
}

impl Counter {
    /// With a hazard that is waited for.
    pub async fn open() -> Self {
        const PASSWORD: &str = "long enough";
        let office = Office::on(Kind::Sqlite).await;
        office.report().await;
        let served = office.served();
        people::give_all(&served, PASSWORD).await.unwrap();
        let clerk = crate::clerk();
        let directory = served.office.directory();
        let people = directory.people();
        let person = people.iter().find(|person| person.id == clerk.person);
        let login = person.unwrap().login.to_string();
        let opened = served
            .door
            .sign_in(Secrets::of(&login, PASSWORD), PostAsked::default(), None);
        let token = opened.await.unwrap().token;
        let requests = Requests {
            rates: Rates::WITHOUT_END,
            ..Requests::default()
        };
        let app = http::app(served, requests, UnderWay::default());
        Self {
            app,
            token,
            _office: office,
        }
    }

    /// What it answers to a body.
    pub async fn answer(&self, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        answer(self.app.clone(), &self.token, body).await
    }
}
