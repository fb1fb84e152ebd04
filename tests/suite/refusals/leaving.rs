//! T22, T23, T25, T26, T28, X01 and T31: how a hazard leaves the list, is escalated or referred.

use super::{Provocation, check, refused};
use std::collections::BTreeSet;
use std::sync::Arc;
use xiaohao_core::acts::{Downgrade, EscalationGround, Merge, Transfer};
use xiaohao_core::directory::{Directory, DirectoryParts, Post};
use xiaohao_core::values::{EscalationKind, ReopenReason, SupervisionLevel};
use xiaohao_core::{Actor, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("MERGE_INTO_ITSELF", || {
        refused(&Case::at(Status::Listed), &clerk(), merge_into(1))
    }),
    ("MERGE_TARGET_UNKNOWN", || {
        refused(&Case::at(Status::Listed), &clerk(), merge_into(3))
    }),
    ("MERGE_TARGET_MERGED", || {
        refused(&with_target(Status::Merged), &clerk(), merge_into(2))
    }),
    ("MERGE_TARGET_NOT_OPEN", || {
        refused(&with_target(Status::Closed), &clerk(), merge_into(2))
    }),
    ("MERGE_LOSES_ORDER", || {
        let case = but(Case::at(Status::Rectifying), |case| kept_by(case, &[]));
        refused(&case, &clerk(), merge_into(2))
    }),
    ("MERGE_LOSES_RECTIFIER", || {
        let case = by_others(worked_on_by_one_who_left(None), &[]);
        refused(&case, &clerk(), merge_into(2))
    }),
    ("MERGE_LOSES_DEADLINE", || {
        refused(&kept_until(None), &clerk(), merge_into(2))
    }),
    ("MERGE_MOVES_DEADLINE", || {
        refused(&kept_until(Some("2026-07-01")), &clerk(), merge_into(2))
    }),
    ("MERGE_WHILE_SUSPENDED", || {
        refused(&stopped(Status::Listed, false), &clerk(), merge_into(2))
    }),
    ("MERGE_LOSES_SUPERVISION", || {
        let mut case = Case::at(Status::Listed);
        case.step(&signer(), sample::supervise());
        supervise_the_other(&mut case, None);
        refused(&case, &clerk(), merge_into(2))
    }),
    ("EXPOSED_IN_FUTURE", || {
        let case = Case::at(Status::Rectifying);
        let tomorrow = case.today + chrono::TimeDelta::days(1);
        refused(&case, &lead(), sample::expose(tomorrow))
    }),
    ("TRANSFER_NOT_RECEIVED", || {
        let says = sample::transfer(date("2026-03-06"));
        refused(&Case::at(Status::Listed), &clerk(), says)
    }),
    ("ESCALATION_GROUND_MISSING", || {
        let says = sample::escalate(EscalationKind::Interview, EscalationGround::Overdue);
        refused(&Case::at(Status::Rectifying), &clerk(), says)
    }),
    ("ORDER_WAS_ISSUED", || {
        refused(&returned(), &clerk(), sample::propose_annulment())
    }),
    ("ANNULMENT_PENDING", || {
        refused(&proposed(), &second_clerk(), sample::propose_annulment())
    }),
    ("ANNULMENT_NOT_PROPOSED", || {
        refused(&Case::at(Status::Listed), &clerk(), sample::annul())
    }),
    ("ANNULMENT_NEEDS_TWO", || {
        refused(&proposed(), &clerk(), sample::annul())
    }),
    ("OFFICERS_TOO_FEW", || {
        let says = but(sample::refer(date("2026-03-05")), |says| {
            says.officers = BTreeSet::from([sample::name("承办子")]);
        });
        refused(&Case::at(Status::Listed), &lead(), says)
    }),
    ("REFERRAL_NOT_DECIDED", || {
        let says = sample::refer(date("2026-03-06"));
        refused(&Case::at(Status::Listed), &lead(), says)
    }),
];

fn merge_into(number: u128) -> Merge {
    but(sample::merge(), |says| says.into = sample::hazard(number))
}

/// On the hazard that goes on, these had an order.
fn kept_by(case: &mut Case, units: &[u128]) {
    let target = case.known.hazards.get_mut(&sample::hazard(2));
    target.unwrap().ordered_units = units.iter().map(|number| unit(*number)).collect();
}

