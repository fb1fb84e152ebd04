//! Every field at which one can begin to ask or to act, tried by a program that came in by a key for one act, on a hazard that it
//! reported; and what of the people of the county it is told there.

use super::Cell;
use super::links::answers;
use super::roots::{Desk, SUBSCRIPTIONS};
use async_graphql::parser::types::{BaseType, Type, TypeKind};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use xiaohao_core::Status;
use xiaohao_core::acts::SourceRecord;
use xiaohao_core::values::Source;
use xiaohao_graphql::{Admitted, By, act_mutations, cites_files};
use xiaohao_tests::office::subject;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn by_key(acts: &[&str]) -> Admitted {
    Admitted {
        by: By::Service,
        acts: Some(acts.iter().map(ToString::to_string).collect()),
        ..Admitted::in_person(platform())
    }
}

/// A desk whose hazard a platform has reported.
async fn desk() -> Desk {
    let mut desk = Desk::new().await;
    let says = but(sample::report(), |says| {
        says.source = Source::Platform;
        says.place = sample::line("喷漆车间");
        says.source_record = Some(SourceRecord {
            system: sample::line("监管平台"),
            id: sample::line("A-1"),
        });
    });
    let report = desk.office.reporting(&platform(), says);
    let reported = desk.office.do_now(&report).await;
    desk.hazard = subject(&reported);
    let hazards = [desk.hazard];
    desk.office.advance(&hazards, Status::Rectifying).await;
    desk
}

#[tokio::test]
async fn a_program_reads_what_it_reported_and_what_it_must_know_to_report() {
    let desk = desk().await;
    let program = by_key(&["reportHazard"]);
    let mut text = answers(&desk, &program).await;
    for (field, query, at) in SUBSCRIPTIONS {
        let answer = desk.ask_as(&program, query, desk.variables().await).await;
        let cell = Cell::of(&answer, at);
        writeln!(text, "{field}: {}", super::links::told(&cell)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_program_is_told_nothing_of_the_people_of_the_county() {
    let desk = desk().await;
    let says = sample::hand_out_link(desk.office.today());
    desk.office.act(&second_clerk(), desk.hazard, says).await;
    let query = "query($hazard: ID!, $clerk: ID!, $unit: ID!) {
        hazard(by: { id: $hazard }) { foundBy latest { actor { personId role person { name } unit { name } } } links { person { name } } }
        person: node(id: $clerk) { id } unit: node(id: $unit) { id }
        viewer { person { name } posts { role } }
    }";
    let variables = json!({ "hazard": desk.hazard, "clerk": clerk().person, "unit": clerk().unit });
    let program = by_key(&["reportHazard"]);
    let told = desk.ask_as(&program, query, variables.clone()).await;
    assert_eq!(told["errors"], json!(null), "{told:#}");
    let latest = told["data"]["hazard"]["latest"].as_array().unwrap();
    assert!(latest.len() > 2, "{told:#}");
    for line in latest {
        assert_eq!(line["actor"]["person"], json!(null), "{line:#}");
        assert!(line["actor"]["unit"]["name"].is_string(), "{line:#}");
    }
    assert_eq!(told["data"]["hazard"]["links"], json!([]));
    assert_eq!(told["data"]["hazard"]["foundBy"], json!(null));
    assert_eq!(told["data"]["person"], json!(null));
    assert_eq!(told["data"]["unit"]["id"], json!(clerk().unit));
    // Of itself it is told.
    assert!(told["data"]["viewer"]["person"]["name"].is_string());
    // A person in the same post is told who they are.
    let person = Admitted::in_person(platform());
    let told = desk.ask_as(&person, query, variables).await;
    assert!(told["data"]["hazard"]["latest"][0]["actor"]["person"]["name"].is_string());
    assert_eq!(told["data"]["person"]["id"], json!(clerk().person));
    assert!(told["data"]["hazard"]["foundBy"].is_string());
}

/// The named type at the bottom of another.
fn named(of: &Type) -> String {
    match &of.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(of) => named(of),
    }
}

#[test]
fn files_are_brought_by_whoever_may_do_an_act_that_cites_some() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    let schema = async_graphql::parser::parse_schema(text).unwrap();
    let mut inputs: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut mutations = BTreeMap::new();
    for definition in schema.definitions {
        let async_graphql::parser::types::TypeSystemDefinition::Type(of) = definition else {
            continue;
        };
        let name = of.node.name.node.to_string();
        match of.node.kind {
            TypeKind::InputObject(input) => {
                let fields = input.fields.iter().map(|field| &field.node);
                let fields =
                    fields.map(|field| (field.name.node.to_string(), named(&field.ty.node)));
                inputs.insert(name, fields.collect());
            }
            TypeKind::Object(object) if name == "Mutation" => {
                for field in object.fields {
                    let mut arguments = field.node.arguments.iter().map(|one| &one.node);
                    let input = arguments.find(|one| one.name.node == "input");
                    let input = input.map(|one| named(&one.ty.node));
                    mutations.insert(field.node.name.node.to_string(), input);
                }
            }
            _ => {}
        }
    }
    let cites = |input: &str| {
        let mut met = BTreeSet::new();
        let mut open = vec![input.to_owned()];
        while let Some(next) = open.pop() {
            for (field, of) in inputs.get(&next).into_iter().flatten() {
                if of == "EvidenceInput" || field == "signature" {
                    return true;
                }
                if met.insert(of.clone()) {
                    open.push(of.clone());
                }
            }
        }
        false
    };
    for mutation in act_mutations() {
        let input = mutations[mutation].as_deref().unwrap_or_default();
        assert_eq!(cites_files(mutation), cites(input), "{mutation}");
        assert_eq!(
            by_key(&[mutation]).may_bring_files(),
            cites(input),
            "{mutation}"
        );
    }
    assert!(by_key(&["listHazard", "addNote"]).may_bring_files());
    assert!(Admitted::in_person(clerk()).may_bring_files());
    assert!(!cites_files("endSessions"));
}
