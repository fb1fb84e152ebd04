//! What a committee files: whose it is to file, for which period, and how often.

use super::Provocation;
use crate::filing::{committee, county_that_files, filing};
use chrono::TimeDelta;
use xiaohao_core::filing::FilePeriod;
use xiaohao_core::policy::Period;
use xiaohao_core::upkeep::{LedgerFile, UpkeepCommand, UpkeepEvent, decide_upkeep, evolve_upkeep};
use xiaohao_core::values::UnitId;
use xiaohao_core::{Actor, Context, Refusals, Role};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("FILING_ROLE", || {
        decided(&clerk(), None, filing()).unwrap_err()
    }),
    ("FILING_BACKDATED", || dated(-1).unwrap_err()),
    ("FILING_PERIOD", || {
        let says = but(filing(), |says| says.day = date("2199-01-31"));
        decided(&lead(), None, says).unwrap_err()
    }),
    ("FILED_ALREADY", || {
        decided(&lead(), Some(&filed()), filing()).unwrap_err()
    }),
    ("NOTHING_FILED_TO_CORRECT", || {
        decided(&lead(), None, corrected()).unwrap_err()
    }),
];

fn decided(
    by: &Actor,
    file: Option<&LedgerFile>,
    says: FilePeriod,
) -> Result<UpkeepEvent, Refusals> {
    let case = case();
    let command = UpkeepCommand::FilePeriod(Box::new(says));
    decide_upkeep(file, command, &case.context(by))
}

/// What comes of it with a date of so many days from today.
fn dated(days: i64) -> Result<UpkeepEvent, Refusals> {
    let case = case();
    let by = lead();
    let ctx = case.context(&by);
    let ctx = Context {
        occurred_on: ctx.today() + TimeDelta::days(days),
        ..ctx
    };
    decide_upkeep(None, UpkeepCommand::FilePeriod(Box::new(filing())), &ctx)
}

fn case() -> Case {
    but(Case::new(), |case| case.county = county_that_files())
}

/// The ledger after the committee has filed.
fn filed() -> LedgerFile {
    let event = decided(&lead(), None, filing()).unwrap();
    evolve_upkeep(None, &crate::upkeep::entry(&lead(), 1, event)).unwrap()
}

fn corrected() -> FilePeriod {
    but(filing(), |says| {
        says.correction = Some(sample::prose("排查数统计有误。"));
    })
}

fn codes(came: Result<UpkeepEvent, Refusals>) -> Vec<&'static str> {
    let refused = came.err();
    let refused = refused.iter().flat_map(Refusals::iter);
    refused.map(xiaohao_core::Refusal::code).collect()
}

#[test]
fn whoever_leads_a_committee_files_for_it_and_nobody_else() {
    for by in everybody() {
        let own = by == lead();
        let expected: &[&str] = if own { &[] } else { &["FILING_ROLE"] };
        assert_eq!(codes(decided(&by, None, filing())), expected, "{by:?}");
    }
    let within = |unit: UnitId, role: Role| Actor {
        unit,
        role,
        ..lead()
    };
    let own = within(committee().unit, Role::Lead);
    assert_eq!(codes(decided(&own, None, filing())), [""; 0]);
    let inspects = within(lead().unit, Role::Inspector);
    assert_eq!(codes(decided(&inspects, None, filing())), ["FILING_ROLE"]);
    // Of another committee, and of something that is none.
    let county = county_that_files();
    let mut others = county.directory.committees().iter();
    let other = others.find(|one| !one.is_of(lead().unit)).unwrap().unit;
    for unit in [other, lead().unit] {
        let says = but(filing(), |says| says.committee = unit);
        assert_eq!(codes(decided(&lead(), None, says)), ["FILING_ROLE"]);
    }
}

#[test]
fn it_is_filed_for_a_period_that_has_begun_and_on_the_day_on_which_it_is() {
    let period = county().filing_period(filing().day);
    let next = period.until.succ_opt().unwrap();
    for (day, expected) in [
        (period.from, &[][..]),
        (period.until, &[]),
        (date("2000-01-01"), &[]),
        (next, &["FILING_PERIOD"]),
        (date("1999-12-31"), &["FILING_PERIOD"]),
    ] {
        let says = but(filing(), |says| says.day = day);
        assert_eq!(codes(decided(&lead(), None, says)), expected, "{day}");
    }
    assert_eq!(codes(dated(1)), ["OCCURRED_IN_FUTURE"]);
}

#[test]
fn a_period_is_filed_once_and_then_corrected_with_a_reason() {
    let file = filed();
    assert_eq!(codes(decided(&lead(), Some(&file), corrected())), [""; 0]);
    // Any other day of the same period is of it.
    let first = county().filing_period(filing().day).from;
    let says = but(filing(), |says| says.day = first);
    let again = decided(&lead(), Some(&file), says);
    assert_eq!(codes(again), ["FILED_ALREADY"]);
    let before = but(filing(), |says| says.day = first.pred_opt().unwrap());
    assert_eq!(codes(decided(&lead(), Some(&file), before)), [""; 0]);
    // Nor is the quarter filed with its first month, where the county comes to file each quarter.
    let quarter = Period {
        from: date("2026-01-01"),
        until: date("2026-03-31"),
    };
    let filed_for = |period: Period| {
        let event = decided(&lead(), None, filing()).unwrap();
        let UpkeepEvent::PeriodFiled(says) = event else {
            panic!("{event:?}");
        };
        let says = but(says, |says| {
            (says.from, says.until) = (period.from, period.until);
        });
        let entry = crate::upkeep::entry(&lead(), 1, UpkeepEvent::PeriodFiled(says));
        evolve_upkeep(None, &entry).unwrap()
    };
    let of_january = but(filing(), |says| says.day = quarter.from);
    let after = filed_for(quarter);
    assert_eq!(codes(decided(&lead(), Some(&after), of_january)), [""; 0]);
    // Another committee has not filed with it.
    let county = county_that_files();
    let mut others = county.directory.committees().iter();
    let other = others.find(|one| !one.is_of(lead().unit)).unwrap();
    let of_other = Actor {
        unit: other.lead_unit,
        ..lead()
    };
    let says = but(filing(), |says| says.committee = other.unit);
    assert_eq!(codes(decided(&of_other, Some(&file), says)), [""; 0]);
}
