//! Rules 9–13: deadlines, extensions, working days and what is overdue.

use super::check;
use xiaohao_core::calendar::Calendar;
use xiaohao_core::policy::{Anchor, Limit};
use xiaohao_core::values::SupervisionLevel;
use xiaohao_core::{Act, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn due_on(case: &Case) -> Option<chrono::NaiveDate> {
    case.hazard().assignment().map(|a| a.term.due_on)
}

fn asked(until: &str) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&factory(), sample::request_extension(date(until)));
    })
}

#[test]
fn rule_09_no_act_but_a_granted_extension_moves_the_deadline() {
    let desks = Status::ALL.iter().map(|status| Case::at(*status));
    let mut granted = 0;
    for case in desks.chain([asked("2026-07-31")]) {
        for by in everybody() {
            for act in Act::ALL {
                let mut after = case.clone();
                let says = case.fitting(*act, &by);
                if after.act(&by, says).is_err() {
                    continue;
                }
                if *act == Act::GrantExtension {
                    granted += 1;
                    assert_eq!(due_on(&after), Some(date("2026-07-31")));
                } else if let (Some(before), Some(after)) = (due_on(&case), due_on(&after)) {
                    assert_eq!(before, after, "{act:?}");
                }
            }
        }
    }
    assert!(granted > 0);
}

#[test]
fn rule_09_reassignment_keeps_the_deadline() {
    let mut case = Case::at(Status::Rectifying);
    let moved = sample::reassign(date("2026-07-31"));
    check(&case, &approver(), moved, &["DEADLINE_MOVED"]);
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    assert_eq!(due_on(&case), Some(date("2026-06-30")));
}

#[test]
fn rule_10_a_late_request_is_refused_unless_the_issuing_body_overrides_in_writing() {
    let request = || sample::request_extension(date("2026-07-31"));
    let too_late: &[&str] = &["EXTENSION_ASKED_TOO_LATE"];
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-06-08");
    check(&case, &factory(), request(), &[]);
    for day in ["2026-06-09", "2026-06-30", "2026-07-01"] {
        case.on(day);
        check(&case, &factory(), request(), too_late);
    }
    let with_plea = but(request(), |says| {
        says.late_plea = Some(sample::prose("山洪冲毁道路，无法按时提出。"));
    });
    case.step(&factory(), with_plea);
    let grant = sample::grant_extension(date("2026-07-31"));
    let needs_override: &[&str] = &["LATE_REQUEST_NEEDS_OVERRIDE"];
    check(&case, &approver(), grant.clone(), needs_override);
    let overriding = but(grant, |says| {
        says.override_reason = Some(sample::prose("情况属实，破例同意。"));
    });
    check(&case, &approver(), overriding, &[]);
}

#[test]
fn rule_11_an_extension_is_granted_by_the_issuing_body_and_never_shortens() {
    let case = asked("2026-07-31");
    let grant = |on: &str| sample::grant_extension(date(on));
    check(&case, &signer(), grant("2026-07-31"), &["NOT_YOUR_CASE"]);
    for day in ["2026-06-29", "2026-06-30"] {
        check(&case, &approver(), grant(day), &["EXTENSION_NOT_LATER"]);
    }
    check(&case, &approver(), grant("2026-07-01"), &[]);
    let mut by_commission = Case::at(Status::Listed);
    by_commission.step(&signer(), sample::assign());
    by_commission.advance_to(Status::Rectifying);
    let request = sample::request_extension(date("2026-07-31"));
    by_commission.step(&factory(), request);
    let refusal: &[&str] = &["NOT_YOUR_CASE"];
    check(&by_commission, &approver(), grant("2026-07-31"), refusal);
    check(&by_commission, &signer(), grant("2026-07-31"), &[]);
}

#[test]
fn rule_11_a_grant_keeps_the_interim_measures_and_the_original_deadline() {
    let mut case = asked("2026-07-31");
    let stored = serde_json::to_value(sample::request_extension(date("2026-07-31"))).unwrap();
    let mut bare = stored.clone();
    bare.as_object_mut().unwrap().remove("interim_measures");
    assert!(serde_json::from_value::<xiaohao_core::acts::RequestExtension>(bare).is_err());
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    let assignment = case.hazard().assignment().unwrap();
    assert_eq!(assignment.term.original_due_on, date("2026-06-30"));
    let grant = &case.hazard().entry().unwrap().cycle.grants[0];
    let measures = serde_json::to_value(&grant.interim_measures).unwrap();
    assert_eq!(measures, stored["interim_measures"]);
}

