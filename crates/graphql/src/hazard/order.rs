//! Orders upon a hazard: whom they oblige to what, until when; and 挂牌督办.

use super::layer::HolderShown;
use crate::input::Date;
use crate::vocabulary::Word;
use async_graphql::{ID, SimpleObject};
use xiaohao_core::acts::Parties;
use xiaohao_core::dossier::{Assignment, IssuedTerms, ListEntry, OrderedAs, Supervision};
use xiaohao_core::values::{ReportPeriod, SupervisionLevel};
use xiaohao_ledger::Line;

/// 对这处隐患的一次交办。An order upon a hazard, in force or not.
#[derive(SimpleObject)]
pub(super) struct IssuedOrder {
    /// 交办方式。How the order came upon the hazard.
    ordered_as: Word<OrderedAs>,
    /// 交办的内容。What the order says.
    terms: OrderTerms,
    /// 是否现行：治理责任单位仍须照办。Whether somebody must still act on it.
    is_in_force: bool,
    /// 追加交办的办结答复；其他交办和尚未办结的为空。What was answered to a further order.
    answer: Option<String>,
}

/// 交办单对一处隐患的要求。What an order says of one hazard.
#[derive(SimpleObject)]
pub(super) struct OrderTerms {
    /// 交办单标识。The id of the order.
    order_id: ID,
    /// 文号。The document number.
    document: String,
    /// 发文机关。The body that issued it.
    issued_by: &'static str,
    /// 签发日期。The day of issue.
    issued_on: Date,
    /// 三方责任。The three parties: who rectifies, who assigns, who coordinates.
    parties: PartiesShown,
    /// 整改要求。What must be rectified, and how.
    requirements: String,
    /// 整改期间的防控措施。What keeps people safe until it is rectified.
    interim_measures: String,
    /// 单上所定的整改期限；此后延期的，以隐患的整改期限为准。As the order says; extensions are not in it.
    due_on: Date,
    /// 方案报送期限。The day by which the plan must be filed.
    plan_due_on: Date,
    /// 进展报送周期。How often progress must be reported.
    report_every: Word<ReportPeriod>,
}

/// 三方责任：治理责任单位、交办单位、协调督办单位。The three parties of an order.
#[derive(SimpleObject)]
#[graphql(name = "Parties")]
pub(crate) struct PartiesShown {
    /// 治理责任单位。The responsible unit, which rectifies.
    responsible: HolderShown,
    /// 交办单位。The unit that assigns.
    assigner: PartyShown,
    /// 协调督办单位。Coordinates and urges.
    coordinator: PartyShown,
}

/// 一方：单位和责任人。A unit, and the person who answers for it.
#[derive(SimpleObject)]
#[graphql(name = "Party")]
struct PartyShown {
    /// 单位标识。The id of the unit.
    unit_id: ID,
    /// 单位名称，按文书打印。The name of the unit, as printed on the paper.
    unit_name: String,
    /// 责任人。The person who answers for it.
    person: String,
}

/// 一次挂牌督办，现行的或者已经解除的。Listed supervision, in force or lifted.
#[derive(SimpleObject)]
#[graphql(name = "Supervision")]
pub(super) struct SupervisionShown {
    /// 级别。Its level.
    level: Word<SupervisionLevel>,
    /// 督办文书的文号；上级督办的为上级文号。The document number of the notice; where a higher body supervises, of its document.
    document: String,
    /// 挂牌督办通知书的标识；上级督办的为空。Null where a higher body supervises.
    order_id: Option<ID>,
    /// 起始日期。The day from which it is in force.
    from_on: Date,
    /// 解除日期；现行的为空。Null while it is in force.
    lifted_on: Option<Date>,
}

impl IssuedOrder {
    /// Every order that a history brought, first things first.
    pub(super) fn all(lines: &[Line], hazard: &xiaohao_core::Hazard) -> Vec<Self> {
        let events = lines.iter().filter_map(|line| line.record.hazard());
        let orders = events.filter_map(|entry| entry.event.order());
        orders
            .map(|(ordered_as, issued)| {
                let further = hazard.entry().and_then(|entry| further(entry, issued));
                let answer = further.and_then(|further| further.answer.as_ref());
                let stands = |own: &Assignment| own.order == *issued;
                let is_in_force = match further {
                    Some(further) => further.is_unanswered() && !hazard.status().is_off_list(),
                    None => hazard.status().is_open() && hazard.assignment().is_some_and(stands),
                };
                Self {
                    ordered_as: Word(ordered_as),
                    terms: issued.into(),
                    is_in_force,
                    answer: answer.map(|own| own.answer.as_str().to_owned()),
                }
            })
            .collect()
    }
}

/// What became of a further order, in whichever cycle it was issued.
fn further<'a>(
    entry: &'a ListEntry,
    issued: &IssuedTerms,
) -> Option<&'a xiaohao_core::dossier::FurtherOrder> {
    let past = entry.past_cycles.iter().map(|past| &past.cycle);
    let cycles = past.chain([&entry.cycle]);
    let mut orders = cycles.flat_map(|cycle| &cycle.further);
    orders.find(|further| further.issued == *issued)
}

impl From<&IssuedTerms> for OrderTerms {
    fn from(issued: &IssuedTerms) -> Self {
        let terms = &issued.terms;
        Self {
            order_id: ID(issued.order.to_string()),
            document: issued.document.to_string(),
            issued_by: issued.issued_by.name(),
            issued_on: Date(issued.issued_on),
            parties: (&terms.parties).into(),
            requirements: terms.requirements.as_str().to_owned(),
            interim_measures: terms.interim_measures.as_str().to_owned(),
            due_on: Date(terms.due_on),
            plan_due_on: Date(terms.plan_due_on),
            report_every: Word(terms.report_every),
        }
    }
}

impl From<&Parties> for PartiesShown {
    fn from(parties: &Parties) -> Self {
        let party = |party: &xiaohao_core::Party| PartyShown {
            unit_id: ID(party.unit.to_string()),
            unit_name: party.name.to_string(),
            person: party.person.to_string(),
        };
        Self {
            responsible: (&parties.responsible).into(),
            assigner: party(&parties.assigner),
            coordinator: party(&parties.coordinator),
        }
    }
}

impl From<&Supervision> for SupervisionShown {
    fn from(own: &Supervision) -> Self {
        Self {
            level: Word(own.level),
            document: own.document.to_string(),
            order_id: own.order.map(|order| ID(order.to_string())),
            from_on: Date(own.from_on),
            lifted_on: own.lifted_on.map(Date),
        }
    }
}
