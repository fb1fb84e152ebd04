//! The erasure of personal data through the API: found, erased by the one who may, and told by its sign from then on.

use super::Client;
use serde_json::{Value, json};
use xiaohao_core::Actor;
use xiaohao_core::acts::Reporter;
use xiaohao_core::values::{ERASED, Phone};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

const PHONE: &str = "13800138000";

async fn found(client: &Client, by: &Actor, value: &str) -> Value {
    let query = "query($value: String!) { personalData(value: $value, after: 0) { pieces { entry field kept } readTo mayHaveMore } }";
    client.ask(by, query, json!({ "value": value })).await["personalData"].take()
}

async fn erase(client: &Client, by: &Actor, act: &Value, input: &Value) -> Value {
    let mutation = "mutation($act: LedgerActInput!, $input: ErasePersonalDataInput!) { \
                    erasePersonalData(act: $act, input: $input) { entry { position seq subjectKind subject event body hazard { id } } \
                    replayed userErrors { code field message nextStep } } }";
    let variables = json!({ "act": act, "input": input });
    client.ask(by, mutation, variables).await["erasePersonalData"].take()
}

#[tokio::test]
async fn a_reporter_is_found_by_intake_and_erased_by_the_approver() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let says = but(sample::report(), |says| {
            says.holder = Some(sample::holder(FACTORY));
            says.reporter = Some(Reporter {
                name: Some(sample::private_name("某知情人")),
                phone: Phone::new(PHONE).ok(),
            });
        });
        office.do_now(&office.reporting(&intake(), says)).await;
        for by in everybody() {
            if by != intake() {
                assert_eq!(
                    found(&client, &by, PHONE).await["pieces"],
                    json!([]),
                    "{by:?}"
                );
            }
        }
        // No text that is kept has this character, which one of the engines does not take.
        let nothing = json!({ "pieces": [], "readTo": 0, "mayHaveMore": false });
        assert_eq!(found(&client, &intake(), "\0").await, nothing, "{kind:?}");
        let told = found(&client, &intake(), PHONE).await;
        let field = "/event/data/says/reporter/phone";
        let expected = json!({ "pieces": [{ "entry": 1, "field": field, "kept": false }], "readTo": 1, "mayHaveMore": false });
        assert_eq!(told, expected);
        let head = found(&client, &approver(), "厂长甲").await;
        assert_eq!(head["pieces"][0]["kept"], true);
        assert_eq!(
            found(&client, &clerk(), "厂长甲").await["pieces"],
            json!([])
        );

        let act = json!({ "requestId": office.request().as_uuid() });
        let input = json!({ "places": [{ "entry": 1, "field": field }], "ground": "CONSENT_WITHDRAWN", "reason": "依第1号申请。" });
        let refused = erase(&client, &clerk(), &act, &input).await;
        assert_eq!(
            refused["userErrors"][0]["code"], "ERASURE_ROLE",
            "{refused:#}"
        );
        assert_eq!(refused["entry"], Value::Null);
        let done = erase(&client, &approver(), &act, &input).await;
        assert_eq!(done["userErrors"], json!([]), "{done:#}");
        let entry = &done["entry"];
        assert_eq!(entry["position"], 2);
        assert_eq!(entry["subjectKind"], "LEDGER");
        assert_eq!(entry["event"], "PERSONAL_DATA_ERASED");
        assert_eq!(entry["hazard"], Value::Null);
        let body = entry["body"].as_str().unwrap();
        assert!(body.contains(field) && !body.contains(PHONE), "{body}");
        let again = erase(&client, &approver(), &act, &input).await;
        assert_eq!(again["replayed"], true);
        assert_eq!(&again["entry"], entry);

        let query = "{ ledgerEntries(after: 0, first: 1) { entries { body } } }";
        let told = client.ask(&intake(), query, json!({})).await.to_string();
        assert!(told.contains(ERASED) && !told.contains(PHONE), "{told}");
        assert_eq!(found(&client, &intake(), PHONE).await["pieces"], json!([]));
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_erasure_is_told_of_its_fields() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    office.report().await;
    let act = json!({ "requestId": office.request().as_uuid() });
    let place = json!({ "entry": 1, "field": "/event/data/says/found_by" });
    let twice = json!({ "places": [place, place], "ground": "OTHER_BY_LAW", "reason": "" });
    let told = erase(&client, &approver(), &act, &twice).await;
    let fields: Vec<_> = told["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["field"])
        .collect();
    assert_eq!(
        fields,
        [&json!(["input", "places"]), &json!(["input", "reason"])],
        "{told:#}"
    );
    let nowhere = json!({ "places": [{ "entry": 1, "field": "/event" }], "ground": "OTHER_BY_LAW", "reason": "依法。" });
    let told = erase(&client, &approver(), &act, &nowhere).await;
    assert_eq!(
        told["userErrors"][0]["code"], "PERSONAL_DATA_UNKNOWN",
        "{told:#}"
    );
    let query = "{ personalData(value: \"（已依法删除）\", after: 0) { readTo } }";
    let answer = client.answer(&approver(), query, json!({})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
        "{answer:#}"
    );
}
