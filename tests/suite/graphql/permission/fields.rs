//! Every field of every object: to whom it is told stands in `fields.txt`, and is tried in every role from every place on a hazard,
//! an order and a circular with everything that can be asked of them. A field that is new in the schema must be written down there.

use super::{OUTSIDE, PLACES, county_of_newcomers, newcomer};
use crate::graphql::Client;
use crate::graphql::whole::Told;
use async_graphql::{Request, Variables};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::acts::Reporter;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::values::{HazardId, LinkId, Phone};
use xiaohao_core::{Actor, Role, Status};
use xiaohao_graphql::{Admitted, By};
use xiaohao_ledger::{Pace, Through};
use xiaohao_tests::office::{Cabinet, Kind, Office, subject};
use xiaohao_tests::sample::{self, but};
use xiaohao_tests::*;

const RULES: &str = include_str!("fields.txt");

/// Who reported; for the intake role alone.
const REPORTER: &str = "某知情人";
const PHONE: &str = "13800138000";

/// A field of a type, such as `Hazard.number`.
type Field = String;

/// What stands in the rules: to whom each field is told, and the exceptions.
fn written_down() -> (BTreeMap<Field, String>, BTreeSet<Field>) {
    let (mut rules, mut exceptions) = (BTreeMap::new(), BTreeSet::new());
    let (mut heading, mut of) = (String::new(), String::new());
    for line in RULES.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            name.clone_into(&mut heading);
            continue;
        }
        for word in line.split_whitespace() {
            if let Some(name) = word.strip_suffix(':') {
                name.clone_into(&mut of);
                continue;
            }
            let field = format!("{of}.{word}");
            if heading == "but" {
                exceptions.insert(field);
            } else {
                let twice = rules.insert(field, heading.clone());
                assert_eq!(twice, None, "{of}.{word} stands there twice");
            }
        }
    }
    (rules, exceptions)
}

#[tokio::test]
async fn every_field_of_every_object_says_to_whom_it_is_told() {
    let client = Client::of(&Office::on(Kind::Memory).await);
    let told = Told::by(&client).await;
    let there: BTreeSet<Field> = told.fields_of_objects().collect();
    let (rules, exceptions) = written_down();
    let written: BTreeSet<Field> = rules.into_keys().collect();
    let new: Vec<_> = there.difference(&written).collect();
    assert!(
        new.is_empty(),
        "{new:?}: say in fields.txt to whom this is told, and see that it is told to nobody else"
    );
    let gone: Vec<_> = written
        .union(&exceptions)
        .filter(|field| !there.contains(*field))
        .collect();
    assert!(gone.is_empty(), "{gone:?} is no field any more");
}

/// An office with a hazard that somebody reported, an order and a circular; and everything that can be asked of each.
struct Desk {
    client: Client,
    questions: Vec<(&'static str, String, String)>,
    hazard: HazardId,
    /// Those to whom links were handed out, each with the link.
    by_link: Vec<(Actor, LinkId)>,
    /// Kept, because a database is closed with it.
    _office: Office,
}

impl Desk {
    async fn at(status: Status) -> Self {
        let cabinet = Cabinet::new(Kind::Sqlite).await;
        let office = Office::open(cabinet, county_of_newcomers(), Pace::default()).await;
        let says = but(sample::report(), |says| {
            says.reporter = Some(Reporter {
                name: Some(sample::private_name(REPORTER)),
                phone: Phone::new(PHONE).ok(),
            });
        });
        let reported = office.do_now(&office.reporting(&intake(), says)).await;
        let hazard = subject(&reported);
        office.advance(&[hazard], Status::Listed).await;
        let order = office.order(&[hazard]).await;
        office.issue(&approver(), &order).await;
        let by_link = vec![
            (factory(), sample::link(1)),
            (newcomer(Role::Unit, FACTORY), sample::link(2)),
        ];
        for (to, link) in &by_link {
            let says = but(sample::hand_out_link(office.today()), |says| {
                (says.person, says.link) = (to.person, *link);
            });
            office.act(&second_clerk(), hazard, says).await;
        }
        office.advance(&[hazard], status).await;
        let circular = office.circular(&[(hazard, ItemKind::Praise)]).await;
        office.draft(&circular).await;
        let client = Client::of(&office);
        let told = Told::by(&client).await;
        let whole = |name: &str| told.everything(name, &BTreeSet::new()).unwrap();
        let questions = vec![
            (
                "Hazard",
                format!(
                    "query($id: ID!) {{ of: hazard(by: {{ id: $id }}) {} }}",
                    whole("Hazard")
                ),
                hazard.to_string(),
            ),
            (
                "Order",
                format!(
                    "query($id: ID!) {{ of: order(id: $id) {} }}",
                    whole("Order")
                ),
                order.id.to_string(),
            ),
            (
                "Circular",
                format!(
                    "query($id: ID!) {{ of: circular(id: $id) {} }}",
                    whole("Circular")
                ),
                circular.id.to_string(),
            ),
        ];
        Self {
            client,
            questions,
            hazard,
            by_link,
            _office: office,
        }
    }

