//! T15, T24, T29 and X03: applications, with their evidence.

use super::{Provocation, check, refused};
use xiaohao_core::Status;
use xiaohao_core::acts::{ApplyVerification, LookBackResult};
use xiaohao_core::values::{ClosureBasis, Evidence, EvidenceKind, EvidenceSet, ReopenReason};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("AFTER_PHOTO_MISSING", || {
        refused(
            &Case::at(Status::Rectifying),
            &factory(),
            with(vec![sample::after(60, 1)]),
        )
    }),
    ("ASSESSMENT_REPORT_MISSING", || {
        refused(&suspended(), &factory(), with(photos(60)))
    }),
    ("EVIDENCE_ALREADY_JUDGED", || {
        refused(&failed_with(60), &factory(), sample::apply(60))
    }),
    ("AFTER_PHOTO_FROM_REPORT", || {
        refused(
            &Case::at(Status::Rectifying),
            &factory(),
            with(photos(REPORTED)),
        )
    }),
    ("EVIDENCE_FOR_NO_MEASURE", || {
        let beside = [photos(60), vec![sample::after(62, 3)]].concat();
        refused(&Case::at(Status::Rectifying), &factory(), with(beside))
    }),
    ("EVIDENCE_NOT_RECEIVED", || {
        refused(
            &Case::at(Status::Rectifying),
            &factory(),
            sample::apply(220),
        )
    }),
    ("NOT_A_SHUTDOWN", || {
        let says = but(sample::apply_shutdown(60), |says| {
            says.basis = ClosureBasis::Rectified;
        });
        refused(&Case::at(Status::Rectifying), &lead(), says)
    }),
    ("SITE_PHOTO_MISSING", || {
        let says = but(sample::apply_shutdown(60), |says| {
            says.evidence = EvidenceSet::empty();
        });
        refused(&Case::at(Status::Rectifying), &lead(), says)
    }),
    ("TEAM_ALREADY_ON_SITE", || {
        refused(&visited(), &factory(), sample::withdraw())
    }),
];

/// The first of the two photos that the sample report brings.
const REPORTED: u8 = 1;

fn photos(first: u8) -> Vec<Evidence> {
    vec![sample::after(first, 1), sample::after(first + 1, 2)]
}

fn with(evidence: Vec<Evidence>) -> ApplyVerification {
    but(sample::apply(60), |says| {
        says.evidence = EvidenceSet::new(evidence).unwrap();
    })
}

fn suspended() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&lead(), sample::suspend());
    })
}

fn failed_with(first: u8) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&factory(), sample::apply(first));
        case.step(&inspector(), sample::fail(case.today, 80));
    })
}

fn visited() -> Case {
    but(Case::at(Status::AwaitingVerification), |case| {
        case.step(&inspector(), sample::visit_site());
    })
}

#[test]
fn every_measure_is_shown_after_the_work() {
    let case = Case::at(Status::Rectifying);
    let refusal: &[&str] = &["AFTER_PHOTO_MISSING"];
    check(&case, &factory(), with(photos(60)), &[]);
    check(&case, &factory(), with(vec![sample::after(60, 1)]), refusal);
    check(&case, &factory(), with(vec![sample::after(60, 2)]), refusal);
    check(&case, &factory(), with(Vec::new()), refusal);
    let before = Evidence::new(file(61), EvidenceKind::Before)
        .of_measure(2)
        .unwrap();
    let wrong_kind = with(vec![sample::after(60, 1), before]);
    check(&case, &factory(), wrong_kind, refusal);
    let unbound = Evidence::new(file(61), EvidenceKind::After);
    let of_none = with(vec![sample::after(60, 1), unbound]);
    check(&case, &factory(), of_none, refusal);
}

#[test]
fn a_file_shows_a_measure_of_the_plan_or_none() {
    let refusal: &[&str] = &["EVIDENCE_FOR_NO_MEASURE"];
    let stray = || sample::after(62, 3);
    let case = Case::at(Status::Rectifying);
    let beside = [photos(60), vec![stray()]].concat();
    check(&case, &factory(), with(beside), refusal);
    // Who mistakes the number of one hears of both: that it is of none, and that the other has none.
    let mistaken = with(vec![sample::after(60, 1), stray()]);
    let both = &["AFTER_PHOTO_MISSING", "EVIDENCE_FOR_NO_MEASURE"];
    check(&case, &factory(), mistaken, both);
    let shutdown = but(sample::apply_shutdown(60), |says| {
        says.evidence = EvidenceSet::new([photos(60), vec![stray()]].concat()).unwrap();
    });
    check(&case, &lead(), shutdown, refusal);
    let visited = visited();
    let stray_set = || EvidenceSet::new(vec![stray()]).unwrap();
    let passed = but(sample::pass(visited.today, 80), |says| {
        says.inspection.evidence = stray_set();
    });
    check(&visited, &clerk(), passed, refusal);
    let failed = but(sample::fail(visited.today, 80), |says| {
        says.inspection.evidence = stray_set();
    });
    check(&visited, &clerk(), failed, refusal);
    // A tablet that was out of reach may send what shows the plan before.
    let late = but(sample::progress(40), |says| {
        says.evidence = stray_set();
    });
    check(&case, &factory(), late, &[]);
}

