//! T09, T10 and X02: the plan, progress and notes.

use super::{Provocation, check, refused};
use chrono::{NaiveDate, TimeDelta};
use xiaohao_core::acts::{Element, Measure, Plan, PlanParts, RecordProgress, RevisePlan};
use xiaohao_core::refusal::Missing;
use xiaohao_core::{Actor, Refusal, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("PLAN_INCOMPLETE", || {
        Plan::new(PlanParts::default()).unwrap_err().into()
    }),
    ("CONTRACTOR_IS_AUTHORITY", || {
        let case = Case::at(Status::Acknowledged);
        refused(&case, &factory(), with_contractor(HOUSING_BUREAU))
    }),
    ("TOO_MANY_MEASURES", || {
        Plan::new(with_measures(51)).unwrap_err().into()
    }),
    ("MEASURE_AFTER_PLAN_END", || {
        Plan::new(with_measure_due(date("2026-06-21")))
            .unwrap_err()
            .into()
    }),
    ("FAILED_MEASURE_DROPPED", || {
        let (case, plan) = failed_and_replanned(|measures| drop(measures.remove(1)));
        refused(&case, &factory(), plan)
    }),
    ("PLAN_ENDS_AFTER_DEADLINE", || {
        refused(
            &Case::at(Status::Acknowledged),
            &factory(),
            sample::plan(date("2026-07-01")),
        )
    }),
    ("PLAN_ENDS_BEFORE_ASSIGNMENT", || {
        let says = but(sample::plan_parts(date("2026-03-05")), |parts| {
            parts.measures.iter_mut().for_each(|own| own.due_on = None);
        });
        let says = Plan::new(says).unwrap();
        refused(&Case::at(Status::Acknowledged), &factory(), says)
    }),
    ("MEASURE_BEFORE_ASSIGNMENT", || {
        let says = Plan::new(with_measure_due(date("2026-03-05"))).unwrap();
        refused(&Case::at(Status::Acknowledged), &factory(), says)
    }),
    ("BEFORE_THE_PLAN", || {
        let case = Case::at(Status::Rectifying);
        let by = factory();
        let ctx = xiaohao_core::Context {
            occurred_on: date("2026-03-13"),
            ..case.context(&by)
        };
        xiaohao_core::decide(case.hazard.as_ref(), sample::progress(10).into(), &ctx).unwrap_err()
    }),
    ("CORRECTS_UNKNOWN_ENTRY", || {
        let says = but(sample::note(), |says| says.corrects = Some(9));
        refused(&Case::at(Status::Rectifying), &factory(), says)
    }),
    ("CORRECTS_ANOTHERS_ENTRY", || {
        let says = but(sample::progress(10), |says| says.corrects = Some(5));
        refused(&Case::at(Status::Rectifying), &factory(), says)
    }),
];

fn parts() -> PlanParts {
    sample::plan_parts(date("2026-06-20"))
}

fn with_contractor(contractor: u128) -> Plan {
    let parts = but(parts(), |parts| {
        let own = parts.responsibility.as_mut().unwrap();
        own.contractor = Some(unit(contractor));
    });
    Plan::new(parts).unwrap()
}

#[test]
fn no_authority_is_named_as_contractor_by_which_it_could_judge_no_more() {
    for (contractor, told) in [
        (HOUSING_BUREAU, &["CONTRACTOR_IS_AUTHORITY"] as &[&str]),
        (LONGBO, &["CONTRACTOR_IS_AUTHORITY"]),
        (CONTRACTOR, &[]),
        (999, &[]),
    ] {
        let plan = with_contractor(contractor);
        check(
            &Case::at(Status::Acknowledged),
            &factory(),
            plan.clone(),
            told,
        );
        let revised = RevisePlan {
            plan,
            reason: sample::prose("改由专业单位施工。"),
        };
        check(&Case::at(Status::Rectifying), &factory(), revised, told);
    }
}

fn with_measures(number: usize) -> PlanParts {
    but(parts(), |parts| {
        let measure = parts.measures[0].clone();
        parts.measures = vec![measure; number];
    })
}

fn with_measure_due(on: NaiveDate) -> PlanParts {
    but(parts(), |parts| {
        let text = parts.measures[0].text.clone();
        parts.measures[1] = Measure {
            text,
            due_on: Some(on),
        };
    })
}

fn check_missing(change: impl FnOnce(&mut PlanParts), missing: &[Element]) {
    let refusal = Plan::new(but(parts(), change)).err();
    let missing = Missing(missing.to_vec());
    assert_eq!(refusal, Some(Refusal::PlanIncomplete { missing }));
}

#[test]
fn each_of_the_five_elements_is_missed_by_name() {
    check_missing(
        |parts| parts.responsibility = None,
        &[Element::Responsibility],
    );
    check_missing(|parts| parts.measures.clear(), &[Element::Measures]);
    check_missing(|parts| parts.funds = None, &[Element::Funds]);
    check_missing(|parts| parts.ends_on = None, &[Element::Deadline]);
    check_missing(|parts| parts.contingency = None, &[Element::Contingency]);
    let told = Plan::new(PlanParts::default()).unwrap_err().message();
    assert_eq!(told, "整改方案“五落实”缺少：责任、措施、资金、时限、预案。");
}

#[test]
fn a_plan_has_fifty_measures_at_most() {
    assert!(Plan::new(with_measures(50)).is_ok());
    let refusal = Plan::new(with_measures(51)).err();
    assert_eq!(refusal, Some(Refusal::TooManyMeasures { most: 50 }));
}

