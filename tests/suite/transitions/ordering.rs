//! T05–T08, X06 and X07: orders, receipts, returns, reassignment and further orders.

use super::{assignment, cycle, entry, has_part, then};
use chrono::NaiveDate;
use xiaohao_core::Status;
use xiaohao_core::acts::Reassign;
use xiaohao_core::dossier::{IssuingBody, Part};
use xiaohao_core::values::SupervisionLevel;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn t05_an_assigned_hazard_has_an_order_and_an_original_deadline() {
    let given = Case::at(Status::Listed);
    let document =
        given.known.next.documents[&xiaohao_core::values::Series::AssignmentOrder].clone();
    let case = then(given, &approver(), sample::assign(), Status::Assigned);
    let assignment = assignment(&case);
    assert_eq!(assignment.order.document, document);
    assert_eq!(assignment.order.issued_by, IssuingBody::Office);
    assert_eq!(assignment.order.issued_on, case.today);
    assert_eq!(assignment.order.terms, sample::assign().terms);
    assert_eq!(assignment.responsible_unit(), unit(FACTORY));
    assert_eq!(assignment.term.due_on, date("2026-06-30"));
    assert_eq!(assignment.term.original_due_on, date("2026-06-30"));
    assert_eq!(assignment.term.assigned_on, case.today);
}

#[test]
fn t05_the_commissions_signer_issues_for_the_commission() {
    let given = Case::at(Status::Listed);
    let case = then(given, &signer(), sample::assign(), Status::Assigned);
    assert_eq!(assignment(&case).order.issued_by, IssuingBody::Commission);
}

#[test]
fn t06_an_acknowledged_order_has_its_receipt() {
    let given = Case::at(Status::Assigned);
    let says = sample::acknowledge(given.today);
    let case = then(given, &factory(), says.clone(), Status::Acknowledged);
    assert_eq!(case.hazard().receipt(), Some(&says));
    assert_eq!(case.hazard().work(), None);
}

#[test]
fn t07_a_returned_order_leaves_the_hazard_on_the_list() {
    let given = Case::at(Status::Assigned);
    let case = then(
        given,
        &factory(),
        sample::return_assignment(),
        Status::Listed,
    );
    assert_eq!(case.hazard().assignment(), None);
    assert_eq!(cycle(&case).number, 1);
}

#[test]
fn t07_an_order_that_comes_back_moves_neither_the_deadline_nor_the_day_of_assignment() {
    let mut case = Case::at(Status::Assigned);
    let term = assignment(&case).term;
    case.pass_days(1);
    case.step(&factory(), sample::return_assignment());
    assert_eq!(cycle(&case).returned, Some(term));
    let again = |due_on: &str| {
        but(sample::assign(), |says| {
            says.order = sample::order(8);
            says.terms = sample::terms(date(due_on));
        })
    };
    for moved in ["2026-07-01", "2026-06-29"] {
        assert_eq!(case.verdict(&approver(), again(moved)), ["DEADLINE_MOVED"]);
    }
    let case = then(case, &approver(), again("2026-06-30"), Status::Assigned);
    assert_eq!(assignment(&case).term, term);
    assert_eq!(cycle(&case).returned, None);
}

/// Another unit is made responsible after the deadline, and asked for its plan at once.
fn reassigned_late(today: NaiveDate) -> Reassign {
    but(sample::reassign(date("2026-06-30")), |says| {
        says.terms.plan_due_on = today;
    })
}

#[test]
fn t07_a_deadline_that_has_passed_meanwhile_is_kept_all_the_same() {
    let mut case = Case::at(Status::Acknowledged);
    case.on("2026-07-20");
    case.step(&approver(), reassigned_late(case.today));
    case.step(&market(), sample::return_assignment());
    let again = but(sample::assign(), |says| {
        says.order = sample::order(8);
        says.terms.plan_due_on = case.today;
    });
    let case = then(case, &approver(), again, Status::Assigned);
    assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
    assert_eq!(case.hazard().days_overdue(case.today), Some(20));
}

