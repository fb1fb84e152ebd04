//! The example county through the API: the figures that are expected of it, and what they are made of.

use async_graphql::{Request, Variables};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use xiaohao_core::record::Entry;
use xiaohao_core::statistics::{Deadline, Rate, Snapshot, as_they_stood};
use xiaohao_core::values::HazardId;
use xiaohao_core::{Actor, Role};
use xiaohao_ledger::Record;
use xiaohao_server::served::Served;
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::date;
use xiaohao_tests::example::{EXAMPLE, expected};

/// The example county as it is served on a day, to its auditor.
pub(super) async fn answer(on: NaiveDate, query: &str, variables: Value) -> Value {
    let folder = EXAMPLE.folder.path();
    let store = SqlStore::open(&Location::File(folder.join("ledger.sqlite")))
        .await
        .unwrap();
    let noon: DateTime<Utc> = on.and_hms_opt(4, 0, 0).unwrap().and_utc();
    let clock = Arc::new(move || noon);
    let served = Served::of(store, &EXAMPLE.data, &folder.join("evidence"), clock).unwrap();
    let people = EXAMPLE.data.directory.people().iter();
    let mut posts = people.flat_map(|person| person.posts.iter().map(move |post| (person, post)));
    let (person, post) = posts.find(|(_, post)| post.role == Role::Auditor).unwrap();
    let auditor = Actor {
        person: person.id,
        role: post.role,
        unit: post.unit,
    };
    let request = Request::new(query).variables(Variables::from_json(variables));
    let request = served.office.asked_by(auditor, "", request);
    let answer = serde_json::to_value(served.api.execute(request).await).unwrap();
    assert_eq!(answer.get("errors"), None, "{answer:#}");
    answer["data"].clone()
}

/// The file's key of a hazard.
fn key(id: &Value) -> u64 {
    let id = HazardId::parse(id.as_str().unwrap()).unwrap();
    let mut hazards = EXAMPLE.hazards.iter();
    *hazards.find(|(_, hazard)| hazard.id() == id).unwrap().0
}

fn keys(ids: &Value) -> Vec<u64> {
    let mut keys: Vec<u64> = ids.as_array().unwrap().iter().map(key).collect();
    keys.sort_unstable();
    keys
}

const FIGURES: &str = "
    valid closed overdue closureRate { numerator denominator percent }";

const QUERY: &str = "query($asOf: AsOf) { hazards(asOf: $asOf) { totalCount } closureStatistics(asOf: $asOf) {
    total {
        ever deducted valid closed open overdue byStatus { status count }
        closureRate { percent } reportedCompletionRate { numerator percent }
        onTimeRate { numerator denominator percent } onTimeRateOriginally { numerator denominator percent }
        overdueHazards { hazardId days }
        firstRoundPassRate { ratio { numerator denominator percent } } extensionRate { ratio { numerator percent } }
        reboundRate { counted } verificationOverdue underSuspension underSupervision(level: COUNTY)
        plannedFunds { wan } spentFunds { wan } daysToComplete { mean median }
    }
    byCommittee { committee { seq } figures { FIGURES } }
    byTownship { township { code } figures { FIGURES } }
    stock(from: \"2026-01-01\") { struckOff { count } reopened { count } balances }
    ranking(of: TOWNSHIPS) { rank code valid overdue closureRate { percent } onTimeRate { percent } }
} }";

