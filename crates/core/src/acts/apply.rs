//! T15 申请验收, T24 申请关闭销号, T29 撤回验收申请 and X03 验收组到场: what waits for the verification team.

use super::prelude::*;
use crate::dossier::{Application, Ground, Stated, Suspension};

/// 验收申请书 of the unit that rectified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyVerification {
    /// 整改完成情况.
    pub statement: Description,
    /// 实际投入资金.
    pub spent: Fen,
    /// After-photos for each measure, and the assessment report where operation was suspended.
    pub evidence: EvidenceSet,
}

/// T15: verification is applied for.
pub type VerificationApplied = ApplyVerification;

/// What was stopped in this cycle is assessed before it is found to be in order (spec §3.5). A stop that was lifted, because an earlier
/// verification had passed, was a stop all the same.
pub(super) fn judge_assessed<S: OnList>(state: &S, evidence: &[&EvidenceSet], no: &mut Refusals) {
    let began_on = state.entry().cycle.began_on;
    let in_this_cycle = |s: &Suspension| s.lifted_on.is_none_or(|on| on >= began_on);
    let suspended = state.file().suspensions.iter().any(in_this_cycle);
    let mut reports = evidence
        .iter()
        .flat_map(|set| set.of_kind(EvidenceKind::Report));
    let assessed = reports.next().is_some();
    no.when(suspended && !assessed, || Refusal::AssessmentReportMissing);
}

impl Rules<Rectifying> for ApplyVerification {
    type Event = VerificationApplied;

    fn judge(&self, state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        let shown = |measure: u16| {
            self.evidence
                .of_kind(EvidenceKind::After)
                .any(|photo| photo.measure() == Some(measure))
        };
        no.when_some(
            state
                .work
                .plan
                .measure_numbers()
                .find(|measure| !shown(*measure)),
            |measure| Refusal::AfterPhotoMissing { measure },
        );
        judge_assessed(state, &[&self.evidence], no);
        state.work.plan.judge_shown(&self.evidence, no);
        ctx.judge_evidence(&self.evidence, &state.file, no);
    }

    fn event(
        self,
        _state: &Rectifying,
        _ctx: &Context<'_>,
    ) -> Result<VerificationApplied, Refusals> {
        Ok(self)
    }
}

/// The application takes the hazard from the work to the team.
fn await_verification(
    mut state: Rectifying,
    ground: Ground,
    stamp: &Stamp,
) -> AwaitingVerification {
    state.file.note_hand(&stamp.actor, Part::Rectified);
    let stated = Stated::new(state.file.version, stamp, Some(ground.spent()));
    state.entry.cycle.state(stated, ground.evidence(), None);
    let application = Application {
        ground,
        applied_on: stamp.occurred_on,
        on_site_on: None,
    };
    let Rectifying {
        file,
        entry,
        assignment,
        receipt,
        work,
    } = state;
    AwaitingVerification {
        file,
        entry,
        assignment,
        receipt,
        work,
        application,
    }
}

impl Evolves<Rectifying> for VerificationApplied {
    type Next = AwaitingVerification;

    fn evolve(&self, state: Rectifying, stamp: &Stamp) -> AwaitingVerification {
        await_verification(state, Ground::Rectified(self.clone()), stamp)
    }
}

/// 关闭取缔等销号申请: the lead unit applies, because there is nothing left to rectify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyShutdownClosure {
    /// 关闭取缔, 拆除灭失 or 生产要素消失.
    pub basis: ClosureBasis,
    /// 关闭决定文号.
    pub decision: Line<60>,
    /// 实际投入资金.
    pub spent: Fen,
    /// 情况说明.
    pub statement: Description,
    /// Photos of the site.
    pub evidence: EvidenceSet,
}

/// T24: closure by shutdown is applied for.
pub type ShutdownClosureApplied = ApplyShutdownClosure;

impl Rules<Rectifying> for ApplyShutdownClosure {
    type Event = ShutdownClosureApplied;

    fn judge(&self, state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(self.basis == ClosureBasis::Rectified, || {
            Refusal::NotAShutdown
        });
        no.when(!self.evidence.has_photo(), || Refusal::SitePhotoMissing);
        state.work.plan.judge_shown(&self.evidence, no);
        ctx.judge_evidence(&self.evidence, &state.file, no);
    }

    fn event(
        self,
        _state: &Rectifying,
        _ctx: &Context<'_>,
    ) -> Result<ShutdownClosureApplied, Refusals> {
        Ok(self)
    }
}

impl Evolves<Rectifying> for ShutdownClosureApplied {
    type Next = AwaitingVerification;

    fn evolve(&self, state: Rectifying, stamp: &Stamp) -> AwaitingVerification {
        await_verification(state, Ground::Ceased(self.clone()), stamp)
    }
}

/// 撤回验收申请: before the team is on site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawApplication {
    /// 撤回理由.
    pub reason: Reason,
}

/// T29: the application is withdrawn; its evidence has not been judged and may be used again.
pub type ApplicationWithdrawn = WithdrawApplication;

impl Rules<AwaitingVerification> for WithdrawApplication {
    type Event = ApplicationWithdrawn;

    fn standing(state: &AwaitingVerification, _ctx: &Context<'_>, no: &mut Refusals) {
        no.when_some(state.application.on_site_on, |on_site_on| {
            Refusal::TeamAlreadyOnSite { on_site_on }
        });
    }

    fn event(self, _state: &AwaitingVerification, _ctx: &Context<'_>) -> Result<Self, Refusals> {
        Ok(self)
    }
}

impl Evolves<AwaitingVerification> for ApplicationWithdrawn {
    type Next = Rectifying;

    fn evolve(&self, mut state: AwaitingVerification, stamp: &Stamp) -> Rectifying {
        // What a team has set before stays set.
        let again = state.work.sent_back.take().and_then(|before| before.again);
        state.back_to_work(stamp.occurred_on, again)
    }
}

impl AwaitingVerification {
    /// The application is over, for better or worse; the work goes on.
    pub(crate) fn back_to_work(
        self,
        on: NaiveDate,
        again: Option<(NaiveDate, DocumentNumber)>,
    ) -> Rectifying {
        let Self {
            file,
            entry,
            assignment,
            receipt,
            mut work,
            application,
        } = self;
        work.send_back(&application, on, again);
        Rectifying {
            file,
            entry,
            assignment,
            receipt,
            work,
        }
    }
}

/// 验收组到场: from now on the application can no longer be withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitSite {
    /// 验收组组长.
    pub leader: PersonName,
}

/// X03: the team is on site.
pub type SiteVisited = VisitSite;

impl Rules<AwaitingVerification> for VisitSite {
    type Event = SiteVisited;

    fn standing(state: &AwaitingVerification, _ctx: &Context<'_>, no: &mut Refusals) {
        no.when_some(state.application.on_site_on, |on_site_on| {
            Refusal::TeamAlreadyOnSite { on_site_on }
        });
    }

    fn event(
        self,
        _state: &AwaitingVerification,
        _ctx: &Context<'_>,
    ) -> Result<SiteVisited, Refusals> {
        Ok(self)
    }
}

impl Evolves<AwaitingVerification> for SiteVisited {
    type Next = AwaitingVerification;

    fn evolve(&self, mut state: AwaitingVerification, stamp: &Stamp) -> AwaitingVerification {
        state.application.on_site_on = Some(stamp.occurred_on);
        state
    }
}
