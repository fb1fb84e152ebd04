//! Several acts at once: each with an outcome of its own, in order, and as often as they are sent done once.

use super::acts::{guard, says};
use super::{Client, error_code};
use serde_json::{Value, json};
use uuid::Uuid;
use xiaohao_ledger::Submission;
use xiaohao_tests::inspector;
use xiaohao_tests::office::{Kind, Office};

const SUBMIT: &str = "mutation($acts: [SubmittedActInput!]!) { submitActs(acts: $acts) { \
                      mutation blockedBy error { code } \
                      payload { hazard { status version } replayed entry { position } userErrors { code field } } } }";

/// A report as one of several acts.
fn report(sent: &Submission) -> Value {
    json!({ "act": guard(sent), "input": { "reportHazard": says(sent).1 } })
}

/// What the inspector does on a hazard as one of several acts.
fn on(sent: &Submission, number: u128, version: Option<u32>, input: &Value) -> Value {
    let act = json!({
        "hazardId": sent.deed.subject().id(),
        "requestId": Uuid::from_u128(0x0193_A5F0 << 96 | 7 << 76 | 8 << 60 | number),
        "expectedVersion": version,
    });
    json!({ "act": act, "input": input })
}

fn note(text: &str) -> Value {
    json!({ "addNote": { "text": text } })
}

fn rejection() -> Value {
    let checker = xiaohao_tests::approver().person;
    json!({ "rejectReport": { "reason": "NOT_TRUE", "text": "不属实。", "checker": checker } })
}

/// What came of each act: done, done before, refused with these codes, or held up.
fn told(outcome: &Value) -> String {
    if let Some(place) = outcome["blockedBy"].as_u64() {
        return format!("after {place}");
    }
    assert_eq!(outcome["error"], Value::Null);
    let payload = &outcome["payload"];
    let errors = payload["userErrors"].as_array().unwrap();
    match (errors.as_slice(), &payload["replayed"]) {
        ([], Value::Bool(false)) => format!("done {}", payload["hazard"]["version"]),
        ([], _) => "replayed".to_owned(),
        (errors, _) => {
            let codes = errors.iter().map(|error| error["code"].as_str().unwrap());
            codes.collect::<Vec<_>>().join(" ")
        }
    }
}

#[tokio::test]
async fn nothing_is_done_where_a_variable_of_any_act_is_not_given() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let twice = "mutation($one: [SubmittedActInput!]!, $other: [SubmittedActInput!]!) { \
                 one: submitActs(acts: $one) { mutation } other: submitActs(acts: $other) { mutation } }";
    let acts = json!([report(&office.report_anew())]);
    for variables in [
        json!({ "one": acts }),
        json!({ "one": acts, "other": null }),
    ] {
        let answer = client.answer(&inspector(), twice, variables).await;
        assert_eq!(error_code(&answer), "QUERY_INVALID", "{answer:#}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("$other") && message.contains("[SubmittedActInput!]!"),
            "{message}"
        );
        assert_eq!(answer["data"], Value::Null);
    }
    let alone = client
        .ask(&inspector(), SUBMIT, json!({ "acts": acts }))
        .await;
    assert_eq!(told(&alone["submitActs"][0]), "done 1");
}

