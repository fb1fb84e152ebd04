//! Duties: who must do what next with a hazard, and by when. Derived from its state and the policy, stored nowhere, so
//! that rework cannot lose one.

use crate::actor::Actor;
use crate::authority::{Who, is_among};
use crate::circular::ItemKind;
use crate::context::County;
use crate::dossier::{Assignment, ListEntry, Work};
use crate::hazard::{AwaitingVerification, Hazard};
use crate::overdue::is_overdue;
use crate::policy::{Anchor, Cadence, ComputedDate, DateError, Limit};
use crate::values::{DocumentNumber, EscalationKind, ReportPeriod, SupervisionLevel};
use chrono::NaiveDate;
use std::fmt;

/// One duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What is due.
    pub what: What,
    /// Who must do it.
    pub who: &'static [Who],
    /// By when; the end of the day. A date outside the calendar is an error, never a guess.
    pub due: Result<Due, DateError>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// What the policy limits.
    Limited(Limit),
    /// 按期整改: to rectify and apply for verification by the deadline.
    Rectify,
    /// 追加交办办结: to answer a further order by its own deadline.
    AnswerFurtherOrder,
    /// 重新列单: to list again, at once, what a look-back has found to have come back (rule 21).
    Reopen,
}

/// By when, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// The policy computes it.
    Computed(Box<ComputedDate>),
    /// A document says it.
    Written {
        /// The day.
        on: NaiveDate,
        /// The document.
        document: DocumentNumber,
    },
    /// At once: on the day on which it showed.
    AtOnce {
        /// The day.
        on: NaiveDate,
    },
}

impl Due {
    /// The day at whose end it is due.
    #[must_use]
    pub fn on(&self) -> NaiveDate {
        match self {
            Self::Computed(computed) => computed.on,
            Self::Written { on, .. } | Self::AtOnce { on } => *on,
        }
    }
}

impl Duty {
    /// Whether it falls to somebody in the post in which he acts.
    #[must_use]
    pub fn falls_to(&self, actor: &Actor, hazard: &Hazard, county: &County) -> bool {
        is_among(self.who, hazard, actor, county)
    }

    /// Whether it is late: not on its day, but on the day after.
    #[must_use]
    pub fn is_late(&self, on: NaiveDate) -> bool {
        self.due.as_ref().is_ok_and(|due| is_overdue(due.on(), on))
    }
}

impl What {
    /// As a clerk reads it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Limited(limit) => limit.name(),
            Self::Rectify => "完成整改并申请验收",
            Self::AnswerFurtherOrder => "追加交办办结",
            Self::Reopen => "重新列单",
        }
    }

    /// The same in English.
    #[must_use]
    pub const fn meaning_in_english(self) -> &'static str {
        match self {
            Self::Limited(limit) => limit.meaning_in_english(),
            Self::Rectify => "The unit rectifies, and applies for verification, by the deadline.",
            Self::AnswerFurtherOrder => {
                "The unit answers a further order by the order's own deadline."
            }
            Self::Reopen => "The office lists again, at once, what has come back.",
        }
    }
}

impl fmt::Display for Duty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who: Vec<_> = self.who.iter().map(|who| who.name()).collect();
        let (who, what) = (who.join("、"), self.what.name());
        match &self.due {
            Ok(Due::Computed(computed)) => write!(f, "{who}应办理“{what}”。{computed}"),
            Ok(Due::Written { on, document }) => {
                write!(
                    f,
                    "{who}应在{on}之前（含当日）办理“{what}”，依据{document}。"
                )
            }
            Ok(Due::AtOnce { on }) => write!(
                f,
                "{who}应立即办理“{what}”：{on}回头看发现已反弹，依据规则21。"
            ),
            Err(error) => write!(f, "{who}应办理“{what}”，但期限无法计算：{error}"),
        }
    }
}

const OFFICE: &[Who] = &[Who::Clerk, Who::Approver];

/// Collects the duties of one hazard.
struct Desk<'a> {
    county: &'a County,
    duties: Vec<Duty>,
}

