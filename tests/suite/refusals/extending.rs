//! T13 and T14: extensions, asked for and decided.

use super::{Provocation, check, refused};
use uuid::Uuid;
use xiaohao_core::acts::{GrantExtension, RequestExtension};
use xiaohao_core::values::{PersonId, SupervisionLevel};
use xiaohao_core::{Actor, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("EXTENSION_PENDING", || {
        refused(&asked("2026-07-31"), &factory(), request("2026-08-31"))
    }),
    ("EXTENSION_NOT_LATER", || {
        refused(
            &Case::at(Status::Rectifying),
            &factory(),
            request("2026-06-30"),
        )
    }),
    ("EXTENSION_ALREADY_OVER", || {
        refused(
            &in_work_on("2026-07-03"),
            &factory(),
            with_plea("2026-07-02"),
        )
    }),
    ("EXTENSION_ASKED_TOO_LATE", || {
        refused(&in_work_on("2026-06-09"), &factory(), request("2026-07-31"))
    }),
    ("LATE_PLEA_NOT_NEEDED", || {
        refused(
            &Case::at(Status::Rectifying),
            &factory(),
            with_plea("2026-07-31"),
        )
    }),
    ("NO_EXTENSION_PENDING", || {
        refused(
            &Case::at(Status::Rectifying),
            &approver(),
            grant("2026-07-31"),
        )
    }),
    ("SAME_PERSON_DECIDES", || {
        let says = but(grant("2026-07-31"), |says| {
            says.drafted_by = Some(approver().person);
        });
        refused(&asked("2026-07-31"), &approver(), says)
    }),
    ("DRAFTER_UNKNOWN", || {
        let says = but(grant("2026-07-31"), |says| {
            says.drafted_by = Some(nobody());
        });
        refused(&asked("2026-07-31"), &approver(), says)
    }),
    ("GRANT_BEYOND_REQUEST", || {
        refused(&asked("2026-07-31"), &approver(), grant("2026-08-01"))
    }),
    ("LATE_REQUEST_NEEDS_OVERRIDE", || {
        refused(&asked_late(), &approver(), grant("2026-07-31"))
    }),
    ("TOO_MANY_EXTENSIONS", || {
        refused(
            &asked_for_the_third_time(),
            &approver(),
            grant("2026-07-30"),
        )
    }),
    ("EXTENSION_TOO_LONG", || {
        refused(&asked("2026-12-31"), &approver(), grant("2026-12-28"))
    }),
];

fn request(until: &str) -> RequestExtension {
    sample::request_extension(date(until))
}

fn with_plea(until: &str) -> RequestExtension {
    but(request(until), |says| {
        says.late_plea = Some(sample::prose("山洪冲毁道路，无法按时提出。"));
    })
}

fn grant(until: &str) -> GrantExtension {
    sample::grant_extension(date(until))
}

fn overriding(until: &str) -> GrantExtension {
    but(grant(until), |says| {
        says.override_reason = Some(sample::prose("设计变更，确需延长。"));
    })
}

fn in_work_on(day: &str) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.on(day);
    })
}

fn asked(until: &str) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&factory(), request(until));
    })
}

fn asked_late() -> Case {
    but(in_work_on("2026-06-09"), |case| {
        case.step(&factory(), with_plea("2026-07-31"));
    })
}

fn asked_for_the_third_time() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        for until in ["2026-07-10", "2026-07-20"] {
            case.step(&factory(), request(until));
            case.step(&approver(), grant(until));
        }
        case.step(&factory(), request("2026-07-30"));
    })
}

/// Somebody who asked for the unit and now decides for the office.
fn same_person(role: Role, of: u128) -> Actor {
    actor(5, role, of)
}

#[test]
fn one_request_waits_at_a_time() {
    let mut case = asked("2026-07-31");
    let refusal: &[&str] = &["EXTENSION_PENDING"];
    check(&case, &factory(), request("2026-08-31"), refusal);
    case.step(&approver(), sample::refuse_extension());
    check(&case, &factory(), request("2026-08-31"), &[]);
}

