//! T06 签收 and T07 退办: the unit signs for the order, or sends it back because it went to the wrong one.

use super::prelude::*;
use crate::policy::{Anchor, Limit};
use crate::values::vocabulary::vocabulary;

/// 签收: the signed receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {
    /// 签收人.
    pub signed_by: PersonName,
    /// As head (主要负责人) or as his proxy.
    pub signing: Signing,
    /// 签收日期.
    pub received_on: NaiveDate,
    /// 送达人.
    pub served_by: PersonName,
    /// The stamped receipt, as far as it is back: it is what comes of the act (the document of T06), and no condition of it (spec §2.2).
    pub receipt: EvidenceSet,
}

vocabulary! {
    /// In which capacity a receipt is signed.
    Signing "签收身份" {
        /// The head of the unit signs.
        Head "HEAD" "主要负责人",
        /// Somebody signs whom the head has authorised.
        Proxy "PROXY" "受委托人",
    }
}

/// T06: the receipt is signed.
pub type OrderAcknowledged = Acknowledge;

impl Rules<Assigned> for Acknowledge {
    type Event = OrderAcknowledged;

    fn judge(&self, state: &Assigned, ctx: &Context<'_>, no: &mut Refusals) {
        ctx.judge_held(self.receipt.digests(), no);
        judge_received(self.received_on, state.assignment.since, ctx, no);
    }

    fn event(self, _state: &Assigned, _ctx: &Context<'_>) -> Result<OrderAcknowledged, Refusals> {
        Ok(self)
    }
}

/// An order is signed for once the unit has it, and before that is told.
pub(crate) fn judge_received(
    received_on: NaiveDate,
    since: NaiveDate,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    let until = ctx.occurred_on;
    let in_time = (since..=until).contains(&received_on);
    no.when(!in_time, || Refusal::ReceiptDateWrong { since, until });
}

impl Evolves<Assigned> for OrderAcknowledged {
    type Next = Acknowledged;

    fn evolve(&self, state: Assigned, _stamp: &Stamp) -> Acknowledged {
        let Assigned {
            file,
            entry,
            assignment,
        } = state;
        Acknowledged {
            file,
            entry,
            assignment,
            receipt: self.clone(),
        }
    }
}

/// 退办: the order went to the wrong unit; possible only within the time for signing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnAssignment {
    /// 退办理由.
    pub reason: Reason,
}

/// T07: the order came back; the hazard stands on the list and waits for another.
pub type AssignmentReturned = ReturnAssignment;

impl Rules<Assigned> for ReturnAssignment {
    type Event = AssignmentReturned;

    fn standing(state: &Assigned, ctx: &Context<'_>, no: &mut Refusals) {
        let since = state.assignment.since;
        let last_day = ctx.due(Limit::Receipt, &[(Anchor::Assigned, since)], no);
        no.when_some(
            last_day.filter(|last_day| ctx.occurred_on > last_day.on),
            |last_day| Refusal::ReturnTooLate {
                last_day: last_day.on,
            },
        );
    }

    fn event(self, _state: &Assigned, _ctx: &Context<'_>) -> Result<AssignmentReturned, Refusals> {
        Ok(self)
    }
}

impl Evolves<Assigned> for AssignmentReturned {
    type Next = Listed;

    fn evolve(&self, state: Assigned, _stamp: &Stamp) -> Listed {
        let Assigned {
            file,
            mut entry,
            assignment,
        } = state;
        entry.cycle.returned = Some(assignment.term);
        entry.cycle.sent_back.push(assignment.order.order);
        Listed { file, entry }
    }
}
