//! By what a request is known again must not change, however the program does: a tablet may send again next year what it
//! sent today.

use std::fmt::Write;
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::{Command, Status};
use xiaohao_ledger::{Deed, Submission};
use xiaohao_tests::*;

/// What is sent of an act on a hazard.
fn of(command: impl Into<Command>) -> Submission {
    Submission {
        request: sample::request(1),
        actor: inspector(),
        through: None,
        occurred_on: Some(date("2026-03-02")),
        expected_version: Some(3),
        deed: Deed::Hazard {
            id: sample::hazard(1),
            command: command.into(),
        },
    }
}

/// A fingerprint, and that by which the same request was known while personal data stood in the body.
fn write(told: &mut String, name: &str, submission: &Submission) {
    let (now, before) = (submission.said(), submission.before_format_2());
    writeln!(told, "{name} {:?}", now.unwrap().fingerprint).unwrap();
    writeln!(told, "{name} before {:?}", before.unwrap()).unwrap();
}

#[test]
fn the_fingerprints_of_requests_are_as_agreed() {
    let today = date("2026-03-02");
    let acts: Vec<Command> = vec![
        sample::report().into(),
        sample::list().into(),
        sample::reject().into(),
        sample::assign().into(),
        sample::acknowledge(today).into(),
        sample::plan(date("2026-06-20")).into(),
        sample::apply(1).into(),
        sample::pass(today, 1).into(),
        sample::strike_off().into(),
        sample::circulate().into(),
        sample::note().into(),
        sample::merge().into(),
        sample::transfer(today).into(),
        sample::propose_annulment().into(),
        sample::annul().into(),
    ];
    let mut told = String::new();
    for act in acts {
        let name = act.act().transition().event;
        write(&mut told, name, &of(act));
    }
    let listed = Case::at(Status::Listed);
    let order = sample::assignment_order(1, sample::assign().terms, &[listed.reference()]);
    let draft = Submission {
        deed: Deed::Order {
            id: order.id,
            command: PaperCommand::Draft(order),
        },
        ..of(sample::note())
    };
    write(&mut told, "draft", &draft);
    insta::assert_snapshot!(told);
}

#[test]
fn the_request_id_alone_is_not_part_of_it() {
    let one = of(sample::note());
    let other = Submission {
        request: sample::request(2),
        ..one.clone()
    };
    assert_eq!(
        one.said().unwrap().fingerprint,
        other.said().unwrap().fingerprint
    );
    let undated = Submission {
        occurred_on: None,
        ..one.clone()
    };
    assert_ne!(
        one.said().unwrap().fingerprint,
        undated.said().unwrap().fingerprint
    );
}
