//! T01–T04: what comes in, and what is recognised.

use super::{Provocation, check, refused};
use std::collections::BTreeSet;
use xiaohao_core::acts::{List, SourceRecord};
use xiaohao_core::values::*;
use xiaohao_core::{Command, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("PLACE_OUTSIDE_COUNTY", || {
        let says = but(sample::report(), |says| {
            says.township = TownshipCode::parse("431124100").unwrap();
        });
        refused(&Case::new(), &inspector(), says)
    }),
    ("FOUND_AFTER_REPORT", || {
        let says = but(sample::report(), |says| says.found_on = date("2026-03-03"));
        refused(&Case::new(), &inspector(), says)
    }),
    ("FOUND_TOO_EARLY", || {
        let says = but(sample::report(), |says| says.found_on = date("1999-12-31"));
        refused(&Case::new(), &inspector(), says)
    }),
    ("PHOTO_MISSING", || {
        let says = but(sample::report(), |says| {
            says.evidence = EvidenceSet::empty();
        });
        refused(&Case::new(), &inspector(), says)
    }),
    ("SOURCE_RECORD_MISSING", || {
        let says = but(sample::report(), |says| says.source = Source::Platform);
        refused(&Case::new(), &platform(), says)
    }),
    ("SOURCE_RECORD_OF_UNIT", || {
        let says = but(sample::report(), |says| {
            says.source_record = Some(source_record());
        });
        refused(&Case::new(), &factory(), says)
    }),
    ("SOURCE_RECORD_KNOWN", || {
        let says = but(sample::report(), |says| {
            says.source = Source::Platform;
            says.source_record = Some(source_record());
        });
        refused(&with_a_record_reported(), &platform(), says)
    }),
    ("COMMITTEE_UNKNOWN", || {
        refused_list(|says| says.committee = unit(HOUSING_BUREAU))
    }),
    ("LEAD_UNIT_UNKNOWN", || {
        refused_list(|says| says.lead_unit = unit(LONGBO))
    }),
    ("CO_UNIT_UNKNOWN", || {
        refused_list(|says| says.co_units = BTreeSet::from([unit(999)]))
    }),
    ("CO_UNIT_HAS_A_PART", || {
        refused_list(|says| says.co_units = BTreeSet::from([says.lead_unit]))
    }),
    ("HOLDER_NAMED_OTHERWISE", || {
        refused_list(|says| says.holder = sample::holder_called(FACTORY, "癸酉竹木制品厂（化名）"))
    }),
    ("UNIT_NAMED_AS_AUTHORITY", || {
        let name = called(unit(HOUSING_BUREAU)).unwrap();
        refused(
            &Case::at(Status::Reported),
            &clerk(),
            but(sample::list(), |says| {
                says.holder = sample::holder_called(999, name);
            }),
        )
    }),
    ("NOT_MAJOR", || {
        refused_list(|says| says.level = Level::Ordinary)
    }),
    ("BASIS_NOT_IN_FORCE", || {
        refused_list(|says| says.basis = in_force("2026-03-03", None))
    }),
    ("ACCIDENT_TYPE_MISSING", || {
        refused_list(|says| says.accident_types.clear())
    }),
    ("OPEN_DUPLICATE", || {
        refused(&with_a_duplicate(), &clerk(), sample::list())
    }),
    ("CHECKER_IS_ACTOR", || {
        let says = but(sample::reject(), |says| says.checker = clerk().person);
        refused(&Case::at(Status::Reported), &clerk(), says)
    }),
    ("CHECKER_UNREGISTERED", || checked_by(99)),
    ("CHECKER_OF_HOLDER", || checked_by(5)),
];

fn checked_by(number: u128) -> xiaohao_core::Refusals {
    let says = but(sample::reject(), |says| says.checker = person(number));
    refused(&Case::at(Status::Reported), &clerk(), says)
}

fn refused_list(change: fn(&mut List)) -> xiaohao_core::Refusals {
    let says = but(sample::list(), change);
    refused(&Case::at(Status::Reported), &clerk(), says)
}

fn check_report(
    by: &xiaohao_core::Actor,
    change: impl FnOnce(&mut xiaohao_core::acts::Report),
    expected: &[&str],
) {
    check(&Case::new(), by, but(sample::report(), change), expected);
}

fn check_list(change: impl FnOnce(&mut List), expected: &[&str]) {
    let case = Case::at(Status::Reported);
    check(&case, &clerk(), but(sample::list(), change), expected);
}

/// A standard in force from a day on; the sample hazard was found on 2026-03-02.
fn in_force(from: &str, until: Option<&str>) -> Basis {
    let parts = StandardParts {
        name: sample::line("工贸企业重大事故隐患判定标准"),
        document_no: sample::line("应急管理部令第10号"),
        version: None,
        clause: Some(sample::line("第十一条")),
        quote: None,
        in_force: Validity::new(date(from), until.map(date)).unwrap(),
        clause_status: ClauseStatus::Verified,
    };
    Basis::Standard(StandardBasis::new(parts).unwrap())
}

