//! Who sits on a verification team, and under what name.

use super::check;
use super::verifying::{check_pass, check_team, led_by_the_host, pass, team_of_the_house};
use std::sync::Arc;
use xiaohao_core::acts::{Plan, PlanParts, TeamMember, TeamRole};
use xiaohao_core::directory::{Directory, DirectoryParts, Post};
use xiaohao_core::{PersonName, Role, Status};
use xiaohao_tests::sample::{but, member};
use xiaohao_tests::*;

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
    let [signed, planned] = ["代签收", "总工程师"].map(sample::name);
    check_name(&case, signed.clone(), &[]);
    check_name(&case, planned.clone(), &[]);
    let mut named = Case::at(Status::Assigned);
    let receipt = but(sample::acknowledge(named.today), |says| {
        says.signed_by = signed.clone();
    });
    named.step(&factory(), receipt);
    let mut parts: PlanParts = sample::plan(date("2026-06-20")).into();
    let responsibility = parts.responsibility.as_mut();
    responsibility.unwrap().person = planned.clone();
    named.step(&factory(), Plan::new(parts).unwrap());
    named.advance_to(Status::AwaitingVerification);
    check_name(&named, signed, refusal);
    check_name(&named, planned, refusal);
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
