//! The 25 rules of `docs/rules.md`, each by its number; a test here fails when its rule is broken.

mod deadlines;
mod figures;
mod ledger;
mod publishing;
mod striking_off;

use xiaohao_core::{Actor, Command};
use xiaohao_tests::Case;

/// An act, and the codes with which it is refused; none when it is done.
fn check(case: &Case, by: &Actor, says: impl Into<Command>, expected: &[&str]) {
    let says = says.into();
    let act = says.act();
    assert_eq!(case.verdict(by, says), expected, "{act:?} by {:?}", by.role);
}

#[test]
fn every_rule_has_its_test() {
    let files = [
        "deadlines",
        "figures",
        "ledger",
        "publishing",
        "striking_off",
    ];
    let text: String = files
        .map(|file| {
            let path = format!("{}/suite/rules/{file}.rs", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).unwrap()
        })
        .concat();
    for number in 1..=25 {
        let name = format!("fn rule_{number:02}_");
        assert!(text.contains(&name), "rule {number} has no test");
    }
}
