//! The trap of spec §4: the bureau that houses the office leads the hazard's line.

use xiaohao_core::acts::TeamRole;
use xiaohao_core::{Role, Status};
use xiaohao_tests::sample::{but, member};
use xiaohao_tests::*;

fn led_by_the_host() -> Case {
    but(Case::at(Status::Reported), |case| {
        let says = but(sample::list(), |says| {
            says.lead_unit = unit(EMERGENCY_BUREAU);
        });
        case.step(&clerk(), says);
        case.advance_to(Status::Rectifying);
    })
}

#[test]
fn a_hazard_of_the_hosts_line_goes_its_way_with_an_outsider_and_another_approver() {
    let mut case = led_by_the_host();
    let tracker = actor(3, Role::Lead, EMERGENCY_BUREAU);
    case.step(&tracker, sample::progress(60));
    case.step(&factory(), sample::apply(60));
    let of_the_house = but(sample::pass(case.today, 70), |says| {
        says.inspection.members = vec![
            member(1, OFFICE, TeamRole::Leader),
            member(61, EMERGENCY_BUREAU, TeamRole::Member),
        ];
    });
    let told = case.verdict(&clerk(), of_the_house.clone());
    assert_eq!(told, ["TEAM_LACKS_OUTSIDER"]);
    let with_an_expert = but(of_the_house, |says| {
        says.inspection
            .members
            .push(member(60, EXPERTS, TeamRole::Expert));
    });
    case.step(&clerk(), with_an_expert);
    // The tracker sits in the approver's chair as well.
    let told = case.verdict(&approver(), sample::strike_off());
    assert_eq!(told, ["APPROVER_TRACKED"]);
    let another = actor(80, Role::OfficeApprover, OFFICE);
    case.step(&another, sample::strike_off());
    assert_eq!(case.status(), Status::Closed);
}

#[test]
fn a_failed_verification_of_the_hosts_line_needs_an_outsider_too() {
    let mut case = led_by_the_host();
    case.step(&factory(), sample::apply(60));
    let says = but(sample::fail(case.today, 70), |says| {
        says.inspection.members = vec![
            member(1, OFFICE, TeamRole::Leader),
            member(61, EMERGENCY_BUREAU, TeamRole::Member),
        ];
    });
    assert_eq!(case.verdict(&clerk(), says), ["TEAM_LACKS_OUTSIDER"]);
}
