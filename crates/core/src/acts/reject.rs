//! T03 不予认定 and T04 研判降级: a clue that does not become a major hazard.

use super::prelude::*;
use crate::rectifying::RectifyingSide;

/// 不予认定: not true, already put right, not here, not major, or reported before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// 理由代码.
    pub reason: RejectReason,
    /// 说明.
    pub text: Reason,
    /// 复核人: somebody else than who rejects.
    pub checker: PersonId,
}

/// T03: the clue is not recognised.
pub type ReportRejected = Reject;

impl Rules<Reported> for Reject {
    type Event = ReportRejected;

    fn judge(&self, state: &Reported, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(self.checker == ctx.actor.person, || Refusal::CheckerIsActor);
        let checker = ctx.county.directory.person(self.checker);
        let is_registered =
            checker.is_some_and(|checker| checker.posts_on(ctx.occurred_on).next().is_some());
        no.when(!is_registered, || Refusal::CheckerUnregistered);
        let side = RectifyingSide::of(state, ctx);
        no.when(
            side.has(self.checker, Part::is_on_the_rectifying_side),
            || Refusal::CheckerOfHolder,
        );
    }

    fn event(self, _state: &Reported, _ctx: &Context<'_>) -> Result<ReportRejected, Refusals> {
        Ok(self)
    }
}

impl Evolves<Reported> for ReportRejected {
    type Next = Rejected;

    fn evolve(&self, state: Reported, stamp: &Stamp) -> Rejected {
        Rejected {
            file: state.file,
            because: self.clone(),
            left_on: stamp.occurred_on,
        }
    }
}

/// 研判降级: a hazard, but an ordinary one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DowngradeAtReview {
    /// 理由.
    pub reason: Reason,
    /// 接收台账: which ledger of ordinary hazards takes it over.
    pub receiving_ledger: Line<80>,
}

/// T04: the clue went to the ledger of ordinary hazards.
pub type DowngradedAtReview = DowngradeAtReview;

impl Rules<Reported> for DowngradeAtReview {
    type Event = DowngradedAtReview;

    fn event(self, _state: &Reported, _ctx: &Context<'_>) -> Result<DowngradedAtReview, Refusals> {
        Ok(self)
    }
}

impl Evolves<Reported> for DowngradedAtReview {
    type Next = Downgraded;

    fn evolve(&self, state: Reported, _stamp: &Stamp) -> Downgraded {
        Downgraded {
            file: state.file,
            entry: None,
            left_under: None,
            because: DowngradeGround::AtReview(self.clone()),
        }
    }
}
