//! Single cases that the example has not got.

use super::{stood, townships};
use xiaohao_core::statistics::*;
use xiaohao_core::values::{Fen, ReopenReason, SupervisionLevel};
use xiaohao_core::{Act, Status};
use xiaohao_tests::{Case, approver, clerk, date, factory, inspector, sample, signer};

fn year() -> Period {
    Period::new(date("2026-01-01"), date("2026-12-31")).unwrap()
}

#[test]
fn who_applies_on_the_deadline_day_is_on_time_and_the_day_after_is_late() {
    for (applied_on, told) in [
        ("2026-06-30", "1/1（100.0%）"),
        ("2026-07-01", "0/1（0.0%）"),
    ] {
        let mut case = Case::at(Status::Rectifying);
        case.on(applied_on);
        case.step(&factory(), sample::apply(40));
        case.pass_days(5);
        let today = case.today;
        case.step(&inspector(), sample::pass(today, 60));
        let day = Snapshot::new([case.hazard()], today);
        for by in [Deadline::Effective, Deadline::Original] {
            let rate = day.on_time_rate(by).ratio();
            assert_eq!(rate.to_string(), told, "{applied_on} {by:?}");
        }
        assert_eq!(completed_on(case.hazard()), Some(date(applied_on)));
    }
}

#[test]
fn what_leaves_the_list_is_deducted_and_what_was_never_on_it_is_not() {
    for act in [Act::Merge, Act::Downgrade, Act::Transfer, Act::Annul] {
        let mut case = Case::at(Status::Listed);
        if act == Act::Annul {
            case.step(&clerk(), sample::propose_annulment());
        }
        let command = case.fitting(act, &approver());
        case.step(&approver(), command);
        let flow = Flow::during(&[&case.history], year()).unwrap();
        let parts = flow.stock().unwrap().parts();
        assert_eq!(
            (parts.new, parts.deducted, parts.closing),
            (1, 1, 0),
            "{act:?}"
        );
        let day = Snapshot::new([case.hazard()], case.today);
        let counts = [day.ever(), day.deducted(), day.valid()].map(|ids| ids.len());
        assert_eq!(counts, [1, 1, 0], "{act:?}");
    }
    for status in [
        Status::Reported,
        Status::Rejected,
        Status::Downgraded,
        Status::Merged,
        Status::Transferred,
        Status::Annulled,
    ] {
        let case = Case::at(status);
        let flow = Flow::during(&[&case.history], year()).unwrap();
        assert_eq!(flow, Flow::default(), "{status:?}");
        let day = Snapshot::new([case.hazard()], case.today);
        assert_eq!(day.ever(), [], "{status:?}");
    }
}

#[test]
fn what_was_under_supervision_counts_among_the_supervised_once_that_is_lifted() {
    let level = SupervisionLevel::County;
    let mut case = Case::at(Status::Rectifying);
    let told = |case: &Case| {
        let day = Snapshot::new([case.hazard()], case.today);
        let rate = day.supervised_closure_rate(level).ratio().to_string();
        (rate, day.under_supervision(level).len())
    };
    assert_eq!(told(&case), ("0/0（—）".to_owned(), 0));
    case.step(&signer(), sample::supervise());
    assert_eq!(told(&case), ("0/1（0.0%）".to_owned(), 1));
    case.step(&signer(), sample::lift_supervision(level));
    assert_eq!(told(&case), ("0/1（0.0%）".to_owned(), 0));
}

#[test]
fn what_is_verified_is_done_and_still_open() {
    let case = Case::at(Status::Verified);
    let day = Snapshot::new([case.hazard()], case.today);
    let id = [case.hazard().id()];
    assert_eq!(day.done(), id);
    assert_eq!(day.open(), id);
    assert_eq!(day.struck_off(), []);
    assert_eq!(day.days_to_complete(), None);
}

#[test]
fn a_false_closure_reopened_without_a_look_back_counts_above_only() {
    let mut case = Case::at(Status::Closed);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    let day = Snapshot::new([case.hazard()], case.today);
    assert_eq!(day.rebound_rate().ratio().to_string(), "1/0（—）");
    let flow = Flow::during(&[&case.history], year()).unwrap();
    let parts = flow.stock().unwrap().parts();
    assert_eq!(
        (parts.new, parts.reopened, parts.struck_off, parts.closing),
        (1, 1, 1, 1)
    );
}

#[test]
fn money_spent_is_what_was_last_stated_and_not_what_was_corrected() {
    let mut case = Case::at(Status::Rectifying);
    let spent = |case: &Case| {
        let day = Snapshot::new([case.hazard()], case.today);
        day.spent_funds().unwrap().total().to_wan()
    };
    assert_eq!(spent(&case), "0.00");
    let stated = |wan: &str, corrects| xiaohao_core::acts::RecordProgress {
        spent: Some(Fen::from_wan(wan).unwrap()),
        corrects,
        ..sample::progress(30)
    };
    case.pass_days(2);
    case.step(&factory(), stated("500", None));
    let wrong = case.hazard().version();
    assert_eq!(spent(&case), "500.00");
    // An entry of an earlier day that came in later says less than the last day's.
    let earlier = case.today - chrono::TimeDelta::days(1);
    case.act_on(&factory(), earlier, stated("2", None)).unwrap();
    assert_eq!(spent(&case), "500.00");
    case.step(&factory(), stated("5", Some(wrong)));
    assert_eq!(spent(&case), "5.00");
    // An application counts as well, and still does when it is withdrawn; an entry that tells of no money leaves it.
    case.step(&factory(), sample::apply(40));
    assert_eq!(spent(&case), "18.20");
    case.step(&factory(), sample::withdraw());
    case.step(&factory(), sample::progress(50));
    assert_eq!(spent(&case), "18.20");
    assert_eq!(
        case.hazard().work().unwrap().plan.funds().planned.to_wan(),
        "18.60"
    );
}

#[test]
fn nothing_due_is_no_rank_and_nothing_at_all_is_a_dash() {
    let on = date("2026-03-31");
    let hazards = stood(on);
    let day = Snapshot::new(&hazards, on);
    let scopes = townships()
        .into_iter()
        .map(|code| (code, day.within(Scope::Township(code))));
    let rows = rank(scopes.collect());
    assert!(rows.iter().all(|row| row.rank.is_none()));
    assert!(rows.is_sorted_by_key(|row| row.scope));
    assert_eq!(rows.len(), 14);
    let nothing = Snapshot::new([], on);
    assert_eq!(nothing.closure_rate().ratio().percentage(), "—");
    assert_eq!(nothing.days_to_complete(), None);
    assert_eq!(nothing.planned_funds().unwrap().total(), Fen::ZERO);
}

#[test]
fn what_came_back_is_overdue_when_its_time_is_over_whoever_must_keep_it() {
    let mut case = Case::at(Status::Assigned);
    let due_on = case.hazard().term().unwrap().due_on;
    case.step(&factory(), sample::return_assignment());
    let on = |days| due_on + chrono::TimeDelta::days(days);
    for by in [Deadline::Effective, Deadline::Original] {
        let overdue = |days| Snapshot::new([case.hazard()], on(days)).overdue(by);
        assert_eq!(overdue(0), Vec::new(), "{by:?}");
        let late = overdue(1);
        let told: Vec<_> = late.iter().map(|one| (one.due_on, one.days)).collect();
        assert_eq!(told, [(due_on, 1)], "{by:?}");
    }
}
