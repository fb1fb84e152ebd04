//! X11 and X12: to whom a link is handed, until when, for what it is good, and what it costs whoever hands it out.

use super::{Provocation, check, refused};
use chrono::TimeDelta;
use xiaohao_core::acts::{HandOutLink, TakeBackLink};
use xiaohao_core::{Act, Actor, Context, Refusals, Role, Status, decide};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("NOT_BY_LINK", || {
        through(&handed_out(), &factory(), 1, Act::Acknowledge)
    }),
    ("LINK_OVER", || {
        through(&handed_out(), &factory(), 2, Act::AddNote)
    }),
    ("LINK_PERSON_NOT_OF_UNIT", || {
        let case = Case::at(Status::Assigned);
        refused(&case, &clerk(), to(&case, &market()))
    }),
    ("LINK_EXPIRY_WRONG", || {
        let case = Case::at(Status::Assigned);
        refused(&case, &clerk(), lasting(&case, -1))
    }),
    ("LINK_ID_TAKEN", || {
        let case = taken_back();
        refused(&case, &clerk(), sample::hand_out_link(case.today))
    }),
    ("LINK_IN_FORCE", || {
        let case = handed_out();
        let says = but(sample::hand_out_link(case.today), |says| {
            says.link = sample::link(2);
        });
        // Another could still be handed to somebody else of the unit.
        refused(&with_a_colleague(case), &clerk(), says)
    }),
    ("LINK_UNKNOWN", || {
        let link = sample::link(2);
        refused(&handed_out(), &clerk(), TakeBackLink { link })
    }),
];

#[test]
fn a_link_is_not_dated_before_the_order_for_which_it_is_good() {
    let mut case = Case::at(Status::Acknowledged);
    let before = case.today;
    case.pass_days(5);
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    let says = to(&case, &market());
    let dated = case.verdict_on(&clerk(), before, says.clone());
    assert_eq!(dated, ["BEFORE_PREVIOUS_ACT"]);
    check(&case, &clerk(), says, &[]);
}

/// A hazard of which the head of the factory has a link.
fn handed_out() -> Case {
    let mut case = Case::at(Status::Assigned);
    let says = sample::hand_out_link(case.today);
    case.step(&second_clerk(), says);
    case
}

fn taken_back() -> Case {
    let mut case = handed_out();
    case.step(&second_clerk(), sample::take_back_link());
    case
}

/// The same with somebody else in the factory.
fn with_a_colleague(mut case: Case) -> Case {
    let mut people = everybody();
    people.push(actor(70, Role::Unit, FACTORY));
    case.county = county_with(&people);
    case
}

fn to(case: &Case, who: &Actor) -> HandOutLink {
    but(sample::hand_out_link(case.today), |says| {
        says.person = who.person;
    })
}

fn lasting(case: &Case, days: i64) -> HandOutLink {
    but(sample::hand_out_link(case.today), |says| {
        says.expires_on = case.today + TimeDelta::days(days);
    })
}

/// What stands in the way of somebody who acts through a link.
fn through(case: &Case, by: &Actor, link: u128, act: Act) -> Refusals {
    let ctx = Context {
        link: Some(sample::link(link)),
        ..case.context(by)
    };
    let decided = decide(case.hazard.as_ref(), case.fitting(act, by), &ctx);
    decided.err().unwrap_or_default()
}

fn codes(refusals: &Refusals) -> Vec<&'static str> {
    refusals.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn a_link_is_for_its_person_on_its_hazard_until_its_day() {
    let mut case = handed_out();
    let note = |case: &Case, by: &Actor, link| codes(&through(case, by, link, Act::AddNote));
    assert!(note(&case, &factory(), 1).is_empty());
    assert_eq!(note(&case, &factory(), 2), ["LINK_OVER"]);
    assert_eq!(note(&case, &market(), 1), ["LINK_OVER"]);
    case.pass_days(7);
    assert!(note(&case, &factory(), 1).is_empty());
    case.pass_days(1);
    assert_eq!(note(&case, &factory(), 1), ["LINK_OVER"]);
    let report = codes(&through(&Case::new(), &factory(), 1, Act::Report));
    assert_eq!(report, ["NOT_BY_LINK"]);
}

#[test]
fn a_link_lasts_from_today_to_the_last_day_that_the_county_allows() {
    let case = Case::at(Status::Assigned);
    for (days, expected) in [
        (-1, &["LINK_EXPIRY_WRONG"][..]),
        (0, &[]),
        (30, &[]),
        (31, &["LINK_EXPIRY_WRONG"]),
    ] {
        check(&case, &clerk(), lasting(&case, days), expected);
    }
    let mut strict = case.clone();
    strict.county.link_days = 3;
    check(&strict, &clerk(), lasting(&case, 3), &[]);
    check(&strict, &clerk(), lasting(&case, 4), &["LINK_EXPIRY_WRONG"]);
}

