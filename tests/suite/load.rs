//! The load: that what it does is still what the rules allow. How fast it is, is measured elsewhere.

use std::time::Duration;
use xiaohao_store::Location;
use xiaohao_tests::load::{Method, fill, measure};
use xiaohao_tests::postgres;

/// So many that some of them have come as far as they get.
const HAZARDS: u32 = 60;

/// What is done on one hazard. A page needs overdue hazards of every committee, which takes a thousand.
const ON_ONE: &str = "one";

#[tokio::test(flavor = "multi_thread")]
async fn the_county_of_the_load_is_filled_and_what_is_done_on_a_hazard_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("ledger.sqlite"));
    for location in [file, Location::Url(postgres::database())] {
        fill(&location, HAZARDS, |_, _| {}).await;
        let method = Method {
            span: Duration::from_millis(50),
            clients: vec![2],
            only: ON_ONE.to_owned(),
            peer: false,
        };
        let measured = Box::pin(measure(&location, HAZARDS, &method, |_, _| {})).await;
        for row in measured.rows.iter().chain(&measured.online) {
            assert!(row.ours.per_second > 0.0, "{location}: {}", row.title);
        }
        assert_eq!((measured.rows.len(), measured.online.len()), (6, 3));
    }
}
