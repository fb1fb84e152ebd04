//! Settings on which rights depend: who enters them, and what stands so already.

use super::Provocation;
use crate::settings::{of_public, stated};
use xiaohao_core::settings::{RightsSettings, SettingsStated};
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, decide_upkeep, operator};
use xiaohao_core::{Actor, Refusals};
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("SETTINGS_ROLE", || {
        decided(&approver(), &[], stated(None, of_public())).unwrap_err()
    }),
    ("SETTINGS_UNCHANGED", || {
        let by = operator(&county());
        decided(&by, &[], stated(None, RightsSettings::default())).unwrap_err()
    }),
];

/// What comes of it where these were entered before.
fn decided(by: &Actor, before: &[SettingsStated], says: SettingsStated) -> Result<(), Refusals> {
    let mut file = LedgerFile::default();
    for before in before {
        file.settings.take_in(before);
    }
    let command = UpkeepCommand::StateSettings(Box::new(says));
    decide_upkeep(Some(&file), command, &Case::new().context(by)).map(drop)
}

#[test]
fn whoever_runs_the_program_enters_settings_and_nobody_else() {
    for by in everybody() {
        let refused = decided(&by, &[], stated(None, of_public())).unwrap_err();
        let codes: Vec<_> = refused.iter().map(xiaohao_core::Refusal::code).collect();
        assert_eq!(codes, ["SETTINGS_ROLE"], "{by:?}");
    }
}

#[test]
fn settings_are_entered_where_they_are_others_than_those_of_the_same_program_before() {
    let by = operator(&county());
    let (public, usual) = (of_public(), RightsSettings::default());
    let is_new = |before: &[SettingsStated], says| decided(&by, before, says).is_ok();
    let own = |settings: &RightsSettings| stated(None, settings.clone());
    let front = |settings: &RightsSettings| stated(Some("front"), settings.clone());
    assert!(!is_new(&[], own(&usual)) && !is_new(&[], front(&usual)));
    assert!(is_new(&[], own(&public)));
    assert!(!is_new(&[own(&public)], own(&public)));
    assert!(is_new(&[own(&public)], own(&usual)));
    assert!(!is_new(&[own(&public), own(&usual)], own(&usual)));
    // Of two that go by different ones under names of their own neither answers the other.
    let both = [own(&usual), front(&public)];
    assert!(!is_new(&both, own(&usual)) && !is_new(&both, front(&public)));
    assert!(is_new(&both, front(&usual)));
}
