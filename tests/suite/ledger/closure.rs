//! The counters of the closure statistics equal a full recount: after every act, on the day, on later days on which nothing
//! was written, and on earlier ones.

use super::walk::{Walk, steps};
use super::{another_county, for_all, one_thread};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use xiaohao_core::statistics::{Deadline, Snapshot};
use xiaohao_core::{Hazard, Status};
use xiaohao_ledger::read::{Counted, HazardFilter};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::{Cell, ClosureFigures, Counts, Once, Tally};
use xiaohao_ledger::{Pace, Scope};
use xiaohao_tests::office::{Cabinet, Kind};
use xiaohao_tests::*;

on_every_store! {
    a_deadline_passes_though_nobody_writes
    who_applies_on_the_last_day_is_on_time
}

on_every_store! { laws:
    the_counters_equal_a_recount_after_every_act
}

type Closure = BTreeMap<Cell, Counts>;

async fn closure(office: &Office, scope: &Scope, on: NaiveDate) -> Closure {
    office.reader().closure(scope, on).await.unwrap()
}

fn recount<'r>(rows: impl IntoIterator<Item = &'r HazardRow>, on: NaiveDate) -> Closure {
    let mut tally = Tally::default();
    for row in rows {
        tally.count(row, Once::More, on);
    }
    tally.balanced().cells
}

/// The hazards of a cell.
fn within<'h>(hazards: &'h [Hazard], cell: &Cell) -> Vec<&'h Hazard> {
    let is_within = |hazard: &&Hazard| {
        let listing = hazard.entry().map(|entry| &entry.listing);
        let of = Cell {
            committee: listing.map(|listing| listing.committee),
            lead_unit: listing.map(|listing| listing.lead_unit),
            township: hazard.file().report.township,
        };
        of == *cell
    };
    hazards.iter().filter(is_within).collect()
}

/// The figures that the core makes of the hazards themselves are those of the counters.
fn agree(figures: &ClosureFigures, day: &Snapshot<'_>) {
    let count = |ids: Vec<_>| u32::try_from(ids.len()).unwrap();
    let by_status = day.by_status();
    for status in Status::ALL {
        let ids = by_status.get(status).cloned().unwrap_or_default();
        assert_eq!(figures.in_state(*status), count(ids), "{status:?}");
    }
    let told = [
        figures.ever(),
        figures.deducted(),
        figures.valid(),
        figures.struck_off(),
        figures.done(),
        figures.open(),
    ];
    let expected = [
        count(day.ever()),
        count(day.deducted()),
        count(day.valid()),
        count(day.struck_off()),
        count(day.done()),
        count(day.open()),
    ];
    assert_eq!(told, expected);
    assert_eq!(figures.closure_rate(), day.closure_rate().ratio());
    assert_eq!(
        figures.reported_completion_rate(),
        day.reported_completion_rate().ratio()
    );
    for by in Deadline::ALL.iter().copied() {
        let overdue = u32::try_from(day.overdue(by).len()).unwrap();
        assert_eq!(figures.overdue(by), overdue, "{by:?}");
        assert_eq!(figures.on_time_rate(by), day.on_time_rate(by).ratio());
    }
}

/// Each figure that no state tells lists as many hazards as it counts.
async fn lists_as_many(office: &Office, figures: &ClosureFigures, on: NaiveDate) {
    let off_list = Status::ALL.iter().copied().filter(|own| own.is_off_list());
    let mut told = vec![
        (Counted::EverListed, None, figures.ever()),
        (
            Counted::EverListed,
            Some(off_list.collect()),
            figures.deducted(),
        ),
    ];
    for by in Deadline::ALL {
        let rate = figures.on_time_rate(*by);
        told.extend([
            (Counted::Overdue(*by, on), None, figures.overdue(*by)),
            (Counted::OnTime(*by), None, rate.numerator),
            (Counted::Due(*by, on), None, rate.denominator),
        ]);
    }
    for (counted, statuses, number) in told {
        let filter = HazardFilter {
            statuses,
            counted: Some(counted),
            ..HazardFilter::default()
        };
        let all = office.everything();
        let rows = office.rows(&all, &filter).await;
        assert_eq!(rows.len(), number as usize, "{filter:?}");
        let count = office.reader().count_hazards(&all, &filter).await;
        assert_eq!(count.unwrap(), u64::from(number), "{filter:?}");
    }
}