    async fn told(&self, by: &Actor, query: &str, id: &str) -> Value {
        self.client.answer(by, query, json!({ "id": id })).await
    }

    /// What somebody is told who came in by a link.
    async fn told_by_link(&self, (by, link): &(Actor, LinkId), query: &str, id: &str) -> Value {
        let (hazard, link) = (self.hazard, *link);
        let admitted = Admitted {
            by: By::Link(Through { hazard, link }),
            ..Admitted::in_person(by.clone())
        };
        let request = Request::new(query).variables(Variables::from_json(json!({ "id": id })));
        let request = self.client.office.asked_as(admitted, "", request);
        serde_json::to_value(self.client.api.execute(request).await).unwrap()
    }
}

/// What is told without the fields that are not told to each alike.
fn without(told: &mut Value, exceptions: &BTreeSet<&str>) {
    match told {
        Value::Object(fields) => {
            fields.retain(|name, _| !exceptions.contains(name.as_str()));
            fields
                .values_mut()
                .for_each(|field| without(field, exceptions));
        }
        Value::Array(all) => all.iter_mut().for_each(|one| without(one, exceptions)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_told_to_each_alike_who_sees_its_object_and_to_nobody_else() {
    let (_, exceptions) = written_down();
    let exceptions: BTreeSet<&str> = exceptions
        .iter()
        .map(|field| field.split_once('.').unwrap().1)
        .collect();
    for status in [Status::Rectifying, Status::Closed] {
        let desk = Desk::at(status).await;
        for (name, query, id) in &desk.questions {
            let mut as_the_office = desk.told(&clerk(), query, id).await;
            assert!(
                as_the_office["data"]["of"].is_object(),
                "{name}: {as_the_office:#}"
            );
            without(&mut as_the_office, &exceptions);
            let unknown = desk
                .told(&clerk(), query, "01900000-0000-7000-8000-000000000000")
                .await;
            for role in Role::ALL {
                for (place, unit) in PLACES {
                    let by = newcomer(*role, *unit);
                    let mut told = desk.told(&by, query, id).await;
                    let who = format!("{name} at {status:?}, {role:?} of {place}");
                    let text = told.to_string();
                    let knows = text.contains(REPORTER) || text.contains(PHONE);
                    assert!(
                        !knows || *role == Role::Intake,
                        "{who} is told who reported"
                    );
                    if told["data"]["of"].is_null() {
                        assert_eq!(without_cost(told), without_cost(unknown.clone()), "{who}");
                        continue;
                    }
                    assert!(!OUTSIDE.contains(unit), "{who} is told of it");
                    if *role == Role::Intake && *name == "Hazard" {
                        assert!(knows, "{who} is not told who reported");
                    }
                    without(&mut told, &exceptions);
                    assert_eq!(told, as_the_office, "{who}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_in_by_a_link_is_told_of_its_hazard_what_each_is_but_of_his_own_link_alone() {
    let (_, exceptions) = written_down();
    let exceptions: BTreeSet<&str> = exceptions
        .iter()
        .map(|field| field.split_once('.').unwrap().1)
        .collect();
    let desk = Desk::at(Status::Rectifying).await;
    let (_, query, id) = &desk.questions[0];
    let ids = |told: &Value| -> Vec<String> {
        let links = told["data"]["of"]["links"].as_array().unwrap().iter();
        links
            .map(|link| link["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let all: Vec<_> = desk
        .by_link
        .iter()
        .map(|(_, link)| link.to_string())
        .collect();
    let mut in_person = desk.told(&factory(), query, id).await;
    assert_eq!(ids(&in_person), all);
    without(&mut in_person, &exceptions);
    for own in &desk.by_link {
        let mut told = desk.told_by_link(own, query, id).await;
        assert_eq!(ids(&told), [own.1.to_string()]);
        without(&mut told, &exceptions);
        assert_eq!(told["data"], in_person["data"], "{own:?}");
    }
}

/// An answer without what the query cost.
fn without_cost(mut answer: Value) -> Value {
    answer["extensions"].take();
    answer
}
