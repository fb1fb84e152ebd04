//! T16, T17 and X04: who records what a team found, what that is, and when.

use super::{Provocation, check, refused};
use xiaohao_core::acts::{
    FailVerification, Finding, Inspection, PassVerification, TeamMember, TeamRole,
};
use xiaohao_core::refusal::Which;
use xiaohao_core::values::{Evidence, EvidenceKind, EvidenceSet, ReopenReason};
use xiaohao_core::{Act, Refusals, Status};
use xiaohao_tests::sample::{but, member};
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("TEAM_TOO_SMALL", || {
        let case = Case::at(Status::AwaitingVerification);
        let says = pass(&case, |says| says.members.truncate(1));
        refused(&case, &clerk(), says)
    }),
    ("TEAM_MEMBER_TWICE", || {
        refused_pass(|says| says.members.push(member(7, FIRE_BRIGADE, TeamRole::Member)))
    }),
    ("TEAM_LEADER_NOT_OFFICE", || {
        refused_pass(|says| says.members[0].role = TeamRole::Member)
    }),
    ("TEAM_MEMBER_UNREGISTERED", || {
        refused_pass(|says| says.members[2].unit = unit(999))
    }),
    ("TEAM_MEMBER_RECTIFIED", || {
        refused_pass(|says| {
            let mut unknown = member(90, EXPERTS, TeamRole::Expert);
            unknown.name = name_of(factory().person);
            says.members[2] = unknown;
        })
    }),
    ("TEAM_MEMBER_MISNAMED", || {
        refused_pass(|says| says.members[2].name = sample::name("专家癸"))
    }),
    ("TEAM_SIGNATURE_SHARED", || {
        refused_pass(|says| says.members[2].signature = says.members[1].signature)
    }),
    ("TEAM_SIGNATURE_IS_PHOTO", || {
        refused_pass(|says| says.members[2].signature = file(60))
    }),
    ("TEAM_SIGNATURE_USED", || {
        let mut case = Case::at(Status::AwaitingVerification);
        case.step(&inspector(), sample::fail(case.today, 60));
        case.step(&factory(), sample::apply(80));
        let says = but(sample::pass(case.today, 90), |says| {
            says.inspection.members[1].signature = file(62);
        });
        refused(&case, &inspector(), says)
    }),
    ("TEAM_MEMBER_CONFLICTED", || {
        refused_pass(|says| says.members[2].conflict = Some(sample::prose("系企业股东。")))
    }),
    ("TEAM_LACKS_OUTSIDER", || {
        let case = led_by_the_host(Status::AwaitingVerification);
        refused(&case, &clerk(), team_of_the_house(&case))
    }),
    ("ACTOR_NOT_ON_TEAM", || {
        let case = Case::at(Status::AwaitingVerification);
        refused(&case, &lead(), sample::pass(case.today, 60))
    }),
    ("ON_SITE_DATE_WRONG", || {
        refused_pass(|says| says.on_site_on = date("2026-03-16"))
    }),
    ("MEASURE_NOT_JUDGED", || {
        refused_pass(|says| says.findings.truncate(1))
    }),
    ("FINDING_FOR_NO_MEASURE", || {
        refused_pass(|says| says.findings.push(finding(3, true)))
    }),
    ("MEASURE_FAILED", || {
        refused_pass(|says| says.findings[1].passed = false)
    }),
    ("NOTHING_FAILED", || {
        let case = Case::at(Status::AwaitingVerification);
        let inspection = sample::inspection(case.today, [true, true], 60);
        let says = FailVerification {
            inspection,
            again_by: None,
        };
        refused(&case, &inspector(), says)
    }),
    ("AGAIN_AFTER_DEADLINE", || {
        let case = Case::at(Status::AwaitingVerification);
        refused(&case, &inspector(), fail_again_by(&case, "2026-07-01"))
    }),
    ("AGAIN_IN_PAST", || {
        let case = Case::at(Status::AwaitingVerification);
        let yesterday = case.today.pred_opt().unwrap().to_string();
        refused(&case, &inspector(), fail_again_by(&case, &yesterday))
    }),
    ("INSPECTION_FOUND_NOTHING", || {
        let mut case = Case::at(Status::Rectifying);
        let says = but(sample::inspect_at_expiry(date("2026-07-01"), 60), |says| {
            says.inspection = sample::inspection(date("2026-07-01"), [true, true], 60);
        });
        refused(case.on("2026-07-01"), &inspector(), says)
    }),
    ("DEADLINE_NOT_REACHED", || {
        let mut case = Case::at(Status::Rectifying);
        let says = sample::inspect_at_expiry(date("2026-06-30"), 60);
        refused(case.on("2026-06-30"), &inspector(), says)
    }),
];