#[test]
fn t07_an_order_on_a_paper_of_before_is_returned_from_the_day_on_which_the_unit_has_it() {
    let mut case = Case::at(Status::Acknowledged);
    let says = sample::reassign(date("2026-06-30"));
    let paper = sample::assignment_order(2, says.terms.clone(), &[case.reference()]);
    case.known.orders = vec![case.issued(&approver(), paper)];
    let issued_on = case.today;
    case.pass_days(20);
    case.step(&approver(), says);
    assert_eq!(assignment(&case).order.issued_on, issued_on);
    assert_eq!(assignment(&case).since, case.today);
    case.pass_days(1);
    then(case, &market(), sample::return_assignment(), Status::Listed);
}

#[test]
fn t08_reassignment_keeps_the_deadline_the_rounds_and_the_grants() {
    let mut given = Case::at(Status::Rectifying);
    let assigned_on = assignment(&given).term.assigned_on;
    given.step(&factory(), sample::request_extension(date("2026-07-31")));
    given.step(&approver(), sample::grant_extension(date("2026-07-31")));
    given.step(&factory(), sample::apply(60));
    given.step(&inspector(), sample::fail(given.today, 70));
    given.pass_days(1);
    let old = assignment(&given).order.clone();
    let says = sample::reassign(date("2026-07-31"));
    let case = then(given, &approver(), says, Status::Assigned);

    let assignment = assignment(&case);
    assert_eq!(assignment.responsible_unit(), unit(MARKET));
    assert_eq!(assignment.term.due_on, date("2026-07-31"));
    assert_eq!(assignment.term.original_due_on, date("2026-06-30"));
    assert_eq!(assignment.term.assigned_on, assigned_on);
    assert_eq!(assignment.order.issued_on, case.today);
    assert_eq!(cycle(&case).round(), 2);
    assert_eq!(cycle(&case).grants.len(), 1);
    assert_eq!(cycle(&case).grants[0].until_on, date("2026-07-31"));

    let [superseded] = cycle(&case).superseded.as_slice() else {
        panic!("{:?}", cycle(&case).superseded);
    };
    assert_eq!(superseded.old, old);
    assert_eq!(superseded.by, assignment.order.document);
    assert_eq!(superseded.on, case.today);
}

#[test]
fn t08_the_new_unit_signs_and_plans_for_itself() {
    for status in [Status::Acknowledged, Status::Rectifying] {
        let given = Case::at(status);
        let says = sample::reassign(date("2026-06-30"));
        let mut case = then(given, &approver(), says, Status::Assigned);
        assert_eq!(case.hazard().receipt(), None);
        assert_eq!(case.hazard().work(), None);
        let today = case.today;
        assert_eq!(
            case.verdict(&factory(), sample::acknowledge(today)),
            ["NOT_YOUR_CASE"]
        );
        case.step(&market(), sample::acknowledge(today));
        case.step(&market(), sample::plan(date("2026-06-20")));
        assert_eq!(case.status(), Status::Rectifying);
    }
}

#[test]
fn t08_a_contractor_counts_as_rectifier_after_reassignment_too() {
    let mut given = Case::at(Status::Acknowledged);
    let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
        parts.responsibility.as_mut().unwrap().contractor = Some(unit(CONTRACTOR));
    });
    given.step(&factory(), xiaohao_core::acts::Plan::new(parts).unwrap());
    assert!(entry(&given).rectifiers.contains(&unit(CONTRACTOR)));
    let says = sample::reassign(date("2026-06-30"));
    let case = then(given, &approver(), says, Status::Assigned);
    assert!(entry(&case).rectifiers.contains(&unit(CONTRACTOR)));
}

