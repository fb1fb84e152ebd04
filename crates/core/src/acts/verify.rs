//! T16 验收不合格, T17 验收合格 and X04 到期核查: a team of others looks at the site and gives its opinion.

use super::FilePlan;
use super::apply::judge_assessed;
use super::prelude::*;
use crate::dossier::{Acceptance, Work};
use crate::overdue::is_overdue;
use crate::team::Independence;
pub use crate::team::{TeamMember, TeamRole, VerificationTeam};

/// 验收意见书: what the team found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    /// 验收组, as named on the opinion.
    pub members: Vec<TeamMember>,
    /// 现场验收日期.
    pub on_site_on: NaiveDate,
    /// The result for each measure of the plan.
    pub findings: Vec<Finding>,
    /// 验收意见.
    pub opinion: Opinion,
    /// Photos and papers of the visit.
    pub evidence: EvidenceSet,
}

/// The result for one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The measure's number in the plan, from 1.
    pub measure: u16,
    /// Whether it was done.
    pub passed: bool,
    /// What was seen.
    pub note: Option<Reason>,
}

/// An opinion by a team that may give it: exists only when the team is independent (rule 14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// The team.
    pub team: VerificationTeam,
    /// 现场验收日期.
    pub on_site_on: NaiveDate,
    /// The result for each measure.
    pub findings: Vec<Finding>,
    /// 验收意见.
    pub opinion: Opinion,
    /// Photos and papers of the visit.
    pub evidence: EvidenceSet,
}

impl Inspection {
    /// The rules that every opinion keeps, passed or failed.
    fn judge<S: UnderOrder>(
        &self,
        state: &S,
        since: NaiveDate,
        ctx: &Context<'_>,
        no: &mut Refusals,
    ) {
        no.append(self.team(state, ctx).err());
        let on_team = self
            .members
            .iter()
            .any(|member| member.person == ctx.actor.person);
        let organises = ctx.actor.role == crate::Role::OfficeClerk;
        no.when(!on_team && !organises, || Refusal::ActorNotOnTeam);
        let in_time = since <= self.on_site_on && self.on_site_on <= ctx.occurred_on;
        no.when(!in_time, || Refusal::OnSiteDateWrong {
            since,
            until: ctx.occurred_on,
        });
        ctx.judge_evidence(&self.evidence, state.file(), no);
        ctx.judge_held(self.members.iter().map(|member| member.signature), no);
        for (place, member) in (1..).zip(&self.members) {
            let used = state.file().spent.contains(&member.signature);
            no.when(used, || Refusal::TeamSignatureUsed { place });
        }
        self.judge_signatures(&self.evidence, no);
    }

    /// No photo stands for a signature.
    fn judge_signatures(&self, evidence: &EvidenceSet, no: &mut Refusals) {
        let is_photo = |signature: Digest| {
            let mut photos = evidence.iter().filter(|file| file.kind().is_photo());
            photos.any(|photo| photo.digest() == signature)
        };
        for (place, member) in (1..).zip(&self.members) {
            no.when(is_photo(member.signature), || {
                Refusal::TeamSignatureIsPhoto { place }
            });
        }
    }

    /// Every measure of the plan is judged, once; and no file shows another.
    fn judge_findings<S: InWork>(&self, state: &S, no: &mut Refusals) {
        let plan = &state.work().plan;
        plan.judge_shown(&self.evidence, no);
        let unjudged = self.judge_measures(Some(plan), no);
        no.when_some(unjudged, |measure| Refusal::MeasureNotJudged { measure });
    }

    /// What is judged is a measure of the plan, and judged once; the first that is not judged.
    fn judge_measures(&self, plan: Option<&FilePlan>, no: &mut Refusals) -> Option<u16> {
        let measures = plan.into_iter().flat_map(FilePlan::measure_numbers);
        let mut unjudged: Vec<u16> = measures.collect();
        for (place, finding) in (1..).zip(&self.findings) {
            let known = unjudged
                .iter()
                .position(|measure| *measure == finding.measure);
            match known {
                Some(known) => drop(unjudged.swap_remove(known)),
                None => no.add(Refusal::FindingForNoMeasure {
                    measure: finding.measure,
                    place,
                }),
            }
        }
        unjudged.into_iter().min()
    }

    fn team<S: UnderOrder>(
        &self,
        state: &S,
        ctx: &Context<'_>,
    ) -> Result<VerificationTeam, Refusals> {
        let independent_of = Independence::of(state, self.on_site_on, ctx);
        VerificationTeam::form(&self.members, &independent_of)
    }