/// What the API says, in the words of the file.
fn told(answer: &Value) -> Value {
    let statistics = &answer["closureStatistics"];
    let total = &statistics["total"];
    let rate = |name: &str| &total[name]["ratio"];
    let overdue: BTreeMap<u64, &Value> = total["overdueHazards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (key(&own["hazardId"]), &own["days"]))
        .collect();
    let states: BTreeMap<&str, &Value> = total["byStatus"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["status"].as_str().unwrap(), &own["count"]))
        .collect();
    let group = |rows: &Value, code: &dyn Fn(&Value) -> String| -> Value {
        let rows = rows.as_array().unwrap().iter();
        // Of what is not listed the file says nothing.
        let rows = rows.filter(|row| row["figures"]["valid"] != 0);
        rows.map(|row| {
            let figures = &row["figures"];
            (code(row), json!({
                "valid": figures["valid"], "closed": figures["closed"], "overdue_open": figures["overdue"],
                "closure_rate_pct": figures["closureRate"]["percent"],
            }))
        }).collect::<serde_json::Map<_, _>>().into()
    };
    let ranking = statistics["ranking"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["valid"] != 0);
    let ranking: Vec<Value> = ranking.map(|row| json!({
        "code": row["code"], "valid": row["valid"], "closure_rate_pct": row["closureRate"]["percent"],
        "on_time_rate_pct": row["onTimeRate"]["percent"], "overdue_open": row["overdue"], "rank": row["rank"],
    })).collect();
    json!({
        "records": answer["hazards"]["totalCount"],
        "by_state": states,
        "ever_listed": total["ever"], "deducted": total["deducted"], "valid": total["valid"],
        "closed": total["closed"], "open": total["open"], "closure_rate_pct": total["closureRate"]["percent"],
        "reported_complete": total["reportedCompletionRate"]["numerator"],
        "reported_complete_rate_pct": total["reportedCompletionRate"]["percent"],
        "due": total["onTimeRate"]["denominator"], "on_time": total["onTimeRate"]["numerator"],
        "on_time_rate_pct": total["onTimeRate"]["percent"],
        "due_original": total["onTimeRateOriginally"]["denominator"],
        "on_time_original": total["onTimeRateOriginally"]["numerator"],
        "on_time_original_rate_pct": total["onTimeRateOriginally"]["percent"],
        "strike_off_events": statistics["stock"]["struckOff"]["count"],
        "reopen_events": statistics["stock"]["reopened"]["count"],
        "overdue_open": total["overdue"],
        "overdue_open_keys": overdue.keys().collect::<Vec<_>>(),
        "overdue_days": overdue.iter().map(|(key, days)| (key.to_string(), *days)).collect::<BTreeMap<_, _>>(),
        "verified_at_least_once": rate("firstRoundPassRate")["denominator"],
        "first_round_pass": rate("firstRoundPassRate")["numerator"],
        "first_round_pass_rate_pct": rate("firstRoundPassRate")["percent"],
        "extended": rate("extensionRate")["numerator"], "extension_rate_pct": rate("extensionRate")["percent"],
        "verification_overdue_keys": keys(&total["verificationOverdue"]),
        "reopened": total["reboundRate"]["counted"].as_array().unwrap().len(),
        "under_suspension": total["underSuspension"].as_array().unwrap().len(),
        "supervised_county_open": total["underSupervision"].as_array().unwrap().len(),
        "mean_days_to_complete": total["daysToComplete"]["mean"],
        "median_days_to_complete": total["daysToComplete"]["median"],
        "by_committee": group(&statistics["byCommittee"], &|row| row["committee"]["seq"].to_string()),
        "by_township": group(&statistics["byTownship"], &|row| row["township"]["code"].as_str().unwrap().to_owned()),
        "township_ranking": ranking,
    })
}

#[tokio::test]
async fn the_expected_figures_come_out_of_the_api_on_the_day_and_for_ever_after() {
    let day = date("2026-11-20");
    let query = QUERY.replace("FIGURES", FIGURES);
    let on_the_day = answer(day, &query, json!({})).await;
    let later = answer(
        date("2027-03-01"),
        &query,
        json!({ "asOf": { "validOn": day } }),
    )
    .await;
    assert_eq!(on_the_day, later);
    let told = told(&on_the_day);
    let expected = expected()["expected_statistics"].clone();
    for (figure, expected) in expected.as_object().unwrap() {
        match figure.as_str() {
            "as_of" => {}
            // A whole number in the file is the same with its decimal.
            "median_days_to_complete" => assert_eq!(told[figure].as_f64(), expected.as_f64()),
            // The file counts the plans of two hazards (keys 24 and 27) that nobody had filed on that day.
            "funds_wan_planned" => {
                assert_eq!(
                    on_the_day["closureStatistics"]["total"]["plannedFunds"]["wan"],
                    "1704.30"
                );
            }
            _ => assert_eq!(&told[figure], expected, "{figure}"),
        }
    }
    assert_eq!(on_the_day["closureStatistics"]["stock"]["balances"], true);
    // The file has no figure for it; it is the sum of what its 18 hazards last stated.
    let spent = &on_the_day["closureStatistics"]["total"]["spentFunds"]["wan"];
    assert_eq!(spent, "450.80");
}

#[tokio::test]
async fn committees_that_stand_equal_stand_in_the_order_of_the_plan() {
    let query = "{ closureStatistics { ranking(of: COMMITTEES) { rank code } } }";
    let told = answer(date("2026-11-20"), query, json!({})).await;
    let rows = told["closureStatistics"]["ranking"].as_array().unwrap();
    let committees = EXAMPLE.data.directory.committees();
    let place = |row: &Value| {
        let mut units = committees.iter().map(|own| own.unit.to_string());
        units.position(|unit| row["code"] == json!(unit)).unwrap()
    };
    let mut equal = 0;
    for pair in rows.windows(2) {
        if pair[0]["rank"] == pair[1]["rank"] {
            equal += 1;
            assert!(place(&pair[0]) < place(&pair[1]), "{pair:#?}");
        }
    }
    assert!(equal > 2, "too few stand equal to mean anything: {rows:#?}");
}

