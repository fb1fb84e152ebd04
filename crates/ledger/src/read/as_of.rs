//! The county as it stood, along both axes of time: what was so at the end of a day by the legal dates of the acts, as far as
//! the ledger knew it when it had come to a place.
//!
//! Nothing of it is stored. Histories are read some at a time and given up again, so that what is held is one hazard for each
//! that stood, however long the ledger is.

use super::{HazardFilter, HazardOrder, Page, PageAsk, Reader, SortBy};
use crate::fault::Fault;
use crate::line::Line;
use crate::position::Position;
use crate::row::HazardRow;
use crate::scope::Scope;
use crate::tally::{Cell, Counts, Once, Tally};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use xiaohao_core::record::Entry;
use xiaohao_core::statistics::{Flow, Period, Snapshot};
use xiaohao_core::values::HazardId;
use xiaohao_core::{Hazard, replay_to};

/// Which day, as far as known when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AsOf {
    /// 截至: the day at whose end the hazards are looked at, by the legal dates of their acts.
    pub valid_on: NaiveDate,
    /// The last line of the county's ledger that is known.
    pub known: Position,
}

impl AsOf {
    /// Whether a line belongs to it.
    #[must_use]
    pub fn holds(self, line: &Line) -> bool {
        line.position <= self.known && line.record.stamp().occurred_on <= self.valid_on
    }

    /// The hazard of a history as it stood; none for one that was not yet reported, or not yet known.
    ///
    /// # Errors
    /// [`Fault`] for a history that cannot be replayed.
    pub fn hazard(self, lines: &[Line]) -> Result<Option<(Position, Hazard)>, Fault> {
        let entries: Vec<Entry> = self.known(lines).cloned().collect();
        let hazard = replay_to(&entries, self.valid_on).map_err(Fault::internal)?;
        Ok(lines.first().map(|line| line.position).zip(hazard))
    }

    fn known(self, lines: &[Line]) -> impl Iterator<Item = &Entry> {
        let known = lines.iter().filter(move |line| line.position <= self.known);
        known.filter_map(|line| line.record.hazard())
    }
}

/// Every hazard that a viewer may see, as it stood.
#[derive(Clone, Debug)]
pub struct Standing {
    as_of: AsOf,
    hazards: BTreeMap<HazardId, (Position, Hazard)>,
}

impl Standing {
    /// Reads it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn read(reader: &dyn Reader, scope: &Scope, as_of: AsOf) -> Result<Self, Fault> {
        let mut hazards = BTreeMap::new();
        each_history(reader, scope, |lines| {
            if let Some((opened, hazard)) = as_of.hazard(lines)? {
                hazards.insert(hazard.id(), (opened, hazard));
            }
            Ok(())
        })
        .await?;
        Ok(Self { as_of, hazards })
    }

    /// Those of them alone that pass the filter.
    #[must_use]
    pub fn among(mut self, filter: &HazardFilter) -> Self {
        let passes =
            |(opened, hazard): &(Position, Hazard)| filter.passes(&HazardRow::of(hazard, *opened));
        self.hazards.retain(|_, own| passes(own));
        self
    }

    /// Which day, as far as known when.
    #[must_use]
    pub fn as_of(&self) -> AsOf {
        self.as_of
    }

    /// One of them.
    #[must_use]
    pub fn hazard(&self, id: HazardId) -> Option<&(Position, Hazard)> {
        self.hazards.get(&id)
    }

    /// All of them.
    pub fn hazards(&self) -> impl Iterator<Item = &Hazard> {
        self.hazards.values().map(|(_, hazard)| hazard)
    }

    /// The figures of the day.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot::new(self.hazards(), self.as_of.valid_on)
    }

    fn rows(&self) -> impl Iterator<Item = HazardRow> {
        let hazards = self.hazards.values();
        hazards.map(|(opened, hazard)| HazardRow::of(hazard, *opened))
    }

    /// The counters of the closure statistics, as [`Reader::closure`] tells those of today.
    #[must_use]
    pub fn closure(&self) -> BTreeMap<Cell, Counts> {
        let mut tally = Tally::default();
        for row in self.rows() {
            tally.count(&row, Once::More, self.as_of.valid_on);
        }
        tally.balanced().cells
    }

    /// How many pass the filter.
    #[must_use]
    pub fn count(&self, filter: &HazardFilter) -> u64 {
        self.rows()
            .filter(|row| filter.passes(row))
            .fold(0, |count, _| count + 1)
    }

    /// One page of them.
    #[must_use]
    pub fn page(&self, filter: &HazardFilter, page: &PageAsk) -> Page<HazardRow> {
        page.of_rows(self.rows().filter(|row| filter.passes(row)).collect())
    }
}

/// 存量 of a period, as far as the ledger knew it when it had come to a place.
///
/// # Errors
/// [`Fault`].
pub async fn flow(
    reader: &dyn Reader,
    scope: &Scope,
    known: Position,
    period: Period,
) -> Result<Flow, Fault> {
    let as_of = AsOf {
        valid_on: period.to_on(),
        known,
    };
    let mut flow = Flow::default();
    each_history(reader, scope, |lines| {
        let entries: Vec<Entry> = as_of.known(lines).cloned().collect();
        flow += Flow::during(&[&entries], period).map_err(Fault::internal)?;
        Ok(())
    })
    .await?;
    Ok(flow)
}

/// Hazards whose histories are held at once.
const AT_ONCE: u32 = 100;

/// Looks at the whole history of each hazard that the viewer may see.
async fn each_history(
    reader: &dyn Reader,
    scope: &Scope,
    mut look: impl FnMut(&[Line]) -> Result<(), Fault> + Send,
) -> Result<(), Fault> {
    let oldest_first = HazardOrder {
        by: SortBy::Opened,
        descending: false,
    };
    let all = HazardFilter::default();
    let mut after = None;
    loop {
        let page = PageAsk::first(AT_ONCE, after, oldest_first).map_err(Fault::internal)?;
        let page = reader.hazards(scope, &all, &page).await?;
        let ids: Vec<HazardId> = page.items.iter().map(|(_, row)| row.id).collect();
        for lines in reader.histories(scope, &ids).await?.values() {
            look(lines)?;
        }
        after = page.items.last().map(|(cursor, _)| *cursor);
        if !page.has_next {
            return Ok(());
        }
    }
}
