//! Rules 14–18: verification and strike-off.

use super::check;
use xiaohao_core::acts::{LookBackResult, TeamRole};
use xiaohao_core::values::{ClosureBasis, ReopenReason, SupervisionLevel};
use xiaohao_core::{Act, Event, Role, Status, TRANSITIONS};
use xiaohao_tests::sample::{but, member};
use xiaohao_tests::*;

#[test]
fn rule_14_a_verification_has_two_members_none_of_whom_rectified() {
    let case = Case::at(Status::AwaitingVerification);
    let by = |members: Vec<xiaohao_core::acts::TeamMember>| {
        but(sample::pass(case.today, 70), |says| {
            says.inspection.members = members;
        })
    };
    let leader = || member(1, OFFICE, TeamRole::Leader);
    let second = |number, of| member(number, of, TeamRole::Member);
    check(&case, &clerk(), by(vec![leader()]), &["TEAM_TOO_SMALL"]);
    let refusal: &[&str] = &["TEAM_MEMBER_RECTIFIED"];
    let of_the_factory = by(vec![leader(), second(5, FACTORY)]);
    check(&case, &clerk(), of_the_factory, refusal);
    let unknown = by(vec![leader(), second(90, FACTORY)]);
    let both: &[&str] = &["TEAM_MEMBER_UNREGISTERED", "TEAM_MEMBER_RECTIFIED"];
    check(&case, &clerk(), unknown, both);
    let independent = by(vec![leader(), second(60, EXPERTS)]);
    check(&case, &clerk(), independent, &[]);
}

#[test]
fn rule_14_the_site_is_not_seen_before_the_application() {
    let case = Case::at(Status::AwaitingVerification);
    let applied_on = case.hazard().application().unwrap().applied_on;
    let day_before = applied_on.pred_opt().unwrap();
    let refusal: &[&str] = &["ON_SITE_DATE_WRONG"];
    check(&case, &inspector(), sample::pass(day_before, 70), refusal);
    check(&case, &inspector(), sample::pass(applied_on, 70), &[]);
}

#[test]
fn rule_15_a_failed_verification_goes_back_to_work_with_one_more_round() {
    let mut case = Case::at(Status::AwaitingVerification);
    let deadline = case.hazard().assignment().unwrap().term.due_on;
    let says = sample::fail(case.today, 170);
    let findings = says.inspection.findings.clone();
    case.step(&inspector(), says);
    assert_eq!(case.status(), Status::Rectifying);
    assert_eq!(case.hazard().entry().unwrap().cycle.round(), 2);
    assert_eq!(case.hazard().assignment().unwrap().term.due_on, deadline);
    let Event::VerificationFailed(failed) = &case.history.last().unwrap().event else {
        panic!("not failed");
    };
    assert_eq!(failed.verdict.findings, findings);
}

#[test]
fn rule_16_a_strike_off_needs_a_passed_verification_of_this_cycle() {
    let into_closed: Vec<_> = TRANSITIONS
        .iter()
        .filter(|line| line.to == Some(Status::Closed))
        .map(|line| (line.act, line.from))
        .collect();
    assert_eq!(into_closed, [(Act::StrikeOff, &[Status::Verified] as &[_])]);
    let mut case = Case::at(Status::Closed);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    for status in [
        Status::Listed,
        Status::Rectifying,
        Status::AwaitingVerification,
    ] {
        case.advance_to(status);
        let refusal: &[&str] = &["NOT_ALLOWED_IN_STATE"];
        check(&case, &approver(), sample::strike_off(), refusal);
        assert_eq!(case.hazard().acceptance(), None);
    }
}

