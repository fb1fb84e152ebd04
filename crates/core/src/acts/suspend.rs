//! T12 责令停产停业 and T27 恢复生产: the department with enforcement power stops the danger, and lifts the stop.

use super::prelude::*;
use crate::dossier::Suspension;
use crate::policy::{Anchor, Limit};

/// 责令停产停业等现场处理措施 (安全生产法 art. 65 and 70).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// What is stopped.
    pub kind: SuspensionKind,
    /// 决定书文号; it names the suspension when it is lifted.
    pub decision: Line<60>,
    /// 处理措施.
    pub measures: Description,
    /// What the law demands before power is cut (art. 70).
    pub power_cut: Option<PowerCut>,
}

/// 停止供电 (art. 70): approval by the head of the department, a written notice to the supplier, and 24 hours' notice to the
/// unit unless safety is in urgent danger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerCut {
    /// The head who approved.
    pub approved_by: PersonName,
    /// 书面通知文号: the notice to whoever supplies the power.
    pub notice: Line<60>,
    /// The day on which the unit was told.
    pub noticed_on: NaiveDate,
    /// 危及生产安全的紧急情形: why it could not wait.
    pub emergency: Option<Reason>,
}

/// T12: a suspension is in force.
pub type OperationSuspended = Suspend;

impl<S: InFile> Rules<S> for Suspend {
    type Event = OperationSuspended;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let in_force = |s: &Suspension| s.lifted_on.is_none() && s.order.decision == self.decision;
        no.when(state.file().suspensions.iter().any(in_force), || {
            Refusal::AlreadySuspended
        });
        let cuts_power = self.kind == SuspensionKind::PowerCut;
        no.when(cuts_power && self.power_cut.is_none(), || {
            Refusal::PowerCutUnapproved
        });
        if let Some(cut) = &self.power_cut {
            let noticed = DayTold {
                field: "noticedOn",
                name: "停止供电告知生产经营单位的日期",
                on: cut.noticed_on,
            };
            ctx.judge_since_found(noticed, state.file(), no, |acted_on| Refusal::DayAfterAct {
                told: noticed,
                acted_on,
            });
        }
        let waits = self
            .power_cut
            .as_ref()
            .filter(|cut| cut.emergency.is_none());
        if let Some(cut) = waits {
            let earliest = ctx.due(
                Limit::PowerCutNotice,
                &[(Anchor::PowerCutNoticed, cut.noticed_on)],
                no,
            );
            no.when_some(
                earliest.filter(|earliest| ctx.occurred_on < earliest.on),
                |earliest| Refusal::PowerCutTooSoon {
                    earliest_on: earliest.on,
                },
            );
        }
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<OperationSuspended, Refusals> {
        Ok(self)
    }
}

impl<S: InFile> Evolves<S> for OperationSuspended {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let file = state.file_mut();
        file.note_hand(&stamp.actor, Part::Tracked);
        file.suspensions.push(Suspension {
            order: self.clone(),
            by: stamp.actor.unit,
            from_on: stamp.occurred_on,
            lifted_on: None,
        });
        state
    }
}

/// 恢复生产: after the verification passed, on written application, with approval (安全生产法 art. 65(3)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resume {
    /// 决定书文号 of the suspension that is lifted.
    pub decision: Line<60>,
    /// 复产批复文号.
    pub approval: Line<60>,
    /// The unit's written application, in short.
    pub application: Reason,
}

/// T27: the suspension is lifted.
pub type OperationResumed = Resume;

impl Resume {
    fn lifts(&self, suspension: &Suspension) -> bool {
        suspension.lifted_on.is_none() && suspension.order.decision == self.decision
    }
}

impl<S: InFile> Rules<S> for Resume {
    type Event = OperationResumed;

    fn standing(state: &S, _ctx: &Context<'_>, no: &mut Refusals) {
        no.when(state.file().suspension_in_force().is_none(), || {
            Refusal::NotSuspended
        });
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        match state.file().suspensions.iter().find(|s| self.lifts(s)) {
            None => no.add(Refusal::NotSuspended),
            Some(suspension) => {
                no.when(suspension.by != ctx.actor.unit, || {
                    Refusal::SuspendedByAnother
                });
            }
        }
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<OperationResumed, Refusals> {
        Ok(self)
    }
}

impl<S: InFile> Evolves<S> for OperationResumed {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        let file = state.file_mut();
        file.note_hand(&stamp.actor, Part::Tracked);
        for suspension in file.suspensions.iter_mut().filter(|s| self.lifts(s)) {
            suspension.lifted_on = Some(stamp.occurred_on);
        }
        state
    }
}
