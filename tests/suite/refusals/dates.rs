//! The dates that every act keeps, and what the ledger cannot provide.

use super::{Provocation, assert_catalogued, check, refused};
use chrono::{NaiveDate, TimeDelta};
use xiaohao_core::acts::{List, PowerCut, Suspend};
use xiaohao_core::calendar::InChinese;
use xiaohao_core::calendar::{Calendar, CalendarYear};
use xiaohao_core::values::{
    Basis, ReopenReason, ResearchBasis, Series, SupervisionLevel, SuspensionKind,
};
use xiaohao_core::{Act, Actor, Command, Known, NextNumbers, Refusal, Refusals, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("PERMIT_DATE_WRONG", || {
        let says = sample::confirm_backdating(date("2026-03-01"));
        refused(&Case::at(Status::Listed), &clerk(), says)
    }),
    ("OCCURRED_IN_FUTURE", || {
        days_off(&Case::at(Status::Listed), 1, &approver(), sample::assign())
    }),
    ("OCCURRED_TOO_EARLY", || {
        let case = Case::new();
        let says = but(sample::report(), |says| says.found_on = date("1999-12-31"));
        days_off(&case, before_numbers(&case), &inspector(), says)
    }),
    ("BEFORE_PREVIOUS_ACT", || {
        days_off(&Case::at(Status::Listed), -1, &approver(), sample::assign())
    }),
    ("BEFORE_FOUND", || {
        let case = Case::at(Status::Listed);
        let found_on = case.hazard.as_ref().unwrap().file().report.found_on;
        let days = (found_on - case.today).num_days() - 1;
        days_off(&case, days, &inspector(), sample::note())
    }),
    ("BACKDATING_UNCONFIRMED", || {
        let mut case = Case::at(Status::Listed);
        case.pass_days(10);
        days_off(&case, -4, &approver(), sample::assign())
    }),
    ("DAY_BEFORE_FOUND", || {
        let says = sample::transfer(date("2026-03-01"));
        refused(&Case::at(Status::Listed), &clerk(), says)
    }),
    ("DAY_AFTER_ACT", || {
        let case = Case::at(Status::Reported);
        let tomorrow = case.today + TimeDelta::days(1);
        refused(&case, &clerk(), decided_on(tomorrow))
    }),
    ("DATE_NOT_COMPUTABLE", || {
        let case = without_calendar(Case::at(Status::Assigned));
        refused(&case, &factory(), sample::return_assignment())
    }),
    ("NUMBER_UNAVAILABLE", || {
        refused(
            &without_numbers(Case::at(Status::Listed)),
            &approver(),
            sample::assign(),
        )
    }),
];

fn days_off(case: &Case, days: i64, by: &Actor, says: impl Into<Command>) -> Refusals {
    let ctx = xiaohao_core::Context {
        occurred_on: case.today + TimeDelta::days(days),
        ..case.context(by)
    };
    xiaohao_core::decide(case.hazard.as_ref(), says.into(), &ctx).unwrap_err()
}

fn check_days_off(case: &Case, days: i64, by: &Actor, says: impl Into<Command>, expected: &[&str]) {
    let occurred_on = case.today + TimeDelta::days(days);
    assert_eq!(
        case.verdict_on(by, occurred_on, says),
        expected,
        "{days} days off"
    );
}

fn without_calendar(mut case: Case) -> Case {
    let year: CalendarYear = serde_json::from_str(&seed("calendar/2024.json")).unwrap();
    case.county.calendar = Calendar::new([year]).unwrap();
    case
}

fn without_numbers(mut case: Case) -> Case {
    case.known.next = NextNumbers::default();
    case
}

#[test]
fn an_act_is_dated_today_or_before_and_never_tomorrow() {
    let future: &[&str] = &["OCCURRED_IN_FUTURE"];
    check_days_off(&Case::new(), 0, &inspector(), sample::report(), &[]);
    check_days_off(&Case::new(), 1, &inspector(), sample::report(), future);
    let case = Case::at(Status::Rectifying);
    check_days_off(&case, 0, &factory(), sample::apply(60), &[]);
    check_days_off(&case, 1, &factory(), sample::apply(60), future);
    check_days_off(&case, 1, &factory(), sample::progress(10), future);
    check_days_off(&case, 1, &factory(), sample::note(), future);
}

