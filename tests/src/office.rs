//! A county's ledger on some store: acts go in by the one way there is, at a time that the test sets.

mod audit;
mod cabinet;
pub mod papers;
mod reading;

pub use cabinet::{Cabinet, Kind};
pub use reading::Kept;

use crate::sample::{self, but};
use crate::{Case, approver, clerk, county, date, factory, inspector};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use xiaohao_core::acts::{Assign, Report};
use xiaohao_core::values::{CircularId, HazardId, OrderId, RequestId};
use xiaohao_core::{Actor, Command, County, Hazard, Known, Refusal, Status, county_day};
use xiaohao_ledger::{
    Answer, Deed, Fault, Ledger, Outcome, Pace, Refused, Store, Subject, Submission,
};
use xiaohao_server::served::Served;

/// The ledger of a county, with everything that one needs to work with it.
#[derive(Clone, Debug)]
pub struct Office {
    /// Where it lies.
    pub cabinet: Cabinet,
    /// The ledger.
    pub ledger: Ledger,
    /// The county.
    pub county: Arc<County>,
    clock: Arc<Mutex<DateTime<Utc>>>,
    made: Arc<AtomicU64>,
}

/// The first day of an office.
const FIRST_DAY: &str = "2026-03-02";

impl Office {
    /// An office on 2026-03-02, with an empty ledger in a cabinet of its own.
    pub async fn on(kind: Kind) -> Self {
        Self::paced(kind, Pace::default()).await
    }

    /// The same, writing at this pace.
    pub async fn paced(kind: Kind, pace: Pace) -> Self {
        Self::open(Cabinet::new(kind).await, county(), pace).await
    }

    /// The office of this county, with its ledger in this cabinet.
    pub async fn open(cabinet: Cabinet, county: County, pace: Pace) -> Self {
        let now = crate::case::forenoon(date(FIRST_DAY));
        let clock = Arc::new(Mutex::new(now));
        cabinet.hold(county.code, now).await;
        Self::with(cabinet, Arc::new(county), clock, Arc::default(), pace)
    }

    fn with(
        cabinet: Cabinet,
        county: Arc<County>,
        clock: Arc<Mutex<DateTime<Utc>>>,
        made: Arc<AtomicU64>,
        pace: Pace,
    ) -> Self {
        let ledger = open(cabinet.store(), &county, &clock, pace);
        Self {
            cabinet,
            ledger,
            county,
            clock,
            made,
        }
    }

    /// The county of this office as a server serves it, with a clock that stands where this one does.
    pub fn served(&self) -> Served {
        let office = self.clone();
        let data = crate::county_data(&self.county);
        let store = self.cabinet.sql().clone();
        let evidence = self.cabinet.evidence();
        Served::of(store, &data, &evidence, Arc::new(move || office.now())).unwrap()
    }

    /// The same office, with its ledger written through this store.
    #[must_use]
    pub fn over(self, store: Arc<dyn Store>, pace: Pace) -> Self {
        let ledger = open(store, &self.county, &self.clock, pace);
        Self { ledger, ..self }
    }

    /// The same office after the program has ended and was started again.
    pub async fn reopened(self) -> Self {
        let Self {
            cabinet,
            ledger,
            county,
            clock,
            made,
        } = self;
        drop(ledger);
        let cabinet = cabinet.reopened().await;
        Self::with(cabinet, county, clock, made, Pace::default())
    }

    // ── Time ──

    /// What the clock says.
    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    /// Today in the county.
    pub fn today(&self) -> NaiveDate {
        county_day(self.now())
    }

    /// Sets the clock, forward or back.
    pub fn set_clock(&self, now: DateTime<Utc>) {
        *self.clock.lock().unwrap() = now;
    }

    /// Turns the calendar to the forenoon of a day.
    pub fn turn_to(&self, day: NaiveDate) {
        self.set_clock(crate::case::forenoon(day));
    }

    /// Lets days go by.
    pub fn pass_days(&self, days: i64) {
        self.set_clock(self.now() + TimeDelta::days(days));
    }

    // ── Ids, each made once ──

    fn next(&self) -> u128 {
        1000 + u128::from(self.made.fetch_add(1, Ordering::Relaxed))
    }

    /// An operation id.
    pub fn request(&self) -> RequestId {
        sample::request(self.next())
    }

