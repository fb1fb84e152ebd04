//! 交办单 and 挂牌督办通知书: one order may carry several hazards, each with its own deadline (spec §3.2).
//!
//! The order is the paper. What it causes on each hazard is a command of its own, issued one by one
//! ([`IssuedOrder::follow_ups`]), and its own line in each hazard's history.

use crate::actor::Role;
use crate::acts::{
    Assign, OrderTerms, Parties, Supervise, SupervisionDocument, judge_parties,
    judge_plan_by_deadline,
};
use crate::context::{Context, Known};
use crate::dossier::IssuingBody;
use crate::lifecycle::{Command, Event};
use crate::paper::{Issued, Paper, PaperState};
use crate::record::Entry;
use crate::refusal::{Refusal, Refusals};
use crate::values::PersonName;
use crate::values::{
    Description, HazardId, HazardNumber, OrderId, ReportPeriod, Series, SupervisionLevel,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An order, wherever it is in its life.
pub type Order = PaperState<OrderContent>;

/// An issued order.
pub type IssuedOrder = Issued<OrderContent>;

/// What an order says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderContent {
    /// Its id, made by whoever drafts it.
    pub id: OrderId,
    /// 签发人, as printed.
    pub signatory: PersonName,
    /// 要求.
    pub requirements: Description,
    /// To rectify, or to stand under supervision.
    pub body: OrderBody,
}

/// The two kinds of order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "body",
    rename_all = "SCREAMING_SNAKE_CASE",
    deny_unknown_fields
)]
pub enum OrderBody {
    /// 交办单.
    Assignment {
        /// The three parties, the same for every item.
        parties: Box<Parties>,
        /// 进展报送周期.
        report_every: ReportPeriod,
        /// 整改期间的防控措施.
        interim_measures: Description,
        /// The hazards, each with its own deadline.
        items: Vec<AssignmentItem>,
    },
    /// 挂牌督办通知书, at county level.
    Supervision {
        /// The hazards.
        items: Vec<HazardReference>,
    },
}

/// A hazard on an assignment order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignmentItem {
    /// The hazard.
    pub hazard: HazardReference,
    /// 整改期限.
    pub due_on: NaiveDate,
    /// 方案报送期限.
    pub plan_due_on: NaiveDate,
}

/// A hazard named on a paper: by id for the program, by number for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardReference {
    /// Its id.
    pub id: HazardId,
    /// 隐患编号.
    pub number: HazardNumber,
}

/// The most hazards on one order.
const ITEMS_MAX: usize = 200;

impl OrderContent {
    /// What the order says about one hazard, if it is an assignment order that lists it.
    #[must_use]
    pub fn terms_for(&self, hazard: HazardId) -> Option<OrderTerms> {
        let OrderBody::Assignment {
            parties,
            report_every,
            interim_measures,
            items,
        } = &self.body
        else {
            return None;
        };
        let item = items.iter().find(|item| item.hazard.id == hazard)?;
        Some(OrderTerms {
            parties: (**parties).clone(),
            due_on: item.due_on,
            plan_due_on: item.plan_due_on,
            report_every: *report_every,
            requirements: self.requirements.clone(),
            interim_measures: interim_measures.clone(),
            signatory: self.signatory.clone(),
        })
    }

    /// Each plan comes before the deadline of its hazard.
    fn judge_plans(&self, ctx: &Context<'_>, no: &mut Refusals) {
        if let OrderBody::Assignment { items, .. } = &self.body {
            for item in items {
                judge_plan_by_deadline(item.plan_due_on, item.due_on, ctx, no);
            }
        }
    }
}

/// Takes over what was erased of either, so that it is not compared.
fn even_out(own: &mut Parties, others: &Parties) {
    if own.responsible.says_the_same(&others.responsible) {
        own.responsible.clone_from(&others.responsible);
    }
}

impl Paper for OrderContent {
    type Id = OrderId;

    const NAME: &'static str = "交办单或挂牌督办通知书";

    fn id(&self) -> OrderId {
        self.id
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let mut filled = self.clone();
        if let OrderBody::Assignment { parties, .. } = &mut filled.body
            && let OrderBody::Assignment {
                parties: others, ..
            } = &other.body
        {
            even_out(parties, others);
        }
        filled == *other
    }

    fn hazards(&self) -> Vec<HazardReference> {
        match &self.body {
            OrderBody::Assignment { items, .. } => items.iter().map(|item| item.hazard).collect(),
            OrderBody::Supervision { items } => items.clone(),
        }
    }

