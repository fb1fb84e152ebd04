//! 专委会报送 through the API: who files, what comes of it, and the list of who has not.

use super::Client;
use super::circulars::{self, guard, step};
use crate::filing::{committee, office_that_files, other_lead};
use chrono::NaiveDate;
use serde_json::{Value, json};
use xiaohao_core::{Actor, Status};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const FILE: &str = "mutation($act: LedgerActInput!, $input: FilePeriodInput!) { done: filePeriod(act: $act, input: $input) { replayed \
     userErrors { code field message nextStep } filing { filedOn keyWork carriedOut found correction \
     entry { event position actor { unit { name } } body } } } }";

const LIST: &str = "query($day: Date, $asOf: AsOf) { list: committeeFilings(day: $day, asOf: $asOf) { from until due { closes { on explanation } problem } \
     asOf { validOn position } committees { committee { id name } standing filedOn isZero filings { filedOn found correction entry { position } } } } }";

fn says(office: &Office, day: NaiveDate, found: u32) -> Value {
    json!({
        "act": { "requestId": office.request().as_uuid() },
        "input": {
            "committee": committee().unit, "day": day, "keyWork": "开展消防安全排查。", "carriedOut": "检查宾馆12家。", "found": found,
        },
    })
}

/// The lines of a list: who, how he stands, and since when.
fn rows(told: &Value) -> Vec<(String, String, Value)> {
    let rows = told["list"]["committees"].as_array().unwrap().iter();
    let row = |row: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, standing) = (&row["committee"]["id"], &row["standing"]);
        (text(id), text(standing), row["filedOn"].clone())
    };
    rows.map(row).collect()
}

#[tokio::test]
async fn a_committee_files_and_the_office_sees_who_has_not() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = office_that_files(kind).await;
        let client = Client::of(&office);
        let today = office.today();
        let period = office.county.filing_period(today);
        let before = period.from.pred_opt().unwrap();
        let refused = client.ask(&clerk(), FILE, says(&office, today, 0)).await;
        assert_eq!(refused["done"]["userErrors"][0]["code"], "FILING_ROLE");
        assert_eq!(refused["done"]["filing"], Value::Null);
        let sent = says(&office, today, 0);
        let done = client.ask(&lead(), FILE, sent.clone()).await;
        let done = &done["done"];
        assert_eq!(done["userErrors"], json!([]), "{done:#}");
        let filing = &done["filing"];
        assert_eq!(filing["filedOn"], json!(today));
        assert_eq!(filing["keyWork"], "开展消防安全排查。");
        assert_eq!(filing["carriedOut"], "检查宾馆12家。");
        assert_eq!(filing["entry"]["event"], "PERIOD_FILED");
        let again = client.ask(&lead(), FILE, sent).await;
        assert_eq!(again["done"]["replayed"], true);
        assert_eq!(again["done"]["filing"], *filing);
        let late = client.ask(&lead(), FILE, says(&office, before, 2)).await;
        assert_eq!(late["done"]["userErrors"], json!([]), "{late:#}");

        let all = office.county.directory.committees();
        let expected = |standing: &str| {
            let rows = all.iter().map(|one| {
                let own = one.unit == committee().unit;
                let (standing, on) = match (own, standing) {
                    (true, "NOT_YET_DUE") => ("IN_TIME", json!(today)),
                    (true, _) => ("LATE", json!(today)),
                    (false, standing) => (standing, Value::Null),
                };
                (one.unit.to_string(), standing.to_owned(), on)
            });
            rows.collect::<Vec<_>>()
        };
        let told = client.ask(&clerk(), LIST, json!({})).await;
        assert_eq!(rows(&told), expected("NOT_YET_DUE"));
        let list = &told["list"];
        assert_eq!(list["from"], json!(period.from));
        assert_eq!(list["until"], json!(period.until));
        assert_eq!(list["due"]["closes"]["on"], json!(period.until));
        assert_eq!(list["committees"][0]["isZero"], true);
        assert_eq!(list["committees"][1]["isZero"], Value::Null);
        let told = client.ask(&auditor(), LIST, json!({ "day": before })).await;
        assert_eq!(rows(&told), expected("MISSING"));
        assert_eq!(told["list"]["committees"][0]["isZero"], false);
        // As it stood on the last day of that period nobody was late, and nobody had filed.
        let as_of = json!({ "asOf": { "validOn": before } });
        let told = client.ask(&signer(), LIST, as_of).await;
        for row in rows(&told) {
            assert_eq!((row.1.as_str(), row.2), ("NOT_YET_DUE", Value::Null));
        }
        assert_eq!(told["list"]["until"], json!(before));
        // Whoever leads committees is told of those.
        let led = |by| all.iter().filter(move |one| one.lead_unit == by).count();
        for (viewer, many) in [
            (lead(), led(lead().unit)),
            (other_lead(), led(other_lead().unit)),
            (factory(), 0),
            (township(), 0),
        ] {
            let told = client.ask(&viewer, LIST, json!({})).await;
            assert_eq!(rows(&told).len(), many, "{viewer:?}");
        }
    }
}