#[test]
fn nobody_has_two_links_to_one_hazard_and_a_new_one_follows_on_one_that_is_over() {
    let second = |case: &Case| {
        but(sample::hand_out_link(case.today), |says| {
            says.link = sample::link(2);
        })
    };
    let case = handed_out();
    // Nobody else is there to whom one could be handed.
    check(&case, &clerk(), second(&case), &["LINK_IN_FORCE"]);
    check(&taken_back(), &clerk(), second(&case), &[]);
    check(
        &taken_back(),
        &clerk(),
        sample::take_back_link(),
        &["LINK_UNKNOWN"],
    );
    let mut over = handed_out();
    over.pass_days(8);
    check(&over, &clerk(), second(&over), &[]);
}

#[test]
fn a_link_that_ended_with_its_order_is_not_taken_back() {
    let mut case = handed_out();
    check(&case, &clerk(), sample::take_back_link(), &[]);
    case.advance_to(Status::Acknowledged);
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    let told = ["LINK_UNKNOWN"];
    check(&case, &clerk(), sample::take_back_link(), &told);
    let next = but(to(&case, &market()), |says| says.link = sample::link(2));
    case.step(&clerk(), next);
    check(&case, &clerk(), sample::take_back_link(), &told);
    let next = but(sample::take_back_link(), |says| says.link = sample::link(2));
    check(&case, &clerk(), next, &[]);
}

#[test]
fn a_link_is_handed_to_those_alone_who_hold_a_post_in_the_unit_today() {
    let case = Case::at(Status::Assigned);
    let inspector_there = actor(71, Role::Inspector, FACTORY);
    let mut people = everybody();
    people.push(inspector_there.clone());
    let mut case = case;
    case.county = county_with(&people);
    check(&case, &clerk(), to(&case, &factory()), &[]);
    check(
        &case,
        &clerk(),
        to(&case, &inspector_there),
        &["LINK_PERSON_NOT_OF_UNIT"],
    );
    check(
        &case,
        &clerk(),
        to(&case, &clerk()),
        &["LINK_PERSON_NOT_OF_UNIT"],
    );
    let nobody: Vec<Actor> = everybody()
        .into_iter()
        .filter(|one| one.unit != factory().unit)
        .collect();
    case.county = county_with(&nobody);
    let shown = case.actions(&clerk());
    let shown = shown
        .iter()
        .find(|one| one.act == Act::HandOutLink)
        .unwrap();
    assert_eq!(codes(&shown.refusals), ["LINK_PERSON_NOT_OF_UNIT"]);
}

#[test]
fn whoever_handed_out_a_link_neither_verifies_nor_strikes_off_nor_looks_back() {
    // The leader of the sample's team is the clerk.
    let hander = clerk();
    let mut case = Case::at(Status::Assigned);
    let says = sample::hand_out_link(case.today);
    case.step(&hander, says);
    case.advance_to(Status::AwaitingVerification);
    let photo = case.fresh_photo();
    let pass = sample::pass(case.today, photo);
    check(&case, &second_clerk(), pass, &["TEAM_MEMBER_RECTIFIED"]);

    let mut case = Case::at(Status::Assigned);
    let says = sample::hand_out_link(case.today);
    case.step(&second_clerk(), says);
    case.advance_to(Status::Verified);
    let promoted = Actor {
        role: Role::OfficeApprover,
        ..second_clerk()
    };
    check(
        &case,
        &promoted,
        sample::strike_off(),
        &["APPROVER_RECTIFIED"],
    );
    case.advance_to(Status::Closed);
    case.pass_days(1);
    let says = but(
        sample::look_back(xiaohao_core::acts::LookBackResult::Holds),
        |says| {
            says.leader = second_clerk().person;
        },
    );
    check(&case, &inspector(), says, &["LOOK_BACK_BY_RECTIFIER"]);

    // What others have found he may enter: they answer for it by their names and signatures.
    let mut case = Case::at(Status::Assigned);
    let says = sample::hand_out_link(case.today);
    case.step(&second_clerk(), says);
    case.advance_to(Status::AwaitingVerification);
    let photo = case.fresh_photo();
    let pass = sample::pass(case.today, photo);
    check(&case, &second_clerk(), pass, &[]);

    // What is asked for through a link he could have asked for.
    let mut case = Case::at(Status::Rectifying);
    let says = sample::hand_out_link(case.today);
    case.step(&second_clerk(), says);
    let says = case.fitting(Act::RequestExtension, &factory());
    case.step(&factory(), says);
    let says = case.fitting(Act::GrantExtension, &promoted);
    check(&case, &promoted, says, &["SAME_PERSON_DECIDES"]);

    // An inspector who handed one out as an officer of the line is no verifier himself.
    let mut case = Case::at(Status::Assigned);
    let says = sample::hand_out_link(case.today);
    case.step(&lead(), says);
    case.advance_to(Status::AwaitingVerification);
    let as_inspector = Actor {
        role: Role::Inspector,
        ..lead()
    };
    let says = case.fitting(Act::VisitSite, &as_inspector);
    check(&case, &as_inspector, says, &["NOT_YOUR_CASE"]);
}
