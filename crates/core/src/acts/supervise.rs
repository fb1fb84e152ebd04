//! T11 挂牌督办 and its lifting (解除挂牌督办): a fact beside the state.

use super::assign::{judge_id, judge_of_cycle};
use super::prelude::*;
use crate::dossier::{ListEntry, Supervision};

/// 挂牌督办 at county level by the commission's notice, or entered from a higher body's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervise {
    /// 县级, 市级 or 省级.
    pub level: SupervisionLevel,
    /// At county level: the notice, a new one for this hazard alone or one that is issued and lists it.
    pub order: Option<OrderId>,
    /// At city and province level: the higher body's document number (rule 6).
    pub higher_document: Option<Line<40>>,
    /// 签发人, as printed.
    pub signatory: PersonName,
    /// 督办要求.
    pub requirements: Description,
}

/// T11: the hazard is under supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisionOrdered {
    /// By which document.
    pub document: SupervisionDocument,
    /// What was said.
    pub says: Supervise,
}

/// By which document a hazard is supervised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "of",
    content = "number",
    rename_all = "SCREAMING_SNAKE_CASE",
    deny_unknown_fields
)]
pub enum SupervisionDocument {
    /// 挂牌督办通知书 of the county for this hazard alone, issued with the act.
    County(DocumentNumber),
    /// 挂牌督办通知书 of the county that was issued before as a paper, for this hazard and perhaps for others.
    Paper(DocumentNumber),
    /// The higher body's document, by the number that body gave it.
    Higher(Line<40>),
}

impl std::fmt::Display for SupervisionDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::County(number) | Self::Paper(number) => number.fmt(f),
            Self::Higher(number) => number.fmt(f),
        }
    }
}

impl Supervise {
    /// The county's own notice. Beside a higher body's document an order says nothing; it is not looked at, and not kept.
    fn notice(&self) -> Option<OrderId> {
        self.order
            .filter(|_| self.level == SupervisionLevel::County)
    }
}

impl<S: OnList> Rules<S> for Supervise {
    type Event = SupervisionOrdered;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        // A hazard that was reopened gets a new notice; the old one of its level ends with it.
        let began_on = state.entry().cycle.began_on;
        let in_force = |s: &Supervision| {
            s.level == self.level && s.lifted_on.is_none() && s.from_on >= began_on
        };
        let already = state.entry().supervision.iter().any(in_force);
        let from_above = self.level > SupervisionLevel::County;
        no.when(from_above && self.higher_document.is_none(), || {
            Refusal::HigherDocumentMissing
        });
        ctx.judge_higher_document(self.higher_document.as_ref(), no);
        let notice = self.notice();
        let issued = notice.and_then(|order| ctx.known.issued_order(order));
        let listed = issued.is_none_or(|issued| issued.supervises(state.file().id));
        no.when(!listed, || Refusal::OrderDoesNotList);
        no.when(!from_above && notice.is_none(), || {
            Refusal::SupervisionOrderMissing
        });
        if let Some(issued) = issued {
            judge_of_cycle(issued.issued_on(), state.entry(), no);
        }
        if let Some(order) = notice {
            let mut earlier = state.entry().supervision.iter();
            let used = earlier.any(|s| s.order == Some(order)) && !already;
            judge_id(order, used, ctx, no);
        }
        no.when(already, || Refusal::AlreadySupervised { level: self.level });
    }

    fn event(mut self, state: &S, ctx: &Context<'_>) -> Result<SupervisionOrdered, Refusals> {
        self.order = self.notice();
        let document = match (&self.higher_document, self.order) {
            (Some(number), None) if self.level > SupervisionLevel::County => {
                SupervisionDocument::Higher(number.clone())
            }
            (_, Some(order)) => match ctx.known.issued_order(order) {
                Some(issued) if issued.supervises(state.file().id) => {
                    SupervisionDocument::Paper(issued.document().clone())
                }
                Some(_) => return Err(Refusal::OrderDoesNotList.into()),
                None => SupervisionDocument::County(ctx.known.document(Series::SupervisionOrder)?),
            },
            _ => return Err(Refusal::SupervisionOrderMissing.into()),
        };
        Ok(SupervisionOrdered {
            document,
            says: self,
        })
    }
}

impl<S: OnList> Evolves<S> for SupervisionOrdered {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let supervision = &mut state.entry_mut().supervision;
        for old in supervision
            .iter_mut()
            .filter(|s| s.level == self.says.level)
        {
            old.lifted_on.get_or_insert(stamp.occurred_on);
        }
        supervision.push(Supervision {
            level: self.says.level,
            document: self.document.clone(),
            order: self.says.notice(),
            from_on: stamp.occurred_on,
            lifted_on: None,
        });
        state
    }
}

/// 解除挂牌督办 (摘牌).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftSupervision {
    /// Which level is lifted.
    pub level: SupervisionLevel,
    /// 解除理由.
    pub reason: Reason,
    /// At city and province level: the higher body's document number.
    pub higher_document: Option<Line<40>>,
}

/// X05: the supervision is lifted.
pub type SupervisionLifted = LiftSupervision;

impl LiftSupervision {
    fn lifts(&self, supervision: &Supervision) -> bool {
        supervision.level == self.level && supervision.lifted_on.is_none()
    }
}

impl<S: OnceListed> Rules<S> for LiftSupervision {
    type Event = SupervisionLifted;

    fn standing(state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        let level = state.entry_if_any().and_then(ListEntry::supervised_at);
        no.when(level.is_none(), || Refusal::NotSupervised);
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let entry = state.entry_if_any();
        let lifts = |entry: &ListEntry| entry.supervision.iter().any(|s| self.lifts(s));
        no.when(!entry.is_some_and(lifts), || Refusal::NotSupervised);
        let from_above = self.level > SupervisionLevel::County;
        no.when(from_above && self.higher_document.is_none(), || {
            Refusal::HigherDocumentMissing
        });
        ctx.judge_higher_document(self.higher_document.as_ref(), no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<SupervisionLifted, Refusals> {
        Ok(self)
    }
}

impl<S: OnceListed> Evolves<S> for SupervisionLifted {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let entry = state.entry_if_any_mut().into_iter();
        let supervision = entry.flat_map(|entry| &mut entry.supervision);
        for supervision in supervision.filter(|s| self.lifts(s)) {
            supervision.lifted_on = Some(stamp.occurred_on);
        }
        state
    }
}