    fn signers(&self) -> &'static [Role] {
        match self.body {
            OrderBody::Assignment { .. } => &[Role::OfficeApprover, Role::CommissionSigner],
            OrderBody::Supervision { .. } => &[Role::CommissionSigner],
        }
    }

    fn series(&self, _issued_by: IssuingBody) -> Series {
        match self.body {
            OrderBody::Assignment { .. } => Series::AssignmentOrder,
            OrderBody::Supervision { .. } => Series::SupervisionOrder,
        }
    }

    fn judge_content(&self, no: &mut Refusals) {
        let hazards = self.hazards();
        no.when(hazards.is_empty() || hazards.len() > ITEMS_MAX, || {
            Refusal::ItemsOutOfBounds { most: ITEMS_MAX }
        });
        let mut distinct = BTreeSet::new();
        for (place, hazard) in (1..).zip(&hazards) {
            let is_new = distinct.insert(hazard.id);
            no.when(!is_new, || Refusal::ItemTwice { place });
        }
    }

    fn judge_draft(&self, ctx: &Context<'_>, no: &mut Refusals) {
        self.judge_plans(ctx, no);
    }

    fn is_taken(known: &Known) -> bool {
        !known.orders_taken.is_empty()
    }

    fn judge_issue(&self, ctx: &Context<'_>, no: &mut Refusals) {
        if let OrderBody::Assignment { items, parties, .. } = &self.body {
            // What has been rectified, or has left the list, is ordered from nobody (T05, T08, X06). Which deadline a hazard may
            // have is judged by the act that the order causes, or that cites it: one that runs is kept, also when it has passed.
            for AssignmentItem { hazard, .. } in items {
                let standing = ctx.known.hazards.get(&hazard.id);
                let ended = standing.filter(|standing| !standing.status.is_open());
                no.when_some(ended, |standing| Refusal::OrderItemNotOpen {
                    number: hazard.number,
                    status: standing.status,
                });
            }
            judge_parties(parties, ctx, no);
            self.judge_plans(ctx, no);
            let too_early = |item: &AssignmentItem| item.plan_due_on < ctx.occurred_on;
            no.when(items.iter().any(too_early), || {
                Refusal::PlanDueBeforeIssue {
                    issued_on: ctx.occurred_on,
                }
            });
        }
    }
}

impl Issued<OrderContent> {
    /// The order that an act issued together with itself, on the hazard of this number alone: what a paper would say that lists
    /// no other. None where the act issued none.
    #[must_use]
    pub fn with_act(entry: &Entry, number: HazardNumber) -> Option<Self> {
        let id = entry.event.order_with_act()?;
        let hazard = HazardReference {
            id: entry.hazard,
            number,
        };
        if let Event::SupervisionOrdered(event) = &entry.event {
            let content = OrderContent {
                id,
                signatory: event.says.signatory.clone(),
                requirements: event.says.requirements.clone(),
                body: OrderBody::Supervision {
                    items: vec![hazard],
                },
            };
            let SupervisionDocument::County(document) = &event.document else {
                return None;
            };
            // 挂牌督办 at county level is the commission's.
            let by = IssuingBody::Commission;
            let on = entry.stamp.occurred_on;
            return Some(Self::apart(document.clone(), by, on, content));
        }
        let (_, issued) = entry.event.order()?;
        let terms = &issued.terms;
        let content = OrderContent {
            id,
            signatory: terms.signatory.clone(),
            requirements: terms.requirements.clone(),
            body: OrderBody::Assignment {
                parties: Box::new(terms.parties.clone()),
                report_every: terms.report_every,
                interim_measures: terms.interim_measures.clone(),
                items: vec![AssignmentItem {
                    hazard,
                    due_on: terms.due_on,
                    plan_due_on: terms.plan_due_on,
                }],
            },
        };
        let (document, by) = (issued.document.clone(), issued.issued_by);
        Some(Self::apart(document, by, issued.issued_on, content))
    }

    /// Whether it assigns this hazard on these very terms, as far as what was erased of them lets it be told.
    #[must_use]
    pub fn lists(&self, hazard: HazardId, terms: &OrderTerms) -> bool {
        let Some(mut own) = self.content().terms_for(hazard) else {
            return false;
        };
        even_out(&mut own.parties, &terms.parties);
        own == *terms
    }

    /// Whether it puts this hazard under supervision.
    #[must_use]
    pub fn supervises(&self, hazard: HazardId) -> bool {
        matches!(&self.content().body, OrderBody::Supervision { items } if items.iter().any(|i| i.id == hazard))
    }

    /// What the order causes: one command for each hazard, each to be decided on its own.
    #[must_use]
    pub fn follow_ups(&self) -> Vec<(HazardId, Command)> {
        let content = self.content();
        let command = |hazard: HazardReference| -> Option<(HazardId, Command)> {
            let command = match &content.body {
                OrderBody::Assignment { .. } => Assign {
                    order: content.id,
                    terms: content.terms_for(hazard.id)?,
                }
                .into(),
                OrderBody::Supervision { .. } => Supervise {
                    level: SupervisionLevel::County,
                    order: Some(content.id),
                    higher_document: None,
                    signatory: content.signatory.clone(),
                    requirements: content.requirements.clone(),
                }
                .into(),
            };
            Some((hazard.id, command))
        };
        content.hazards().into_iter().filter_map(command).collect()
    }
}
