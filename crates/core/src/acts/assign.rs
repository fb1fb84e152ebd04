//! T05 交办 and T08 改派: the order by which a unit must rectify.

use super::prelude::*;
use crate::dossier::{
    Assignment, File, IssuedTerms, IssuingBody, ListEntry, NumberFrom, SupersededOrder, Term,
};
use crate::people::Party;
use crate::policy::{Anchor, Effect, Limit};

/// What an order says about one hazard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderTerms {
    /// 治理责任单位, 交办单位, 协调督办单位.
    pub parties: Parties,
    /// 整改期限: rectify before the end of this day.
    pub due_on: NaiveDate,
    /// 方案报送期限.
    pub plan_due_on: NaiveDate,
    /// 进展报送周期.
    pub report_every: ReportPeriod,
    /// 整改要求.
    pub requirements: Description,
    /// 整改期间的防控措施.
    pub interim_measures: Description,
    /// 签发人, as printed.
    pub signatory: PersonName,
}

/// The three parties of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// 治理责任单位: rectifies.
    pub responsible: Holder,
    /// 交办单位: assigns.
    pub assigner: Party,
    /// 协调督办单位: coordinates and urges.
    pub coordinator: Party,
}

/// 交办.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The order: a new one for this hazard alone, or one that is issued and lists it.
    pub order: OrderId,
    /// What it says.
    pub terms: OrderTerms,
}

/// T05: the hazard is assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardAssigned {
    /// The order as issued.
    pub issued: IssuedTerms,
}

/// The rules that every assignment order keeps, whoever it goes to (rule 7).
pub(crate) fn judge_terms(
    order: OrderId,
    terms: &OrderTerms,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    no.when(terms.due_on <= ctx.occurred_on, || {
        Refusal::DeadlineNotAfterIssue {
            issued_on: ctx.occurred_on,
        }
    });
    judge_cap(terms.due_on, ctx, no);
    no.when(terms.plan_due_on > terms.due_on, || {
        Refusal::PlanDueAfterDeadline {
            due_on: terms.due_on,
        }
    });
    let too_early = terms.plan_due_on < ctx.occurred_on && ctx.occurred_on < terms.due_on;
    judge_plan_day(order, too_early, ctx, no);
}

/// A county may have it that no deadline lies beyond its cap; else whoever sets one that does is advised (spec §2.3).
fn judge_cap(due_on: NaiveDate, ctx: &Context<'_>, no: &mut Refusals) {
    if ctx.county.policy.rule(Limit::DeadlineCap).effect() != Effect::Refuse {
        return;
    }
    let assigned = (Anchor::Assigned, ctx.occurred_on);
    let cap = ctx.due(Limit::DeadlineCap, &[assigned], no);
    let passed = cap.filter(|cap| due_on > cap.on);
    no.when_some(passed, |cap| Refusal::DeadlineBeyondCap { cap: cap.on });
}

/// The rules of an order that follows another in the same cycle: the deadline stays, even one that has passed (rule 9).
fn judge_kept(
    order: OrderId,
    terms: &OrderTerms,
    term: Term,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    let due_on = term.due_on;
    no.when(terms.due_on != due_on, || Refusal::DeadlineMoved { due_on });
    judge_plan_by_deadline(terms.plan_due_on, due_on, ctx, no);
    let too_early = terms.plan_due_on < ctx.occurred_on;
    judge_plan_day(order, too_early, ctx, no);
}

/// The plan comes by a deadline that may be an earlier order's. Once that has passed, every day on which a plan can be filed lies
/// after it.
pub(crate) fn judge_plan_by_deadline(
    plan_due_on: NaiveDate,
    due_on: NaiveDate,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    let too_late = plan_due_on > due_on && ctx.occurred_on <= due_on;
    no.when(too_late, || Refusal::PlanDueAfterDeadline { due_on });
}

/// No plan can be filed before the order is there; a paper that is out already was looked at when it was issued.
fn judge_plan_day(order: OrderId, too_early: bool, ctx: &Context<'_>, no: &mut Refusals) {
    let is_new = ctx.known.issued_order(order).is_none();
    no.when(is_new && too_early, || Refusal::PlanDueBeforeIssue {
        issued_on: ctx.occurred_on,
    });
}