#[test]
fn an_extension_is_later_than_the_deadline() {
    let refusal: &[&str] = &["EXTENSION_NOT_LATER"];
    let case = Case::at(Status::Rectifying);
    check(&case, &factory(), request("2026-06-30"), refusal);
    check(&case, &factory(), request("2026-07-01"), &[]);
    let case = asked("2026-07-31");
    check(&case, &approver(), grant("2026-06-30"), refusal);
    check(&case, &approver(), grant("2026-07-01"), &[]);
}

#[test]
fn an_extension_is_asked_for_fifteen_working_days_before_the_deadline() {
    let last_day = in_work_on("2026-06-08");
    check(&last_day, &factory(), request("2026-07-31"), &[]);
    let not_needed: &[&str] = &["LATE_PLEA_NOT_NEEDED"];
    check(&last_day, &factory(), with_plea("2026-07-31"), not_needed);
    let day_after = in_work_on("2026-06-09");
    let too_late: &[&str] = &["EXTENSION_ASKED_TOO_LATE"];
    check(&day_after, &factory(), request("2026-07-31"), too_late);
    check(&day_after, &factory(), with_plea("2026-07-31"), &[]);
}

#[test]
fn an_extension_is_not_over_when_it_is_asked_for_or_granted() {
    let over: &[&str] = &["EXTENSION_ALREADY_OVER"];
    let late = in_work_on("2026-07-03");
    check(&late, &factory(), with_plea("2026-07-02"), over);
    check(&late, &factory(), with_plea("2026-07-03"), &[]);
    let mut case = asked("2026-07-31");
    case.on("2026-07-20");
    check(&case, &approver(), grant("2026-07-19"), over);
    check(&case, &approver(), grant("2026-07-20"), &[]);
    check(&case, &approver(), sample::refuse_extension(), &[]);
}

#[test]
fn nothing_is_decided_that_was_not_asked_for() {
    let refusal: &[&str] = &["NO_EXTENSION_PENDING"];
    for status in [Status::Rectifying, Status::AwaitingVerification] {
        let case = Case::at(status);
        check(&case, &approver(), grant("2026-07-31"), refusal);
        check(&case, &approver(), sample::refuse_extension(), refusal);
    }
}

#[test]
fn who_asked_does_not_decide() {
    let case = asked("2026-07-31");
    let by = same_person(Role::OfficeApprover, OFFICE);
    let refusal: &[&str] = &["SAME_PERSON_DECIDES"];
    check(&case, &by, grant("2026-07-31"), refusal);
    check(&case, &by, sample::refuse_extension(), refusal);
    check(&case, &approver(), sample::refuse_extension(), &[]);
}

#[test]
fn who_rectified_does_not_decide_though_another_asked() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&actor(71, Role::Unit, FACTORY), request("2026-07-31"));
    let deciding = |number| actor(number, Role::OfficeApprover, OFFICE);
    let refusal: &[&str] = &["SAME_PERSON_DECIDES"];
    check(&case, &deciding(71), grant("2026-07-31"), refusal);
    // He filed the plan.
    check(&case, &deciding(5), grant("2026-07-31"), refusal);
    check(&case, &deciding(80), grant("2026-07-31"), &[]);
}

#[test]
fn who_drafted_does_not_decide() {
    let case = asked("2026-07-31");
    let drafted = |by: Actor| {
        but(grant("2026-07-31"), |says| {
            says.drafted_by = Some(by.person);
        })
    };
    let refusal: &[&str] = &["SAME_PERSON_DECIDES"];
    check(&case, &approver(), drafted(approver()), refusal);
    check(&case, &approver(), drafted(clerk()), &[]);
}

#[test]
fn no_more_is_granted_than_was_asked_for() {
    let case = asked("2026-07-31");
    check(&case, &approver(), grant("2026-07-31"), &[]);
    let refusal: &[&str] = &["GRANT_BEYOND_REQUEST"];
    check(&case, &approver(), grant("2026-08-01"), refusal);
    check(&case, &approver(), overriding("2026-08-01"), refusal);
}

