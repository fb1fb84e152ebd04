//! T16, T17 and X04: the team, what it finds, and when.

use super::{Provocation, check, refused};
use std::sync::Arc;
use xiaohao_core::acts::{
    FailVerification, Finding, Inspection, PassVerification, Plan, TeamMember, TeamRole,
};
use xiaohao_core::directory::{Directory, DirectoryParts, Post};
use xiaohao_core::refusal::Which;
use xiaohao_core::values::{Evidence, EvidenceKind, EvidenceSet, ReopenReason};
use xiaohao_core::{PersonName, Refusals, Role, Status};
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

fn pass(case: &Case, change: impl FnOnce(&mut Inspection)) -> PassVerification {
    but(sample::pass(case.today, 60), |says| {
        change(&mut says.inspection);
    })
}

/// A change of the sample opinion, and what stands in the way of it.
fn check_pass(change: impl FnOnce(&mut Inspection), expected: &[&str]) {
    let case = Case::at(Status::AwaitingVerification);
    check(&case, &inspector(), pass(&case, change), expected);
}

/// A change of the sample team, recorded by the office's clerk.
fn check_team(case: &Case, members: Vec<TeamMember>, expected: &[&str]) {
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
fn led_by_the_host(status: Status) -> Case {
    but(Case::at(Status::Reported), |case| {
        let says = but(sample::list(), |says| {
            says.lead_unit = unit(EMERGENCY_BUREAU);
        });
        case.step(&clerk(), says);
        case.advance_to(status);
    })
}

fn team_of_the_house(case: &Case) -> PassVerification {
    pass(case, |says| {
        says.members = vec![
            member(1, OFFICE, TeamRole::Leader),
            member(61, EMERGENCY_BUREAU, TeamRole::Member),
            member(62, OFFICE, TeamRole::Member),
        ];
    })
}

#[test]
fn a_team_has_two_people_at_least_and_each_of_them_once() {
    let case = Case::at(Status::AwaitingVerification);
    let leader = || member(1, OFFICE, TeamRole::Leader);
    let inspector = || member(7, FIRE_BRIGADE, TeamRole::Member);
    check_team(&case, vec![leader(), inspector()], &[]);
    check_team(&case, vec![leader()], &["TEAM_TOO_SMALL"]);
    check_team(
        &case,
        Vec::new(),
        &["TEAM_TOO_SMALL", "TEAM_LEADER_NOT_OFFICE"],
    );
    check_team(
        &case,
        vec![leader(), inspector(), inspector()],
        &["TEAM_MEMBER_TWICE"],
    );
    let same_person = member(1, EXPERTS, TeamRole::Expert);
    check_team(
        &case,
        vec![leader(), same_person],
        &[
            "TEAM_TOO_SMALL",
            "TEAM_MEMBER_TWICE",
            "TEAM_MEMBER_UNREGISTERED",
        ],
    );
}

#[test]
fn a_team_has_one_leader_and_he_is_of_the_office() {
    let case = Case::at(Status::AwaitingVerification);
    let refusal: &[&str] = &["TEAM_LEADER_NOT_OFFICE"];
    let office = |number, role| member(number, OFFICE, role);
    let other = |role| member(7, FIRE_BRIGADE, role);
    let (leader, plain) = (TeamRole::Leader, TeamRole::Member);
    check_team(&case, vec![office(1, leader), other(plain)], &[]);
    check_team(&case, vec![office(1, plain), other(plain)], refusal);
    check_team(&case, vec![office(1, plain), other(leader)], refusal);
    check_team(&case, vec![office(1, leader), office(2, leader)], refusal);
    check_team(&case, vec![office(1, leader), other(leader)], refusal);
    check_team(&case, vec![other(leader), office(1, leader)], refusal);
}

#[test]
fn nobody_of_the_rectifying_side_sits_on_the_team() {
    let mut case = Case::at(Status::Acknowledged);
    let parts = but(sample::plan_parts(date("2026-06-20")), |parts| {
        parts.responsibility.as_mut().unwrap().contractor = Some(unit(CONTRACTOR));
    });
    case.step(&factory(), Plan::new(parts).unwrap());
    case.step(&actor(71, Role::Unit, FACTORY), sample::progress(50));
    case.step(&actor(72, Role::Unit, FACTORY), sample::apply(60));
    let with = |third: TeamMember| {
        let mut team = sample::team();
        team[2] = third;
        team
    };
    let refusal: &[&str] = &["TEAM_MEMBER_RECTIFIED"];
    let expert = TeamRole::Expert;
    let check_third = |number, of, expected| {
        let says = but(sample::pass(case.today, 90), |says| {
            says.inspection.members = with(member(number, of, expert));
        });
        check(&case, &clerk(), says, expected);
    };
    let elsewhere: &[&str] = &["TEAM_MEMBER_UNREGISTERED", "TEAM_MEMBER_RECTIFIED"];
    check_third(60, EXPERTS, &[]);
    check_third(60, FACTORY, elsewhere);
    check_third(60, CONTRACTOR, elsewhere);
    check_third(90, FACTORY, elsewhere);
    // Who filed the plan, a progress entry or the application, whatever unit he sits for now.
    // He is registered for the factory, and so comes from there whatever else is said of him.
    check_third(5, EXPERTS, elsewhere);
    check_third(71, EXPERTS, refusal);
    check_third(72, EXPERTS, refusal);
}

/// The second post of somebody who also works for another unit.
fn with_a_second_post(case: &mut Case, of: u128, from: &str, until: Option<&str>) {
    let mut parts: DirectoryParts = (*case.county.directory).clone().into();
    let person = parts
        .people
        .iter_mut()
        .find(|one| one.id == inspector().person);
    person.unwrap().posts.push(Post {
        role: Role::Unit,
        unit: unit(of),
        from: Some(date(from)),
        until: until.map(date),
    });
    case.county.directory = Arc::new(Directory::new(parts).unwrap());
}

#[test]
fn who_has_a_post_on_the_rectifying_side_too_does_not_verify_in_his_other_one() {
    let refusal: &[&str] = &["TEAM_MEMBER_RECTIFIED"];
    for (of, from, until, expected) in [
        (FACTORY, "2020-01-01", None, refusal),
        // Found on 2026-03-02, on which a post may be handed over, and judged in the middle of the month.
        (FACTORY, "2020-01-01", Some("2026-03-01"), refusal),
        (FACTORY, "2020-01-01", Some("2026-02-28"), &[]),
        (FACTORY, "2027-01-01", None, &[]),
        (MARKET, "2020-01-01", None, &[]),
    ] {
        let mut case = Case::at(Status::AwaitingVerification);
        with_a_second_post(&mut case, of, from, until);
        check_team(&case, sample::team(), expected);
    }
}

#[test]
fn nobody_sits_for_a_unit_that_is_not_his() {
    let case = Case::at(Status::AwaitingVerification);
    let refusal: &[&str] = &["TEAM_MEMBER_UNREGISTERED"];
    let leader = || member(1, OFFICE, TeamRole::Leader);
    for (third, expected) in [
        (member(7, FIRE_BRIGADE, TeamRole::Member), &[] as &[&str]),
        (member(7, HOUSING_BUREAU, TeamRole::Member), refusal),
        (member(14, FIRE_BRIGADE, TeamRole::Member), refusal),
        (member(14, EXPERTS, TeamRole::Expert), refusal),
        (member(60, EXPERTS, TeamRole::Expert), &[]),
        // Whom no directory knows can be an expert of the experts, and nothing else.
        (member(90, EXPERTS, TeamRole::Expert), &[]),
        (member(90, EXPERTS, TeamRole::Member), refusal),
        (member(90, FIRE_BRIGADE, TeamRole::Expert), refusal),
        (member(90, FIRE_BRIGADE, TeamRole::Member), refusal),
        (member(90, 999, TeamRole::Expert), refusal),
    ] {
        check_team(&case, vec![leader(), third], expected);
    }
    let of_the_factory = member(5, OFFICE, TeamRole::Leader);
    let second = || member(7, FIRE_BRIGADE, TeamRole::Member);
    check_team(
        &case,
        vec![of_the_factory, second()],
        &["TEAM_MEMBER_UNREGISTERED", "TEAM_MEMBER_RECTIFIED"],
    );
    check_team(
        &case,
        vec![member(90, OFFICE, TeamRole::Leader), second()],
        refusal,
    );
}

/// Who was on site and has left since sat on the team; who came to the unit since did not.
#[test]
fn a_member_has_his_post_on_the_day_of_the_visit() {
    for (from, until, told) in [
        (None, Some("2026-03-17"), &[] as &[&str]),
        (None, Some("2026-03-16"), &["TEAM_MEMBER_UNREGISTERED"]),
        (Some("2026-03-18"), None, &["TEAM_MEMBER_UNREGISTERED"]),
    ] {
        let mut case = Case::at(Status::AwaitingVerification);
        let mut parts: DirectoryParts = (*case.county.directory).clone().into();
        let person = parts
            .people
            .iter_mut()
            .find(|one| one.id == inspector().person);
        for post in &mut person.unwrap().posts {
            (post.from, post.until) = (from.map(date), until.map(date));
        }
        case.county.directory = Arc::new(Directory::new(parts).unwrap());
        let on_site_on = case.today;
        assert_eq!(on_site_on, date("2026-03-17"));
        case.today = date("2026-03-19");
        let says = pass(&case, |says| says.on_site_on = on_site_on);
        check(&case, &clerk(), says, told);
    }
}

#[test]
fn what_was_stopped_since_it_was_applied_for_is_assessed_before_it_passes() {
    let mut case = Case::at(Status::Rectifying);
    let application = but(sample::apply(60), |says| {
        let photos = [(60, 1), (61, 2)].map(|(photo, measure)| sample::after(photo, measure));
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
fn a_member_whom_no_directory_knows_bears_no_name_of_the_rectifying_side() {
    let mut case = Case::at(Status::AwaitingVerification);
    let unknown = |name: PersonName| {
        but(member(90, EXPERTS, TeamRole::Expert), |member| {
            member.name = name;
        })
    };
    let check_name = |case: &Case, name: PersonName, expected: &[&str]| {
        let leader = member(1, OFFICE, TeamRole::Leader);
        check_team(case, vec![leader, unknown(name)], expected);
    };
    let refusal: &[&str] = &["TEAM_MEMBER_RECTIFIED"];
    check_name(&case, name_of(factory().person), refusal);
    check_name(&case, name_of(market().person), &[]);
    // Who answers for the unit on the order is of it, though he has no post.
    let head = sample::holder(FACTORY).head().unwrap().clone();
    check_name(&case, head, refusal);
    // So is who signed the receipt, and who answers in the plan.
    let hazard = case.hazard();
    let signed_by = hazard.receipt().unwrap().signed_by.clone();
    let planned = hazard.work().unwrap().plan.responsibility().person.clone();
    check_name(&case, signed_by, refusal);
    check_name(&case, planned, refusal);
    with_a_second_post(&mut case, FACTORY, "2020-01-01", None);
    check_name(&case, name_of(inspector().person), refusal);
}

#[test]
fn a_member_of_the_directory_is_named_as_it_has_him_and_signs_for_himself() {
    check_pass(
        |says| says.members[0].name = sample::name("人员一"),
        &["TEAM_MEMBER_MISNAMED"],
    );
    let shared: &[&str] = &["TEAM_SIGNATURE_SHARED"];
    check_pass(
        |says| says.members[1].signature = says.members[0].signature,
        shared,
    );
    let case = Case::at(Status::AwaitingVerification);
    let says = but(sample::fail(case.today, 60), |says| {
        let members = &mut says.inspection.members;
        members[2].signature = members[0].signature;
    });
    check(&case, &clerk(), says, shared);
}

#[test]
fn who_tracked_the_work_for_the_lead_unit_may_verify() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&inspector(), sample::progress(50));
    case.step(&factory(), sample::apply(60));
    check(&case, &inspector(), sample::pass(case.today, 70), &[]);
}

#[test]
fn a_declared_conflict_keeps_off_the_team() {
    check_pass(
        |says| says.members[2].conflict = Some(sample::prose("系企业股东。")),
        &["TEAM_MEMBER_CONFLICTED"],
    );
}

#[test]
fn where_the_host_leads_somebody_comes_from_outside() {
    let case = led_by_the_host(Status::AwaitingVerification);
    let leader = || member(1, OFFICE, TeamRole::Leader);
    let host = |role| member(61, EMERGENCY_BUREAU, role);
    let refusal: &[&str] = &["TEAM_LACKS_OUTSIDER"];
    check_team(&case, vec![leader(), host(TeamRole::Member)], refusal);
    check(&case, &clerk(), team_of_the_house(&case), refusal);
    check_team(&case, vec![leader(), host(TeamRole::Expert)], refusal);
    // Of an expert whom no directory knows nobody can tell whence he comes.
    let expert = |number| member(number, EXPERTS, TeamRole::Expert);
    check_team(&case, vec![leader(), expert(90)], refusal);
    check_team(&case, vec![leader(), expert(60)], &[]);
    check_team(&case, vec![leader(), expert(90), expert(60)], &[]);
    let outsider = member(7, FIRE_BRIGADE, TeamRole::Member);
    check_team(&case, vec![leader(), outsider], &[]);
    let elsewhere = Case::at(Status::AwaitingVerification);
    check_team(&elsewhere, vec![leader(), host(TeamRole::Member)], &[]);
    let without_host = but(case, |case| case.county.office_host = None);
    check_team(&without_host, vec![leader(), host(TeamRole::Member)], &[]);
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
        case.on("2026-06-30");
        let says = sample::inspect_at_expiry(case.today, 60);
        check(&case, &inspector(), says, refusal);
        case.on("2026-07-01");
        let says = sample::inspect_at_expiry(case.today, 60);
        check(&case, &inspector(), says, &[]);
    }
}

#[test]
fn what_the_team_brings_home_counts_when_the_server_holds_it() {
    let refusal: &[&str] = &["EVIDENCE_NOT_RECEIVED"];
    let brought = sample::files(EvidenceKind::Site, &[200]);
    check_pass(|says| says.evidence = brought.clone(), refusal);
    let case = Case::at(Status::AwaitingVerification);
    let says = sample::fail(case.today, 200);
    check(&case, &inspector(), says, refusal);
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-01");
    let says = sample::inspect_at_expiry(case.today, 200);
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
    check(&case, &inspector(), sample::pass(case.today, 170), refusal);
    check(&case, &inspector(), sample::pass(case.today, 190), &[]);
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
