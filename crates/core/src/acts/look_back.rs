//! T30 回头看 and T21 重新列单: somebody else looks again after the strike-off; a hazard that came back is listed again.

use super::prelude::*;
use crate::acts::CircularReference;
use crate::dossier::{Cycle, PastCycle};
use crate::rectifying::RectifyingSide;
use crate::values::vocabulary::vocabulary;

/// 回头看记录.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookBack {
    /// 带队人, as registered; nobody who signed the passed verification.
    pub leader: PersonId,
    /// His name.
    pub leader_name: PersonName,
    /// His unit; not the one that rectified.
    pub unit: UnitId,
    /// 参加人员, as named on the record.
    pub members: Vec<PersonName>,
    /// 回头看结果.
    pub result: LookBackResult,
    /// 检查情况.
    pub text: Description,
    /// Photos.
    pub evidence: EvidenceSet,
}

vocabulary! {
    /// 回头看结果.
    LookBackResult "回头看结果" {
        /// The hazard has not come back.
        Holds "HOLDS" "未反弹",
        /// It has come back; the office must list it again.
        CameBack "CAME_BACK" "已反弹",
    }
}

/// T30: somebody looked back.
pub type LookedBack = LookBack;

impl<S: StruckOff> Rules<S> for LookBack {
    type Event = LookedBack;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let closed_on = state.closure().closed_on;
        no.when(ctx.occurred_on <= closed_on, || Refusal::LookBackTooEarly {
            closed_on,
        });
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let signed = state
            .file()
            .has_hand(self.leader, |part| part == Part::SignedThePass);
        no.when(signed, || Refusal::LookBackLeaderSigned);
        let side = RectifyingSide::of(state, ctx);
        let rectified =
            side.has_unit(self.unit) || side.has(self.leader, Part::is_on_the_rectifying_side);
        no.when(rectified, || Refusal::LookBackByRectifier);
        let is_registered = ctx.is_registered(self.leader, &self.leader_name, self.unit);
        no.when(!signed && !rectified && !is_registered, || {
            Refusal::LookBackLeaderUnregistered {
                name: self.leader_name.clone(),
            }
        });
        ctx.judge_evidence(&self.evidence, state.file(), no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<LookedBack, Refusals> {
        Ok(self)
    }
}

impl<S: StruckOff> Evolves<S> for LookedBack {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        if self.result == LookBackResult::CameBack {
            let first = &mut state.entry_mut().cycle.came_back_on;
            *first = Some(first.map_or(stamp.occurred_on, |on| on.min(stamp.occurred_on)));
        }
        state.closure_mut().look_backs.push(self.clone());
        state
    }
}

/// 重新列单: same number, next cycle; it counts as open again and earlier reports stay as they were (rule 21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopen {
    /// 反弹, 回潮, 虚假整改 or 验收不实.
    pub reason: ReopenReason,
    /// 查明的情况.
    pub finding: Description,
}

/// T21: the hazard is on the list again.
pub type HazardReopened = Reopen;

impl<S: StruckOff> Rules<S> for Reopen {
    type Event = HazardReopened;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let came_back_on = state.entry().cycle.came_back_on;
        let before = came_back_on.filter(|on| ctx.occurred_on < *on);
        no.when_some(before, |moved_on| Refusal::BeforePreviousAct { moved_on });
        let looked = came_back_on.is_some();
        // A closure that was false from the start needs no look-back to come undone.
        let of_itself = matches!(
            self.reason,
            ReopenReason::FalseRectification | ReopenReason::FalseVerification
        );
        no.when(!of_itself && !looked, || Refusal::LookBackNeeded);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardReopened, Refusals> {
        Ok(self)
    }
}

/// The cycle that came undone goes to the past ones, and the next begins. What was shown in it, also beside what it was struck off by,
/// and what showed that it has come back, never counts again.
fn relist<S: StruckOff>(state: &S, circulated: Option<CircularReference>, stamp: &Stamp) -> Listed {
    let (mut file, mut entry) = (state.file().clone(), state.entry().clone());
    let (closure, passed) = (state.closure(), &state.acceptance().passed);
    let handed_in = state.application().ground.evidence();
    passed.spend(&mut file, Some(handed_in));
    let shown = closure
        .look_backs
        .iter()
        .map(|look_back| &look_back.evidence);
    file.spent.extend(shown.flat_map(EvidenceSet::digests));
    let next = Cycle::begin(entry.cycle.number.saturating_add(1), stamp.occurred_on);
    let cycle = std::mem::replace(&mut entry.cycle, next);
    file.spent.extend(cycle.shown.iter().copied());
    entry.past_cycles.push(PastCycle {
        cycle,
        order: state.assignment().order.clone(),
        circulated,
        closed_on: closure.closed_on,
        reopened_on: stamp.occurred_on,
        look_backs: u32::try_from(closure.look_backs.len()).unwrap_or(u32::MAX),
    });
    Listed { file, entry }
}

impl Evolves<Closed> for HazardReopened {
    type Next = Listed;

    fn evolve(&self, state: Closed, stamp: &Stamp) -> Listed {
        relist(&state, None, stamp)
    }
}

impl Evolves<Circulated> for HazardReopened {
    type Next = Listed;

    fn evolve(&self, state: Circulated, stamp: &Stamp) -> Listed {
        let circulated = Some(state.circulation.item.clone());
        relist(&state, circulated, stamp)
    }
}
