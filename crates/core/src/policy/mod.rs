//! The table of time limits, and the computation of dates that explain themselves.
//!
//! A county's limits are data (`seeds/policy/*.json`): each with its start, window, effect and
//! source, so that another county, or another year, is another file. Deliberately not here: which
//! policy is in force for a hazard, whether an act is legal, and any amount as a constant.

mod anchor;
mod cadence;
mod dates;
mod error;
mod explain;
mod limit;
mod load;
mod rule;

#[cfg(test)]
mod refusals;
#[cfg(test)]
mod seeds;

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
pub use anchor::{Anchor, Start};
pub use cadence::{Cadence, Period};
pub use dates::{ComputedDate, DateError, Window};
pub use error::PolicyError;
pub use explain::{Edge, Explanation};
pub use limit::Limit;
use limit::Table;
pub use rule::{Effect, Offset, Rule, Source, SourceKind, Unit};

/// A county's time limits, complete and checked; one revision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "load::PolicyFile")]
pub struct Policy {
    reference: PolicyRef,
    name: String,
    valid_from: NaiveDate,
    rules: Table<Rule>,
    extensions_most: u8,
    progress_cadence: Cadence,
    circulation_cadence: Cadence,
}

/// Which policy, and which revision of it. Prints as `shuangpai.1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PolicyRef {
    /// The policy.
    pub id: PolicyId,
    /// Counts from 1.
    pub revision: u32,
}

/// A policy's id: lower-case letters, digits and hyphens, such as `shuangpai`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyId(String);

impl Policy {
    /// Id and revision, as stored with every date computed.
    #[must_use]
    pub fn reference(&self) -> &PolicyRef {
        &self.reference
    }

    /// The name in Chinese.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first day whose acts this revision may govern.
    #[must_use]
    pub fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }

    /// The rule of a limit; a policy has one for each.
    #[must_use]
    pub fn rule(&self, limit: Limit) -> &Rule {
        self.rules.get(limit)
    }

    /// Every rule, in the order of the spec's table.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        Limit::ALL.iter().map(|limit| self.rule(*limit))
    }

    /// How many extensions may be granted in one cycle (spec §2.4).
    #[must_use]
    pub fn extensions_most(&self) -> u8 {
        self.extensions_most
    }

    /// How often progress is reported (L-PROGRESS).
    #[must_use]
    pub fn progress_cadence(&self) -> Cadence {
        self.progress_cadence
    }

    /// How often a circular appears (L-CIRC).
    #[must_use]
    pub fn circulation_cadence(&self) -> Cadence {
        self.circulation_cadence
    }

    /// How often a committee files (L-FILING); each month, as the county's plan has it, where nothing recurs.
    #[must_use]
    pub fn filing_cadence(&self) -> Cadence {
        let own = self.rule(Limit::CommitteeFiling).cadence();
        own.unwrap_or(Cadence::Monthly)
    }

    /// The days on which the act of `limit` is in time. `anchors` may hold more than the rule uses.
    ///
    /// # Errors
    /// An anchor is missing or not clear, the calendar does not reach, or the days are inverted.
    pub fn window(
        &self,
        limit: Limit,
        anchors: &[(Anchor, NaiveDate)],
        calendar: &Calendar,
    ) -> Result<Window, DateError> {
        let rule = self.rule(limit);
        let governing = rule.start.governing(limit, anchors)?;
        let compute = |edge, offset| self.compute(rule, edge, offset, governing, calendar);
        let opens = rule
            .opens
            .map(|offset| compute(Edge::Opens, offset))
            .transpose()?;
        let closes = compute(Edge::Closes, rule.closes)?;
        Window::new(limit, opens, closes)
    }

    /// The last day on which the act of `limit` is in time.
    ///
    /// # Errors
    /// As for [`Policy::window`].
    pub fn due(
        &self,
        limit: Limit,
        anchors: &[(Anchor, NaiveDate)],
        calendar: &Calendar,
    ) -> Result<ComputedDate, DateError> {
        self.window(limit, anchors, calendar)
            .map(|window| window.closes)
    }
}

impl PolicyId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PolicyId {
    type Error = PolicyError;

    fn try_from(id: String) -> Result<Self, PolicyError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(allowed) {
            return Err(PolicyError::Id { id });
        }
        Ok(Self(id))
    }
}

impl From<PolicyId> for String {
    fn from(PolicyId(id): PolicyId) -> Self {
        id
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.revision)
    }
}