#[test]
fn t08_who_rectified_before_the_reassignment_still_does_not_verify() {
    let mut given = Case::at(Status::Rectifying);
    given.step(&approver(), sample::reassign(date("2026-06-30")));
    given.step(&market(), sample::acknowledge(given.today));
    given.step(&market(), sample::plan(date("2026-06-20")));
    given.step(&market(), sample::apply(60));
    let says = but(sample::pass(given.today, 70), |says| {
        let member = &mut says.inspection.members[2];
        member.person = factory().person;
        member.name = name_of(factory().person);
    });
    assert_eq!(
        given.verdict(&clerk(), says),
        ["TEAM_MEMBER_UNREGISTERED", "TEAM_MEMBER_RECTIFIED"]
    );
}

#[test]
fn x06_a_further_order_stands_beside_the_first_with_its_own_deadline() {
    for status in [
        Status::Assigned,
        Status::Acknowledged,
        Status::Rectifying,
        Status::AwaitingVerification,
    ] {
        let given = Case::at(status);
        let says = sample::order_further(date("2026-05-10"));
        let case = then(given, &approver(), says, status);
        let [further] = cycle(&case).further.as_slice() else {
            panic!("{:?}", cycle(&case).further);
        };
        assert_eq!(further.issued.order, sample::order(4));
        assert_eq!(further.issued.terms.due_on, date("2026-05-10"));
        assert_eq!(further.issued.issued_on, case.today);
        assert_eq!(further.answer, None);
        assert!(cycle(&case).unanswered(sample::order(4)).is_some());
        assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
        assert_eq!(assignment(&case).responsible_unit(), unit(FACTORY));
    }
}

#[test]
fn x07_an_answered_order_waits_no_more_and_its_addressee_rectified() {
    let mut given = Case::at(Status::Rectifying);
    given.step(&approver(), sample::order_further(date("2026-05-10")));
    let second = but(sample::order_further(date("2026-05-11")), |says| {
        says.order = sample::order(5);
    });
    given.step(&approver(), second);
    let says = sample::answer_further(given.today);
    let case = then(given, &market(), says.clone(), Status::Rectifying);
    assert_eq!(cycle(&case).further[0].answer, Some(says));
    assert_eq!(cycle(&case).further[1].answer, None);
    assert!(cycle(&case).unanswered(sample::order(4)).is_none());
    assert!(cycle(&case).unanswered(sample::order(5)).is_some());
    assert!(has_part(&case, 14, Part::Rectified));
}

#[test]
fn x07_a_further_order_is_answered_even_when_the_hazard_is_verified() {
    let mut given = Case::at(Status::Rectifying);
    given.step(&approver(), sample::order_further(date("2026-05-10")));
    given.advance_to(Status::Verified);
    let says = sample::answer_further(given.today);
    then(given, &market(), says, Status::Verified);
}

#[test]
fn t11_an_order_of_the_county_puts_the_hazard_under_its_supervision() {
    let given = Case::at(Status::Listed);
    let document =
        given.known.next.documents[&xiaohao_core::values::Series::SupervisionOrder].to_string();
    let case = then(given, &signer(), sample::supervise(), Status::Listed);
    let [supervision] = entry(&case).supervision.as_slice() else {
        panic!("{:?}", entry(&case).supervision);
    };
    assert_eq!(supervision.level, SupervisionLevel::County);
    assert_eq!(supervision.document.to_string(), document);
    assert_eq!(supervision.order, Some(sample::order(3)));
    assert_eq!(supervision.from_on, case.today);
    assert_eq!(supervision.lifted_on, None);
    assert!(!entry(&case).is_supervised_from_above());
}

#[test]
fn t07_an_order_that_comes_back_does_not_hide_that_the_time_is_over() {
    let mut case = Case::at(Status::Acknowledged);
    case.on("2026-07-20");
    case.step(&approver(), reassigned_late(case.today));
    case.step(&market(), sample::return_assignment());
    assert_eq!(case.status(), Status::Listed);
    assert_eq!(case.hazard().days_overdue(case.today), Some(20));
    assert_eq!(case.hazard().days_overdue_originally(case.today), Some(20));
    assert_eq!(
        Case::at(Status::Listed).hazard().days_overdue(case.today),
        None
    );
}
