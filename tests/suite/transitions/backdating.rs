//! X08: the office's consent to one late entry.

use super::then;
use chrono::TimeDelta;
use xiaohao_core::dossier::BackdatingPermit;
use xiaohao_core::{Status, replay, replay_to};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn ten_days_later(status: Status) -> Case {
    but(Case::at(status), |case| case.pass_days(10))
}

#[test]
fn x08_a_consent_is_given_in_every_state_and_moves_nothing() {
    for status in Status::ALL {
        let given = ten_days_later(*status);
        let moved_on = given.hazard().file().moved_on;
        let earliest_on = given.today - TimeDelta::days(5);
        let says = sample::confirm_backdating(earliest_on);
        let case = then(given, &clerk(), says, *status);
        let permit = BackdatingPermit {
            earliest_on,
            by: clerk().person,
        };
        let file = case.hazard().file();
        assert_eq!(file.backdating, Some(permit));
        assert_eq!(file.moved_on, moved_on);
    }
}

#[test]
fn x08_with_consent_an_act_carries_the_day_on_which_it_happened() {
    let mut case = ten_days_later(Status::Listed);
    let day = case.today - TimeDelta::days(8);
    let told = case.verdict_on(&approver(), day, sample::assign());
    assert_eq!(told, ["BACKDATING_UNCONFIRMED"]);
    case.step(&clerk(), sample::confirm_backdating(day));
    case.act_on(&approver(), day, sample::assign()).unwrap();
    assert_eq!(case.status(), Status::Assigned);
    assert_eq!(case.hazard().assignment().unwrap().term.assigned_on, day);
    assert_eq!(case.hazard().file().moved_on, day);
}

#[test]
fn x08_a_consent_serves_one_act_and_is_gone_with_it() {
    let mut case = ten_days_later(Status::Listed);
    let day = case.today - TimeDelta::days(8);
    case.step(&clerk(), sample::confirm_backdating(day));
    case.act_on(&approver(), day, sample::assign()).unwrap();
    assert_eq!(case.hazard().file().backdating, None);
    let told = case.verdict_on(&factory(), day, sample::acknowledge(day));
    assert_eq!(told, ["BACKDATING_UNCONFIRMED"]);
}

#[test]
fn x08_a_consent_is_not_used_up_by_notes_and_progress() {
    let mut case = ten_days_later(Status::Rectifying);
    let day = case.today - TimeDelta::days(8);
    case.step(&clerk(), sample::confirm_backdating(day));
    case.step(&factory(), sample::note());
    case.step(&factory(), sample::progress(10));
    case.act_on(&factory(), day, sample::apply(60)).unwrap();
    assert_eq!(case.status(), Status::AwaitingVerification);
}

#[test]
fn x08_a_consent_is_used_up_by_an_act_that_did_not_need_it() {
    let mut case = ten_days_later(Status::Listed);
    let day = case.today - TimeDelta::days(8);
    case.step(&clerk(), sample::confirm_backdating(day));
    case.step(&signer(), sample::supervise());
    assert_eq!(case.hazard().file().backdating, None);
}

#[test]
fn x08_the_last_consent_counts() {
    let mut case = ten_days_later(Status::Listed);
    let day = |days: i64| case.today - TimeDelta::days(days);
    let (early, late) = (day(8), day(5));
    case.step(&clerk(), sample::confirm_backdating(early));
    case.step(&second_clerk(), sample::confirm_backdating(late));
    let told = case.verdict_on(&signer(), early, sample::assign());
    assert_eq!(told, ["BACKDATING_UNCONFIRMED"]);
    let told = case.verdict_on(&signer(), late, sample::assign());
    assert_eq!(told, [""; 0]);
}

#[test]
fn x08_a_history_with_a_late_entry_is_replayed_to_every_day() {
    let mut case = ten_days_later(Status::Listed);
    let (day, today) = (case.today - TimeDelta::days(8), case.today);
    case.step(&clerk(), sample::confirm_backdating(day));
    case.act_on(&approver(), day, sample::assign()).unwrap();
    assert_eq!(replay(&case.history).unwrap(), case.hazard);
    let status_on = |on| replay_to(&case.history, on).unwrap().unwrap().status();
    assert_eq!(status_on(day - TimeDelta::days(1)), Status::Listed);
    assert_eq!(status_on(day), Status::Assigned);
    assert_eq!(replay_to(&case.history, today).unwrap(), case.hazard);
}