#[tokio::test]
async fn a_ledger_is_told_in_parts_where_somebody_says_how_many() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let good = office.report_anew();
    let notes = (1..=3).map(|number| on(&good, number, None, &note("现场已拉警戒线。")));
    let acts: Vec<_> = [report(&good)].into_iter().chain(notes).collect();
    client
        .ask(&inspector(), SUBMIT, json!({ "acts": acts }))
        .await;
    let part = async |arguments: &str| {
        let query = format!(
            "query($id: ID!) {{ hazard(by: {{ id: $id }}) {{ ledger{arguments} {{ seq }} }} }}"
        );
        let id = json!({ "id": good.deed.subject().id() });
        client.answer(&inspector(), &query, id).await
    };
    for (arguments, seqs) in [
        ("", &[1, 2, 3, 4][..]),
        ("(first: 2)", &[1, 2]),
        ("(first: 2, after: 2)", &[3, 4]),
        ("(after: 4)", &[]),
    ] {
        let answer = part(arguments).await;
        let told: Vec<_> = seqs.iter().map(|seq| json!({ "seq": seq })).collect();
        assert_eq!(
            answer["data"]["hazard"]["ledger"],
            json!(told),
            "{arguments}"
        );
    }
    for first in [0, 501] {
        let answer = part(&format!("(first: {first})")).await;
        assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_of_one_act_does_not_hold_the_others_up() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let (good, undated) = (office.report_anew(), office.report_anew());
    let mut undated = report(&undated);
    undated["input"]["reportHazard"]["foundOn"] = json!("昨天");
    let mut unnumbered = on(&good, 1, None, &note("现场已拉警戒线。"));
    unnumbered["act"]["requestId"] = json!("第一次");
    let last = on(&good, 2, None, &note("复查时警戒线仍在。"));
    let acts = json!({ "acts": [report(&good), undated, unnumbered, last] });
    let answer = client.ask(&inspector(), SUBMIT, acts).await;
    let outcomes = answer["submitActs"].as_array().unwrap();
    let all: Vec<_> = outcomes.iter().map(told).collect();
    assert_eq!(all, ["done 1", "MALFORMED", "MALFORMED", "done 2"]);
    let field = |place: usize| outcomes[place]["payload"]["userErrors"][0]["field"].clone();
    assert_eq!(
        field(1),
        json!(["acts", "1", "input", "reportHazard", "foundOn"])
    );
    assert_eq!(field(2), json!(["acts", "2", "act", "requestId"]));
}

#[tokio::test]
async fn each_act_of_several_has_its_own_outcome_and_what_rests_on_one_not_done_waits() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let office = Office::on(kind).await;
        let client = Client::of(&office);
        let (good, wrong) = (office.report_anew(), office.report_anew());
        let mut elsewhere = report(&wrong);
        elsewhere["input"]["reportHazard"]["township"] = json!("431129100");
        let acts = json!([
            report(&good),
            elsewhere,
            on(&good, 1, None, &note("现场已拉警戒线。")),
            // Nobody may do it in his post; what rests on it waits, what only adds goes on.
            on(&good, 2, Some(2), &rejection()),
            on(&good, 3, Some(2), &rejection()),
            on(&good, 4, None, &note("复查时警戒线仍在。")),
            on(&wrong, 5, Some(1), &rejection()),
            on(&wrong, 6, None, &note("现场已拉警戒线。")),
            on(&good, 7, None, &note("")),
        ]);
        let sent = json!({ "acts": acts });
        let answer = client.ask(&inspector(), SUBMIT, sent.clone()).await;
        let outcomes = answer["submitActs"].as_array().unwrap();
        let all: Vec<_> = outcomes.iter().map(told).collect();
        let expected = [
            "done 1",
            "PLACE_OUTSIDE_COUNTY",
            "done 2",
            "NOT_YOUR_ROLE",
            "after 3",
            "done 3",
            "after 1",
            "after 1",
            "EMPTY",
        ];
        assert_eq!(all, expected, "{kind:?}");
        // The core's own refusals too point at what this client wrote.
        assert_eq!(
            outcomes[1]["payload"]["userErrors"][0]["field"],
            json!(["acts", "1", "input", "reportHazard", "township"])
        );
        assert_eq!(outcomes[0]["mutation"], "reportHazard");
        assert_eq!(outcomes[4]["mutation"], "rejectReport");
        assert_eq!(
            outcomes[8]["payload"]["userErrors"][0]["field"],
            json!(["acts", "8", "input", "addNote", "text"])
        );
        let again = client.ask(&inspector(), SUBMIT, sent).await;
        let again = again["submitActs"].as_array().unwrap().iter().map(told);
        let expected = expected.map(|told| match told.strip_prefix("done") {
            Some(_) => "replayed",
            None => told,
        });
        assert_eq!(again.collect::<Vec<_>>(), expected, "{kind:?}");
    }
}

