//! What a hazard's file holds, layer by layer.
//!
//! Each layer is what one more step of the life guarantees: the [`File`] from the report on, the [`Entry`] from
//! listing on, the [`Assignment`] from the order on, the [`Work`] from the plan on. The states of [`crate::hazard`]
//! are made of these layers. Facts that are not states (supervision, suspension, escalation, referral) lie in the
//! layer in which they begin.

use crate::Actor;
use crate::acts::{
    Escalate, FurtherOrderAnswered, GrantedExtension, List, LookBack, OrderTerms, ReferCriminal,
    Report, Suspend,
};
use crate::values::{
    AccidentType, ClosureBasis, ClueNumber, CountyCode, Digest, DocumentNumber, EvidenceSet,
    HazardId, HazardNumber, OrderId, PersonId, SupervisionLevel, UnitId,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 案卷: what every hazard has from its report on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The hazard's id, made by whoever reported it.
    pub id: HazardId,
    /// The county whose ledger this is.
    pub county: CountyCode,
    /// 线索编号, given at the report.
    pub clue: ClueNumber,
    /// What was reported.
    pub report: Report,
    /// Legal date of the report.
    pub reported_on: NaiveDate,
    /// Number of ledger entries of this hazard.
    pub version: u32,
    /// The version after the last act that moved it; what came since only added to the record.
    pub moved_version: u32,
    /// Legal date of the last act that must come in order; no later act may be dated before it.
    pub moved_on: NaiveDate,
    /// 停产停业 and other suspensions, in force and lifted.
    pub suspensions: Vec<Suspension>,
    /// 行刑衔接: referrals to the organs of criminal justice.
    pub referrals: Vec<ReferCriminal>,
    /// Who had which part in this hazard; what separation of duties is judged by.
    pub hands: Vec<Hand>,
    /// 补录确认: the office's consent to one late entry, if any is open.
    pub backdating: Option<BackdatingPermit>,
    /// 作废申请: the first of the two persons has spoken.
    pub annulment: Option<AnnulmentProposal>,
    /// Evidence that a failed verification has judged; it never counts again.
    pub spent: BTreeSet<Digest>,
}

impl File {
    /// The suspension in force, if any (the earliest).
    #[must_use]
    pub fn suspension_in_force(&self) -> Option<&Suspension> {
        self.suspensions.iter().find(|s| s.lifted_on.is_none())
    }

    /// Whether this person had this part in the hazard, in any cycle and round.
    #[must_use]
    pub fn has_hand(&self, person: PersonId, is: impl Fn(Part) -> bool) -> bool {
        self.hands
            .iter()
            .any(|hand| hand.person == person && is(hand.part))
    }

    /// Notes that this actor had this part.
    pub(crate) fn note_hand(&mut self, actor: &Actor, part: Part) {
        self.note_person(actor.person, actor.unit, part);
    }

    /// Notes that this person had this part, said by somebody else (a team member, for instance).
    pub(crate) fn note_person(&mut self, person: PersonId, unit: UnitId, part: Part) {
        let hand = Hand { person, unit, part };
        if !self.hands.contains(&hand) {
            self.hands.push(hand);
        }
    }
}

/// One person's part in one hazard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Who.
    pub person: PersonId,
    /// For which unit.
    pub unit: UnitId,
    /// What.
    pub part: Part,
}

/// The parts that exclude one another (spec §4, separation of duties).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Part {
    /// Filed the plan, a progress entry or the application for the unit that rectifies.
    Rectified,
    /// Tracked the hazard for the lead unit: progress notes, suspension, resumption.
    Tracked,
    /// Asked for an extension.
    AskedForExtension,
    /// Sat on a verification team that did not pass the hazard.
    SatOnTeam,
    /// Sat on the team that passed it, and signed.
    SignedThePass,
}

impl Part {
    /// Whether the person sat on any verification team of the hazard.
    #[must_use]
    pub const fn is_on_a_team(self) -> bool {
        matches!(self, Self::SatOnTeam | Self::SignedThePass)
    }
}

/// 停产停业等措施 in force or lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// What was ordered.
    pub order: Suspend,
    /// By which department; only it may lift the order.
    pub by: UnitId,
    /// From which day.
    pub from_on: NaiveDate,
    /// 恢复生产: the day on which it was lifted.
    pub lifted_on: Option<NaiveDate>,
}

