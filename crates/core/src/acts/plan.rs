//! T09 方案备案: the plan with its five elements (五落实: 责任、措施、资金、时限、预案).

use super::prelude::*;
use crate::directory::UnitKind;
use crate::dossier::{Term, Work};
use crate::refusal::Missing;
use std::collections::BTreeSet;

/// 整改方案: cannot be made with one of the five elements missing (rule 8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PlanParts", into = "PlanParts")]
pub struct Plan {
    responsibility: Responsibility,
    measures: Vec<Measure>,
    funds: Funds,
    ends_on: NaiveDate,
    contingency: Contingency,
}

/// T09: 方案备案 is the plan itself.
pub type FilePlan = Plan;

/// T09: the plan is filed.
pub type PlanFiled = Plan;

/// What a plan is made of, each element perhaps still missing: the form before it is handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanParts {
    /// 责任.
    pub responsibility: Option<Responsibility>,
    /// 措施, at least one.
    pub measures: Vec<Measure>,
    /// 资金.
    pub funds: Option<Funds>,
    /// 时限: the last day of the plan.
    pub ends_on: Option<NaiveDate>,
    /// 预案.
    pub contingency: Option<Contingency>,
}

/// 责任: who answers, and who executes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// 主要负责人.
    pub person: PersonName,
    /// 执行部门.
    pub department: Name,
    /// 施工单位: a contractor that does the work; he counts as rectifier (separation of duties 1).
    pub contractor: Option<UnitId>,
}

/// 措施: one measure, numbered from 1 by its place in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What will be done.
    pub text: Reason,
    /// Until when.
    pub due_on: Option<NaiveDate>,
}

/// 资金: planned money and where it comes from; nothing is allowed, with a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Funds {
    /// 计划资金.
    pub planned: Fen,
    /// 资金来源; where nothing is planned, the reason why nothing is needed.
    pub source: Reason,
}

/// 预案: what is done against the danger while the work lasts, and if it comes to the worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contingency {
    /// 期间防控措施.
    pub interim_measures: Description,
    /// 应急预案, in words.
    pub emergency: Description,
}

/// One of the five elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Element {
    /// 责任.
    Responsibility,
    /// 措施.
    Measures,
    /// 资金.
    Funds,
    /// 时限.
    Deadline,
    /// 预案.
    Contingency,
}

impl Element {
    /// The Chinese term.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Responsibility => "责任",
            Self::Measures => "措施",
            Self::Funds => "资金",
            Self::Deadline => "时限",
            Self::Contingency => "预案",
        }
    }
}

/// The most measures one plan may have.
const MEASURES_MAX: usize = 50;

impl Plan {
    /// Makes a plan of its parts.
    ///
    /// # Errors
    /// [`Refusal::PlanIncomplete`] names every element that is missing; [`Refusal::MeasureAfterPlanEnd`] a measure that is
    /// due after the plan ends; [`Refusal::TooManyMeasures`] more than 50 measures.
    pub fn new(parts: PlanParts) -> Result<Self, Refusal> {
        let PlanParts {
            responsibility,
            measures,
            funds,
            ends_on,
            contingency,
        } = parts;
        let missing: Vec<Element> = [
            (Element::Responsibility, responsibility.is_none()),
            (Element::Measures, measures.is_empty()),
            (Element::Funds, funds.is_none()),
            (Element::Deadline, ends_on.is_none()),
            (Element::Contingency, contingency.is_none()),
        ]
        .into_iter()
        .filter_map(|(element, is_missing)| is_missing.then_some(element))
        .collect();
        let (Some(responsibility), Some(funds), Some(ends_on), Some(contingency), []) = (
            responsibility,
            funds,
            ends_on,
            contingency,
            missing.as_slice(),
        ) else {
            return Err(Refusal::PlanIncomplete {
                missing: Missing(missing),
            });
        };
        if measures.len() > MEASURES_MAX {
            return Err(Refusal::TooManyMeasures { most: MEASURES_MAX });
        }
        let late = |measure: &Measure| measure.due_on.is_some_and(|due_on| due_on > ends_on);
        if let Some(place) = measures.iter().position(late) {
            return Err(Refusal::MeasureAfterPlanEnd {
                measure: place.saturating_add(1),
                ends_on,
            });
        }
        Ok(Self {
            responsibility,
            measures,
            funds,
            ends_on,
            contingency,
        })
    }

    fn judge_contractor(&self, ctx: &Context<'_>, no: &mut Refusals) {
        let Some(contractor) = self.responsibility.contractor else {
            return;
        };
        // Whoever files a plan would name the authorities off that judge it.
        let authority = ctx.county.directory.unit(contractor);
        let authority = authority.filter(|unit| unit.kind != UnitKind::Enterprise);
        no.when_some(authority, |unit| Refusal::ContractorIsAuthority {
            name: unit.name.clone(),
        });
    }

