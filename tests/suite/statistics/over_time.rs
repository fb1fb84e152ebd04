//! The figures from month to month: earlier reports stay, the stock balances, the parts add up.

use super::{EXAMPLE, ends, everything, keys, stood, townships};
use chrono::{Datelike, Months, TimeDelta};
use std::collections::BTreeSet;
use xiaohao_core::acts::LookBackResult;
use xiaohao_core::figures::StockParts;
use xiaohao_core::statistics::*;
use xiaohao_core::values::{HazardId, SupervisionLevel};
use xiaohao_core::{Entry, Event, Hazard, Status, replay};
use xiaohao_tests::{Case, approver, date, example, factory, sample};

/// A month's end: ever, deducted, closed, open, overdue, on time of due. Worked out from the file by hand.
#[test]
fn the_figures_of_every_month_are_as_worked_out() {
    let told = [
        (3, 0, 0, 3, 0, "0/0（—）"),
        (6, 0, 2, 4, 0, "1/2（50.0%）"),
        (11, 0, 4, 7, 0, "3/4（75.0%）"),
        (15, 0, 7, 8, 0, "6/7（85.7%）"),
        (19, 0, 8, 11, 0, "7/8（87.5%）"),
        (20, 0, 11, 9, 0, "10/11（90.9%）"),
        (25, 1, 11, 13, 0, "10/11（90.9%）"),
        (26, 1, 11, 14, 1, "10/13（76.9%）"),
        (28, 1, 15, 12, 3, "14/19（73.7%）"),
    ];
    for (on, told) in ends().into_iter().zip(told) {
        let hazards = stood(on);
        let day = Snapshot::new(&hazards, on);
        let on_time = day.on_time_rate(Deadline::Effective).ratio().to_string();
        let found = (
            day.ever().len(),
            day.deducted().len(),
            day.struck_off().len(),
            day.open().len(),
            day.overdue(Deadline::Effective).len(),
            on_time.as_str(),
        );
        assert_eq!(found, told, "{on}");
    }
}

/// Rule 21, and rule 5: what comes later changes no earlier report.
#[test]
fn a_report_for_an_earlier_day_stays_as_it_was() {
    for on in ends() {
        let cut: Vec<Hazard> = EXAMPLE
            .histories
            .values()
            .filter_map(|history| {
                let place = history.partition_point(|entry| entry.stamp.occurred_on <= on);
                replay(&history[..place]).unwrap()
            })
            .collect();
        let then = everything(&Snapshot::new(&cut, on));
        assert_eq!(then, everything(&Snapshot::new(&stood(on), on)), "{on}");
    }
}

#[test]
fn a_reopened_hazard_was_struck_off_until_it_was_reopened() {
    let told = |on: &str| {
        let hazards = stood(date(on));
        let day = Snapshot::new(&hazards, date(on));
        let has = |ids: Vec<HazardId>| keys(&ids).contains(&15);
        let rebound = day.rebound_rate().ratio();
        (
            has(day.struck_off()),
            has(day.open()),
            rebound.numerator,
            rebound.denominator,
        )
    };
    assert_eq!(told("2026-05-26"), (false, true, 0, 0));
    assert_eq!(told("2026-05-27"), (true, false, 0, 0));
    assert_eq!(told("2026-10-20"), (true, false, 0, 0));
    assert_eq!(told("2026-10-21"), (true, false, 0, 1));
    assert_eq!(told("2026-10-22"), (false, true, 1, 1));
    let looked = EXAMPLE.histories[&15].iter().any(|entry| {
        matches!(&entry.event, Event::LookedBack(look) if look.result == LookBackResult::CameBack)
    });
    assert!(looked);
}

#[test]
fn what_a_circular_published_is_still_found_in_the_ledger() {
    assert_eq!(EXAMPLE.circulars.len(), 8);
    let mut circulated = 0;
    for circular in &EXAMPLE.circulars {
        let content = circular.content();
        let period = Period::new(content.period_from, content.period_to).unwrap();
        let flow = Flow::during(&EXAMPLE.histories(), period).unwrap();
        assert_eq!(
            flow.stock().unwrap(),
            content.stock,
            "{}",
            circular.document()
        );
        let hazards = stood(content.as_of);
        let closure = Snapshot::new(&hazards, content.as_of).closure_rate();
        assert_eq!(closure.ratio(), content.figures[0].ratio);
        circulated += content.items.len();
    }
    assert_eq!(circulated, 12);
}

/// The periods of 2026 that follow on one another: months, quarters, weeks from Monday.
fn periods() -> Vec<Vec<Period>> {
    let by_months = |step: u32| {
        (0..12).step_by(step as usize).map(move |month| {
            let from = date("2026-01-01") + Months::new(month);
            Period::new(from, from + Months::new(step) - TimeDelta::days(1)).unwrap()
        })
    };
    let days = date("2025-12-29")
        .iter_days()
        .take_while(|day| *day < date("2027-01-01"));
    let weeks = days
        .filter(|day| day.weekday() == chrono::Weekday::Mon)
        .map(|monday| Period::new(monday, monday + TimeDelta::days(6)).unwrap());
    vec![
        by_months(1).collect(),
        by_months(3).collect(),
        weeks.collect(),
        by_months(12).collect(),
    ]
}

