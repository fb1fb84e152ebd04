//! The hazards of the county at scale, made the way all hazards are: by acts that go through the ledger, day after day.
//!
//! Everything follows from the number of hazards, so two fillings are alike to the last id. Every second day a cohort of
//! hazards is reported, and those reported before come one step on, until each has come as far as it gets.

use super::district::Belonging;
use crate::case::forenoon;
use crate::sample::{self, but};
use crate::{EXPERTS, OFFICE, approver, clerk, date, name_of};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;
use uuid::{Builder, Uuid};
use xiaohao_core::acts::TeamRole;
use xiaohao_core::directory::UnitKind;
use xiaohao_core::values::{EvidenceKind, HazardId, OrderId, RequestId, UnitId};
use xiaohao_core::{Actor, Command};
use xiaohao_ledger::{Clock, Deed, Ledger, Submission};

/// The first day of the ledger.
const FIRST_DAY: &str = "2024-03-01";
/// How many cohorts are reported.
const COHORTS: u32 = 400;
/// How many days lie between two of them.
const PACE: i64 = 2;
/// How many acts are under way at once while the ledger is filled.
const AT_ONCE: usize = 512;

/// An act in the course of a hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Report,
    List,
    Assign,
    Acknowledge,
    FilePlan,
    RecordProgress,
    Apply,
    Pass,
    StrikeOff,
}

impl Step {
    /// The ordinary course, and how many cohorts after the report each step is done.
    const COURSE: &[(Self, u32)] = &[
        (Self::Report, 0),
        (Self::List, 1),
        (Self::Assign, 2),
        (Self::Acknowledge, 3),
        (Self::FilePlan, 5),
        (Self::RecordProgress, 12),
        (Self::RecordProgress, 20),
        (Self::Apply, 30),
        (Self::Pass, 32),
        (Self::StrikeOff, 34),
    ];
}

/// How long the last cohort takes to come as far as it gets, in cohorts.
const LONGEST: u32 = 34;

/// Of a thousand hazards, how many come as far as these steps; of those that stop after their plan, [`OVERDUE`] are overdue.
const FATES: &[(Step, u32)] = &[
    (Step::Report, 25),
    (Step::List, 25),
    (Step::Assign, 20),
    (Step::Acknowledge, 20),
    (Step::FilePlan, 300),
    (Step::Apply, 15),
    (Step::Pass, 15),
    (Step::StrikeOff, 580),
];

/// Of a thousand hazards, how many are overdue at the end.
const OVERDUE: u32 = 80;

/// One hazard's course.
#[derive(Clone, Debug)]
pub struct Life {
    number: u32,
    belonging: Belonging,
    course: Vec<(Step, u32)>,
    acts: usize,
    reported_on: NaiveDate,
    due_on: NaiveDate,
}

/// The day on which a cohort is reported; those after the last go on at the same pace.
fn day(cohort: u32) -> NaiveDate {
    date(FIRST_DAY) + TimeDelta::days(i64::from(cohort) * PACE)
}

/// The day on which the ledger is full.
pub fn last_day() -> NaiveDate {
    day(COHORTS + LONGEST)
}

impl Life {
    /// The course of a hazard by its number, in a stock of so many; one beyond them is reported when the ledger is full.
    pub fn of(number: u32, hazards: u32) -> Self {
        if number >= hazards {
            return but(Self::from(number, last_day()), |life| life.acts = 0);
        }
        let cohort = u64::from(number) * u64::from(COHORTS) / u64::from(hazards);
        Self::from(number, day(u32::try_from(cohort).unwrap()))
    }

    /// Any hazard of a stock of so many.
    pub fn any(hazards: u32) -> Self {
        Self::of(fastrand::u32(0..hazards), hazards)
    }

