//! Policy files: their JSON, and the checks that make a table complete and sane.
//!
//! The bounds catch slips of the keyboard (a lost minus sign, a zero too many); they are no opinion
//! on what a county may decide, and are far outside of anything a source has asked for.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::error::MOST;
use super::limit::{Side, Table};
use super::{
    Anchor, Cadence, Edge, Effect, Limit, Offset, Policy, PolicyError, PolicyId, PolicyRef, Rule,
    Source, SourceKind, Start, Unit,
};

/// The JSON of `seeds/policy/*.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    id: PolicyId,
    name: String,
    revision: u32,
    valid_from: NaiveDate,
    rules: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    limit: Limit,
    start: Start,
    window: WindowFile,
    effect: Effect,
    cadence: Option<Cadence>,
    /// L-EXT-TOTAL alone: how many extensions.
    most: Option<u8>,
    /// L-LOOK alone: of how many a county means to look back at, for whoever reads its table. Nothing goes by it.
    shares: Option<IgnoredAny>,
    source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowFile {
    opens: Option<Offset>,
    closes: Offset,
}

impl TryFrom<PolicyFile> for Policy {
    type Error = PolicyError;

    fn try_from(file: PolicyFile) -> Result<Self, PolicyError> {
        if let Some(first) = file.faults().into_iter().next() {
            return Err(first);
        }
        let mut given: BTreeMap<_, _> = file
            .rules
            .into_iter()
            .map(|rule| (rule.limit, rule))
            .collect();
        let files =
            Table::fill(|limit| given.remove(&limit).ok_or(PolicyError::Missing { limit }))?;
        let rules = Table::fill(|limit| Ok(files.get(limit).rule()))?;
        check_ladder(&rules)?;
        Ok(Self {
            reference: PolicyRef {
                id: file.id,
                revision: file.revision,
            },
            name: file.name,
            valid_from: file.valid_from,
            extensions_most: files.get(Limit::ExtensionTotal).most()?,
            progress_cadence: files.get(Limit::Progress).period_cadence()?,
            circulation_cadence: files.get(Limit::Circulation).period_cadence()?,
            rules,
        })
    }
}

impl Policy {
    /// Everything that is wrong with a table whose document is of the form of one, in the order of the table; where it is not of
    /// that form there is nothing to look at.
    #[must_use]
    pub fn faults(document: &Value) -> Vec<PolicyError> {
        let Ok(file) = PolicyFile::deserialize(document) else {
            return Vec::new();
        };
        let mut faults = file.faults();
        // One that was entered before this was looked at is read as it is.
        faults.extend(file.rules.iter().filter_map(RuleFile::check_effect));
        if faults.is_empty() {
            // What stands between the rules is looked at where each of them is right.
            return Self::try_from(file).err().into_iter().collect();
        }
        faults
    }
}

impl PolicyFile {
    /// What is wrong with the table and with each of its rules.
    fn faults(&self) -> Vec<PolicyError> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() {
            faults.push(PolicyError::NoName);
        }
        if self.revision == 0 {
            faults.push(PolicyError::RevisionZero);
        }
        let mut given = BTreeMap::new();
        for rule in &self.rules {
            let limit = rule.limit;
            if given.insert(limit, rule).is_some() {
                faults.push(PolicyError::Twice { limit });
            }
        }
        for limit in Limit::ALL.iter().copied() {
            match given.get(&limit) {
                Some(rule) => faults.extend(rule.faults()),
                None => faults.push(PolicyError::Missing { limit }),
            }
        }
        faults
    }
}

impl RuleFile {
    fn faults(&self) -> impl Iterator<Item = PolicyError> {
        let checks = [
            self.check_start(),
            self.check_window(),
            self.check_source(),
            self.check_fields(),
        ];
        checks.into_iter().filter_map(Result::err)
    }

    fn rule(&self) -> Rule {
        Rule {
            limit: self.limit,
            start: self.start.clone(),
            opens: self.window.opens,
            closes: self.window.closes,
            effect: self.effect,
            cadence: self.cadence,
            source: self.source.clone(),
        }
    }

    fn check_effect(&self) -> Option<PolicyError> {
        let (limit, may) = (self.limit, self.limit.effects());
        (!may.contains(&self.effect)).then_some(PolicyError::Effect { limit, may })
    }

    fn check_start(&self) -> Result<(), PolicyError> {
        let distinct = |anchors: &[Anchor]| {
            let mut sorted = anchors.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            sorted.len() == anchors.len()
        };
        match &self.start {
            Start::On(_) => Ok(()),
            Start::EarliestOf(anchors) | Start::EachOf(anchors)
                if anchors.len() > 1 && distinct(anchors) =>
            {
                Ok(())
            }
            Start::EarliestOf(_) | Start::EachOf(_) => {
                Err(PolicyError::Anchors { limit: self.limit })
            }
        }
    }

