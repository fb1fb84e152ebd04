//! T23 降级: part of the danger is gone, and what is left is an ordinary hazard.

use super::merge::{LeavesTheList, judge_leaving};
use super::prelude::*;
use crate::people::HigherConsent;

/// 降级.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Downgrade {
    /// 降级理由.
    pub reason: Reason,
    /// 牵头责任单位意见.
    pub lead_opinion: Opinion,
    /// 专家意见.
    pub expert_opinion: Opinion,
    /// 接收台账: which ledger of ordinary hazards takes it over.
    pub receiving_ledger: Line<80>,
    /// 上级同意, where a higher body supervises the hazard.
    pub consent: Option<HigherConsent>,
}

/// T23: the hazard left the list as an ordinary one.
pub type HazardDowngraded = Downgrade;

impl<S: LeavesTheList> Rules<S> for Downgrade {
    type Event = HazardDowngraded;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_leaving(state, self.consent.as_ref(), ctx, no);
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardDowngraded, Refusals> {
        Ok(self)
    }
}

impl<S: LeavesTheList> Evolves<S> for HazardDowngraded {
    type Next = Downgraded;

    fn evolve(&self, state: S, _stamp: &Stamp) -> Downgraded {
        let (file, entry, left_under) = state.leave();
        Downgraded {
            file,
            entry,
            left_under,
            because: DowngradeGround::FromList(self.clone()),
        }
    }
}
