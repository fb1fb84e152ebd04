//! T15–T17, T24, T29, X03 and X04: applications, rounds and what they cost.

use super::{
    assignment, cycle, entry, files_numbered, given_when_then, has_part, spent, then, work,
};
use xiaohao_core::dossier::{Ground, Part};
use xiaohao_core::values::{ClosureBasis, Series};
use xiaohao_core::{Event, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn failed() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&factory(), sample::apply(60));
        case.step(&inspector(), sample::fail(case.today, 70));
    })
}

#[test]
fn t15_an_application_waits_for_the_team_from_its_day() {
    let given = Case::at(Status::Rectifying);
    let says = sample::apply(60);
    let by = actor(71, xiaohao_core::Role::Unit, FACTORY);
    let case = then(given, &by, says.clone(), Status::AwaitingVerification);
    let application = case.hazard().application().unwrap();
    assert_eq!(application.ground, Ground::Rectified(says));
    assert_eq!(application.applied_on, case.today);
    assert_eq!(application.on_site_on, None);
    assert!(has_part(&case, 71, Part::Rectified));
    assert!(spent(&case).is_empty());
}

#[test]
fn t15_a_late_application_is_accepted_and_stays_overdue() {
    let mut given = Case::at(Status::Rectifying);
    given.on("2026-07-05");
    let case = then(
        given,
        &factory(),
        sample::apply(60),
        Status::AwaitingVerification,
    );
    assert_eq!(case.hazard().days_overdue(date("2026-07-05")), Some(5));
}

#[test]
fn t16_a_failed_verification_adds_a_round_and_keeps_the_deadline() {
    let given = Case::at(Status::AwaitingVerification);
    let document = given.known.next.documents[&Series::VerificationOpinion].clone();
    let (today, handed_in) = (given.today, given.hazard().application().unwrap().clone());
    let plan = work(&given).plan.clone();
    let says = but(sample::fail(today, 70), |says| {
        says.again_by = Some(date("2026-05-01"));
    });
    let signed = says.inspection.members.clone();
    let (case, event) = given_when_then(given, &inspector(), says, Status::Rectifying);
    let Event::VerificationFailed(failed) = event else {
        panic!("{event:?}");
    };
    assert_eq!((failed.document, failed.round), (document, 1));
    assert_eq!(failed.again_by, Some(date("2026-05-01")));
    assert_eq!(failed.verdict.team.members(), signed);
    assert_eq!(failed.verdict.findings.len(), 2);
    assert_eq!(failed.verdict.on_site_on, today);

    assert_eq!((cycle(&case).round(), cycle(&case).void_rounds), (2, 1));
    assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
    assert_eq!(entry(&case).first_round_passed, Some(false));
    assert_eq!(work(&case).plan, plan);
    assert_eq!(case.hazard().application(), None);
    let handed_in = handed_in.ground.evidence().digests();
    let judged = handed_in.chain([70, 71, 72, 73].map(file));
    assert_eq!(spent(&case), &judged.collect());
    for number in [1, 7, 60] {
        assert!(has_part(&case, number, Part::SatOnTeam));
        assert!(!has_part(&case, number, Part::SignedThePass));
    }
}

#[test]
fn t17_a_passed_verification_is_on_record_with_its_round_and_team() {
    let given = Case::at(Status::AwaitingVerification);
    let document = given.known.next.documents[&Series::VerificationOpinion].clone();
    let says = sample::pass(given.today, 70);
    let signed = says.inspection.members.clone();
    let case = then(given, &inspector(), says, Status::Verified);
    let acceptance = case.hazard().acceptance().unwrap();
    assert_eq!(acceptance.document, document);
    assert_eq!((acceptance.round, acceptance.passed_on), (1, case.today));
    assert_eq!(acceptance.passed.team.members(), signed);
    assert_eq!(entry(&case).first_round_passed, Some(true));
    assert!(spent(&case).is_empty());
    for number in [1, 7, 60] {
        assert!(has_part(&case, number, Part::SignedThePass));
        assert!(!has_part(&case, number, Part::SatOnTeam));
    }
}

#[test]
fn the_second_round_may_pass_and_the_first_is_not_forgotten() {
    let mut case = failed();
    case.step(&factory(), sample::apply(80));
    let says = sample::pass(case.today, 90);
    let case = then(case, &inspector(), says, Status::Verified);
    assert_eq!(case.hazard().acceptance().unwrap().round, 2);
    assert_eq!(entry(&case).first_round_passed, Some(false));
}

