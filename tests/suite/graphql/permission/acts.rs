//! Every act, tried in every role from every place on a hazard on which it can be done.

use super::{Cell, OUTSIDE, PLACES, county_of_newcomers, legend, newcomer, table};
use crate::graphql::acts::{fitting_by, guard, mutation_of, ready_for, says};
use crate::graphql::{Client, mutation};
use async_graphql::{Request, Variables};
use serde_json::json;
use xiaohao_core::acts::SourceRecord;
use xiaohao_core::values::HazardId;
use xiaohao_core::{Act, Actor, Role, Status};
use xiaohao_graphql::{Admitted, By};
use xiaohao_ledger::{Pace, Submission, Through};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::sample::{self, but};
use xiaohao_tests::{factory, second_clerk};

/// An office, and a hazard in it on which an act can be done; none where it is about to be reported.
struct Desk {
    office: Office,
    client: Client,
    hazard: Option<HazardId>,
}

impl Desk {
    async fn ready_for(act: Act) -> Self {
        let cabinet = Cabinet::new(Kind::Memory).await;
        let office = Office::open(cabinet, county_of_newcomers(), Pace::default()).await;
        let hazard = match act {
            Act::Report => None,
            _ => Some(ready_for(&office, act).await),
        };
        let client = Client::of(&office);
        Self {
            office,
            client,
            hazard,
        }
    }

    /// What this person sends who tries it.
    async fn fitting(&self, act: Act, by: &Actor) -> Submission {
        if let Some(id) = self.hazard {
            let case = self.office.case(id).await;
            let command = fitting_by(&self.office, &case, act, by).await;
            return self.office.saying(by, id, command).await;
        }
        let says = but(sample::report(), |says| {
            says.source_record = (by.role == Role::Platform).then(|| SourceRecord {
                system: sample::line("监管平台"),
                id: sample::line(&by.person.to_string()),
            });
        });
        self.office.reporting(by, says)
    }

    async fn lines(&self) -> usize {
        self.office.kept().await.lines.len()
    }
}

/// How each act is answered to somebody who came in by a link, on a hazard on which it can be done: on the hazard of his link, or on
/// one to which no link can be handed out, which is not there for him.
async fn tried_through_a_link(act: Act) -> String {
    let desk = Desk::ready_for(act).await;
    let office = &desk.office;
    let name = mutation_of(&desk.client, act).await;
    let query = mutation(&desk.client, &name).await;
    let by = factory();
    let hazard = match desk.hazard {
        Some(id) => id,
        None => office.hazard_at(Status::Assigned).await,
    };
    let link = sample::link(77);
    if office.hazard(hazard).await.assignment().is_some() {
        let says = but(sample::hand_out_link(office.today()), |says| {
            says.link = link;
        });
        let handed_out = office.saying(&second_clerk(), hazard, says).await;
        // Where it is over already, none can be handed out.
        drop(office.execute(&handed_out).await);
    }
    let sent = desk.fitting(act, &by).await;
    let request = Request::new(query).variables(Variables::from_json(
        json!({ "act": guard(&sent), "input": says(&sent).1 }),
    ));
    let admitted = Admitted {
        by: By::Link(Through { hazard, link }),
        ..Admitted::in_person(by)
    };
    let request = desk.client.office.asked_as(admitted, "", request);
    let before = desk.lines().await;
    let answer = serde_json::to_value(desk.client.api.execute(request).await).unwrap();
    let cell = Cell::of(&answer, "/done/entry");
    assert_eq!(desk.lines().await > before, cell == Cell::Yes, "{name}");
    let told = match cell {
        Cell::Yes => "done",
        Cell::Nothing => "nothing",
        Cell::No(ref code) => code,
    };
    format!("{} {} {told}\n", act.transition().no, act.name())
}

/// Whoever finds a hazard may report it, a department stops what it comes upon before it is listed, and the further order of
/// the samples is to the other enterprise.
fn has_outsiders(act: Act) -> bool {
    use Act::{AnswerFurtherOrder, ReferCriminal, Report, Suspend};
    matches!(act, Report | Suspend | ReferCriminal | AnswerFurtherOrder)
}

/// How each is answered who tries an act.
async fn tried(act: Act) -> String {
    let mut desk = Desk::ready_for(act).await;
    let name = mutation_of(&desk.client, act).await;
    let query = mutation(&desk.client, &name).await;
    let mut rows = Vec::new();
    for role in Role::ALL {
        let mut cells = Vec::new();
        for (place, unit) in PLACES {
            let by = newcomer(*role, *unit);
            let sent = desk.fitting(act, &by).await;
            let before = desk.lines().await;
            let variables = json!({ "act": guard(&sent), "input": says(&sent).1 });
            let answer = desk.client.answer(&by, &query, variables).await;
            let cell = Cell::of(&answer, "/done/entry");
            let is_written = desk.lines().await > before;
            assert_eq!(is_written, cell == Cell::Yes, "{name}, {by:?}: {answer:#}");
            if is_written {
                let is_outside = OUTSIDE.contains(unit) && !has_outsiders(act);
                assert!(!is_outside, "{name} is done by {role:?} of {place}");
                desk = Desk::ready_for(act).await;
            }
            cells.push(cell);
        }
        rows.push((*role, cells));
    }
    format!("\n{} {}\n{}", act.transition().no, act.name(), table(&rows))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_is_done_by_those_who_may_and_by_nobody_else() {
    let under_way: Vec<_> = Act::ALL
        .iter()
        .map(|act| tokio::spawn(tried(*act)))
        .collect();
    let mut told = legend();
    for one in under_way {
        told += &one.await.unwrap();
    }
    insta::assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_link_the_acts_of_the_rectifier_are_done_and_no_other() {
    let under_way: Vec<_> = Act::ALL
        .iter()
        .map(|act| tokio::spawn(tried_through_a_link(*act)))
        .collect();
    let mut told = String::new();
    for one in under_way {
        told += &one.await.unwrap();
    }
    insta::assert_snapshot!(told);
}
