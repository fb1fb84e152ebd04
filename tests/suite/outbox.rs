//! What must go out: for each consumer how far he has come, in a ledger whose lines are in order and without a gap.

use xiaohao_core::Status;
use xiaohao_ledger::Position;
use xiaohao_store::SqlStore;
use xiaohao_tests::county;
use xiaohao_tests::office::{Kind, Office};

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

async fn place(store: &SqlStore, consumer: &str) -> Option<u64> {
    let place = store.sent_up_to(county().code, consumer).await.unwrap();
    place.map(Position::get)
}

async fn sent(store: &SqlStore, from: u64, up_to: u64) -> bool {
    let (from, up_to) = (Position::new(from), Position::new(up_to));
    let noted = store.sent(county().code, "screens", from, up_to).await;
    noted.unwrap()
}

async fn begins(store: &SqlStore, consumer: &str, after: u64) {
    let begun = store.begin_sending(county().code, consumer, Position::new(after));
    begun.await.unwrap();
}

#[tokio::test]
async fn a_consumer_goes_on_where_he_stopped_and_each_for_himself() {
    for kind in BOTH {
        let office = Office::on(kind).await;
        office.hazard_at(Status::Assigned).await;
        let store = office.cabinet.sql();
        assert_eq!(place(store, "screens").await, None, "{kind:?}");
        begins(store, "screens", 0).await;
        begins(store, "platform", 3).await;
        assert!(sent(store, 0, 2).await);
        // One who is not new has begun already.
        begins(store, "screens", 0).await;
        let office = office.reopened().await;
        let store = office.cabinet.sql();
        assert_eq!(place(store, "screens").await, Some(2), "{kind:?}");
        assert_eq!(place(store, "platform").await, Some(3), "{kind:?}");
    }
}

#[tokio::test]
async fn what_somebody_sent_before_he_was_moved_does_not_move_him_back() {
    for kind in BOTH {
        let office = Office::on(kind).await;
        let store = office.cabinet.sql();
        assert!(!sent(store, 0, 1).await, "nobody has begun");
        begins(store, "screens", 5).await;
        let moved = store.send_again(county().code, "screens", Position::new(2));
        moved.await.unwrap();
        assert!(!sent(store, 5, 6).await, "{kind:?}");
        assert_eq!(place(store, "screens").await, Some(2), "{kind:?}");
        assert!(sent(store, 2, 3).await);
        assert_eq!(place(store, "screens").await, Some(3), "{kind:?}");
        let moved = store.send_again(county().code, "new", Position::new(4));
        moved.await.unwrap();
        assert_eq!(place(store, "new").await, Some(4), "{kind:?}");
    }
}
