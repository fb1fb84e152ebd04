//! The closure statistics through the API: what they say, and what each figure counts.

use super::Client;
use serde_json::json;
use xiaohao_core::Status;
use xiaohao_tests::office::{Kind, Office};
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
