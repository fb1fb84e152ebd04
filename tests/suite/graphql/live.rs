//! What happens, as it happens: each line once, in order, to whoever may see it, as long as he is signed in.

use super::{Client, error_code};
use async_graphql::Request;
use chrono::TimeDelta;
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};
use std::pin::Pin;
use std::time::Duration;
use xiaohao_core::{Actor, Status};
use xiaohao_graphql::{Door, PostAsked, Secrets};
use xiaohao_server::people;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// What is pushed to a subscriber.
struct Pushed(Pin<Box<dyn Stream<Item = async_graphql::Response>>>);

impl Pushed {
    fn of(client: &Client, by: &Actor, query: &str) -> Self {
        let request = client.office.asked_by(by.clone(), "", Request::new(query));
        Self(Box::pin(client.api.execute_stream(request)))
    }

    /// The next answer; the test fails where none comes for a while.
    async fn answer(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await;
        serde_json::to_value(next.expect("nothing came").expect("it ended")).unwrap()
    }

    async fn next(&mut self, field: &str) -> Value {
        let mut answer = self.answer().await;
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"][field].take()
    }

    /// Whether nothing more comes, as far as one waits.
    async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(300), self.0.next())
            .await
            .is_err()
    }
}

#[tokio::test]
async fn whoever_has_read_further_than_the_ledger_goes_is_told_of_the_old_backup() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        office.report_several(3).await;
        let asks = |place: u32| {
            [
                format!("{{ ledgerEntries(after: {place}, first: 5) {{ readTo }} }}"),
                format!("{{ hazards(asOf: {{ position: {place} }}) {{ totalCount }} }}"),
                format!(
                    "{{ closureStatistics(asOf: {{ position: {place} }}) {{ on total {{ ever }} }} }}"
                ),
            ]
        };
        for query in asks(3) {
            let told = client.answer(&clerk(), &query, json!({})).await;
            assert_eq!(told.get("errors"), None, "{kind:?}: {query}: {told:#}");
        }
        for query in asks(4) {
            let told = client.answer(&clerk(), &query, json!({})).await;
            assert_eq!(error_code(&told), "LEDGER_SHORTER", "{query}: {told:#}");
        }
        for field in ["ledgerAppended", "hazardChanged"] {
            let query =
                |after: u32| format!("subscription {{ {field}(after: {after}) {{ position }} }}");
            let mut pushed = Pushed::of(&client, &clerk(), &query(4));
            let told = pushed.answer().await;
            assert_eq!(error_code(&told), "LEDGER_SHORTER", "{told:#}");
            assert!(Pushed::of(&client, &clerk(), &query(3)).is_silent().await);
        }
    }
}

#[tokio::test]
async fn the_ledger_is_pushed_from_a_place_on_each_line_once_and_in_order() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let ids = office.report_several(3).await;
        let subscription = "subscription { ledgerAppended(after: 1) { position event subject } }";
        let mut pushed = Pushed::of(&client, &clerk(), subscription);
        for position in 2..=3 {
            assert_eq!(
                pushed.next("ledgerAppended").await["position"],
                position,
                "{kind:?}"
            );
        }
        assert!(pushed.is_silent().await);
        office.advance(&ids, Status::Listed).await;
        for position in 4..=6 {
            let line = pushed.next("ledgerAppended").await;
            assert_eq!(
                (&line["position"], &line["event"]),
                (&json!(position), &json!("HAZARD_LISTED"))
            );
        }
        let mut from_now = Pushed::of(
            &client,
            &clerk(),
            "subscription { ledgerAppended { position } }",
        );
        assert!(from_now.is_silent().await);
        office.report().await;
        assert_eq!(from_now.next("ledgerAppended").await["position"], 7);
        assert_eq!(pushed.next("ledgerAppended").await["position"], 7);
        // To an enterprise that none of it concerns nothing is told.
        let mut hidden = Pushed::of(&client, &market(), subscription);
        assert!(hidden.is_silent().await);
    }
}