fn refused_pass(change: fn(&mut Inspection)) -> Refusals {
    let case = Case::at(Status::AwaitingVerification);
    refused(&case, &inspector(), pass(&case, change))
}

pub(super) fn pass(case: &Case, change: impl FnOnce(&mut Inspection)) -> PassVerification {
    but(sample::pass(case.today, 60), |says| {
        change(&mut says.inspection);
    })
}

/// A change of the sample opinion, and what stands in the way of it.
pub(super) fn check_pass(change: impl FnOnce(&mut Inspection), expected: &[&str]) {
    let case = Case::at(Status::AwaitingVerification);
    check(&case, &inspector(), pass(&case, change), expected);
}

/// A change of the sample team, recorded by the office's clerk.
pub(super) fn check_team(case: &Case, members: Vec<TeamMember>, expected: &[&str]) {
    let says = pass(case, |says| says.members = members);
    check(case, &clerk(), says, expected);
}

fn finding(measure: u16, passed: bool) -> Finding {
    Finding {
        measure,
        passed,
        note: None,
    }
}

fn fail_again_by(case: &Case, again_by: &str) -> FailVerification {
    but(sample::fail(case.today, 60), |says| {
        says.again_by = Some(date(again_by));
    })
}

/// The trap of spec §4: the department that houses the office leads the hazard's line.
pub(super) fn led_by_the_host(status: Status) -> Case {
    but(Case::at(Status::Reported), |case| {
        let says = but(sample::list(), |says| {
            says.lead_unit = unit(EMERGENCY_BUREAU);
        });
        case.step(&clerk(), says);
        case.advance_to(status);
    })
}

pub(super) fn team_of_the_house(case: &Case) -> PassVerification {
    pass(case, |says| {
        says.members = vec![
            member(1, OFFICE, TeamRole::Leader),
            member(61, EMERGENCY_BUREAU, TeamRole::Member),
            member(62, OFFICE, TeamRole::Member),
        ];
    })
}

#[test]
fn what_was_stopped_since_it_was_applied_for_is_assessed_before_it_passes() {
    let mut case = Case::at(Status::Rectifying);
    let application = but(sample::apply(60), |says| {
        let photos = [(50, 1), (51, 2)].map(|(photo, measure)| sample::after(photo, measure));
        says.evidence = EvidenceSet::new(photos.to_vec()).unwrap();
    });
    case.step(&factory(), application);
    check(&case, &clerk(), pass(&case, |_| ()), &[]);
    case.step(&lead(), sample::suspend());
    let unassessed: &[&str] = &["ASSESSMENT_REPORT_MISSING"];
    check(&case, &clerk(), pass(&case, |_| ()), unassessed);
    let assessed = pass(&case, |says| {
        let report = Evidence::new(file(90), EvidenceKind::Report);
        let all = says.evidence.iter().cloned().chain([report]).collect();
        says.evidence = EvidenceSet::new(all).unwrap();
    });
    check(&case, &clerk(), assessed, &[]);
}

