//! What must go out: every line once at least, in order, to each consumer from where he stopped.

use xiaohao_core::Status;
use xiaohao_ledger::Position;
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

/// The places of the lines that a consumer has not noted as sent.
async fn to_send(office: &Office, consumer: &str, most: u32) -> Vec<u64> {
    let code = office.county.code;
    let lines = office
        .cabinet
        .sql()
        .to_send(code, consumer, most)
        .await
        .unwrap();
    lines.iter().map(|line| line.position.get()).collect()
}

async fn sent(office: &Office, consumer: &str, up_to: u64) {
    let code = office.county.code;
    let noted = office
        .cabinet
        .sql()
        .sent(code, consumer, Position::new(up_to));
    noted.await.unwrap();
}

#[tokio::test]
async fn a_consumer_gets_every_line_and_goes_on_where_he_stopped() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        office.hazard_at(Status::Assigned).await;
        assert_eq!(to_send(&office, "screens", 10).await, [1, 2, 3], "{kind:?}");
        assert_eq!(to_send(&office, "screens", 2).await, [1, 2]);
        // He dies before he notes it, and gets them again.
        assert_eq!(to_send(&office, "screens", 2).await, [1, 2]);
        sent(&office, "screens", 2).await;
        assert_eq!(to_send(&office, "screens", 10).await, [3]);
        assert_eq!(
            to_send(&office, "platform", 10).await,
            [1, 2, 3],
            "another begins at the beginning"
        );
        let office = office.reopened().await;
        assert_eq!(to_send(&office, "screens", 10).await, [3], "{kind:?}");
    }
}

#[tokio::test]
async fn a_consumer_goes_neither_back_nor_beyond_what_is_there() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        office.hazard_at(Status::Listed).await;
        sent(&office, "screens", 2).await;
        sent(&office, "screens", 1).await;
        assert_eq!(
            to_send(&office, "screens", 10).await,
            Vec::<u64>::new(),
            "{kind:?}"
        );
        sent(&office, "screens", 99).await;
        office.report().await;
        assert_eq!(to_send(&office, "screens", 10).await, [3], "{kind:?}");
        let code = office.county.code;
        let place = office
            .cabinet
            .sql()
            .sent_up_to(code, "screens")
            .await
            .unwrap();
        assert_eq!(place, Position::new(2));
    }
}