#[tokio::test]
async fn the_example_has_a_hazard_in_every_stage_and_its_circulars_print_what_the_day_came_to() {
    let query = "{ closureStatistics { total { byStage { stage } } } circulars(first: 8) { totalCount nodes { document issuedOn
        content { asOf ledgerPosition opening new reopened struckOff deducted closing figures { name ratio { numerator denominator }
        members { counted of } } items { hazardNumber } } } } }";
    let told = answer(date("2026-11-24"), query, json!({})).await;
    let stages = told["closureStatistics"]["total"]["byStage"]
        .as_array()
        .unwrap();
    assert_eq!(stages.len(), 6, "{stages:#?}");
    let circulars = told["circulars"]["nodes"].as_array().unwrap();
    assert_eq!(
        (circulars.len(), &told["circulars"]["totalCount"]),
        (8, &json!(8))
    );
    for circular in circulars {
        let content = &circular["content"];
        let as_of = json!({ "validOn": content["asOf"], "position": content["ledgerPosition"] });
        let again = "query($asOf: AsOf!) { closureStatistics(asOf: $asOf) { total { open
            closureRate { numerator denominator } onTimeRate { numerator denominator } } } }";
        let again = answer(date("2026-11-24"), again, json!({ "asOf": as_of })).await;
        let total = &again["closureStatistics"]["total"];
        let figures = &content["figures"];
        assert_eq!(
            [&total["open"], &total["closureRate"], &total["onTimeRate"]],
            [
                &content["closing"],
                &figures[0]["ratio"],
                &figures[1]["ratio"]
            ],
            "{circular:#}"
        );
        let figures = figures.as_array().unwrap();
        assert_eq!(figures.len(), 2);
        for (figure, rate) in figures.iter().zip(recounted(content)) {
            let members = json!({ "counted": rate.counted(), "of": rate.of() });
            assert_eq!(figure["members"], members, "{circular:#}");
            let terms = ["counted", "of"].map(|list| members[list].as_array().unwrap().len());
            let ratio = json!({ "numerator": terms[0], "denominator": terms[1] });
            assert_eq!(figure["ratio"], ratio, "{circular:#}");
        }
    }
}

/// What a circular of the example prints, counted anew from the histories as they were known when it was drafted.
fn recounted(content: &Value) -> [Rate; 2] {
    let known = content["ledgerPosition"].as_u64().unwrap();
    let on = date(content["asOf"].as_str().unwrap());
    let mut histories: BTreeMap<HazardId, Vec<Entry>> = BTreeMap::new();
    for line in &EXAMPLE.lines {
        if let (true, Record::Hazard(entry)) = (line.position.get() <= known, &line.record) {
            let history = histories.entry(entry.hazard).or_default();
            history.push(Entry::clone(entry));
        }
    }
    let histories: Vec<&[Entry]> = histories.values().map(Vec::as_slice).collect();
    let hazards = as_they_stood(&histories, on).unwrap();
    let day = Snapshot::new(&hazards, on);
    [day.closure_rate(), day.on_time_rate(Deadline::Effective)]
}

#[tokio::test]
async fn figures_come_in_the_order_in_which_the_county_names_whom_they_are_of() {
    let query = "{ committees { id } units { id } townships { code } closureStatistics { \
                 byCommittee { committee { id } } byLeadUnit { unit { id } } byTownship { township { code } } } }";
    let told = answer(date("2026-11-20"), query, json!({})).await;
    let figures = &told["closureStatistics"];
    for (order, rows, of, by) in [
        ("committees", "byCommittee", "committee", "id"),
        ("units", "byLeadUnit", "unit", "id"),
        ("townships", "byTownship", "township", "code"),
    ] {
        let rows = figures[rows].as_array().unwrap().iter();
        let rows: Vec<&Value> = rows.map(|row| &row[of][by]).collect();
        assert!(rows.len() > 2, "{order}: {rows:?}");
        let named = told[order].as_array().unwrap().iter();
        let named = named.map(|each| &each[by]);
        let named: Vec<&Value> = named.filter(|each| rows.contains(each)).collect();
        assert_eq!(rows, named, "{order}");
    }
}
