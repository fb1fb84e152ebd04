//! Another key for the log: who changes it, and which key it cannot be.

use super::Provocation;
use crate::upkeep::rotation;
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, decide_upkeep};
use xiaohao_core::{Actor, Refusals};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("ROTATION_ROLE", || refused(&clerk(), &["a"], "a", "b")),
    ("SIGNING_KEY_NOT_PRESENT", || {
        refused(&approver(), &["a", "b"], "a", "c")
    }),
    ("SIGNING_KEY_USED", || {
        refused(&approver(), &["a", "b"], "b", "a")
    }),
];

fn decided(by: &Actor, known: &[&str], from: &str, to: &str) -> Result<(), Refusals> {
    let file = LedgerFile {
        version: 1,
        signing_keys: known.iter().map(|key| sample::line(key)).collect(),
        ..LedgerFile::default()
    };
    let case = Case::new();
    let command = UpkeepCommand::RotateSigningKey(rotation(from, to));
    decide_upkeep(Some(&file), command, &case.context(by)).map(drop)
}

fn refused(by: &Actor, known: &[&str], from: &str, to: &str) -> Refusals {
    decided(by, known, from, to).unwrap_err()
}

fn codes(by: &Actor, known: &[&str], from: &str, to: &str) -> Vec<&'static str> {
    let decided = decided(by, known, from, to).err().unwrap_or_default();
    decided.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn the_approver_of_the_office_changes_the_key_and_nobody_else() {
    for by in everybody() {
        let is_he = by == approver();
        let expected: &[&str] = if is_he { &[] } else { &["ROTATION_ROLE"] };
        assert_eq!(codes(&by, &[], "a", "b"), expected, "{by:?}");
    }
    let elsewhere = but(approver(), |by| by.unit = factory().unit);
    assert_eq!(codes(&elsewhere, &[], "a", "b"), ["ROTATION_ROLE"]);
}

#[test]
fn the_first_change_names_the_key_that_the_ledger_does_not_know() {
    assert!(codes(&approver(), &[], "whichever", "b").is_empty());
    assert_eq!(codes(&approver(), &[], "a", "a"), ["SIGNING_KEY_USED"]);
}

#[test]
fn a_key_follows_on_the_present_one_and_signs_once() {
    let known = ["a", "b"];
    assert!(codes(&approver(), &known, "b", "c").is_empty());
    let neither = codes(&approver(), &known, "a", "b");
    assert_eq!(neither, ["SIGNING_KEY_NOT_PRESENT", "SIGNING_KEY_USED"]);
}