#[test]
fn what_was_assigned_is_merged_only_where_the_same_units_had_an_order() {
    let lost: &[&str] = &["MERGE_LOSES_ORDER"];
    let reassigned = but(Case::at(Status::Rectifying), |case| {
        case.step(&approver(), sample::reassign(date("2026-06-30")));
    });
    let listed = Case::at(Status::Listed);
    let cases: [(&Case, &[u128], &[&str]); 9] = [
        (&listed, &[], &[]),
        (&listed, &[MARKET], &[]),
        (&returned(), &[], lost),
        (&returned(), &[MARKET], &[]),
        (&Case::at(Status::Assigned), &[], lost),
        (&Case::at(Status::Assigned), &[FACTORY], &[]),
        (&reassigned, &[MARKET], lost),
        (&reassigned, &[FACTORY], lost),
        (&reassigned, &[FACTORY, MARKET, LONGBO], &[]),
    ];
    for (case, units, told) in cases {
        let case = but(case.clone(), |case| kept_by(case, units));
        check(&case, &clerk(), merge_into(2), told);
    }
}

/// Somebody who worked for the unit that rectifies, and has left it.
fn gone() -> Actor {
    Actor {
        person: person(60),
        ..factory()
    }
}

/// Which he has worked on; his post ended on this day, or it was taken from the directory.
fn worked_on_by_one_who_left(until: Option<&str>) -> Case {
    let post = |case: &mut Case, of: u128, until: Option<&str>| {
        let mut parts: DirectoryParts = (*case.county.directory).clone().into();
        let own = parts.people.iter_mut().find(|one| one.id == gone().person);
        own.unwrap().posts = vec![Post {
            role: Role::Unit,
            unit: unit(of),
            from: None,
            until: until.map(date),
        }];
        case.county.directory = Arc::new(Directory::new(parts).unwrap());
    };
    but(Case::at(Status::Rectifying), |case| {
        post(case, FACTORY, None);
        case.step(&gone(), sample::note());
        match until {
            Some(until) => post(case, FACTORY, Some(until)),
            None => post(case, EXPERTS, None),
        }
    })
}

/// The other was rectified by these.
fn by_others(case: Case, people: &[Actor]) -> Case {
    but(case, |case| {
        let target = case.known.hazards.get_mut(&sample::hazard(2)).unwrap();
        target.rectified_by = people.iter().map(|one| one.person).collect();
    })
}

#[test]
fn nobody_who_rectified_is_lost_by_a_merger() {
    let lost: &[&str] = &["MERGE_LOSES_RECTIFIER"];
    // Whoever has a post in a unit that has an order for both is of the other's side by it.
    let case = by_others(Case::at(Status::Rectifying), &[]);
    check(&case, &clerk(), merge_into(2), &[]);
    for (until, people, told) in [
        (None, &[] as &[Actor], lost),
        (None, &[clerk()], lost),
        (None, &[clerk(), gone()], &[]),
        // The other was found on 2026-03-02.
        (Some("2026-02-28"), &[], lost),
        (Some("2026-03-01"), &[], &[]),
    ] {
        let case = by_others(worked_on_by_one_who_left(until), people);
        check(&case, &clerk(), merge_into(2), told);
    }
    // Whoever has only handed out a link has rectified nothing.
    let with_a_link = but(Case::at(Status::Rectifying), |case| {
        case.step(&lead(), sample::hand_out_link(case.today));
    });
    check(&by_others(with_a_link, &[]), &clerk(), merge_into(2), &[]);
}

/// A hazard that is due on 2026-06-30, and another that is due on this day, or on none.
fn kept_until(due_on: Option<&str>) -> Case {
    but(Case::at(Status::Rectifying), |case| {
        let target = case.known.hazards.get_mut(&sample::hazard(2));
        target.unwrap().due_on = due_on.map(date);
    })
}

