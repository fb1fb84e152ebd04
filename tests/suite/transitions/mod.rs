//! Given, when, then for every line of the table: where the hazard stands afterwards, and which facts changed.

mod backdating;
mod closing;
mod extending;
mod facts;
mod listing;
mod ordering;
mod trap;
mod verifying;
mod working;

use std::collections::BTreeSet;
use xiaohao_core::dossier::{Assignment, Cycle, ListEntry, Part, Work};
use xiaohao_core::values::Digest;
use xiaohao_core::{Act, Actor, Command, Event, Status};
use xiaohao_tests::*;

/// Given a desk, when this is done, then the hazard stands there; the event is handed on.
fn given_when_then(
    mut given: Case,
    by: &Actor,
    when: impl Into<Command>,
    then: Status,
) -> (Case, Event) {
    let when = when.into();
    let act = when.act();
    let before = given.hazard.clone();
    given.step(by, when);
    assert_eq!(given.status(), then, "after {act:?}");
    if let Some(before) = before {
        assert_eq!(given.hazard().version(), before.version() + 1);
        assert_eq!(given.hazard().id(), before.id());
    }
    let event = given.history.last().unwrap().event.clone();
    assert_eq!(event.act(), act);
    (given, event)
}

/// The same where only the state after matters, or what the desk then shows.
fn then(given: Case, by: &Actor, when: impl Into<Command>, then: Status) -> Case {
    given_when_then(given, by, when, then).0
}

fn entry(case: &Case) -> &ListEntry {
    case.hazard().entry().unwrap()
}

fn cycle(case: &Case) -> &Cycle {
    &entry(case).cycle
}

fn assignment(case: &Case) -> &Assignment {
    case.hazard().assignment().unwrap()
}

fn work(case: &Case) -> &Work {
    case.hazard().work().unwrap()
}

fn spent(case: &Case) -> &BTreeSet<Digest> {
    &case.hazard().file().spent
}

fn files_numbered(numbers: &[u8]) -> BTreeSet<Digest> {
    numbers.iter().map(|number| file(*number)).collect()
}

/// Who had which part in the hazard, by number of person.
fn has_part(case: &Case, number: u128, part: Part) -> bool {
    let file = case.hazard().file();
    file.has_hand(person(number), |had| had == part)
}

const OPEN: [Status; 5] = [
    Status::Listed,
    Status::Assigned,
    Status::Acknowledged,
    Status::Rectifying,
    Status::AwaitingVerification,
];

#[test]
fn every_line_of_the_table_is_walked_from_every_state_it_may_start_in() {
    for act in Act::ALL.iter().filter(|act| **act != Act::Report) {
        for from in act.transition().from {
            let given = facts::prepared(Case::at(*from), *act);
            let by = everybody()
                .into_iter()
                .find(|by| given.verdict(by, given.fitting(*act, by)).is_empty())
                .unwrap_or_else(|| panic!("nobody does {act:?} in {from:?}"));
            let when = given.fitting(*act, &by);
            then(given, &by, when, act.transition().to.unwrap_or(*from));
        }
    }
}
