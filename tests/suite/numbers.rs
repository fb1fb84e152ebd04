//! Which number an event took: just the one without which it would not have happened.

use crate::stored_form::before;
use crate::walks::{step, walk};
use proptest::prelude::*;
use std::collections::BTreeSet;
use xiaohao_core::acts::OrderTerms;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::{Issued, Paper, PaperCommand, PaperEvent};
use xiaohao_core::values::{DocumentNumber, DocumentWord, Series, SupervisionLevel};
use xiaohao_core::{
    Act, Actor, Command, Event, Known, NextNumbers, NumberTaken, Refusal, Refusals, Status,
};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// The number of one series that the ledger offers.
fn offered(next: &NextNumbers, series: Series) -> Option<NumberTaken> {
    let (year, serial) = match series {
        Series::Clue => next.clue.map(|clue| (clue.year(), clue.serial()))?,
        Series::Hazard => next.hazard.map(|hazard| (hazard.year(), hazard.serial()))?,
        _ => {
            let number = next.documents.get(&series)?;
            (number.year(), number.serial())
        }
    };
    Some(NumberTaken {
        series,
        year,
        serial,
    })
}

/// What was looked up, but for the number of one series.
fn without(known: &mut Known, series: Series) {
    match series {
        Series::Clue => known.next.clue = None,
        Series::Hazard => known.next.hazard = None,
        _ => drop(known.next.documents.remove(&series)),
    }
}

/// The numbers without which it is refused.
fn needed<E>(case: &Case, decide: impl Fn(&Case) -> Result<E, Refusals>) -> Vec<NumberTaken> {
    let is_needed = |series: &Series| {
        let desk = but(case.clone(), |desk| without(&mut desk.known, *series));
        let refusal = Refusal::NumberUnavailable { series: *series };
        decide(&desk).is_err_and(|refusals| refusals == refusal.into())
    };
    Series::ALL
        .iter()
        .copied()
        .filter(is_needed)
        .filter_map(|series| offered(&case.known.next, series))
        .collect()
}

/// An act that can be done takes just the number that it needs.
fn check(case: &Case, by: &Actor, says: impl Into<Command>) -> Option<Event> {
    let says = says.into();
    let event = case.dry_run(by, says.clone()).ok()?;
    let taken: Vec<_> = event.number_taken().into_iter().collect();
    let needed = needed(case, |desk| desk.dry_run(by, says.clone()));
    assert_eq!(taken, needed, "{:?}", event.act());
    Some(event)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_event_takes_just_the_number_that_it_needs_wherever_a_walk_ends(steps in prop::collection::vec(step(), 1..30)) {
        let case = walk(&steps, |_, _| {});
        for by in everybody() {
            for act in Act::ALL {
                check(&case, &by, case.fitting(*act, &by));
            }
        }
    }
}

/// The series from which an act of a hazard takes a number.
fn series_of_acts() -> BTreeSet<Series> {
    let done = |act: &Act| {
        let case = match act {
            Act::Report => Case::new(),
            _ => but(before(*act), |case| case.pass_days(1)),
        };
        let somebody = everybody().into_iter();
        let events = somebody.filter_map(|by| check(&case, &by, case.fitting(*act, &by)));
        let events: Vec<_> = events.collect();
        assert!(!events.is_empty(), "nobody can do {act:?}");
        events
    };
    Act::ALL
        .iter()
        .flat_map(done)
        .filter_map(|event| event.number_taken())
        .map(|taken| taken.series)
        .collect()
}

/// A paper that is issued takes just the number that it needs, and before that none.
fn issue<P: Paper>(case: &Case, by: &Actor, content: P) -> Issued<P> {
    let mut sheet = case.drafted(content.clone());
    let clerk = clerk();
    sheet.step(PaperCommand::Revise(content), &case.context(&clerk));
    let discard = PaperCommand::Discard(sample::prose("重复拟稿。"));
    let discarded = sheet.dry_run(discard, &case.context(&clerk)).unwrap();
    let unnumbered = sheet.history.iter().map(|line| &line.event);
    for event in unnumbered.chain([&discarded]) {
        assert_eq!(event.number_taken(), None);
    }
    let needed = needed(case, |desk| {
        sheet.dry_run(PaperCommand::Issue, &desk.context(by))
    });
    let issued = sheet.step(PaperCommand::Issue, &case.context(by));
    let taken: Vec<_> = issued.number_taken().into_iter().collect();
    assert_eq!(taken, needed);
    match issued {
        PaperEvent::Issued(issued) => issued.clone(),
        other => panic!("not issued but {other:?}"),
    }
}

