//! Orders through the API: drafted, revised, issued with what they cause, discarded.

use super::{Client, as_input, paper_step};
use serde_json::{Value, json};
use uuid::Uuid;
use xiaohao_core::order::OrderContent;
use xiaohao_core::{Actor, Status};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const ORDER: &str = "order { id version status kind document issuedBy issuedOn signatory items { hazardId hazardNumber dueOn planDueOn } } \
     entries { position subjectKind event } replayed userErrors { code field hazardNumber message }";

fn guard(office: &Office, content: &OrderContent, version: Option<u32>) -> Value {
    json!({ "paperId": content.id, "requestId": office.request().as_uuid(), "expectedVersion": version })
}

/// What an order says, as a client writes it.
pub(super) fn says(content: &OrderContent) -> Value {
    let mut written = as_input(serde_json::to_value(content).unwrap());
    let body = written["body"].take();
    let kind = body["kind"].as_str().unwrap().to_lowercase();
    written["body"] = json!({ kind: body["body"] });
    written.as_object_mut().unwrap().remove("id");
    written
}

async fn step(
    client: &Client,
    by: &Actor,
    name: &str,
    act: Value,
    input: Option<(&str, Value)>,
) -> Value {
    paper_step(client, by, (name, ORDER), act, input).await
}

#[tokio::test]
async fn an_order_is_drafted_revised_and_issued_and_acts_on_every_hazard_it_lists() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = [
        office.hazard_at(Status::Listed).await,
        office.hazard_at(Status::Listed).await,
    ];
    let content = office.order(&hazards).await;
    let input = || Some(("OrderContentInput", says(&content)));
    let drafted = step(
        &client,
        &clerk(),
        "draftOrder",
        guard(&office, &content, None),
        input(),
    )
    .await;
    assert_eq!(drafted["userErrors"], json!([]), "{drafted:#}");
    assert_eq!(drafted["order"]["status"], "DRAFT");
    assert_eq!(drafted["order"]["kind"], "ASSIGNMENT");
    assert_eq!(drafted["order"]["document"], json!(null));
    let revise = guard(&office, &content, Some(1));
    let revised = step(&client, &clerk(), "reviseOrder", revise.clone(), input()).await;
    assert_eq!(revised["order"]["version"], 2, "{revised:#}");
    let again = step(&client, &clerk(), "reviseOrder", revise, input()).await;
    assert_eq!(again["replayed"], true, "{again:#}");
    let stale = step(
        &client,
        &approver(),
        "issueOrder",
        guard(&office, &content, Some(1)),
        None,
    )
    .await;
    assert_eq!(stale["order"], json!(null));
    assert!(!stale["userErrors"].as_array().unwrap().is_empty());
    let issued = step(
        &client,
        &approver(),
        "issueOrder",
        guard(&office, &content, Some(2)),
        None,
    )
    .await;
    assert_eq!(issued["order"]["status"], "ISSUED", "{issued:#}");
    assert_eq!(issued["order"]["document"], "双安交〔2026〕1号");
    let events: Vec<_> = issued["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["event"])
        .collect();
    assert_eq!(events, ["ISSUED", "HAZARD_ASSIGNED", "HAZARD_ASSIGNED"]);
    for id in hazards {
        assert_eq!(office.hazard(id).await.status(), Status::Assigned);
    }
    let query = "query($id: ID!) { order(id: $id) { id status } }";
    let told = client
        .ask(&clerk(), query, json!({ "id": content.id }))
        .await;
    assert_eq!(told["order"]["status"], "ISSUED");
    let hidden = client
        .ask(&public(), query, json!({ "id": content.id }))
        .await;
    assert_eq!(hidden["order"], json!(null));
}

#[tokio::test]
async fn an_order_is_issued_for_all_its_hazards_or_for_none() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = [
        office.hazard_at(Status::Listed).await,
        office.hazard_at(Status::Rectifying).await,
    ];
    let content = office.notice(&hazards).await;
    let input = Some(("OrderContentInput", says(&content)));
    let drafted = step(
        &client,
        &clerk(),
        "draftOrder",
        guard(&office, &content, None),
        input,
    )
    .await;
    assert_eq!(drafted["order"]["kind"], "SUPERVISION", "{drafted:#}");
    office
        .act(&clerk(), hazards[0], sample::propose_annulment())
        .await;
    office
        .act(&second_clerk(), hazards[0], sample::annul())
        .await;
    let refused = step(
        &client,
        &signer(),
        "issueOrder",
        guard(&office, &content, Some(1)),
        None,
    )
    .await;
    assert_eq!(refused["order"], json!(null));
    let number = office
        .hazard(hazards[0])
        .await
        .number()
        .unwrap()
        .to_string();
    assert_eq!(
        refused["userErrors"][0]["hazardNumber"],
        json!(number),
        "{refused:#}"
    );
}

#[tokio::test]
async fn a_draft_is_discarded_with_a_reason_and_what_is_wrong_with_one_is_told_by_its_field() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = [office.hazard_at(Status::Listed).await];
    let content = office.order(&hazards).await;
    let mut wrong = says(&content);
    wrong["requirements"] = json!("");
    wrong["body"]["assignment"]["items"][0]["hazard"]["number"] = json!("x");
    let input = Some(("OrderContentInput", wrong));
    let told = step(
        &client,
        &clerk(),
        "draftOrder",
        guard(&office, &content, None),
        input,
    )
    .await;
    let fields: Vec<_> = told["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].to_string())
        .collect();
    assert_eq!(
        fields,
        [
            r#"["input","requirements"]"#,
            r#"["input","body","assignment","items","0","hazard","number"]"#
        ]
    );
    let act = json!({ "paperId": "x", "requestId": Uuid::from_u128(7) });
    let input = Some(("OrderContentInput", says(&content)));
    let told = step(&client, &clerk(), "draftOrder", act, input).await;
    assert_eq!(
        told["userErrors"][0]["field"],
        json!(["act", "paperId"]),
        "{told:#}"
    );
    let input = Some(("OrderContentInput", says(&content)));
    step(
        &client,
        &clerk(),
        "draftOrder",
        guard(&office, &content, None),
        input,
    )
    .await;
    let why = Some(("ReasonInput", json!({ "reason": "另行制发。" })));
    let gone = step(
        &client,
        &clerk(),
        "discardOrder",
        guard(&office, &content, Some(1)),
        why,
    )
    .await;
    assert_eq!(gone["order"]["status"], "DISCARDED", "{gone:#}");
    assert_eq!(gone["order"]["items"], json!([]));
}