/// How many days the last day before all numbers is away from today.
fn before_numbers(case: &Case) -> i64 {
    (date("1999-12-31") - case.today).num_days()
}

#[test]
fn what_is_dated_before_all_numbers_is_told_so_and_not_that_there_is_no_number() {
    let case = without_numbers(Case::new());
    let days = before_numbers(&case);
    let early: &[&str] = &["OCCURRED_TOO_EARLY"];
    let found = |on: &str| but(sample::report(), |says| says.found_on = date(on));
    check_days_off(&case, days, &inspector(), found("1999-12-31"), early);
    check_days_off(
        &Case::new(),
        days + 1,
        &inspector(),
        found("2000-01-01"),
        &[],
    );
    // What only adds to the record is told otherwise.
    let case = Case::at(Status::Rectifying);
    check_days_off(
        &case,
        before_numbers(&case),
        &factory(),
        sample::note(),
        &["BEFORE_FOUND"],
    );
}

#[test]
fn the_countys_day_begins_at_midnight_in_shanghai() {
    let case = Case::at(Status::Listed);
    let at = |instant: &str| {
        let (by, known) = (approver(), case.known.clone());
        let ctx = xiaohao_core::Context {
            occurred_on: date("2026-03-06"),
            now: instant.parse().unwrap(),
            known: &known,
            ..case.context(&by)
        };
        xiaohao_core::decide(case.hazard.as_ref(), sample::assign().into(), &ctx).is_ok()
    };
    assert!(!at("2026-03-05T15:59:59Z"));
    assert!(at("2026-03-05T16:00:00Z"));
}

#[test]
fn an_act_is_not_dated_before_the_one_that_came_before() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(1);
    check_days_off(&case, -1, &approver(), sample::assign(), &[]);
    let before: &[&str] = &["BEFORE_PREVIOUS_ACT"];
    check_days_off(&case, -2, &approver(), sample::assign(), before);
    // Nor is he sent for a consent that could not be given.
    check_days_off(&case, -30, &approver(), sample::assign(), before);
    let case = Case::at(Status::Rectifying);
    check_days_off(&case, -1, &factory(), sample::note(), &[]);
}

#[test]
fn an_act_is_entered_within_three_days_or_with_consent() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(10);
    check_days_off(&case, -3, &approver(), sample::assign(), &[]);
    let unconfirmed: &[&str] = &["BACKDATING_UNCONFIRMED"];
    check_days_off(&case, -4, &approver(), sample::assign(), unconfirmed);
    let found_on = case.hazard.as_ref().unwrap().file().report.found_on;
    let days = (found_on - case.today).num_days();
    assert!(days < -10);
    check_days_off(&case, days, &lead(), sample::note(), &[]);
}

#[test]
fn a_consent_reaches_back_to_its_day_and_no_further() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(10);
    let earliest = case.today - TimeDelta::days(6);
    case.step(&clerk(), sample::confirm_backdating(earliest));
    let unconfirmed: &[&str] = &["BACKDATING_UNCONFIRMED"];
    check_days_off(&case, -6, &approver(), sample::assign(), &[]);
    check_days_off(&case, -7, &approver(), sample::assign(), unconfirmed);
}

#[test]
fn nobody_uses_his_own_consent() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(10);
    let earliest = case.today - TimeDelta::days(6);
    case.step(&approver(), sample::confirm_backdating(earliest));
    let unconfirmed: &[&str] = &["BACKDATING_UNCONFIRMED"];
    check_days_off(&case, -6, &approver(), sample::assign(), unconfirmed);
    check_days_off(&case, -6, &signer(), sample::assign(), &[]);
}

