//! The figures of the example county, done again from its histories (spec §5.2, §5.4, rules 5, 21 and 23).

mod cases;
mod expected;
mod laws;
mod over_time;
mod replayed;

use chrono::{Months, NaiveDate, TimeDelta};
use std::collections::BTreeSet;
use xiaohao_core::Hazard;
use xiaohao_core::statistics::*;
use xiaohao_core::values::{HazardId, SupervisionLevel, TownshipCode};
use xiaohao_tests::date;
use xiaohao_tests::example::EXAMPLE;

/// The day of the expected statistics.
fn as_of() -> NaiveDate {
    date("2026-11-20")
}

/// The hazards as they stood on a day.
fn stood(on: NaiveDate) -> Vec<Hazard> {
    as_they_stood(&EXAMPLE.histories(), on).unwrap()
}

/// The file's key of a hazard.
fn key(id: HazardId) -> u64 {
    let found = EXAMPLE.hazards.iter().find(|(_, hazard)| hazard.id() == id);
    *found.unwrap().0
}

fn keys(ids: &[HazardId]) -> BTreeSet<u64> {
    ids.iter().copied().map(key).collect()
}

fn townships() -> Vec<TownshipCode> {
    EXAMPLE.county.townships.keys().copied().collect()
}

/// The last days of the months in which something happened, and the day of the expected statistics.
fn ends() -> Vec<NaiveDate> {
    let first = date("2026-04-01");
    let firsts = (0..8).map(|months| first + Months::new(months));
    firsts
        .map(|first| first - TimeDelta::days(1))
        .chain([as_of()])
        .collect()
}

/// Everything that is said of a day, as text.
fn everything(day: &Snapshot<'_>) -> String {
    let by = [Deadline::Effective, Deadline::Original];
    format!(
        "{:#?}",
        (
            (day.by_status(), day.ever(), day.deducted(), day.valid()),
            (day.struck_off(), day.done(), day.open()),
            by.map(|by| (day.overdue(by), day.on_time_rate(by))),
            (day.closure_rate(), day.reported_completion_rate()),
            (
                day.first_round_pass_rate(),
                day.extension_rate(),
                day.rebound_rate()
            ),
            SupervisionLevel::ALL
                .iter()
                .map(|l| day.supervised_closure_rate(*l))
                .collect::<Vec<_>>(),
            (
                day.five_elements_rate(),
                day.planned_funds(),
                day.days_to_complete()
            ),
            (
                day.under_suspension(),
                day.under_supervision(SupervisionLevel::County)
            ),
        )
    )
}