#[test]
fn an_opinion_is_recorded_by_a_member_or_by_the_office() {
    let case = Case::at(Status::AwaitingVerification);
    let refusal: &[&str] = &["ACTOR_NOT_ON_TEAM"];
    for (by, expected) in [
        (inspector(), &[] as &[&str]),
        (clerk(), &[]),
        (second_clerk(), &[]),
        (lead(), refusal),
        (town_inspector(), refusal),
    ] {
        check(&case, &by, sample::pass(case.today, 60), expected);
        check(&case, &by, sample::fail(case.today, 60), expected);
    }
    let mut expired = Case::at(Status::Rectifying);
    expired.on("2026-07-01");
    let says = sample::inspect_at_expiry(expired.today, 60);
    check(&expired, &lead(), says, refusal);
}

#[test]
fn the_site_is_seen_between_the_application_and_the_opinion() {
    let mut case = Case::at(Status::AwaitingVerification);
    case.pass_days(5);
    let refusal: &[&str] = &["ON_SITE_DATE_WRONG"];
    for (on, expected) in [
        ("2026-03-16", refusal),
        ("2026-03-17", &[]),
        ("2026-03-22", &[]),
        ("2026-03-23", refusal),
    ] {
        check(&case, &inspector(), sample::pass(date(on), 60), expected);
        check(&case, &inspector(), sample::fail(date(on), 60), expected);
    }
}

#[test]
fn the_site_is_not_seen_before_the_team_went_there() {
    let mut case = Case::at(Status::AwaitingVerification);
    case.pass_days(5);
    case.step(&inspector(), sample::visit_site());
    let visited_on = case.today;
    case.pass_days(1);
    let before = visited_on.pred_opt().unwrap();
    let refusal: &[&str] = &["ON_SITE_DATE_WRONG"];
    for (on, expected) in [(before, refusal), (visited_on, &[]), (case.today, &[])] {
        check(&case, &inspector(), sample::pass(on, 60), expected);
        check(&case, &inspector(), sample::fail(on, 60), expected);
    }
}

#[test]
fn an_expiry_inspection_sees_the_site_after_the_deadline() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-05");
    let refusal: &[&str] = &["ON_SITE_DATE_WRONG"];
    for (on, expected) in [
        ("2026-06-30", refusal),
        ("2026-07-01", &[]),
        ("2026-07-05", &[]),
        ("2026-07-06", refusal),
    ] {
        let says = sample::inspect_at_expiry(date(on), 60);
        check(&case, &inspector(), says, expected);
    }
}

#[test]
fn every_measure_is_judged_and_each_once() {
    check_pass(|says| says.findings.truncate(1), &["MEASURE_NOT_JUDGED"]);
    check_pass(|says| says.findings.clear(), &["MEASURE_NOT_JUDGED"]);
    let no_measure: &[&str] = &["FINDING_FOR_NO_MEASURE"];
    check_pass(|says| says.findings.push(finding(3, true)), no_measure);
    check_pass(|says| says.findings.push(finding(0, true)), no_measure);
    check_pass(|says| says.findings.push(finding(2, true)), no_measure);
    check_pass(|says| says.findings.reverse(), &[]);
    let case = Case::at(Status::AwaitingVerification);
    let says = but(sample::fail(case.today, 60), |says| {
        says.inspection.findings.remove(0);
    });
    check(&case, &inspector(), says, &["MEASURE_NOT_JUDGED"]);
}

#[test]
fn of_two_findings_for_one_measure_the_second_is_pointed_at() {
    let case = Case::at(Status::AwaitingVerification);
    let says = pass(&case, |says| says.findings.insert(1, finding(1, true)));
    let refusals = refused(&case, &inspector(), says);
    let twice = refusals.first().unwrap();
    assert_eq!(twice.code(), "FINDING_FOR_NO_MEASURE");
    assert_eq!(twice.element(), Some(Which::Nth(2)));
}

#[test]
fn the_first_measure_that_is_not_judged_is_named() {
    let case = Case::at(Status::AwaitingVerification);
    let says = pass(&case, |says| says.findings.clear());
    let refusals = refused(&case, &inspector(), says);
    let message = refusals.first().unwrap().message();
    assert_eq!(message, "第1条整改措施没有验收结论。");
}

