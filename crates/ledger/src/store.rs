//! What the ledger asks of a store: to hold one county while a batch of acts is decided, to look things up in that moment,
//! and to take what was written in one transaction, or not at all.

use crate::body::Salted;
use crate::fault::Fault;
use crate::head::Head;
use crate::line::{Line, Subject};
use crate::position::Position;
use crate::row::{DuplicateDigest, HazardRow, Keys};
use crate::scope::Viewpoint;
use crate::submission::Fingerprint;
use crate::tally::Tally;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use xiaohao_core::acts::SourceRecord;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperFile;
use xiaohao_core::upkeep::LedgerFile;
use xiaohao_core::values::{
    CircularId, ClueNumber, CountyCode, Digest, HazardId, HazardNumber, OrderId, RequestId,
};
use xiaohao_core::ways_in::ChangeWaysIn;
use xiaohao_core::{Actor, Hazard, NumberTaken};
use xiaohao_log::Salt;

/// Where the ledgers of one or more counties are kept.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a batch: from now until it is appended or dropped nobody else writes in this county.
    async fn begin(&self, county: CountyCode) -> Result<Box<dyn Batch>, Fault>;

    /// Makes a small write: whether an act could be recorded in this county now.
    async fn probe(&self, county: CountyCode) -> Result<(), Fault>;

    /// How many lines the ledger's own history has: each may change the data of the county.
    async fn own_version(&self, county: CountyCode) -> Result<u32, Fault>;

    /// The lines of these requests, in the order of the ledger.
    async fn lines_of_requests(
        &self,
        county: CountyCode,
        requests: &[RequestId],
    ) -> Result<Vec<Line>, Fault>;

    /// The lines of the ledger's own history that follow on this version of it.
    async fn own_lines_after(&self, county: CountyCode, version: u32) -> Result<Vec<Line>, Fault>;

    /// The history of a subject, up to and with one of its lines.
    async fn history_to(
        &self,
        county: CountyCode,
        subject: Subject,
        seq: u32,
    ) -> Result<Vec<Line>, Fault>;
}

/// One transaction. Dropped, it leaves no trace.
#[async_trait]
pub trait Batch: Send {
    /// How far the county's ledger has come.
    fn head(&self) -> &Head;

    /// How many lines the ledger's own history has, as it stands in this transaction.
    async fn own_version(&mut self) -> Result<u32, Fault>;

    /// Looks up what the acts are about, as it stands in this transaction.
    async fn look_up(&mut self, wanted: &Wanted) -> Result<Found, Fault>;

    /// Writes everything and commits. When this returns, it is on the disk.
    async fn append(self: Box<Self>, written: Written) -> Result<(), Fault>;
}

/// What a batch must look up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Requests that may have been answered before.
    pub requests: BTreeSet<RequestId>,
    /// Hazards, whoever asks for them.
    pub hazards: BTreeSet<HazardId>,
    /// Those of them whose lines are wanted beside what they come to.
    pub histories: BTreeSet<HazardId>,
    /// Hazards that are wanted only where they are seen from there. Of what whoever acts may not see no history is read, so that
    /// he waits no longer for his refusal than on a hazard that is not there.
    pub hazards_seen_from: BTreeSet<(HazardId, Viewpoint)>,
    /// Hazards that are wanted only before they are listed, from wherever they are seen.
    pub hazards_unlisted: BTreeSet<HazardId>,
    /// Orders.
    pub orders: BTreeSet<OrderId>,
    /// Circulars.
    pub circulars: BTreeSet<CircularId>,
    /// Files that the server may hold.
    pub evidence: BTreeSet<Digest>,
    /// What a duplicate on the list would have.
    pub duplicates: BTreeSet<DuplicateDigest>,
    /// Records of platforms that may have been reported before.
    pub source_records: BTreeSet<SourceRecord>,
    /// Lines, by their places.
    pub lines: BTreeSet<Position>,
    /// Numbers whose lines are wanted, those that took them.
    pub numbers: BTreeSet<NumberTaken>,
    /// Whether the ledger's own file is wanted.
    pub ledger: bool,
    /// The ledger's own file as far as it is known; only what follows on it has to be read.
    pub known: Option<Arc<LedgerFile>>,
}

/// By what a request that was answered before is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// Who sent it, in which of his posts.
    pub actor: Actor,
    /// Of what it said that is not personal.
    pub fingerprint: Fingerprint,
    /// The personal data of the line that answered it, as far as it was not erased.
    pub personal: Vec<Option<String>>,
}

