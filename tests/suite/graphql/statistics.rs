//! The closure statistics through the API: what they say, and what each figure counts.

use super::{Client, error_code};
use chrono::TimeDelta;
use serde_json::json;
use xiaohao_core::Status;
use xiaohao_core::values::{CampaignId, HazardId, KeyField, Source};
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[tokio::test]
async fn every_figure_counts_as_many_hazards_as_it_lists() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        office.report().await;
        let hazards = office.report_several(4).await;
        office.advance(&hazards, Status::Rectifying).await;
        office.advance(&hazards[..2], Status::Closed).await;
        office.circulate(&hazards[..1]).await;
        office.pass_days(150);
        let members = "members(of: {}) { totalCount nodes { number } }";
        let of = |what: &str| {
            let field = members.replace("{}", what);
            format!("{}: {field}", what.to_lowercase())
        };
        let all: Vec<_> = ["VALID", "OPEN", "CLOSED", "OVERDUE"]
            .iter()
            .map(|what| of(what))
            .collect();
        let figures = format!(
            "figures {{ ever deducted n_valid: valid n_open: open n_closed: closed n_overdue: overdue \
             inState(status: RECTIFYING) closureRate {{ numerator denominator percent printed }} \
             onTimeRate {{ numerator denominator }} {} }}",
            all.join(" ")
        );
        let query = format!(
            "{{ closureStatistics {{ on total {{ ever valid closed open overdue closureRate {{ printed }} }} \
             byCommittee {{ {figures} }} byLeadUnit {{ {figures} }} byTownship {{ township {{ code }} {figures} }} }} }}"
        );
        let told = client.ask(&clerk(), &query, json!({})).await;
        let told = &told["closureStatistics"];
        let total = json!({
            "ever": 4, "valid": 4, "closed": 2, "open": 2, "overdue": 2, "closureRate": { "printed": "50.0%" }
        });
        assert_eq!(told["total"], total, "{kind:?}");
        for group in ["byCommittee", "byLeadUnit", "byTownship"] {
            let rows = told[group].as_array().unwrap();
            assert_eq!(rows.len(), 1, "{group}: {rows:#?}");
            let figures = &rows[0]["figures"];
            for what in ["valid", "open", "closed", "overdue"] {
                let counted = &figures[what]["totalCount"];
                assert_eq!(
                    &figures[format!("n_{what}")],
                    counted,
                    "{kind:?} {group} {what}"
                );
                let listed = figures[what]["nodes"].as_array().unwrap().len();
                assert_eq!(counted, &json!(listed));
            }
            assert_eq!(figures["closureRate"]["percent"], 50.0);
            assert_eq!(
                figures["onTimeRate"],
                json!({ "numerator": 2, "denominator": 4 })
            );
            assert_eq!(figures["inState"], 2);
        }
        let nothing = client.ask(&stranger(), &query, json!({})).await;
        assert_eq!(nothing["closureStatistics"]["total"]["ever"], 0);
        assert_eq!(
            nothing["closureStatistics"]["total"]["closureRate"]["printed"],
            "—"
        );
        assert_eq!(nothing["closureStatistics"]["byTownship"], json!([]));
    }
}

/// Four hazards, ten days between their listings; the first two of one campaign, the others of another key field, every second one
/// found by experts. The first is struck off.
async fn of_all_kinds(office: &Office, campaign: CampaignId) -> Vec<HazardId> {
    let mut all = Vec::new();
    for number in 0..4 {
        let reported = but(sample::report(), |says| {
            says.place = sample::line(&format!("第{number}车间"));
            says.found_on = office.today();
            if number % 2 == 1 {
                says.source = Source::Experts;
            }
        });
        let reported = office
            .do_now(&office.reporting(&inspector(), reported))
            .await;
        let id = xiaohao_tests::office::subject(&reported);
        let listing = but(sample::list(), |says| {
            says.campaign = (number < 2).then_some(campaign);
            if number >= 2 {
                says.key_field = Some(KeyField::Mines);
            }
        });
        office.act(&clerk(), id, listing).await;
        all.push(id);
        office.pass_days(10);
    }
    office.advance(&all[..1], Status::Closed).await;
    all
}