    fn verdict<S: UnderOrder>(self, state: &S, ctx: &Context<'_>) -> Result<Verdict, Refusals> {
        let team = self.team(state, ctx)?;
        let Self {
            on_site_on,
            findings,
            opinion,
            evidence,
            ..
        } = self;
        Ok(Verdict {
            team,
            on_site_on,
            findings,
            opinion,
            evidence,
        })
    }
}

impl Verdict {
    /// The members sat on a team of this hazard; nobody of them approves its strike-off.
    fn note_team(&self, file: &mut crate::dossier::File, part: Part) {
        for member in self.team.members() {
            file.note_person(member.person, member.unit, part);
        }
    }

    /// What a round has judged that came to nothing never counts again, nor do the signatures under its opinion.
    pub(super) fn spend(&self, file: &mut crate::dossier::File, handed_in: Option<&EvidenceSet>) {
        let judged = handed_in.into_iter().chain([&self.evidence]);
        let signatures = self.team.members().iter().map(|member| member.signature);
        let judged = judged.flat_map(EvidenceSet::digests);
        file.spent.extend(judged.chain(signatures));
    }
}

/// 验收合格.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassVerification {
    /// What the team found.
    pub inspection: Inspection,
}

/// T17: verification passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationPassed {
    /// 验收意见书 number.
    pub document: DocumentNumber,
    /// The opinion.
    pub verdict: Verdict,
}

impl Rules<AwaitingVerification> for PassVerification {
    type Event = VerificationPassed;

    fn judge(&self, state: &AwaitingVerification, ctx: &Context<'_>, no: &mut Refusals) {
        self.inspection
            .judge(state, state.application.seen_since(), ctx, no);
        let handed_in = state.application.ground.evidence();
        self.inspection.judge_signatures(handed_in, no);
        self.inspection.judge_findings(state, no);
        // The unit may have been stopped since it applied; what is shut down for good is not assessed.
        if state.application.ground.closure_basis() == ClosureBasis::Rectified {
            judge_assessed(state, &[handed_in, &self.inspection.evidence], no);
        }
        no.when_some(
            self.inspection
                .findings
                .iter()
                .find(|finding| !finding.passed),
            |finding| Refusal::MeasureFailed {
                measure: finding.measure,
            },
        );
    }

    fn event(
        self,
        state: &AwaitingVerification,
        ctx: &Context<'_>,
    ) -> Result<VerificationPassed, Refusals> {
        let document = ctx.known.document(Series::VerificationOpinion)?;
        self.inspection
            .verdict(state, ctx)
            .map(|verdict| VerificationPassed { document, verdict })
    }
}

impl Evolves<AwaitingVerification> for VerificationPassed {
    type Next = Verified;

    fn evolve(&self, state: AwaitingVerification, stamp: &Stamp) -> Verified {
        let AwaitingVerification {
            mut file,
            mut entry,
            assignment,
            receipt,
            work,
            application,
        } = state;
        entry.first_round_passed.get_or_insert(true);
        self.verdict.note_team(&mut file, Part::SignedThePass);
        let acceptance = Acceptance {
            document: self.document.clone(),
            passed: self.verdict.clone(),
            passed_on: stamp.occurred_on,
            round: entry.cycle.round(),
        };
        Verified {
            file,
            entry,
            assignment,
            receipt,
            work,
            application,
            acceptance,
        }
    }
}

/// 验收不合格.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailVerification {
    /// What the team found.
    pub inspection: Inspection,
    /// 限期再整改: until when the findings must be put right; never moves the deadline (rule 15).
    pub again_by: Option<NaiveDate>,
}

/// T16: verification failed; the round is over and its evidence is spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationFailed {
    /// 验收意见书 (不合格) number.
    pub document: DocumentNumber,
    /// The round that failed.
    pub round: u32,
    /// The opinion.
    pub verdict: Verdict,
    /// 限期再整改.
    pub again_by: Option<NaiveDate>,
}

impl Rules<AwaitingVerification> for FailVerification {
    type Event = VerificationFailed;

    fn judge(&self, state: &AwaitingVerification, ctx: &Context<'_>, no: &mut Refusals) {
        self.inspection
            .judge(state, state.application.seen_since(), ctx, no);
        let handed_in = state.application.ground.evidence();
        self.inspection.judge_signatures(handed_in, no);
        self.inspection.judge_findings(state, no);
        no.when(
            self.inspection
                .findings
                .iter()
                .all(|finding| finding.passed),
            || Refusal::NothingFailed,
        );
        // Past the deadline every date lies beyond it, and the hazard is overdue whatever is written here.
        let due_on = state.assignment.term.due_on;
        let beyond = self.again_by.is_some_and(|by| by > due_on) && ctx.occurred_on <= due_on;
        no.when(beyond, || Refusal::AgainAfterDeadline { due_on });
        let judged_on = ctx.occurred_on;
        no.when(self.again_by.is_some_and(|by| by < judged_on), || {
            Refusal::AgainInPast { judged_on }
        });
    }