    fn from(number: u32, reported_on: NaiveDate) -> Self {
        let dice = &mut dice("course", number.into());
        let fate = dice.u32(0..1000);
        let mut below = 0;
        let last = FATES.iter().find(|(_, of_1000)| {
            below += of_1000;
            fate < below
        });
        let (last, of_1000) = *last.unwrap();
        let overdue = last == Step::FilePlan && fate < below - of_1000 + OVERDUE;
        // One in eight is worth a note or two while the work lasts.
        let notes = if dice.u8(0..8) == 0 {
            dice.usize(1..=2)
        } else {
            0
        };
        let mut so_far = 0;
        let course = Step::COURSE.iter().filter(|(step, _)| {
            so_far += usize::from(*step == Step::RecordProgress);
            *step != Step::RecordProgress || so_far <= notes
        });
        let course: Vec<_> = course.copied().collect();
        let until = if last == Step::FilePlan {
            Step::RecordProgress
        } else {
            last
        };
        let acts = course
            .iter()
            .rposition(|(step, _)| *step == until || *step == last);
        let days = if overdue {
            // Before the last day, however late the report.
            dice.i64(10..50)
        } else if last == Step::StrikeOff {
            // The work is done after 60 days; one in six took too long.
            dice.i64(40..160)
        } else {
            (last_day() - reported_on).num_days() + dice.i64(10..120)
        };
        Self {
            number,
            belonging: Belonging::of(number, dice),
            acts: acts.unwrap() + 1,
            course,
            reported_on,
            due_on: reported_on + TimeDelta::days(2 * PACE + days),
        }
    }

    /// 专委会.
    pub fn committee(&self) -> UnitId {
        self.belonging.committee()
    }

    /// An inspector of its lead unit.
    pub fn inspector(&self) -> Actor {
        self.belonging.inspector()
    }

    /// How many acts it has seen when the ledger is full.
    pub fn acts(&self) -> usize {
        self.acts
    }

    /// Whether nothing comes after so many acts.
    pub fn ends_after(&self, seen: usize) -> bool {
        seen >= self.course.len()
    }

    /// Its id.
    pub fn id(&self) -> HazardId {
        HazardId::new(id("hazard", self.number.into(), forenoon(self.reported_on))).unwrap()
    }

    /// The act that comes after so many, as it is sent on this day by somebody who has seen them, as the ledger's act with
    /// this number; none at the end.
    pub fn act(&self, seen: usize, today: NaiveDate, number: u64) -> Option<Submission> {
        let (step, _) = *self.course.get(seen)?;
        let of = self.belonging;
        let (actor, command): (Actor, Command) = match step {
            Step::Report => (of.inspector(), self.report().into()),
            Step::List => (clerk(), self.list().into()),
            Step::Assign => (approver(), self.assign(today).into()),
            Step::Acknowledge => (of.head(), sample::acknowledge(today).into()),
            Step::FilePlan => (of.head(), sample::plan(self.due_on).into()),
            Step::RecordProgress => (of.head(), sample::progress(40).into()),
            Step::Apply => (of.head(), sample::apply(10).into()),
            Step::Pass => (clerk(), self.pass(today).into()),
            Step::StrikeOff => (approver(), sample::strike_off().into()),
        };
        Some(Submission {
            request: RequestId::new(id("request", number, forenoon(today))).unwrap(),
            actor,
            through: None,
            occurred_on: None,
            expected_version: (seen > 0).then(|| u32::try_from(seen).unwrap()),
            deed: Deed::Hazard {
                id: self.id(),
                command,
            },
        })
    }

    fn report(&self) -> xiaohao_core::acts::Report {
        let number = self.number;
        but(sample::report(), |says| {
            says.title = sample::line(&format!("{number}号砂光机除尘风管未设置火花探测消除装置"));
            says.place = sample::line(&format!("第{number}号厂房砂光车间除尘系统"));
            says.township = self.belonging.township();
            says.holder = Some(self.belonging.holder());
            says.found_on = self.reported_on;
        })
    }

    fn list(&self) -> xiaohao_core::acts::List {
        but(sample::list(), |says| {
            says.committee = self.belonging.committee();
            says.lead_unit = self.belonging.lead_unit();
            says.holder = self.belonging.holder();
        })
    }

    fn assign(&self, today: NaiveDate) -> xiaohao_core::acts::Assign {
        let order = id("order", self.number.into(), forenoon(today));
        but(sample::assign(), |says| {
            says.order = OrderId::new(order).unwrap();
            says.terms.parties.responsible = self.belonging.holder();
            let coordinator = &mut says.terms.parties.coordinator;
            coordinator.unit = self.belonging.lead_unit();
            // As the directory calls it.
            coordinator.name = sample::line(UnitKind::Department.name());
            says.terms.due_on = self.due_on;
            says.terms.plan_due_on = self.due_on;
        })
    }

