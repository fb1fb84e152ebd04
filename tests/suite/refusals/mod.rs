//! Every reason why not: each provoked at least once, each condition by itself, each bound on both of its sides.

mod applying;
mod assigning;
mod circulars;
mod closing;
mod dates;
mod entering;
mod erasing;
mod extending;
mod filing;
mod gate;
mod leaving;
mod linking;
mod listing;
mod older_papers;
mod papers;
mod planning;
mod posts;
mod reopening;
mod roles;
mod rotating;
mod standing_apart;
mod stating;
mod supervising;
mod teams;
mod verifying;
mod ways_in;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use xiaohao_core::{Actor, Command, Refusal, Refusals};
use xiaohao_tests::Case;

/// A code, and something with which it is provoked.
type Provocation = (&'static str, fn() -> Refusals);

fn provocations() -> impl Iterator<Item = &'static Provocation> {
    [
        gate::PROVOCATIONS,
        roles::PROVOCATIONS,
        standing_apart::PROVOCATIONS,
        dates::PROVOCATIONS,
        listing::PROVOCATIONS,
        assigning::PROVOCATIONS,
        planning::PROVOCATIONS,
        supervising::PROVOCATIONS,
        extending::PROVOCATIONS,
        applying::PROVOCATIONS,
        verifying::PROVOCATIONS,
        closing::PROVOCATIONS,
        reopening::PROVOCATIONS,
        leaving::PROVOCATIONS,
        linking::PROVOCATIONS,
        papers::PROVOCATIONS,
        circulars::PROVOCATIONS,
        erasing::PROVOCATIONS,
        rotating::PROVOCATIONS,
        entering::PROVOCATIONS,
        posts::PROVOCATIONS,
        ways_in::PROVOCATIONS,
        stating::PROVOCATIONS,
        filing::PROVOCATIONS,
    ]
    .into_iter()
    .flatten()
}

/// The provoked refusal of each code, in order of precedence.
fn provoked() -> Vec<Refusal> {
    let mut found: Vec<Refusal> = provocations()
        .map(|(code, provoke)| {
            let refusals = provoke();
            let wanted = refusals.iter().find(|refusal| refusal.code() == *code);
            wanted
                .unwrap_or_else(|| panic!("{code} was not provoked but {refusals:?}"))
                .clone()
        })
        .collect();
    found.sort_by_key(|refusal| {
        Refusal::CODES
            .iter()
            .position(|code| *code == refusal.code())
    });
    found
}

/// What stands in the way of an act that is refused.
fn refused(case: &Case, by: &Actor, says: impl Into<Command>) -> Refusals {
    match case.dry_run(by, says) {
        Ok(event) => panic!("{:?} was not refused", event.act()),
        Err(refusals) => refusals,
    }
}

/// An act, and the codes with which it is refused; none when it is done.
fn check(case: &Case, by: &Actor, says: impl Into<Command>, expected: &[&str]) {
    let says = says.into();
    let act = says.act();
    let found = case.verdict(by, says);
    assert_eq!(
        found, expected,
        "{act:?} by {:?} on {}",
        by.role, case.today
    );
}

#[test]
fn every_refusal_can_be_provoked_and_nothing_else_is_provoked() {
    let codes: Vec<&str> = provocations().map(|(code, _)| *code).collect();
    let provoked: BTreeSet<&str> = codes.iter().copied().collect();
    let all: BTreeSet<&str> = Refusal::CODES.iter().copied().collect();
    let never: Vec<_> = all.difference(&provoked).collect();
    let orphans: Vec<_> = provoked.difference(&all).collect();
    assert!(never.is_empty(), "never provoked: {never:?}");
    assert!(orphans.is_empty(), "no such refusals: {orphans:?}");
    assert_eq!(codes.len(), provoked.len(), "a code is provoked twice");
}

#[test]
fn a_provocation_provokes_that_refusal_and_no_other() {
    for (code, provoke) in provocations() {
        let refusals = provoke();
        let mut found: Vec<&str> = refusals.iter().map(Refusal::code).collect();
        // Of several files each is told.
        found.dedup();
        assert_eq!(found, [*code], "{code}");
    }
}

#[test]
fn no_code_is_used_twice() {
    let codes: BTreeSet<&str> = Refusal::CODES.iter().copied().collect();
    assert_eq!(codes.len(), Refusal::CODES.len());
    let catalogue = Refusal::CATALOGUE.iter().map(|entry| entry.code);
    assert!(catalogue.eq(Refusal::CODES.iter().copied()));
}

#[test]
fn the_catalogue_says_of_a_refusal_what_the_refusal_says() {
    for (entry, refusal) in Refusal::CATALOGUE.iter().zip(provoked()) {
        assert_eq!(entry.code, refusal.code());
        assert_catalogued(&refusal);
        assert_eq!(entry.legal_basis, refusal.legal_basis());
        assert_eq!(entry.next_step, refusal.next_step());
    }
}

/// A refusal tells a field that the catalogue names for it, and none where the catalogue names none.
fn assert_catalogued(refusal: &Refusal) {
    let code = refusal.code();
    let mut catalogue = Refusal::CATALOGUE.iter();
    let entry = catalogue.find(|entry| entry.code == code).unwrap();
    match refusal.field() {
        Some(field) => assert!(entry.fields.contains(&field), "{code}: {field}"),
        None => assert_eq!(entry.fields, [""; 0], "{code}"),
    }
}

#[test]
fn a_clerk_reads_these_sentences() {
    let mut text = String::new();
    for refusal in provoked() {
        let field = refusal.field().unwrap_or("-");
        writeln!(text, "{} at {field}", refusal.code()).unwrap();
        writeln!(text, "    {}", refusal.message()).unwrap();
        writeln!(text, "    依据：{}", refusal.legal_basis()).unwrap();
        writeln!(text, "    {}", refusal.next_step()).unwrap();
    }
    insta::assert_snapshot!(text);
}

/// A sentence of the program's own, for people in the office.
fn is_a_sentence(text: &str) -> bool {
    let foreign = ["{", "}", "::", "Some(", "None", "\"", "_", "  ", "。。"];
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    text.ends_with('。')
        && text.chars().any(is_chinese)
        && !foreign.iter().any(|mark| text.contains(mark))
        && !has_an_english_word(text)
}

/// Clauses, keys and file digests are the only Latin letters that a clerk meets.
fn has_an_english_word(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 3)
        .any(|word| !word.chars().all(|c| c.is_ascii_hexdigit()))
}

#[test]
fn every_sentence_is_complete_chinese_and_names_the_next_step() {
    for refusal in provoked() {
        let code = refusal.code();
        let (message, next) = (refusal.message(), refusal.next_step());
        assert!(is_a_sentence(&message), "{code}: {message}");
        assert!(is_a_sentence(next), "{code}: {next}");
        assert!(!refusal.legal_basis().is_empty(), "{code}");
        assert_eq!(refusal.to_string(), format!("{message}{next}"));
    }
}

#[test]
fn all_refusals_of_an_act_are_read_one_after_the_other() {
    let mut all = Refusals::from(provoked().remove(0));
    let one = all.to_string();
    all = provocations().next().unwrap().1();
    assert_eq!(all.to_string(), one);
}
