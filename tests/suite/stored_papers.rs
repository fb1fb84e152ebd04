//! The stored form of what happens to orders and circulars, as golden files: what is written once must be readable for
//! ever.

use serde_json::json;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::order::{AssignmentItem, OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperEvent, decide_paper, evolve_paper};
use xiaohao_core::values::ReportPeriod;
use xiaohao_core::{HazardStanding, Status};
use xiaohao_tests::{Case, clerk, date, sample, signer};

/// Everything that can happen to a paper, in the order in which it can.
fn life<P: Paper + PartialEq + std::fmt::Debug>(case: &Case, content: &P) -> Vec<PaperEvent<P>> {
    let draft = decide_paper(
        None,
        PaperCommand::Draft(content.clone()),
        &case.context(&clerk()),
    )
    .unwrap();
    let state = evolve_paper(None, &draft, clerk().person).unwrap();
    let then = |command, by| decide_paper(Some(&state), command, &case.context(&by)).unwrap();
    let revised = then(PaperCommand::Revise(content.clone()), clerk());
    let issued = then(PaperCommand::Issue, signer());
    let discarded = then(
        PaperCommand::Discard(sample::prose("内容有误，另行拟稿。")),
        clerk(),
    );
    vec![draft, revised, issued, discarded]
}

fn check<P: Paper + PartialEq + std::fmt::Debug>(name: &str, case: &Case, content: &P)
where
    P::Issued: PartialEq + std::fmt::Debug,
{
    let life = life(case, content);
    insta::assert_json_snapshot!(name, life);
    for event in life {
        let stored = serde_json::to_value(&event).unwrap();
        let read: PaperEvent<P> = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), stored);
        let mut swollen = stored;
        swollen["unheard_of"] = json!(1);
        assert!(
            serde_json::from_value::<PaperEvent<P>>(swollen).is_err(),
            "{name} swallows a field"
        );
    }
}

fn order(body: OrderBody) -> OrderContent {
    let terms = sample::terms(date("2026-06-30"));
    OrderContent {
        id: sample::order(7),
        signatory: terms.signatory,
        requirements: terms.requirements,
        body,
    }
}

#[test]
fn what_happens_to_an_assignment_order_is_stored_as_agreed() {
    let case = Case::at(Status::Listed);
    let terms = sample::terms(date("2026-06-30"));
    let item = AssignmentItem {
        hazard: case.reference(),
        due_on: terms.due_on,
        plan_due_on: terms.plan_due_on,
    };
    let body = OrderBody::Assignment {
        parties: Box::new(terms.parties),
        report_every: ReportPeriod::Monthly,
        interim_measures: terms.interim_measures,
        items: vec![item],
    };
    check("assignment_order", &case, &order(body));
}

#[test]
fn what_happens_to_a_supervision_notice_is_stored_as_agreed() {
    let case = Case::at(Status::Listed);
    let body = OrderBody::Supervision {
        items: vec![case.reference()],
    };
    check("supervision_notice", &case, &order(body));
}

#[test]
fn what_happens_to_a_circular_is_stored_as_agreed() {
    let mut case = Case::at(Status::Closed);
    let standing = HazardStanding {
        status: Status::Closed,
        overdue: false,
    };
    case.known.hazards.insert(sample::hazard(1), standing);
    let content = case.circular_content(sample::circular(7), ItemKind::Closure);
    check("circular", &case, &content);
}
