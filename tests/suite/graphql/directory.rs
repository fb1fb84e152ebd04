//! Who there is in the county, as the API tells it.

use super::Client;
use serde_json::json;
use xiaohao_core::Status;
use xiaohao_server::served::Served;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

#[tokio::test]
async fn the_committees_are_told_with_everything_the_plan_says_of_them() {
    let office = Office::on(Kind::Sqlite).await;
    let data = xiaohao_server::seeds::shuangpai().unwrap();
    let store = office.cabinet.sql().clone();
    let (evidence, clock) = (
        office.cabinet.evidence(),
        std::sync::Arc::new(move || office.now()),
    );
    let served = Served::of(store, &data, &evidence, clock).unwrap();
    let query = "{ committees { seq seqInPlan name nameEn scopeNote includesNonProductionAccidents leadUnit { name } \
                 goals { no text kinds } measures { no text tags targets { metric comparison value unit aspirational } } } \
                 townships { code name } units(kinds: [COMMISSION]) { name } people { name } }";
    let request = async_graphql::Request::new(query);
    let request = served.office.asked_by(clerk(), "", request);
    let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    let committees = answer["data"]["committees"].as_array().unwrap();
    assert_eq!(committees.len(), 14);
    insta::assert_json_snapshot!(committees[3]);
    assert_eq!(committees[9]["seqInPlan"], json!(null));
    assert_eq!(answer["data"]["townships"].as_array().unwrap().len(), 14);
    assert_eq!(
        answer["data"]["units"],
        json!([{ "name": "双牌县安全生产委员会" }])
    );
}

#[tokio::test]
async fn a_hazard_names_its_committee_its_township_and_whoever_acted() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Listed).await;
    let query = "query($by: HazardKey!) { hazard(by: $by) { township { code name } holderName \
                 leadUnit { name kind } ledger { actor { role person { name } unit { name } } } } }";
    let told = client
        .ask(&clerk(), query, json!({ "by": { "id": id } }))
        .await;
    let hazard = &told["hazard"];
    assert_eq!(hazard["township"]["code"], "431123100");
    assert_eq!(hazard["holderName"], "庚午竹木制品厂（化名）");
    assert_eq!(hazard["leadUnit"]["kind"], "DEPARTMENT");
    assert_eq!(hazard["ledger"][1]["actor"]["role"], "OFFICE_CLERK");
    assert_eq!(hazard["ledger"][1]["actor"]["person"]["name"], "人员1");
    assert_eq!(hazard["ledger"][1]["actor"]["unit"]["name"], "县安委办");
}
