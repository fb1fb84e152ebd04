//! Everything that one can begin to ask or to do, tried by everybody of another county whose ledger lies in the same database. With
//! the ids and numbers of what is there he is answered, word for word, as with those of what nobody has.

use super::roots::{Desk, OTHERS, PAPERS, QUERIES, SUBSCRIPTIONS};
use super::{Cell, PLACES, county_of_newcomers, newcomer};
use crate::graphql::acts::{fitting_by, guard, mutation_of, ready_for, says};
use crate::graphql::whole::Told;
use crate::graphql::{Client, mutation};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use xiaohao_core::directory::{Directory, DirectoryParts};
use xiaohao_core::values::{CountyCode, TownshipCode};
use xiaohao_core::{Act, Actor, County, Role, Status};
use xiaohao_ledger::Pace;
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::*;

/// Where both counties are kept.
const KINDS: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// The same bodies, people and posts under the code of the next county.
fn next_county() -> County {
    let county = county_of_newcomers();
    let townships = county.townships.iter().map(|(code, unit)| {
        let code = code.to_string().replacen("431123", "431124", 1);
        (TownshipCode::parse(&code).unwrap(), *unit)
    });
    let parts = DirectoryParts {
        townships: townships.collect(),
        ..(*county.directory).clone().into()
    };
    County {
        code: CountyCode::parse("431124").unwrap(),
        townships: parts.townships.clone(),
        directory: Directory::new(parts).unwrap().into(),
        ..county
    }
}

async fn next_to(home: &Office) -> Office {
    let cabinet = home.cabinet.clone();
    let abroad = Office::open(cabinet, next_county(), Pace::default()).await;
    abroad.turn_to(home.today());
    abroad
}

/// Somebody in every role from two of the places, others for each role and each thing that is tried: over all of them, every role tries
/// from every place.
fn everybody_abroad(turn: usize) -> impl Iterator<Item = Actor> {
    let roles = Role::ALL.iter().enumerate();
    roles.flat_map(move |(number, role)| {
        [0, PLACES.len() / 2].map(|half| {
            let (_, unit) = PLACES[(turn + number + half) % PLACES.len()];
            newcomer(*role, unit)
        })
    })
}

/// What is at home by its name, and a name of the same kind that nobody bears.
type Named = (String, String);

fn in_vain(text: &str, names: &[Named]) -> String {
    let replace = |text: String, (there, nobodys): &Named| text.replace(there, nobodys);
    names.iter().fold(text.to_owned(), replace)
}

fn tells_nothing(answer: &Value, in_vain_answer: &Value, names: &[Named], of: &str) {
    let (told, nothing) = (answer.to_string(), in_vain_answer.to_string());
    assert_eq!(in_vain(&told, names), nothing, "{of}");
}

fn leaks_nothing(answer: &Value, names: &[Named], asked: &Value, of: &str) {
    let (told, asked) = (answer.to_string(), asked.to_string());
    for (there, _) in names.iter().filter(|(there, _)| !asked.contains(there)) {
        assert!(!told.contains(there), "{of}: {told}");
    }
}

/// What lies in the home county, and names that nobody bears.
async fn names_of(home: &Desk) -> Vec<Named> {
    let number = home
        .office
        .hazard(home.hazard)
        .await
        .number()
        .unwrap()
        .to_string();
    let (start, _) = number.split_at(number.len() - 3);
    vec![
        (home.hazard.to_string(), sample::hazard(900_001).to_string()),
        (home.order.to_string(), sample::order(900_001).to_string()),
        (
            home.circular.to_string(),
            sample::circular(900_001).to_string(),
        ),
        (number.clone(), format!("{start}987")),
    ]
}