#[tokio::test]
async fn a_circular_tells_who_has_filed_as_it_stood_whatever_is_filed_since() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = office_that_files(kind).await;
        let client = Client::of(&office);
        let hazard = office.report().await;
        office.advance(&[hazard], Status::Listed).await;
        let last = office.county.filing_period(office.today()).until;
        let names: Vec<String> = {
            let directory = &office.county.directory;
            let all = directory.committees().iter();
            let names = all.map(|own| directory.unit(own.unit).unwrap().name.to_string());
            names.collect()
        };
        client.ask(&lead(), FILE, says(&office, last, 0)).await;
        office.turn_to(last.succ_opt().unwrap());
        let mut content = circulars::says(&office, hazard).await;
        for day in ["periodFrom", "periodTo"] {
            content[day] = json!(last);
        }
        content["asOf"] = json!(office.today());
        content["items"][0]["kind"] = json!("PRAISE");
        let drafted = async |prints: Value| {
            let id = office.new_circular();
            let mut content = content.clone();
            content["committeesFiled"] = prints;
            let act = guard(&office, id, None);
            let came = step(&client, &clerk(), "draftCircular", act, Some(content)).await;
            assert_eq!(came["userErrors"], json!([]), "{kind:?}");
            id
        };
        let (own, without) = (drafted(json!(true)).await, drafted(Value::Null).await);
        let late = late_of_other(&office);
        let other = client.ask(&other_lead(), FILE, late).await;
        assert_eq!(other["done"]["userErrors"], json!([]), "{other:#}");
        let publish = guard(&office, own, Some(1));
        step(&client, &approver(), "publishCircular", publish, None).await;
        let query = "query($id: ID!) { circular(id: $id) { content { committeesFiled { from until committees filed zero late missing } } } }";
        let printed = async |by: &Actor, id| {
            let told = client.ask(by, query, json!({ "id": id })).await;
            told["circular"]["content"]["committeesFiled"].clone()
        };
        for viewer in [clerk(), factory()] {
            let told = printed(&viewer, own).await;
            assert_eq!(told["until"], json!(last), "{told:#}");
            assert_eq!(
                (&told["committees"], &told["filed"]),
                (&json!(names.len()), &json!(1))
            );
            assert_eq!(told["zero"], json!(names[..1]));
            assert_eq!(told["late"], json!([]));
            assert_eq!(told["missing"], json!(names[1..]));
        }
        assert_eq!(printed(&clerk(), without).await, Value::Null);
        let now = drafted(json!(true)).await;
        let told = printed(&clerk(), now).await;
        assert_eq!(told["late"], json!(names[names.len() - 1..]));
        assert_eq!(told["missing"], json!(names[1..names.len() - 1]));
    }
}

/// Late, and of the other committee.
fn late_of_other(office: &Office) -> Value {
    let before = office.today().pred_opt().unwrap();
    let mut says = says(office, before, 2);
    let last = office.county.directory.committees().last();
    says["input"]["committee"] = json!(last.unwrap().unit);
    says
}

#[tokio::test]
async fn what_was_filed_is_put_right_by_another_filing_and_stands() {
    let office = office_that_files(Kind::Sqlite).await;
    let client = Client::of(&office);
    let today = office.today();
    client.ask(&lead(), FILE, says(&office, today, 0)).await;
    let twice = client.ask(&lead(), FILE, says(&office, today, 1)).await;
    let error = &twice["done"]["userErrors"][0];
    assert_eq!(error["code"], "FILED_ALREADY");
    assert_eq!(error["field"], json!(["input", "correction"]));
    let place = client.ask(&clerk(), LIST, json!({})).await;
    let place = place["list"]["asOf"]["position"].clone();
    office.pass_days(1);
    let mut corrects = says(&office, today, 1);
    corrects["input"]["correction"] = json!("漏报一处。");
    let done = client.ask(&lead(), FILE, corrects).await;
    assert_eq!(done["done"]["userErrors"], json!([]), "{done:#}");
    let told = client.ask(&clerk(), LIST, json!({})).await;
    let own = &told["list"]["committees"][0];
    // It is late no more than what it corrects.
    assert_eq!(own["filedOn"], json!(today));
    assert_eq!(own["standing"], "IN_TIME");
    assert_eq!(own["isZero"], false);
    let found = |own: &Value| {
        let filings = own["filings"].as_array().unwrap().iter();
        filings.map(|one| one["found"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found(own), [0, 1]);
    let before = json!({ "asOf": { "position": place } });
    let told = client.ask(&clerk(), LIST, before).await;
    assert_eq!(found(&told["list"]["committees"][0]), [0]);
}
