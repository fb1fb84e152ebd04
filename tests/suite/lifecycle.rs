//! The table of the lifecycle: complete, and nothing that is not in it can be done.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use xiaohao_core::{Act, Status, TRANSITIONS};
use xiaohao_tests::{Case, everybody};

#[test]
fn all_thirty_one_transitions_stand_in_the_table() {
    let numbered: BTreeSet<&str> = TRANSITIONS.iter().map(|line| line.no).collect();
    for no in 1..=31 {
        assert!(
            numbered.contains(format!("T{no:02}").as_str()),
            "T{no:02} is missing"
        );
    }
}

#[test]
fn every_state_is_reached_and_can_be_brought_about() {
    for status in Status::ALL {
        let reached = TRANSITIONS.iter().any(|line| line.to == Some(*status));
        assert!(reached, "{status:?} is never reached");
        assert_eq!(Case::at(*status).status(), *status);
    }
}

/// The whole state × command matrix: what becomes of a fitting command in each state, by whoever may do it best.
#[test]
fn the_matrix_of_states_and_acts_is_as_agreed() {
    let mut matrix = String::new();
    for act in Act::ALL.iter().filter(|act| **act != Act::Report) {
        let row: Vec<String> = Status::ALL
            .iter()
            .map(|status| {
                let case = Case::at(*status);
                let outcomes = everybody().into_iter().map(|by| {
                    let command = case.fitting(*act, &by);
                    match case.clone().act(&by, command) {
                        Ok(_) => {
                            let mut after = case.clone();
                            let command = case.fitting(*act, &by);
                            after.step(&by, command);
                            (0, format!("→{:?}", after.status()))
                        }
                        Err(refusals) => {
                            let code = refusals.first().unwrap().code();
                            let rank = match code {
                                "NOT_ALLOWED_IN_STATE" => 2,
                                "NOT_YOUR_ROLE" => 4,
                                "NOT_YOUR_CASE" => 3,
                                _ => 1,
                            };
                            (rank, code.to_owned())
                        }
                    }
                });
                let best = outcomes.min().unwrap();
                format!("{status:?} {}", best.1)
            })
            .collect();
        let legal: Vec<&String> = row
            .iter()
            .filter(|cell| !cell.ends_with("NOT_ALLOWED_IN_STATE"))
            .collect();
        writeln!(matrix, "{} {act:?} {}", act.transition().no, act.name()).unwrap();
        for cell in &legal {
            writeln!(matrix, "    {cell}").unwrap();
        }
        let others = row.len() - legal.len();
        writeln!(matrix, "    … refused in the other {others}").unwrap();
    }
    insta::assert_snapshot!(matrix);
}