#[tokio::test]
async fn figures_are_of_those_alone_that_are_asked_for() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let campaign = CampaignId::new(uuid::Uuid::from_u128(0x7001)).unwrap();
        let began_on = office.today();
        let all = of_all_kinds(&office, campaign).await;
        let listed_since = |days| json!({ "from": began_on + TimeDelta::days(days) });
        let query = "query($among: FiguresAmong, $from: Date!) { closureStatistics(among: $among) { \
                     total { ever closed open closureRate { printed } firstRoundPassRate { counted } \
                     members(of: EVER) { totalCount nodes { id } } } \
                     byTownship { figures { ever } } ranking(of: TOWNSHIPS) { valid } \
                     stock(from: $from) { new { count of } struckOff { of } closing { count } balances } } }";
        for (among, those) in [
            (json!(null), vec![0, 1, 2, 3]),
            (json!({}), vec![0, 1, 2, 3]),
            (json!({ "listed": listed_since(20) }), vec![2, 3]),
            (json!({ "campaigns": [campaign] }), vec![0, 1]),
            (json!({ "keyFields": ["MINES"] }), vec![2, 3]),
            (json!({ "sources": ["EXPERTS"] }), vec![1, 3]),
            (
                json!({ "sources": ["EXPERTS"], "campaigns": [campaign] }),
                vec![1],
            ),
            (
                json!({ "listed": { "to": began_on }, "sources": ["EXPERTS"] }),
                vec![],
            ),
        ] {
            let variables = json!({ "among": among, "from": began_on });
            let told = client.ask(&clerk(), query, variables).await;
            let told = &told["closureStatistics"];
            let ids: Vec<_> = those.iter().map(|number| json!(all[*number])).collect();
            let (ever, closed) = (those.len(), usize::from(those.contains(&0)));
            let total = &told["total"];
            assert_eq!(total["ever"], ever, "{kind:?} {among}: {told:#}");
            assert_eq!(
                (&total["closed"], &total["open"]),
                (&json!(closed), &json!(ever - closed))
            );
            let members = &total["members"];
            assert_eq!(members["totalCount"], ever);
            let nodes = members["nodes"].as_array().unwrap().iter();
            let listed: Vec<_> = nodes.map(|node| node["id"].clone()).collect();
            assert_eq!(listed, ids, "{kind:?} {among}");
            assert_eq!(
                total["firstRoundPassRate"]["counted"]
                    .as_array()
                    .unwrap()
                    .len(),
                closed
            );
            let stock = &told["stock"];
            let mut new = stock["new"]["of"].as_array().unwrap().clone();
            new.sort_by_key(ToString::to_string);
            let mut expected = ids.clone();
            expected.sort_by_key(ToString::to_string);
            assert_eq!(new, expected);
            assert_eq!(stock["struckOff"]["of"].as_array().unwrap().len(), closed);
            assert_eq!(stock["closing"]["count"], ever - closed);
            assert_eq!(stock["balances"], true);
            let in_townships = told["byTownship"].as_array().unwrap().iter();
            let in_townships: u64 = in_townships
                .map(|own| own["figures"]["ever"].as_u64().unwrap())
                .sum();
            assert_eq!(in_townships, ever as u64);
            let ranked = told["ranking"].as_array().unwrap().iter();
            let ranked: u64 = ranked.map(|own| own["valid"].as_u64().unwrap()).sum();
            assert_eq!(ranked, ever as u64);
        }
        let backwards = json!({ "among": { "listed": { "from": "2026-02-02", "to": "2026-02-01" } }, "from": began_on });
        let refused = client.answer(&clerk(), query, backwards).await;
        assert_eq!(error_code(&refused), "BAD_USER_INPUT", "{refused:#}");
    }
}