    fn check_window(&self) -> Result<(), PolicyError> {
        let limit = self.limit;
        let WindowFile { opens, closes } = &self.window;
        if let Some(opens) = opens {
            self.check_offset(Edge::Opens, *opens)?;
        }
        self.check_offset(Edge::Closes, *closes)?;
        match limit.side() {
            Side::Before if closes.amount >= 0 => {
                return Err(PolicyError::WrongSide {
                    limit,
                    where_to: "之前",
                });
            }
            Side::After if closes.amount <= 0 => {
                return Err(PolicyError::WrongSide {
                    limit,
                    where_to: "之后",
                });
            }
            Side::Before | Side::After | Side::Any => {}
        }
        // Different units are compared roughly here, and exactly whenever a window is computed.
        match opens {
            Some(opens) if rough_tenths(*opens) > rough_tenths(*closes) => {
                Err(PolicyError::OpensAfterCloses { limit })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_offset(&self, edge: Edge, offset: Offset) -> Result<(), PolicyError> {
        let limit = self.limit;
        let is_rungs_end = Limit::LADDER.contains(&limit) && edge == Edge::Closes;
        if offset.unit == Unit::Circulars && !is_rungs_end {
            return Err(PolicyError::CountsCirculars { limit, edge });
        }
        let bounds = bounds(offset.unit);
        if !bounds.contains(&offset.amount) {
            return Err(PolicyError::OutOfBounds {
                limit,
                edge,
                offset,
                bounds,
            });
        }
        if offset.amount == 0 && offset.unit != Unit::Days {
            return Err(PolicyError::Zero { limit, edge });
        }
        Ok(())
    }

    fn check_source(&self) -> Result<(), PolicyError> {
        let Source { kind, text, key } = &self.source;
        let cited = match kind {
            SourceKind::Own => key.is_none() || is_key(key.as_deref()),
            SourceKind::Source | SourceKind::Law => is_key(key.as_deref()),
        };
        if text.trim().is_empty() || !cited {
            return Err(PolicyError::Source { limit: self.limit });
        }
        Ok(())
    }

    fn check_fields(&self) -> Result<(), PolicyError> {
        let limit = self.limit;
        let recurs = self.start.anchors().contains(&Anchor::PeriodEnd);
        let fields = [
            ("cadence", self.cadence.is_some(), recurs),
            ("most", self.most.is_some(), limit == Limit::ExtensionTotal),
            (
                "shares",
                self.shares.is_some(),
                self.shares.is_some() && limit == Limit::LookBack,
            ),
        ];
        match fields
            .into_iter()
            .find(|(_, given, wanted)| given != wanted)
        {
            Some((field, _, wanted)) => Err(PolicyError::Field {
                limit,
                field,
                wanted,
            }),
            None => Ok(()),
        }
    }

    fn most(&self) -> Result<u8, PolicyError> {
        let limit = self.limit;
        let missing = PolicyError::Field {
            limit,
            field: "most",
            wanted: true,
        };
        let most = self.most.ok_or(missing)?;
        if MOST.contains(&most) {
            Ok(most)
        } else {
            Err(PolicyError::Most { limit, most })
        }
    }

    /// The cadence of a duty that is always counted from the end of its period.
    fn period_cadence(&self) -> Result<Cadence, PolicyError> {
        let required = Anchor::PeriodEnd;
        match self.cadence.filter(|_| self.start == Start::On(required)) {
            Some(cadence) => Ok(cadence),
            None => Err(PolicyError::Start {
                limit: self.limit,
                required,
            }),
        }
    }
}

/// Each rung counts from the deadline and comes after the one below it.
fn check_ladder(rules: &Table<Rule>) -> Result<(), PolicyError> {
    let mut former: Option<&Rule> = None;
    for limit in Limit::LADDER {
        let rung = rules.get(limit);
        let required = Anchor::Deadline;
        if rung.start != Start::On(required) {
            return Err(PolicyError::Start { limit, required });
        }
        // When a circular comes depends on the day in the month, so it has no fixed place.
        if rung.closes.unit == Unit::Circulars {
            continue;
        }
        let below = former.filter(|f| rough_tenths(f.closes) >= rough_tenths(rung.closes));
        if let Some(below) = below {
            return Err(PolicyError::LadderOrder {
                limit,
                former: below.limit,
            });
        }
        former = Some(rung);
    }
    Ok(())
}

/// The amounts that can be meant.
fn bounds(unit: Unit) -> RangeInclusive<i32> {
    match unit {
        Unit::WorkingDays => -250..=250,
        Unit::Days => -730..=730,
        Unit::Months => -24..=24,
        Unit::DayOfNextMonth => 1..=31,
        Unit::Circulars => 1..=12,
    }
}

/// About how many tenths of a day an offset is, to put offsets of different units in order.
fn rough_tenths(Offset { amount, unit }: Offset) -> i32 {
    let tenths_each = match unit {
        Unit::WorkingDays => 14,
        Unit::Days | Unit::DayOfNextMonth => 10,
        Unit::Months | Unit::Circulars => 304,
    };
    // Bounds were checked before, so this cannot overflow.
    amount.saturating_mul(tenths_each)
}

/// Keys of the reference list are capital letters and digits.
fn is_key(key: Option<&str>) -> bool {
    key.is_some_and(|key| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    })
}
