//! One line of the policy table: when it starts, when it ends, what it does, and who says so.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cadence, Limit, Start};

/// One time limit as a county has set it. Only a checked policy hands it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) limit: Limit,
    pub(super) start: Start,
    pub(super) opens: Option<Offset>,
    pub(super) closes: Offset,
    pub(super) effect: Effect,
    pub(super) cadence: Option<Cadence>,
    pub(super) source: Source,
}

/// A distance from the anchor; negative lies before it. The anchor's own day is never counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offset {
    /// How many units; for `DAY_OF_NEXT_MONTH` which day.
    pub amount: i32,
    /// Of what.
    pub unit: Unit,
}

/// What an offset counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// Working days (工作日), by the calendar.
    WorkingDays,
    /// Calendar days; the last one does not slide past a weekend. 0 is the anchor's day.
    Days,
    /// Months: the same day of the later month, or its last day where that day is missing.
    Months,
    /// A day of the month after the anchor's month, or its last day where that day is missing.
    DayOfNextMonth,
    /// The n-th circular whose period ends after the anchor: the day it is due under L-CIRC.
    /// Only for rungs of the ladder.
    Circulars,
}

/// What happens outside of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Effect {
    /// The act is refused, unless whoever may override it gives a written reason or confirmation.
    Refuse,
    /// The act is accepted with a warning.
    Warn,
    /// The act is accepted; that the duty was missed shows in lists and statistics.
    Duty,
}

impl Effect {
    /// How files call it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refuse => "REFUSE",
            Self::Warn => "WARN",
            Self::Duty => "DUTY",
        }
    }
}

/// Who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// How much authority it has.
    pub kind: SourceKind,
    /// The document and article, in Chinese.
    pub text: String,
    /// Key of the reference list (spec §10, `SEED` for the county's own plan); may be absent for
    /// `OWN` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// How much authority a source has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SourceKind {
    /// The program's default, to be confirmed by the county.
    Own,
    /// A document that was read.
    Source,
    /// A law or an ordinance that was read.
    Law,
}

impl Rule {
    /// Which limit this is.
    #[must_use]
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// What it counts from.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// The first day of the window; `None` if it is open from the beginning.
    #[must_use]
    pub fn opens(&self) -> Option<Offset> {
        self.opens
    }

    /// The last day of the window.
    #[must_use]
    pub fn closes(&self) -> Offset {
        self.closes
    }

    /// What happens outside of the window.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// How often it recurs; given exactly for rules that start at `PERIOD_END`.
    #[must_use]
    pub fn cadence(&self) -> Option<Cadence> {
        self.cadence
    }

    /// Who says so.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
