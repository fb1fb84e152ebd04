//! What a circular prints of the whole list and of who stands where: what the statistics of that moment say, whatever is done since.

use super::Client;
use super::circulars::{guard, says, step};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xiaohao_core::values::{CircularId, HazardId};
use xiaohao_core::{Actor, County, Status};
use xiaohao_ledger::Pace;
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::*;

const KINDS: [&str; 3] = ["COMMITTEES", "TOWNSHIPS", "LEAD_UNITS"];

const PRINTED: &str = "query($id: ID!) { circular(id: $id) { content { asOf periodFrom ledgerPosition
    totals { ever deducted valid closed open overdue extended }
    rankings { of rows { rank name closureRate { ...printed } overdue { ...printed } onTimeRate { ...printed } } } } } }
    fragment printed on CircularFigure { name scope ratio { numerator denominator } members { counted of } }";

const COUNTED: &str = "query($on: Date!, $from: Date!, $position: Int!, $of: Ranked!) {
    closureStatistics(asOf: { validOn: $on, position: $position }) {
        total { ever deducted valid closed open overdue } stock(from: $from) { extended { count of } }
        ranking(of: $of) { rank name valid overdue closureRate { numerator denominator } onTimeRate { numerator denominator }
            members(of: OVERDUE) { nodes { id } } } } }";

/// The sample county with a plan in which its committees stand.
fn in_the_plan() -> County {
    let county = county();
    let directory = county_data(&county).directory.into();
    County {
        directory,
        ..county
    }
}

/// What a circular prints.
async fn printed(client: &Client, by: &Actor, id: CircularId) -> Value {
    let told = client.ask(by, PRINTED, json!({ "id": id })).await;
    told["circular"]["content"].clone()
}

/// Six hazards: two struck off, one rectified in time by an extended deadline, two overdue, and one that was reported alone.
async fn county_at_work(office: &Office) -> Vec<HazardId> {
    let hazards = office.report_several(6).await;
    office.advance(&hazards[..5], Status::Rectifying).await;
    let due_on = office
        .hazard(hazards[2])
        .await
        .time_allowed()
        .unwrap()
        .due_on;
    for (days, by) in [(20, 10), (30, 12)] {
        let until = due_on + TimeDelta::days(days);
        office
            .act(&factory(), hazards[2], sample::request_extension(until))
            .await;
        let granted = due_on + TimeDelta::days(by);
        office
            .act(&approver(), hazards[2], sample::grant_extension(granted))
            .await;
    }
    office.advance(&hazards[..2], Status::Closed).await;
    let on = office
        .hazard(hazards[3])
        .await
        .time_allowed()
        .unwrap()
        .due_on;
    let days = (on - office.today()).num_days();
    office.pass_days(days + 1);
    hazards
}

/// A circular of the three kinds of ranking, drafted.
async fn drafted(
    office: &Office,
    client: &Client,
    hazard: HazardId,
    kinds: &[&str],
) -> (CircularId, Value) {
    let id = office.new_circular();
    let mut content = says(office, hazard).await;
    content["rankings"] = json!(kinds);
    let act = guard(office, id, None);
    let came = step(client, &clerk(), "draftCircular", act, Some(content)).await;
    (id, came["userErrors"].clone())
}