#[test]
fn while_suspended_an_assessment_is_handed_in() {
    let refusal: &[&str] = &["ASSESSMENT_REPORT_MISSING"];
    check(&suspended(), &factory(), with(photos(60)), refusal);
    check(&suspended(), &factory(), sample::apply(60), &[]);
    let case = Case::at(Status::Rectifying);
    check(&case, &factory(), with(photos(60)), &[]);
    // Lifted after a verification that then came to nothing.
    let mut lifted = suspended();
    lifted.advance_to(Status::Verified);
    lifted.step(&lead(), sample::resume());
    lifted.step(&approver(), sample::refuse_strike_off());
    check(&lifted, &factory(), with(photos(160)), refusal);
    // A stop of an earlier cycle is over.
    lifted.advance_to(Status::Closed);
    lifted.pass_days(1);
    lifted.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    lifted.advance_to(Status::Rectifying);
    check(&lifted, &factory(), with(photos(190)), &[]);
}

#[test]
fn evidence_of_a_failed_round_does_not_come_back() {
    let refusal: &[&str] = &["EVIDENCE_ALREADY_JUDGED"];
    let case = failed_with(60);
    check(&case, &factory(), sample::apply(60), refusal);
    check(&case, &factory(), sample::apply(62), refusal);
    check(&case, &factory(), sample::apply(63), &[]);
    check(&case, &lead(), sample::apply_shutdown(61), refusal);
    // Nor does what the team brought home from its visit.
    check(&case, &lead(), sample::apply_shutdown(80), refusal);
    check(&case, &lead(), sample::apply_shutdown(63), &[]);
}

#[test]
fn a_photo_from_the_report_does_not_show_the_hazard_after_the_work() {
    let refusal: &[&str] = &["AFTER_PHOTO_FROM_REPORT"];
    let case = Case::at(Status::Rectifying);
    let one = vec![sample::after(60, 1), sample::after(REPORTED, 2)];
    check(&case, &factory(), with(one), refusal);
    let before = Evidence::new(file(REPORTED), EvidenceKind::Before);
    let beside = [photos(60), vec![before]].concat();
    check(&case, &factory(), with(beside), &[]);
    let mut case = Case::at(Status::AwaitingVerification);
    let shown = EvidenceSet::new(vec![sample::after(REPORTED, 1)]).unwrap();
    let seen = but(sample::pass(case.today, 90), |says| {
        says.inspection.evidence = shown.clone();
    });
    check(&case, &inspector(), seen, refusal);
    case.advance_to(Status::Closed);
    case.pass_days(1);
    let look_back = but(sample::look_back(LookBackResult::Holds), |says| {
        says.evidence = shown;
    });
    check(&case, &town_inspector(), look_back, refusal);
}

#[test]
fn evidence_counts_when_the_server_holds_it() {
    let refusal: &[&str] = &["EVIDENCE_NOT_RECEIVED"];
    let case = Case::at(Status::Rectifying);
    check(&case, &factory(), sample::apply(197), &[]);
    check(&case, &factory(), sample::apply(198), refusal);
    check(&case, &lead(), sample::apply_shutdown(199), &[]);
    check(&case, &lead(), sample::apply_shutdown(200), refusal);
}

#[test]
fn only_what_has_ceased_is_closed_as_ceased() {
    let case = Case::at(Status::Rectifying);
    for basis in ClosureBasis::ALL {
        let says = but(sample::apply_shutdown(60), |says| says.basis = *basis);
        let expected: &[&str] = if *basis == ClosureBasis::Rectified {
            &["NOT_A_SHUTDOWN"]
        } else {
            &[]
        };
        check(&case, &lead(), says, expected);
    }
}

#[test]
fn a_closure_by_shutdown_shows_the_site() {
    let case = Case::at(Status::Rectifying);
    let says = but(sample::apply_shutdown(60), |says| {
        says.evidence = EvidenceSet::empty();
    });
    check(&case, &lead(), says, &["SITE_PHOTO_MISSING"]);
}

#[test]
fn once_the_team_is_there_nothing_is_withdrawn_and_it_arrives_once() {
    let case = Case::at(Status::AwaitingVerification);
    check(&case, &factory(), sample::withdraw(), &[]);
    check(&case, &inspector(), sample::visit_site(), &[]);
    let refusal: &[&str] = &["TEAM_ALREADY_ON_SITE"];
    check(&visited(), &factory(), sample::withdraw(), refusal);
    check(&visited(), &inspector(), sample::visit_site(), refusal);
}

#[test]
fn a_paper_is_no_photo() {
    let case = Case::at(Status::Rectifying);
    let showing = |kind| {
        but(sample::apply_shutdown(60), |says| {
            says.evidence = sample::files(kind, &[60]);
        })
    };
    check(
        &case,
        &lead(),
        showing(EvidenceKind::Document),
        &["SITE_PHOTO_MISSING"],
    );
    check(
        &case,
        &lead(),
        showing(EvidenceKind::Report),
        &["SITE_PHOTO_MISSING"],
    );
    check(
        &case,
        &lead(),
        showing(EvidenceKind::Signature),
        &["SITE_PHOTO_MISSING"],
    );
    check(&case, &lead(), showing(EvidenceKind::Site), &[]);
    let report = |kind| {
        but(sample::report(), |says| {
            says.evidence = sample::files(kind, &[1]);
        })
    };
    check(
        &Case::new(),
        &inspector(),
        report(EvidenceKind::Document),
        &["PHOTO_MISSING"],
    );
    check(
        &Case::new(),
        &inspector(),
        report(EvidenceKind::Before),
        &[],
    );
}

#[test]
fn a_township_that_the_county_does_not_have_is_refused() {
    let of = |code: &str| {
        but(sample::report(), |says| {
            says.township = xiaohao_core::values::TownshipCode::parse(code).unwrap();
        })
    };
    check(
        &Case::new(),
        &inspector(),
        of("431123999"),
        &["PLACE_OUTSIDE_COUNTY"],
    );
    check(&Case::new(), &inspector(), of("431123102"), &[]);
}