fn with_a_duplicate() -> Case {
    let mut case = Case::at(Status::Reported);
    case.known.open_duplicate = Some(HazardNumber::parse("431123-2026-0099").unwrap());
    case
}

fn source_record() -> SourceRecord {
    SourceRecord {
        system: sample::line("监管平台"),
        id: sample::line("A-1"),
    }
}

fn with_a_record_reported() -> Case {
    let mut case = Case::new();
    case.known.source_record_of = Some(ClueNumber::parse("431123-XS-2026-000099").unwrap());
    case
}

#[test]
fn a_unit_that_rectifies_tells_of_no_platforms_record_and_learns_of_none() {
    let of_a_platform = |says: &mut xiaohao_core::acts::Report| {
        says.source_record = Some(source_record());
    };
    let told: &[&str] = &["SOURCE_RECORD_OF_UNIT"];
    check_report(&factory(), of_a_platform, told);
    check_report(&factory(), |says| says.source = Source::Platform, told);
    check_report(&factory(), |_| {}, &[]);
    check_report(&clerk(), of_a_platform, &[]);
    let says = but(sample::report(), of_a_platform);
    check(&with_a_record_reported(), &factory(), says, told);
}

#[test]
fn who_judges_is_reported_as_holder_of_nothing() {
    for judge in [OFFICE, COMMISSION] {
        let held =
            |says: &mut xiaohao_core::acts::Report| says.holder = Some(sample::holder(judge));
        check_report(&factory(), held, &["JUDGE_WOULD_RECTIFY"]);
    }
    check_report(&factory(), |says| says.holder = None, &[]);
}

#[test]
fn an_authority_is_listed_under_its_own_id_alone() {
    let held = |id: u128, name: &'static str| {
        move |says: &mut List| says.holder = sample::holder_called(id, name)
    };
    let bureau = called(unit(HOUSING_BUREAU)).unwrap();
    let other: &[&str] = &["UNIT_NAMED_AS_AUTHORITY"];
    check_list(held(999, bureau), other);
    check_list(held(999, "县安委办"), other);
    check_list(held(HOUSING_BUREAU, bureau), &[]);
    check_list(held(999, "癸酉竹木制品厂（化名）"), &[]);
    // Two enterprises may be called alike.
    check_list(held(999, called(unit(FACTORY)).unwrap()), &[]);
}

#[test]
fn a_hazard_is_found_on_the_day_of_its_report_at_the_latest_and_in_a_year_that_is_numbered() {
    let found =
        |on: &'static str| move |says: &mut xiaohao_core::acts::Report| says.found_on = date(on);
    check_report(&inspector(), found("2026-03-02"), &[]);
    check_report(&inspector(), found("2026-03-03"), &["FOUND_AFTER_REPORT"]);
    check_report(&inspector(), found("2025-01-01"), &[]);
    check_report(&inspector(), found("2000-01-01"), &[]);
    check_report(&inspector(), found("1999-12-31"), &["FOUND_TOO_EARLY"]);
}

#[test]
fn only_an_inspection_on_site_needs_a_photo() {
    let seen = |mode| {
        move |says: &mut xiaohao_core::acts::Report| {
            says.evidence = EvidenceSet::empty();
            says.inspection = mode;
        }
    };
    check_report(
        &inspector(),
        seen(Some(InspectionMode::OnSite)),
        &["PHOTO_MISSING"],
    );
    check_report(&inspector(), seen(Some(InspectionMode::Video)), &[]);
    check_report(&inspector(), seen(None), &[]);
}

#[test]
fn only_what_a_platform_has_pushed_must_name_its_record() {
    let from = |source: Source| move |says: &mut xiaohao_core::acts::Report| says.source = source;
    let missing: &[&str] = &["SOURCE_RECORD_MISSING"];
    check_report(&platform(), from(Source::Platform), missing);
    check_report(&platform(), from(Source::PowerData), missing);
    let record = |says: &mut xiaohao_core::acts::Report| {
        says.source = Source::Platform;
        says.source_record = Some(source_record());
    };
    check_report(&platform(), record, &[]);
    // The office may enter by hand what a platform has pushed, under the same number.
    check_report(&clerk(), record, &[]);
    check_report(&clerk(), from(Source::Platform), missing);
    check_report(&intake(), from(Source::PublicReport), &[]);
    let unit = actor(5, Role::Unit, FACTORY);
    check_report(&unit, from(Source::SelfReport), &[]);
}