#[test]
fn a_pass_has_no_failed_measure_and_a_failure_has_one() {
    for failed in 0..2 {
        check_pass(
            |says| says.findings[failed].passed = false,
            &["MEASURE_FAILED"],
        );
    }
    let case = Case::at(Status::AwaitingVerification);
    for (passed, expected) in [
        ([true, true], &["NOTHING_FAILED"] as &[&str]),
        ([true, false], &[]),
        ([false, true], &[]),
        ([false, false], &[]),
    ] {
        let says = FailVerification {
            inspection: sample::inspection(case.today, passed, 60),
            again_by: None,
        };
        check(&case, &inspector(), says, expected);
    }
}

#[test]
fn what_failed_is_put_right_within_the_deadline() {
    let mut case = Case::at(Status::AwaitingVerification);
    let refusal: &[&str] = &["AGAIN_AFTER_DEADLINE"];
    let in_time = fail_again_by(&case, "2026-06-30");
    check(&case, &inspector(), in_time, &[]);
    let late = fail_again_by(&case, "2026-07-01");
    check(&case, &inspector(), late, refusal);
    case.on("2026-06-30");
    let on_the_last_day = fail_again_by(&case, "2026-07-01");
    check(&case, &inspector(), on_the_last_day, refusal);
    case.on("2026-07-01");
    let past_the_deadline = fail_again_by(&case, "2026-07-20");
    check(&case, &inspector(), past_the_deadline, &[]);
    let over = fail_again_by(&case, "2026-06-30");
    check(&case, &inspector(), over, &["AGAIN_IN_PAST"]);
    let today = fail_again_by(&case, "2026-07-01");
    check(&case, &inspector(), today, &[]);
}

#[test]
fn expiry_is_inspected_after_the_deadline() {
    for status in [Status::Acknowledged, Status::Rectifying] {
        let mut case = Case::at(status);
        let refusal: &[&str] = &["DEADLINE_NOT_REACHED"];
        for (on, expected) in [("2026-06-30", refusal), ("2026-07-01", &[])] {
            case.on(on);
            let says = case.fitting(Act::InspectAtExpiry, &inspector());
            check(&case, &inspector(), says, expected);
        }
    }
}

#[test]
fn at_expiry_measures_of_the_plan_are_judged_and_no_others() {
    let refusal: &[&str] = &["FINDING_FOR_NO_MEASURE"];
    let found = |case: &Case, measure| {
        but(sample::inspect_at_expiry(case.today, 60), |says| {
            says.inspection.findings = vec![finding(measure, false)];
        })
    };
    let mut in_work = Case::at(Status::Rectifying);
    in_work.on("2026-07-01");
    let mut before_a_plan = Case::at(Status::Acknowledged);
    before_a_plan.on("2026-07-01");
    for (case, measure, expected) in [
        (&in_work, 2, &[] as &[&str]),
        (&in_work, 3, refusal),
        (&before_a_plan, 1, refusal),
    ] {
        check(case, &inspector(), found(case, measure), expected);
    }
}

#[test]
fn what_the_team_brings_home_counts_when_the_server_holds_it() {
    let refusal: &[&str] = &["EVIDENCE_NOT_RECEIVED"];
    let brought = sample::files(EvidenceKind::Site, &[200]);
    check_pass(|says| says.evidence = brought.clone(), refusal);
    let case = Case::at(Status::AwaitingVerification);
    let says = but(sample::fail(case.today, 60), |says| {
        says.inspection.evidence = brought.clone();
    });
    check(&case, &inspector(), says, refusal);
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-01");
    let says = but(sample::inspect_at_expiry(case.today, 60), |says| {
        says.inspection.evidence = brought.clone();
    });
    check(&case, &inspector(), says, refusal);
}

#[test]
fn an_expiry_inspection_needs_an_independent_team() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-01");
    let says = but(sample::inspect_at_expiry(case.today, 60), |says| {
        says.inspection.members[2] = member(5, FACTORY, TeamRole::Member);
    });
    check(&case, &inspector(), says, &["TEAM_MEMBER_RECTIFIED"]);
}

