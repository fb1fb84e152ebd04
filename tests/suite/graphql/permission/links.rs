//! Every field at which one can begin to ask or to act, tried by somebody who came in by a link: on a hazard that his unit rectifies.

use super::Cell;
use super::roots::{Desk, OTHERS, PAPERS, QUERIES, Question, SUBSCRIPTIONS};
use std::fmt::Write;
use xiaohao_core::Status;
use xiaohao_graphql::{Admitted, By};
use xiaohao_ledger::Through;
use xiaohao_tests::*;

pub(super) fn told(cell: &Cell) -> &str {
    match cell {
        Cell::Yes => "told",
        Cell::Nothing => "told that there is nothing",
        Cell::No(code) => code,
    }
}

/// How everything is answered to whoever came in like this.
pub(super) async fn answers(desk: &Desk, admitted: &Admitted) -> String {
    let mut text = String::new();
    let asked = async |(field, query, at): &Question| {
        let answer = desk.ask_as(admitted, query, desk.variables().await).await;
        format!("{field}: {}", told(&Cell::of(&answer, at)))
    };
    for question in QUERIES.iter().chain(OTHERS) {
        writeln!(text, "{}", asked(question).await).unwrap();
    }
    for (name, input) in PAPERS {
        let listed = desk.office.hazard_at(Status::Listed).await;
        let (query, variables) = desk.paper(name, input, listed).await;
        let answer = desk.ask_as(admitted, &query, variables).await;
        let cell = Cell::of(&answer, "/done/entries/0");
        writeln!(text, "{name}: {}", told(&cell)).unwrap();
    }
    text
}

#[tokio::test]
async fn through_a_link_its_hazard_is_told_and_nothing_of_the_office() {
    let desk = Desk::new().await;
    let hazard = desk.hazard;
    let says = sample::hand_out_link(desk.office.today());
    desk.office.act(&second_clerk(), hazard, says).await;
    let link = sample::link(1);
    let admitted = Admitted {
        by: By::Link(Through { hazard, link }),
        ..Admitted::in_person(factory())
    };
    let mut text = answers(&desk, &admitted).await;
    for (field, query, at) in SUBSCRIPTIONS {
        let answer = desk.ask_as(&admitted, query, desk.variables().await).await;
        let cell = Cell::of(&answer, at);
        writeln!(text, "{field}: {}", told(&cell)).unwrap();
    }
    insta::assert_snapshot!(text);
}
