//! One database measured: ours and bare take turns, so that whatever else the machine does falls on both.

use super::bare::{Bare, TOGETHER};
use super::closed::{Sample, closed_loop};
use super::district::district;
use super::machine::Memory;
use super::ours::Ours;
use super::stock::{self, Calendar, last_day};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};
use xiaohao_ledger::{Ledger, Pace, Store};
use xiaohao_server::chance;
use xiaohao_store::{Location, SqlStore};

/// How one measures.
#[derive(Clone, Debug)]
pub struct Method {
    /// How long each side works in each contest.
    pub span: Duration,
    /// How many clients, in turn.
    pub clients: Vec<usize>,
    /// Only contests whose title contains this.
    pub only: String,
}

/// How often the sides take turns in a contest.
const TURNS: u32 = 2;

/// Two ways of doing one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contest {
    Page,
    Closure,
    ClosureGrouped,
    History,
    Report,
    ReportAlone,
    ReportTogether,
    Advance,
    AdvanceAlone,
    AdvanceTogether,
}

impl Contest {
    /// Reads before writes, so that they see the stock as it was filled.
    const ALL: &[Self] = &[
        Self::Page,
        Self::Closure,
        Self::ClosureGrouped,
        Self::History,
        Self::Report,
        Self::ReportAlone,
        Self::ReportTogether,
        Self::Advance,
        Self::AdvanceAlone,
        Self::AdvanceTogether,
    ];

    /// Those in which ours does all that it does, each once.
    const OF_OURS: &[Self] = &[
        Self::Page,
        Self::Closure,
        Self::History,
        Self::Report,
        Self::Advance,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Page => "page of 50 with committee, unit and last five events",
            Self::Closure => "closure statistics by committee and township; bare: the counters",
            Self::ClosureGrouped => {
                "closure statistics by committee and township; bare: `GROUP BY`"
            }
            Self::History => "one hazard with its whole history",
            Self::Report => "report hazard; bare: one commit per act",
            Self::ReportAlone => "report hazard, `batch: 1`; bare: one commit per act",
            Self::ReportTogether => "report hazard; bare: 64 acts per commit",
            Self::Advance => "advance one transition; bare: one commit per act",
            Self::AdvanceAlone => "advance one transition, `batch: 1`; bare: one commit per act",
            Self::AdvanceTogether => "advance one transition; bare: 64 acts per commit",
        }
    }

    /// Whether the bare side needs but one client, who does the work of many.
    fn is_together(self) -> bool {
        matches!(self, Self::ReportTogether | Self::AdvanceTogether)
    }
}

/// What was measured of one side.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// Acts in a second.
    pub per_second: f64,
    /// Milliseconds within which half of the requests were answered.
    pub p50: f64,
    /// Milliseconds within which 99 of 100 were.
    pub p99: f64,
}

impl From<Sample> for Figure {
    fn from(mut sample: Sample) -> Self {
        Self {
            per_second: sample.per_second(),
            p50: sample.within(50),
            p99: sample.within(99),
        }
    }
}

/// What was measured of one contest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was done.
    pub title: String,
    /// By how many clients.
    pub clients: usize,
    /// Statements that ours sent for each act.
    pub statements: f64,
    /// Ours.
    pub ours: Figure,
    /// Bare.
    pub bare: Figure,
}

/// What was measured of one database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Milliseconds until the first act could be recorded.
    pub ready: f64,
    /// The memory after all operations of ours, before anything bare was begun.
    pub memory: Memory,
    /// The contests.
    pub rows: Vec<Row>,
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
    told: impl Fn(&Row),
) -> Measured {
    let begun = Instant::now();
    let store = SqlStore::open(location).await.unwrap();
    store.probe(None).await.unwrap();
    let ready = begun.elapsed().as_secs_f64() * 1000.0;
    let ours = Arc::new(Ours::new(store.clone(), district(), hazards));
    let most = method.clients.iter().copied().max().unwrap_or(1);
    let chosen = |contest: &Contest| contest.title().contains(&method.only);
    for contest in Contest::OF_OURS.iter().copied().filter(chosen) {
        side(&ours, contest, most, method.span).await;
    }
    let memory = Memory::now();
    let bare = Arc::new(Bare::new(location, hazards).await);
    let mut rows = Vec::new();
    for contest in Contest::ALL.iter().copied().filter(chosen) {
        let clients = method.clients.iter().copied();
        for clients in clients.filter(|clients| !contest.is_together() || *clients == most) {
            let row = compete(&ours, &bare, contest, clients, method.span).await;
            told(&row);
            rows.push(row);
        }
    }
    let replayed = if "rebuild".contains(&method.only) {
        Some(replay(&store).await)
    } else {
        None
    };
    Measured {
        ready,
        memory,
        rows,
        replayed,
    }
}

async fn replay(store: &SqlStore) -> Replayed {
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
        check,
        rebuild: begun.elapsed().as_secs_f64(),
    }
}

/// A contest of so many clients.
async fn compete(
    ours: &Arc<Ours>,
    bare: &Arc<Bare>,
    contest: Contest,
    clients: usize,
    span: Duration,
) -> Row {
    let (mut of_ours, mut of_bare, mut statements) = (Sample::default(), Sample::default(), 0);
    for _ in 0..TURNS {
        let before = ours.statements();
        of_ours.extend(side(ours, contest, clients, span / TURNS).await);
        statements += ours.statements() - before;
        let clients = if contest.is_together() { 1 } else { clients };
        of_bare.extend(side(bare, contest, clients, span / TURNS).await);
    }
    Row {
        title: contest.title().to_owned(),
        clients,
        statements: of_ours.share(statements),
        ours: of_ours.into(),
        bare: of_bare.into(),
    }
}

/// One of the two ways.
trait Side: Send + Sync + 'static {
    fn once(&self, contest: Contest) -> impl Future<Output = u64> + Send;
}

async fn side<S: Side>(side: &Arc<S>, contest: Contest, clients: usize, span: Duration) -> Sample {
    let side = Arc::clone(side);
    let call = move || {
        let side = Arc::clone(&side);
        async move { side.once(contest).await }
    };
    closed_loop(clients, span, call).await
}

impl Side for Ours {
    async fn once(&self, contest: Contest) -> u64 {
        match contest {
            Contest::Page => self.page().await,
            Contest::Closure | Contest::ClosureGrouped => self.closure().await,
            Contest::History => self.history().await,
            Contest::Report | Contest::ReportTogether => self.report(false).await,
            Contest::ReportAlone => self.report(true).await,
            Contest::Advance | Contest::AdvanceTogether => self.advance(false).await,
            Contest::AdvanceAlone => self.advance(true).await,
        }
    }
}

impl Side for Bare {
    async fn once(&self, contest: Contest) -> u64 {
        match contest {
            Contest::Page => self.page().await,
            Contest::Closure => self.counters().await,
            Contest::ClosureGrouped => self.grouped().await,
            Contest::History => self.history().await,
            Contest::Report | Contest::ReportAlone => self.insert(1).await,
            Contest::ReportTogether => self.insert(TOGETHER).await,
            Contest::Advance | Contest::AdvanceAlone => self.update(1).await,
            Contest::AdvanceTogether => self.update(TOGETHER).await,
        }
    }
}