impl Desk<'_> {
    fn computed(&mut self, limit: Limit, who: &'static [Who], anchors: &[(Anchor, NaiveDate)]) {
        let due = self
            .county
            .policy
            .due(limit, anchors, &self.county.calendar);
        let due = due.map(|computed| Due::Computed(Box::new(computed)));
        self.duties.push(Duty {
            what: What::Limited(limit),
            who,
            due,
        });
    }

    fn written(
        &mut self,
        what: What,
        who: &'static [Who],
        on: NaiveDate,
        document: &DocumentNumber,
    ) {
        let due = Ok(Due::Written {
            on,
            document: document.clone(),
        });
        self.duties.push(Duty { what, who, due });
    }
}

/// The duties that are open on a hazard at the end of the day `on`, the earliest first; what cannot be dated last.
#[must_use]
pub fn duties(hazard: &Hazard, county: &County, on: NaiveDate) -> Vec<Duty> {
    let mut desk = Desk {
        county,
        duties: Vec::new(),
    };
    let came_back_on = hazard.entry().and_then(|entry| entry.cycle.came_back_on);
    match hazard {
        Hazard::Reported(state) => {
            desk.computed(
                Limit::Recognition,
                OFFICE,
                &[(Anchor::Reported, state.file.reported_on)],
            );
        }
        Hazard::Listed(state) => {
            let began_on = state.entry.cycle.began_on;
            desk.computed(
                Limit::Assignment,
                &[Who::Approver, Who::Signer],
                &[(Anchor::Listed, began_on)],
            );
        }
        Hazard::Assigned(state) => {
            let issued_on = state.assignment.order.issued_on;
            desk.computed(
                Limit::Receipt,
                &[Who::Rectifier],
                &[(Anchor::Assigned, issued_on)],
            );
            desk.until_the_deadline(&state.entry, &state.assignment, on);
        }
        Hazard::Acknowledged(state) => {
            let order = &state.assignment.order;
            let what = What::Limited(Limit::Plan);
            desk.written(
                what,
                &[Who::Rectifier],
                order.terms.plan_due_on,
                &order.document,
            );
            desk.until_the_deadline(&state.entry, &state.assignment, on);
        }
        Hazard::Rectifying(state) => {
            desk.progress(&state.assignment, &state.work, on);
            desk.extension(&state.work);
            desk.until_the_deadline(&state.entry, &state.assignment, on);
        }
        Hazard::AwaitingVerification(state) => {
            desk.extension(&state.work);
            desk.verification(state);
        }
        Hazard::Verified(state) => {
            let passed_on = state.acceptance.passed_on;
            desk.computed(
                Limit::StrikeOff,
                &[Who::Approver],
                &[(Anchor::VerificationPassed, passed_on)],
            );
        }
        Hazard::Closed(_) | Hazard::Circulated(_) if came_back_on.is_some() => {
            desk.reopen(came_back_on);
        }
        Hazard::Closed(state) => {
            let closed_on = state.closure.closed_on;
            let period = county.policy.circulation_cadence().period(closed_on);
            let until = period.map_or(closed_on, |period| period.until);
            desk.computed(
                Limit::Circulation,
                &[Who::Approver, Who::Signer],
                &[(Anchor::PeriodEnd, until)],
            );
            desk.look_back(state.closure.look_backs.is_empty(), closed_on);
        }
        Hazard::Circulated(state) => {
            desk.look_back(state.closure.look_backs.is_empty(), state.closure.closed_on);
        }
        Hazard::Rejected(_)
        | Hazard::Downgraded(_)
        | Hazard::Merged(_)
        | Hazard::Transferred(_)
        | Hazard::Annulled(_) => {}
    }
    if let Some(entry) = hazard.entry().filter(|_| !hazard.status().is_off_list()) {
        desk.further_orders(entry);
    }
    let mut duties = desk.duties;
    duties.sort_by_key(|duty| duty.due.as_ref().map_or(NaiveDate::MAX, Due::on));
    duties
}