#[test]
fn rule_16_nobody_of_any_team_of_the_hazard_approves_in_any_round_or_cycle() {
    let approving = |number| actor(number, Role::OfficeApprover, OFFICE);
    let seat = |number| member(number, EXPERTS, TeamRole::Expert);
    let mut case = Case::at(Status::AwaitingVerification);
    let first = but(sample::fail(case.today, 170), |says| {
        says.inspection.members[2] = seat(91);
    });
    case.step(&inspector(), first);
    case.step(&factory(), sample::apply(180));
    let second = but(sample::pass(case.today, 190), |says| {
        says.inspection.members[2] = seat(92);
    });
    case.step(&inspector(), second);
    case.advance_to(Status::Closed);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    case.advance_to(Status::Verified);
    let refusal: &[&str] = &["APPROVER_ON_TEAM"];
    for number in [91, 92, 60] {
        check(&case, &approving(number), sample::strike_off(), refusal);
    }
    check(&case, &approving(93), sample::strike_off(), &[]);
}

#[test]
fn rule_17_a_suspension_in_force_holds_up_the_strike_off_unless_the_unit_has_ceased() {
    let mut rectified = Case::at(Status::Rectifying);
    rectified.step(&lead(), sample::suspend());
    let mut ceased = rectified.clone();
    rectified.advance_to(Status::Verified);
    let refusal: &[&str] = &["SUSPENSION_IN_FORCE"];
    check(&rectified, &approver(), sample::strike_off(), refusal);
    // Saying another basis than the verified one opens no way round.
    let as_ceased = but(sample::strike_off(), |says| {
        says.basis = ClosureBasis::ShutDown;
    });
    let both: &[&str] = &["SUSPENSION_IN_FORCE", "CLOSURE_BASIS_DIFFERS"];
    check(&rectified, &approver(), as_ceased.clone(), both);
    rectified.step(&lead(), sample::resume());
    check(&rectified, &approver(), sample::strike_off(), &[]);
    ceased.step(&lead(), sample::apply_shutdown(60));
    ceased.advance_to(Status::Verified);
    check(&ceased, &approver(), as_ceased, &[]);
}

#[test]
fn rule_18_a_hazard_of_a_higher_body_is_not_struck_off_without_its_consent() {
    for level in SupervisionLevel::ALL {
        let mut case = Case::at(Status::AwaitingVerification);
        let from_above = *level > SupervisionLevel::County;
        if from_above {
            case.step(&signer(), sample::supervise_from_above(*level));
        } else {
            case.step(&signer(), sample::supervise());
        }
        case.advance_to(Status::Verified);
        let refusal: &[&str] = &["CONSENT_MISSING"];
        let expected = if from_above { refusal } else { &[] };
        check(&case, &approver(), sample::strike_off(), expected);
        let with_consent = but(sample::strike_off(), |says| {
            says.consent = Some(sample::consent_at(*level, case.today));
        });
        check(&case, &approver(), with_consent, &[]);
        case.step(&signer(), sample::lift_supervision(*level));
        check(&case, &approver(), sample::strike_off(), &[]);
    }
}

#[test]
fn rule_21_a_failed_look_back_reopens_under_the_same_number_and_leaves_earlier_days_alone() {
    let mut case = Case::at(Status::Circulated);
    let number = case.hazard().number().copied();
    let before = case.clone();
    case.pass_days(30);
    case.step(
        &town_inspector(),
        sample::look_back(LookBackResult::CameBack),
    );
    case.pass_days(1);
    case.step(&clerk(), sample::reopen(ReopenReason::Rebound));
    assert_eq!(case.status(), Status::Listed);
    assert_eq!(case.hazard().number().copied(), number);
    assert_eq!(case.hazard().entry().unwrap().cycle.number, 2);
    case.advance_to(Status::Verified);
    let first = before.history[0].stamp.occurred_on;
    let reopened_on = before.today + chrono::TimeDelta::days(31);
    let mut day = first;
    while day < before.today {
        let then = xiaohao_core::replay_to(&before.history, day).unwrap();
        let now = xiaohao_core::replay_to(&case.history, day).unwrap();
        assert_eq!(now, then, "{day}");
        day = day.succ_opt().unwrap();
    }
    let status = |day| {
        let hazard = xiaohao_core::replay_to(&case.history, day).unwrap();
        hazard.unwrap().status()
    };
    assert_eq!(status(reopened_on.pred_opt().unwrap()), Status::Circulated);
    assert_eq!(status(reopened_on), Status::Listed);
}