#[test]
fn a_consent_is_for_a_day_between_the_last_act_and_today() {
    let mut case = Case::at(Status::Listed);
    case.pass_days(10);
    let consent = |days: i64| sample::confirm_backdating(case.today - TimeDelta::days(days));
    check(&case, &clerk(), consent(0), &[]);
    check(&case, &clerk(), consent(-1), &["PERMIT_DATE_WRONG"]);
    check(&case, &clerk(), consent(10), &[]);
    check(&case, &clerk(), consent(11), &["PERMIT_DATE_WRONG"]);
}

/// A listing by a research decision of this day.
fn decided_on(on: NaiveDate) -> List {
    let decision = sample::prose("县安委会研究认定为重大隐患。");
    but(sample::list(), |says| {
        let research = ResearchBasis::new(sample::line("双安会纪〔2026〕1号"), on, decision);
        says.basis = Basis::Research(research);
    })
}

/// Power cut in an emergency, of which the unit was told on this day.
fn noticed_on(on: NaiveDate) -> Suspend {
    but(sample::suspend(), |says| {
        says.kind = SuspensionKind::PowerCut;
        says.power_cut = Some(PowerCut {
            approved_by: sample::name("局长寅"),
            notice: sample::line("双消停〔2026〕1号"),
            noticed_on: on,
            emergency: Some(sample::prose("粉尘浓度超限。")),
        });
    })
}

#[test]
fn what_is_told_of_a_hazard_was_not_done_before_it_was_found() {
    let case = Case::at(Status::Rectifying);
    check_since_found(&case, &clerk(), sample::transfer, "receivedOn");
    check_since_found(&case, &lead(), sample::expose, "exposedOn");
    check_since_found(&case, &lead(), sample::refer, "decidedOn");
    check_since_found(&case, &lead(), noticed_on, "noticedOn");
}

/// An act that tells a day in this field, which is not before the hazard was found.
fn check_since_found<C: Into<Command>>(
    case: &Case,
    by: &Actor,
    says: impl Fn(NaiveDate) -> C,
    field: &str,
) {
    let found_on = case.hazard().file().report.found_on;
    let before = found_on.pred_opt().unwrap();
    check(case, by, says(found_on), &[]);
    check(case, by, says(before), &["DAY_BEFORE_FOUND"]);
    let refusals = refused(case, by, says(before));
    let told = refusals.first().unwrap();
    assert_eq!(told.field(), Some(field));
    assert_catalogued(told);
    let message = told.message();
    for day in [before, found_on] {
        assert!(message.contains(&InChinese(day).to_string()), "{message}");
    }
}

#[test]
fn what_an_act_tells_was_done_by_its_day() {
    let reported = Case::at(Status::Reported);
    let case = Case::at(Status::Rectifying);
    let after: &[&str] = &["DAY_AFTER_ACT"];
    for (days, expected) in [(0, &[] as &[&str]), (1, after)] {
        let on = |case: &Case| case.today + TimeDelta::days(days);
        check(&reported, &clerk(), decided_on(on(&reported)), expected);
        check(&case, &lead(), noticed_on(on(&case)), expected);
    }
    let tomorrow = case.today + TimeDelta::days(1);
    for told in [
        refused(
            &reported,
            &clerk(),
            decided_on(reported.today + TimeDelta::days(1)),
        ),
        refused(&case, &lead(), noticed_on(tomorrow)),
    ] {
        assert_catalogued(told.first().unwrap());
    }
}

#[test]
fn a_date_that_the_calendar_does_not_reach_is_refused_and_not_guessed() {
    let refusal: &[&str] = &["DATE_NOT_COMPUTABLE"];
    let assigned = without_calendar(Case::at(Status::Assigned));
    check(&assigned, &factory(), sample::return_assignment(), refusal);
    let work = without_calendar(Case::at(Status::Rectifying));
    let says = sample::request_extension(date("2026-07-31"));
    check(&work, &factory(), says, refusal);
    // Whoever looks at what he may do is told beforehand.
    for (case, act) in [
        (assigned, Act::ReturnAssignment),
        (work, Act::RequestExtension),
    ] {
        let mut shown = case.actions(&factory()).into_iter();
        let shown = shown.find(|action| action.act == act).unwrap();
        let told: Vec<_> = shown.refusals.iter().map(Refusal::code).collect();
        assert_eq!(told, refusal, "{act:?}");
    }
}

