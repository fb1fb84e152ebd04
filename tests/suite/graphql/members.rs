//! Every figure of the closure statistics lists as many hazards as it counts: of the county, of each row and of each line of the
//! ranking, today and looking back.

use super::{Client, error_code, example};
use crate::ledger::walk::{Walk, steps};
use crate::ledger::{another_county, for_all, one_thread};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use xiaohao_core::Status;
use xiaohao_ledger::Pace;
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::*;

const STAGES: [&str; 6] = [
    "LISTED",
    "ASSIGNED",
    "TRACKED",
    "CLOSED",
    "CIRCULATED",
    "OFF_LIST",
];

/// A figure that can be listed: how it is asked for, and every place where the figures say how many it counts.
struct Figure {
    asked: String,
    said: Vec<String>,
}

fn figures() -> Vec<Figure> {
    let plain = [
        ("EVER", "/ever"),
        ("DEDUCTED", "/deducted"),
        (
            "VALID",
            "/valid /closureRate/denominator /reportedCompletionRate/denominator",
        ),
        ("OPEN", "/open"),
        ("CLOSED", "/closed /closureRate/numerator"),
        ("REPORTED_COMPLETE", "/reportedCompletionRate/numerator"),
        ("OVERDUE", "/overdue"),
        ("OVERDUE_ORIGINALLY", "/overdueOriginally"),
        ("ON_TIME", "/onTimeRate/numerator"),
        ("DUE", "/onTimeRate/denominator"),
        ("ON_TIME_ORIGINALLY", "/onTimeRateOriginally/numerator"),
        ("DUE_ORIGINALLY", "/onTimeRateOriginally/denominator"),
    ];
    let plain = plain.map(|(of, said)| Figure {
        asked: format!("of: {of}"),
        said: said.split(' ').map(str::to_owned).collect(),
    });
    let of_status = |status: &Status| Figure {
        asked: format!("of: IN_STATUS, status: {}", status.code()),
        said: vec![format!("status {}", status.code())],
    };
    let of_stage = |stage: &str| Figure {
        asked: format!("of: IN_STAGE, stage: {stage}"),
        said: vec![format!("stage {stage}")],
    };
    let by_status = Status::ALL.iter().map(of_status);
    let by_stage = STAGES.into_iter().map(of_stage);
    plain.into_iter().chain(by_status).chain(by_stage).collect()
}

/// How many the figures say; nothing where they do not say it.
fn said(figures: &Value, place: &str) -> Option<u64> {
    let of = |list: &str, name: &str, value: &str| {
        let mut all = figures.get(list)?.as_array().unwrap().iter();
        let own = all.find(|own| own[name] == value);
        Some(own.map_or(0, |own| own["count"].as_u64().unwrap()))
    };
    match place.split_once(' ') {
        Some(("status", value)) => of("byStatus", "status", value),
        Some((_, value)) => of("byStage", "stage", value),
        None => figures.pointer(place)?.as_u64(),
    }
}

const RATIO: &str = "{ numerator denominator }";

/// Where figures stand: what is asked for around them, and what they say of themselves.
fn places() -> Vec<(String, String)> {
    let all = format!(
        "ever deducted valid open closed overdue overdueOriginally closureRate {RATIO} reportedCompletionRate {RATIO} \
         onTimeRate {RATIO} onTimeRateOriginally {RATIO} byStatus {{ status count }} byStage {{ stage count }}"
    );
    let few = format!("valid overdue closureRate {RATIO} onTimeRate {RATIO}");
    let mut places = vec![("total { ¦ }".to_owned(), all.clone())];
    for rows in ["byCommittee", "byLeadUnit", "byTownship"] {
        places.push((format!("{rows} {{ figures {{ ¦ }} }}"), all.clone()));
    }
    for of in ["COMMITTEES", "LEAD_UNITS", "TOWNSHIPS"] {
        places.push((format!("ranking(of: {of}) {{ ¦ }}"), few.clone()));
    }
    places
}