#[test]
fn one_record_of_a_platform_is_reported_once_whoever_reports_it() {
    let says = but(sample::report(), |says| {
        says.source_record = Some(source_record());
    });
    let asked = Command::from(says.clone()).asks();
    assert_eq!(asked.source_record, Some(source_record()));
    let without = Command::from(sample::report()).asks();
    assert_eq!(without.source_record, None);

    let case = with_a_record_reported();
    for by in [lead(), inspector()] {
        check(&Case::new(), &by, says.clone(), &[]);
        check(&case, &by, says.clone(), &["SOURCE_RECORD_KNOWN"]);
    }
    let of_the_platform = but(says, |says| says.source = Source::Platform);
    let refusals = refused(&case, &platform(), of_the_platform);
    assert!(refusals.to_string().contains("431123-XS-2026-000099"));
}

#[test]
fn a_place_is_in_the_county() {
    let at = |code: &'static str| {
        move |says: &mut xiaohao_core::acts::Report| {
            says.township = TownshipCode::parse(code).unwrap();
        }
    };
    check_report(&inspector(), at("431123102"), &[]);
    check_report(&inspector(), at("431124102"), &["PLACE_OUTSIDE_COUNTY"]);
}

#[test]
fn a_basis_was_in_force_on_the_day_of_discovery() {
    let basis = |from, until| move |says: &mut List| says.basis = in_force(from, until);
    let refusal: &[&str] = &["BASIS_NOT_IN_FORCE"];
    check_list(basis("2026-03-02", None), &[]);
    check_list(basis("2026-03-03", None), refusal);
    check_list(basis("2020-01-01", Some("2026-03-02")), &[]);
    check_list(basis("2020-01-01", Some("2026-03-01")), refusal);
    let research = ResearchBasis::new(
        sample::line("双安委会纪〔2026〕3号"),
        date("2026-03-02"),
        sample::prose("研究认定为重大隐患。"),
    );
    check_list(|says| says.basis = Basis::Research(research), &[]);
}

#[test]
fn a_hazard_is_listed_in_a_line_that_there_is() {
    let check_committee = |committee, expected| {
        check_list(|says| says.committee = committee, expected);
    };
    check_committee(unit(FIRE_COMMITTEE + 1), &[]);
    check_committee(unit(999), &["COMMITTEE_UNKNOWN"]);
    check_committee(unit(FIRE_BRIGADE), &["COMMITTEE_UNKNOWN"]);
    let check_lead = |lead_unit, expected| {
        check_list(|says| says.lead_unit = lead_unit, expected);
    };
    check_lead(unit(HOUSING_BUREAU), &[]);
    for other in [999, LONGBO, OFFICE, FIRE_COMMITTEE, EXPERTS] {
        check_lead(unit(other), &["LEAD_UNIT_UNKNOWN"]);
    }
    let check_co_units = |co_units: &[u128], expected| {
        let co_units = co_units.iter().copied().map(unit).collect();
        check_list(|says| says.co_units = co_units, expected);
    };
    check_co_units(&[HOUSING_BUREAU, LONGBO], &[]);
    check_co_units(&[HOUSING_BUREAU, 999], &["CO_UNIT_UNKNOWN"]);
    check_co_units(&[HOUSING_BUREAU, FIRE_BRIGADE], &["CO_UNIT_HAS_A_PART"]);
    check_co_units(&[HOUSING_BUREAU, FACTORY], &["CO_UNIT_HAS_A_PART"]);
}

#[test]
fn a_holder_of_the_directory_bears_its_name_and_one_that_is_not_in_it_its_own() {
    let check_holder = |number, name: &str, expected| {
        check_list(
            |says| says.holder = sample::holder_called(number, name),
            expected,
        );
    };
    check_holder(FACTORY, "庚午竹木制品厂（化名）", &[]);
    check_holder(FACTORY, "辛未农贸市场有限公司", &["HOLDER_NAMED_OTHERWISE"]);
    check_holder(
        MARKET,
        "庚午竹木制品厂（化名）",
        &["HOLDER_NAMED_OTHERWISE"],
    );
    check_holder(999, "癸酉竹木制品厂（化名）", &[]);
}

#[test]
fn only_a_major_hazard_that_may_lead_to_something_is_listed() {
    check_list(|says| says.level = Level::Ordinary, &["NOT_MAJOR"]);
    check_list(
        |says| says.accident_types.clear(),
        &["ACCIDENT_TYPE_MISSING"],
    );
    check_list(|says| says.flags = BTreeSet::new(), &[]);
}

#[test]
fn a_duplicate_is_listed_only_with_a_reason() {
    let case = with_a_duplicate();
    check(&case, &clerk(), sample::list(), &["OPEN_DUPLICATE"]);
    let waived = but(sample::list(), |says| {
        says.duplicate_waiver = Some(sample::prose("位于不同车间，属两处隐患。"));
    });
    check(&case, &clerk(), waived, &[]);
}

#[test]
fn who_rejects_does_not_check_himself() {
    let case = Case::at(Status::Reported);
    check(&case, &clerk(), sample::reject(), &[]);
    check(
        &case,
        &second_clerk(),
        sample::reject(),
        &["CHECKER_IS_ACTOR"],
    );
}