#[test]
fn a_measure_is_due_by_the_end_of_the_plan() {
    let ends_on = date("2026-06-20");
    assert!(Plan::new(with_measure_due(ends_on)).is_ok());
    let late = Plan::new(with_measure_due(date("2026-06-21")));
    let refusal = Refusal::MeasureAfterPlanEnd {
        measure: 2,
        ends_on,
    };
    assert_eq!(late, Err(refusal));
}

#[test]
fn a_plan_ends_by_the_deadline() {
    let case = Case::at(Status::Acknowledged);
    check(&case, &factory(), sample::plan(date("2026-06-30")), &[]);
    let late = sample::plan(date("2026-07-01"));
    check(&case, &factory(), late, &["PLAN_ENDS_AFTER_DEADLINE"]);
}

#[test]
fn an_incomplete_plan_cannot_be_read_either() {
    let stored = serde_json::to_value(but(parts(), |parts| parts.funds = None)).unwrap();
    assert!(serde_json::from_value::<Plan>(stored).is_err());
    let stored = serde_json::to_value(parts()).unwrap();
    assert!(serde_json::from_value::<Plan>(stored).is_ok());
}

#[test]
fn progress_begins_with_the_plan() {
    let mut case = Case::at(Status::Rectifying);
    let planned_on = case.today;
    case.pass_days(30);
    let day_before = planned_on - TimeDelta::days(1);
    let on = |day| case.verdict_on(&factory(), day, sample::progress(10));
    assert_eq!(on(planned_on), [""; 0]);
    assert_eq!(on(day_before), ["BEFORE_THE_PLAN"]);
}

#[test]
fn what_is_corrected_stands_in_the_ledger() {
    // Five entries so far: reported, listed, assigned, acknowledged, planned.
    let case = Case::at(Status::Rectifying);
    let refusal: &[&str] = &["CORRECTS_UNKNOWN_ENTRY"];
    for (seq, expected) in [(0, refusal), (1, &[]), (5, &[]), (6, refusal)] {
        let note = but(sample::note(), |says| says.corrects = Some(seq));
        check(&case, &factory(), note, expected);
    }
    let refusal: &[&str] = &["CORRECTS_UNKNOWN_ENTRY"];
    for seq in [0, 6] {
        check(&case, &factory(), correcting(seq), refusal);
    }
}

fn correcting(seq: u32) -> RecordProgress {
    but(sample::progress(10), |says| says.corrects = Some(seq))
}

#[test]
fn what_a_unit_stated_of_the_work_is_taken_back_by_that_unit() {
    let mut case = Case::at(Status::Rectifying);
    let fellow = actor(71, Role::Unit, FACTORY);
    let inspector = inspector();
    let stated_by = |case: &mut Case, by: &Actor, says: RecordProgress| {
        case.step(by, says);
        case.hazard().version()
    };
    let units = stated_by(&mut case, &factory(), sample::progress(90));
    let seen = stated_by(&mut case, &inspector, sample::progress(30));
    let refusal: &[&str] = &["CORRECTS_ANOTHERS_ENTRY"];
    for (by, seq, expected) in [
        (&factory(), units, &[] as &[&str]),
        (&fellow, units, &[]),
        (&inspector, units, refusal),
        (&factory(), seen, refusal),
        (&inspector, seen, &[]),
        // The plan is no progress; it is revised.
        (&factory(), 5, refusal),
    ] {
        check(&case, by, correcting(seq), expected);
    }
    // What was applied for in a round that came to nothing can be put right as well.
    case.step(&factory(), sample::apply(40));
    let application = case.hazard().version();
    case.step(&factory(), sample::withdraw());
    check(&case, &factory(), correcting(application), &[]);
}

#[test]
fn nothing_of_a_plan_was_due_before_the_hazard_was_assigned() {
    let case = Case::at(Status::Acknowledged);
    let assigned_on = case.hazard().term().unwrap().assigned_on;
    let before = assigned_on.pred_opt().unwrap();
    let both: &[&str] = &["PLAN_ENDS_BEFORE_ASSIGNMENT", "MEASURE_BEFORE_ASSIGNMENT"];
    check(&case, &factory(), sample::plan(before), both);
    check(&case, &factory(), sample::plan(assigned_on), &[]);
    let measure = |on| Plan::new(with_measure_due(on)).unwrap();
    check(&case, &factory(), measure(before), &both[1..]);
    check(&case, &factory(), measure(assigned_on), &[]);
}

type Replanned = fn(&mut Vec<Measure>);

/// The second of two measures has failed, and the plan is filed anew with these.
fn failed_and_replanned(change: Replanned) -> (Case, RevisePlan) {
    let mut case = Case::at(Status::AwaitingVerification);
    let failed = but(sample::fail(case.today, 70), |says| {
        says.inspection = sample::inspection(case.today, [true, false], 70);
    });
    case.step(&inspector(), failed);
    let parts = but(parts(), |parts| change(&mut parts.measures));
    let plan = Plan::new(parts).unwrap();
    let revised = but(sample::revise_plan(date("2026-06-20")), |says| {
        says.plan = plan;
    });
    (case, revised)
}

#[test]
fn a_measure_that_failed_stays_in_the_plan() {
    let dropped: &[&str] = &["FAILED_MEASURE_DROPPED"];
    let cases: [(Replanned, &[&str]); 5] = [
        (|_| (), &[]),
        (
            |measures| measures[0].text = sample::prose("改用其他办法。"),
            &[],
        ),
        (
            |measures| measures[1].text = sample::prose("改用其他办法。"),
            dropped,
        ),
        (|measures| measures.swap(0, 1), dropped),
        (|measures| measures.push(measures[0].clone()), &[]),
    ];
    for (change, told) in cases {
        let (mut case, plan) = failed_and_replanned(change);
        check(&case, &factory(), plan.clone(), told);
        if told.is_empty() {
            case.step(&factory(), plan);
        }
    }
}
