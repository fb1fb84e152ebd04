//! What was said of a hazard at its report and at its listing, and what stands on it beside its course, each in a field of its own.

use super::Client;
use super::acts::{fitting, guard, says};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xiaohao_core::acts::{ListingFlag, PowerCut, SourceRecord};
use xiaohao_core::values::{
    CampaignId, ClosureBasis, Coordinates, Datum, HazardId, SuspensionKind,
};
use xiaohao_core::{Act, Status};
use xiaohao_tests::office::{Kind, Office, subject};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

async fn told(client: &Client, id: HazardId, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ hazard(by: {{ id: $id }}) {{ {fields} }} }}");
    let mut told = client.ask(&clerk(), &query, json!({ "id": id })).await;
    told["hazard"].take()
}

#[tokio::test]
async fn what_a_report_and_a_listing_say_is_told_field_by_field() {
    const FIELDS: &str = "coordinates { longitude latitude datum } foundBy sourceRecord { system id } \
         coUnits { id } flags campaign";
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let says = but(sample::report(), |says| {
        says.coordinates = Some(Coordinates::parse("111.6600", "25.96", Datum::Cgcs2000).unwrap());
        says.source_record = Some(SourceRecord {
            system: sample::line("监管平台"),
            id: sample::line("A-7"),
        });
    });
    let reported = office.do_now(&office.reporting(&inspector(), says)).await;
    let id = subject(&reported);
    let before = json!({
        "coordinates": { "longitude": "111.6600000", "latitude": "25.9600000", "datum": "CGCS2000" },
        "foundBy": "检查甲",
        "sourceRecord": { "system": "监管平台", "id": "A-7" },
        "coUnits": [], "flags": [], "campaign": null,
    });
    assert_eq!(told(&client, id, FIELDS).await, before);
    let campaign = CampaignId::parse("018f3e2a-7c4d-7e11-9a55-0123456789ab").unwrap();
    let says = but(sample::list(), |says| {
        says.co_units = BTreeSet::from([township().unit]);
        says.campaign = Some(campaign);
        says.flags = BTreeSet::from([ListingFlag::NeedsGovernment, ListingFlag::KeyProject]);
    });
    office.act(&clerk(), id, says).await;
    let listed = told(&client, id, FIELDS).await;
    assert_eq!(listed["coUnits"], json!([{ "id": township().unit }]));
    assert_eq!(listed["flags"], json!(["NEEDS_GOVERNMENT", "KEY_PROJECT"]));
    assert_eq!(listed["campaign"], json!(campaign));
    assert_eq!(listed["coordinates"], before["coordinates"]);
    let bare = told(&client, office.report().await, FIELDS).await;
    assert_eq!(bare["coordinates"], json!(null));
    assert_eq!(bare["sourceRecord"], json!(null));
}

#[tokio::test]
async fn a_stop_is_told_with_its_decision_and_its_days_until_it_is_lifted() {
    const FIELDS: &str = "isSuspended suspensions { kind decision measures orderedBy fromOn liftedOn days \
         powerCut { approvedBy notice noticedOn emergency } }";
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Rectifying).await;
    assert_eq!(told(&client, id, FIELDS).await["suspensions"], json!([]));
    let from = office.today();
    let says = but(sample::suspend(), |says| {
        says.kind = SuspensionKind::PowerCut;
        says.power_cut = Some(PowerCut {
            approved_by: sample::name("局长甲"),
            notice: sample::line("双应急停电〔2026〕1号"),
            noticed_on: from,
            emergency: Some(sample::prose("粉尘浓度已达爆炸下限。")),
        });
    });
    office.act(&lead(), id, says).await;
    office.pass_days(2);
    let stopped = told(&client, id, FIELDS).await;
    let stop = json!({
        "kind": "POWER_CUT", "decision": "双应急现决〔2026〕6号", "measures": "砂光车间停产。",
        "orderedBy": lead().unit, "fromOn": from, "liftedOn": null, "days": 3,
        "powerCut": {
            "approvedBy": "局长甲", "notice": "双应急停电〔2026〕1号", "noticedOn": from,
            "emergency": "粉尘浓度已达爆炸下限。",
        },
    });
    assert_eq!(
        stopped,
        json!({ "isSuspended": true, "suspensions": [stop] })
    );
    office.advance(&[id], Status::Verified).await;
    let lifted_on = office.today();
    office.act(&lead(), id, sample::resume()).await;
    office.pass_days(5);
    let resumed = told(&client, id, FIELDS).await;
    assert_eq!(resumed["isSuspended"], false);
    let own = &resumed["suspensions"][0];
    assert_eq!(own["liftedOn"], json!(lifted_on));
    let days = (lifted_on - from).num_days() + 1;
    assert_eq!(own["days"], days, "the days do not go on: {own:#}");
}