#[test]
fn rule_12_working_days_come_from_the_table_of_holidays() {
    let due = |from: &str| {
        let anchors = [(Anchor::Assigned, date(from))];
        policy("shuangpai").due(Limit::Receipt, &anchors, &calendar())
    };
    let check = |from: &str, on: &str| assert_eq!(due(from).unwrap().on, date(on), "{from}");
    check("2026-03-09", "2026-03-11");
    // Over a weekend, over the National Day holidays, and over a Saturday that is worked.
    check("2026-03-06", "2026-03-10");
    check("2026-09-30", "2026-10-09");
    check("2026-05-08", "2026-05-11");
}

#[test]
fn rule_12_a_day_that_the_table_does_not_cover_is_an_error() {
    let anchors = [(Anchor::Assigned, date("2027-01-04"))];
    let due = policy("shuangpai").due(Limit::Receipt, &anchors, &calendar());
    assert!(due.is_err());
    let mut case = Case::at(Status::Assigned);
    case.county.calendar = Calendar::new([]).unwrap();
    let refusal: &[&str] = &["DATE_NOT_COMPUTABLE"];
    check(&case, &factory(), sample::return_assignment(), refusal);
}

#[test]
fn rule_13_a_hazard_is_overdue_the_day_after_its_deadline_and_not_on_it() {
    for status in [Status::Assigned, Status::Acknowledged, Status::Rectifying] {
        let case = Case::at(status);
        let overdue = |on: &str| case.hazard().days_overdue(date(on));
        assert_eq!(overdue("2026-06-29"), None);
        assert_eq!(overdue("2026-06-30"), None);
        assert_eq!(overdue("2026-07-01"), Some(1));
        assert_eq!(overdue("2026-07-31"), Some(31));
        let originally = |on: &str| case.hazard().days_overdue_originally(date(on));
        assert_eq!(originally("2026-06-30"), None);
        assert_eq!(originally("2026-07-01"), Some(1));
    }
    assert!(!xiaohao_core::is_overdue(
        date("2026-06-30"),
        date("2026-06-30")
    ));
    assert!(xiaohao_core::is_overdue(
        date("2026-06-30"),
        date("2026-07-01")
    ));
}

#[test]
fn rule_13_what_was_applied_for_in_time_is_not_overdue_while_it_is_undecided() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-06-30");
    case.step(&factory(), sample::apply(60));
    let later = date("2026-08-01");
    assert_eq!(case.hazard().days_overdue(later), None);
    assert_eq!(case.hazard().days_overdue_originally(later), None);
    assert_eq!(case.hazard().running_deadline(), None);
    case.on("2026-07-05");
    case.step(&inspector(), sample::fail(case.today, 70));
    assert_eq!(case.hazard().days_overdue(later), Some(32));

    let mut late = Case::at(Status::Rectifying);
    late.on("2026-07-01");
    late.step(&factory(), sample::apply(60));
    assert_eq!(late.hazard().days_overdue(later), Some(32));
    assert_eq!(late.hazard().days_overdue_originally(later), Some(32));
}

#[test]
fn rule_13_what_is_not_open_under_an_order_is_not_overdue() {
    let later = date("2030-01-01");
    for status in Status::ALL {
        let hazard = Case::at(*status).hazard().clone();
        let runs = matches!(
            status,
            Status::Assigned | Status::Acknowledged | Status::Rectifying
        );
        assert_eq!(hazard.days_overdue(later).is_some(), runs, "{status:?}");
        let originally = hazard.days_overdue_originally(later);
        assert_eq!(originally.is_some(), runs, "{status:?}");
    }
}

#[test]
fn rule_11_under_supervision_the_commission_decides_whoever_issued_the_order() {
    let mut case = asked("2026-07-31");
    case.step(&signer(), sample::supervise());
    let grant = sample::grant_extension(date("2026-07-31"));
    check(&case, &approver(), grant.clone(), &["NOT_YOUR_CASE"]);
    check(&case, &signer(), grant.clone(), &[]);
    case.step(
        &signer(),
        sample::lift_supervision(SupervisionLevel::County),
    );
    check(&case, &approver(), grant, &[]);
}
