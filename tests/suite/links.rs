//! 办理链接: what may be done through one in each state, and what ends it by itself.

use chrono::TimeDelta;
use xiaohao_core::{Act, Action, Context, Status, actions, decide};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// A hazard at this state, on which the head of the factory was handed a link when it was assigned.
fn with_link(status: Status) -> Case {
    let mut case = Case::at(Status::Assigned);
    let says = but(sample::hand_out_link(case.today), |says| {
        says.expires_on = case.today + TimeDelta::days(30);
    });
    case.step(&second_clerk(), says);
    case.advance_to(status);
    case
}

#[test]
fn through_a_link_the_side_that_rectifies_acts_and_nobody_judges() {
    use Act::{
        AddNote, ApplyVerification, FilePlan, RecordProgress, RequestExtension, RevisePlan,
        WithdrawApplication,
    };
    let in_work = [
        RecordProgress,
        RequestExtension,
        ApplyVerification,
        AddNote,
        RevisePlan,
    ];
    for (status, by_link) in [
        (Status::Assigned, &[AddNote][..]),
        (Status::Acknowledged, &[FilePlan, AddNote]),
        (Status::Rectifying, &in_work),
        (
            Status::AwaitingVerification,
            &[WithdrawApplication, AddNote],
        ),
        (Status::Verified, &[AddNote]),
    ] {
        let case = with_link(status);
        let by = factory();
        let ctx = Context {
            link: Some(sample::link(1)),
            ..case.context(&by)
        };
        let shown = actions(case.hazard(), &ctx).into_iter();
        let allowed: Vec<Act> = shown.filter(Action::allowed).map(|one| one.act).collect();
        assert_eq!(allowed, by_link, "{status:?}");
        for act in Act::ALL {
            let says = case.fitting(*act, &by);
            let decided = decide(case.hazard.as_ref(), says, &ctx);
            assert_eq!(decided.is_ok(), by_link.contains(act), "{act:?}");
        }
    }
}

#[test]
fn whatever_ends_the_order_ends_a_link() {
    let opens = |case: &Case| case.hazard().file().links_not_over().count();
    let ending = |status, by, act| {
        let mut case = with_link(status);
        assert_eq!(opens(&case), 1);
        let says = case.fitting(act, &by);
        case.step(&by, says);
        (opens(&case), case.hazard().file().links.len())
    };
    for (status, by, act) in [
        (Status::Rectifying, approver(), Act::TakeBackLink),
        (Status::Acknowledged, approver(), Act::Reassign),
        (Status::Assigned, factory(), Act::ReturnAssignment),
        (Status::Rectifying, clerk(), Act::Merge),
        (Status::Rectifying, clerk(), Act::Downgrade),
        (Status::Rectifying, clerk(), Act::Transfer),
        (Status::Verified, approver(), Act::StrikeOff),
    ] {
        assert_eq!(ending(status, by, act), (0, 1), "{act:?}");
    }
    // What comes back to work comes back with its link.
    for (status, by, act) in [
        (
            Status::AwaitingVerification,
            factory(),
            Act::WithdrawApplication,
        ),
        (Status::Verified, approver(), Act::RefuseStrikeOff),
    ] {
        assert_eq!(ending(status, by, act), (1, 1), "{act:?}");
    }
}

#[test]
fn a_hazard_that_comes_back_on_the_list_does_not_come_back_with_its_links() {
    let mut case = with_link(Status::Closed);
    case.pass_days(1);
    case.step(
        &inspector(),
        sample::look_back(xiaohao_core::acts::LookBackResult::CameBack),
    );
    let says = case.fitting(Act::Reopen, &clerk());
    case.step(&clerk(), says);
    let says = case.fitting(Act::Assign, &approver());
    case.step(&approver(), says);
    assert_eq!(case.status(), Status::Assigned);
    assert_eq!(case.hazard().file().links_not_over().count(), 0);
}
