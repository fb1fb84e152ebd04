//! What the schema says of itself: every part of it, in Chinese and in English.

use super::Client;
use serde_json::{Value, json};
use xiaohao_core::Act;
use xiaohao_tests::clerk;
use xiaohao_tests::office::{Kind, Office};

/// What the engine brings along and describes itself.
const OF_THE_ENGINE: &[&str] = &["Boolean", "Float", "ID", "Int", "String", "UUID"];
const DIRECTIVES_OF_THE_ENGINE: &[&str] =
    &["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// Every part of the schema by its way, with its description.
fn parts(schema: &Value) -> Vec<(String, &str)> {
    let mut parts = Vec::new();
    let types = list(&schema["types"]);
    let ours =
        types.filter(|one| !name(one).starts_with("__") && !OF_THE_ENGINE.contains(&name(one)));
    let directives = list(&schema["directives"]);
    let ours = ours.chain(directives.filter(|one| !DIRECTIVES_OF_THE_ENGINE.contains(&name(one))));
    for one in ours {
        note(&mut parts, "", one);
    }
    parts
}

/// Notes a part, and what it is made of.
fn note<'a>(parts: &mut Vec<(String, &'a str)>, of: &str, part: &'a Value) {
    let way = format!("{of}{}", name(part));
    let inner = format!("{way}.");
    for kind in ["fields", "inputFields", "enumValues", "args"] {
        for own in list(&part[kind]) {
            note(parts, &inner, own);
        }
    }
    parts.push((way, part["description"].as_str().unwrap_or_default()));
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

/// What is wrong with a description, if anything is.
fn fault(description: &str) -> Option<&'static str> {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let Some(first) = description.find(is_chinese) else {
        return Some(if description.is_empty() {
            "is not described"
        } else {
            "has no Chinese"
        });
    };
    // English is what follows the last Chinese sentence: a word in small letters at least, outside of code.
    let english = description.rsplit(['。', '\n']).next().unwrap_or_default();
    let outside_of_code = english.split('`').step_by(2);
    let has_words = outside_of_code
        .flat_map(str::split_whitespace)
        .any(|word| word.chars().filter(char::is_ascii_lowercase).count() > 1);
    if !has_words || !english.ends_with('.') {
        return Some("has no English sentence");
    }
    let english_from = description.len() - english.len();
    (english_from < first).then_some("has no Chinese first")
}

#[test]
fn a_description_is_chinese_first_and_english_after() {
    for good in [
        "现期限。The effective deadline.",
        "现期限。见 `dueOn`。\n\nThe effective deadline.",
        "杜绝较大事故。No accident (国务院令第493号 art. 3).",
    ] {
        assert_eq!(fault(good), None, "{good}");
    }
    for bad in [
        "",
        "现期限。",
        "The effective deadline.",
        "The effective deadline.\n\n现期限。",
        "现期限，见 `dueOn of it.`。",
        "现期限（GB 6441）。",
        "现期限。The effective deadline",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
}

#[tokio::test]
async fn every_part_of_the_schema_is_described_in_chinese_and_in_english() {
    let client = Client::of(&Office::on(Kind::Memory).await);
    let schema = asked_about_itself(&client).await;
    let parts = parts(&schema);
    assert!(parts.len() > 1_500, "{} parts", parts.len());
    let faults: Vec<String> = parts
        .iter()
        .filter_map(|(way, description)| {
            Some(format!("{way} {}: {description}", fault(description)?))
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn the_three_roots_have_the_names_that_tools_expect() {
    let client = Client::of(&Office::on(Kind::Memory).await);
    let schema = asked_about_itself(&client).await;
    let roots = ["queryType", "mutationType", "subscriptionType"].map(|root| name(&schema[root]));
    assert_eq!(roots, ["Query", "Mutation", "Subscription"]);
}

#[tokio::test]
async fn an_act_and_its_mutation_are_described_in_the_same_words() {
    let client = Client::of(&Office::on(Kind::Memory).await);
    let schema = asked_about_itself(&client).await;
    let parts = parts(&schema);
    let told = |way: &str| {
        let found = parts.iter().find(|(own, _)| own == way);
        found.unwrap_or_else(|| panic!("{way} is not there")).1
    };
    let acts = client
        .ask(&clerk(), "{ acts { act mutation } }", json!({}))
        .await;
    assert_eq!(list(&acts["acts"]).count(), Act::ALL.len());
    for act in list(&acts["acts"]) {
        let text = |field: &str| act[field].as_str().unwrap();
        assert_eq!(
            told(&format!("HazardActName.{}", text("act"))),
            told(&format!("Mutation.{}", text("mutation")))
        );
    }
}

async fn asked_about_itself(client: &Client) -> Value {
    let argument = "args { name description }";
    let query = format!(
        "{{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} \
         directives {{ name description {argument} }} \
         types {{ name description fields(includeDeprecated: true) {{ name description {argument} }} \
         inputFields {{ name description }} enumValues {{ name description }} }} }} }}"
    );
    let mut told = client.ask(&clerk(), &query, json!({})).await;
    told["__schema"].take()
}