    fn event(
        self,
        state: &AwaitingVerification,
        ctx: &Context<'_>,
    ) -> Result<VerificationFailed, Refusals> {
        let document = ctx.known.document(Series::VerificationOpinion)?;
        let round = state.entry.cycle.round();
        let verdict = self.inspection.verdict(state, ctx)?;
        Ok(VerificationFailed {
            document,
            round,
            verdict,
            again_by: self.again_by,
        })
    }
}

impl Evolves<AwaitingVerification> for VerificationFailed {
    type Next = Rectifying;

    fn evolve(&self, mut state: AwaitingVerification, stamp: &Stamp) -> Rectifying {
        self.verdict.note_team(&mut state.file, Part::SatOnTeam);
        self.verdict
            .spend(&mut state.file, Some(state.application.ground.evidence()));
        state.entry.first_round_passed.get_or_insert(false);
        state.entry.cycle.fail(self.round, stamp.occurred_on);
        state.work.judge_failed(&self.verdict.findings);
        let again = self.again_by.map(|by| (by, self.document.clone()));
        state.back_to_work(stamp.occurred_on, again)
    }
}

/// 到期核查: the deadline has passed and nobody applied; the supervising body looks all the same, and what it finds
/// counts as a failed round (spec §2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectAtExpiry {
    /// What the team found; measures need not be judged one by one.
    pub inspection: Inspection,
}

/// What may be found unrectified at its deadline, whether the work has begun or not.
pub(crate) trait AtExpiry: UnderOrder {
    fn work_if_any(&self) -> Option<&Work>;
    fn work_if_any_mut(&mut self) -> Option<&mut Work>;
}

macro_rules! at_expiry {
    ($($state:ident $($work:ident)?;)*) => { $(
        impl AtExpiry for $state {
            fn work_if_any(&self) -> Option<&Work> {
                [$(&self.$work)?].into_iter().next()
            }
            fn work_if_any_mut(&mut self) -> Option<&mut Work> {
                [$(&mut self.$work)?].into_iter().next()
            }
        }
    )* };
}

at_expiry! {
    Assigned;
    Acknowledged;
    Rectifying work;
}

/// X04: the hazard was found unrectified at the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiryInspected {
    /// 核查意见书 number.
    pub document: DocumentNumber,
    /// The round that this counts as.
    pub round: u32,
    /// The opinion.
    pub verdict: Verdict,
}

impl<S: AtExpiry> Rules<S> for InspectAtExpiry {
    type Event = ExpiryInspected;

    fn standing(state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let due_on = state.assignment().term.due_on;
        no.when(!is_overdue(due_on, ctx.occurred_on), || {
            Refusal::DeadlineNotReached { due_on }
        });
    }

    fn judge(&self, state: &S, ctx: &Context<'_>, no: &mut Refusals) {
        let due_on = state.assignment().term.due_on;
        let day_after = due_on.succ_opt().unwrap_or(due_on);
        self.inspection
            .judge(state, day_after.min(ctx.occurred_on), ctx, no);
        self.inspection
            .judge_measures(state.work_if_any().map(|work| &work.plan), no);
        // What is done is applied for, however late, and verified; it is no failed round (spec §2.4).
        let findings = &self.inspection.findings;
        let is_done = !findings.is_empty() && findings.iter().all(|finding| finding.passed);
        no.when(is_done, || Refusal::InspectionFoundNothing);
    }

    fn event(self, state: &S, ctx: &Context<'_>) -> Result<ExpiryInspected, Refusals> {
        let document = ctx.known.document(Series::VerificationOpinion)?;
        let round = state.entry().cycle.round();
        self.inspection
            .verdict(state, ctx)
            .map(|verdict| ExpiryInspected {
                document,
                round,
                verdict,
            })
    }
}

impl<S: AtExpiry> Evolves<S> for ExpiryInspected {
    type Next = S;

    fn evolve(&self, mut state: S, stamp: &Stamp) -> S {
        self.verdict.note_team(state.file_mut(), Part::SatOnTeam);
        self.verdict.spend(state.file_mut(), None);
        let entry = state.entry_mut();
        entry.first_round_passed.get_or_insert(false);
        entry.cycle.fail(self.round, stamp.occurred_on);
        if let Some(work) = state.work_if_any_mut() {
            work.judge_failed(&self.verdict.findings);
        }
        state
    }
}
