//! The program as its clients have it: the same operations through GraphQL, over HTTP, by people who have signed in, on
//! connections that stay open.
//!
//! Transitions are those of the office: a hazard that was reported is put on the list and assigned, which its clerk and its
//! approver do. Those of the thousands of units would need thousands of people who have signed in.

use super::asking::Asking;
use super::district::{self, COMMITTEES, committee, district};
use super::ours::{EVENTS, PAGE};
use super::stock::{Calendar, Life, last_day};
use crate::as_input::as_input;
use crate::{approver, county_data, login};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::net::TcpListener;
use xiaohao_core::Act;
use xiaohao_core::values::{PersonId, UnitId};
use xiaohao_ledger::Deed;
use xiaohao_server::config::{Rates, Requests};
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_server::{http, people};
use xiaohao_store::SqlStore;

/// Of everybody.
const PASSWORD: &str = "a password of the load";

/// What is asked of the program while others write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// A page.
    Page,
    /// The closure statistics.
    Closure,
    /// A hazard with its history.
    History,
    /// Whether a hazard is closed.
    Status,
}

impl Question {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Page, Self::Closure, Self::History, Self::Status];

    /// What a table calls it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Page => "page of 50 with committee, unit and last five events",
            Self::Closure => "closure statistics by committee and township",
            Self::History => "one hazard with its whole history",
            Self::Status => "whether one hazard is closed",
        }
    }
}

const SIGN_IN: &str = "mutation($login: String!, $password: String!) { \
     signIn(login: $login, password: $password) { token } }";

const PAGE_OF: &str = "query($committees: [ID!], $first: Int, $last: Int!) { \
     hazards(filter: { committees: $committees, overdue: true }, first: $first) { \
       nodes { id number title status stage holderName reportedOn \
         committee { id name } leadUnit { id name } deadline { dueOn daysOverdue } \
         latest(first: $last) { seq event occurredOn recordedAt actor { personId role unitId } } } \
       pageInfo { hasNextPage endCursor } } }";

const CLOSURE: &str = "query { closureStatistics { \
     total { ...figures } byCommittee { committee { id } figures { ...figures } } \
     byTownship { township { code } figures { ...figures } } } } \
     fragment figures on Figures { valid closed open overdue overdueOriginally \
       rectifying: inState(status: RECTIFYING) closureRate { ...ratio } onTimeRate { ...ratio } } \
     fragment ratio on Ratio { numerator denominator printed }";

const HAZARD: &str = "query($by: HazardKey!) { hazard(by: $by) { \
     id number title description status stage version holderName \
     ledger { position seq event occurredOn recordedAt actor { personId role unitId } leafHash body } } }";

const NUMBERS: &str = "query { hazards(first: 100, filter: { stages: [CIRCULATED, CLOSED, TRACKED] }) { nodes { number } } }";

const STATUS: &str =
    "query($number: String!) { closureStatus(number: $number) { number isClosed closedOn } }";

#[derive(Deserialize)]
struct TheHazards<T> {
    hazards: Nodes<T>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Numbered {
    number: String,
}

#[derive(Deserialize)]
struct LastDone {
    latest: Vec<InOrder>,
}

#[derive(Deserialize)]
struct InOrder {
    seq: u64,
}

#[derive(Deserialize)]
struct TheHazard {
    hazard: Recorded,
}

#[derive(Deserialize)]
struct Recorded {
    ledger: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TheStatistics {
    closure_statistics: Totals,
}

#[derive(Deserialize)]
struct Totals {
    total: Rated,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rated {
    closure_rate: Rate,
}

#[derive(Deserialize)]
struct Rate {
    denominator: u64,
}

/// The program at work on a filled database, and its clients.
pub struct Online {
    asking: Asking,
    store: SqlStore,
    tokens: HashMap<PersonId, String>,
    hazards: u32,
    numbers: Vec<String>,
    next: AtomicU32,
    acts: AtomicU64,
    /// Hazards that the office can bring on, by number, each with the acts that it has seen.
    going_on: Mutex<VecDeque<(u32, usize)>>,
    _evidence: TempDir,
}

impl Online {
    /// Serves it, and signs everybody in.
    pub async fn open(store: SqlStore, hazards: u32) -> Self {
        let county = district();
        let people = district::people();
        let data = county_data(&county);
        let evidence = tempfile::tempdir().unwrap();
        let clock = Calendar::at(last_day()).clock();
        let served = Served::of(store.clone(), &data, evidence.path(), clock).unwrap();
        // The heads of the thousands of units do not sign in here.
        let signing = people.iter().map(|one| {
            served
                .office
                .directory()
                .person(one.person)
                .unwrap()
                .clone()
        });
        let signing: Vec<_> = signing.collect();
        people::give(&served, &signing, PASSWORD).await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let app = http::app(
            served,
            Requests {
                rates: Rates::WITHOUT_END,
                ..Requests::default()
            },
            UnderWay::default(),
        );
        tokio::spawn(async { axum::serve(listener, app).await });
        let mut own = Self {
            asking: Asking::of(at),
            store,
            tokens: HashMap::new(),
            hazards,
            numbers: Vec::new(),
            next: AtomicU32::new(hazards + AWAY),
            acts: AtomicU64::new(u64::from(hazards) * 16 + u64::from(AWAY)),
            going_on: Mutex::default(),
            _evidence: evidence,
        };
        for (number, somebody) in people.iter().enumerate() {
            let who = json!({ "login": login(number, somebody), "password": PASSWORD });
            let told: Value = own.asking.ask("", SIGN_IN, who).await;
            let token = told["signIn"]["token"].as_str().unwrap().to_owned();
            own.tokens.insert(somebody.person, token);
        }
        let told: TheHazards<Numbered> = own.read(NUMBERS, json!({})).await;
        let numbers = told.hazards.nodes.into_iter().map(|node| node.number);
        own.numbers = numbers.collect();
        own
    }

