//! What the public is shown: what was published, and nothing of anybody.

use super::session::{ask_within, code, open};
use super::{Client, error_code};
use async_graphql::{Request, Variables};
use axum::http::StatusCode;
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_core::acts::Expose;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::values::{HazardId, HazardNumber, Prose};
use xiaohao_graphql::PublicView;
use xiaohao_server::config::Requests;
use xiaohao_server::proof::EntryProof;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const SHOWN: &str = "query($number: String!) { publicHazard(number: $number) { number stage status listedOn dueOn isOverdue closedOn \
                     published { circular medium url on } closureProof } }";

/// What somebody is shown who has not signed in.
async fn shown(client: &Client, number: &str) -> Value {
    let variables = Variables::from_json(json!({ "number": number }));
    let request = Request::new(SHOWN).variables(variables).data(PublicView);
    let answer = serde_json::to_value(client.api.execute(request).await).unwrap();
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    answer["data"]["publicHazard"].clone()
}

async fn number_of(office: &Office, id: HazardId) -> HazardNumber {
    *office.hazard(id).await.number().unwrap()
}

#[tokio::test]
async fn the_public_is_shown_what_a_circular_or_an_exposure_has_named_and_nothing_else() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let listed = office.hazard_at(Status::Rectifying).await;
        let closed = office.hazard_at(Status::Closed).await;
        for hidden in [listed, closed] {
            let number = number_of(&office, hidden).await.to_string();
            assert_eq!(shown(&client, &number).await, Value::Null, "{kind:?}");
        }
        assert_eq!(shown(&client, "431123-2026-9999").await, Value::Null);

        let exposure = Expose {
            medium: sample::line("永州电视台"),
            exposed_on: office.today(),
            url: None,
            text: Prose::new("消防通道被占用。").unwrap(),
        };
        office.act(&clerk(), listed, exposure).await;
        let number = number_of(&office, listed).await.to_string();
        let told = shown(&client, &number).await;
        assert_eq!(
            (&told["number"], &told["closedOn"]),
            (&json!(number), &Value::Null)
        );
        assert_eq!(told["published"][0]["medium"], "永州电视台", "{told:#}");
        assert_eq!(told["closureProof"], Value::Null);

        let circulated = office.hazard_at(Status::Circulated).await;
        let number = number_of(&office, circulated).await.to_string();
        let told = shown(&client, &number).await;
        assert_eq!(told["status"], "CIRCULATED");
        assert!(told["published"][0]["circular"].is_string(), "{told:#}");
        assert!(told["closedOn"].is_string());
    }
}

#[tokio::test]
async fn what_the_public_is_shown_names_nobody_and_still_proves_the_closure() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Circulated).await;
    let number = number_of(&office, id).await.to_string();
    let told = shown(&client, &number).await;
    let people = office.county.directory.people();
    let text = told.to_string();
    for person in people {
        let name = person.name.to_string();
        assert!(!text.contains(&name), "{name} in {text}");
        assert!(!text.contains(person.login.as_str()), "{}", person.login);
    }
    let proof = told["closureProof"].as_str().unwrap();
    let key = log_signer().public().clone();
    let proved = EntryProof::check(proof, &key, &[]).unwrap();
    assert_eq!(proved.record.hazard().unwrap().hazard, id);
    // Whoever may see it is shown who approved.
    let query = "query($id: ID!) { hazard(by: { id: $id }) { closureProof } }";
    let whole = client.ask(&clerk(), query, json!({ "id": id })).await;
    let whole: Value =
        serde_json::from_str(whole["hazard"]["closureProof"].as_str().unwrap()).unwrap();
    let withheld: Value = serde_json::from_str(proof).unwrap();
    assert_eq!(withheld.get("personal"), None);
    assert!(whole["personal"].is_array());
}

#[tokio::test]
async fn a_mention_in_a_circular_publishes_too() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Rectifying).await;
    let number = number_of(&office, id).await.to_string();
    let circular = office.circular(&[(id, ItemKind::Praise)]).await;
    office.draft(&circular).await;
    assert_eq!(
        shown(&client, &number).await,
        Value::Null,
        "a draft publishes nothing"
    );
    let issuing = office.issuing(&approver(), &circular).await;
    office.do_now(&issuing).await;
    let told = shown(&client, &number).await;
    assert!(told["published"][0]["circular"].is_string(), "{told:#}");
}

#[tokio::test]
async fn nothing_is_shown_where_the_county_has_not_switched_it_on() {
    let (office, served) = open().await;
    let id = office.hazard_at(Status::Circulated).await;
    let number = number_of(&office, id).await;
    let query = format!("{{ publicHazard(number: \"{number}\") {{ number }} }}");
    let off = Requests::default();
    let (status, told) = ask_within(&served, off, None, &query).await;
    assert_eq!((status, code(&told)), (StatusCode::OK, "PUBLIC_VIEW_OFF"));
    let on = Requests {
        public_view: true,
        ..Requests::default()
    };
    let (_, told) = ask_within(&served, on.clone(), None, &query).await;
    assert_eq!(
        told["data"]["publicHazard"]["number"],
        json!(number.to_string())
    );
    let malformed = "{ publicHazard(number: \"x\") { number } }";
    let (_, told) = ask_within(&served, on, None, malformed).await;
    assert_eq!(error_code(&told), "BAD_USER_INPUT");
}