#[tokio::test]
async fn in_whichever_letters_its_id_is_written_a_hazard_is_one() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let good = office.report_anew();
    let mut after = on(&good, 1, Some(1), &note("现场已拉警戒线。"));
    let id = after["act"]["hazardId"].as_str().unwrap();
    let capital = id.to_ascii_uppercase();
    assert_ne!(capital, id);
    after["act"]["hazardId"] = json!(capital);
    let mut undated = report(&good);
    undated["input"]["reportHazard"]["foundOn"] = json!("昨天");
    for (first, expected) in [
        (undated, ["MALFORMED", "after 0"]),
        (report(&good), ["done 1", "done 2"]),
    ] {
        let acts = json!({ "acts": [first, after] });
        let answer = client.ask(&inspector(), SUBMIT, acts).await;
        let outcomes = answer["submitActs"].as_array().unwrap();
        let outcomes: Vec<_> = outcomes.iter().map(told).collect();
        assert_eq!(outcomes, expected);
    }
}

#[tokio::test]
async fn what_is_to_be_added_to_a_hazard_that_there_is_not_is_refused_where_nothing_before_it_was()
{
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let (good, unheard_of) = (office.report_anew(), office.report_anew());
    let acts = [
        report(&good),
        on(&unheard_of, 1, None, &note("现场已拉警戒线。")),
        on(&unheard_of, 2, None, &note("复查时警戒线仍在。")),
    ];
    let answer = client
        .ask(&inspector(), SUBMIT, json!({ "acts": acts }))
        .await;
    let outcomes = answer["submitActs"].as_array().unwrap();
    for own in [1, 2] {
        assert_eq!(told(&outcomes[own]), "HAZARD_UNKNOWN");
    }
    assert_eq!(
        outcomes[1]["payload"]["userErrors"][0]["field"],
        json!(["acts", "1", "act", "hazardId"])
    );
}

#[tokio::test]
async fn what_came_first_gets_the_first_number() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let acts: Vec<_> = (0..12).map(|_| report(&office.report_anew())).collect();
    let query = "mutation($acts: [SubmittedActInput!]!) { submitActs(acts: $acts) { payload { hazard { clue } } } }";
    let answer = client
        .ask(&inspector(), query, json!({ "acts": acts }))
        .await;
    let outcomes = answer["submitActs"].as_array().unwrap().iter();
    let clues: Vec<_> = outcomes
        .map(|outcome| outcome["payload"]["hazard"]["clue"].as_str().unwrap())
        .collect();
    assert!(clues.is_sorted(), "{clues:?}");
}

#[tokio::test]
async fn no_more_acts_are_taken_at_once_than_may_be() {
    let office = Office::on(Kind::Memory).await;
    let client = Client::of(&office);
    let sent = office.report_anew();
    let acts: Vec<_> = (0..51)
        .map(|number| on(&sent, number, None, &note("补记。")))
        .collect();
    let answer = client
        .answer(&inspector(), SUBMIT, json!({ "acts": acts }))
        .await;
    assert_eq!(error_code(&answer), "BAD_USER_INPUT", "{answer:#}");
    assert_eq!(answer["data"], Value::Null);
    let two = json!({ "act": guard(&sent), "input": { "addNote": { "text": "一" }, "reportHazard": says(&sent).1 } });
    let answer = client
        .answer(&inspector(), SUBMIT, json!({ "acts": [two] }))
        .await;
    assert_ne!(
        error_code(&answer),
        "",
        "one act says one thing: {answer:#}"
    );
}

#[tokio::test]
async fn an_act_that_cannot_be_an_operation_is_named_by_its_place() {
    let office = Office::on(Kind::Sqlite).await;
    let client = Client::of(&office);
    let good = report(&office.report_anew());
    let mut bad = report(&office.report_anew());
    bad["input"]["reportHazard"]["source"] = json!("HEARSAY");
    let answer = client
        .answer(&inspector(), SUBMIT, json!({ "acts": [good, bad] }))
        .await;
    assert_eq!(error_code(&answer), "QUERY_INVALID", "{answer:#}");
    let field = &answer["errors"][0]["extensions"]["field"];
    assert_eq!(
        field,
        &json!(["acts", "1", "input", "reportHazard", "source"]),
        "{answer:#}"
    );
}
