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

fn read(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of the tests of rules, in the order of their files.
fn tests() -> Vec<String> {
    let files = [
        "deadlines",
        "figures",
        "ledger",
        "publishing",
        "striking_off",
    ];
    let text: String = files
        .map(|file| read(&format!("tests/suite/rules/{file}.rs")))
        .concat();
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("fn ")?.split_once('('))
        .map(|(name, _)| name);
    names
        .filter(|name| name.starts_with("rule_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_rule_has_its_test_and_stands_on_the_page_with_it() {
    let page = read("docs/rules.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .map(|line| line.split(" | ").collect())
        .collect();
    for number in 1..=25 {
        let row = rows
            .iter()
            .find(|row| row[0] == format!("| {number}"))
            .unwrap_or_else(|| panic!("rule {number}"));
        let own: Vec<String> = tests()
            .into_iter()
            .filter(|name| name.starts_with(&format!("rule_{number:02}_")))
            .collect();
        assert!(!own.is_empty(), "rule {number} has no test");
        let mut named: Vec<&str> = row[4]
            .trim_end_matches(" |")
            .split("<br>")
            .map(|name| name.trim_matches('`'))
            .collect();
        let mut own: Vec<&str> = own.iter().map(String::as_str).collect();
        own.sort_unstable();
        named.sort_unstable();
        assert_eq!(named, own, "the tests of rule {number}");
    }
}

#[test]
fn what_the_page_names_is_in_the_files_it_names() {
    let page = read("docs/rules.md");
    for row in page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`: `"))
    {
        let enforced = row.split(" | ").nth(3).unwrap();
        for pair in enforced.split("; ") {
            let (file, word) = pair.trim_matches('`').split_once("`: `").unwrap();
            let text = read(&format!("crates/core/src/{file}"));
            assert!(text.contains(word), "{file} does not say {word}");
        }
    }
}