    /// The id of a hazard to be reported.
    pub fn new_hazard(&self) -> HazardId {
        sample::hazard(self.next())
    }

    /// The id of an order to be issued.
    pub fn new_order(&self) -> OrderId {
        sample::order(self.next())
    }

    /// The id of a circular to be drafted.
    pub fn new_circular(&self) -> CircularId {
        sample::circular(self.next())
    }

    // ── Sending ──

    /// An act as it is sent today, by somebody who saw no version.
    pub fn submission(&self, by: &Actor, deed: Deed) -> Submission {
        Submission {
            request: self.request(),
            actor: by.clone(),
            through: None,
            occurred_on: None,
            expected_version: None,
            deed,
        }
    }

    /// The report of a hazard at a place where there is no other.
    pub fn report_anew(&self) -> Submission {
        let number = self.next();
        let says = but(sample::report(), |says| {
            says.place = sample::line(&format!("第{number}车间除尘系统"));
            says.found_on = self.today();
        });
        self.reporting(&inspector(), says)
    }

    /// The report that says this.
    pub fn reporting(&self, by: &Actor, says: Report) -> Submission {
        let id = self.new_hazard();
        let command = says.into();
        self.submission(by, Deed::Hazard { id, command })
    }

    /// What somebody sends who has just looked at the hazard.
    pub async fn saying(
        &self,
        by: &Actor,
        id: HazardId,
        command: impl Into<Command>,
    ) -> Submission {
        let command = command.into();
        let submission = self.submission(by, Deed::Hazard { id, command });
        let seen = self.find(id).await;
        but(submission, |sent| {
            sent.expected_version = seen.as_ref().map(Hazard::version);
        })
    }

    /// Sends an act.
    pub async fn execute(&self, submission: &Submission) -> Outcome {
        expect_no_fault(self.ledger.execute(submission.clone()).await)
    }

    /// Sends acts at the same moment, in this order, and waits for all of them.
    pub async fn at_once(&self, submissions: &[Submission]) -> Vec<Outcome> {
        let sent = submissions
            .iter()
            .map(|submission| self.ledger.execute(submission.clone()))
            .collect();
        let outcomes = all(sent).await;
        outcomes.into_iter().map(expect_no_fault).collect()
    }

    /// Sends an act that must be done now.
    pub async fn do_now(&self, submission: &Submission) -> Answer {
        done(self.execute(submission).await)
    }

    /// Sends an act that must be refused.
    pub async fn refuse(&self, submission: &Submission) -> Refused {
        refused(self.execute(submission).await)
    }

    /// Does an act on a hazard, having looked at it.
    pub async fn act(&self, by: &Actor, id: HazardId, command: impl Into<Command>) -> Answer {
        self.do_now(&self.saying(by, id, command).await).await
    }

    // ── The ordinary way ──

    /// A hazard that has just been reported.
    pub async fn report(&self) -> HazardId {
        let answer = self.do_now(&self.report_anew()).await;
        subject(&answer)
    }

    /// Several of them.
    pub async fn report_several(&self, how_many: usize) -> Vec<HazardId> {
        let reports: Vec<_> = (0..how_many).map(|_| self.report_anew()).collect();
        let outcomes = self.at_once(&reports).await.into_iter();
        outcomes.map(|outcome| subject(&done(outcome))).collect()
    }

    /// A hazard that has come to this state of the main path.
    pub async fn hazard_at(&self, status: Status) -> HazardId {
        let id = self.report().await;
        self.advance(&[id], status).await;
        id
    }

    /// The ordinary way on for hazards of the main path, some days between their acts.
    pub async fn advance(&self, hazards: &[HazardId], status: Status) {
        loop {
            let files = self.files(hazards).await;
            let behind: Vec<_> = files
                .values()
                .filter(|hazard| hazard.status() != status)
                .collect();
            if behind.is_empty() {
                break;
            }
            self.pass_days(3);
            let (closed, on_the_way): (Vec<&Hazard>, Vec<&Hazard>) = behind
                .into_iter()
                .partition(|hazard| hazard.status() == Status::Closed);
            let steps: Vec<_> = on_the_way
                .into_iter()
                .map(|hazard| self.ordinary_step(hazard))
                .collect();
            self.at_once(&steps).await.into_iter().for_each(|outcome| {
                done(outcome);
            });
            if !closed.is_empty() {
                let closed: Vec<_> = closed.into_iter().map(Hazard::id).collect();
                self.circulate(&closed).await;
            }
        }
    }

