//! Whether the server says that it is ready when it is, and what is wrong when it is not.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use sea_orm::ConnectionTrait;
use tower::ServiceExt;
use xiaohao_server::config::Requests;
use xiaohao_server::http;
use xiaohao_server::readiness::Readiness;
use xiaohao_server::served::Served;
use xiaohao_server::serving::UnderWay;
use xiaohao_tests::Office;
use xiaohao_tests::office::Kind;
use xiaohao_tests::place::{Sql, connect, url};

/// What `/health/ready` answers a server that has just been asked for the first time.
async fn ready(served: &Served) -> (StatusCode, String) {
    let served = Served {
        readiness: Readiness::new(served.office.ledger.clone()),
        ..served.clone()
    };
    let app = http::app(served, Requests::default(), UnderWay::default());
    let ask = Request::get("/health/ready").body(Body::empty()).unwrap();
    let answer = app.oneshot(ask).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_server_is_ready_while_an_act_could_be_recorded_and_says_why_when_not() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        assert_eq!(
            ready(&office.served()).await,
            (StatusCode::OK, "ready\n".to_owned()),
            "{kind:?}"
        );
        let hand = connect(&url(office.cabinet.location()), 1).await;
        let rename = "ALTER TABLE probe RENAME TO elsewhere";
        hand.execute_unprepared(rename).await.unwrap();
        let (status, text) = ready(&office.served()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{kind:?}");
        assert!(text.starts_with("INTERNAL 系统出现内部错误"), "{text}");
        let back = "ALTER TABLE elsewhere RENAME TO probe";
        hand.execute_unprepared(back).await.unwrap();
        assert_eq!(ready(&office.served()).await.0, StatusCode::OK, "{kind:?}");
    }
}

#[tokio::test]
async fn a_server_whose_acts_fail_is_not_ready_though_less_than_an_act_could_be_written() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let served = office.served();
        let sql = Sql::connect(office.cabinet.location()).await;
        let report = || served.office.ledger.execute(office.report_anew());
        sql.fill_the_disk().await;
        assert_eq!(ready(&served).await.0, StatusCode::OK, "{kind:?}");
        assert_eq!(report().await.unwrap_err().code(), "DISK_FULL", "{kind:?}");
        let (status, text) = ready(&served).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{kind:?}");
        assert!(text.starts_with("DISK_FULL "), "{text}");
        sql.make_room().await;
        report().await.unwrap();
        assert_eq!(ready(&served).await.0, StatusCode::OK, "{kind:?}");
    }
}

#[tokio::test]
async fn a_ledger_in_which_every_act_would_fail_is_not_ready_before_one_has_failed() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let served = office.served();
        served
            .office
            .ledger
            .execute(office.report_anew())
            .await
            .unwrap();
        let sql = Sql::connect(office.cabinet.location()).await;
        sql.run("UPDATE ledger_head SET position = position + 400")
            .await;
        let (status, text) = ready(&served).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{kind:?}");
        assert!(text.starts_with("DATABASE_DAMAGED "), "{text}");
        sql.run("UPDATE ledger_head SET position = position - 400")
            .await;
        assert_eq!(ready(&served).await.0, StatusCode::OK, "{kind:?}");
    }
}
