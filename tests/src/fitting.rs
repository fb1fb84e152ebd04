//! Whatever fits: for any act, a content with which it would be done now by this person, if by any.

use crate::{Case, sample};
use chrono::TimeDelta;
use xiaohao_core::acts::{EscalationGround, Inspection, LookBackResult};
use xiaohao_core::values::{ClosureBasis, EscalationKind, OrderId, ReopenReason, SupervisionLevel};
use xiaohao_core::{Act, Actor, Command, Hazard};

impl Case {
    /// This order, or another where it is on the hazard already.
    pub(crate) fn free(&self, order: OrderId) -> OrderId {
        let mut orders = self.history.iter().filter_map(|entry| entry.event.order());
        if orders.any(|(_, issued)| issued.order == order) {
            return self.fresh_order();
        }
        order
    }

    /// An order that is on no hazard yet.
    fn fresh_order(&self) -> OrderId {
        sample::order(100 + u128::from(self.serial))
    }

    /// Whoever handed out a link leads no team: then another of the office does.
    fn lead_apart(&self, inspection: &mut Inspection) {
        let hands = self.hazard.iter().flat_map(|hazard| &hazard.file().hands);
        let barred = hands.filter(|hand| hand.part.is_on_the_rectifying_side());
        let barred: Vec<_> = barred.map(|hand| hand.person).collect();
        let office = [crate::clerk(), crate::second_clerk(), crate::approver()];
        let apart = office.iter().find(|who| !barred.contains(&who.person));
        let leader = inspection.members.first_mut();
        if let (Some(leader), Some(apart)) = (leader, apart) {
            leader.person = apart.person;
            leader.name = crate::name_of(apart.person);
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each of the 45 acts, in the order of the table"
    )]
    /// Whatever fits: a content with which the act would be done now by this person, if anything at all would be.
    pub fn fitting(&self, act: Act, by: &Actor) -> Command {
        let today = self.today;
        let due_on = self
            .hazard
            .as_ref()
            .and_then(Hazard::assignment)
            .map_or(today, |a| a.term.due_on);
        let later = due_on.max(today) + TimeDelta::days(20);
        let photo = self.fresh_photo();
        let with = |mut inspection: Inspection| {
            self.lead_apart(&mut inspection);
            let is_there = inspection
                .members
                .iter()
                .any(|member| member.person == by.person);
            if !is_there && by.role != xiaohao_core::Role::OfficeClerk {
                // In the place of the member from the lead unit.
                let member = &mut inspection.members[1];
                (member.person, member.unit) = (by.person, by.unit);
                member.name = crate::name_of(by.person);
            }
            inspection
        };
        let level = self
            .hazard
            .as_ref()
            .and_then(Hazard::entry)
            .and_then(xiaohao_core::dossier::ListEntry::supervised_at);
        let above = level.filter(|level| *level > SupervisionLevel::County);
        let consent = above.map(|level| sample::consent_at(level, today));
        let higher = consent.is_some().then(|| sample::line("永安督〔2026〕7号"));
        match act {
            Act::Report => {
                let may_tell = by.role != xiaohao_core::Role::Unit;
                let source_record = may_tell.then(|| xiaohao_core::acts::SourceRecord {
                    system: sample::line("监管平台"),
                    id: sample::line("A-1"),
                });
                xiaohao_core::acts::Report {
                    source_record,
                    ..sample::report()
                }
                .into()
            }
            Act::List => sample::list().into(),
            Act::Reject => xiaohao_core::acts::Reject {
                checker: crate::auditor().person,
                ..sample::reject()
            }
            .into(),
            Act::DowngradeAtReview => sample::downgrade_at_review().into(),
            Act::Assign => {
                let kept = self.hazard().entry().and_then(|entry| entry.cycle.returned);
                let due_on = kept.map_or(later, |term| term.due_on);
                let mut terms = sample::asking_from(sample::terms(due_on), today);
                // An order that came back keeps its deadline, also one that has passed; the plan is asked for from now on.
                terms.plan_due_on = terms.plan_due_on.max(today);
                xiaohao_core::acts::Assign {
                    order: self.free(sample::order(1)),
                    terms,
                }
                .into()
            }
            Act::Acknowledge => sample::acknowledge(today).into(),
            Act::ReturnAssignment => sample::return_assignment().into(),
            Act::Reassign => {
                let mut says = sample::reassign(due_on);
                says.order = self.free(says.order);
                says.terms.plan_due_on = says.terms.plan_due_on.max(today);
                let responsible = self
                    .hazard()
                    .assignment()
                    .map(xiaohao_core::dossier::Assignment::responsible_unit);
                if responsible == Some(crate::unit(crate::MARKET)) {
                    says.terms.parties.responsible = sample::holder(crate::FACTORY);
                }
                says.into()
            }
            Act::FilePlan => sample::plan(due_on).into(),
            Act::RecordProgress => sample::progress(50).into(),
            Act::Supervise => {
                if level.is_none() {
                    let mut says = sample::supervise();
                    let mut earlier = self.hazard().entry().into_iter();
                    let used = earlier.any(|entry| {
                        let mut notices = entry.supervision.iter();
                        notices.any(|notice| notice.order == says.order)
                    });
                    if used {
                        says.order = Some(self.fresh_order());
                    }
                    says.into()
                } else {
                    let above = [
                        SupervisionLevel::City,
                        SupervisionLevel::Province,
                        SupervisionLevel::County,
                    ];
                    let taken = |wanted: &SupervisionLevel| {
                        let entry = self.hazard().entry().unwrap();
                        entry
                            .supervision
                            .iter()
                            .any(|s| s.level == *wanted && s.lifted_on.is_none())
                    };
                    let free = above.into_iter().find(|wanted| !taken(wanted));
                    sample::supervise_from_above(free.unwrap_or(SupervisionLevel::Province)).into()
                }
            }
            Act::Suspend => {
                let decision =
                    sample::line(&format!("双应急现决〔2026〕{}号", 10 + self.history.len()));
                xiaohao_core::acts::Suspend {
                    decision,
                    ..sample::suspend()
                }
                .into()
            }
            Act::RequestExtension => {
                let mut says = sample::request_extension(due_on + TimeDelta::days(30));
                let too_late =
                    |refusal: &xiaohao_core::Refusal| refusal.code() == "EXTENSION_ASKED_TOO_LATE";
                if self
                    .dry_run(by, says.clone())
                    .is_err_and(|refusals| refusals.iter().any(too_late))
                {
                    says.late_plea = Some(sample::prose("山洪冲毁道路，无法按时提出。"));
                }
                says.into()
            }
            Act::GrantExtension => {
                let asked = self
                    .hazard()
                    .work()
                    .and_then(|work| work.extension.as_ref());
                let until_on = asked.map_or(later, |pending| pending.request.until_on);
                let override_reason = Some(sample::prose("破例同意的理由。"));
                xiaohao_core::acts::GrantExtension {
                    override_reason,
                    higher_document: higher,
                    ..sample::grant_extension(until_on)
                }
                .into()
            }
            Act::RefuseExtension => sample::refuse_extension().into(),
            Act::ApplyVerification => sample::apply(photo).into(),
            Act::ApplyShutdownClosure => sample::apply_shutdown(photo).into(),
            Act::FailVerification => {
                let mut says = sample::fail(today, photo);
                says.inspection = with(says.inspection);
                says.into()
            }
            Act::PassVerification => {
                let mut says = sample::pass(today, photo);
                says.inspection = with(says.inspection);
                says.into()
            }
            Act::InspectAtExpiry => {
                let mut says = sample::inspect_at_expiry(today, photo);
                says.inspection = with(says.inspection);
                if self.hazard.as_ref().and_then(Hazard::work).is_none() {
                    says.inspection.findings.clear();
                }
                says.into()
            }
            Act::StrikeOff => {
                let application = self.hazard().application();
                let basis =
                    application.map_or(ClosureBasis::Rectified, |a| a.ground.closure_basis());
                xiaohao_core::acts::StrikeOff {
                    basis,
                    consent,
                    ..sample::strike_off()
                }
                .into()
            }
            Act::RefuseStrikeOff => sample::refuse_strike_off().into(),
            Act::CirculateClosure => {
                let mut says = sample::circulate();
                says.circular = self.telling(true).unwrap_or(says.circular);
                says.into()
            }
            Act::MentionInCircular => {
                let mut says = sample::mention();
                says.circular = self.telling(false).unwrap_or(says.circular);
                says.into()
            }
            Act::Reopen => sample::reopen(ReopenReason::FalseRectification).into(),
            Act::Merge => xiaohao_core::acts::Merge {
                consent,
                ..sample::merge()
            }
            .into(),
            Act::Downgrade => xiaohao_core::acts::Downgrade {
                consent,
                ..sample::downgrade()
            }
            .into(),
            Act::Transfer => xiaohao_core::acts::Transfer {
                consent,
                ..sample::transfer(today)
            }
            .into(),
            Act::Escalate => {
                sample::escalate(EscalationKind::Urge, EscalationGround::Reminder).into()
            }
            Act::Resume => {
                let mut says = sample::resume();
                let suspensions = &self.hazard().file().suspensions;
                let mine = suspensions
                    .iter()
                    .find(|s| s.lifted_on.is_none() && s.by == by.unit);
                if let Some(suspension) = mine {
                    says.decision = suspension.order.decision.clone();
                }
                says.into()
            }
            Act::Annul => xiaohao_core::acts::Annul {
                consent,
                ..sample::annul()
            }
            .into(),
            Act::WithdrawApplication => sample::withdraw().into(),
            Act::LookBack => {
                let mut says = sample::look_back(LookBackResult::Holds);
                let leader = crate::stranger();
                says.leader = leader.person;
                says.leader_name = crate::name_of(leader.person);
                says.unit = leader.unit;
                says.into()
            }
            Act::ReferCriminal => sample::refer(today).into(),
            Act::ProposeAnnulment => sample::propose_annulment().into(),
            Act::AddNote => sample::note().into(),
            Act::VisitSite => sample::visit_site().into(),
            Act::LiftSupervision => {
                sample::lift_supervision(level.unwrap_or(SupervisionLevel::County)).into()
            }
            Act::OrderFurther => {
                let mut says = sample::order_further(later);
                says.order = self.fresh_order();
                says.terms = sample::asking_from(says.terms, today);
                let responsible = self
                    .hazard()
                    .assignment()
                    .map(xiaohao_core::dossier::Assignment::responsible_unit);
                if responsible == Some(crate::unit(crate::MARKET)) {
                    says.terms.parties.responsible = sample::holder(crate::FACTORY);
                }
                says.into()
            }
            Act::AnswerFurtherOrder => {
                let mut says = sample::answer_further(today);
                let further = self.hazard().entry().map(|entry| &entry.cycle.further);
                let mine = further.into_iter().flatten().find(|f| {
                    f.is_unanswered() && f.issued.terms.parties.responsible.unit() == by.unit
                });
                if let Some(order) = mine {
                    says.order = order.issued.order;
                }
                says.into()
            }
            Act::ConfirmBackdating => sample::confirm_backdating(today).into(),
            Act::RevisePlan => sample::revise_plan(due_on).into(),
            Act::Expose => sample::expose(today).into(),
            Act::HandOutLink => {
                let mut says = sample::hand_out_link(today);
                says.link = sample::link(100 + u128::from(self.serial));
                let responsible = self
                    .hazard()
                    .assignment()
                    .map(xiaohao_core::dossier::Assignment::responsible_unit);
                let directory = &self.county.directory;
                let there = directory.people().iter().find(|person| {
                    person
                        .posts_on(today)
                        .any(|post| Some(post.unit) == responsible)
                });
                says.person = there.map_or(says.person, |person| person.id);
                says.into()
            }
            Act::TakeBackLink => {
                let links = &self.hazard().file().links;
                let out = links.iter().find(|link| link.taken_back_on.is_none());
                let link = out.map_or(sample::link(1), |link| link.id);
                xiaohao_core::acts::TakeBackLink { link }.into()
            }
        }
    }
}
