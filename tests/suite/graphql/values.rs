//! Values that are not accepted: each told by its own field, with its own bound and with what to do about it.

use super::acts::{fitting, guard, says};
use super::{Client, error_code, mutate};
use serde_json::{Value, json};
use xiaohao_core::Act;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

/// What is told of a report in which one field was spoiled.
async fn told_of(field: &str, spoiled: Value) -> Vec<Value> {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = office.report_anew();
    let (_, mut input) = says(&sent);
    input[field] = spoiled;
    let answer = mutate(&client, &inspector(), "reportHazard", guard(&sent), input).await;
    answer["userErrors"].as_array().unwrap().clone()
}

/// The way to the field that a refusal is about, and what it says.
fn said(refusal: &Value) -> String {
    let field = refusal["field"].as_array().unwrap().iter();
    let names: Vec<_> = field.map(|name| name.as_str().unwrap()).collect();
    format!(
        "{}：{}",
        names.join("."),
        refusal["message"].as_str().unwrap()
    )
}

#[tokio::test]
async fn each_wrong_coordinate_is_told_by_its_own_field_and_bound() {
    for (longitude, latitude, of_longitude, of_latitude) in [
        (
            "999",
            "-90.0000001",
            "数值应在-180至180之间。",
            "数值应在-90至90之间。",
        ),
        (
            "abc",
            "25.12345678",
            "格式不正确，应为十进制度数，至多7位小数，例如111.6592031。",
            "格式不正确，应为十进制度数，至多7位小数，例如25.9601234。",
        ),
    ] {
        let place = json!({ "longitude": longitude, "latitude": latitude, "datum": "WGS84" });
        let told = told_of("coordinates", place).await;
        assert_eq!(
            told.iter().map(said).collect::<Vec<_>>(),
            [
                format!("input.coordinates.longitude：{of_longitude}"),
                format!("input.coordinates.latitude：{of_latitude}"),
            ]
        );
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_value_it_is_said_what_to_do_with_this_field() {
    for (field, spoiled, code, next) in [
        (
            "title",
            json!(" "),
            "EMPTY",
            "请填写此项后重新提交；如果此项是选填的，也可以不填。",
        ),
        (
            "title",
            json!("长".repeat(101)),
            "TOO_LONG",
            "请删减到100个字以内后重新提交。",
        ),
        (
            "foundOn",
            json!("2026-1-2"),
            "MALFORMED",
            "请按这一格式改正后重新提交：年-月-日，例如2026-11-20。",
        ),
        (
            "coordinates",
            json!({ "longitude": "111", "latitude": "91", "datum": "WGS84" }),
            "OUT_OF_RANGE",
            "请改填-90至90之间的数值后重新提交。",
        ),
    ] {
        let told = told_of(field, spoiled).await;
        let told: Vec<_> = told
            .iter()
            .map(|one| (&one["code"], &one["nextStep"]))
            .collect();
        assert_eq!(told, [(&json!(code), &json!(next))], "{field}");
    }
}

#[tokio::test]
async fn a_filter_lists_no_more_than_a_hundred_ids() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let query = "query($filter: HazardFilter) { hazards(filter: $filter) { totalCount } }";
    let asks = async |many: usize| {
        let units = vec![factory().unit.to_string(); many];
        let filter = json!({ "filter": { "units": units } });
        client.answer(&clerk(), query, filter).await
    };
    assert_eq!(asks(100).await["data"]["hazards"]["totalCount"], 0);
    let refused = asks(101).await;
    let error = &refused["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(
        error["message"],
        "filter.units：最多100项，现有101项，请减少。"
    );
}

#[tokio::test]
async fn days_of_a_filter_that_end_before_they_begin_are_refused_and_named() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let query = "query($filter: HazardFilter) { hazards(filter: $filter) { totalCount } }";
    let answer = async |field: &str, from: &str, to: &str| {
        let filter = json!({ "filter": { field: { "from": from, "to": to } } });
        client.answer(&clerk(), query, filter).await
    };
    for field in ["reported", "found", "listed", "due", "closed"] {
        let backwards = answer(field, "2026-03-02", "2026-03-01").await;
        assert_eq!(error_code(&backwards), "BAD_USER_INPUT", "{backwards:#}");
        assert_eq!(
            backwards["errors"][0]["message"],
            format!("filter.{field}：结束日期不能早于开始日期。")
        );
        let one_day = answer(field, "2026-03-01", "2026-03-01").await;
        assert_eq!(one_day["data"]["hazards"]["totalCount"], 0, "{one_day:#}");
    }
}

#[tokio::test]
async fn what_lacks_or_does_not_fit_beside_others_is_told_of_its_own_field() {
    let without_code =
        json!({ "unit": unit(FACTORY), "name": "庚午竹木制品厂（化名）", "kind": "ENTERPRISE" });
    let told = told_of("holder", without_code).await;
    assert_eq!(
        told.iter().map(said).collect::<Vec<_>>(),
        ["input.holder.uscc：缺少统一社会信用代码，请补充。"]
    );
    let of_no_measure = json!([{ "digest": "0".repeat(64), "kind": "SITE", "measure": 0 }]);
    let told = told_of("evidence", of_no_measure).await;
    assert_eq!(
        told.iter().map(said).collect::<Vec<_>>(),
        ["input.evidence.0.measure：数值应在1至65535之间。"]
    );

    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = fitting(&office, Act::List).await;
    let (_, listed) = says(&sent);
    let mut told = Vec::new();
    for (field, spoiled) in [
        ("clause", Value::Null),
        ("inForceUntil", json!("2000-01-01")),
    ] {
        let mut input = listed.clone();
        input["basis"]["standard"][field] = spoiled;
        let answer = mutate(&client, &sent.actor, "listHazard", guard(&sent), input).await;
        told.extend(answer["userErrors"].as_array().unwrap().iter().map(said));
    }
    assert_eq!(
        told,
        [
            "input.basis.standard.clause：缺少判定依据的条款，请补充。",
            "input.basis.standard.inForceUntil：结束日期不能早于开始日期。"
        ]
    );
}