#[test]
fn merging_moves_no_deadline_and_ends_no_suspension() {
    let moved: &[&str] = &["MERGE_MOVES_DEADLINE"];
    for (due_on, told) in [
        (Some("2026-06-29"), &[] as &[&str]),
        (Some("2026-06-30"), &[]),
        (Some("2026-07-01"), moved),
        (None, &["MERGE_LOSES_DEADLINE"]),
    ] {
        check(&kept_until(due_on), &clerk(), merge_into(2), told);
    }
    let mut returned = kept_until(Some("2026-07-01"));
    returned.step(&approver(), sample::reassign(date("2026-06-30")));
    check(&returned, &clerk(), merge_into(2), moved);
    returned.step(&market(), sample::return_assignment());
    check(&returned, &clerk(), merge_into(2), moved);
    let lost: &[&str] = &["MERGE_WHILE_SUSPENDED"];
    for status in [Status::Reported, Status::Listed, Status::Rectifying] {
        check(&stopped(status, false), &clerk(), merge_into(2), lost);
        check(&stopped(status, true), &clerk(), merge_into(2), &[]);
    }
}

#[test]
fn merging_ends_no_supervision() {
    let (county, city) = (SupervisionLevel::County, SupervisionLevel::City);
    let mut case = Case::at(Status::Rectifying);
    case.step(&signer(), sample::supervise());
    let lost: &[&str] = &["MERGE_LOSES_SUPERVISION"];
    for (other, told) in [(None, lost), (Some(county), &[]), (Some(city), &[])] {
        supervise_the_other(&mut case, other);
        check(&case, &clerk(), merge_into(2), told);
    }
}

/// The other is supervised at this level.
fn supervise_the_other(case: &mut Case, level: Option<SupervisionLevel>) {
    let target = case.known.hazards.get_mut(&sample::hazard(2));
    target.unwrap().supervised_at = level;
}

/// A suspension is in force on it, and on the other or not.
fn stopped(status: Status, also_the_other: bool) -> Case {
    but(Case::at(status), |case| {
        case.step(&lead(), sample::suspend());
        let target = case.known.hazards.get_mut(&sample::hazard(2));
        target.unwrap().suspended = also_the_other;
    })
}

fn with_target(status: Status) -> Case {
    but(Case::at(Status::Listed), |case| {
        let target = case.known.hazards.get_mut(&sample::hazard(2));
        target.unwrap().status = status;
    })
}

fn returned() -> Case {
    but(Case::at(Status::Assigned), |case| {
        case.step(&factory(), sample::return_assignment());
    })
}

fn proposed() -> Case {
    but(Case::at(Status::Listed), |case| {
        case.step(&clerk(), sample::propose_annulment());
    })
}

#[test]
fn a_hazard_is_merged_only_into_another_that_is_open() {
    for status in Status::ALL {
        let case = with_target(*status);
        let expected: &[&str] = match status {
            Status::Merged => &["MERGE_TARGET_MERGED"],
            status if status.is_open() => &[],
            _ => &["MERGE_TARGET_NOT_OPEN"],
        };
        check(&case, &clerk(), merge_into(2), expected);
    }
    let case = Case::at(Status::Listed);
    check(&case, &clerk(), merge_into(1), &["MERGE_INTO_ITSELF"]);
    check(&case, &clerk(), merge_into(3), &["MERGE_TARGET_UNKNOWN"]);
}

#[test]
fn a_hazard_is_not_merged_into_itself_even_when_the_ledger_knows_it() {
    let case = but(Case::at(Status::Listed), |case| {
        let open = case.known.hazards[&sample::hazard(2)].clone();
        case.known.hazards.insert(sample::hazard(1), open);
    });
    check(&case, &clerk(), merge_into(1), &["MERGE_INTO_ITSELF"]);
}

#[test]
fn a_higher_body_consents_before_a_hazard_leaves_its_list() {
    for level in [SupervisionLevel::City, SupervisionLevel::Province] {
        let mut case = Case::at(Status::Rectifying);
        case.step(&signer(), sample::supervise_from_above(level));
        let today = case.today;
        let missing: &[&str] = &["CONSENT_MISSING"];
        check(&case, &clerk(), sample::merge(), missing);
        check(&case, &clerk(), sample::downgrade(), missing);
        check(&case, &clerk(), sample::transfer(today), missing);
        let tomorrow = today.succ_opt().unwrap();
        let future: &[&str] = &["CONSENT_IN_FUTURE"];
        for (on, expected) in [(today, &[] as &[&str]), (tomorrow, future)] {
            let consent = Some(sample::consent_at(level, on));
            let merge = Merge {
                consent: consent.clone(),
                ..sample::merge()
            };
            check(&case, &clerk(), merge, expected);
            let downgrade = Downgrade {
                consent: consent.clone(),
                ..sample::downgrade()
            };
            check(&case, &clerk(), downgrade, expected);
            let transfer = Transfer {
                consent,
                ..sample::transfer(today)
            };
            check(&case, &clerk(), transfer, expected);
        }
    }
}