#[test]
fn a_late_request_is_heard_only_with_a_reason() {
    let case = asked_late();
    let refusal: &[&str] = &["LATE_REQUEST_NEEDS_OVERRIDE"];
    check(&case, &approver(), grant("2026-07-31"), refusal);
    check(&case, &approver(), overriding("2026-07-31"), &[]);
    check(&case, &approver(), sample::refuse_extension(), &[]);
}

#[test]
fn the_third_extension_needs_a_reason() {
    let case = asked_for_the_third_time();
    let refusal: &[&str] = &["TOO_MANY_EXTENSIONS"];
    check(&case, &approver(), grant("2026-07-30"), refusal);
    check(&case, &approver(), overriding("2026-07-30"), &[]);
}

#[test]
fn a_refused_request_does_not_count_among_the_extensions() {
    let mut case = Case::at(Status::Rectifying);
    for until in ["2026-07-10", "2026-07-20"] {
        case.step(&factory(), request(until));
        case.step(&approver(), sample::refuse_extension());
    }
    case.step(&factory(), request("2026-07-30"));
    check(&case, &approver(), grant("2026-07-30"), &[]);
}

#[test]
fn extensions_come_to_180_days_after_the_first_deadline_at_most() {
    let refusal: &[&str] = &["EXTENSION_TOO_LONG"];
    let case = asked("2026-12-31");
    check(&case, &approver(), grant("2026-12-27"), &[]);
    check(&case, &approver(), grant("2026-12-28"), refusal);
    check(&case, &approver(), overriding("2026-12-28"), &[]);
    let mut case = asked("2026-07-31");
    case.step(&approver(), grant("2026-07-31"));
    case.step(&factory(), request("2026-12-31"));
    check(&case, &approver(), grant("2026-12-27"), &[]);
    check(&case, &approver(), grant("2026-12-28"), refusal);
}

#[test]
fn under_a_higher_body_an_extension_needs_its_document() {
    let mut case = asked("2026-07-31");
    let above = sample::supervise_from_above(SupervisionLevel::City);
    case.step(&signer(), above);
    let refusal: &[&str] = &["HIGHER_DOCUMENT_MISSING"];
    check(&case, &signer(), grant("2026-07-31"), refusal);
    let with_document = but(grant("2026-07-31"), |says| {
        says.higher_document = Some(sample::line("永安督〔2026〕7号"));
    });
    check(&case, &signer(), with_document, &[]);
    check(&case, &signer(), sample::refuse_extension(), &[]);
    let mut county = asked("2026-07-31");
    county.step(&signer(), sample::supervise());
    check(&county, &signer(), grant("2026-07-31"), &[]);
}

/// Somebody who is not in the directory.
fn nobody() -> PersonId {
    PersonId::new(Uuid::from_u128(404)).unwrap()
}

#[test]
fn who_drafted_a_refusal_does_not_sign_it() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    let drafted_by = |who: &Actor| {
        but(sample::refuse_extension(), |says| {
            says.drafted_by = Some(who.person);
        })
    };
    check(
        &case,
        &approver(),
        drafted_by(&approver()),
        &["SAME_PERSON_DECIDES"],
    );
    check(&case, &approver(), drafted_by(&clerk()), &[]);
    let nobody = Actor {
        person: self::nobody(),
        ..clerk()
    };
    check(
        &case,
        &approver(),
        drafted_by(&nobody),
        &["DRAFTER_UNKNOWN"],
    );
}

#[test]
fn what_an_extension_rests_on_counts_when_the_server_holds_it() {
    let case = Case::at(Status::Rectifying);
    let unheld = but(sample::request_extension(date("2026-07-31")), |says| {
        says.evidence = sample::files(xiaohao_core::values::EvidenceKind::Document, &[201]);
    });
    check(&case, &factory(), unheld, &["EVIDENCE_NOT_RECEIVED"]);
}
