//! Duties: who must do what next with a hazard, and by when. Derived from its state and the policy, stored nowhere, so
//! that rework cannot lose one.

mod duty;
mod ladder;

pub use self::duty::{Due, Duty, What};

use crate::authority::Who;
use crate::context::County;
use crate::dossier::{Application, Assignment, File, ListEntry, SentBack, Work};
use crate::hazard::{Hazard, Verified};
use crate::overdue::{Open, is_overdue};
use crate::policy::{Anchor, Cadence, ComputedDate, DateError, Limit};
use crate::values::{DocumentNumber, ReportPeriod};
use chrono::NaiveDate;

const OFFICE: &[Who] = &[Who::Clerk, Who::Approver];

/// What showed on the day on which an application came back that had been made in time.
const OVERDUE_AGAIN: &str = "退回整改，整改期限已过";

/// Collects the duties of one hazard.
struct Desk<'a> {
    county: &'a County,
    duties: Vec<Duty>,
}

impl Desk<'_> {
    fn computed(&mut self, limit: Limit, who: &'static [Who], anchors: &[(Anchor, NaiveDate)]) {
        self.within(limit, What::Limited(limit), who, anchors);
    }

    /// What is to be done within a limit that has another's name.
    fn within(
        &mut self,
        limit: Limit,
        what: What,
        who: &'static [Who],
        anchors: &[(Anchor, NaiveDate)],
    ) {
        let due = self
            .county
            .policy
            .due(limit, anchors, &self.county.calendar);
        self.until(what, who, due);
    }

    fn until(&mut self, what: What, who: &'static [Who], due: Result<ComputedDate, DateError>) {
        let due = due.map(|computed| Due::Computed(Box::new(computed)));
        self.duties.push(Duty { what, who, due });
    }

    fn at_once(&mut self, what: What, who: &'static [Who], on: NaiveDate, shown: &'static str) {
        let due = Ok(Due::AtOnce { on, shown });
        self.duties.push(Duty { what, who, due });
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
            let who: &[Who] = match state.entry.supervised_at() {
                None => &[Who::Approver, Who::Signer],
                Some(_) => &[Who::Signer],
            };
            desk.computed(Limit::Assignment, who, &[(Anchor::Listed, began_on)]);
            // The time of an order that came back goes on, and once it is over so does the ladder (T07); before, nobody is to be reminded.
            let overdue = state.deadline().filter(|due_on| is_overdue(*due_on, on));
            desk.ladder(&state.entry, overdue, None, on);
        }
        Hazard::Assigned(state) => {
            let since = state.assignment.since;
            desk.computed(
                Limit::Receipt,
                &[Who::Rectifier],
                &[(Anchor::Assigned, since)],
            );
            desk.until_the_deadline(&state.entry, &state.assignment, None, on);
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
            desk.until_the_deadline(&state.entry, &state.assignment, None, on);
        }
        Hazard::Rectifying(state) => {
            desk.progress(&state.assignment, &state.work, on);
            desk.extension(&state.work);
            desk.again(&state.work);
            let sent_back = state.work.sent_back.as_ref();
            desk.until_the_deadline(&state.entry, &state.assignment, sent_back, on);
        }
        Hazard::AwaitingVerification(state) => {
            desk.extension(&state.work);
            let within = verification(state.application(), state.assignment());
            desk.computed(Limit::Verification, &[Who::Clerk], &within);
            // Who has applied too late stays overdue (T15), and the ladder goes on.
            let overdue = state.deadline();
            desk.ladder(&state.entry, overdue, None, on);
        }
        Hazard::Verified(state) => {
            let passed_on = state.acceptance.passed_on;
            desk.computed(
                Limit::StrikeOff,
                &[Who::Approver],
                &[(Anchor::VerificationPassed, passed_on)],
            );
            desk.resume(state);
        }
        Hazard::Closed(_) | Hazard::Circulated(_) if let Some(on) = came_back_on => {
            let shown = "回头看发现已反弹，依据规则21";
            desk.at_once(What::Reopen, OFFICE, on, shown);
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
        Hazard::Rejected(state) => {
            let shown = "不予认定，停产停业尚未解除";
            desk.resume_at_once(&state.file, state.left_on, shown);
        }
        Hazard::Annulled(state) => {
            let shown = "作废，停产停业尚未解除";
            desk.resume_at_once(&state.file, state.left_on, shown);
        }
        Hazard::Downgraded(_) | Hazard::Merged(_) | Hazard::Transferred(_) => {}
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
    fn until_the_deadline(
        &mut self,
        entry: &ListEntry,
        assignment: &Assignment,
        sent_back: Option<&SentBack>,
        on: NaiveDate,
    ) {
        let due_on = assignment.term.due_on;
        let document = &assignment.order.document;
        self.written(What::Rectify, &[Who::Rectifier], due_on, document);
        let again_since = sent_back.and_then(|back| back.overdue_since(due_on));
        let is_judged = entry
            .cycle
            .voided_on
            .is_some_and(|judged| is_overdue(due_on, judged));
        let what = What::InspectAtExpiry;
        match again_since {
            _ if is_judged || !is_overdue(due_on, on) => {}
            Some(since) => self.at_once(what, &[Who::Clerk], since, OVERDUE_AGAIN),
            None => {
                let anchors = [(Anchor::Deadline, due_on)];
                self.within(Limit::Verification, what, &[Who::Clerk], &anchors);
            }
        }
        self.ladder(entry, Some(due_on), again_since, on);
    }

    /// 限期再整改, until the next application.
    fn again(&mut self, work: &Work) {
        let sent_back = work.sent_back.as_ref();
        if let Some((by, document)) = sent_back.and_then(|back| back.again.as_ref()) {
            self.written(What::RectifyAgain, &[Who::Rectifier], *by, document);
        }
    }

    /// A stop is lifted once the verification is passed, within the verification's own limit (T27); with what is gone nothing is
    /// left to resume (rule 17).
    fn resume(&mut self, state: &Verified) {
        if state.stop_to_be_lifted().is_some() {
            let within = verification(state.application(), state.assignment());
            self.within(
                Limit::Verification,
                What::Resume,
                &[Who::Suspender],
                &within,
            );
        }
    }

    /// A stop for what turned out not to be so is lifted at once (安全生产法 art. 65(3), 70).
    fn resume_at_once(&mut self, file: &File, since: NaiveDate, shown: &'static str) {
        if file.suspension_in_force().is_some() {
            self.at_once(What::Resume, &[Who::Suspender], since, shown);
        }
    }

    /// One progress entry in each period, as the order says or oftener where the policy does. What was stated last, be it in the plan
    /// or by an application that came to nothing, is for its own period; the next one that passes without an entry is late.
    fn progress(&mut self, assignment: &Assignment, work: &Work, on: NaiveDate) {
        let ordered = match assignment.order.terms.report_every {
            ReportPeriod::Monthly => Cadence::Monthly,
            ReportPeriod::Quarterly => Cadence::Quarterly,
        };
        let last = work.last_progress();
        let last = last.map_or(work.planned_on, |progress| progress.on);
        let last = work
            .sent_back
            .as_ref()
            .map_or(last, |back| last.max(back.on));
        let policy = self.county.policy.progress_cadence();
        let next = |cadence: Cadence| cadence.period(cadence.period(last)?.until.succ_opt()?);
        let periods = [ordered, policy].into_iter().filter_map(next);
        let period = periods.min_by_key(|period| period.until);
        if let Some(period) = period.filter(|period| period.from <= on) {
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

    fn look_back(&mut self, is_open: bool, closed_on: NaiveDate) {
        if is_open {
            let who = &[Who::Inspector, Who::Lead, Who::Township, Who::Clerk];
            self.computed(Limit::LookBack, who, &[(Anchor::StruckOff, closed_on)]);
        }
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

/// From when the limit of the verification counts: the application or the deadline, whichever is first.
fn verification(application: &Application, assignment: &Assignment) -> [(Anchor, NaiveDate); 2] {
    [
        (Anchor::VerificationApplied, application.applied_on),
        (Anchor::Deadline, assignment.term.due_on),
    ]
}
