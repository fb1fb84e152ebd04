//! The data of a county: who enters it, and what is entered.

use super::Provocation;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, decide_upkeep, operator};
use xiaohao_core::values::CountyCode;
use xiaohao_core::{Actor, Refusals};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("COUNTY_DATA_ROLE", || refused(&approver(), |_| {})),
    ("COUNTY_DATA_OF_ANOTHER_COUNTY", || {
        refused(&operator(&county()), |data| {
            data.code = CountyCode::parse("431124").unwrap();
        })
    }),
    ("COUNTY_DATA_UNCHANGED", || {
        refused(&operator(&county()), |_| {})
    }),
];

/// What becomes of data that differs so from what was entered last.
fn decided(by: &Actor, change: impl FnOnce(&mut CountyData)) -> Result<(), Refusals> {
    let case = Case::new();
    let data = county_data(&county());
    let file = LedgerFile {
        version: 1,
        county_data: Some(Box::new(data.clone())),
        ..LedgerFile::default()
    };
    let command = UpkeepCommand::EnterCountyData(Box::new(but(data, change)));
    decide_upkeep(Some(&file), command, &case.context(by)).map(drop)
}

fn refused(by: &Actor, change: impl FnOnce(&mut CountyData)) -> Refusals {
    decided(by, change).unwrap_err()
}

fn codes(by: &Actor) -> Vec<&'static str> {
    let decided = decided(by, |data| data.office_host = None);
    let refusals = decided.err().unwrap_or_default();
    refusals.iter().map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn whoever_runs_the_program_enters_the_data_and_nobody_else() {
    for by in everybody() {
        assert_eq!(codes(&by), ["COUNTY_DATA_ROLE"], "{by:?}");
    }
    let program = operator(&county());
    assert!(codes(&program).is_empty());
    let elsewhere = but(program, |by| by.unit = factory().unit);
    assert_eq!(codes(&elsewhere), ["COUNTY_DATA_ROLE"]);
}
