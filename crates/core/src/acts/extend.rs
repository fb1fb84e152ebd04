//! T13 申请延期, T14 同意延期 and 不同意延期: only this moves a deadline (rules 9–11).

use super::prelude::*;
use crate::dossier::PendingExtension;
use crate::policy::{Anchor, ComputedDate, Limit};

/// 延期申请书.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestExtension {
    /// 隐患及整改进展情况.
    pub progress: Description,
    /// 申请延期理由.
    pub reason: Reason,
    /// 申请延至.
    pub until_on: NaiveDate,
    /// 延期期间的防控措施, without which nobody may ask.
    pub interim_measures: Description,
    /// 主要负责人签字.
    pub signed_by: PersonName,
    /// 逾期申请理由: why it comes after the last day for asking. Without it a late request is refused automatically;
    /// with it the issuing body decides whether it hears the request all the same (rule 10).
    pub late_plea: Option<Reason>,
    /// Papers.
    pub evidence: EvidenceSet,
}

/// T13: an extension is asked for.
pub type ExtensionRequested = RequestExtension;

impl RequestExtension {
    /// Whether it came after the last day for asking.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.late_plea.is_some()
    }
}

fn last_day_for_asking(
    state: &Rectifying,
    ctx: &Context<'_>,
    no: &mut Refusals,
) -> Option<ComputedDate> {
    let deadline = (Anchor::Deadline, state.assignment.term.due_on);
    ctx.due(Limit::ExtensionApplication, &[deadline], no)
}

impl Rules<Rectifying> for RequestExtension {
    type Event = ExtensionRequested;

    fn standing(state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        no.when(state.work.extension.is_some(), || Refusal::ExtensionPending);
        // Whatever is asked for, nobody could say whether it was asked for in time.
        last_day_for_asking(state, ctx, no);
    }

    fn judge(&self, state: &Rectifying, ctx: &Context<'_>, no: &mut Refusals) {
        ctx.judge_held(self.evidence.digests(), no);
        let due_on = state.assignment.term.due_on;
        judge_until(self.until_on, due_on, ctx, no);
        let told_before = &mut Refusals::default();
        let Some(last_day) = last_day_for_asking(state, ctx, told_before) else {
            return;
        };
        let is_late = ctx.occurred_on > last_day.on;
        no.when(is_late && !self.is_late(), || {
            Refusal::ExtensionAskedTooLate {
                last_day: last_day.on,
            }
        });
        no.when(!is_late && self.is_late(), || Refusal::LatePleaNotNeeded {
            last_day: last_day.on,
        });
    }

    fn event(
        self,
        _state: &Rectifying,
        _ctx: &Context<'_>,
    ) -> Result<ExtensionRequested, Refusals> {
        Ok(self)
    }
}

impl Evolves<Rectifying> for ExtensionRequested {
    type Next = Rectifying;

    fn evolve(&self, mut state: Rectifying, stamp: &Stamp) -> Rectifying {
        state.file.note_hand(&stamp.actor, Part::AskedForExtension);
        state.work.extension = Some(PendingExtension {
            request: self.clone(),
            asked_on: stamp.occurred_on,
        });
        state
    }
}

/// 延期审批意见书: 同意延期.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantExtension {
    /// 同意延至; not later than asked for.
    pub until_on: NaiveDate,
    /// 审批意见.
    pub remark: Opinion,
    /// 拟稿人; must be somebody else than who decides.
    pub drafted_by: Option<PersonId>,
    /// Why the body hears a late request, or grants more often or for longer than the policy allows.
    pub override_reason: Option<Reason>,
    /// The higher body's decision, where it supervises the hazard: the body that issued the order grants.
    pub higher_document: Option<Line<40>>,
    /// 签发人, as printed.
    pub signatory: PersonName,
}

/// T14: the deadline is extended; the original one stays on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionGranted {
    /// The extension with its document number.
    pub granted: GrantedExtension,
    /// What was said.
    pub says: GrantExtension,
}

/// An extension, as it stays on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantedExtension {
    /// 延期审批意见书 number.
    pub document: DocumentNumber,
    /// The day on which it was asked for.
    pub asked_on: NaiveDate,
    /// The day on which it was granted.
    pub granted_on: NaiveDate,
    /// The deadline before.
    pub from_on: NaiveDate,
    /// The deadline after.
    pub until_on: NaiveDate,
    /// 延期期间的防控措施, as asked.
    pub interim_measures: Description,
}

