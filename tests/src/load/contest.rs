//! Ways of doing one thing, who take turns, so that whatever else the machine does falls on all.

use super::bare::{Bare, TOGETHER};
use super::closed::{Sample, closed_loop};
use super::online::Online;
use super::ours::Ours;
use super::peer::Peer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How often the sides take turns in a contest.
const TURNS: u32 = 2;

/// Two ways of doing one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contest {
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
    pub(super) const ALL: &[Self] = &[
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
    pub(super) const OF_OURS: &[Self] = &[
        Self::Page,
        Self::Closure,
        Self::History,
        Self::Report,
        Self::Advance,
    ];

    pub(super) fn title(self) -> &'static str {
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

    /// Whether nothing is written.
    pub(super) fn reads(self) -> bool {
        matches!(
            self,
            Self::Page | Self::Closure | Self::ClosureGrouped | Self::History
        )
    }

    /// Whether the bare side needs but one client, who does the work of many.
    pub(super) fn is_together(self) -> bool {
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
    /// A ready-made server, where one takes part.
    pub peer: Option<Figure>,
}

/// A contest of so many clients.
pub(super) async fn compete<S: Side>(
    ours: &Arc<S>,
    bare: &Arc<Bare>,
    peer: Option<&Arc<Peer>>,
    contest: Contest,
    clients: usize,
    span: Duration,
) -> Row {
    let (mut of_ours, mut of_bare, mut statements) = (Sample::default(), Sample::default(), 0);
    let mut of_peer = peer.map(|_| Sample::default());
    for _ in 0..TURNS {
        let before = ours.statements();
        of_ours.extend(side(ours, contest, clients, span / TURNS).await);
        statements += ours.statements() - before;
        if let (Some(peer), Some(of_peer)) = (peer, &mut of_peer) {
            of_peer.extend(side(peer, contest, clients, span / TURNS).await);
        }
        let clients = if contest.is_together() { 1 } else { clients };
        of_bare.extend(side(bare, contest, clients, span / TURNS).await);
    }
    Row {
        title: contest.title().to_owned(),
        clients,
        statements: of_ours.share(statements),
        ours: of_ours.into(),
        bare: of_bare.into(),
        peer: of_peer.map(Figure::from),
    }
}

/// One of the two ways.
pub(super) trait Side: Send + Sync + 'static {
    /// How many statements it has sent so far; none where nobody counts.
    fn statements(&self) -> u64 {
        0
    }

    /// Does it once.
    fn once(&self, contest: Contest) -> impl Future<Output = u64> + Send;
}

/// One side at work, with so many clients.
pub(super) async fn side<S: Side>(
    side: &Arc<S>,
    contest: Contest,
    clients: usize,
    span: Duration,
) -> Sample {
    let side = Arc::clone(side);
    let call = move || {
        let side = Arc::clone(&side);
        async move { side.once(contest).await }
    };
    closed_loop(clients, span, call).await
}

impl Side for Ours {
    fn statements(&self) -> u64 {
        self.statements()
    }

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

impl Side for Online {
    fn statements(&self) -> u64 {
        self.statements()
    }

    /// The clients do not choose how acts share a commit.
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