/// What was found; what is not there, or not there for whoever acts, was not found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Requests that were answered before.
    pub requests: BTreeMap<RequestId, Before>,
    /// Hazards, each with the place of its first line.
    pub hazards: BTreeMap<HazardId, (Position, Hazard)>,
    /// The lines of hazards, in their order.
    pub histories: BTreeMap<HazardId, Vec<Line>>,
    /// Orders.
    pub orders: BTreeMap<OrderId, PaperFile<OrderContent>>,
    /// Those of the orders that were issued with an act, and have no history of their own.
    pub orders_with_acts: BTreeSet<OrderId>,
    /// Circulars.
    pub circulars: BTreeMap<CircularId, PaperFile<CircularContent>>,
    /// Files that the server holds.
    pub evidence: BTreeSet<Digest>,
    /// Open hazards on the list by what a duplicate would share with them.
    pub duplicates: BTreeMap<DuplicateDigest, BTreeMap<HazardId, HazardNumber>>,
    /// Clues by the platform's record from which they came.
    pub source_records: BTreeMap<SourceRecord, ClueNumber>,
    /// Lines, by their places; those that took numbers among them.
    pub lines: BTreeMap<Position, Line>,
    /// The ledger's own file.
    pub ledger: Option<LedgerFile>,
}

impl Found {
    /// Takes in what a second look found.
    pub(crate) fn extend(&mut self, other: Self) {
        self.requests.extend(other.requests);
        self.hazards.extend(other.hazards);
        self.histories.extend(other.histories);
        self.orders.extend(other.orders);
        self.orders_with_acts.extend(other.orders_with_acts);
        self.circulars.extend(other.circulars);
        self.evidence.extend(other.evidence);
        self.duplicates.extend(other.duplicates);
        self.source_records.extend(other.source_records);
        self.lines.extend(other.lines);
        self.ledger = other.ledger.or(self.ledger.take());
    }
}

/// Everything that one batch writes.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// How far the ledger has come with it.
    pub head: Head,
    /// The new lines, in their order.
    pub lines: Vec<NewLine>,
    /// The personal data that the new lines order to be erased.
    pub erasures: Vec<Erasure>,
    /// What is kept of ways in, or taken away, with the new lines that record it.
    pub ways_in: Vec<WayInKept>,
    /// The ledger's own file as it stands at the end of the batch, where it has gone on.
    pub ledger: Option<LedgerFile>,
    /// The hazards that were made or changed, once each, as they stand at the end of the batch.
    pub hazards: Vec<WrittenHazard>,
    /// The numbers that were taken, each with the place of the line that took it.
    pub numbers: Vec<(NumberTaken, Position)>,
    /// The changes of the counters.
    pub tally: Tally,
    /// The day up to which overdue hazards were counted, where it is no longer today. Carried over first, before the
    /// changes of this batch are counted in.
    pub carry_over: Option<CarryOver>,
}

/// A piece of personal data that is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The line beside which it is kept.
    pub line: Position,
    /// Its number among the pieces of that line, from 1 in the order of the body.
    pub number: u32,
    /// The line that orders it.
    pub by: Position,
}

/// A way in that is opened or closed beside the record, with the line that records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayInKept {
    /// What becomes of it.
    pub says: ChangeWaysIn,
    /// When.
    pub at: DateTime<Utc>,
}

/// A line with what is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    /// The line.
    pub line: Line,
    /// Its stored form.
    pub body: String,
    /// What was taken out of it and is kept beside it, in the order in which it stood there.
    pub personal: Vec<Salted>,
    /// By what the request is known when it comes again.
    pub fingerprint: Fingerprint,
    /// By which its leaf tells nothing of its body to whoever has the leaf alone.
    pub salt: Salt,
}

/// A hazard as it stands at the end of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenHazard {
    /// Its row and what was kept beside it before the batch; none for one that is new.
    pub before: Option<(HazardRow, Keys)>,
    /// Its row.
    pub row: HazardRow,
    /// What the store keeps beside the row.
    pub keys: Keys,
}

impl WrittenHazard {
    /// Whether what is searched of it is new or has changed.
    #[must_use]
    pub fn is_searched_anew(&self) -> bool {
        let before = self.before.as_ref();
        before.is_none_or(|(row, _)| row.searched() != self.row.searched())
    }

    /// From where it is seen and was not before.
    pub fn newly_seen_from(&self) -> impl Iterator<Item = Viewpoint> {
        let before = self.before.as_ref().map(|(_, keys)| &keys.seen_from);
        let seen = self.keys.seen_from.iter().copied();
        seen.filter(move |from| before.is_none_or(|before| !before.contains(from)))
    }

    /// From where it was seen before and is no longer.
    pub fn no_longer_seen_from(&self) -> impl Iterator<Item = Viewpoint> {
        let before = self.before.iter().flat_map(|(_, keys)| &keys.seen_from);
        let before = before.copied();
        before.filter(|from| !self.keys.seen_from.contains(from))
    }
}

/// The days by which the count of overdue hazards is carried on: those with a running deadline from `from` up to, but not
/// on, `to` are overdue now and were not before; backwards when the clock was set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarryOver {
    /// The day for which they are counted.
    pub from: NaiveDate,
    /// The day for which they are to be counted.
    pub to: NaiveDate,
}
