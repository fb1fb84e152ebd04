//! What whoever acted has written, in fields of its own: by it others decide and go on.

use super::Client;
use serde_json::{Value, json};
use xiaohao_core::Status;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

const QUERY: &str = "query($id: ID!) { hazard(by: { id: $id }) {
    state {
        ... on ReportedState { holder { unitId name uscc } }
        ... on RectifyingState { work {
            extensionAsked { askedOn untilOn reason progress interimMeasures signedBy latePlea } failedMeasures againBy
        } }
    }
    ledger { event text corrects findings { measure passed note } } } }";

async fn told(client: &Client, id: impl serde::Serialize) -> Value {
    let told = client.ask(&approver(), QUERY, json!({ "id": id })).await;
    told["hazard"].clone()
}

#[tokio::test]
async fn who_decides_reads_why_an_extension_is_asked_for() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let hazard = office.hazard_at(Status::Rectifying).await;
        let nothing = json!({ "extensionAsked": null, "failedMeasures": [], "againBy": null });
        assert_eq!(told(&client, hazard).await["state"]["work"], nothing);
        let due_on = office.hazard(hazard).await.time_allowed().unwrap().due_on;
        let request = sample::request_extension(due_on + chrono::TimeDelta::days(30));
        office.act(&factory(), hazard, request.clone()).await;
        let told = told(&client, hazard).await;
        assert_eq!(
            told["state"]["work"]["extensionAsked"],
            json!({
                "askedOn": office.today(), "untilOn": request.until_on, "reason": "设备订货周期延长。",
                "progress": "第一项措施已完成，第二项措施等待设备到货。", "interimMeasures": "继续停用砂光机。",
                "signedBy": "负责人己", "latePlea": null,
            }),
            "{kind:?}"
        );
        let last = told["ledger"].as_array().unwrap().last().unwrap();
        assert_eq!(last["event"], "EXTENSION_REQUESTED");
        assert_eq!(last["text"], "设备订货周期延长。");
    }
}

#[tokio::test]
async fn the_unit_reads_which_measures_failed_and_why() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let hazard = office.hazard_at(Status::AwaitingVerification).await;
    let again_by = office.today() + chrono::TimeDelta::days(3);
    let fail = but(sample::fail(office.today(), 80), |says| {
        says.again_by = Some(again_by);
        says.inspection.findings[1].note = Some(sample::prose("装置没有接线。"));
    });
    let opinion = fail.inspection.opinion.as_str().to_owned();
    office.act(&inspector(), hazard, fail).await;
    let told = told(&client, hazard).await;
    assert_eq!(
        told["state"]["work"],
        json!({ "extensionAsked": null, "failedMeasures": [2], "againBy": again_by })
    );
    let last = told["ledger"].as_array().unwrap().last().unwrap();
    assert_eq!(
        last,
        &json!({
            "event": "VERIFICATION_FAILED", "text": opinion, "corrects": null,
            "findings": [
                { "measure": 1, "passed": true, "note": null },
                { "measure": 2, "passed": false, "note": "装置没有接线。" },
            ],
        })
    );
}

#[tokio::test]
async fn a_correction_tells_what_it_corrects_and_a_report_who_holds_it() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let hazard = office.hazard_at(Status::Reported).await;
    let note = but(sample::note(), |says| says.corrects = Some(1));
    office.act(&clerk(), hazard, note.clone()).await;
    let told = told(&client, hazard).await;
    let holder = sample::holder(FACTORY);
    let uscc = holder.uscc().map(ToString::to_string);
    assert_eq!(
        told["state"]["holder"],
        json!({ "unitId": unit(FACTORY), "name": holder.name(), "uscc": uscc })
    );
    let ledger = told["ledger"].as_array().unwrap();
    assert_eq!(ledger[0]["text"], json!(sample::report().description));
    assert_eq!(ledger[1]["text"], json!(note.text));
    assert_eq!(ledger[1]["corrects"], 1);
}
