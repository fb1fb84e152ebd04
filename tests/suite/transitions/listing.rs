//! T01–T04, T28 and X01: from the report to the list, or off it at once.

use super::{cycle, entry, given_when_then, then};
use xiaohao_core::dossier::AnnulmentProposal;
use xiaohao_core::{Event, Hazard, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn t01_a_report_makes_a_hazard_with_a_clue_number_and_no_hazard_number() {
    let given = Case::new();
    let clue = given.known.next.clue.unwrap();
    let case = then(given, &inspector(), sample::report(), Status::Reported);
    let hazard = case.hazard();
    assert_eq!(hazard.version(), 1);
    assert_eq!(hazard.number(), None);
    assert_eq!(hazard.stage(), None);
    let file = hazard.file();
    assert_eq!(file.clue, clue);
    assert_eq!(file.county, case.county.code);
    assert_eq!(file.report, sample::report());
    assert_eq!(file.reported_on, case.today);
    assert_eq!(file.moved_on, case.today);
    assert!(file.hands.is_empty() && file.spent.is_empty());
}

#[test]
fn t02_a_listed_hazard_has_its_number_and_begins_its_first_cycle() {
    let given = Case::at(Status::Reported);
    let number = given.known.next.hazard.unwrap();
    let case = then(given, &clerk(), sample::list(), Status::Listed);
    assert_eq!(entry(&case).number, number);
    assert_eq!(entry(&case).listed_on, case.today);
    assert_eq!(entry(&case).listing, sample::list());
    let cycle = cycle(&case);
    assert_eq!((cycle.number, cycle.round()), (1, 1));
    assert_eq!(cycle.began_on, case.today);
    assert_eq!(cycle.returned, None);
    assert_eq!(entry(&case).supervised_at(), None);
    assert_eq!(entry(&case).first_round_passed, None);
}

#[test]
fn t03_a_rejected_clue_is_never_listed() {
    let given = Case::at(Status::Reported);
    let case = then(given, &clerk(), sample::reject(), Status::Rejected);
    assert_eq!(case.hazard().number(), None);
    assert!(matches!(case.hazard(), Hazard::Rejected(_)));
}

#[test]
fn t04_a_clue_that_is_ordinary_goes_to_another_ledger_unlisted() {
    let given = Case::at(Status::Reported);
    let says = sample::downgrade_at_review();
    let case = then(given, &clerk(), says, Status::Downgraded);
    assert_eq!(case.hazard().number(), None);
}

#[test]
fn x01_a_proposal_to_annul_waits_for_a_second_person() {
    for status in [Status::Reported, Status::Listed] {
        let given = Case::at(status);
        let case = then(given, &clerk(), sample::propose_annulment(), status);
        let proposal = AnnulmentProposal {
            by: clerk().person,
            proposed_on: case.today,
            reason: sample::propose_annulment().reason,
        };
        assert_eq!(case.hazard().file().annulment, Some(proposal));
    }
}

#[test]
fn t28_an_annulled_hazard_keeps_its_number() {
    let given = but(Case::at(Status::Listed), |case| {
        case.step(&clerk(), sample::propose_annulment());
    });
    let number = *given.hazard().number().unwrap();
    let case = then(given, &approver(), sample::annul(), Status::Annulled);
    assert_eq!(case.hazard().number(), Some(&number));
    let unlisted = Case::at(Status::Annulled);
    assert_eq!(unlisted.hazard().number(), None);
}

#[test]
fn t22_a_merged_hazard_points_to_the_one_that_goes_on() {
    for status in [Status::Reported, Status::Listed, Status::Rectifying] {
        let given = Case::at(status);
        let number = given.hazard().number().copied();
        let (case, event) = given_when_then(given, &clerk(), sample::merge(), Status::Merged);
        assert!(matches!(event, Event::HazardMerged(says) if says.into == sample::hazard(2)));
        assert_eq!(case.hazard().number().copied(), number);
    }
}

#[test]
fn t23_a_downgraded_hazard_keeps_its_number_and_its_history() {
    let given = Case::at(Status::Rectifying);
    let entry_before = entry(&given).clone();
    let case = then(given, &clerk(), sample::downgrade(), Status::Downgraded);
    assert_eq!(entry(&case), &entry_before);
    assert_eq!(case.hazard().assignment(), None);
}

#[test]
fn t25_a_transferred_hazard_keeps_its_number_and_the_receipt() {
    for status in [
        Status::Reported,
        Status::Listed,
        Status::AwaitingVerification,
    ] {
        let given = Case::at(status);
        let (number, today) = (given.hazard().number().copied(), given.today);
        let says = sample::transfer(today);
        let case = then(given, &clerk(), says.clone(), Status::Transferred);
        assert_eq!(case.hazard().number().copied(), number);
        let Hazard::Transferred(_) = case.hazard() else {
            panic!("not transferred");
        };
        let event = &case.history.last().unwrap().event;
        assert_eq!(event, &Event::from(says));
    }
}
