//! What somebody learns by the clock who guesses: two things that must be told alike, asked by turns of the program's own API, and how
//! long each takes. It prints a table in Markdown; no test depends on a time.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tower::ServiceExt;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Actor, Status};
use xiaohao_server::config::Requests;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::{clerk, market};

const PASSWORD: &str = "long enough";

/// A question that is asked of one thing and of another.
struct Pair {
    title: &'static str,
    query: &'static str,
    one: Value,
    other: Value,
    rounds: usize,
}

#[tokio::main]
async fn main() {
    println!("| asked | one, ms | other, ms | one ÷ other |\n|---|---|---|---|");
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let desk = Desk::on(kind).await;
        for pair in desk.pairs() {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            for round in 0..pair.rounds {
                // Neither is always the one whose pages the other has just warmed.
                if round % 2 == 0 {
                    one.push(desk.takes(&pair, &pair.one).await);
                    other.push(desk.takes(&pair, &pair.other).await);
                } else {
                    other.push(desk.takes(&pair, &pair.other).await);
                    one.push(desk.takes(&pair, &pair.one).await);
                }
            }
            let (middle_one, of_one) = told(one);
            let (middle_other, of_other) = told(other);
            let ratio = middle_one / middle_other;
            println!(
                "| {}, {kind:?} | {of_one} | {of_other} | {ratio:.2} |",
                pair.title
            );
        }
    }
}

/// The middle of what was measured in milliseconds, and how it is told: with the tenth part below and above.
fn told(mut measured: Vec<Duration>) -> (f64, String) {
    measured.sort_unstable();
    let at = |tenth: usize| measured[(measured.len() - 1) * tenth / 10].as_secs_f64() * 1000.0;
    (at(5), format!("{:.2} ({:.2}–{:.2})", at(5), at(1), at(9)))
}

/// An office in which everybody has a password, its server, and somebody who has nothing to do with its hazard.
struct Desk {
    office: Office,
    served: Served,
    hazard: HazardId,
    token: String,
}

impl Desk {
    async fn on(kind: Kind) -> Self {
        let office = Office::on(kind).await;
        let served = office.served();
        people::give_all(&served, PASSWORD).await.unwrap();
        // It takes its days; whoever signed in before it would be out after it.
        let hazard = office.hazard_at(Status::Circulated).await;
        let mut desk = Self {
            office,
            served,
            hazard,
            token: String::new(),
        };
        desk.token = desk.signed_in(&market()).await;
        desk
    }

    async fn signed_in(&self, by: &Actor) -> String {
        let person = self.office.county.directory.person(by.person).unwrap();
        let query = "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { token } }";
        let variables = json!({ "login": person.login.as_str(), "password": PASSWORD });
        let answer = self.answer(query, &variables).await;
        let token = answer["data"]["signIn"]["token"].as_str();
        token.unwrap_or_else(|| panic!("{answer:#}")).to_owned()
    }

    fn pairs(&self) -> Vec<Pair> {
        let nowhere = self.office.new_hazard();
        let clerk = self.office.county.directory.person(clerk().person).unwrap();
        let sign_in = |login: &str| json!({ "login": login, "password": "wrong password" });
        let of = |id: &str| json!({ "id": id, "request": self.office.request().as_uuid() });
        let (there, nowhere) = (of(&self.hazard.to_string()), of(&nowhere.to_string()));
        vec![
            Pair {
                title: "a hazard of others with its ledger; none",
                query: "query($id: ID!) { hazard(by: { id: $id }) { title ledger { body } } }",
                one: there.clone(),
                other: nowhere.clone(),
                rounds: 500,
            },
            Pair {
                title: "an act on a hazard of others; on none",
                query: "mutation($id: ID!, $request: UUID!) { addNote(act: { hazardId: $id, requestId: $request, \
                        expectedVersion: 1 }, input: { text: \"一\", evidence: [] }) { userErrors { code } } }",
                one: there,
                other: nowhere,
                rounds: 500,
            },
            Pair {
                title: "a wrong password; an unknown login",
                query: "mutation($login: String!, $password: String!) { signIn(login: $login, password: $password) { token } }",
                one: sign_in(clerk.login.as_str()),
                other: sign_in("nobody"),
                rounds: 100,
            },
        ]
    }

    /// How long it takes to be told this, by a server that has met nobody yet and so makes nobody wait.
    async fn takes(&self, pair: &Pair, of: &Value) -> Duration {
        // Whoever has guessed waits until he may again; by then a token is over, so that this is asked last.
        let token = if pair.title.contains("password") {
            self.office
                .set_clock(self.office.now() + TimeDelta::hours(1));
            None
        } else {
            Some(self.token.as_str())
        };
        let (app, request) = self.asking(pair.query, of, token);
        let begun = Instant::now();
        let answer = app.oneshot(request).await.unwrap();
        let is_answered = answer.status().is_success();
        to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let took = begun.elapsed();
        assert!(is_answered, "{} is turned away at the door", pair.title);
        took
    }

    async fn answer(&self, query: &str, variables: &Value) -> Value {
        let (app, request) = self.asking(query, variables, None);
        let answer = app.oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), usize::MAX).await;
        serde_json::from_slice(&body.unwrap()).unwrap()
    }

    /// A server that is about to be asked this.
    fn asking(
        &self,
        query: &str,
        variables: &Value,
        token: Option<&str>,
    ) -> (Router, Request<Body>) {
        let mut request =
            Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = json!({ "query": query, "variables": variables }).to_string();
        let app = http::app(
            self.served.clone(),
            Requests::default(),
            UnderWay::default(),
        );
        (app, request.body(Body::from(body)).unwrap())
    }
}