    /// How many statements were sent so far.
    pub fn statements(&self) -> u64 {
        self.store.statements()
    }

    /// Asks one question.
    pub async fn answer(&self, question: Question) -> u64 {
        match question {
            Question::Page => self.page().await,
            Question::Closure => self.closure().await,
            Question::History => self.history().await,
            Question::Status => self.status().await,
        }
    }

    /// Asks one question about a line, as the office or as an inspector of the line's lead unit.
    pub async fn answer_of_a_line(&self, question: Question, within: bool) -> u64 {
        let life = Life::any(self.hazards);
        let who = if within { life.inspector() } else { approver() };
        match question {
            Question::Page => self.page_of(who.person, life.committee()).await,
            Question::History => self.history_of(who.person, &life).await,
            Question::Closure | Question::Status => {
                panic!("{question:?} is not asked of a line")
            }
        }
    }

    /// A page of a committee's open overdue hazards, the newest first, each with its last events.
    pub async fn page(&self) -> u64 {
        let committee = committee(fastrand::u32(0..COMMITTEES));
        self.page_of(approver().person, committee).await
    }

    async fn page_of(&self, who: PersonId, committee: UnitId) -> u64 {
        let which = json!({ "committees": [committee], "first": PAGE, "last": EVENTS });
        let told: TheHazards<LastDone> = self.read_as(who, PAGE_OF, which).await;
        let nodes = told.hazards.nodes;
        assert!(
            nodes
                .iter()
                .all(|node| node.latest.first().is_some_and(|last| last.seq > 0))
        );
        1
    }

    /// The closure statistics, by committee and township.
    pub async fn closure(&self) -> u64 {
        let told: TheStatistics = self.read(CLOSURE, json!({})).await;
        assert!(told.closure_statistics.total.closure_rate.denominator > 0);
        1
    }

    /// A hazard with its whole history.
    pub async fn history(&self) -> u64 {
        self.history_of(approver().person, &Life::any(self.hazards))
            .await
    }

    async fn history_of(&self, who: PersonId, life: &Life) -> u64 {
        let by = json!({ "by": { "id": life.id() } });
        let told: TheHazard = self.read_as(who, HAZARD, by).await;
        assert!(!told.hazard.ledger.is_empty());
        1
    }

    /// Whether a hazard is closed.
    async fn status(&self) -> u64 {
        let number = fastrand::choice(&self.numbers).unwrap();
        let told: Value = self.read(STATUS, json!({ "number": number })).await;
        assert!(told["closureStatus"]["isClosed"].is_boolean());
        1
    }

    /// Reports a hazard.
    pub async fn report(&self) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.act(number, 0).await
    }

    /// Brings a hazard that was reported one transition on, naming the version that is seen.
    pub async fn advance(&self) -> u64 {
        let next = self.going_on.lock().unwrap().pop_front();
        match next {
            Some((number, seen)) => self.act(number, seen).await,
            None => 0,
        }
    }

    /// Brings a hazard on, or reports one where there is none.
    pub async fn write(&self) -> u64 {
        match self.advance().await {
            0 => self.report().await,
            done => done,
        }
    }

    async fn act(&self, number: u32, seen: usize) -> u64 {
        let life = Life::of(number, self.hazards);
        let place = self.acts.fetch_add(1, Ordering::Relaxed);
        let sent = life.act(seen, last_day(), place).unwrap();
        let Deed::Hazard { id, command } = &sent.deed else {
            panic!("{sent:?} is not about a hazard")
        };
        let (name, input) = match command.act() {
            Act::Report => ("reportHazard", "ReportInput"),
            Act::List => ("listHazard", "ListInput"),
            Act::Assign => ("assignHazard", "AssignInput"),
            other => panic!("{other:?} is not done by the office"),
        };
        let query = format!(
            "mutation($act: ActInput!, $input: {input}!) {{ done: {name}(act: $act, input: $input) {{ \
             entry {{ position leafHash }} replayed userErrors {{ code message }} }} }}"
        );
        let mut said = serde_json::to_value(command).unwrap();
        let variables = json!({
            "act": {
                "hazardId": id,
                "requestId": sent.request.as_uuid(),
                "expectedVersion": sent.expected_version,
            },
            "input": as_input(said["says"].take()),
        });
        let token = self.token(sent.actor.person);
        let told: Value = self.asking.ask(token, &query, variables).await;
        assert!(told["done"]["entry"]["position"].is_u64(), "{told:#}");
        if seen < OF_THE_OFFICE {
            self.going_on.lock().unwrap().push_back((number, seen + 1));
        }
        1
    }

    fn token(&self, person: PersonId) -> &str {
        &self.tokens[&person]
    }

    async fn read<T: DeserializeOwned>(&self, query: &str, variables: Value) -> T {
        self.read_as(approver().person, query, variables).await
    }

    async fn read_as<T: DeserializeOwned>(
        &self,
        who: PersonId,
        query: &str,
        variables: Value,
    ) -> T {
        self.asking.ask(self.token(who), query, variables).await
    }
}

/// How far the numbers of these hazards and acts lie from those of others who write on the same database.
const AWAY: u32 = 1_000_000_000;

/// Reported and listed: after so many acts it is the office that brings a hazard on.
const OF_THE_OFFICE: usize = 2;
