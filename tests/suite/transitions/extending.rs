//! T13 and T14: only a granted extension moves the deadline.

use super::{assignment, cycle, given_when_then, has_part, then, work};
use xiaohao_core::dossier::Part;
use xiaohao_core::values::{DocumentNumber, Series};
use xiaohao_core::{Event, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

fn asked(until: &str) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&factory(), sample::request_extension(date(until)));
    })
}

fn next_opinion(case: &Case) -> DocumentNumber {
    case.known.next.documents[&Series::ExtensionOpinion].clone()
}

#[test]
fn t13_a_request_waits_and_moves_no_deadline() {
    let given = Case::at(Status::Rectifying);
    let says = sample::request_extension(date("2026-07-31"));
    let case = then(given, &factory(), says.clone(), Status::Rectifying);
    let pending = work(&case).extension.as_ref().unwrap();
    assert_eq!(pending.request, says);
    assert_eq!(pending.asked_on, case.today);
    assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
    assert!(has_part(&case, 5, Part::AskedForExtension));
}

#[test]
fn t14_a_grant_moves_the_deadline_and_keeps_the_original() {
    let mut given = asked("2026-07-31");
    let asked_on = given.today;
    given.pass_days(2);
    let document = next_opinion(&given);
    let grant = sample::grant_extension(date("2026-07-20"));
    let case = then(given, &approver(), grant, Status::Rectifying);
    assert_eq!(assignment(&case).term.due_on, date("2026-07-20"));
    assert_eq!(assignment(&case).term.original_due_on, date("2026-06-30"));
    assert_eq!(work(&case).extension, None);
    assert_eq!(cycle(&case).extensions_refused, 0);
    let [granted] = cycle(&case).grants.as_slice() else {
        panic!("{:?}", cycle(&case).grants);
    };
    assert_eq!(granted.document, document);
    assert_eq!(
        (granted.asked_on, granted.granted_on),
        (asked_on, case.today)
    );
    assert_eq!(granted.from_on, date("2026-06-30"));
    assert_eq!(granted.until_on, date("2026-07-20"));
    let asked = sample::request_extension(date("2026-07-31"));
    assert_eq!(granted.interim_measures, asked.interim_measures);
}

#[test]
fn t14_a_refusal_leaves_the_deadline_and_is_counted() {
    let given = asked("2026-07-31");
    let document = next_opinion(&given);
    let says = sample::refuse_extension();
    let (case, event) = given_when_then(given, &approver(), says, Status::Rectifying);
    assert!(matches!(event, Event::ExtensionRefused(refused) if refused.document == document));
    assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
    assert_eq!(work(&case).extension, None);
    assert_eq!(cycle(&case).extensions_refused, 1);
    assert!(cycle(&case).grants.is_empty());
}

#[test]
fn t14_a_request_is_decided_also_when_verification_was_applied_for() {
    for granted in [true, false] {
        let mut given = asked("2026-07-31");
        given.step(&factory(), sample::apply(60));
        let status = Status::AwaitingVerification;
        if granted {
            let grant = sample::grant_extension(date("2026-07-31"));
            let case = then(given, &approver(), grant, status);
            assert_eq!(assignment(&case).term.due_on, date("2026-07-31"));
        } else {
            let case = then(given, &approver(), sample::refuse_extension(), status);
            assert_eq!(assignment(&case).term.due_on, date("2026-06-30"));
        }
    }
}

#[test]
fn t14_a_second_extension_begins_where_the_first_ended() {
    let mut case = asked("2026-07-31");
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    case.step(&factory(), sample::request_extension(date("2026-09-30")));
    case.step(&approver(), sample::grant_extension(date("2026-08-31")));
    let grants = &cycle(&case).grants;
    assert_eq!(grants.len(), 2);
    assert_eq!(grants[1].from_on, date("2026-07-31"));
    assert_eq!(assignment(&case).term.due_on, date("2026-08-31"));
    assert_eq!(assignment(&case).term.original_due_on, date("2026-06-30"));
}

#[test]
fn an_extended_hazard_is_overdue_by_its_original_deadline_all_the_same() {
    let mut case = asked("2026-07-31");
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    let on = date("2026-07-10");
    assert_eq!(case.hazard().days_overdue(on), None);
    assert_eq!(case.hazard().days_overdue_originally(on), Some(10));
}