#[test]
fn consent_to_an_earlier_closure_is_none_to_leaving_the_list_again() {
    let level = SupervisionLevel::Province;
    let mut case = Case::at(Status::Listed);
    case.step(&signer(), sample::supervise_from_above(level));
    let says = but(sample::assign(), |says| {
        says.terms = sample::asking_from(sample::terms(date("2026-06-30")), case.today);
    });
    case.step(&signer(), says);
    case.advance_to(Status::Verified);
    let consent = |on| Some(sample::consent_at(level, on));
    let closed_on = case.today;
    let says = but(sample::strike_off(), |says| {
        says.consent = consent(closed_on);
    });
    case.step(&approver(), says);
    case.pass_days(3);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    let early: &[&str] = &["CONSENT_TOO_EARLY"];
    for (on, expected) in [(closed_on, early), (case.today, &[])] {
        let consent = consent(on);
        let says = but(sample::downgrade(), |says| says.consent = consent);
        check(&case, &clerk(), says, expected);
    }
}

#[test]
fn the_county_ends_what_it_alone_supervises() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&signer(), sample::supervise());
    check(&case, &clerk(), sample::merge(), &[]);
    check(&case, &clerk(), sample::downgrade(), &[]);
    check(&case, &clerk(), sample::transfer(case.today), &[]);
}

#[test]
fn a_transfer_is_signed_for_by_its_day() {
    let case = Case::at(Status::Listed);
    let received = |on: &str| sample::transfer(date(on));
    check(&case, &clerk(), received("2026-03-05"), &[]);
    let refusal: &[&str] = &["TRANSFER_NOT_RECEIVED"];
    check(&case, &clerk(), received("2026-03-06"), refusal);
}

#[test]
fn a_reminder_is_good_for_urging_only() {
    let case = Case::at(Status::Rectifying);
    for kind in EscalationKind::ALL {
        let says = sample::escalate(*kind, EscalationGround::Reminder);
        let expected: &[&str] = if *kind == EscalationKind::Urge {
            &[]
        } else {
            &["ESCALATION_GROUND_MISSING"]
        };
        check(&case, &clerk(), says, expected);
        let says = sample::escalate(*kind, EscalationGround::RefusedToRectify);
        check(&case, &clerk(), says, &[]);
    }
}

#[test]
fn what_is_escalated_as_overdue_is_overdue() {
    let says = || sample::escalate(EscalationKind::SupervisionLetter, EscalationGround::Overdue);
    let refusal: &[&str] = &["ESCALATION_GROUND_MISSING"];
    for status in [Status::Assigned, Status::Acknowledged, Status::Rectifying] {
        let mut case = Case::at(status);
        case.on("2026-06-30");
        check(&case, &clerk(), says(), refusal);
        case.on("2026-07-01");
        check(&case, &clerk(), says(), &[]);
    }
    let mut listed = Case::at(Status::Listed);
    check(listed.on("2026-12-01"), &clerk(), says(), refusal);
    let mut applied_in_time = Case::at(Status::AwaitingVerification);
    check(applied_in_time.on("2026-12-01"), &clerk(), says(), refusal);
    let mut applied_late = Case::at(Status::Rectifying);
    applied_late.on("2026-07-01");
    applied_late.step(&factory(), sample::apply(60));
    check(&applied_late, &clerk(), says(), &[]);
}

#[test]
fn two_failed_rounds_escalate_and_one_does_not() {
    let says = || sample::escalate(EscalationKind::Interview, EscalationGround::FailedTwice);
    let refusal: &[&str] = &["ESCALATION_GROUND_MISSING"];
    let mut case = Case::at(Status::Rectifying);
    check(&case, &clerk(), says(), refusal);
    case.step(&factory(), sample::apply(60));
    case.step(&inspector(), sample::fail(case.today, 70));
    check(&case, &clerk(), says(), refusal);
    case.step(&factory(), sample::apply(80));
    case.step(&inspector(), sample::fail(case.today, 90));
    check(&case, &clerk(), says(), &[]);
}

