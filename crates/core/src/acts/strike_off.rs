//! T18 销号 and T19 不予销号: one hazard at a time, by an approver who had no hand in its verification (rules 16–18).

use super::prelude::*;
use crate::dossier::{Closure, Suspension};
use crate::people::HigherConsent;

/// 销号.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrikeOff {
    /// 销号依据; the one that was applied for and verified.
    pub basis: ClosureBasis,
    /// 审批意见.
    pub opinion: Opinion,
    /// 上级同意: the higher body's consent, where it supervises the hazard.
    pub consent: Option<HigherConsent>,
}

/// T18: the hazard is struck off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardStruckOff {
    /// 销号单 number.
    pub sheet: DocumentNumber,
    /// What the sheet prints beside its number; none in entries from before that was recorded, nor where an approver is in no
    /// directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prints: Option<SheetPrint>,
    /// What was said.
    pub says: StrikeOff,
}

/// 销号单: what it prints, as it was when the approver signed it, so that paper and entry can be held together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetPrint {
    /// 隐患编号.
    pub hazard: HazardNumber,
    /// 审批人.
    pub approver: PersonName,
    /// 审批人所在单位.
    pub unit: Name,
}

impl SheetPrint {
    fn of(hazard: HazardNumber, ctx: &Context<'_>) -> Option<Self> {
        let directory = &ctx.county.directory;
        Some(Self {
            hazard,
            approver: directory.person(ctx.actor.person)?.name.clone(),
            unit: directory.unit(ctx.actor.unit)?.name.clone(),
        })
    }
}

impl Verified {
    /// The stop that has to be lifted before the strike-off; where the hazard went with the unit or the thing, nothing is left that
    /// could be resumed (rule 17).
    pub(crate) fn stop_to_be_lifted(&self) -> Option<&Suspension> {
        let is_gone = matches!(
            self.application.ground.closure_basis(),
            ClosureBasis::ShutDown | ClosureBasis::Removed
        );
        self.file.suspension_in_force().filter(|_| !is_gone)
    }
}

impl Rules<Verified> for StrikeOff {
    type Event = HazardStruckOff;

    fn standing(state: &Verified, ctx: &Context<'_>, no: &mut Refusals) {
        let approver = ctx.actor.person;
        no.when(state.file.has_hand(approver, Part::is_on_a_team), || {
            Refusal::ApproverOnTeam
        });
        let host_leads = ctx
            .county
            .host_that_leads(state.entry.listing.lead_unit)
            .is_some();
        let tracked = state.file.has_hand(approver, |part| part == Part::Tracked);
        no.when(host_leads && tracked, || Refusal::ApproverTracked);
        no.when_some(state.stop_to_be_lifted(), |suspension| {
            Refusal::SuspensionInForce {
                decision: suspension.order.decision.clone(),
            }
        });
        let unanswered = state
            .entry
            .cycle
            .further
            .iter()
            .find(|further| further.is_unanswered());
        no.when_some(unanswered, |further| Refusal::FurtherOrderUnanswered {
            document: further.issued.document.clone(),
        });
    }

    fn judge(&self, state: &Verified, ctx: &Context<'_>, no: &mut Refusals) {
        let verified = state.application.ground.closure_basis();
        no.when(self.basis != verified, || Refusal::ClosureBasisDiffers {
            verified,
        });
        let seen_on = state.acceptance.passed.on_site_on;
        judge_consent(self.consent.as_ref(), &state.entry, seen_on, ctx, no);
    }

    fn event(self, state: &Verified, ctx: &Context<'_>) -> Result<HazardStruckOff, Refusals> {
        Ok(HazardStruckOff {
            sheet: ctx.known.document(Series::StrikeOffSheet)?,
            prints: SheetPrint::of(state.entry.number, ctx),
            says: self,
        })
    }
}

/// A hazard that a higher body supervises does not leave the list without that body's consent (rule 18), given to what there was
/// to consent to since a day.
pub(crate) fn judge_consent(
    consent: Option<&HigherConsent>,
    entry: &crate::dossier::ListEntry,
    since: NaiveDate,
    ctx: &Context<'_>,
    no: &mut Refusals,
) {
    let Some(consent) = consent else {
        no.when(entry.is_supervised_from_above(), || Refusal::ConsentMissing);
        return;
    };
    let lowest = SupervisionLevel::City;
    let level = entry.supervised_at().map_or(lowest, |own| own.max(lowest));
    let is_theirs = ctx.county.directory.may_consent(&consent.body, level);
    no.when(
        !is_theirs || ctx.is_numbered_here(&consent.document),
        || Refusal::ConsentNotHigher { level },
    );
    let (consented_on, acted_on) = (consent.consented_on, ctx.occurred_on);
    no.when(consented_on > acted_on, || Refusal::ConsentInFuture {
        consented_on,
        acted_on,
    });
    no.when(consented_on < since, || Refusal::ConsentTooEarly {
        consented_on,
        since,
    });
}

impl Evolves<Verified> for HazardStruckOff {
    type Next = Closed;

    fn evolve(&self, state: Verified, stamp: &Stamp) -> Closed {
        let Verified {
            file,
            entry,
            assignment,
            receipt,
            work,
            application,
            acceptance,
        } = state;
        let closure = Closure {
            strike_off: self.says.clone(),
            sheet: self.sheet.clone(),
            closed_on: stamp.occurred_on,
            approver: stamp.actor.person,
            look_backs: Vec::new(),
        };
        Closed {
            file,
            entry,
            assignment,
            receipt,
            work,
            application,
            acceptance,
            closure,
        }
    }
}

/// 不予销号: the approver is not convinced; the work goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefuseStrikeOff {
    /// 不予销号的理由.
    pub reason: Reason,
}

/// T19: strike-off is refused; the verification that passed is void and its evidence is spent.
pub type StrikeOffRefused = RefuseStrikeOff;

impl Rules<Verified> for RefuseStrikeOff {
    type Event = StrikeOffRefused;

    fn event(self, _state: &Verified, _ctx: &Context<'_>) -> Result<StrikeOffRefused, Refusals> {
        Ok(self)
    }
}

impl Evolves<Verified> for StrikeOffRefused {
    type Next = Rectifying;

    fn evolve(&self, state: Verified, stamp: &Stamp) -> Rectifying {
        let Verified {
            mut file,
            mut entry,
            assignment,
            receipt,
            mut work,
            application,
            acceptance,
        } = state;
        let handed_in = application.ground.evidence();
        acceptance.passed.spend(&mut file, Some(handed_in));
        entry.cycle.void(acceptance.round, stamp.occurred_on);
        work.send_back(&application, stamp.occurred_on, None);
        Rectifying {
            file,
            entry,
            assignment,
            receipt,
            work,
        }
    }
}
