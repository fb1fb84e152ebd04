//! 排名: scopes of the same kind in order (spec §5.4).

use super::Scope;
use super::rate::{Rate, count};
use super::snapshot::{Deadline, Overdue, Snapshot};
use crate::directory::Directory;
use crate::figures::Ratio;
use crate::values::HazardId;
use crate::values::vocabulary::vocabulary;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What stands in place of a rank where nothing is due yet.
pub const NOT_DUE: &str = "未到期，不排名";

vocabulary! {
    /// Who is ranked among each other.
    Ranked "排名对象" {
        /// Every committee.
        Committees "COMMITTEES" "专委会",
        /// Every township.
        Townships "TOWNSHIPS" "乡镇",
        /// Every lead unit.
        LeadUnits "LEAD_UNITS" "牵头责任单位",
    }
}

/// One line of the ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<K> {
    /// The scope's code.
    pub scope: K,
    /// 名次; none where nothing is due ([`NOT_DUE`]).
    pub rank: Option<u32>,
    /// `VALID`: how many the figures are made of. Must be printed, for few are misleading.
    pub valid: Vec<HazardId>,
    /// 销号率.
    pub closure: Rate,
    /// 超期未整改.
    pub overdue: Vec<Overdue>,
    /// 按期整改率, by the effective deadline.
    pub on_time: Rate,
}

/// Ranks scopes by 销号率 (high first), overdue hazards (few first) and 按期整改率 (high first). Equal scopes share a
/// rank and the next is skipped (1, 1, 3); among themselves they stand in the order of their codes. Scopes with nothing
/// due stand below, by code and without rank. Rates are compared as fractions, not as they are rounded for print.
#[must_use]
pub fn rank<K: Ord>(scopes: Vec<(K, Snapshot<'_>)>) -> Vec<Row<K>> {
    let mut rows: Vec<Row<K>> = scopes.into_iter().map(Row::unranked).collect();
    rows.sort_by(|a, b| {
        let not_due = a.is_not_due().cmp(&b.is_not_due());
        not_due
            .then_with(|| a.standing(b))
            .then_with(|| a.scope.cmp(&b.scope))
    });
    let ranks: Vec<Option<u32>> = rows.iter().map(|row| row.place(&rows)).collect();
    for (row, rank) in rows.iter_mut().zip(ranks) {
        row.rank = rank;
    }
    rows
}

/// Everybody of a kind in the directory, ranked. Who stands equal stands in the order of the county's plan, or of the codes of places, and
/// never in that of ids.
#[must_use]
pub fn ranked(of: Ranked, day: &Snapshot<'_>, directory: &Directory) -> Vec<Row<Scope>> {
    let scopes = of.scopes(directory).into_iter().enumerate();
    let scopes = scopes.map(|(place, scope)| ((place, scope), day.within(scope)));
    let rows = rank(scopes.collect()).into_iter().map(|row| Row {
        scope: row.scope.1,
        rank: row.rank,
        valid: row.valid,
        closure: row.closure,
        overdue: row.overdue,
        on_time: row.on_time,
    });
    rows.collect()
}

impl Ranked {
    /// Whether somebody is of the kind.
    #[must_use]
    pub const fn holds(self, scope: Scope) -> bool {
        matches!(
            (self, scope),
            (Self::Committees, Scope::Committee(_))
                | (Self::Townships, Scope::Township(_))
                | (Self::LeadUnits, Scope::LeadUnit(_))
        )
    }

    /// All of the kind, each once: one unit may lead for several committees.
    fn scopes(self, directory: &Directory) -> Vec<Scope> {
        let committees = directory.committees().iter();
        let mut scopes: Vec<Scope> = match self {
            Self::Committees => committees.map(|own| Scope::Committee(own.unit)).collect(),
            Self::LeadUnits => committees
                .map(|own| Scope::LeadUnit(own.lead_unit))
                .collect(),
            Self::Townships => {
                let codes = directory.townships().keys().copied();
                codes.map(Scope::Township).collect()
            }
        };
        let mut seen = BTreeSet::new();
        scopes.retain(|scope| seen.insert(*scope));
        scopes
    }
}

impl<K> Row<K> {
    fn unranked((scope, hazards): (K, Snapshot<'_>)) -> Self {
        Self {
            scope,
            rank: None,
            valid: hazards.valid(),
            closure: hazards.closure_rate(),
            overdue: hazards.overdue(Deadline::Effective),
            on_time: hazards.on_time_rate(Deadline::Effective),
        }
    }

    /// Whether nothing is due: `DONE ∪ OD` is empty.
    fn is_not_due(&self) -> bool {
        self.on_time.of().is_empty()
    }

    /// Which of two stands better, [`Ordering::Less`] first; equal without anything due.
    fn standing(&self, other: &Self) -> Ordering {
        if self.is_not_due() || other.is_not_due() {
            return Ordering::Equal;
        }
        compare(other.closure.ratio(), self.closure.ratio())
            .then_with(|| self.overdue.len().cmp(&other.overdue.len()))
            .then_with(|| compare(other.on_time.ratio(), self.on_time.ratio()))
    }

    /// One more than those who stand better.
    fn place(&self, rows: &[Self]) -> Option<u32> {
        let better = |row: &&Self| !row.is_not_due() && row.standing(self) == Ordering::Less;
        let better: Vec<&Self> = rows.iter().filter(better).collect();
        (!self.is_not_due()).then(|| count(&better).saturating_add(1))
    }
}

/// Compares two fractions with denominators.
fn compare(a: Ratio, b: Ratio) -> Ordering {
    let cross = |x: Ratio, y: Ratio| u64::from(x.numerator) * u64::from(y.denominator);
    cross(a, b).cmp(&cross(b, a))
}