/// A question that names something which lies at home.
fn names_something(query: &str) -> bool {
    let names = ["$hazard", "$number", "$order", "$circular", "$act"];
    names.iter().any(|name| query.contains(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_of_another_county_is_told_nothing_of_what_lies_in_the_same_database() {
    for kind in KINDS {
        let home = Desk::on(kind).await;
        let names = names_of(&home).await;
        let abroad = home.seen_from(next_to(&home.office).await);
        let everything = Told::by(abroad.client()).await;
        let whole = ["Hazard", "Order", "Circular"].map(|name| {
            let fields = everything.everything(name, &BTreeSet::new()).unwrap();
            let field = name.to_lowercase();
            let by = if name == "Hazard" {
                "by: { id: $hazard }".to_owned()
            } else {
                format!("id: ${field}")
            };
            format!("query(${field}: ID!) {{ of: {field}({by}) {fields} }}")
        });
        let whole = whole.iter().map(|query| (query.as_str(), false));
        let questions = QUERIES
            .iter()
            .chain(OTHERS)
            .map(|(_, query, _)| (*query, false));
        let pushed = SUBSCRIPTIONS.iter().map(|(_, query, _)| (*query, true));
        let all = questions.chain(whole).chain(pushed);
        for (turn, (query, is_pushed)) in all.enumerate() {
            let of_one = everybody_abroad(turn).map(async |by| {
                let of = format!("{kind:?}, {:?}: {query}", by.role);
                let variables = home.variables().await;
                let asked = async |variables: Value| {
                    if is_pushed {
                        abroad.listen(Some(&by), query, variables).await
                    } else {
                        abroad.ask(Some(&by), query, variables).await
                    }
                };
                let answer = asked(variables.clone()).await;
                leaks_nothing(&answer, &names, &variables, &of);
                if names_something(query) {
                    let others = home.variables().await;
                    let others = in_vain(&others.to_string(), &names);
                    let others: Value = serde_json::from_str(&others).unwrap();
                    tells_nothing(&answer, &asked(others).await, &names, &of);
                }
            });
            futures_util::future::join_all(of_one).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_paper_of_another_county_is_revised_issued_or_discarded() {
    for kind in KINDS {
        let home = Desk::on(kind).await;
        let abroad = home.seen_from(next_to(&home.office).await);
        let steps = PAPERS.iter().filter(|(name, _)| !name.starts_with("draft"));
        for (turn, (name, input)) in steps.enumerate() {
            let listed = home.office.hazard_at(Status::Listed).await;
            let (query, variables) = home.paper(name, input, listed).await;
            let paper = variables["act"]["paperId"].as_str().unwrap().to_owned();
            let nobodys = [
                sample::order(900_001).to_string(),
                sample::circular(900_001).to_string(),
            ];
            let nobodys = &nobodys[usize::from(name.ends_with("Circular"))];
            let names = [(paper, nobodys.clone())];
            let before = home.office.kept().await.lines.len();
            for by in everybody_abroad(turn) {
                let of = format!("{kind:?}, {name} by {:?}", by.role);
                let asked = async |mut variables: Value| {
                    variables["act"]["requestId"] = json!(abroad.office.request().as_uuid());
                    abroad.ask(Some(&by), &query, variables).await
                };
                let answer = asked(variables.clone()).await;
                assert_ne!(Cell::of(&answer, "/done/entries/0"), Cell::Yes, "{of}");
                let others = in_vain(&variables.to_string(), &names);
                let others = asked(serde_json::from_str(&others).unwrap()).await;
                tells_nothing(&answer, &others, &names, &of);
            }
            assert_eq!(home.office.kept().await.lines.len(), before, "{name}");
        }
        assert_eq!(abroad.office.kept().await.lines.len(), 0, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_act_is_done_on_a_hazard_of_another_county_nor_is_it_told_that_it_is_there() {
    for kind in KINDS {
        // Every act has a database of its own. What keeps counties apart is the same for all of them, and on PostgreSQL, where a
        // database takes its time, some are enough.
        let each = if kind == Kind::Postgres { 7 } else { 1 };
        let others = Act::ALL.iter().copied().filter(|act| *act != Act::Report);
        for (turn, act) in others.enumerate().step_by(each) {
            let cabinet = Cabinet::new(kind).await;
            let home = Office::open(cabinet, county_of_newcomers(), Pace::default()).await;
            let id = ready_for(&home, act).await;
            let abroad = next_to(&home).await;
            let client = Client::of(&abroad);
            let name = mutation_of(&client, act).await;
            let query = mutation(&client, &name).await;
            let case = home.case(id).await;
            let command = fitting_by(&home, &case, act, &clerk()).await;
            let sent = home.saying(&clerk(), id, command).await;
            let names = [(id.to_string(), sample::hazard(900_001).to_string())];
            let before = home.kept().await.lines.len();
            for by in everybody_abroad(turn) {
                let of = format!("{kind:?}, {name} by {:?}", by.role);
                let asked = async |id: &str| {
                    let mut guard = guard(&sent);
                    guard["hazardId"] = json!(id);
                    guard["requestId"] = json!(abroad.request().as_uuid());
                    let variables = json!({ "act": guard, "input": says(&sent).1 });
                    client.answer(&by, &query, variables).await
                };
                let [(there, nobodys)] = &names;
                let answer = asked(there).await;
                assert_ne!(Cell::of(&answer, "/done/entry"), Cell::Yes, "{of}");
                tells_nothing(&answer, &asked(nobodys).await, &names, &of);
            }
            assert_eq!(home.kept().await.lines.len(), before, "{name}");
            assert_eq!(abroad.kept().await.lines.len(), 0, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_under_the_id_of_a_hazard_of_another_county_is_a_hazard_of_its_own() {
    for kind in KINDS {
        let home = Desk::on(kind).await;
        let abroad = next_to(&home.office).await;
        let before = home.office.kept().await.lines.len();
        let report = sample::but(sample::report(), |says| {
            says.township = TownshipCode::parse("431124100").unwrap();
        });
        let sent = abroad.saying(&inspector(), home.hazard, report).await;
        abroad.do_now(&sent).await;
        assert_eq!(abroad.hazard(home.hazard).await.version(), 1, "{kind:?}");
        assert_eq!(home.office.kept().await.lines.len(), before, "{kind:?}");
        assert!(home.office.hazard(home.hazard).await.version() > 1);
    }
}