#[test]
fn rounds_go_on_counting() {
    let mut case = failed();
    case.step(&factory(), sample::apply(80));
    let says = sample::fail(case.today, 90);
    let (case, event) = given_when_then(case, &inspector(), says, Status::Rectifying);
    assert!(matches!(event, Event::VerificationFailed(failed) if failed.round == 2));
    assert_eq!(cycle(&case).round(), 3);
}

#[test]
fn what_a_failed_round_judged_never_counts_again() {
    let case = failed();
    assert_eq!(spent(&case), &files_numbered(&[60, 61, 62, 70, 71, 72, 73]));
    let told = case.verdict(&factory(), sample::apply(60));
    assert_eq!(told, ["EVIDENCE_ALREADY_JUDGED"]);
    let told = case.verdict(&factory(), sample::apply(80));
    assert_eq!(told, [""; 0]);
}

#[test]
fn t24_a_closure_by_shutdown_is_applied_for_by_the_lead_unit() {
    let given = Case::at(Status::Rectifying);
    let says = sample::apply_shutdown(60);
    let case = then(given, &lead(), says.clone(), Status::AwaitingVerification);
    let application = case.hazard().application().unwrap();
    assert_eq!(application.ground, Ground::Ceased(says));
    assert_eq!(application.ground.closure_basis(), ClosureBasis::ShutDown);
    assert_eq!(application.applied_on, case.today);
    assert!(has_part(&case, 6, Part::Rectified));
}

#[test]
fn t29_evidence_of_a_withdrawn_application_may_be_used_again() {
    let mut given = Case::at(Status::Rectifying);
    given.step(&factory(), sample::apply(60));
    let mut case = then(given, &factory(), sample::withdraw(), Status::Rectifying);
    assert!(spent(&case).is_empty());
    assert_eq!(cycle(&case).round(), 1);
    assert_eq!(case.hazard().application(), None);
    case.step(&factory(), sample::apply(60));
}

#[test]
fn x03_the_team_arrives_on_its_day() {
    let mut given = Case::at(Status::AwaitingVerification);
    given.pass_days(2);
    let status = Status::AwaitingVerification;
    let mut case = then(given, &inspector(), sample::visit_site(), status);
    let application = case.hazard().application().unwrap();
    assert_eq!(application.on_site_on, Some(case.today));
    assert!(application.applied_on < case.today);
    // The next application finds a team that has not yet come.
    case.step(&inspector(), sample::fail(case.today, 70));
    case.step(&factory(), sample::apply(80));
    assert_eq!(case.hazard().application().unwrap().on_site_on, None);
}

#[test]
fn x04_an_inspection_at_expiry_counts_as_a_failed_round() {
    for status in [Status::Acknowledged, Status::Rectifying] {
        let mut given = Case::at(status);
        given.on("2026-07-01");
        let document = given.known.next.documents[&Series::VerificationOpinion].clone();
        let has_a_plan = given.hazard().work().is_some();
        let says = but(sample::inspect_at_expiry(given.today, 70), |says| {
            says.inspection.findings.retain(|_| has_a_plan);
        });
        let (case, event) = given_when_then(given, &inspector(), says, status);
        let Event::ExpiryInspected(inspected) = event else {
            panic!("{event:?}");
        };
        assert_eq!((inspected.document, inspected.round), (document, 1));
        assert_eq!((cycle(&case).round(), cycle(&case).void_rounds), (2, 1));
        assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
        assert_eq!(entry(&case).first_round_passed, Some(false));
        assert_eq!(spent(&case), &files_numbered(&[70, 71, 72, 73]));
        let failed = case.hazard().work().map(|work| work.failed.len());
        assert_eq!(failed, has_a_plan.then_some(2));
        for number in [1, 7, 60] {
            assert!(has_part(&case, number, Part::SatOnTeam));
        }
    }
}

#[test]
fn x04_measures_need_not_be_judged_one_by_one() {
    let mut given = Case::at(Status::Acknowledged);
    given.on("2026-07-01");
    let says = but(sample::inspect_at_expiry(given.today, 70), |says| {
        says.inspection.findings.clear();
    });
    then(given, &inspector(), says, Status::Acknowledged);
}