    /// What comes next in the ordinary course, and from whom.
    pub fn ordinary_step(&self, hazard: &Hazard) -> Submission {
        let today = self.today();
        let photo = fresh_photo(hazard);
        let (by, command): (Actor, Command) = match hazard.status() {
            Status::Reported => (clerk(), sample::list().into()),
            Status::Listed => (approver(), self.assign().into()),
            Status::Assigned => (factory(), sample::acknowledge(today).into()),
            Status::Acknowledged => {
                let due_on = hazard.assignment().unwrap().term.due_on;
                (factory(), sample::plan(due_on).into())
            }
            Status::Rectifying => (factory(), sample::apply(photo).into()),
            Status::AwaitingVerification => (inspector(), sample::pass(today, photo).into()),
            Status::Verified => (approver(), sample::strike_off().into()),
            off => panic!("no ordinary act leads on from {off:?}"),
        };
        let id = hazard.id();
        let step = self.submission(&by, Deed::Hazard { id, command });
        but(step, |sent| sent.expected_version = Some(hazard.version()))
    }

    /// An assignment by an order of its own.
    pub fn assign(&self) -> Assign {
        but(sample::assign(), |says| {
            says.order = self.new_order();
            says.terms = sample::asking_from(says.terms.clone(), self.today());
        })
    }

    /// The hazard on a desk, as somebody sees it who wonders what to do with it today.
    pub async fn case(&self, id: HazardId) -> Case {
        let hazard = self.hazard(id).await;
        let mut case = Case {
            county: (*self.county).clone(),
            known: Known {
                evidence: (0..200).map(crate::file).collect(),
                hazards: BTreeMap::new(),
                ..Known::default()
            },
            history: self.history(id).await,
            today: self.today(),
            serial: hazard.version(),
            hazard: Some(hazard),
        };
        case.take_numbers();
        case
    }
}

fn open(
    store: Arc<dyn Store>,
    county: &Arc<County>,
    clock: &Arc<Mutex<DateTime<Utc>>>,
    pace: Pace,
) -> Ledger {
    let clock = Arc::clone(clock);
    let clock = move || *clock.lock().unwrap();
    Ledger::open(
        store,
        Arc::clone(county),
        Arc::new(clock),
        crate::salts(),
        pace,
    )
}

/// A photo number that no round of this hazard has used yet.
pub fn fresh_photo(hazard: &Hazard) -> u8 {
    10 + u8::try_from(hazard.version()).unwrap() * 4
}

/// The hazard that an answer is about.
pub fn subject(answer: &Answer) -> HazardId {
    match answer.lines[0].record.subject() {
        Subject::Hazard(id) => id,
        other => panic!("{other} is no hazard"),
    }
}

/// The answer to an act that was done just now.
pub fn done(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Done {
            answer,
            replayed: false,
        } => *answer,
        Outcome::Done { replayed: true, .. } => panic!("done before, and not now"),
        Outcome::Refused(refused) => panic!("not done: {}", refused.refusals),
    }
}

/// The answer to an act that had been done before.
pub fn replayed(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Done {
            answer,
            replayed: true,
        } => *answer,
        Outcome::Done {
            replayed: false, ..
        } => panic!("done now, and not before"),
        Outcome::Refused(refused) => panic!("not done: {}", refused.refusals),
    }
}

/// Why an act is not done.
pub fn refused(outcome: Outcome) -> Refused {
    match outcome {
        Outcome::Refused(refused) => *refused,
        Outcome::Done { answer, .. } => panic!("not refused: {}", answer.lines[0].record.event()),
    }
}

/// The codes of a refusal.
pub fn codes(refused: &Refused) -> Vec<&'static str> {
    let refusals = refused.refusals.iter();
    refusals.map(Refusal::code).collect()
}

fn expect_no_fault(outcome: Result<Outcome, Fault>) -> Outcome {
    outcome.unwrap_or_else(|fault| panic!("the ledger has a fault: {fault:?}"))
}

/// Drives futures side by side, each polled first in this order.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut ready: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, output) in waiting.iter_mut().zip(&mut ready) {
            if output.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *output = Some(value);
            }
        }
        if ready.iter().all(Option::is_some) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    ready.into_iter().flatten().collect()
}
