//! Under which names figures stand, and by which time limits they count: those of their day, as far as the ledger knew them.

use super::Client;
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_core::county_data::CountyData;
use xiaohao_server::entering::{self, Entering};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// The data of the sample county, in which a committee and a lead unit are called so; a committee without a name is dropped.
fn data(office: &Office, committee: Option<&str>, lead: &str) -> CountyData {
    let text = county_data(&office.county).written().unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let directory = &mut document["directory"];
    let mut call = |of: u128, name: &str| {
        let units = directory["units"].as_array_mut().unwrap();
        let own = units.iter_mut().find(|own| own["id"] == json!(unit(of)));
        own.unwrap()["name"] = json!(name);
    };
    call(FIRE_BRIGADE, lead);
    if let Some(name) = committee {
        call(FIRE_COMMITTEE, name);
    } else {
        let committees = directory["committees"].as_array_mut().unwrap();
        committees.retain(|own| own["unit"] != json!(unit(FIRE_COMMITTEE)));
    }
    CountyData::read(&document.to_string()).unwrap()
}

async fn enter(office: &Office, data: &CountyData) -> u64 {
    let entered = entering::enter(&office.ledger, data).await.unwrap();
    assert_eq!(entered, Entering::Done);
    office.lines().await.last().unwrap().position.get()
}

const QUERY: &str = "query($asOf: AsOf) { closureStatistics(asOf: $asOf) {
    asOf { knownAt position }
    byCommittee { committee { id name leadUnit { name } } figures { valid } }
    byLeadUnit { unit { name } figures { valid } }
    byTownship { township { name } }
    ranking(of: COMMITTEES) { code name valid } } }";

async fn told(client: &Client, as_of: Value) -> Value {
    let told = client.ask(&clerk(), QUERY, json!({ "asOf": as_of })).await;
    told["closureStatistics"].clone()
}

/// How a committee and its lead unit are called there, in each of the places that name them.
fn called(told: &Value) -> [&Value; 4] {
    let ranking = told["ranking"].as_array().unwrap();
    let own = ranking
        .iter()
        .find(|row| row["code"] == json!(unit(FIRE_COMMITTEE)));
    [
        &told["byCommittee"][0]["committee"]["name"],
        own.map_or(&Value::Null, |row| &row["name"]),
        &told["byCommittee"][0]["committee"]["leadUnit"]["name"],
        &told["byLeadUnit"][0]["unit"]["name"],
    ]
}

#[tokio::test]
async fn figures_stand_under_the_names_of_their_day_and_what_was_dropped_stands_there() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let (old, new) = ("消防安全专业委员会", "消防和用电安全专业委员会");
        let (brigade, station) = ("县消防救援大队", "县消防救援局");
        let first = enter(&office, &data(&office, Some(old), brigade)).await;
        let first_at = office.now();
        office.hazard_at(Status::Listed).await;
        let first_day = office.today();
        office.pass_days(1);
        let second = enter(&office, &data(&office, Some(new), station)).await;
        let (second_day, second_at) = (office.today(), office.now());
        office.pass_days(1);
        enter(&office, &data(&office, None, station)).await;

        let as_it_was = [old, old, brigade, brigade].map(|name| json!(name));
        let renamed = [new, new, station, station].map(|name| json!(name));
        let dropped = [json!(null), json!(null), json!(null), json!(station)];
        let beginning = first_day.pred_opt().unwrap();
        for (as_of, expected) in [
            (json!({ "validOn": first_day }), &as_it_was),
            (json!({ "validOn": second_day }), &renamed),
            (json!({ "validOn": office.today() }), &dropped),
            (json!(null), &dropped),
            (json!({ "knownAt": second_at }), &renamed),
            (json!({ "position": second }), &renamed),
            (json!({ "position": second - 1 }), &as_it_was),
            // What was known then of a day before it is known by that name.
            (
                json!({ "validOn": first_day, "position": second }),
                &as_it_was,
            ),
        ] {
            let told = told(&client, as_of.clone()).await;
            assert_eq!(
                called(&told),
                expected.each_ref(),
                "{kind:?} {as_of}: {told:#}"
            );
            assert_eq!(told["byCommittee"][0]["figures"]["valid"], 1, "{kind:?}");
        }
        // Before its data were entered the county had the names that were entered first.
        let before = told(&client, json!({ "validOn": beginning })).await;
        assert_eq!(before["ranking"][0]["name"], json!(old), "{kind:?}");

        let told = told(&client, json!({ "position": first })).await;
        let known_at = told["asOf"]["knownAt"].as_str().unwrap();
        let known_at: chrono::DateTime<chrono::Utc> = known_at.parse().unwrap();
        assert_eq!(known_at, first_at, "{kind:?}");
        assert_eq!(told["asOf"]["position"], json!(first), "{kind:?}");
    }
}