/// The counters of today, of days to come and of days gone by.
async fn check(office: &Office) {
    let all = office.everything();
    let rows = office.rows(&all, &HazardFilter::default()).await;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let hazards: Vec<Hazard> = office.files(&ids).await.into_values().collect();
    for days in [0, 1, 45, 400, -1, -30] {
        let on = office.today() + TimeDelta::days(days);
        let counted = closure(office, &all, on).await;
        assert_eq!(counted, recount(&rows, on), "{on}");
        let mut county = ClosureFigures::default();
        for (cell, counts) in &counted {
            let mut figures = ClosureFigures::default();
            figures.add(cell, counts);
            county.add(cell, counts);
            agree(&figures, &Snapshot::new(within(&hazards, cell), on));
        }
        agree(&county, &Snapshot::new(&hazards, on));
        if [0, 45].contains(&days) {
            lists_as_many(office, &county, on).await;
        }
    }
}

/// The counters of what somebody sees are those of the hazards that he sees.
async fn check_scopes(office: &Office) {
    let on = office.today();
    for viewer in everybody() {
        let scope = office.seen_by(&viewer);
        let rows = office.rows(&scope, &HazardFilter::default()).await;
        let counted = closure(office, &scope, on).await;
        assert_eq!(counted, recount(&rows, on), "{viewer:?}");
    }
}

fn the_counters_equal_a_recount_after_every_act(on: Kind) {
    let runtime = one_thread();
    let cabinet = runtime.block_on(Cabinet::new(on));
    let tried = AtomicU32::new(10);
    let days = prop_oneof![4 => 0i64..3, 2 => 3i64..50, 1 => -9i64..0];
    for_all(on.cases(24), &steps(days, 1..40), |walk| {
        let number = tried.fetch_add(1, Ordering::Relaxed);
        let county = another_county(number);
        runtime.block_on(async {
            let office = Office::open(cabinet.clone(), county, Pace::default()).await;
            let mut going = Walk::begin(&office).await;
            for step in &walk {
                going.go(step).await;
                check(&office).await;
            }
            check_scopes(&office).await;
            office.audit().await;
        });
    });
}

/// The figures of the whole county.
async fn figures(office: &Office, on: NaiveDate) -> ClosureFigures {
    let mut county = ClosureFigures::default();
    for (cell, counts) in &closure(office, &office.everything(), on).await {
        county.add(cell, counts);
    }
    county
}

async fn who_applies_on_the_last_day_is_on_time(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(2).await;
    office.advance(&hazards, Status::Rectifying).await;
    for (id, today) in hazards.iter().zip(["2026-06-30", "2026-07-01"]) {
        office.turn_to(date(today));
        let apply = office.ordinary_step(&office.hazard(*id).await);
        office.do_now(&apply).await;
    }
    office.advance(&hazards, Status::Verified).await;
    let told = figures(&office, office.today()).await;
    for by in Deadline::ALL {
        assert_eq!(told.on_time_rate(*by).to_string(), "1/2（50.0%）");
    }
    check(&office).await;
    office.audit().await;
}

async fn a_deadline_passes_though_nobody_writes(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(3).await;
    office.advance(&hazards[1..], Status::Assigned).await;
    office
        .advance(&hazards[2..], Status::AwaitingVerification)
        .await;
    let overdue = async |on: &str| {
        let told = figures(&office, date(on)).await;
        Deadline::ALL
            .iter()
            .map(|by| told.overdue(*by))
            .collect::<Vec<_>>()
    };
    // Due on 2026-06-30; what was applied for in time waits for others.
    for (on, expected) in [
        ("2026-06-30", [0, 0]),
        ("2026-07-01", [1, 1]),
        ("2027-01-01", [1, 1]),
        ("2026-03-30", [0, 0]),
    ] {
        assert_eq!(overdue(on).await, expected, "{on}");
    }
    // Somebody writes about something else, much later and then with the clock set back.
    for (today, expected) in [("2026-08-01", [1, 1]), ("2026-06-29", [0, 0])] {
        office.turn_to(date(today));
        office.report().await;
        assert_eq!(overdue(today).await, expected, "{today}");
        assert_eq!(overdue("2026-07-01").await, [1, 1]);
        office.audit().await;
    }
}
