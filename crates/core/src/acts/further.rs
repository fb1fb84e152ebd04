//! X06 追加交办 and X07 追加交办办结: further orders on the same hazard, to further units (spec §3.2: several units may
//! have to act on one hazard). The hazard is not struck off while one of them is unanswered.

use super::assign::{OrderTerms, issue, judge_id, judge_paper, judge_signer, judge_terms};
use super::prelude::*;
use super::receipt::judge_received;
use crate::dossier::{FurtherOrder, IssuedTerms};

/// 追加交办.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderFurther {
    /// The order: a new one for this hazard alone, or one that is issued and lists it.
    pub order: OrderId,
    /// What it says; the responsible party is the further unit.
    pub terms: OrderTerms,
}

/// X06: a further order is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherOrderIssued {
    /// The order as issued.
    pub issued: IssuedTerms,
}

impl<S: UnderOrder> Rules<S> for OrderFurther {
    type Event = FurtherOrderIssued;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_signer(state.entry(), ctx, no);
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_paper(self.order, &self.terms, state, ctx, no);
        judge_terms(self.order, &self.terms, ctx, no);
        let unit = self.terms.parties.responsible.unit();
        no.when(unit == state.assignment().responsible_unit(), || {
            Refusal::SameUnit
        });
        let used = state.entry().has_used(Some(state.assignment()), self.order);
        judge_id(self.order, used, ctx, no);
    }

    fn event(self, state: &S, ctx: &Context<'_>) -> Result<FurtherOrderIssued, Refusals> {
        Ok(FurtherOrderIssued {
            issued: issue(self.order, self.terms, state.file().id, ctx)?,
        })
    }
}

impl<S: UnderOrder> Evolves<S> for FurtherOrderIssued {
    type Next = S;

    fn evolve(&self, mut state: S, _stamp: &Stamp) -> S {
        let order = FurtherOrder {
            issued: self.issued.clone(),
            answer: None,
        };
        state.entry_mut().cycle.further.push(order);
        state
    }
}

/// 追加交办办结: receipt and answer of the further unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerFurtherOrder {
    /// The further order.
    pub order: OrderId,
    /// 签收日期.
    pub received_on: NaiveDate,
    /// 签收人.
    pub signed_by: PersonName,
    /// 送达人.
    pub served_by: PersonName,
    /// 办理情况.
    pub answer: Description,
    /// Photos and papers.
    pub evidence: EvidenceSet,
}

/// X07: a further order is answered.
pub type FurtherOrderAnswered = AnswerFurtherOrder;

impl<S: UnderOrder> Rules<S> for AnswerFurtherOrder {
    type Event = FurtherOrderAnswered;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        ctx.judge_held(self.evidence.digests(), no);
        let Some(further) = state.entry().cycle.unanswered(self.order) else {
            no.add(Refusal::FurtherOrderUnknown);
            return;
        };
        let addressee = further.issued.terms.parties.responsible.unit();
        no.when(addressee != ctx.actor.unit, || Refusal::FurtherOrderUnknown);
        judge_received(self.received_on, further.issued.issued_on, ctx, no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<FurtherOrderAnswered, Refusals> {
        Ok(self)
    }
}

impl<S: UnderOrder> Evolves<S> for FurtherOrderAnswered {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        state.file_mut().note_hand(&stamp.actor, Part::Rectified);
        state.entry_mut().rectifiers.insert(stamp.actor.unit);
        let further = &mut state.entry_mut().cycle.further;
        if let Some(order) = further.iter_mut().find(|f| f.issued.order == self.order) {
            order.answer = Some(self.clone());
        }
        state
    }
}