/// Every object that has members, wherever it stands in an answer.
fn with_members<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) if fields.contains_key("m0") => found.push(value),
        Value::Object(fields) => fields.values().for_each(|own| with_members(own, found)),
        Value::Array(items) => items.iter().for_each(|own| with_members(own, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Asks for every figure with its members, and tells how many figures there were that counted something.
async fn check(ask: impl AsyncFn(String) -> Value, as_of: &str) -> usize {
    let mut counting = 0;
    for (around, own) in places() {
        for several in figures().chunks(5) {
            let members = several.iter().enumerate().map(|(place, figure)| {
                let asked = &figure.asked;
                format!("m{place}: members({asked}, first: 50) {{ totalCount nodes {{ id }} }}")
            });
            let members: Vec<String> = members.collect();
            let inside = around.replace('¦', &format!("{own} {}", members.join(" ")));
            let answer = ask(format!("{{ closureStatistics{as_of} {{ {inside} }} }}")).await;
            let mut groups = Vec::new();
            with_members(&answer, &mut groups);
            for (group, (place, figure)) in groups
                .into_iter()
                .flat_map(|group| several.iter().enumerate().map(move |own| (group, own)))
            {
                let listed = &group[format!("m{place}")];
                let ids = listed["nodes"].as_array().unwrap().iter();
                let ids: BTreeSet<&str> = ids.map(|own| own["id"].as_str().unwrap()).collect();
                assert_eq!(listed["totalCount"], ids.len(), "{around} {}", figure.asked);
                for said in figure.said.iter().filter_map(|place| said(group, place)) {
                    assert_eq!(said, ids.len() as u64, "{around} {as_of} {}", figure.asked);
                    counting += usize::from(said > 0);
                }
            }
        }
    }
    counting
}

#[tokio::test]
async fn every_figure_of_the_example_lists_as_many_hazards_as_it_counts() {
    for (today, as_of) in [
        ("2026-11-20", ""),
        ("2026-11-24", "(asOf: { validOn: \"2026-09-01\" })"),
    ] {
        let ask = async |query: String| example::answer(date(today), &query, json!({})).await;
        assert!(check(ask, as_of).await > 100, "{today} {as_of}");
    }
}

fn every_figure_of_a_random_history_lists_as_many_hazards_as_it_counts(on: Kind) {
    let runtime = one_thread();
    let cabinet = runtime.block_on(Cabinet::new(on));
    let tried = AtomicU32::new(10);
    let days = prop_oneof![4 => 0i64..3, 2 => 3i64..50];
    for_all(on.cases(16), &steps(days, 20..50), |walk| {
        let number = tried.fetch_add(1, Ordering::Relaxed);
        let county = another_county(number);
        runtime.block_on(async {
            let office = Office::open(cabinet.clone(), county, Pace::default()).await;
            let mut going = Walk::begin(&office).await;
            for step in &walk {
                going.go(step).await;
            }
            let client = Client::of(&office);
            let ask = async |query: String| client.ask(&clerk(), &query, json!({})).await;
            check(ask, "").await;
            let on = office.today() - chrono::TimeDelta::days(10);
            check(ask, &format!("(asOf: {{ validOn: \"{on}\" }})")).await;
        });
    });
}

mod on_every_store {
    use super::every_figure_of_a_random_history_lists_as_many_hazards_as_it_counts as law;
    use xiaohao_tests::office::Kind;

    #[test]
    fn every_figure_of_a_random_history_is_listed_in_memory() {
        law(Kind::Memory);
    }

    #[test]
    fn every_figure_of_a_random_history_is_listed_on_sqlite() {
        law(Kind::Sqlite);
    }

    #[test]
    fn every_figure_of_a_random_history_is_listed_on_postgres() {
        law(Kind::Postgres);
    }
}

#[tokio::test]
async fn a_state_or_a_stage_is_named_where_members_are_asked_for_by_it_and_nowhere_else() {
    let client = Client::of(&Office::on(Kind::Memory).await);
    for (asked, field) in [
        ("of: IN_STATUS", "status"),
        ("of: IN_STAGE", "stage"),
        ("of: VALID, status: LISTED", "status"),
        ("of: IN_STATUS, status: LISTED, stage: LISTED", "stage"),
    ] {
        let query =
            format!("{{ closureStatistics {{ total {{ members({asked}) {{ totalCount }} }} }} }}");
        let answer = client.answer(&clerk(), &query, json!({})).await;
        assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{asked}");
        let told = &answer["errors"][0];
        assert_eq!(told["extensions"]["field"], json!([field]), "{asked}");
        assert!(told["message"].as_str().unwrap().starts_with(field));
    }
}