    fn pass(&self, today: NaiveDate) -> xiaohao_core::acts::PassVerification {
        let member = |number, of, role| sample::member(number, of, role);
        but(sample::pass(today, 14), |says| {
            says.inspection.evidence = sample::files(EvidenceKind::Site, &[14]);
            says.inspection.members = vec![
                member(1, OFFICE, TeamRole::Leader),
                but(member(7, OFFICE, TeamRole::Member), |m| {
                    m.person = self.belonging.inspector().person;
                    m.name = name_of(m.person);
                    m.unit = self.belonging.lead_unit();
                }),
                member(60, EXPERTS, TeamRole::Expert),
            ];
        })
    }
}

/// The dice of one thing; the same for the same thing.
fn dice(of: &str, number: u64) -> fastrand::Rng {
    let name = of
        .bytes()
        .fold(0_u64, |sum, byte| sum * 131 + u64::from(byte));
    fastrand::Rng::with_seed(name ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// An id as a client makes it: from the time, which goes on a little with each number, and from dice.
pub fn id(of: &str, number: u64, at: DateTime<Utc>) -> Uuid {
    /// As many as are made in an hour or so, one each millisecond.
    const ROUND: u64 = 1 << 22;
    let mut rest = [0; 10];
    dice(of, number).fill(&mut rest);
    let millis = u64::try_from(at.timestamp_millis()).unwrap() + number % ROUND;
    Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

/// A clock that is set.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Mutex<DateTime<Utc>>>);

impl Calendar {
    /// One that shows the forenoon of a day.
    pub fn at(day: NaiveDate) -> Self {
        Self(Arc::new(Mutex::new(forenoon(day))))
    }

    /// Turns it to the forenoon of a day.
    fn turn_to(&self, day: NaiveDate) {
        *self.0.lock().unwrap() = forenoon(day);
    }

    /// For the ledger.
    pub fn clock(&self) -> Clock {
        let now = Arc::clone(&self.0);
        Arc::new(move || *now.lock().unwrap())
    }
}

/// How far the filling has come.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// The day.
    pub on: NaiveDate,
    /// How many acts are recorded.
    pub acts: u64,
}

/// Fills an empty ledger with this many hazards, and tells after each day how far it has come. The files that the acts
/// show are held already.
pub async fn fill(ledger: &Ledger, calendar: &Calendar, hazards: u32, told: impl Fn(Filled)) {
    let mut acts = 0;
    let lives: Vec<Life> = (0..hazards)
        .map(|number| Life::of(number, hazards))
        .collect();
    for today in (0..=COHORTS + LONGEST).map(day) {
        calendar.turn_to(today);
        // The cohorts stand in the order in which they were reported.
        let reported = lives.partition_point(|life| life.reported_on <= today);
        let from = today - TimeDelta::days(i64::from(LONGEST) * PACE);
        let settled = lives.partition_point(|life| life.reported_on < from);
        let due = lives[settled..reported].iter().filter_map(|life| {
            let age = u32::try_from((today - life.reported_on).num_days() / PACE).unwrap();
            let steps = life.course.iter().take(life.acts);
            let place = steps.clone().position(|(_, after)| *after == age)?;
            Some((life, place))
        });
        let mut under_way = JoinSet::new();
        for (life, place) in due {
            let submission = life.act(place, today, acts).unwrap();
            if under_way.len() >= AT_ONCE {
                under_way.join_next().await.unwrap().unwrap();
            }
            let ledger = ledger.clone();
            under_way.spawn(async move { done(ledger, submission).await });
            acts += 1;
        }
        while let Some(outcome) = under_way.join_next().await {
            outcome.unwrap();
        }
        told(Filled { on: today, acts });
    }
}

/// Does an act that must be done.
pub async fn done(ledger: Ledger, submission: Submission) {
    let outcome = ledger.execute(submission).await;
    let outcome = outcome.unwrap_or_else(|fault| panic!("the ledger has a fault: {fault:?}"));
    assert!(
        outcome.answer().is_some(),
        "an act of the load was refused: {outcome:#?}"
    );
}
