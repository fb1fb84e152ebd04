//! T25 移交: the hazard is not for this county to rectify, and the other body has signed for it.

use super::merge::{LeavesTheList, judge_leaving};
use super::prelude::*;
use crate::people::HigherConsent;

/// 移交.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// 移交理由.
    pub reason: Reason,
    /// 接收单位.
    pub receiver: Name,
    /// 接收人.
    pub received_by: PersonName,
    /// 接收日期.
    pub received_on: NaiveDate,
    /// 回执文号: the receiver's receipt.
    pub receipt: Line<60>,
    /// 上级同意, where a higher body supervises the hazard.
    pub consent: Option<HigherConsent>,
}

/// T25: the hazard is another body's.
pub type HazardTransferred = Transfer;

impl<S: LeavesTheList> Rules<S> for Transfer {
    type Event = HazardTransferred;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_leaving(state, self.consent.as_ref(), ctx, no);
        let received_on = self.received_on;
        let received = DayTold {
            field: "receivedOn",
            name: "接收日期",
            on: received_on,
        };
        ctx.judge_since_found(received, state.file(), no, |acted_on| {
            Refusal::TransferNotReceived {
                received_on,
                acted_on,
            }
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardTransferred, Refusals> {
        Ok(self)
    }
}

impl<S: LeavesTheList> Evolves<S> for HazardTransferred {
    type Next = Transferred;

    fn evolve(&self, state: S, _stamp: &Stamp) -> Transferred {
        let (file, entry, left_under) = state.leave();
        Transferred {
            file,
            entry,
            left_under,
            because: self.clone(),
        }
    }
}
