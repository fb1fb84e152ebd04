//! Orders through the API: drafted, revised, issued with what they cause, discarded.

use super::{Client, as_input, paper_step};
use serde_json::{Value, json};
use uuid::Uuid;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::order::OrderContent;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Actor, Status};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const ORDER: &str = "order { id version status kind document issuedBy issuedOn signatory items { hazardId hazardNumber dueOn planDueOn } } \
     entries { position subjectKind event } stillToBeActedOn { hazardId dueOn } replayed userErrors { code field hazardNumber message }";

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

/// Two hazards that wait for an order.
async fn two_listed(office: &Office) -> [HazardId; 2] {
    [
        office.hazard_at(Status::Listed).await,
        office.hazard_at(Status::Listed).await,
    ]
}

#[tokio::test]
async fn an_order_is_drafted_revised_and_issued_and_acts_on_every_hazard_it_lists() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = two_listed(&office).await;
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
    assert_eq!(stale["order"], revised["order"], "{stale:#}");
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
    let query = "query($id: ID!) { order(id: $id) { id status parties { responsible { name } assigner { person } } \
                 reportEvery interimMeasures } }";
    let told = client
        .ask(&clerk(), query, json!({ "id": content.id }))
        .await;
    let written = &says(&content)["body"]["assignment"];
    let shown = json!({
        "id": content.id, "status": "ISSUED",
        "parties": {
            "responsible": { "name": written["parties"]["responsible"]["name"] },
            "assigner": { "person": written["parties"]["assigner"]["person"] },
        },
        "reportEvery": written["reportEvery"], "interimMeasures": written["interimMeasures"],
    });
    assert_eq!(told["order"], shown);
    let hidden = client
        .ask(&public(), query, json!({ "id": content.id }))
        .await;
    assert_eq!(hidden["order"], json!(null));
}

#[tokio::test]
async fn what_an_issued_order_lists_and_does_nothing_to_is_told() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = two_listed(&office).await;
        let content = office.order(&hazards).await;
        let input = Some(("OrderContentInput", says(&content)));
        let act = |version| guard(&office, &content, version);
        let drafted = step(&client, &clerk(), "draftOrder", act(None), input).await;
        assert_eq!(drafted["stillToBeActedOn"], json!([]), "{drafted:#}");
        // Meanwhile somebody assigns one of them by an order of its own.
        office.advance(&hazards[1..], Status::Assigned).await;
        let issue = act(Some(1));
        for replayed in [false, true] {
            let issued = step(&client, &approver(), "issueOrder", issue.clone(), None).await;
            assert_eq!(issued["replayed"], json!(replayed), "{issued:#}");
            assert_eq!(issued["entries"].as_array().unwrap().len(), 2);
            let left =
                json!([{ "hazardId": hazards[1], "dueOn": issued["order"]["items"][1]["dueOn"] }]);
            assert_eq!(issued["stillToBeActedOn"], left);
        }
    }
}

#[tokio::test]
async fn which_hazard_of_several_stands_in_the_way_of_an_order_is_told_by_its_number() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = two_listed(&office).await;
    let content = office.order(&hazards).await;
    let input = Some(("OrderContentInput", says(&content)));
    let act = |version| guard(&office, &content, version);
    step(&client, &clerk(), "draftOrder", act(None), input).await;
    let gone = hazards[1];
    office
        .act(&clerk(), gone, sample::propose_annulment())
        .await;
    office.act(&second_clerk(), gone, sample::annul()).await;
    let refused = step(&client, &approver(), "issueOrder", act(Some(1)), None).await;
    let error = &refused["userErrors"][0];
    let number = office.hazard(gone).await.number().unwrap().to_string();
    assert_eq!(error["code"], "ORDER_ITEM_NOT_OPEN", "{refused:#}");
    assert_eq!(error["hazardNumber"], json!(number));
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
    assert_eq!(refused["order"], drafted["order"], "{refused:#}");
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

