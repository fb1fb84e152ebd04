//! 清单条目: the layer from listing on, through every cycle.

use super::{Assignment, Cycle, IssuedTerms, PastCycle, Term};
use crate::acts::{CircularReference, Escalate, Expose, List, SupervisionDocument};
use crate::circular::ItemKind;
use crate::values::{HazardNumber, OrderId, SupervisionLevel, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 清单条目: what every hazard has from its listing on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// 隐患编号, never used again.
    pub number: HazardNumber,
    /// What the recognition said.
    pub listing: List,
    /// Legal date of the first listing.
    pub listed_on: NaiveDate,
    /// The present cycle.
    pub cycle: Cycle,
    /// 挂牌督办, in force and lifted.
    pub supervision: Vec<Supervision>,
    /// 催办 … 问责移送.
    pub escalations: Vec<Escalation>,
    /// Whether the first round of verification ever decided was passed (一次验收合格).
    pub first_round_passed: Option<bool>,
    /// 公开曝光: where it was shown to the public.
    pub exposures: Vec<Expose>,
    /// 通报提及: where circulars named it otherwise than as struck off.
    pub mentions: Vec<Mention>,
    /// Every unit that worked on it in any cycle: that filed a plan, was named as contractor (施工单位), or answered a
    /// further order. Each counts as rectifying side, also after another has taken over, as does whoever had an order.
    pub rectifiers: BTreeSet<UnitId>,
    /// Earlier cycles: how they ended and how they came undone.
    pub past_cycles: Vec<PastCycle>,
}

impl ListEntry {
    /// The highest level of supervision in force.
    #[must_use]
    pub fn supervised_at(&self) -> Option<SupervisionLevel> {
        self.supervision
            .iter()
            .filter(|s| s.lifted_on.is_none())
            .map(|s| s.level)
            .max()
    }

    /// Whether a body above the county supervises the hazard, so that the county cannot end it alone.
    #[must_use]
    pub fn is_supervised_from_above(&self) -> bool {
        self.supervised_at() > Some(SupervisionLevel::County)
    }

    /// Every order by which a unit had to rectify, in any cycle: the assignment that stands, those whose place another took after
    /// they had been signed for, further orders, and those under which it was struck off before.
    pub(crate) fn orders<'a>(
        &'a self,
        assignment: Option<&'a Assignment>,
    ) -> impl Iterator<Item = &'a IssuedTerms> {
        let earlier = self.cycles().flat_map(|cycle| {
            let superseded = cycle.superseded.iter().map(|superseded| &superseded.old);
            superseded.chain(cycle.further.iter().map(|further| &further.issued))
        });
        let last = self.past_cycles.iter().map(|past| &past.order);
        assignment
            .map(|assignment| &assignment.order)
            .into_iter()
            .chain(earlier)
            .chain(last)
    }

    /// Every cycle, the present one last.
    pub(crate) fn cycles(&self) -> impl Iterator<Item = &Cycle> {
        let past = self.past_cycles.iter().map(|past| &past.cycle);
        past.chain([&self.cycle])
    }

    /// Every unit that had an order to rectify, or worked on the hazard.
    #[must_use]
    pub fn ordered_units(&self, assignment: Option<&Assignment>) -> BTreeSet<UnitId> {
        let ordered = self.orders(assignment);
        let ordered = ordered.map(|order| order.terms.parties.responsible.unit());
        ordered.chain(self.rectifiers.iter().copied()).collect()
    }

    /// The time allowed in the present cycle, also of an order that came back; none before its first order.
    #[must_use]
    pub fn term(&self, assignment: Option<&Assignment>) -> Option<Term> {
        let standing = assignment.map(|assignment| assignment.term);
        standing.or(self.cycle.returned)
    }

    /// Whether this order has been on the hazard before, in any cycle, also as one that came back.
    #[must_use]
    pub fn has_used(&self, assignment: Option<&Assignment>, order: OrderId) -> bool {
        let mut orders = self.orders(assignment);
        let mut cycles = self.cycles();
        orders.any(|issued| issued.order == order)
            || cycles.any(|cycle| cycle.sent_back.contains(&order))
    }
}

/// 挂牌督办, in force or lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervision {
    /// 县级, 市级 or 省级.
    pub level: SupervisionLevel,
    /// By which document.
    pub document: SupervisionDocument,
    /// The issued order, at county level.
    pub order: Option<OrderId>,
    /// From which day.
    pub from_on: NaiveDate,
    /// 摘牌: the day on which it was lifted.
    pub lifted_on: Option<NaiveDate>,
}

/// An escalation that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// What was done.
    pub step: Escalate,
    /// On which day.
    pub on: NaiveDate,
}

/// 通报提及: where a circular named the hazard otherwise than as struck off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// As what.
    pub kind: ItemKind,
    /// Where.
    pub reference: CircularReference,
    /// On which day.
    pub on: NaiveDate,
}
