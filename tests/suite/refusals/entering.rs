//! The data of a county: who enters it, and what is entered.

use super::Provocation;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::upkeep::{
    LedgerFile, UPKEEP_FORMAT, UpkeepCommand, UpkeepEntry, decide_upkeep, evolve_upkeep, operator,
};
use xiaohao_core::values::{CountyCode, Name};
use xiaohao_core::{Actor, Refusals, Stamp};
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
    ("COUNTY_DATA_FLAWED", || {
        refused(&operator(&county()), |data| {
            data.name = of_old();
        })
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

fn today() -> chrono::NaiveDate {
    Case::new().context(&operator(&county())).today()
}

/// A name that could not be typed today.
fn of_old() -> Name {
    Name::recorded("双\u{2F5A}县").unwrap()
}

#[test]
fn what_is_wrong_is_told_of_what_is_new_and_not_of_what_the_ledger_has() {
    let told = refused(&operator(&county()), |data| data.name = of_old());
    let told = told.first().unwrap().to_string();
    assert_eq!(
        told,
        "所登记的基础资料有误。县名：第2个字符（U+2F5A）容易看成“片”，不是同一个字符，请改写为“片”。请在资料文件中改正后重新登记。"
    );
    let before = but(county_data(&county()), |data| data.name = of_old());
    assert!(before.flaws_since(Some(&before), today()).is_empty());
    let worse = but(before.clone(), |data| {
        data.name = Name::recorded("双\u{2F5A}\u{2F5A}县").unwrap();
    });
    assert_eq!(worse.flaws_since(Some(&before), today()).len(), 1);
}

/// Enters one set of data after the other.
fn entering() -> impl FnMut(CountyData) -> Result<(), Refusals> {
    let (case, by) = (Case::new(), operator(&county()));
    let mut file: Option<LedgerFile> = None;
    move |data| {
        let command = UpkeepCommand::EnterCountyData(Box::new(data));
        let event = decide_upkeep(file.as_ref(), command, &case.context(&by))?;
        let seq = file.as_ref().map_or(0, |file| file.version) + 1;
        let stamp = Stamp {
            actor: by.clone(),
            occurred_on: case.today,
            recorded_at: case.context(&by).now,
        };
        let entry = UpkeepEntry {
            format: UPKEEP_FORMAT,
            seq,
            request: sample::request(seq.into()),
            stamp,
            event,
        };
        file = Some(evolve_upkeep(file.take(), &entry).unwrap());
        Ok(())
    }
}

#[test]
fn a_word_that_was_given_to_a_series_once_is_never_given_to_another() {
    let worded = |words: &[(&str, &str)]| {
        but(county_data(&county()), |data| {
            let mut text = data.written().unwrap();
            for (word, other) in words {
                text = text.replacen(word, other, 1);
            }
            *data = CountyData::read(&text).unwrap();
        })
    };
    let another = ("双安交", "双安办交");
    let mut enter = entering();
    enter(worded(&[])).unwrap();
    enter(worded(&[another])).unwrap();
    // Two editions later the first word is still that of orders.
    let told = enter(worded(&[another, ("双安督", "双安交")])).unwrap_err();
    assert_eq!(told.first().unwrap().code(), "COUNTY_DATA_FLAWED");
    enter(worded(&[])).unwrap();
}

#[test]
fn time_limits_say_under_one_edition_what_they_said_before_whatever_came_between() {
    let edition = |id: &str, name: &str| {
        but(county_data(&county()), |data| {
            data.policy["id"] = id.into();
            data.policy["name"] = name.into();
        })
    };
    let mut enter = entering();
    enter(edition("own", "甲")).unwrap();
    enter(edition("other", "乙")).unwrap();
    let told = enter(edition("own", "丙")).unwrap_err();
    let told = told.first().unwrap().to_string();
    assert!(
        told.contains("台账中已有时限表own.1，所填的与它内容不同"),
        "{told}"
    );
    enter(edition("own", "甲")).unwrap();
}

#[test]
fn a_person_and_a_unit_are_told_by_what_the_files_know_them_by() {
    let data = county_data(&county());
    let text = data.written().unwrap();
    let person = name_of(market().person);
    let text = text.replace(&format!("\"{person}\""), "\"王\u{336}某\"");
    let text = text.replacen("\"name\":\"县安委会\"", "\"name\":\"县安委\u{F9B8}会\"", 1);
    let data = CountyData::read(&text).unwrap();
    let told = data.flaws(today());
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].what.starts_with("单位"), "{told:?}");
    assert!(told[1].what.starts_with("登录名为unit-"), "{told:?}");
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
