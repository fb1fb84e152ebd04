//! What a line of the ledger should be looked at again for, although nothing forbids the act.

use std::sync::Arc;
use xiaohao_core::acts::Assign;
use xiaohao_core::directory::{Committee, Directory, DirectoryParts};
use xiaohao_core::values::{Holder, HolderKind, HolderParts, Uscc};
use xiaohao_core::{Advice, AdviceKind, County, Event, Status, advise, county_day};

use xiaohao_tests::sample::but;
use xiaohao_tests::{
    Case, FIRE_BRIGADE, FIRE_COMMITTEE, HOUSING_BUREAU, approver, clerk, directory_with, everybody,
    sample, unit,
};

/// What is advised on the last line of a history.
fn advised(case: &Case) -> Vec<Advice> {
    advise(case.history.last().unwrap(), &case.county, case.today)
}

fn codes(case: &Case) -> Vec<&'static str> {
    let advice = advised(case);
    advice.iter().map(|advice| advice.kind.code()).collect()
}

/// A holder whose code is right, and whose older inner code is right or not.
fn holder(uscc: &str) -> Holder {
    Holder::new(HolderParts {
        unit: unit(940),
        name: sample::line("某厂（化名）"),
        kind: HolderKind::Enterprise,
        uscc: Some(Uscc::parse(uscc).unwrap()),
        head: None,
        contact: None,
        phone: None,
    })
    .unwrap()
}

fn assign(case: &Case, due_in_days: i64) -> Assign {
    let due_on = case.today + chrono::TimeDelta::days(due_in_days);
    let mut terms = sample::terms(due_on);
    terms.parties.responsible = holder("91110000600037341L");
    Assign {
        order: sample::order(1),
        terms,
    }
}

#[test]
fn a_deadline_of_more_than_a_year_is_advised_against_and_accepted() {
    let mut case = Case::at(Status::Listed);
    let mut other = case.clone();
    case.step(&approver(), assign(&case, 365));
    assert!(codes(&case).is_empty());
    other.step(&approver(), assign(&other, 366));
    assert_eq!(codes(&other), ["DEADLINE_BEYOND_CAP"]);
    insta::assert_snapshot!(advised(&other)[0].message);
    assert_eq!(other.status(), Status::Assigned);
}

#[test]
fn a_doubtful_inner_code_is_pointed_out() {
    let mut case = Case::at(Status::Reported);
    let mut other = case.clone();
    let mut list = sample::list();
    list.holder = holder("91110000600037341L");
    case.step(&clerk(), list.clone());
    assert!(codes(&case).is_empty());
    // The ninth character of the body is not what GB 11714 gives; the outer check is right all the same.
    list.holder = holder("91110000600037351M");
    other.step(&clerk(), list);
    assert_eq!(codes(&other), ["ORGANISATION_CODE_DOUBTFUL"]);
}

#[test]
fn a_holder_that_looks_like_a_unit_of_the_directory_and_is_written_otherwise_is_pointed_out() {
    let mut case = Case::at(Status::Reported);
    case.county.directory = Arc::new(directory_of_one_committee(&case.county));
    let holder_called = |called: &str| sample::holder_called(900, called);
    let advised_on = |called: &str| {
        let mut case = case.clone();
        case.step(
            &clerk(),
            but(sample::list(), |list| list.holder = holder_called(called)),
        );
        advised(&case)
    };
    assert!(advised_on("县消防救援支队").is_empty());
    let namesake = advised_on("庚午竹木制品厂（化名）");
    assert_eq!(namesake[0].kind, AdviceKind::HolderLooksLikeAnother);
    insta::assert_snapshot!("a_namesake_of_a_unit", namesake[0].message);
    let told = advised_on("县消防 救援大队");
    assert_eq!(told[0].kind, AdviceKind::HolderLooksLikeAnother);
    insta::assert_snapshot!(told[0].message);

    let mut entry = case.history.last().unwrap().clone();
    let Event::HazardReported(event) = &mut entry.event else {
        panic!("{:?}", entry.event);
    };
    event.says.holder = Some(holder_called("县 消防救援大队"));
    let told = advise(&entry, &case.county, case.today);
    assert_eq!(told[0].kind, AdviceKind::HolderLooksLikeAnother);
}

#[test]
fn a_hazard_that_is_led_by_another_unit_than_its_committee_is_pointed_out() {
    let mut case = Case::at(Status::Reported);
    case.county.directory = Arc::new(directory_of_one_committee(&case.county));
    let mut other = case.clone();
    case.step(&clerk(), sample::list());
    assert!(codes(&case).is_empty());
    let mut list = sample::list();
    list.lead_unit = unit(HOUSING_BUREAU);
    other.step(&clerk(), list);
    assert_eq!(codes(&other), ["LEAD_UNIT_NOT_THE_COMMITTEES"]);
    insta::assert_snapshot!(advised(&other)[0].message);
}

/// The directory with the committee of the sample hazard's line in it.
fn directory_of_one_committee(county: &County) -> Directory {
    let committee = Committee {
        unit: unit(FIRE_COMMITTEE),
        seq: 1,
        seq_in_plan: None,
        name_en: sample::line("Fire safety"),
        lead_unit: unit(FIRE_BRIGADE),
        includes_non_production_accidents: false,
        scope_note: None,
        goals: Vec::new(),
        measures: Vec::new(),
        oddities: Vec::new(),
    };
    let mut units = county.directory.units().to_vec();
    for (number, name) in [
        (FIRE_BRIGADE, "县消防救援大队"),
        (HOUSING_BUREAU, "县住建局"),
    ] {
        let named = units.iter_mut().find(|one| one.id == unit(number));
        named.unwrap().name = sample::line(name);
    }
    let parts = DirectoryParts {
        units,
        committees: vec![committee],
        ..DirectoryParts::default()
    };
    directory_with(county, parts, &everybody())
}

#[test]
fn a_report_that_was_entered_later_than_other_acts_may_be_is_pointed_out() {
    let entered_after = |days: i64| {
        let mut case = Case::at(Status::Reported);
        let stamp = &mut case.history.last_mut().unwrap().stamp;
        stamp.occurred_on = county_day(stamp.recorded_at) - chrono::TimeDelta::days(days);
        advised(&case)
    };
    assert!(entered_after(3).is_empty());
    // Of a line from under a clock that was ahead nobody knows when it was entered.
    let mut case = Case::at(Status::Reported);
    case.history.last_mut().unwrap().stamp.recorded_at += chrono::TimeDelta::days(3650);
    assert!(advised(&case).is_empty());
    let late = entered_after(4);
    assert_eq!(late[0].kind, AdviceKind::ReportedLate);
    insta::assert_snapshot!(late[0].message);
}
