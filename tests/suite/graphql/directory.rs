//! Who there is in the county, as the API tells it.

use super::{Client, error_code};
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{Directory, DirectoryParts};
use xiaohao_graphql::{Admitted, By};
use xiaohao_ledger::Through;
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
async fn the_tree_of_places_and_of_units_is_walked_up_and_down() {
    let office = Office::on(Kind::Sqlite).await;
    let data = xiaohao_server::seeds::shuangpai().unwrap();
    let query = "query($after: ID) { regions { code name level parent { code } children { code } } \
                 units(kinds: [COMMISSION, OFFICE, TOWNSHIP, HIGHER_BODY, TASK_FORCE]) { \
                 code parent { code } children(first: 2, after: $after) { id code } region { code name } } }";
    let asked = async |data: &CountyData, after: Value| {
        let store = office.cabinet.sql().clone();
        let evidence = office.cabinet.evidence();
        let now = office.now();
        let clock = std::sync::Arc::new(move || now);
        let served = Served::of(store, data, &evidence, clock).unwrap();
        let request = async_graphql::Request::new(query);
        let variables = async_graphql::Variables::from_json(json!({ "after": after }));
        let request = served
            .office
            .asked_by(clerk(), "", request.variables(variables));
        let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"].clone()
    };
    let told = asked(&data, Value::Null).await;
    let regions = told["regions"].as_array().unwrap();
    let codes: Vec<_> = regions
        .iter()
        .map(|region| region["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes[..4], ["430000", "431100", "431123", "431123100"]);
    assert_eq!(codes.len(), 17);
    assert_eq!(regions[0]["parent"], Value::Null);
    assert_eq!(regions[1]["name"], "永州市");
    assert_eq!(regions[1]["level"], "CITY");
    assert_eq!(regions[1]["parent"]["code"], "430000");
    assert_eq!(regions[1]["children"], json!([{ "code": "431123" }]));
    assert_eq!(regions[2]["children"].as_array().unwrap().len(), 14);
    assert_eq!(regions[3]["parent"]["code"], "431123");

    let unit = |told: &Value, code: &str| {
        let mut units = told["units"].as_array().unwrap().iter();
        units.find(|unit| unit["code"] == code).unwrap().clone()
    };
    assert_eq!(unit(&told, "AWH")["parent"]["code"], "SH-AWH");
    assert_eq!(unit(&told, "AWH")["region"]["name"], "双牌县");
    assert_eq!(unit(&told, "SH-AWH")["region"]["name"], "永州市");
    assert_eq!(unit(&told, "S-AWB")["region"]["code"], "430000");
    assert_eq!(unit(&told, "GZZB")["parent"]["code"], "AWH");
    assert_eq!(unit(&told, "GZZB")["region"]["code"], "431123");
    assert_eq!(unit(&told, "XZ-431123100")["region"]["code"], "431123100");
    let below = unit(&told, "AWH")["children"].clone();
    assert_eq!(below.as_array().unwrap().len(), 2, "{below:#}");
    let unknown = "query($after: ID) { viewer { unit { children(after: $after) { id } } } }";
    let client = Client::of(&office);
    for (after, code) in [
        (json!(office.new_hazard()), "CURSOR_UNKNOWN"),
        (json!("zz"), "BAD_USER_INPUT"),
    ] {
        let told = client
            .answer(&clerk(), unknown, json!({ "after": after }))
            .await;
        assert_eq!(error_code(&told), code, "{told:#}");
    }
    let next = asked(&data, below[1]["id"].clone()).await;
    let next = unit(&next, "AWH")["children"].clone();
    assert_eq!(next[0]["code"], "ZWH-TRANSPORT", "{below:#} {next:#}");

    // A ledger from before places were told knows what follows from the codes of its townships, and nothing above the county.
    let mut of_old: Value = serde_json::from_str(&data.written().unwrap()).unwrap();
    let directory = of_old["directory"].as_object_mut().unwrap();
    directory.remove("regions").unwrap();
    for unit in directory["units"].as_array_mut().unwrap() {
        unit.as_object_mut().unwrap().remove("region");
    }
    let of_old = CountyData::read(&of_old.to_string()).unwrap();
    assert!(!of_old.written().unwrap().contains("region"));
    let told = asked(&of_old, Value::Null).await;
    assert_eq!(told["regions"][0]["code"], "431123");
    assert_eq!(told["regions"][0]["parent"], Value::Null);
    assert_eq!(told["regions"].as_array().unwrap().len(), 15);
    assert_eq!(unit(&told, "SH-AWH")["region"], Value::Null);
}

#[tokio::test]
async fn whoever_came_in_by_a_link_of_one_hazard_is_told_of_no_unit_below_another() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let id = office.hazard_at(Status::Acknowledged).await;
        let mut data = county_data(&county());
        let mut parts = DirectoryParts::from(data.directory.clone());
        let below = parts.units.iter_mut().find(|one| one.id == market().unit);
        below.unwrap().parent = Some(factory().unit);
        data.directory = Directory::new(parts).unwrap();
        let (store, now) = (office.cabinet.sql().clone(), office.now());
        let clock = std::sync::Arc::new(move || now);
        let served = Served::of(store, &data, &office.cabinet.evidence(), clock).unwrap();
        let through = Through {
            hazard: id,
            link: sample::link(1),
        };
        let told_of = async |by: By| {
            let admitted = Admitted {
                actor: factory(),
                by,
                acts: None,
            };
            let query = "{ viewer { unit { id parent { id } children { id } } } }";
            let request = async_graphql::Request::new(query);
            let request = served.office.asked_as(admitted, "", request);
            let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
            assert_eq!(answer.get("errors"), None, "{answer:#}");
            answer["data"]["viewer"]["unit"]["children"].clone()
        };
        let own = json!([{ "id": market().unit }]);
        assert_eq!(told_of(By::Person).await, own);
        assert_eq!(told_of(By::Link(through)).await, json!([]));
    }
}

#[tokio::test]
async fn units_that_belong_to_themselves_in_an_old_ledger_are_told_and_stop_nothing() {
    let office = Office::on(Kind::Sqlite).await;
    let data = xiaohao_server::seeds::shuangpai().unwrap();
    let mut document: Value = serde_json::from_str(&data.written().unwrap()).unwrap();
    let units = document["directory"]["units"].as_array_mut().unwrap();
    let at = |code: &str| units.iter().position(|unit| unit["code"] == code).unwrap();
    let (one, other) = (at("GAJ"), at("FGJ"));
    let [first, second] = [one, other].map(|at| units[at]["id"].clone());
    units[one]["parent"] = second;
    units[other]["parent"] = first;
    let data = CountyData::read(&document.to_string()).unwrap();
    assert_eq!(data.flaws(date("2026-06-01")).len(), 2);
    let (store, now) = (office.cabinet.sql().clone(), office.now());
    let clock = std::sync::Arc::new(move || now);
    let served = Served::of(store, &data, &office.cabinet.evidence(), clock).unwrap();
    let query = "{ units(kinds: [DEPARTMENT]) { code parent { parent { code } } children { code } region { code } } }";
    let request = served
        .office
        .asked_by(clerk(), "", async_graphql::Request::new(query));
    let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
    let units = answer["data"]["units"].as_array().unwrap();
    let own = units.iter().find(|unit| unit["code"] == "GAJ").unwrap();
    assert_eq!(own["parent"]["parent"]["code"], "GAJ");
    assert_eq!(own["children"][0]["code"], "FGJ");
    assert_eq!(own["region"]["code"], "431123");
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
