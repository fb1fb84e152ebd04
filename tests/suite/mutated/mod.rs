//! Ten thousand requests that nobody meant to send, each made of a right one: whatever comes in, what goes out is an answer,
//! and nothing is done that was not answered as done.

mod corpus;
mod spoil;

use axum::Router;
use axum::http::StatusCode;
use corpus::{Right, corpus};
use fastrand::Rng;
use serde_json::{Value, json};
use spoil::{spoiled, words};
use std::collections::BTreeSet;
use tokio::task::JoinSet;
use uuid::Uuid;
use xiaohao_graphql::{Door, PostAsked, Secrets};
use xiaohao_server::config::{Rates, Requests};
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};
use xiaohao_tests::answered;
use xiaohao_tests::office::{Kind, Office};

const PASSWORD: &str = "long enough";

/// The same dice each time, so that what fails fails again; another number in the environment throws others.
const SEED: &str = "XIAOHAO_SEED";

const REQUESTS: usize = 10_000;

/// So many of them at the same moment.
const AT_ONCE: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_answered_and_nothing_is_done_that_is_not_answered_as_done() {
    let seed = std::env::var(SEED).map_or(20_261_124, |seed| seed.parse().unwrap());
    let mut dice = Rng::with_seed(seed);
    let office = Office::on(Kind::Sqlite).await;
    let rights = corpus(&office).await;
    let served = office.served();
    people::give_all(&served, PASSWORD).await.unwrap();
    let before = requests_of(&office).await;
    let mut tokens = Vec::new();
    for right in &rights {
        tokens.push(token(&served, right).await);
    }
    let requests = Requests {
        rates: Rates::WITHOUT_END,
        ..Requests::default()
    };
    let app = http::app(served, requests, UnderWay::default());
    let vocabulary = vocabulary(&rights);
    let mut told = Told::default();
    for _ in 0..REQUESTS / AT_ONCE {
        let mut asked = JoinSet::new();
        for _ in 0..AT_ONCE {
            let which = dice.usize(0..rights.len());
            let right = &rights[which];
            let variables = sent_anew(&mut dice, right);
            let body = spoiled(&mut dice, &right.query, &variables, &vocabulary);
            asked.spawn(ask(app.clone(), tokens[which].clone(), body));
        }
        for (body, status, answer) in asked.join_all().await {
            let answer = answered::read(&body, status, &answer).unwrap_or_else(|complaint| {
                let answer = String::from_utf8_lossy(&answer);
                let body = String::from_utf8_lossy(&body);
                panic!(
                    "{complaint}: {status} {answer}\nis what comes of {body}\nwith {SEED}={seed}"
                )
            });
            told.note(&body, &answer);
        }
    }
    let after = requests_of(&office).await;
    let written: Vec<_> = after.difference(&before).collect();
    for request in &written {
        let request = request.to_string();
        let is_answered = told.answered.iter().any(|body| body.contains(&request));
        assert!(
            is_answered,
            "{request} is in the ledger, with {SEED}={seed}"
        );
    }
    // Dice that only ever make nonsense would find nothing.
    let Told { refused, wrong, .. } = told;
    let done = written.len();
    assert!(
        done > 80 && refused > 400 && wrong > 2000,
        "{done} done, {refused} refused, {wrong} wrong"
    );
}

/// The requests that are in the ledger; on the way everything in it is looked at.
async fn requests_of(office: &Office) -> BTreeSet<Uuid> {
    let kept = office.audit().await;
    let lines = kept.lines.iter();
    lines.map(|line| line.record.request().as_uuid()).collect()
}

async fn token(served: &Served, right: &Right) -> String {
    let directory = served.office.directory();
    let people = directory.people();
    let mut people = people.iter();
    let person = people.find(|person| person.id == right.by.person).unwrap();
    let post = PostAsked {
        role: Some(right.by.role),
        unit: Some(right.by.unit),
    };
    let login = person.login.to_string();
    let opened = served
        .door
        .sign_in(Secrets::of(&login, PASSWORD), post, None)
        .await;
    opened.unwrap().token
}

/// Every word that a right request holds.
fn vocabulary(rights: &[Right]) -> Vec<String> {
    let all = rights.iter().flat_map(|right| words(&right.query));
    let all: BTreeSet<String> = all.collect();
    all.into_iter().collect()
}

/// What a right request says, under a request id of its own; a report also brings its own hazard.
fn sent_anew(dice: &mut Rng, right: &Right) -> Value {
    let mut variables = right.variables.clone();
    let mut id = || json!(Uuid::from_u128(dice.u128(..)));
    let hazard = id();
    let mut renew = |act: &mut Value| {
        act["requestId"] = id();
        if right.is_report {
            act["hazardId"] = hazard.clone();
        }
    };
    if let Some(act) = variables.get_mut("act") {
        renew(act);
    }
    if let Some(acts) = variables.get_mut("acts").and_then(Value::as_array_mut) {
        for own in acts {
            renew(&mut own["act"]);
        }
    }
    variables
}

async fn ask(app: Router, token: String, body: Vec<u8>) -> (Vec<u8>, StatusCode, Vec<u8>) {
    let (status, answer) = answered::answer(app, &token, body.clone()).await;
    (body, status, answer)
}

/// What became of all requests.
#[derive(Default)]
struct Told {
    /// What was said in those that were answered, in small letters: acts done among them.
    answered: Vec<String>,
    /// How many acts were refused.
    refused: usize,
    /// With how many the request itself was wrong.
    wrong: usize,
}

impl Told {
    fn note(&mut self, body: &[u8], answer: &Value) {
        let refusals = answer["data"]["done"]["userErrors"].as_array();
        if answer.get("errors").is_some() {
            self.wrong += 1;
        } else if refusals.is_some_and(|refusals| !refusals.is_empty()) {
            self.refused += 1;
        } else {
            let body = String::from_utf8_lossy(body);
            self.answered.push(body.to_lowercase());
        }
    }
}
