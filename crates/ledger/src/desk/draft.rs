//! What one act would change, as long as it may still be refused.

use crate::head::Head;
use crate::position::Position;
use crate::store::{Erasure, NewLine, WayInKept};
use crate::submission::{Fingerprint, Submission};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeMap;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperFile;
use xiaohao_core::upkeep::LedgerFile;
use xiaohao_core::values::{CircularId, HazardId, OrderId, RequestId};
use xiaohao_core::{County, Hazard, NextNumbers, NumberTaken, Stamp};
use xiaohao_log::LogFull;

/// One act about to be decided: who, when, on which request.
pub(super) struct Turn<'s> {
    pub(super) request: RequestId,
    pub(super) fingerprint: Fingerprint,
    pub(super) submission: &'s Submission,
    pub(super) occurred_on: NaiveDate,
    pub(super) recorded_at: DateTime<Utc>,
}

/// What one act, with everything it causes, would change.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) head: Head,
    pub(super) hazards: BTreeMap<HazardId, (Position, Hazard)>,
    pub(super) orders: BTreeMap<OrderId, PaperFile<OrderContent>>,
    pub(super) circulars: BTreeMap<CircularId, PaperFile<CircularContent>>,
    pub(super) lines: Vec<NewLine>,
    pub(super) numbers: Vec<(NumberTaken, Position)>,
    pub(super) ledger: Option<LedgerFile>,
    pub(super) erasures: Vec<Erasure>,
    pub(super) ways_in: Vec<WayInKept>,
}

impl Turn<'_> {
    pub(super) fn stamp(&self) -> Stamp {
        Stamp {
            actor: self.submission.actor.clone(),
            occurred_on: self.occurred_on,
            recorded_at: self.recorded_at,
        }
    }

    /// Numbers count from 1 in the year of the legal date.
    pub(super) fn year(&self) -> u16 {
        u16::try_from(self.occurred_on.year()).unwrap_or(0)
    }
}

impl Draft {
    pub(super) fn over(head: &Head) -> Self {
        Self {
            head: head.clone(),
            hazards: BTreeMap::new(),
            orders: BTreeMap::new(),
            circulars: BTreeMap::new(),
            lines: Vec::new(),
            numbers: Vec::new(),
            ledger: None,
            erasures: Vec::new(),
            ways_in: Vec::new(),
        }
    }

    /// Takes in a line, and its leaf into the log.
    pub(super) fn push(&mut self, new: NewLine) -> Result<Position, LogFull> {
        let position = new.line.position;
        let taken = new.line.record.number_taken();
        self.head.frontier.append(new.line.leaf)?;
        self.head.position = position;
        if let Some(taken) = taken {
            let numbers = &mut self.head.numbers;
            numbers.take(taken.series, taken.year, taken.serial);
            self.numbers.push((taken, position));
        }
        self.lines.push(new);
        Ok(position)
    }

    pub(super) fn next_numbers(&self, county: &County, turn: &Turn<'_>) -> NextNumbers {
        self.head.numbers.next(county, turn.year())
    }
}