impl<S: InWork> Rules<S> for GrantExtension {
    type Event = ExtensionGranted;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        decide_standing(state, ctx, no);
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let Some(pending) = &state.work().extension else {
            return;
        };
        let assignment = state.assignment();
        let asked = pending.request.until_on;
        no.when(self.until_on > asked, || Refusal::GrantBeyondRequest {
            asked_until: asked,
        });
        judge_until(self.until_on, assignment.term.due_on, ctx, no);
        judge_drafter(self.drafted_by, ctx, no);
        let from_above = state.entry().is_supervised_from_above();
        no.when(from_above && self.higher_document.is_none(), || {
            Refusal::HigherDocumentMissing
        });
        ctx.judge_higher_document(self.higher_document.as_ref(), no);
        if self.override_reason.is_none() {
            no.when(pending.request.is_late(), || {
                Refusal::LateRequestNeedsOverride
            });
            let most = ctx.county.policy.extensions_most();
            let granted = state.entry().cycle.grants.len();
            no.when(granted >= usize::from(most), || {
                Refusal::TooManyExtensions { most }
            });
            let original = assignment.term.original_due_on;
            let latest = ctx.due(
                Limit::ExtensionTotal,
                &[(Anchor::OriginalDeadline, original)],
                no,
            );
            no.when_some(
                latest.filter(|latest| self.until_on > latest.on),
                |latest| Refusal::ExtensionTooLong {
                    latest_on: latest.on,
                },
            );
        }
    }

    fn event(self, state: &S, ctx: &Context<'_>) -> Result<ExtensionGranted, Refusals> {
        let pending = state
            .work()
            .extension
            .as_ref()
            .ok_or(Refusal::NoExtensionPending)?;
        let granted = GrantedExtension {
            document: ctx.known.document(Series::ExtensionOpinion)?,
            asked_on: pending.asked_on,
            granted_on: ctx.occurred_on,
            from_on: state.assignment().term.due_on,
            until_on: self.until_on,
            interim_measures: pending.request.interim_measures.clone(),
        };
        Ok(ExtensionGranted {
            granted,
            says: self,
        })
    }
}

/// An extension ends after the deadline (rule 11), and not before the day on which it is asked for or granted.
fn judge_until(until_on: NaiveDate, due_on: NaiveDate, ctx: &Context<'_>, no: &mut Refusals) {
    no.when(until_on <= due_on, || Refusal::ExtensionNotLater { due_on });
    let today = ctx.occurred_on;
    no.when(until_on < today, || Refusal::ExtensionAlreadyOver { today });
}

/// What holds for either decision: there is something to decide, and another person decides it.
fn decide_standing<S: InWork>(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
    no.when(state.work().extension.is_none(), || {
        Refusal::NoExtensionPending
    });
    // Whoever handed out a link could have asked through it.
    let asked = state.file().has_hand(ctx.actor.person, |part| {
        matches!(part, Part::AskedForExtension | Part::HandedOutLink)
    });
    no.when(asked, || Refusal::SamePersonDecides);
}

/// Who drafted a decision is somebody, and somebody else than who takes it.
fn judge_drafter(drafted_by: Option<PersonId>, ctx: &Context<'_>, no: &mut Refusals) {
    let Some(person) = drafted_by else {
        return;
    };
    no.when(person == ctx.actor.person, || Refusal::SamePersonDecides);
    no.when(ctx.county.directory.person(person).is_none(), || {
        Refusal::DrafterUnknown
    });
}

impl<S: InWork> Evolves<S> for ExtensionGranted {
    type Next = S;

    fn evolve(&self, mut state: S, _stamp: &Stamp) -> S {
        state.work_mut().extension = None;
        state.assignment_mut().term.due_on = self.granted.until_on;
        state.entry_mut().cycle.grants.push(self.granted.clone());
        state
    }
}

/// 延期审批意见书: 不同意延期.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefuseExtension {
    /// 不同意的理由.
    pub reason: Reason,
    /// 拟稿人; must be somebody else than who decides.
    pub drafted_by: Option<PersonId>,
    /// 签发人, as printed.
    pub signatory: PersonName,
}

/// T14: the extension is refused; the deadline stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRefused {
    /// 延期审批意见书 number.
    pub document: DocumentNumber,
    /// What was said.
    pub says: RefuseExtension,
}

impl<S: InWork> Rules<S> for RefuseExtension {
    type Event = ExtensionRefused;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        decide_standing(state, ctx, no);
    }

    fn judge(&self, _state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        judge_drafter(self.drafted_by, ctx, no);
    }

    fn event(self, _state: &S, ctx: &Context<'_>) -> Result<ExtensionRefused, Refusals> {
        Ok(ExtensionRefused {
            document: ctx.known.document(Series::ExtensionOpinion)?,
            says: self,
        })
    }
}

impl<S: InWork> Evolves<S> for ExtensionRefused {
    type Next = S;

    fn evolve(&self, mut state: S, _stamp: &Stamp) -> S {
        state.work_mut().extension = None;
        let cycle = &mut state.entry_mut().cycle;
        cycle.extensions_refused = cycle.extensions_refused.saturating_add(1);
        state
    }
}