#[tokio::test]
async fn an_order_that_went_out_with_an_act_is_found_by_its_id_and_listed_with_the_drafted_ones() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazards = office.report_several(2).await;
        office.advance(&hazards, Status::Listed).await;
        let drafted = office.order(&hazards[1..]).await;
        office.draft(&drafted).await;
        let assign = office.assign();
        office.act(&approver(), hazards[0], assign.clone()).await;
        let own = "id version status kind document issuedBy issuedOn signatory requirements isWithAct \
             items { hazardId hazardNumber dueOn planDueOn }";
        let list = format!(
            "query($first: Int, $after: String, $last: Int, $before: String) {{ \
             orders(first: $first, after: $after, last: $last, before: $before) {{ totalCount \
             edges {{ cursor node {{ {own} }} }} nodes {{ id }} \
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let page = async |variables| client.ask(&clerk(), &list, variables).await["orders"].take();
        let newest = page(json!({ "first": 1 })).await;
        assert_eq!(newest["totalCount"], 2);
        let with_act = &newest["edges"][0]["node"];
        let hazard = office.hazard(hazards[0]).await;
        let issued = &hazard.assignment().unwrap().order;
        assert_eq!(
            *with_act,
            json!({
                "id": assign.order, "version": 1, "status": "ISSUED", "kind": "ASSIGNMENT",
                "document": issued.document.to_string(), "issuedBy": "县安委办", "issuedOn": office.today(),
                "signatory": assign.terms.signatory.to_string(),
                "requirements": assign.terms.requirements.as_str(), "isWithAct": true,
                "items": [{
                    "hazardId": hazards[0], "hazardNumber": hazard.number().unwrap().to_string(),
                    "dueOn": assign.terms.due_on, "planDueOn": assign.terms.plan_due_on,
                }],
            })
        );
        let rest = page(json!({ "first": 5, "after": newest["pageInfo"]["endCursor"] })).await;
        assert_eq!(rest["nodes"], json!([{ "id": drafted.id }]));
        assert_eq!(rest["edges"][0]["node"]["isWithAct"], false);
        assert_eq!(rest["pageInfo"]["hasPreviousPage"], true);
        let back = page(json!({ "last": 5, "before": rest["pageInfo"]["startCursor"] })).await;
        assert_eq!(back["nodes"], newest["nodes"]);

        let query = format!(
            "query($id: ID!) {{ order(id: $id) {{ {own} }} node(id: $id) {{ __typename id }} \
             orders {{ nodes {{ id }} totalCount }} }}"
        );
        let id = json!({ "id": assign.order });
        for viewer in [clerk(), factory()] {
            let found = client.ask(&viewer, &query, id.clone()).await;
            assert_eq!(found["order"], *with_act);
            assert_eq!(
                found["node"],
                json!({ "__typename": "Order", "id": assign.order })
            );
        }
        // Whom the hazard concerns sees its order and no draft; whom nothing concerns sees nothing.
        let found = client.ask(&factory(), &query, id.clone()).await;
        assert_eq!(
            found["orders"],
            json!({ "nodes": [{ "id": assign.order }], "totalCount": 1 })
        );
        let nothing = client.ask(&public(), &query, id).await;
        assert_eq!(
            nothing,
            json!({ "order": null, "node": null, "orders": { "nodes": [], "totalCount": 0 } })
        );
        // It was issued: nobody revises it, and its id is its own.
        let told = step(
            &client,
            &clerk(),
            "reviseOrder",
            json!({ "paperId": assign.order, "requestId": office.request().as_uuid(), "expectedVersion": 1 }),
            Some(("OrderContentInput", says(&drafted))),
        )
        .await;
        assert_eq!(told["order"], json!(null), "{told:#}");
        assert_eq!(told["userErrors"][0]["code"], "PAPER_NOT_DRAFT", "{told:#}");
    }
}

#[tokio::test]
async fn a_paper_is_found_by_the_number_that_is_printed_on_it_however_it_is_typed() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let hazards = [office.hazard_at(Status::Listed).await];
    let order = office.order(&hazards).await;
    office.issue(&approver(), &order).await;
    let circular = office.circular(&[(hazards[0], ItemKind::Praise)]).await;
    office.issue(&approver(), &circular).await;
    let query = "query($document: String!) { paper(document: $document) { __typename id version status document issuedBy issuedOn \
                 ... on Order { kind isWithAct } ... on Circular { content { title } } } }";
    let found = async |by: &Actor, document: &str| {
        let told = client.ask(by, query, json!({ "document": document })).await;
        told["paper"].clone()
    };
    let own = json!({
        "__typename": "Order", "id": order.id, "version": 2, "status": "ISSUED", "document": "双安交〔2026〕1号",
        "issuedBy": "县安委办", "issuedOn": office.today(), "kind": "ASSIGNMENT", "isWithAct": false,
    });
    for typed in [
        "双安交〔2026〕1号",
        "双安交[2026]1号",
        "双安交（２０２６）第１号",
    ] {
        assert_eq!(found(&clerk(), typed).await, own, "{typed}");
    }
    assert_eq!(found(&factory(), "双安交〔2026〕1号").await, json!(null));
    let published = found(&factory(), "双安办通【2026】1号").await;
    assert_eq!(published["__typename"], "Circular", "{published:#}");
    assert_eq!(published["id"], json!(circular.id));
    assert_eq!(
        published["content"]["title"],
        json!(circular.title.to_string())
    );
    let answer = client
        .answer(&clerk(), query, json!({ "document": "双安交1号" }))
        .await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer:#}");
    assert_eq!(error["extensions"]["field"], json!(["document"]));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("双安督〔2026〕9号"), "{message}");
}