/// 补录确认: the office's consent that one act may be dated further back than the policy allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackdatingPermit {
    /// The earliest legal date it allows.
    pub earliest_on: NaiveDate,
    /// Who consented; nobody uses his own consent.
    pub by: PersonId,
}

/// 作废申请.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnulmentProposal {
    /// Who proposed; another person must confirm.
    pub by: PersonId,
    /// On which day.
    pub proposed_on: NaiveDate,
}

/// 清单条目: what every hazard has from its listing on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
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
    pub exposures: Vec<crate::acts::Expose>,
    /// 通报提及: where circulars named it otherwise than as struck off.
    pub mentions: Vec<Mention>,
    /// Every unit that worked on it in any cycle: that filed a plan, was named as contractor (施工单位), or answered a
    /// further order. Each counts as rectifying side, also after another has taken over.
    pub rectifiers: BTreeSet<UnitId>,
    /// Earlier cycles: how they ended and how they came undone.
    pub past_cycles: Vec<PastCycle>,
}

impl Entry {
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

    /// Whether this unit belongs to the rectifying side: worked on the hazard, or has an order to.
    #[must_use]
    pub fn is_rectified_by(&self, assignment: &Assignment, unit: UnitId) -> bool {
        let ordered =
            |further: &FurtherOrder| further.issued.terms.parties.responsible.unit() == unit;
        assignment.responsible_unit() == unit
            || self.rectifiers.contains(&unit)
            || self.cycle.further.iter().any(ordered)
    }

    /// Whether this order stands on the hazard already, in the present cycle.
    #[must_use]
    pub fn has_used(&self, assignment: &Assignment, order: OrderId) -> bool {
        assignment.order.order == order
            || self
                .cycle
                .superseded
                .iter()
                .any(|superseded| superseded.old.order == order)
            || self
                .cycle
                .further
                .iter()
                .any(|further| further.issued.order == order)
    }

    /// The accident types that the hazard may lead to.
    #[must_use]
    pub fn accident_types(&self) -> &[AccidentType] {
        &self.listing.accident_types
    }
}

/// 挂牌督办, in force or lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervision {
    /// 县级, 市级 or 省级.
    pub level: SupervisionLevel,
    /// By which document.
    pub document: crate::acts::SupervisionDocument,
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

/// What a cycle keeps from its first day to its last, whoever is made responsible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// 1, and one more with each reopening (重新列单).
    pub number: u32,
    /// Legal date on which it began.
    pub began_on: NaiveDate,
    /// The time allowed, while an order that came back (退办) leaves nobody who must keep it.
    pub returned: Option<Term>,
    /// Granted extensions, first to last.
    pub grants: Vec<GrantedExtension>,
    /// Extension requests refused.
    pub extensions_refused: u32,
    /// Rounds that came to nothing: failed, or passed and then refused at strike-off. The present round is one more.
    pub void_rounds: u32,
    /// Those of them that a team failed; the second is a ground for escalation.
    pub failed_rounds: u32,
    /// 追加交办: orders to further units on the same hazard.
    pub further: Vec<FurtherOrder>,
    /// Orders replaced by reassignment (改派), each naming what replaced it.
    pub superseded: Vec<SupersededOrder>,
    /// 到期核查: the last day on which it was done.
    pub inspected_on: Option<NaiveDate>,
}

impl Cycle {
    /// A cycle at its beginning.
    #[must_use]
    pub(crate) fn begin(number: u32, began_on: NaiveDate) -> Self {
        Self {
            number,
            began_on,
            returned: None,
            grants: Vec::new(),
            extensions_refused: 0,
            void_rounds: 0,
            further: Vec::new(),
            superseded: Vec::new(),
            inspected_on: None,
            failed_rounds: 0,
        }
    }

    /// A team failed this round.
    pub(crate) fn fail(&mut self, round: u32) {
        self.void_rounds = round;
        self.failed_rounds = self.failed_rounds.saturating_add(1);
    }

    /// The present round of verification, from 1.
    #[must_use]
    pub fn round(&self) -> u32 {
        self.void_rounds.saturating_add(1)
    }

