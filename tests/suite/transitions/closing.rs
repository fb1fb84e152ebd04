//! T18–T21 and T30: strike-off, circulation, look-back, reopening and the path of a shutdown.

use super::{cycle, entry, files_numbered, spent, then, work};
use xiaohao_core::acts::LookBackResult;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::dossier::Mention;
use xiaohao_core::values::{
    ClosureBasis, EvidenceKind, EvidenceSet, ReopenReason, Series, SupervisionLevel,
};
use xiaohao_core::{Stage, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

#[test]
fn t18_a_hazard_struck_off_has_its_sheet_and_its_approver() {
    let given = Case::at(Status::Verified);
    let sheet = given.known.next.documents[&Series::StrikeOffSheet].clone();
    let case = then(given, &approver(), sample::strike_off(), Status::Closed);
    let closure = case.hazard().closure().unwrap();
    assert_eq!(closure.sheet, sheet);
    assert_eq!(closure.closed_on, case.today);
    assert_eq!(closure.approver, approver().person);
    assert_eq!(closure.strike_off, sample::strike_off());
    assert!(closure.look_backs.is_empty());
    assert!(case.hazard().acceptance().is_some());
    assert_eq!(case.hazard().stage(), Some(Stage::Closed));
}

#[test]
fn t19_a_refused_strike_off_voids_the_round_and_spends_its_evidence() {
    let mut given = Case::at(Status::Rectifying);
    given.step(&factory(), sample::apply(60));
    given.step(&inspector(), sample::pass(given.today, 70));
    let plan = work(&given).plan.clone();
    let says = sample::refuse_strike_off();
    let case = then(given, &approver(), says, Status::Rectifying);
    assert_eq!(spent(&case), &files_numbered(&[60, 61, 62, 70, 71, 72, 73]));
    assert_eq!((cycle(&case).round(), cycle(&case).void_rounds), (2, 1));
    assert_eq!(case.hazard().acceptance(), None);
    assert_eq!(case.hazard().application(), None);
    assert_eq!(work(&case).plan, plan);
    let told = case.verdict(&factory(), sample::apply(60));
    assert_eq!(told, ["EVIDENCE_ALREADY_JUDGED"]);
}

#[test]
fn t20_a_circulated_closure_names_its_circular_and_item() {
    let given = Case::at(Status::Closed);
    let document = given.known.circulars[0].document().clone();
    let case = then(given, &approver(), sample::circulate(), Status::Circulated);
    let circulation = case.hazard().circulation().unwrap();
    assert_eq!(circulation.item.circular, sample::circular(1));
    assert_eq!(circulation.item.document, document);
    assert_eq!(circulation.item.item, 1);
    assert_eq!(circulation.circulated_on, case.today);
    assert!(case.hazard().closure().is_some());
    assert_eq!(case.hazard().stage(), Some(Stage::Circulated));
}

#[test]
fn t20_a_mention_is_on_record_and_moves_nothing() {
    let on_the_list = [
        Status::Listed,
        Status::Assigned,
        Status::Acknowledged,
        Status::Rectifying,
        Status::AwaitingVerification,
        Status::Verified,
        Status::Closed,
        Status::Circulated,
    ];
    for status in on_the_list {
        let given = Case::at(status);
        let document = given.known.circulars[1].document().clone();
        let case = then(given, &approver(), sample::mention(), status);
        let [
            Mention {
                kind,
                reference,
                on,
            },
        ] = entry(&case).mentions.as_slice()
        else {
            panic!("{:?}", entry(&case).mentions);
        };
        assert_eq!((*kind, *on), (ItemKind::Criticism, case.today));
        assert_eq!(reference.document, document);
        assert_eq!(
            (reference.circular, reference.item),
            (sample::circular(2), 1)
        );
    }
}

#[test]
fn t30_a_look_back_is_on_record_and_moves_nothing() {
    for status in [Status::Closed, Status::Circulated] {
        for result in [LookBackResult::Holds, LookBackResult::CameBack] {
            let mut given = Case::at(status);
            given.pass_days(1);
            let says = sample::look_back(result);
            let case = then(given, &town_inspector(), says.clone(), status);
            let came_back = result == LookBackResult::CameBack;
            assert_eq!(case.hazard().closure().unwrap().look_backs, [says]);
            let came_back_on = cycle(&case).came_back_on;
            assert_eq!(came_back_on, came_back.then_some(case.today));
        }
    }
}

#[test]
fn t21_a_reopened_hazard_keeps_its_number_and_begins_the_next_cycle() {
    for status in [Status::Closed, Status::Circulated] {
        let mut given = Case::at(Status::AwaitingVerification);
        given.step(&inspector(), sample::fail(given.today, 70));
        given.step(&factory(), sample::request_extension(date("2026-07-31")));
        given.step(&approver(), sample::grant_extension(date("2026-07-31")));
        given.advance_to(status);
        given.pass_days(1);
        given.step(
            &town_inspector(),
            sample::look_back(LookBackResult::CameBack),
        );
        given.pass_days(1);
        let first = cycle(&given).clone();
        let closed_on = given.hazard().closure().unwrap().closed_on;
        let number = *given.hazard().number().unwrap();
        let listed_on = entry(&given).listed_on;
        let says = sample::reopen(ReopenReason::Rebound);
        let case = then(given, &clerk(), says, Status::Listed);

        assert_eq!(case.hazard().number(), Some(&number));
        assert_eq!(entry(&case).listed_on, listed_on);
        assert_eq!(entry(&case).first_round_passed, Some(false));
        let cycle = cycle(&case);
        assert_eq!((cycle.number, cycle.round()), (2, 1));
        assert_eq!(cycle.began_on, case.today);
        assert_eq!(cycle.returned, None);
        assert!(cycle.grants.is_empty() && cycle.further.is_empty());
        let [past] = entry(&case).past_cycles.as_slice() else {
            panic!("{:?}", entry(&case).past_cycles);
        };
        assert_eq!(past.cycle, first);
        assert_eq!((past.closed_on, past.reopened_on), (closed_on, case.today));
        assert_eq!(past.look_backs, 1);
        assert_eq!(case.hazard().assignment(), None);
    }
}

#[test]
fn t21_what_was_judged_before_a_reopening_never_counts_again() {
    for status in [Status::Closed, Status::Circulated] {
        let mut case = Case::at(Status::Rectifying);
        case.step(&factory(), sample::apply(60));
        case.step(&inspector(), sample::pass(case.today, 70));
        case.advance_to(status);
        case.pass_days(1);
        let look_back = but(sample::look_back(LookBackResult::CameBack), |says| {
            says.evidence = sample::files(EvidenceKind::Site, &[90]);
        });
        case.step(&inspector(), look_back);
        case.step(&clerk(), sample::reopen(ReopenReason::FalseVerification));
        let judged = files_numbered(&[60, 61, 62, 70, 71, 72, 73, 90]);
        assert_eq!(spent(&case), &judged);
        case.advance_to(Status::Rectifying);
        let told = case.verdict(&factory(), sample::apply(60));
        assert_eq!(told, ["EVIDENCE_ALREADY_JUDGED"]);
        case.step(&factory(), sample::apply(100));
        assert_eq!(case.status(), Status::AwaitingVerification);
    }
}

#[test]
fn what_was_shown_before_a_strike_off_that_came_undone_shows_no_later_work() {
    let mut case = Case::at(Status::Rectifying);
    let says = but(sample::progress(50), |says| {
        let photos = vec![sample::after(64, 1), sample::after(65, 2)];
        says.evidence = EvidenceSet::new(photos).unwrap();
    });
    case.step(&factory(), says);
    case.step(&factory(), sample::apply(60));
    case.step(&factory(), sample::withdraw());
    // In the cycle in which it was shown it has not been judged.
    assert_eq!(case.verdict(&factory(), sample::apply(60)), [""; 0]);
    assert_eq!(case.verdict(&factory(), sample::apply(64)), [""; 0]);
    case.step(&factory(), sample::apply(66));
    case.advance_to(Status::Closed);
    case.pass_days(1);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    case.advance_to(Status::Rectifying);
    let judged = ["EVIDENCE_ALREADY_JUDGED"];
    for shown in [60, 64, 66] {
        let told = case.verdict(&factory(), sample::apply(shown));
        assert_eq!(told, judged, "{shown}");
    }
}

#[test]
fn a_hazard_may_come_back_more_than_once() {
    let mut case = Case::at(Status::Closed);
    let says = || sample::reopen(ReopenReason::FalseRectification);
    case.step(&clerk(), says());
    case.advance_to(Status::Closed);
    let case = then(case, &clerk(), says(), Status::Listed);
    assert_eq!(cycle(&case).number, 3);
    assert_eq!(entry(&case).past_cycles.len(), 2);
}

#[test]
fn a_unit_that_was_shut_down_is_struck_off_with_its_suspension_in_force() {
    for basis in [ClosureBasis::ShutDown, ClosureBasis::Removed] {
        let mut case = Case::at(Status::Rectifying);
        case.step(&lead(), sample::suspend());
        let applied = but(sample::apply_shutdown(60), |says| says.basis = basis);
        case.step(&lead(), applied);
        case.step(&inspector(), sample::pass(case.today, 70));
        let says = but(sample::strike_off(), |says| says.basis = basis);
        let case = then(case, &approver(), says, Status::Closed);
        assert!(case.hazard().file().suspension_in_force().is_some());
    }
}

#[test]
fn a_hazard_of_the_city_is_struck_off_with_the_citys_consent() {
    let mut case = Case::at(Status::AwaitingVerification);
    let city = sample::supervise_from_above(SupervisionLevel::City);
    case.step(&signer(), city);
    case.step(&inspector(), sample::pass(case.today, 70));
    let told = case.verdict(&approver(), sample::strike_off());
    assert_eq!(told, ["CONSENT_MISSING"]);
    let says = but(sample::strike_off(), |says| {
        says.consent = Some(sample::consent(case.today));
    });
    let case = then(case, &approver(), says.clone(), Status::Closed);
    assert_eq!(case.hazard().closure().unwrap().strike_off, says);
}
