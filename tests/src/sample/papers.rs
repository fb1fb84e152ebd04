//! Orders and circulars.

use super::{line, name, order, prose};
use chrono::NaiveDate;
use xiaohao_core::acts::OrderTerms;
use xiaohao_core::circular::{CircularContent, Item, ItemKind};
use xiaohao_core::figures::{Stock, StockParts};
use xiaohao_core::order::{AssignmentItem, HazardReference, OrderBody, OrderContent};
use xiaohao_core::values::CircularId;

/// 交办单 for these hazards, all on the same terms.
pub fn assignment_order(
    number: u128,
    terms: OrderTerms,
    hazards: &[HazardReference],
) -> OrderContent {
    let item = |hazard: &HazardReference| AssignmentItem {
        hazard: *hazard,
        due_on: terms.due_on,
        plan_due_on: terms.plan_due_on,
    };
    let items = hazards.iter().map(item).collect();
    OrderContent {
        id: order(number),
        signatory: terms.signatory,
        requirements: terms.requirements,
        body: OrderBody::Assignment {
            parties: Box::new(terms.parties),
            report_every: terms.report_every,
            interim_measures: terms.interim_measures,
            items,
        },
    }
}

/// 督办通知书 for these hazards.
pub fn supervision_notice(number: u128, hazards: &[HazardReference]) -> OrderContent {
    OrderContent {
        id: order(number),
        signatory: name("签发戊"),
        requirements: prose("按期整改到位。"),
        body: OrderBody::Supervision {
            items: hazards.to_vec(),
        },
    }
}

/// A circular of one day.
pub fn circular_of(id: CircularId, day: NaiveDate, items: Vec<Item>) -> CircularContent {
    CircularContent {
        id,
        title: line("关于重大隐患“一单四制”整改情况的通报"),
        period_from: day,
        period_to: day,
        as_of: day,
        ledger_position: None,
        signatory: name("签发戊"),
        recipients: vec![line("各乡镇人民政府")],
        copies: Vec::new(),
        sections: Vec::new(),
        stock: Stock::new(StockParts::default()).unwrap(),
        totals: None,
        rankings: Vec::new(),
        committees_filed: None,
        figures: Vec::new(),
        items,
    }
}

/// What a circular says of a hazard.
pub fn item(hazard: HazardReference, kind: ItemKind) -> Item {
    Item {
        hazard,
        kind,
        text: prose("事项说明。"),
        corrects: None,
    }
}