#[test]
fn the_unit_of_a_further_order_does_not_verify_the_hazard_it_works_on() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&approver(), sample::order_further(date("2026-05-10")));
    case.advance_to(Status::AwaitingVerification);
    let team_with = |number, unit| {
        but(sample::pass(case.today, 90), |says| {
            says.inspection
                .members
                .push(sample::member(number, unit, TeamRole::Member));
        })
    };
    check(
        &case,
        &clerk(),
        team_with(14, MARKET),
        &["TEAM_MEMBER_RECTIFIED"],
    );
    check(&case, &clerk(), team_with(15, HOUSING_BUREAU), &[]);
}

#[test]
fn what_a_failed_round_has_shown_the_next_team_does_not_show_again() {
    let mut case = Case::at(Status::AwaitingVerification);
    case.step(&inspector(), sample::fail(case.today, 170));
    case.step(&factory(), sample::apply(180));
    let refusal: &[&str] = &["EVIDENCE_ALREADY_JUDGED"];
    let new = sample::pass(case.today, 190);
    check(&case, &inspector(), new.clone(), &[]);
    let same_photo = but(new.clone(), |says| {
        says.inspection.evidence = sample::files(EvidenceKind::Site, &[170]);
    });
    check(&case, &inspector(), same_photo, refusal);
    let used: &[&str] = &["TEAM_SIGNATURE_USED"];
    for signature in [171, 172, 173].map(file) {
        let signed_before = but(new.clone(), |says| {
            says.inspection.members[1].signature = signature;
        });
        check(&case, &inspector(), signed_before, used);
    }
}

#[test]
fn a_photo_is_nobodys_signature() {
    let case = Case::at(Status::AwaitingVerification);
    let refusal: &[&str] = &["TEAM_SIGNATURE_IS_PHOTO"];
    let application = case.hazard().application().unwrap();
    let applied = application.ground.evidence();
    let after = applied.of_kind(EvidenceKind::After).next().unwrap();
    let report = applied.of_kind(EvidenceKind::Report).next().unwrap();
    let signed = |signature| move |says: &mut Inspection| says.members[1].signature = signature;
    for (signature, expected) in [
        (file(60), refusal),
        (after.digest(), refusal),
        (report.digest(), &[]),
    ] {
        check(
            &case,
            &inspector(),
            pass(&case, signed(signature)),
            expected,
        );
        let fail = but(sample::fail(case.today, 60), |says| {
            signed(signature)(&mut says.inspection);
        });
        check(&case, &inspector(), fail, expected);
    }
    let told = refused_pass(|says| says.members[2].signature = file(60));
    let message = told.first().unwrap().message();
    assert!(message.starts_with("第3名"), "{message}");
    let mut expired = Case::at(Status::Rectifying);
    expired.on("2026-07-01");
    let says = but(sample::inspect_at_expiry(expired.today, 60), |says| {
        signed(file(60))(&mut says.inspection);
    });
    check(&expired, &inspector(), says, refusal);
}

#[test]
fn a_signature_counts_when_the_server_holds_it() {
    let case = Case::at(Status::AwaitingVerification);
    let unheld = but(sample::pass(case.today, 90), |says| {
        says.inspection.members[2].signature = file(201);
    });
    check(&case, &inspector(), unheld, &["EVIDENCE_NOT_RECEIVED"]);
}

#[test]
fn a_unit_that_once_worked_on_the_hazard_does_not_verify_it_in_a_later_cycle() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&approver(), sample::order_further(date("2026-05-10")));
    case.step(&market(), sample::answer_further(case.today));
    case.advance_to(Status::Closed);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    case.advance_to(Status::AwaitingVerification);
    let with_market = but(sample::pass(case.today, 190), |says| {
        let member = sample::member(14, MARKET, TeamRole::Member);
        says.inspection.members.push(member);
    });
    check(&case, &clerk(), with_market, &["TEAM_MEMBER_RECTIFIED"]);
}