#[tokio::test]
async fn a_hazard_that_is_watched_is_told_of_and_one_that_passes_a_filter_once_it_does() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let ids = office.report_several(2).await;
    let one = format!(
        "subscription {{ hazardChanged(hazardId: \"{}\") {{ subject event }} }}",
        ids[1]
    );
    let mut one = Pushed::of(&client, &clerk(), &one);
    let assigned =
        "subscription { hazardChanged(filter: { statuses: [ASSIGNED] }) { subject event } }";
    let mut assigned = Pushed::of(&client, &clerk(), assigned);
    assert!(one.is_silent().await && assigned.is_silent().await);
    office.advance(&ids, Status::Listed).await;
    office.advance(&ids[..1], Status::Assigned).await;
    assert_eq!(
        one.next("hazardChanged").await,
        json!({ "subject": ids[1], "event": "HAZARD_LISTED" })
    );
    assert!(one.is_silent().await);
    let told = assigned.next("hazardChanged").await;
    assert_eq!(
        told,
        json!({ "subject": ids[0], "event": "HAZARD_ASSIGNED" })
    );
}

#[tokio::test]
async fn what_is_overdue_is_told_by_the_day_of_the_telling_and_not_by_that_of_the_question() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Rectifying).await;
    let late = "subscription { hazardChanged(filter: { overdue: true }) { subject event } }";
    let mut late = Pushed::of(&client, &clerk(), late);
    assert!(late.is_silent().await);
    office.act(&factory(), id, sample::progress(30)).await;
    assert!(late.is_silent().await, "it is not overdue yet");
    let due_on = office.hazard(id).await.time_allowed().unwrap().due_on;
    office.pass_days((due_on - office.today()).num_days() + 1);
    office.act(&factory(), id, sample::progress(40)).await;
    assert_eq!(
        late.next("hazardChanged").await,
        json!({ "subject": id, "event": "PROGRESS_RECORDED" })
    );
}

#[tokio::test]
async fn whoever_watches_a_hazard_that_he_may_not_see_is_told_what_he_is_told_of_none() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hidden = office.report().await;
        let mut told = Vec::new();
        for id in [hidden, office.new_hazard()] {
            let query =
                format!("subscription {{ hazardChanged(hazardId: \"{id}\") {{ position }} }}");
            let mut pushed = Pushed::of(&client, &stranger(), &query);
            let answer = pushed.answer().await;
            assert_eq!(error_code(&answer), "NOT_FOUND", "{kind:?}: {answer:#}");
            assert!(pushed.0.next().await.is_none(), "it has ended");
            told.push(answer["errors"].clone());
        }
        assert_eq!(told[0], told[1], "{kind:?}");
    }
}

#[tokio::test]
async fn a_subscription_ends_with_the_session() {
    let office = Office::on(Kind::Sqlite).await;
    let served = office.served();
    people::give_all(&served, "long enough").await.unwrap();
    let opened = served
        .door
        .sign_in(
            Secrets::of("office-clerk-1", "long enough"),
            PostAsked::default(),
            None,
        )
        .await
        .unwrap();
    let request = Request::new("subscription { ledgerAppended { position } }");
    let request = served.office.asked_by(opened.actor, &opened.token, request);
    let mut pushed = Pushed(Box::pin(served.api.execute_stream(request)));
    assert!(pushed.is_silent().await);
    office.set_clock(office.now() + TimeDelta::minutes(16));
    let answer = pushed.answer().await;
    assert_eq!(error_code(&answer), "SESSION_OVER", "{answer:#}");
    assert!(pushed.0.next().await.is_none(), "it has ended");
}

#[tokio::test]
async fn nobody_subscribes_who_has_not_signed_in() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let query = "subscription { ledgerAppended { position } }";
    let mut pushed = Pushed(Box::pin(client.api.execute_stream(Request::new(query))));
    assert_eq!(error_code(&pushed.answer().await), "UNAUTHENTICATED");
}
