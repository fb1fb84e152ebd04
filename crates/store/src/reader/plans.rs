//! How SQLite finds a page, and the line that took a number.

use super::lines;
use super::walk::{Leg, Walk};
use crate::guards::new_in_memory;
use crate::plan;
use crate::sql::Engine;
use chrono::NaiveDate;
use uuid::Uuid;
use xiaohao_core::statistics::Deadline;
use xiaohao_core::values::{CountyCode, DocumentNumber, HazardId, LinkId, TownshipCode, UnitId};
use xiaohao_core::{NumberTaken, Status};
use xiaohao_ledger::read::{Counted, Cursor, HazardFilter, HazardOrder, SearchText, SortBy};
use xiaohao_ledger::{Scope, Through};

fn unit(number: u128) -> UnitId {
    UnitId::new(Uuid::from_u128(number)).unwrap()
}

fn county() -> CountyCode {
    CountyCode::parse("431123").unwrap()
}

/// A list is walked along `first`, on its first page and on any other, forward and backward, and nothing is sorted.
async fn check(filter: HazardFilter, by: SortBy, first: &str) {
    check_for(Scope::of_the_ledger(county()), filter, by, first).await;
}

/// The same for a viewer.
async fn check_for(scope: Scope, filter: HazardFilter, by: SortBy, first: &str) {
    let database = new_in_memory().await.unwrap();
    let walk = Walk::new(Engine::Sqlite, &scope, &filter, by);
    let order = HazardOrder {
        by,
        descending: false,
    };
    let further = ["oU0.9", "dU9.9", "nU9.9"]
        .into_iter()
        .find_map(|text| Cursor::parse(order, text).ok());
    for from in [None, further] {
        for down in [true, false] {
            let leg = Leg {
                from,
                down,
                most: 51,
            };
            let statement = walk.leg("h.title", leg).statement();
            let steps = plan::steps(&database, statement).await;
            let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(
                steps[0].starts_with(first) && !sorts,
                "{filter:?} {leg:?}: {steps:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_is_walked_along_an_index_in_the_order_that_is_asked_for() {
    let by_opened = "SEARCH h USING INDEX hazard_opened (";
    let by_unit = "SEARCH u USING PRIMARY KEY (";
    let by_due = "SEARCH h USING INDEX hazard_by_due (";
    let unclosed = "SEARCH h USING INDEX hazard_unclosed (";
    let unclosed_by_due = "SEARCH h USING INDEX hazard_unclosed_by_due (";
    let all = HazardFilter::default;
    let of_committee = || HazardFilter {
        committees: [unit(1)].into(),
        ..all()
    };
    let overdue = |filter| HazardFilter {
        overdue: NaiveDate::from_ymd_opt(2026, 11, 20).map(|on| (on, true)),
        ..filter
    };
    let on = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let overdue_originally = HazardFilter {
        counted: Some(Counted::Overdue(Deadline::Original, on)),
        ..all()
    };
    let in_state = |status| HazardFilter {
        statuses: Some([status].into()),
        ..all()
    };
    let of_lead = HazardFilter {
        lead_units: [unit(2)].into(),
        ..all()
    };
    let of_township = HazardFilter {
        townships: [TownshipCode::parse("431123209").unwrap()].into(),
        ..all()
    };
    let with_words = HazardFilter {
        text: SearchText::new("消防 县"),
        ..all()
    };
    check(all(), SortBy::Opened, by_opened).await;
    check(all(), SortBy::Due, by_due).await;
    check(
        all(),
        SortBy::Number,
        "SEARCH h USING INDEX hazard_by_number (",
    )
    .await;
    check(of_committee(), SortBy::Opened, by_unit).await;
    check(of_committee(), SortBy::Due, by_due).await;
    check(of_lead, SortBy::Opened, by_unit).await;
    check(
        of_township,
        SortBy::Opened,
        "SEARCH h USING INDEX hazard_by_township (",
    )
    .await;
    check(in_state(Status::Closed), SortBy::Opened, by_opened).await;
    check(in_state(Status::Verified), SortBy::Opened, unclosed).await;
    check(in_state(Status::Verified), SortBy::Due, unclosed_by_due).await;
    check(overdue(all()), SortBy::Opened, unclosed).await;
    check(overdue_originally, SortBy::Opened, unclosed).await;
    check(overdue(of_committee()), SortBy::Due, unclosed_by_due).await;
    check(
        overdue(of_committee()),
        SortBy::Opened,
        "SEARCH h USING INDEX hazard_unclosed_of_committee (",
    )
    .await;
    check(with_words, SortBy::Opened, "SCAN t VIRTUAL TABLE INDEX").await;
}

/// Beside what is shown to a unit stands what is kept from it: both are met by the unit alone, and put in order.
#[tokio::test]
async fn the_hazards_of_a_unit_are_met_by_the_unit_and_nothing_else_is() {
    let database = new_in_memory().await.unwrap();
    let scope = Scope::of_the_ledger(county());
    let filter = HazardFilter {
        units: [unit(3)].into(),
        ..HazardFilter::default()
    };
    let walk = Walk::new(Engine::Sqlite, &scope, &filter, SortBy::Opened);
    for down in [true, false] {
        let (from, most) = (None, 51);
        let leg = Leg { from, down, most };
        let steps = plan::steps(&database, walk.leg("h.title", leg).statement()).await;
        for index in [
            "SEARCH hazard_unit USING PRIMARY KEY (county=? AND unit=?)",
            "SEARCH h USING INDEX hazard_opened (county=? AND opened=?)",
        ] {
            assert!(
                steps.iter().any(|step| step.starts_with(index)),
                "{steps:?}"
            );
        }
        assert!(
            !steps.iter().any(|step| step.starts_with("SCAN h")),
            "{steps:?}"
        );
    }
}

#[tokio::test]
async fn whoever_sees_a_part_meets_what_is_open_of_a_committee_along_the_same_index() {
    let through = Through {
        hazard: HazardId::new(Uuid::from_u128(1)).unwrap(),
        link: LinkId::new(Uuid::from_u128(2)).unwrap(),
    };
    let part = || Scope::through(county(), through);
    let by_unit = "SEARCH u USING PRIMARY KEY (";
    let open = HazardFilter {
        committees: [unit(1)].into(),
        overdue: NaiveDate::from_ymd_opt(2026, 11, 20).map(|on| (on, true)),
        ..HazardFilter::default()
    };
    let of_committee = "SEARCH h USING INDEX hazard_unclosed_of_committee (";
    check_for(part(), open, SortBy::Opened, of_committee).await;
    check_for(part(), HazardFilter::default(), SortBy::Opened, by_unit).await;
}

#[tokio::test]
async fn the_line_that_took_a_number_is_looked_up_by_its_place() {
    let database = new_in_memory().await.unwrap();
    let numbers = NumberTaken::on_a_paper(&DocumentNumber::parse("双安督〔2026〕9号").unwrap());
    let scope = Scope::of_the_ledger(county());
    let sql = lines::that_took(Engine::Sqlite, &scope, &numbers);
    let steps = plan::steps(&database, sql.statement()).await;
    assert!(steps[0].starts_with("SEARCH e USING "), "{steps:#?}");
    assert!(steps[0].contains("position=?"), "{steps:#?}");
    let taken =
        "SEARCH number_taken USING PRIMARY KEY (county=? AND series=? AND year=? AND serial=?)";
    let looked_up = steps.iter().filter(|step| *step == taken);
    assert_eq!(looked_up.count(), numbers.len(), "{steps:#?}");
}