#[test]
fn the_stock_balances_in_every_week_month_and_quarter_and_each_opens_as_the_last_closed() {
    let histories = EXAMPLE.histories();
    for periods in periods() {
        let mut sum = StockParts::default();
        for period in periods {
            let flow = Flow::during(&histories, period).unwrap();
            let parts = flow.stock().unwrap().parts();
            assert_eq!(parts.opening, sum.closing, "{period:?}");
            sum = StockParts {
                opening: 0,
                new: sum.new + parts.new,
                reopened: sum.reopened + parts.reopened,
                struck_off: sum.struck_off + parts.struck_off,
                deducted: sum.deducted + parts.deducted,
                closing: parts.closing,
            };
        }
        let year = StockParts {
            opening: 0,
            new: 28,
            reopened: 1,
            struck_off: 16,
            deducted: 1,
            closing: 12,
        };
        assert_eq!(sum, year);
    }
}

#[test]
fn october_is_the_month_in_which_a_hazard_came_back() {
    let october = Period::new(date("2026-10-01"), date("2026-10-31")).unwrap();
    let flow = Flow::during(&EXAMPLE.histories(), october).unwrap();
    let sets = [&flow.new, &flow.reopened, &flow.struck_off, &flow.deducted];
    let sets = sets.map(|ids| keys(ids));
    let told = [[14], [15], [21]].map(BTreeSet::from);
    assert_eq!(sets[..3], told);
    assert_eq!((flow.opening.len(), flow.closing.len()), (13, 14));
    let backwards = Period::new(date("2026-10-31"), date("2026-10-01"));
    assert_eq!(backwards, None);
}

/// 延期 of a period: whom an extension was granted to between its days, each once; it moves nothing.
#[test]
fn what_was_extended_is_told_of_the_period_of_its_grant() {
    let histories = EXAMPLE.histories();
    let granted = |key: u64| {
        let grants = EXAMPLE.histories[&key].iter();
        let mut grants = grants.filter(|entry| matches!(entry.event, Event::ExtensionGranted(_)));
        grants.next().map(|entry| entry.stamp.occurred_on)
    };
    let all: BTreeSet<u64> = (1..=30).filter(|key| granted(*key).is_some()).collect();
    assert_eq!(all.len(), 2);
    let extended = |from, to| {
        let flow = Flow::during(&histories, Period::new(from, to).unwrap()).unwrap();
        keys(&flow.extended)
    };
    assert_eq!(extended(date("2026-01-01"), date("2026-11-20")), all);
    for key in all {
        let on = granted(key).unwrap();
        assert_eq!(extended(on, on), BTreeSet::from([key]));
        let day = TimeDelta::days(1);
        assert!(!extended(on - day - day, on - day).contains(&key));
        assert!(!extended(on + day, on + day + day).contains(&key));
    }
    // Granted once more in the same period, it is told once.
    let mut case = Case::at(Status::Rectifying);
    for until in ["2026-07-15", "2026-07-31"] {
        case.step(&factory(), sample::request_extension(date(until)));
        case.step(&approver(), sample::grant_extension(date(until)));
    }
    let period = Period::new(date("2026-01-01"), date("2026-12-31")).unwrap();
    let flow = Flow::during(&[&case.history], period).unwrap();
    assert_eq!(flow.extended, [case.hazard().id()]);
    assert!(flow.stock().is_ok());
}

/// The scopes of one kind, which together hold every listed hazard once.
fn partitions() -> Vec<Vec<Scope>> {
    let file = example::expected();
    let hazards = file["hazards"].as_array().unwrap().iter();
    let leads: BTreeSet<&str> = hazards.map(|h| h["lead_unit"].as_str().unwrap()).collect();
    assert_eq!(leads.len(), 12);
    vec![
        (1..=14)
            .map(|seq| Scope::Committee(EXAMPLE.committee(seq)))
            .collect(),
        townships().into_iter().map(Scope::Township).collect(),
        leads
            .into_iter()
            .map(|name| Scope::LeadUnit(EXAMPLE.unit(name)))
            .collect(),
        vec![Scope::County],
    ]
}

#[test]
fn the_parts_add_up_to_the_whole() {
    for on in ends() {
        let hazards = stood(on);
        let whole = Snapshot::new(&hazards, on);
        let counts = |day: &Snapshot<'_>| {
            let rates = [
                day.closure_rate(),
                day.reported_completion_rate(),
                day.on_time_rate(Deadline::Effective),
                day.on_time_rate(Deadline::Original),
                day.first_round_pass_rate(),
                day.extension_rate(),
                day.rebound_rate(),
                day.supervised_closure_rate(SupervisionLevel::County),
                day.five_elements_rate(),
            ];
            let overdue = u32::try_from(day.overdue(Deadline::Effective).len()).unwrap();
            let ever = u32::try_from(day.ever().len()).unwrap();
            rates
                .map(|rate| rate.ratio())
                .into_iter()
                .flat_map(|ratio| [ratio.numerator, ratio.denominator])
                .chain([overdue, ever])
                .collect::<Vec<u32>>()
        };
        for scopes in partitions() {
            let parts = scopes.iter().map(|scope| counts(&whole.within(*scope)));
            let sum = parts.reduce(|sum, part| sum.iter().zip(part).map(|(a, b)| a + b).collect());
            assert_eq!(sum.unwrap(), counts(&whole), "{on} {:?}", scopes[0]);
        }
    }
}

#[test]
fn the_stock_of_every_scope_balances_in_every_month() {
    for scope in partitions().into_iter().flatten() {
        let of_scope: Vec<&[Entry]> = EXAMPLE
            .histories
            .iter()
            .filter(|(key, _)| scope.holds(&EXAMPLE.hazards[key]))
            .map(|(_, history)| history.as_slice())
            .collect();
        for period in periods().into_iter().flatten() {
            let flow = Flow::during(&of_scope, period).unwrap();
            assert!(flow.stock().is_ok(), "{scope:?} {period:?} {flow:?}");
        }
    }
}
