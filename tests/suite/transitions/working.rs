//! T09, T10: the plan and the progress of the work.

use super::{entry, has_part, then, work};
use std::collections::BTreeSet;
use xiaohao_core::acts::Percent;
use xiaohao_core::dossier::{Part, Progress};
use xiaohao_core::{Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn t09_a_filed_plan_begins_the_work_and_names_the_contractor() {
    let given = Case::at(Status::Acknowledged);
    let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
        parts.responsibility.as_mut().unwrap().contractor = Some(unit(CONTRACTOR));
    });
    let plan = xiaohao_core::acts::Plan::new(parts).unwrap();
    let receipt = given.hazard().receipt().cloned();
    let case = then(given, &factory(), plan.clone(), Status::Rectifying);
    assert_eq!(work(&case).plan, plan);
    assert_eq!(work(&case).planned_on, case.today);
    assert_eq!(work(&case).last_progress(), None);
    assert_eq!(work(&case).extension, None);
    assert_eq!(
        entry(&case).rectifiers,
        BTreeSet::from([unit(FACTORY), unit(CONTRACTOR)])
    );
    assert_eq!(case.hazard().receipt().cloned(), receipt);
    assert!(has_part(&case, 5, Part::Rectified));
    assert_eq!(plan.measure_numbers().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn t10_progress_says_how_far_the_work_is() {
    let given = Case::at(Status::Rectifying);
    let case = then(given, &factory(), sample::progress(40), Status::Rectifying);
    let last = work(&case).last_progress().unwrap();
    assert_eq!((last.on, last.percent.get()), (case.today, 40));
}

#[test]
fn t10_the_progress_that_happened_last_counts_whenever_it_comes_in() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-05-20");
    let mut on = |day: &str, percent: u8| {
        case.act_on(&factory(), date(day), sample::progress(percent))
            .unwrap();
        let Progress { on, percent, .. } = work(&case).last_progress().unwrap();
        (on.to_string(), percent.get())
    };
    let told = |day: &str, percent: u8| (day.to_owned(), percent);
    assert_eq!(on("2026-05-01", 60), told("2026-05-01", 60));
    assert_eq!(on("2026-04-01", 30), told("2026-05-01", 60));
    assert_eq!(on("2026-05-10", 80), told("2026-05-10", 80));
    // A second entry of the same day speaks for the day.
    assert_eq!(on("2026-05-10", 75), told("2026-05-10", 75));
}

#[test]
fn t10_a_corrected_entry_says_nothing_of_the_work_any_more() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-05-20");
    let mut on = |day: &str, percent: u8, corrects: Option<u32>| {
        let says = but(sample::progress(percent), |says| says.corrects = corrects);
        case.act_on(&factory(), date(day), says).unwrap();
        let Progress { seq, on, percent } = work(&case).last_progress().unwrap();
        (seq, on.to_string(), percent.get())
    };
    let told = |seq, day: &str, percent| (seq, day.to_owned(), percent);
    let first = on("2026-05-08", 50, None);
    let (wrong, ..) = on("2026-05-10", 90, None);
    // It happened earlier than was said, and another entry is the last now.
    assert_eq!(on("2026-04-30", 40, Some(wrong)), first);
    // What corrects the last one says how far it was.
    assert_eq!(
        on("2026-05-08", 45, Some(first.0)),
        told(9, "2026-05-08", 45)
    );
    // What corrects an older entry is not the last because of that.
    let last = on("2026-05-15", 80, None);
    assert_eq!(on("2026-05-01", 42, Some(8)), last);
}

#[test]
fn t10_progress_does_not_hold_up_an_act_that_happened_before_it() {
    let mut case = Case::at(Status::Rectifying);
    let planned_on = case.today;
    case.pass_days(3);
    case.step(&factory(), sample::progress(40));
    assert_eq!(case.hazard().file().moved_on, planned_on);
    let told = case.verdict_on(&factory(), planned_on, sample::apply(60));
    assert_eq!(told, [""; 0]);
}

#[test]
fn t10_the_unit_rectifies_and_the_others_track() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&actor(71, Role::Unit, FACTORY), sample::progress(10));
    case.step(&actor(72, Role::Lead, FIRE_BRIGADE), sample::progress(20));
    case.step(&actor(73, Role::Inspector, LONGBO), sample::progress(30));
    assert!(has_part(&case, 71, Part::Rectified) && !has_part(&case, 71, Part::Tracked));
    for number in [72, 73] {
        assert!(has_part(&case, number, Part::Tracked));
        assert!(!has_part(&case, number, Part::Rectified));
    }
}

#[test]
fn plan_and_application_may_come_on_one_day_but_no_state_is_skipped() {
    let mut case = Case::at(Status::Acknowledged);
    let apply = case.verdict(&factory(), sample::apply(60));
    assert_eq!(apply, ["NOT_ALLOWED_IN_STATE"]);
    case.step(&factory(), sample::plan(date("2026-06-20")));
    case.step(&factory(), sample::apply(60));
    let told = case.verdict(&factory(), sample::pass(case.today, 70));
    assert_eq!(told, ["NOT_YOUR_ROLE"]);
    case.step(&inspector(), sample::pass(case.today, 70));
    assert_eq!(case.status(), Status::Verified);
}

#[test]
fn x09_a_revised_plan_takes_the_place_of_the_old_one_and_ends_by_the_deadline() {
    let mut case = Case::at(Status::Rectifying);
    let revised = |ends_on: &str| sample::revise_plan(date(ends_on));
    assert_eq!(
        case.verdict(&factory(), revised("2026-07-01")),
        ["PLAN_ENDS_AFTER_DEADLINE"]
    );
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    let case = then(case, &factory(), revised("2026-07-31"), Status::Rectifying);
    assert_eq!(
        case.hazard().work().unwrap().plan.ends_on(),
        date("2026-07-31")
    );
    assert_eq!(case.hazard().work().unwrap().planned_on, date("2026-03-14"));
}

#[test]
fn x09_who_revised_the_plan_rectified() {
    let given = Case::at(Status::Rectifying);
    let by = actor(71, Role::Unit, FACTORY);
    let says = sample::revise_plan(date("2026-06-20"));
    let case = then(given, &by, says, Status::Rectifying);
    assert!(has_part(&case, 71, Part::Rectified));
}

#[test]
fn x09_the_contractor_of_the_old_plan_still_counts_as_rectifier() {
    let mut case = Case::at(Status::Acknowledged);
    let by = |contractor: Option<u128>| {
        let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
            parts.responsibility.as_mut().unwrap().contractor = contractor.map(unit);
        });
        xiaohao_core::acts::Plan::new(parts).unwrap()
    };
    case.step(&factory(), by(Some(CONTRACTOR)));
    let says = but(sample::revise_plan(date("2026-06-20")), |says| {
        says.plan = by(Some(MARKET));
    });
    case.step(&factory(), says);
    let all = BTreeSet::from([unit(FACTORY), unit(CONTRACTOR), unit(MARKET)]);
    assert_eq!(entry(&case).rectifiers, all);
}

#[test]
fn a_hundred_percent_is_all_there_is() {
    let percent = |number: u8| serde_json::from_value::<Percent>(number.into()).is_ok();
    assert!(percent(0) && percent(100) && !percent(101));
}