/// An order on these terms.
fn assignment(case: &Case, number: u128, terms: &OrderTerms) -> OrderContent {
    sample::assignment_order(number, terms.clone(), &[case.reference()])
}

fn notice(case: &Case, number: u128) -> OrderContent {
    sample::supervision_notice(number, &[case.reference()])
}

#[test]
fn a_number_is_taken_from_every_series_but_those_of_letters() {
    let case = Case::at(Status::Listed);
    let mut series = series_of_acts();
    let mut note = |document: &DocumentNumber| {
        series.extend(case.county.words.series(document.word()));
    };
    let order = assignment(&case, 1, &sample::assign().terms);
    note(issue(&case, &approver(), order).document());
    note(issue(&case, &signer(), notice(&case, 2)).document());
    for by in [approver(), signer()] {
        let content = case.circular_content(sample::circular(1), ItemKind::Praise);
        let empty = but(content, |content| content.items.clear());
        note(issue(&case, &by, empty).document());
    }
    let all: BTreeSet<Series> = Series::ALL.iter().copied().collect();
    let never: Vec<&Series> = all.difference(&series).collect();
    // A letter's number stands in the act as its writer has it.
    assert_eq!(never, [&Series::TransferLetter, &Series::EscalationLetter]);
}

#[test]
fn what_cites_an_issued_paper_takes_no_number() {
    let listed = Case::at(Status::Listed);
    let mut at_work = Case::at(Status::Acknowledged);
    at_work.pass_days(1);
    let due_on = date("2026-06-30");
    let (assign, reassign) = (sample::assign(), sample::reassign(due_on));
    let further = sample::order_further(due_on);
    let check_cited = |case: &Case, by: Actor, paper: OrderContent, says: Command| {
        let own = check(case, &by, says.clone()).unwrap();
        assert!(own.number_taken().is_some());
        let issued = case.issued(&by, paper);
        let cited = but(case.clone(), |case| case.known.orders.push(issued));
        let event = check(&cited, &by, says).unwrap();
        assert_eq!(event.number_taken(), None);
    };
    let order = assignment(&listed, 1, &assign.terms);
    check_cited(&listed, approver(), order, assign.into());
    let supervise = sample::supervise().into();
    check_cited(&listed, signer(), notice(&listed, 3), supervise);
    let order = assignment(&at_work, 2, &reassign.terms);
    check_cited(&at_work, approver(), order, reassign.into());
    let order = assignment(&at_work, 4, &further.terms);
    check_cited(&at_work, approver(), order, further.into());
}

#[test]
fn a_document_of_a_higher_body_takes_no_number() {
    let case = Case::at(Status::Listed);
    for level in [SupervisionLevel::City, SupervisionLevel::Province] {
        // Also where an order is named that would have one.
        let says = but(sample::supervise_from_above(level), |says| {
            says.order = Some(sample::order(3));
        });
        let event = check(&case, &signer(), says).unwrap();
        assert_eq!(event.number_taken(), None);
    }
}

#[test]
fn a_number_counts_in_its_series_whatever_the_words_of_the_county_are_then() {
    let mut case = Case::at(Status::Verified);
    let offered = case.known.next.documents[&Series::StrikeOffSheet].clone();
    let word = DocumentWord::new("道安销").unwrap();
    let renamed = DocumentNumber::new(word, offered.year(), offered.serial()).unwrap();
    case.known
        .next
        .documents
        .insert(Series::StrikeOffSheet, renamed);
    let event = check(&case, &approver(), sample::strike_off()).unwrap();
    let taken = NumberTaken {
        series: Series::StrikeOffSheet,
        year: offered.year(),
        serial: offered.serial(),
    };
    assert_eq!(event.number_taken(), Some(taken));
}