#[tokio::test]
async fn a_circular_prints_the_list_and_its_ranking_as_they_stood_whatever_is_done_since() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let cabinet = Cabinet::new(kind).await;
        let office = Office::open(cabinet, in_the_plan(), Pace::default()).await;
        let client = Client::of(&office);
        let hazards = county_at_work(&office).await;
        let (id, errors) = drafted(&office, &client, hazards[0], &KINDS).await;
        assert_eq!(errors, json!([]), "{kind:?}");
        let told = printed(&client, &clerk(), id).await;
        let totals = json!({ "ever": 5, "deducted": 0, "valid": 5, "closed": 2, "open": 3, "overdue": 2, "extended": 1 });
        assert_eq!(told["totals"], totals, "{kind:?}");

        let publish = guard(&office, id, Some(1));
        step(&client, &approver(), "publishCircular", publish, None).await;
        office.advance(&hazards[2..5], Status::Closed).await;
        office.advance(&hazards[5..], Status::Listed).await;
        for viewer in [clerk(), factory(), stranger()] {
            let again = printed(&client, &viewer, id).await;
            assert_eq!(again, told, "{kind:?}, {:?}", viewer.role);
        }
        for (place, of) in KINDS.into_iter().enumerate() {
            let table = &told["rankings"][place];
            assert_eq!(table["of"], of);
            let moment = json!({ "on": told["asOf"], "from": told["periodFrom"], "position": told["ledgerPosition"], "of": of });
            let counted = client.ask(&clerk(), COUNTED, moment).await;
            let counted = &counted["closureStatistics"];
            for (term, count) in counted["total"].as_object().unwrap() {
                assert_eq!(&told["totals"][term], count, "{kind:?}: {term}");
            }
            assert_eq!(
                counted["stock"]["extended"],
                json!({ "count": 1, "of": [hazards[2]] })
            );
            let (rows, lines) = (
                table["rows"].as_array().unwrap(),
                counted["ranking"].as_array().unwrap(),
            );
            assert_eq!(rows.len(), lines.len(), "{kind:?}: {of}");
            for (row, line) in rows.iter().zip(lines) {
                check(row, line);
            }
            assert_eq!(rows[0]["rank"], 1, "{kind:?}: {of}");
            // One unit leads for all committees of the sample.
            let is_last_ranked = !rows.last().unwrap()["rank"].is_null();
            assert_eq!(is_last_ranked, of == "LEAD_UNITS", "{kind:?}: {of}");
        }
    }
}

/// A printed line says what the statistics say, and lists as many as it counts.
fn check(row: &Value, line: &Value) {
    for same in ["rank", "name"] {
        assert_eq!(row[same], line[same]);
    }
    for rate in ["closureRate", "onTimeRate"] {
        assert_eq!(row[rate]["ratio"], line[rate], "{row:#}");
    }
    assert_eq!(row["closureRate"]["ratio"]["denominator"], line["valid"]);
    assert_eq!(row["overdue"]["ratio"]["numerator"], line["overdue"]);
    let ids = |nodes: &Value| {
        let ids = nodes.as_array().unwrap().iter();
        ids.map(|own| own["id"].to_string())
            .collect::<BTreeSet<_>>()
    };
    let overdue = row["overdue"]["members"]["counted"].as_array().unwrap();
    assert_eq!(
        overdue
            .iter()
            .map(Value::to_string)
            .collect::<BTreeSet<_>>(),
        ids(&line["members"]["nodes"])
    );
    for figure in ["closureRate", "overdue", "onTimeRate"] {
        let figure = &row[figure];
        assert_eq!(figure["scope"], row["name"]);
        for (term, list) in [("numerator", "counted"), ("denominator", "of")] {
            let members = figure["members"][list].as_array().unwrap();
            assert_eq!(figure["ratio"][term], members.len(), "{figure:#}");
        }
    }
}

#[tokio::test]
async fn a_ranking_is_printed_once_and_only_where_it_is_asked_for() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let hazard = office.hazard_at(Status::Closed).await;
    let twice = ["TOWNSHIPS", "COMMITTEES", "TOWNSHIPS"];
    let (_, errors) = drafted(&office, &client, hazard, &twice).await;
    assert_eq!(errors[0]["code"], "DUPLICATE", "{errors:#}");
    assert_eq!(errors[0]["field"], json!(["input", "rankings"]));
    let (id, errors) = drafted(&office, &client, hazard, &[]).await;
    assert_eq!(errors, json!([]));
    let told = printed(&client, &clerk(), id).await;
    assert_eq!(told["rankings"], json!([]));
    assert_eq!(told["totals"]["closed"], 1);
}

#[tokio::test]
async fn a_circular_from_before_the_list_was_counted_says_so() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let circular = office.circular(&[]).await;
    office.draft(&circular).await;
    let told = printed(&client, &clerk(), circular.id).await;
    assert_eq!(told["totals"], Value::Null);
    assert_eq!(told["rankings"], json!([]));
}
