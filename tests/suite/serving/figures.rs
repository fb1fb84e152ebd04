//! What Prometheus is told.

use super::{CHOSEN, Program};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;
use xiaohao_core::county_day;
use xiaohao_server::database::Place;
use xiaohao_server::served::{self, Served};
use xiaohao_server::{clock, people, seeds};
use xiaohao_store::SqlStore;

const REPORT: &str = "mutation($act: ActInput!, $input: ReportInput!) { \
                      reportHazard(act: $act, input: $input) { userErrors { code } } }";

/// How many days after today the shipped calendar has.
fn days_left_of_the_calendar() -> i64 {
    let county = seeds::shuangpai().unwrap().county().unwrap();
    let last = county.calendar.years().last().unwrap().edition().year;
    let last = NaiveDate::from_ymd_opt(last, 12, 31).unwrap();
    (last - county_day(clock::now())).num_days().max(-1)
}

#[test]
fn requests_and_acts_are_counted_by_what_they_came_to() {
    let program = Program::start(&[]);
    let bearer = format!("authorization: Bearer {}", program.sign_in("town-100"));
    let variables = |township: &str, found_on: &str| {
        json!({
            "act": {
                "hazardId": "0193a5f0-0000-7000-8000-000000000001",
                "requestId": "0193a5f0-0000-7000-8000-000000000002"
            },
            "input": {
                "title": "锅炉安全阀失效", "description": "安全阀锈死，不能起跳。", "township": township,
                "place": "示范厂锅炉房", "source": "TOWNSHIP", "foundOn": found_on
            }
        })
    };
    let report = variables("431123100", "2024-06-03");
    // The example county has a past.
    let before = position(&program);
    program.ask(&[&bearer], REPORT, &variables("431123100", "2999-01-01"));
    program.ask(&[&bearer], REPORT, &report);
    program.ask(&[&bearer], REPORT, &report);
    program.ask(&[], "{ never closed", &json!({}));
    program.get("/no/such/page", &[]);
    let told = program.get("/metrics", &[]);
    assert!(
        told.header("content-type")
            .unwrap()
            .starts_with("application/openmetrics-text")
    );
    let told = String::from_utf8(told.body).unwrap();
    let left = days_left_of_the_calendar();
    for line in [
        "xiaohao_acts_total{mutation=\"reportHazard\",outcome=\"refused\"} 1",
        "xiaohao_acts_total{mutation=\"reportHazard\",outcome=\"done\"} 1",
        "xiaohao_acts_total{mutation=\"reportHazard\",outcome=\"replayed\"} 1",
        "xiaohao_requests_total{route=\"/graphql\",status=\"200\",code=\"\"} 4",
        "xiaohao_requests_total{route=\"/graphql\",status=\"200\",code=\"QUERY_MALFORMED\"} 1",
        "xiaohao_requests_total{route=\"other\",status=\"404\",code=\"NOT_FOUND\"} 1",
        "xiaohao_request_latency_seconds_count{route=\"/graphql\"} 5",
        "xiaohao_ready 1",
        "xiaohao_ledger_ahead_seconds 0",
        &format!("xiaohao_calendar_days {left}"),
        &format!("xiaohao_ledger_position {}", before + 1),
        concat!(
            "xiaohao_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\"} 1"
        ),
        "# EOF",
    ] {
        assert!(
            told.lines().any(|own| own == line),
            "{line} is not in\n{told}"
        );
    }

    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let documented: BTreeSet<&str> = page
        .split('`')
        .filter(|part| part.starts_with("xiaohao_"))
        .map(|name| name.trim_end_matches("_total").trim_end_matches("_info"))
        .collect();
    let folder = Arc::clone(&program.folder);
    program.end_in_order();
    let of_receivers = told_of_a_receiver(folder);
    let types = told.lines().chain(of_receivers.lines());
    let types = types.filter_map(|line| line.strip_prefix("# TYPE "));
    let there: BTreeSet<&str> = types.filter_map(|line| line.split(' ').next()).collect();
    let documented: BTreeSet<&str> = documented
        .into_iter()
        .filter(|name| !name.contains('='))
        .collect();
    assert_eq!(documented, there);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_line_in_the_future_is_told_in_the_log_and_in_the_figures() {
    const SAID: &str = "the last line of the ledger lies in the future";
    let folder = super::tls::county();
    let place = Place::in_folder(folder.path());
    let store = SqlStore::open(&place.ledger).await.unwrap();
    let data = served::county_data(&store, &place.ledger, None).await;
    let ahead = clock::now() + TimeDelta::minutes(6);
    let under = |now: DateTime<Utc>| {
        let clock = Arc::new(move || now);
        Served::of(
            store.clone(),
            data.as_ref().unwrap(),
            &place.evidence,
            clock,
        )
        .unwrap()
    };
    let clerk = |served: &Served| {
        let directory = served.office.directory();
        let mut people = directory.people().iter();
        people
            .find(|one| one.login.as_str() == "clerk")
            .unwrap()
            .clone()
    };
    // Clocks that are set by the network differ by less than five minutes, and nobody is told.
    for (now, told) in [(ahead - TimeDelta::minutes(3), 0), (ahead, 1)] {
        let served = under(now);
        people::give(&served, &[clerk(&served)], CHOSEN)
            .await
            .unwrap();
        let program = Program::doing("serve", Arc::clone(&folder), &[]);
        let figures = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
        let figure = figures
            .lines()
            .find_map(|line| line.strip_prefix("xiaohao_ledger_ahead_seconds "));
        let seconds: i64 = figure.unwrap().parse().unwrap();
        assert_eq!(seconds > 300, told > 0, "{seconds}");
        let log = program.end_in_order();
        assert_eq!(log.matches("as the server starts").count(), told, "{log}");
        assert_eq!(log.contains(SAID), told > 0, "{log}");
    }
}

/// The figures of a server that has a receiver of webhooks, to whom nothing is sent.
fn told_of_a_receiver(folder: Arc<TempDir>) -> String {
    let configuration = folder.path().join("xiaohao.toml");
    let receiver = "[[webhook]]\nname = \"police\"\nurl = \"https://p.example.cn/\"\nlogin = \"clerk\"\n\
                    secret = \"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"";
    fs::write(&configuration, receiver).unwrap();
    let named = [("XIAOHAO_CONFIG", configuration.to_str().unwrap())];
    let program = Program::doing("serve", folder, &named);
    String::from_utf8(program.get("/metrics", &[]).body).unwrap()
}

/// How far the ledger has come, as the figures tell.
fn position(program: &Program) -> u64 {
    let told = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
    let mut lines = told.lines();
    let position = lines.find_map(|line| line.strip_prefix("xiaohao_ledger_position "));
    position.unwrap().parse().unwrap()
}