    /// The further order with this id that waits for its answer.
    #[must_use]
    pub fn unanswered(&self, order: OrderId) -> Option<&FurtherOrder> {
        self.further
            .iter()
            .find(|f| f.issued.order == order && f.answer.is_none())
    }
}

/// 通报提及: where a circular named the hazard otherwise than as struck off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// As what.
    pub kind: crate::circular::ItemKind,
    /// Where.
    pub reference: crate::acts::CircularReference,
    /// On which day.
    pub on: NaiveDate,
}

/// A cycle that ended in strike-off and came undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastCycle {
    /// As it stood.
    pub cycle: Cycle,
    /// The day of its strike-off.
    pub closed_on: NaiveDate,
    /// The day on which the hazard was listed again.
    pub reopened_on: NaiveDate,
    /// Look-backs done in it.
    pub look_backs: u32,
}

/// 交办: what every hazard has once an order is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The order by which the responsible unit must rectify.
    pub order: IssuedTerms,
    /// The time allowed.
    pub term: Term,
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
}

impl Assignment {
    /// The unit that must rectify (治理责任单位).
    #[must_use]
    pub fn responsible_unit(&self) -> UnitId {
        self.order.terms.parties.responsible.unit()
    }
}

/// An order's terms for one hazard, as issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuedTerms {
    /// The order.
    pub order: OrderId,
    /// Its document number (文号).
    pub document: DocumentNumber,
    /// Which body issued it; only it may extend the deadline.
    pub issued_by: IssuingBody,
    /// The day of issue.
    pub issued_on: NaiveDate,
    /// What it says.
    pub terms: OrderTerms,
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

/// What the work has come to, from the plan on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The filed plan.
    pub plan: crate::acts::FilePlan,
    /// The day of filing.
    pub planned_on: NaiveDate,
    /// The last progress entry: day and percent.
    pub progress: Option<LastProgress>,
    /// The extension request that waits for its decision.
    pub extension: Option<PendingExtension>,
}

/// The last progress entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastProgress {
    /// When it happened.
    pub on: NaiveDate,
    /// How much is done, 0–100.
    pub percent: crate::acts::Percent,
}

/// An extension request that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingExtension {
    /// What was asked.
    pub request: crate::acts::RequestExtension,
    /// On which day.
    pub asked_on: NaiveDate,
}

/// 验收申请: what waits for the verification team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// By the unit that rectified, or by the lead unit for a unit that was shut down.
    pub ground: Ground,
    /// 申请日期; it decides whether the work was on time.
    pub applied_on: NaiveDate,
    /// 到场日期: the day on which the team went to the site, once it did.
    pub on_site_on: Option<NaiveDate>,
}

/// On what ground verification is applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ground {
    /// 整改完成.
    Rectified(crate::acts::ApplyVerification),
    /// 关闭取缔、拆除灭失、生产要素消失.
    Ceased(crate::acts::ApplyShutdownClosure),
}

impl Ground {
    /// The basis on which the hazard may be struck off.
    #[must_use]
    pub fn closure_basis(&self) -> ClosureBasis {
        match self {
            Self::Rectified(_) => ClosureBasis::Rectified,
            Self::Ceased(applied) => applied.basis,
        }
    }

    /// The evidence that was handed in.
    #[must_use]
    pub fn evidence(&self) -> &EvidenceSet {
        match self {
            Self::Rectified(applied) => &applied.evidence,
            Self::Ceased(applied) => &applied.evidence,
        }
    }
}

/// 验收合格: a passed verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Number of the opinion (验收意见书).
    pub document: DocumentNumber,
    /// What the team found.
    pub passed: crate::acts::Verdict,
    /// The day of the opinion.
    pub passed_on: NaiveDate,
    /// The round that passed.
    pub round: u32,
}

/// 销号: the strike-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// What the approver said.
    pub strike_off: crate::acts::StrikeOff,
    /// 销号单 number.
    pub sheet: DocumentNumber,
    /// 销号日期.
    pub closed_on: NaiveDate,
    /// Who approved.
    pub approver: PersonId,
    /// 回头看 since then.
    pub look_backs: Vec<LookBack>,
}

/// 通报: where the closure appeared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circulation {
    /// The circular's item.
    pub item: crate::acts::CircularReference,
    /// On which day.
    pub circulated_on: NaiveDate,
}