impl Desk<'_> {
    /// To rectify; once the deadline has passed, to inspect all the same and to climb the ladder of escalation.
    fn until_the_deadline(&mut self, entry: &ListEntry, assignment: &Assignment, on: NaiveDate) {
        let due_on = assignment.term.due_on;
        let document = &assignment.order.document;
        self.written(What::Rectify, &[Who::Rectifier], due_on, document);
        if is_overdue(due_on, on) && entry.cycle.inspected_on.is_none() {
            self.computed(
                Limit::Verification,
                &[Who::Clerk],
                &[(Anchor::Deadline, due_on)],
            );
        }
        for rung in Limit::LADDER {
            let anchors = [(Anchor::Deadline, due_on)];
            // A rung is a duty from its day on; before that it is the future.
            let Ok(rung_due) = self
                .county
                .policy
                .due(rung, &anchors, &self.county.calendar)
            else {
                continue;
            };
            if rung_due.on <= on && !is_climbed(rung, entry, rung_due.on) {
                self.computed(rung, &[Who::Clerk, Who::Signer], &anchors);
            }
        }
    }

    /// One progress entry in each period: as the order says, or oftener where the policy does.
    fn progress(&mut self, assignment: &Assignment, work: &Work, on: NaiveDate) {
        let ordered = match assignment.order.terms.report_every {
            ReportPeriod::Monthly => Cadence::Monthly,
            ReportPeriod::Quarterly => Cadence::Quarterly,
        };
        let last = work.last_progress();
        let last = last.map_or(work.planned_on, |progress| progress.on);
        let policy = self.county.policy.progress_cadence();
        let periods = [ordered, policy]
            .into_iter()
            .filter_map(|cadence| cadence.period(on));
        let Some(period) = periods.max_by_key(|period| period.from) else {
            return;
        };
        if last < period.from {
            self.computed(
                Limit::Progress,
                &[Who::Rectifier],
                &[(Anchor::PeriodEnd, period.until)],
            );
        }
    }

    fn extension(&mut self, work: &Work) {
        if let Some(pending) = &work.extension {
            let anchors = [(Anchor::ExtensionRequested, pending.asked_on)];
            self.computed(Limit::ExtensionDecision, &[Who::IssuingBody], &anchors);
        }
    }

    fn verification(&mut self, state: &AwaitingVerification) {
        let anchors = [
            (Anchor::VerificationApplied, state.application.applied_on),
            (Anchor::Deadline, state.assignment.term.due_on),
        ];
        self.computed(Limit::Verification, &[Who::Clerk], &anchors);
    }

    fn look_back(&mut self, is_open: bool, closed_on: NaiveDate) {
        if is_open {
            let who = &[Who::Inspector, Who::Lead, Who::Township, Who::Clerk];
            self.computed(Limit::LookBack, who, &[(Anchor::StruckOff, closed_on)]);
        }
    }

    fn reopen(&mut self, came_back_on: Option<NaiveDate>) {
        self.duties.extend(came_back_on.map(|on| Duty {
            what: What::Reopen,
            who: OFFICE,
            due: Ok(Due::AtOnce { on }),
        }));
    }

    fn further_orders(&mut self, entry: &ListEntry) {
        for further in entry
            .cycle
            .further
            .iter()
            .filter(|further| further.is_unanswered())
        {
            let issued = &further.issued;
            let what = What::AnswerFurtherOrder;
            self.written(
                what,
                &[Who::FurtherAddressee],
                issued.terms.due_on,
                &issued.document,
            );
        }
    }
}

/// Whether a rung of the ladder, which is there from `since` on, has been climbed: by its own kind of escalation on that
/// day or later.
fn is_climbed(rung: Limit, entry: &ListEntry, since: NaiveDate) -> bool {
    let done = |kind: EscalationKind| {
        entry
            .escalations
            .iter()
            .any(|done| done.step.kind == kind && done.on >= since)
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the ladder is the seven limits of Limit::LADDER"
    )]
    match rung {
        Limit::FirstReminder | Limit::SecondReminder | Limit::LastReminder => {
            done(EscalationKind::Urge)
        }
        Limit::SupervisionLetter => done(EscalationKind::SupervisionLetter),
        Limit::Interview => done(EscalationKind::Interview),
        Limit::Criticism => {
            let named = entry
                .mentions
                .iter()
                .any(|mention| mention.kind == ItemKind::Criticism && mention.on >= since);
            done(EscalationKind::PublicCriticism) || named
        }
        Limit::LevelRaise => {
            let raised = entry.supervised_at() > Some(SupervisionLevel::County);
            done(EscalationKind::RaiseLevel) || raised
        }
        _ => true,
    }
}
