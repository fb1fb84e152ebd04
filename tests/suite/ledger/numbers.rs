//! Numbers are given in the order of the record, 1, 2, 3 … in each series and year; what is refused takes none.

use std::collections::BTreeMap;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::values::Series;
use xiaohao_core::{NumberTaken, Status};
use xiaohao_tests::office::{Kind, codes, done, refused};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    what_is_refused_takes_no_number
    what_is_refused_between_others_leaves_no_hole
    a_paper_that_is_refused_takes_no_number
    every_series_counts_from_1_in_every_year
    the_line_that_took_a_number_is_found_by_it
}

/// How many numbers each series has given in each year.
async fn given(office: &Office) -> BTreeMap<(Series, u16), u32> {
    let kept = office.audit().await;
    let mut given = BTreeMap::new();
    for taken in kept.numbers() {
        given.insert((taken.series, taken.year), taken.serial);
    }
    given
}

async fn what_is_refused_takes_no_number(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let harmless = but(sample::list(), |says| says.accident_types.clear());
    for _ in 0..3 {
        let list = office.saying(&clerk(), id, harmless.clone()).await;
        assert_eq!(
            codes(&office.refuse(&list).await),
            ["ACCIDENT_TYPE_MISSING"]
        );
        let report = but(sample::report(), |says| says.found_on = date("2026-03-03"));
        let report = office.reporting(&inspector(), report);
        assert_eq!(codes(&office.refuse(&report).await), ["FOUND_AFTER_REPORT"]);
    }
    let other = office.hazard_at(Status::Listed).await;
    let number = *office.hazard(other).await.number().unwrap();
    let clue = office.hazard(other).await.file().clue;
    assert_eq!((number.serial(), clue.serial()), (1, 2));
}

async fn what_is_refused_between_others_leaves_no_hole(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(5).await;
    let mut batch = Vec::new();
    for (id, place) in hazards.iter().zip(0..) {
        let says = but(sample::list(), |says| {
            if place % 2 == 1 {
                says.accident_types.clear();
            }
        });
        batch.push(office.saying(&clerk(), *id, says).await);
    }
    let outcomes = office.at_once(&batch).await;
    let listed = outcomes.iter().filter(|outcome| outcome.answer().is_some());
    assert_eq!(listed.count(), 3);
    let serials = outcomes
        .into_iter()
        .enumerate()
        .filter(|(place, _)| place % 2 == 0);
    for ((_, outcome), serial) in serials.zip(1..) {
        let id = office::subject(&done(outcome));
        let hazard = office.hazard(id).await;
        assert_eq!(hazard.number().unwrap().serial(), serial);
    }
    assert_eq!(given(&office).await[&(Series::Hazard, 2026)], 3);
}

async fn a_paper_that_is_refused_takes_no_number(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(2).await;
    office.advance(&hazards, Status::Listed).await;
    office.advance(&hazards[1..], Status::Closed).await;
    let before = given(&office).await;
    let notice = office.notice(&hazards).await;
    office.draft(&notice).await;
    let issue = office.issuing(&signer(), &notice).await;
    assert_eq!(
        codes(&office.refuse(&issue).await),
        ["NOT_ALLOWED_IN_STATE"]
    );
    let items = hazards.iter().map(|id| (*id, ItemKind::Closure));
    let circular = office.circular(&items.collect::<Vec<_>>()).await;
    office.draft(&circular).await;
    let issue_it = office.issuing(&approver(), &circular).await;
    let good = office.notice(&hazards[..1]).await;
    office.draft(&good).await;
    let batch = [issue_it, issue, office.issuing(&signer(), &good).await];
    let [circular, notice, good] = office.at_once(&batch).await.try_into().unwrap();
    assert_eq!(codes(&refused(circular)), ["ITEM_NOT_CLOSED"]);
    assert_eq!(codes(&refused(notice)), ["NOT_ALLOWED_IN_STATE"]);
    done(good);
    let one_more = but(before, |given| {
        given.insert((Series::SupervisionOrder, 2026), 1);
    });
    assert_eq!(given(&office).await, one_more);
}

async fn every_series_counts_from_1_in_every_year(on: Kind) {
    let office = Office::on(on).await;
    office.turn_to(date("2025-12-30"));
    let hazards = office.report_several(3).await;
    let list = async |id, on: &str| {
        let list = office.saying(&clerk(), id, sample::list()).await;
        let list = but(list, |sent| sent.occurred_on = Some(date(on)));
        office.do_now(&list).await;
        let number = *office.hazard(id).await.number().unwrap();
        (number.year(), number.serial())
    };
    assert_eq!(list(hazards[0], "2025-12-30").await, (2025, 1));
    office.turn_to(date("2026-01-03"));
    let hazards = [&hazards[1..], &office.report_several(2).await].concat();
    assert_eq!(list(hazards[2], "2026-01-03").await, (2026, 1));
    // The year is that of the legal date, also for what comes in late.
    assert_eq!(list(hazards[0], "2025-12-31").await, (2025, 2));
    assert_eq!(list(hazards[1], "2026-01-01").await, (2026, 2));
    assert_eq!(list(hazards[3], "2026-01-03").await, (2026, 3));
    let expected = [
        ((Series::Clue, 2025), 3),
        ((Series::Clue, 2026), 2),
        ((Series::Hazard, 2025), 2),
        ((Series::Hazard, 2026), 3),
    ];
    assert_eq!(given(&office).await, BTreeMap::from(expected));
}

async fn the_line_that_took_a_number_is_found_by_it(on: Kind) {
    let office = Office::on(on).await;
    office.hazard_at(Status::Circulated).await;
    let listed = office.hazard_at(Status::Listed).await;
    let order = office.order(&[listed]).await;
    office.issue(&approver(), &order).await;
    let kept = office.audit().await;
    let (reader, all) = (office.reader(), office.everything());
    let mut found = Vec::new();
    for taken in kept.numbers() {
        let lines = reader.numbered(&all, &[taken]).await.unwrap();
        found.extend(lines.iter().map(|line| (taken.series, line.record.event())));
    }
    let expected = [
        (Series::Clue, "HazardReported"),
        (Series::Hazard, "HazardListed"),
        (Series::AssignmentOrder, "HazardAssigned"),
        (Series::VerificationOpinion, "VerificationPassed"),
        (Series::StrikeOffSheet, "HazardStruckOff"),
        (Series::OfficeCircular, "Issued"),
        (Series::Clue, "HazardReported"),
        (Series::Hazard, "HazardListed"),
        (Series::AssignmentOrder, "Issued"),
    ];
    assert_eq!(found, expected);
    for (series, year, serial) in [
        (Series::Clue, 2026, 3),
        (Series::Clue, 2025, 1),
        (Series::CommissionCircular, 2026, 1),
    ] {
        let never = NumberTaken {
            series,
            year,
            serial,
        };
        assert_eq!(reader.numbered(&all, &[never]).await.unwrap(), []);
    }
    let lines = reader.numbered(&all, &kept.numbers()).await.unwrap();
    let places: Vec<_> = lines.iter().map(|line| line.position).collect();
    assert_eq!(lines.len(), expected.len());
    assert!(places.is_sorted());
}
