//! 交办: the layer from the order on, and the orders that go beside it or take its place.

use crate::acts::{FurtherOrderAnswered, OrderTerms};
use crate::values::vocabulary::vocabulary;
use crate::values::{DocumentNumber, OrderId, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 交办: what every hazard has once an order is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The order by which the responsible unit must rectify.
    pub order: IssuedTerms,
    /// Since when the unit has it: after its issue, where it cites a paper that was out already.
    pub since: NaiveDate,
    /// The time allowed.
    pub term: Term,
}

impl Assignment {
    /// The unit that must rectify (治理责任单位).
    #[must_use]
    pub fn responsible_unit(&self) -> UnitId {
        self.order.terms.parties.responsible.unit()
    }
}

/// 期限: the time allowed in a cycle. Neither reassignment nor an order that comes back moves it (rule 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// 交办日期: first day of assignment in the cycle.
    pub assigned_on: NaiveDate,
    /// 原期限: first deadline of the cycle; kept for ever.
    pub original_due_on: NaiveDate,
    /// 现期限: last granted deadline.
    pub due_on: NaiveDate,
    /// Who set it: whoever replaces the order, only this body extends it (rule 11).
    pub set_by: IssuingBody,
}

/// An order's terms for one hazard, as issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedTerms {
    /// The order.
    pub order: OrderId,
    /// Its document number (文号).
    pub document: DocumentNumber,
    /// Where that number is from.
    pub number_from: NumberFrom,
    /// Which body issued it; only it may extend the deadline.
    pub issued_by: IssuingBody,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// What it says.
    pub terms: OrderTerms,
}

/// Where an order on a hazard has its number from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NumberFrom {
    /// From the series: the order is for this hazard alone and was issued with the act.
    Series,
    /// From a paper that was issued before, for this hazard and perhaps for others.
    Paper,
}

/// The bodies that issue orders in a county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IssuingBody {
    /// 县安委会.
    Commission,
    /// 县安委办.
    Office,
}

impl IssuingBody {
    /// The Chinese term.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commission => "县安委会",
            Self::Office => "县安委办",
        }
    }
}

vocabulary! {
    /// How an order came upon a hazard.
    OrderedAs "交办方式" {
        /// Assigned (T05): the first order of a cycle, or one in place of an order that came back.
        Assignment "ASSIGNMENT" "交办",
        /// Reassigned (T08) to another unit, in place of the order before.
        Reassignment "REASSIGNMENT" "改派",
        /// A further order (X06) to another unit, beside the order that stands.
        Further "FURTHER" "追加交办",
    }
}

/// An order that a later one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupersededOrder {
    /// The old order.
    pub old: IssuedTerms,
    /// What replaced it.
    pub by: DocumentNumber,
    /// From which day.
    pub on: NaiveDate,
}

/// 追加交办: a further order on the hazard, with its own deadline, receipt and answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FurtherOrder {
    /// What was ordered.
    pub issued: IssuedTerms,
    /// 办结答复: the addressee's signed answer; a hazard is not struck off while one is missing.
    pub answer: Option<FurtherOrderAnswered>,
}

impl FurtherOrder {
    /// Whether it waits for its answer.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.answer.is_none()
    }
}