#[test]
fn an_act_that_takes_a_number_waits_for_one() {
    let numberless = |case: Case, by: &Actor, says: Command, series: Series| {
        let refusals = refused(&without_numbers(case), by, says);
        let told: Vec<&Refusal> = refusals.iter().collect();
        assert_eq!(told, [&Refusal::NumberUnavailable { series }]);
    };
    let at = Case::at;
    let today = |status| Case::at(status).today;
    let awaiting = Status::AwaitingVerification;
    numberless(
        Case::new(),
        &inspector(),
        sample::report().into(),
        Series::Clue,
    );
    numberless(
        at(Status::Reported),
        &clerk(),
        sample::list().into(),
        Series::Hazard,
    );
    let order = Series::AssignmentOrder;
    numberless(
        at(Status::Listed),
        &approver(),
        sample::assign().into(),
        order,
    );
    numberless(
        at(Status::Rectifying),
        &approver(),
        sample::reassign(date("2026-06-30")).into(),
        order,
    );
    numberless(
        at(Status::Rectifying),
        &approver(),
        sample::order_further(date("2026-06-30")).into(),
        order,
    );
    numberless(
        at(Status::Listed),
        &signer(),
        sample::supervise().into(),
        Series::SupervisionOrder,
    );
    let mut asked = at(Status::Rectifying);
    asked.step(&factory(), sample::request_extension(date("2026-07-31")));
    let opinion = Series::ExtensionOpinion;
    let grant = sample::grant_extension(date("2026-07-31"));
    numberless(asked.clone(), &approver(), grant.into(), opinion);
    numberless(
        asked,
        &approver(),
        sample::refuse_extension().into(),
        opinion,
    );
    let opinion = Series::VerificationOpinion;
    numberless(
        at(awaiting),
        &inspector(),
        sample::pass(today(awaiting), 60).into(),
        opinion,
    );
    numberless(
        at(awaiting),
        &inspector(),
        sample::fail(today(awaiting), 60).into(),
        opinion,
    );
    let expired = but(at(Status::Rectifying), |case| {
        case.on("2026-07-01");
    });
    let says = sample::inspect_at_expiry(date("2026-07-01"), 60);
    numberless(expired, &inspector(), says.into(), opinion);
    numberless(
        at(Status::Verified),
        &approver(),
        sample::strike_off().into(),
        Series::StrikeOffSheet,
    );
}

#[test]
fn what_takes_no_number_needs_none() {
    let case = without_numbers(Case::at(Status::Listed));
    let above = sample::supervise_from_above(SupervisionLevel::City);
    check(&case, &signer(), above, &[]);
    let closed = without_numbers(Case::at(Status::Closed));
    let says = sample::reopen(ReopenReason::FalseRectification);
    check(&closed, &clerk(), says, &[]);
    let known = Known::default();
    assert!(known.next.clue.is_none() && known.next.documents.is_empty());
}

#[test]
fn what_is_added_comes_in_any_order_and_not_before_the_hazard_was_found() {
    let case = Case::at(Status::Rectifying);
    let found_on = case.hazard.as_ref().unwrap().file().report.found_on;
    let found = (found_on - case.today).num_days();
    check_days_off(&case, found, &inspector(), sample::note(), &[]);
    check_days_off(
        &case,
        found - 1,
        &inspector(),
        sample::note(),
        &["BEFORE_FOUND"],
    );
    let year_1800 = (date("1800-01-01") - case.today).num_days();
    check_days_off(
        &case,
        year_1800,
        &inspector(),
        sample::note(),
        &["BEFORE_FOUND"],
    );
}
