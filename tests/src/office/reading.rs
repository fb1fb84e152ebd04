//! What the ledger holds, read as itself: everything is there for it.

use super::Office;
use std::collections::BTreeMap;
use std::sync::Arc;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Actor, Entry, Hazard, NumberTaken};
use xiaohao_ledger::read::{HazardFilter, HazardOrder, PageAsk, Reader, SortBy};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::{Cell, Counts};
use xiaohao_ledger::{Line, Position, Record, Scope};

/// Everything that is kept of a county, to be compared as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The record.
    pub lines: Vec<Line>,
    /// The rows, in the order in which the hazards came in.
    pub rows: Vec<HazardRow>,
    /// The hazards.
    pub hazards: BTreeMap<HazardId, Hazard>,
    /// The counters of today.
    pub closure: BTreeMap<Cell, Counts>,
}

/// The order in which hazards came in.
const OLDEST: HazardOrder = HazardOrder {
    by: SortBy::Opened,
    descending: false,
};

impl Office {
    /// The scope of the ledger itself.
    pub fn everything(&self) -> Scope {
        Scope::of_the_ledger(self.county.code)
    }

    /// What this person may see.
    pub fn seen_by(&self, viewer: &Actor) -> Scope {
        Scope::of(viewer, &self.county)
    }

    /// What readers ask.
    pub fn reader(&self) -> Arc<dyn Reader> {
        self.cabinet.reader()
    }

    /// A hazard as it stands, if it is there.
    pub async fn find(&self, id: HazardId) -> Option<Hazard> {
        self.files(&[id]).await.remove(&id)
    }

    /// A hazard as it stands.
    pub async fn hazard(&self, id: HazardId) -> Hazard {
        let found = self.find(id).await;
        found.unwrap_or_else(|| panic!("hazard {id:?} is not in the ledger"))
    }

    /// Hazards as they stand.
    pub async fn files(&self, ids: &[HazardId]) -> BTreeMap<HazardId, Hazard> {
        let all = self.everything();
        self.reader().files(&all, ids).await.unwrap()
    }

    /// The history of a hazard.
    pub async fn history(&self, id: HazardId) -> Vec<Entry> {
        let all = self.everything();
        let histories = self.reader().histories(&all, &[id]).await;
        let lines = histories.unwrap().remove(&id).unwrap_or_default();
        lines.into_iter().map(entry).collect()
    }

    /// The whole record.
    pub async fn lines(&self) -> Vec<Line> {
        let (reader, all) = (self.reader(), self.everything());
        let (mut lines, mut read) = (Vec::new(), Position::START);
        loop {
            let (more, far) = reader.lines_after(&all, read, 100).await.unwrap();
            if far == read {
                return lines;
            }
            lines.extend(more);
            read = far;
        }
    }

    /// The rows of those hazards that pass a filter, in the order in which they came in.
    pub async fn rows(&self, scope: &Scope, filter: &HazardFilter) -> Vec<HazardRow> {
        let (reader, mut rows, mut after) = (self.reader(), Vec::new(), None);
        loop {
            let ask = PageAsk::first(100, after, OLDEST).unwrap();
            let page = reader.hazards(scope, filter, &ask).await.unwrap();
            after = page.items.last().map(|(cursor, _)| *cursor);
            rows.extend(page.items.into_iter().map(|(_, row)| row));
            if !page.has_next {
                return rows;
            }
        }
    }

    /// Everything that is kept.
    pub async fn kept(&self) -> Kept {
        let (reader, all) = (self.reader(), self.everything());
        let rows = self.rows(&all, &HazardFilter::default()).await;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        Kept {
            lines: self.lines().await,
            hazards: self.files(&ids).await,
            closure: reader.closure(&all, self.today()).await.unwrap(),
            rows,
        }
    }
}

/// The line of a hazard's history.
pub(super) fn entry(line: Line) -> Entry {
    match line.record {
        Record::Hazard(entry) => *entry,
        other => panic!("{} is no line of a hazard", other.subject()),
    }
}

impl Kept {
    /// The numbers that were taken, in the order of the lines.
    pub fn numbers(&self) -> Vec<NumberTaken> {
        let taken = |line: &Line| match &line.record {
            Record::Hazard(entry) => entry.event.number_taken(),
            Record::Order(entry) => entry.event.number_taken(),
            Record::Circular(entry) => entry.event.number_taken(),
            Record::Ledger(_) => None,
        };
        self.lines.iter().filter_map(taken).collect()
    }
}