/// Who assigns and who coordinates are units of the directory. Who must rectify need not be: hazards are held by people and firms
/// that never sign in, and their units are made by whoever lists them.
pub(crate) fn judge_parties(parties: &Parties, ctx: &Context<'_>, no: &mut Refusals) {
    let Parties {
        responsible,
        assigner,
        coordinator,
    } = parties;
    ctx.judge_holder("responsible", responsible, no, |name| {
        Refusal::ResponsibleNamedOtherwise { name }
    });
    ctx.judge_name(assigner.unit, &assigner.name, no, |name| {
        Refusal::AssignerNamedOtherwise { name }
    });
    ctx.judge_name(coordinator.unit, &coordinator.name, no, |name| {
        Refusal::CoordinatorNamedOtherwise { name }
    });
    let by_office = ctx.issuing_body() == IssuingBody::Office;
    no.when(by_office && assigner.unit == ctx.county.commission, || {
        Refusal::AssignerNotIssuer
    });
    let is_unknown = |party: &Party| ctx.county.directory.unit(party.unit).is_none();
    no.when(is_unknown(assigner), || Refusal::AssignerUnknown);
    no.when(is_unknown(coordinator), || Refusal::CoordinatorUnknown);
}

/// Who must have signed: the commission for whatever is supervised, also on a paper that is already out; and no act is
/// dated before the paper that it carries out.
pub(crate) fn judge_paper<S: OnList>(
    order: OrderId,
    terms: &OrderTerms,
    state: &S,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    let entry = state.entry();
    if ctx.known.issued_order(order).is_none() {
        judge_parties(&terms.parties, ctx, no);
    }
    if let Some(issued) = ctx.known.issued_order(order) {
        let lists = issued.lists(state.file().id, terms);
        no.when(!lists, || Refusal::OrderDoesNotList);
        let by_office = issued.issued_by() == IssuingBody::Office;
        no.when(by_office && entry.supervised_at().is_some(), || {
            Refusal::CommissionMustSign
        });
        let moved_on = issued.issued_on();
        no.when(ctx.occurred_on < moved_on, || Refusal::BeforePreviousAct {
            moved_on,
        });
        judge_of_cycle(moved_on, entry, no);
    }
}

/// An order is one paper: it is used once on a hazard, and where it is issued with the act its id is new (spec §3.2 lets one
/// notice carry several hazards; that notice is drafted, and issued once).
pub(crate) fn judge_id(order: OrderId, used: bool, ctx: &Context<'_>, no: &mut Refusals) {
    no.when(used, || Refusal::OrderAlreadyUsed);
    let taken = ctx.known.orders_taken.contains(&order);
    no.when(taken && !used, || Refusal::OrderIdTaken);
}

/// A paper of before the hazard was listed again is about what was struck off since (T21).
pub(crate) fn judge_of_cycle(issued_on: NaiveDate, entry: &ListEntry, no: &mut Refusals) {
    let began_on = entry.cycle.began_on;
    no.when(issued_on < began_on, || Refusal::OrderOfEarlierCycle {
        issued_on,
        began_on,
    });
}

/// The same before a paper is chosen: who acts must be able to sign it.
pub(crate) fn judge_signer(entry: &ListEntry, ctx: &Context<'_>, no: &mut Refusals) {
    let by_office = ctx.issuing_body() == IssuingBody::Office;
    no.when(by_office && entry.supervised_at().is_some(), || {
        Refusal::CommissionMustSign
    });
}

/// The terms with their document: the issued order that lists the hazard, or a new one with the next number.
pub(crate) fn issue(
    order: OrderId,
    terms: OrderTerms,
    hazard: HazardId,
    ctx: &Context<'_>,
) -> Result<IssuedTerms, Refusal> {
    match ctx.known.issued_order(order) {
        Some(issued) if issued.lists(hazard, &terms) => Ok(IssuedTerms {
            order,
            document: issued.document().clone(),
            number_from: NumberFrom::Paper,
            issued_by: issued.issued_by(),
            issued_on: issued.issued_on(),
            terms,
        }),
        Some(_) => Err(Refusal::OrderDoesNotList),
        None => Ok(IssuedTerms {
            order,
            document: ctx.known.document(Series::AssignmentOrder)?,
            number_from: NumberFrom::Series,
            issued_by: ctx.issuing_body(),
            issued_on: ctx.occurred_on,
            terms,
        }),
    }
}

