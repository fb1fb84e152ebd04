//! X10 公开曝光: the hazard was shown to the public as a typical case (the plan's 「明查暗访+媒体曝光」; each quarter a batch).

use super::prelude::*;

/// 公开曝光记录.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expose {
    /// 曝光媒体.
    pub medium: Name,
    /// 曝光日期; it says to which quarter's batch the case belongs.
    pub exposed_on: NaiveDate,
    /// 网址, where there is one.
    pub url: Option<Line<300>>,
    /// 曝光内容.
    pub text: Description,
}

/// X10: the hazard was exposed.
pub type HazardExposed = Expose;

impl<S: OnList> Rules<S> for Expose {
    type Event = HazardExposed;

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let exposed_on = self.exposed_on;
        let exposed = DayTold {
            field: "exposedOn",
            name: "曝光日期",
            on: exposed_on,
        };
        ctx.judge_since_found(exposed, state.file(), no, |acted_on| {
            Refusal::ExposedInFuture {
                exposed_on,
                acted_on,
            }
        });
    }

    fn event(self, _state: &S, _ctx: &Context<'_>) -> Result<HazardExposed, Refusals> {
        Ok(self)
    }
}

impl<S: OnList> Evolves<S> for HazardExposed {
    type Next = S;

    fn evolve(&self, mut state: S, _stamp: &Stamp) -> S {
        state.entry_mut().exposures.push(self.clone());
        state
    }
}