#[tokio::test]
async fn a_stop_that_is_in_force_as_its_hazard_is_struck_off_lasts_until_then_and_is_found() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let id = office.hazard_at(Status::Rectifying).await;
        let from = office.today();
        office.act(&lead(), id, sample::suspend()).await;
        let photo = xiaohao_tests::office::fresh_photo(&office.hazard(id).await);
        office.act(&lead(), id, sample::apply_shutdown(photo)).await;
        office.advance(&[id], Status::Verified).await;
        let says = but(sample::strike_off(), |says| {
            says.basis = ClosureBasis::ShutDown;
        });
        office.act(&approver(), id, says).await;
        let days = (office.today() - from).num_days() + 1;
        office.pass_days(5);
        let closed = told(&client, id, "isSuspended suspensions { liftedOn days }").await;
        let stop = json!({ "liftedOn": null, "days": days });
        assert_eq!(
            closed,
            json!({ "isSuspended": true, "suspensions": [stop] })
        );
        let query = "{ all: hazards(filter: { suspended: true }) { totalCount } \
                     open: hazards(filter: { suspended: true, stages: [TRACKED] }) { totalCount } }";
        let found = client.ask(&clerk(), query, json!({})).await;
        assert_eq!(
            found,
            json!({ "all": { "totalCount": 1 }, "open": { "totalCount": 0 } })
        );
    }
}

#[tokio::test]
async fn an_annulment_that_waits_for_the_second_person_is_told_with_its_reason() {
    const FIELDS: &str = "pendingAnnulment { proposedBy proposedOn reason }";
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let id = office.hazard_at(Status::Listed).await;
    assert_eq!(
        told(&client, id, FIELDS).await["pendingAnnulment"],
        json!(null)
    );
    office.act(&clerk(), id, sample::propose_annulment()).await;
    let waiting = json!({ "proposedBy": clerk().person, "proposedOn": office.today(), "reason": "重复录入。" });
    office.pass_days(1);
    assert_eq!(told(&client, id, FIELDS).await["pendingAnnulment"], waiting);
    let sent = fitting(&office, Act::Annul).await;
    let annulled = subject(&office.do_now(&sent).await);
    assert_eq!(
        told(&client, annulled, FIELDS).await["pendingAnnulment"],
        json!(null)
    );
}

#[tokio::test]
async fn whoever_does_not_see_it_is_told_of_the_annulment_as_his_act_left_it() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let report = but(sample::report(), |says| says.found_on = office.today());
    let reported = office
        .do_now(&office.reporting(&town_inspector(), report))
        .await;
    let proposed = subject(&reported);
    office
        .act(&clerk(), proposed, sample::propose_annulment())
        .await;
    let assigned = office.hazard_at(Status::Listed).await;
    let to_another = but(office.assign(), |says| {
        says.terms.parties.responsible = sample::holder(MARKET);
    });
    office.act(&approver(), assigned, to_another).await;
    let refer = sample::refer(office.today());
    let refer = office.saying(&lead(), proposed, refer).await;
    let give_back = office
        .saying(&market(), assigned, sample::return_assignment())
        .await;
    for (sent, name, input_type, pending) in [
        (
            refer,
            "referCriminal",
            "ReferCriminalInput",
            json!({ "reason": "重复录入。" }),
        ),
        (
            give_back,
            "returnAssignment",
            "ReturnAssignmentInput",
            json!(null),
        ),
    ] {
        let (_, input) = says(&sent);
        let query = format!(
            "mutation($act: ActInput!, $input: {input_type}!) {{ done: {name}(act: $act, input: $input) {{ \
                 hazard {{ pendingAnnulment {{ reason }} }} userErrors {{ code }} }} }}"
        );
        let by = sent.actor.clone();
        let variables = json!({ "act": guard(&sent), "input": input });
        let told = client.ask(&by, &query, variables).await;
        let expected = json!({ "hazard": { "pendingAnnulment": pending }, "userErrors": [] });
        assert_eq!(told["done"], expected, "{name}");
        let query = "query($id: ID!) { hazard(by: { id: $id }) { id } }";
        let id = sent.deed.subject().id();
        let seen = client.ask(&by, query, json!({ "id": id })).await;
        assert_eq!(seen["hazard"], json!(null), "{name}: he sees it");
    }
}