impl Rules<Listed> for Assign {
    type Event = HazardAssigned;

    fn standing(state: &Listed, ctx: &Context<'_>, no: &mut Refusals) {
        judge_signer(&state.entry, ctx, no);
    }

    fn judge(&self, state: &Listed, ctx: &Context<'_>, no: &mut Refusals) {
        let used = state.entry.has_used(None, self.order);
        judge_id(self.order, used, ctx, no);
        judge_paper(self.order, &self.terms, state, ctx, no);
        match state.entry.cycle.returned {
            None => judge_terms(self.order, &self.terms, ctx, no),
            Some(term) => judge_kept(self.order, &self.terms, term, ctx, no),
        }
    }

    fn event(self, state: &Listed, ctx: &Context<'_>) -> Result<HazardAssigned, Refusals> {
        Ok(HazardAssigned {
            issued: issue(self.order, self.terms, state.file.id, ctx)?,
        })
    }
}

impl Evolves<Listed> for HazardAssigned {
    type Next = Assigned;

    fn evolve(&self, state: Listed, stamp: &Stamp) -> Assigned {
        let Listed {
            mut file,
            mut entry,
        } = state;
        file.annulment = None;
        let due_on = self.issued.terms.due_on;
        let assigned_on = stamp.occurred_on;
        let term = Term {
            assigned_on,
            original_due_on: due_on,
            due_on,
            set_by: self.issued.issued_by,
        };
        let term = entry.cycle.returned.take().unwrap_or(term);
        let assignment = Assignment {
            order: self.issued.clone(),
            since: assigned_on,
            term,
        };
        Assigned {
            file,
            entry,
            assignment,
        }
    }
}

/// 改派/转办: another unit must rectify; the deadline stays (rule 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// The new order.
    pub order: OrderId,
    /// What it says.
    pub terms: OrderTerms,
    /// 改派理由.
    pub reason: Reason,
    /// 交接说明.
    pub handover: Reason,
}

/// T08: the hazard is assigned to another unit; the old order is superseded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardReassigned {
    /// The new order as issued.
    pub issued: IssuedTerms,
    /// 改派理由.
    pub reason: Reason,
    /// 交接说明.
    pub handover: Reason,
}

impl<S: UnderOrder> Rules<S> for Reassign {
    type Event = HazardReassigned;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_signer(state.entry(), ctx, no);
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_paper(self.order, &self.terms, state, ctx, no);
        let assignment = state.assignment();
        let used = state.entry().has_used(Some(assignment), self.order);
        judge_id(self.order, used, ctx, no);
        let new_unit = self.terms.parties.responsible.unit();
        no.when(new_unit == assignment.responsible_unit(), || {
            Refusal::SameUnit
        });
        judge_kept(self.order, &self.terms, assignment.term, ctx, no);
    }

    fn event(self, state: &S, ctx: &Context<'_>) -> Result<HazardReassigned, Refusals> {
        let issued = issue(self.order, self.terms, state.file().id, ctx)?;
        Ok(HazardReassigned {
            issued,
            reason: self.reason,
            handover: self.handover,
        })
    }
}

impl HazardReassigned {
    /// The new order takes the place of the old one; the time allowed stays.
    fn take_over(
        &self,
        file: File,
        mut entry: ListEntry,
        mut assignment: Assignment,
        stamp: &Stamp,
    ) -> Assigned {
        let old = std::mem::replace(&mut assignment.order, self.issued.clone());
        let (by, on) = (self.issued.document.clone(), stamp.occurred_on);
        assignment.since = on;
        entry.cycle.superseded.push(SupersededOrder { old, by, on });
        Assigned {
            file,
            entry,
            assignment,
        }
    }
}

impl Evolves<Acknowledged> for HazardReassigned {
    type Next = Assigned;

    fn evolve(&self, state: Acknowledged, stamp: &Stamp) -> Assigned {
        self.take_over(state.file, state.entry, state.assignment, stamp)
    }
}

impl Evolves<Rectifying> for HazardReassigned {
    type Next = Assigned;

    fn evolve(&self, state: Rectifying, stamp: &Stamp) -> Assigned {
        self.take_over(state.file, state.entry, state.assignment, stamp)
    }
}
