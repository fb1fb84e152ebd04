//! Names that look like others: refused wherever one is typed, with the place and what to write, and told where they are not the
//! names of people.

use super::acts::{guard, says};
use super::{Client, mutate};
use serde_json::{Value, json};
use xiaohao_server::entering;
use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::*;

const WITH_ROWS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// What somebody may try to type as a name, with the code of why it is refused and what he is told to write.
const ATTACKS: &[(&str, &str, &str)] = &[
    (
        "经办\u{2F04}（化名）",
        "LOOK_ALIKE",
        "第3个字符（U+2F04）容易看成“乙”",
    ),
    ("\u{2EE2}某某", "LOOK_ALIKE", "请改写为“马”"),
    ("\u{F9DC}某某", "LOOK_ALIKE", "请改写为“隆”"),
    ("\u{2E88}某某", "LOOK_ALIKE", "部首"),
    ("经办ニ", "LOOK_ALIKE", "请改写为“二”"),
    ("Iv\u{430}n", "LOOK_ALIKE", "第3个字符（U+0430）容易看成“a”"),
    ("J\u{3BF}hn", "LOOK_ALIKE", "请改写为“o”"),
    ("W\u{251}ng", "LOOK_ALIKE", "请改写为“a”"),
    ("Ivи", "MIXED_SCRIPTS", "第3个字符"),
    ("１２３", "LOOK_ALIKE", "请改写为“1”"),
    ("Ｗang", "LOOK_ALIKE", "请改写为“W”"),
    ("王\u{3000}某", "LOOK_ALIKE", "普通空格"),
    ("王\u{A0}某", "LOOK_ALIKE", "普通空格"),
    ("买买提•艾力", "LOOK_ALIKE", "请改写为“·”"),
    ("买买提.艾力", "LOOK_ALIKE", "请改写为“·”"),
    ("á\u{302}\u{303}\u{304}", "COMBINING_MARK", "附加符号"),
    ("王\u{336}某", "COMBINING_MARK", "附加符号"),
    ("王\u{E863}", "UNASSIGNED_CHARACTER", "自造字"),
    ("王\u{202E}某", "BIDI_CHARACTER", "文字方向"),
    ("王\u{2067}某\u{2069}", "BIDI_CHARACTER", "文字方向"),
    ("王\u{200B}某", "INVISIBLE_CHARACTER", "看不见"),
    ("王\u{E0041}某", "INVISIBLE_CHARACTER", "看不见"),
];

const APPOINT: &str = "mutation($act: LedgerActInput!, $input: AppointToPostInput!) { done: appointToPost(act: $act, input: $input) { \
     replayed change { joined { name } namesake } userErrors { code field message nextStep } } }";

async fn office_on(kind: Kind) -> (Office, Client) {
    let office = Office::on(kind).await;
    let data = county_data(&office.county);
    entering::enter(&office.ledger, &data).await.unwrap();
    let client = Client::of(&office);
    (office, client)
}

fn appointing(office: &Office, number: u128, name: &str, namesake: Option<&str>) -> Value {
    let login = format!("new-{number}");
    json!({
        "act": { "requestId": office.request().as_uuid() },
        "input": {
            "person": person(number),
            "newcomer": { "login": login, "name": name, "namesake": namesake },
            "post": { "role": "INSPECTOR", "unit": inspector().unit },
            "from": office.today(),
            "reason": "双安任〔2026〕1号。",
        },
    })
}

/// That one thing is wrong, at this field.
fn is_refused(answer: &Value, (name, code, told): (&str, &str, &str), field: &[&str]) {
    let errors = answer["userErrors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{name}: {answer:#}");
    assert_eq!(errors[0]["code"], code, "{name}: {answer:#}");
    assert_eq!(errors[0]["field"], json!(field), "{name}");
    let message = errors[0]["message"].as_str().unwrap();
    assert!(message.contains(told), "{name}: {message}");
}

#[tokio::test]
async fn nobody_is_appointed_under_a_name_that_is_taken_for_another() {
    for kind in WITH_ROWS {
        let (office, client) = office_on(kind).await;
        for attack in ATTACKS {
            let says = appointing(&office, 900, attack.0, None);
            let answer = client.ask(&approver(), APPOINT, says).await;
            is_refused(&answer["done"], *attack, &["input", "newcomer", "name"]);
        }
        for (number, name) in (900..).zip(["买买提·艾力", "𠮷䶮", "བཀྲ་ཤིས", "ئابدۇرېھىم", "ᠪᠠᠲᠤ"])
        {
            let says = appointing(&office, number, name, None);
            let answer = client.ask(&approver(), APPOINT, says).await;
            assert_eq!(
                answer["done"]["change"]["joined"]["name"], name,
                "{answer:#}"
            );
        }
    }
}

#[tokio::test]
async fn no_unit_and_nobody_who_reports_is_called_so_that_it_is_taken_for_another() {
    for kind in WITH_ROWS {
        let (office, client) = office_on(kind).await;
        let sent = office.report_anew();
        let (_, input) = says(&sent);
        for attack in ATTACKS {
            for (of, way) in [("name", "name"), ("head", "head"), ("contact", "contact")] {
                let mut input = input.clone();
                input["holder"][of] = json!(attack.0);
                let answer =
                    mutate(&client, &inspector(), "reportHazard", guard(&sent), input).await;
                is_refused(&answer, *attack, &["input", "holder", way]);
            }
            let mut input = input.clone();
            input["reporter"] = json!({ "name": attack.0, "phone": "13800138000" });
            let answer = mutate(&client, &inspector(), "reportHazard", guard(&sent), input).await;
            is_refused(&answer, *attack, &["input", "reporter", "name"]);
        }
    }
}

#[tokio::test]
async fn a_namesake_is_appointed_where_it_is_said_that_he_is_another_and_the_record_says_so() {
    for kind in WITH_ROWS {
        let (office, client) = office_on(kind).await;
        let name = namesake_of(market().person);
        let says = appointing(&office, 900, &name, None);
        let answer = client.ask(&approver(), APPOINT, says).await;
        let refused = &answer["done"]["userErrors"][0];
        assert_eq!(refused["code"], "PERSON_NAMESAKE", "{answer:#}");
        assert_eq!(refused["field"], json!(["input", "newcomer", "namesake"]));
        let another = "与名册中的同名人员不是同一人，印发文书时注明单位。";
        let says = appointing(&office, 900, &name, Some(another));
        let answer = client.ask(&approver(), APPOINT, says).await;
        assert_eq!(answer["done"]["change"]["namesake"], another, "{answer:#}");
    }
}

#[tokio::test]
async fn a_request_that_writes_the_same_name_in_other_code_points_is_the_same_request() {
    for kind in WITH_ROWS {
        let (office, client) = office_on(kind).await;
        let mut says = appointing(&office, 900, "Nguye\u{302}\u{303}n", None);
        let first = client.ask(&approver(), APPOINT, says.clone()).await;
        assert_eq!(
            first["done"]["change"]["joined"]["name"], "Nguyễn",
            "{first:#}"
        );
        says["input"]["newcomer"]["name"] = json!("Nguyễn");
        let again = client.ask(&approver(), APPOINT, says).await;
        assert_eq!(again["done"]["replayed"], true, "{again:#}");
    }
}
