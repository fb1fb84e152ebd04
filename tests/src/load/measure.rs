//! One database measured: the ledger itself, then the program with its clients, each against the same in bare SQL.

use super::bare::Bare;
use super::beside::{Beside, beside};
use super::contest::{Contest, Row, compete, side};
use super::district::district;
use super::machine::Memory;
use super::online::Online;
use super::ours::Ours;
use super::peer::Peer;
use super::scoped::{Scoped, scoped};
use super::stock::{self, Calendar, last_day};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use xiaohao_ledger::{Ledger, Pace, Store};
use xiaohao_server::chance;
use xiaohao_store::{Findings, Location, SqlStore};

/// How one measures.
#[derive(Clone, Debug)]
pub struct Method {
    /// How long each side works in each contest.
    pub span: Duration,
    /// How many clients, in turn.
    pub clients: Vec<usize>,
    /// Only contests whose title contains this.
    pub only: String,
    /// Whether a ready-made server takes part where it can, which is on PostgreSQL.
    pub peer: bool,
}

/// What was measured of one database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Milliseconds until the first act could be recorded.
    pub ready: f64,
    /// The memory after all operations of ours, before anything bare was begun.
    pub memory: Memory,
    /// The contests of the ledger itself.
    pub rows: Vec<Row>,
    /// The contests of the program, asked over HTTP.
    pub online: Vec<Row>,
    /// What readers wait for while others write.
    pub beside: Vec<Beside>,
    /// What a viewer's scope costs, over HTTP.
    pub scoped: Vec<Scoped>,
    /// The record replayed at the end, with all that was added to it.
    pub replayed: Option<Replayed>,
}

/// How long it takes to replay a whole record.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Replayed {
    /// Hazards.
    pub hazards: u64,
    /// Lines.
    pub lines: u64,
    /// Seconds to compare every line with its leaf, and the log with what is kept of it.
    pub log: f64,
    /// Seconds to compare every row with it.
    pub check: f64,
    /// Seconds to make every row anew from it.
    pub rebuild: f64,
}

/// What filling a database took.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// Acts.
    pub acts: u64,
    /// The time.
    pub took: Duration,
}

/// Makes a database and fills it with so many hazards; tells from time to time how far it has come.
pub async fn fill(location: &Location, hazards: u32, told: impl Fn(NaiveDate, Filled)) {
    SqlStore::migrate(location).await.unwrap();
    let store = SqlStore::open(location).await.unwrap();
    let county = Arc::new(district());
    let calendar = Calendar::at(last_day());
    let files: Vec<_> = (0..200).map(crate::file).collect();
    let now = crate::case::forenoon(last_day());
    store.hold(county.code, &files, now).await.unwrap();
    let pace = Pace {
        batch: 256,
        ..Pace::default()
    };
    let ledger = Ledger::open(
        Arc::new(store.clone()),
        county,
        calendar.clock(),
        Arc::new(chance::salt),
        pace,
    );
    let begun = Instant::now();
    stock::fill(&ledger, &calendar, hazards, |filled| {
        let took = begun.elapsed();
        told(
            filled.on,
            Filled {
                acts: filled.acts,
                took,
            },
        );
    })
    .await;
    drop(ledger);
    store.close().await.unwrap();
}

/// Measures a database that is filled with so many hazards.
pub async fn measure(
    location: &Location,
    hazards: u32,
    method: &Method,
    told: impl Fn(&str, &Row),
) -> Measured {
    // A stock that was kept may be older than this program.
    SqlStore::migrate(location).await.unwrap();
    let county = district();
    let begun = Instant::now();
    let store = SqlStore::open(location).await.unwrap();
    store.probe(county.code).await.unwrap();
    let ready = begun.elapsed().as_secs_f64() * 1000.0;
    let ours = Arc::new(Ours::new(store.clone(), county, hazards));
    let most = method.clients.iter().copied().max().unwrap_or(1);
    let chosen = |contest: &Contest| contest.title().contains(&method.only);
    for contest in Contest::OF_OURS.iter().copied().filter(chosen) {
        side(&ours, contest, most, method.span).await;
    }
    let memory = Memory::now();
    let bare = Arc::new(Bare::new(location, hazards).await);
    let program = Arc::new(Online::open(store.clone(), hazards).await);
    let peer = match location {
        Location::Url(url) if method.peer => {
            let body = bare.body().to_owned();
            Some(Arc::new(Peer::open(url, hazards, body).await))
        }
        Location::Url(_) | Location::File(_) => None,
    };
    let (mut rows, mut online) = (Vec::new(), Vec::new());
    let (mut besides, mut lines) = (Vec::new(), Vec::new());
    // What is written bare is no record: whoever reads must have read by then.
    for reads in [true, false] {
        let chosen = |contest: &Contest| contest.reads() == reads && chosen(contest);
        for contest in Contest::ALL.iter().copied().filter(chosen) {
            let clients = method.clients.iter().copied();
            for clients in clients.filter(|clients| !contest.is_together() || *clients == most) {
                let row = compete(&ours, &bare, None, contest, clients, method.span).await;
                told("", &row);
                rows.push(row);
            }
        }
        for contest in Contest::OF_OURS.iter().copied().filter(chosen) {
            for clients in method.clients.iter().copied() {
                let row = compete(
                    &program,
                    &bare,
                    peer.as_ref(),
                    contest,
                    clients,
                    method.span,
                )
                .await;
                told("over HTTP: ", &row);
                online.push(row);
            }
        }
        if reads {
            besides = beside(&program, &method.only, method.span).await;
            lines = scoped(&program, &method.only, method.span).await;
        }
    }
    drop((ours, program));
    let replayed = if "rebuild".contains(&method.only) {
        Some(replay(&store).await)
    } else {
        None
    };
    Measured {
        ready,
        memory,
        rows,
        online,
        beside: besides,
        scoped: lines,
        replayed,
    }
}

async fn replay(store: &SqlStore) -> Replayed {
    let begun = Instant::now();
    let walk = store.verification(district().code, Vec::new()).await;
    let (mut walk, mut findings) = (walk.unwrap(), Findings::default());
    while walk.next(&mut findings).await.unwrap().is_some() {}
    walk.finish(&mut findings);
    assert!(findings.is_clean(), "{:#?}", findings.told);
    let log = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let checked = store.check(&district(), |_| {}).await.unwrap();
    assert!(checked.is_clean(), "{:#?}", checked.told);
    let check = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let made = store.rebuild(&district(), last_day(), |_| {}).await;
    assert!(made.unwrap().is_clean());
    Replayed {
        hazards: checked.hazards,
        lines: checked.lines,
        log,
        check,
        rebuild: begun.elapsed().as_secs_f64(),
    }
}