#[tokio::test]
async fn the_figures_of_a_circular_bear_the_names_of_its_day() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let (old, new) = ("消防安全专业委员会", "消防和用电安全专业委员会");
    enter(&office, &data(&office, Some(old), "县消防救援大队")).await;
    office.hazard_at(Status::Listed).await;
    let day = office.today();
    office.pass_days(1);
    enter(&office, &data(&office, Some(new), "县消防救援局")).await;
    let figures = json!([
        { "measure": "CLOSURE_RATE", "of": { "committee": unit(FIRE_COMMITTEE) } },
        { "measure": "CLOSURE_RATE", "of": { "leadUnit": unit(FIRE_BRIGADE) } }
    ]);
    let mut scopes = Vec::new();
    for (number, as_of) in (1..).zip([day, office.today()]) {
        let input = json!({
            "title": "通报", "periodFrom": day, "periodTo": as_of, "asOf": as_of, "signatory": "签发戊",
            "recipients": ["各乡镇人民政府"], "copies": [], "sections": [], "figures": figures, "items": []
        });
        let act = json!({ "paperId": sample::circular(number), "requestId": sample::circular(100 + number) });
        let mutation = "mutation($act: PaperActInput!, $input: CircularContentInput!) { done: draftCircular(act: $act, input: $input) {
            circular { content { figures { scope } } } userErrors { message } } }";
        let told = client
            .ask(&clerk(), mutation, json!({ "act": act, "input": input }))
            .await;
        scopes.push(told["done"]["circular"]["content"]["figures"].clone());
    }
    assert_eq!(
        scopes,
        [
            json!([{ "scope": old }, { "scope": "县消防救援大队" }]),
            json!([{ "scope": new }, { "scope": "县消防救援局" }]),
        ]
    );
}

/// The data of the sample county, by which a verification may take so many days.
fn verified_within(office: &Office, days: u32) -> CountyData {
    let text = county_data(&office.county).written().unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let limits = document["policy"]["rules"].as_array_mut().unwrap();
    let own = limits.iter_mut().find(|own| own["limit"] == "L-VERIFY");
    own.unwrap()["window"]["closes"]["amount"] = json!(days);
    document["policy"]["revision"] = json!(days);
    CountyData::read(&document.to_string()).unwrap()
}

#[tokio::test]
async fn what_was_late_by_the_time_limits_of_a_day_stays_so_whatever_they_are_later() {
    let query = "query($asOf: AsOf) {
        closureStatistics(asOf: $asOf) { total { verificationOverdue } }
        hazards(asOf: $asOf) { nodes { duties { dueOn isLate explanation } deadline { workingDaysLeft explanation } } } }";
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        enter(&office, &verified_within(&office, 10)).await;
        let hazard = office.hazard_at(Status::AwaitingVerification).await;
        office.pass_days(20);
        let day = office.today();
        let told = async |as_of: Value| client.ask(&clerk(), query, json!({ "asOf": as_of })).await;
        let late = told(json!({ "validOn": day })).await;
        let overdue =
            |told: &Value| told["closureStatistics"]["total"]["verificationOverdue"].clone();
        assert_eq!(overdue(&late), json!([hazard]), "{kind:?}");
        let position = office.lines().await.last().unwrap().position.get();
        office.pass_days(1);
        enter(&office, &verified_within(&office, 300)).await;
        assert_eq!(overdue(&told(json!(null)).await), json!([]), "{kind:?}");
        for as_of in [
            json!({ "validOn": day }),
            json!({ "validOn": day, "position": position }),
            json!({ "validOn": day, "knownAt": office.now() }),
        ] {
            assert_eq!(told(as_of).await, late, "{kind:?}");
        }
    }
}