#[test]
fn what_an_order_was_issued_for_is_not_annulled() {
    let refusal: &[&str] = &["ORDER_WAS_ISSUED"];
    let propose = sample::propose_annulment;
    check(&returned(), &clerk(), propose(), refusal);
    let mut reopened = Case::at(Status::Closed);
    let reopen = sample::reopen(ReopenReason::FalseRectification);
    reopened.step(&clerk(), reopen);
    check(&reopened, &clerk(), propose(), refusal);
    let annul = &["ORDER_WAS_ISSUED", "ANNULMENT_NOT_PROPOSED"];
    check(&returned(), &clerk(), sample::annul(), annul);
    check(&reopened, &clerk(), sample::annul(), annul);
    check(&Case::at(Status::Reported), &clerk(), propose(), &[]);
    check(&Case::at(Status::Listed), &clerk(), propose(), &[]);
}

#[test]
fn annulment_is_proposed_once_and_confirmed_by_another() {
    let case = proposed();
    let pending: &[&str] = &["ANNULMENT_PENDING"];
    let propose = sample::propose_annulment;
    check(&case, &clerk(), propose(), pending);
    check(&case, &second_clerk(), propose(), pending);
    check(&case, &clerk(), sample::annul(), &["ANNULMENT_NEEDS_TWO"]);
    check(&case, &second_clerk(), sample::annul(), &[]);
    let listed = Case::at(Status::Listed);
    let not_proposed: &[&str] = &["ANNULMENT_NOT_PROPOSED"];
    check(&listed, &clerk(), sample::annul(), not_proposed);
}

#[test]
fn a_proposal_to_annul_lapses_when_the_hazard_moves_on() {
    let mut case = Case::at(Status::Reported);
    case.step(&clerk(), sample::propose_annulment());
    case.step(&clerk(), sample::list());
    let refusal: &[&str] = &["ANNULMENT_NOT_PROPOSED"];
    check(&case, &second_clerk(), sample::annul(), refusal);
    case.step(&clerk(), sample::propose_annulment());
    case.step(&approver(), sample::assign());
    assert_eq!(case.hazard().file().annulment, None);
}

#[test]
fn a_referral_is_decided_first_and_has_two_officers() {
    let case = Case::at(Status::Listed);
    let decided = |on: &str| sample::refer(date(on));
    check(&case, &lead(), decided("2026-03-05"), &[]);
    let refusal: &[&str] = &["REFERRAL_NOT_DECIDED"];
    check(&case, &lead(), decided("2026-03-06"), refusal);
    let with = |names: &[&str]| {
        but(decided("2026-03-05"), |says| {
            says.officers = names.iter().map(|name| sample::name(name)).collect();
        })
    };
    let too_few: &[&str] = &["OFFICERS_TOO_FEW"];
    check(&case, &lead(), with(&[]), too_few);
    check(&case, &lead(), with(&["承办子"]), too_few);
    check(&case, &lead(), with(&["承办子", "承办子"]), too_few);
    check(&case, &lead(), with(&["承办子", "承办丑"]), &[]);
}

#[test]
fn what_a_higher_body_supervises_is_not_annulled_without_it() {
    let mut case = Case::at(Status::Listed);
    let city = sample::supervise_from_above(SupervisionLevel::City);
    case.step(&signer(), city);
    case.step(&clerk(), sample::propose_annulment());
    check(&case, &approver(), sample::annul(), &["CONSENT_MISSING"]);
    let consented = but(sample::annul(), |says| {
        says.consent = Some(sample::consent(case.today));
    });
    check(&case, &approver(), consented, &[]);
}

#[test]
fn a_refused_strike_off_is_no_failed_verification() {
    let mut case = Case::at(Status::AwaitingVerification);
    case.step(&inspector(), sample::fail(case.today, 170));
    case.step(&factory(), sample::apply(180));
    case.step(&inspector(), sample::pass(case.today, 190));
    case.step(&approver(), sample::refuse_strike_off());
    let interview = sample::escalate(EscalationKind::Interview, EscalationGround::FailedTwice);
    check(
        &case,
        &clerk(),
        interview.clone(),
        &["ESCALATION_GROUND_MISSING"],
    );
    case.step(&factory(), sample::apply(120));
    case.step(&inspector(), sample::fail(case.today, 130));
    check(&case, &clerk(), interview, &[]);
}
