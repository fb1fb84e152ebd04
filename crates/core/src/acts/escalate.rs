//! T26 升级督办: urging, letters, interviews and what comes after; the state stays.

use super::prelude::*;
use crate::dossier::Escalation;
use crate::overdue::{Open, is_overdue};
use crate::values::vocabulary::vocabulary;

/// 升级督办.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalate {
    /// 催办, 督办函, 约谈, 通报批评, 提级挂牌 or 问责移送.
    pub kind: EscalationKind,
    /// On what ground; urging needs none.
    pub ground: EscalationGround,
    /// 对象: the unit or office.
    pub target: Name,
    /// 文号, where there is a letter.
    pub document: Option<Line<40>>,
    /// 内容.
    pub text: Reason,
}

vocabulary! {
    /// Why a hazard is escalated.
    EscalationGround "升级督办理由" {
        /// The deadline draws near; good for urging only.
        Reminder "REMINDER" "提醒",
        /// The deadline has passed and the hazard is not rectified.
        Overdue "OVERDUE" "超期未整改",
        /// The unit refuses to rectify, as the text says.
        RefusedToRectify "REFUSED_TO_RECTIFY" "拒不整改",
        /// It has failed verification twice.
        FailedTwice "FAILED_TWICE" "两次验收不合格",
    }
}

/// T26: the hazard was escalated.
pub type HazardEscalated = Escalate;

impl<S: Open> Rules<S> for Escalate {
    type Event = HazardEscalated;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let holds = match self.ground {
            EscalationGround::Reminder => self.kind == EscalationKind::Urge,
            EscalationGround::Overdue => state
                .deadline()
                .is_some_and(|deadline| is_overdue(deadline, ctx.occurred_on)),
            EscalationGround::RefusedToRectify => true,
            EscalationGround::FailedTwice => state.entry().cycle.failed_twice_on().is_some(),
        };
        no.when(!holds, || Refusal::EscalationGroundMissing {
            kind: self.kind,
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardEscalated, Refusals> {
        Ok(self)
    }
}

impl<S: Open> Evolves<S> for HazardEscalated {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        state.entry_mut().escalations.push(Escalation {
            step: self.clone(),
            on: stamp.occurred_on,
        });
        state
    }
}