    /// A plan ends by the deadline in effect, when it is filed and when it is revised (rule 8), and nothing in it was due
    /// before the hazard was assigned.
    fn judge_end(&self, term: Term, no: &mut Refusals) {
        let (due_on, assigned_on) = (term.due_on, term.assigned_on);
        no.when(self.ends_on < assigned_on, || {
            Refusal::PlanEndsBeforeAssignment { assigned_on }
        });
        let early = |measure: &Measure| measure.due_on.is_some_and(|due_on| due_on < assigned_on);
        no.when_some(self.measures.iter().position(early), |place| {
            Refusal::MeasureBeforeAssignment {
                measure: place.saturating_add(1),
                assigned_on,
            }
        });
        no.when(self.ends_on > due_on, || Refusal::PlanEndsAfterDeadline {
            due_on,
        });
    }

    /// 责任.
    #[must_use]
    pub fn responsibility(&self) -> &Responsibility {
        &self.responsibility
    }

    /// 措施, numbered from 1.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The numbers of the measures: 1, 2, 3 …
    pub fn measure_numbers(&self) -> impl Iterator<Item = u16> + use<> {
        let last = u16::try_from(self.measures.len()).unwrap_or(u16::MAX);
        1..=last
    }

    /// A file that is said to show a measure shows one that is in the plan. Only where somebody has seen the plan in force: what a
    /// tablet sends later may be of the plan before.
    pub(crate) fn judge_shown(&self, evidence: &EvidenceSet, no: &mut Refusals) {
        let is_planned = |measure: u16| self.measure_numbers().any(|number| number == measure);
        for file in evidence {
            let stray = file.measure().filter(|measure| !is_planned(*measure));
            no.when_some(stray, |measure| Refusal::EvidenceForNoMeasure {
                digest: file.digest(),
                measure,
            });
        }
    }

    /// 资金.
    #[must_use]
    pub fn funds(&self) -> &Funds {
        &self.funds
    }

    /// 时限.
    #[must_use]
    pub fn ends_on(&self) -> NaiveDate {
        self.ends_on
    }

    /// 预案.
    #[must_use]
    pub fn contingency(&self) -> &Contingency {
        &self.contingency
    }
}

impl TryFrom<PlanParts> for Plan {
    type Error = Refusal;

    fn try_from(parts: PlanParts) -> Result<Self, Refusal> {
        Self::new(parts)
    }
}

impl From<Plan> for PlanParts {
    fn from(plan: Plan) -> Self {
        Self {
            responsibility: Some(plan.responsibility),
            measures: plan.measures,
            funds: Some(plan.funds),
            ends_on: Some(plan.ends_on),
            contingency: Some(plan.contingency),
        }
    }
}

impl Rules<Acknowledged> for Plan {
    type Event = PlanFiled;

    fn judge(&self, state: &Acknowledged, ctx: &Context<'_>, no: &mut Refusals) {
        self.judge_contractor(ctx, no);
        self.judge_end(state.assignment.term, no);
    }

    fn event(self, _state: &Acknowledged, _ctx: &Context<'_>) -> Result<PlanFiled, Refusals> {
        Ok(self)
    }
}

impl Evolves<Acknowledged> for PlanFiled {
    type Next = Rectifying;

    fn evolve(&self, state: Acknowledged, stamp: &Stamp) -> Rectifying {
        let Acknowledged {
            mut file,
            mut entry,
            assignment,
            receipt,
        } = state;
        file.note_hand(&stamp.actor, Part::Rectified);
        entry.rectifiers.insert(assignment.responsible_unit());
        entry.rectifiers.extend(self.responsibility.contractor);
        let work = Work {
            plan: self.clone(),
            planned_on: stamp.occurred_on,
            progress: Vec::new(),
            extension: None,
            failed: BTreeSet::new(),
            sent_back: None,
        };
        Rectifying {
            file,
            entry,
            assignment,
            receipt,
            work,
        }
    }
}

/// 调整方案: after an extension was granted, or because the work turned out otherwise, the plan is filed anew. The old one
/// stays on record (spec §3.4: the plan's end lies within the effective deadline, which an extension moves).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisePlan {
    /// The whole plan, as it now stands.
    pub plan: Plan,
    /// 调整理由.
    pub reason: Reason,
}

/// X09: the plan is revised.
pub type PlanRevised = RevisePlan;

impl Rules<Rectifying> for RevisePlan {
    type Event = PlanRevised;

    fn judge(&self, state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        self.plan.judge_contractor(ctx, no);
        self.plan.judge_end(state.assignment.term, no);
        // What a team failed has to be done, and is not done by no longer being planned (T17).
        let said = |plan: &Plan, measure: u16| {
            let place = usize::from(measure).checked_sub(1)?;
            plan.measures.get(place).map(|own| own.text.clone())
        };
        let dropped =
            |measure: &&u16| said(&self.plan, **measure) != said(&state.work.plan, **measure);
        no.when_some(state.work.failed.iter().find(dropped), |measure| {
            Refusal::FailedMeasureDropped { measure: *measure }
        });
    }

    fn event(self, _state: &Rectifying, _ctx: &Context<'_>) -> Result<PlanRevised, Refusals> {
        Ok(self)
    }
}

impl Evolves<Rectifying> for PlanRevised {
    type Next = Rectifying;

    fn evolve(&self, mut state: Rectifying, stamp: &Stamp) -> Rectifying {
        state.file.note_hand(&stamp.actor, Part::Rectified);
        let contractor = self.plan.responsibility.contractor;
        state.entry.rectifiers.extend(contractor);
        state.work.plan = self.plan.clone();
        state
    }
}
