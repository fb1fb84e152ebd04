//! T11, X05, T12 and T27: supervision and suspension, put in force and lifted.

use super::{Provocation, check, refused};
use xiaohao_core::acts::{PowerCut, Resume, Suspend};
use xiaohao_core::order::{OrderBody, OrderContent};
use xiaohao_core::values::{SupervisionLevel, SuspensionKind};
use xiaohao_core::{Act, Actor, Event, Refusal, Role, Status, evolve, may, replay};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("HIGHER_DOCUMENT_MISSING", || {
        let says = but(sample::supervise(), |says| {
            says.level = SupervisionLevel::City;
        });
        refused(&Case::at(Status::Listed), &signer(), says)
    }),
    ("HIGHER_DOCUMENT_OURS", || {
        let says = but(
            sample::supervise_from_above(SupervisionLevel::City),
            |says| {
                says.higher_document = Some(sample::line("双安督〔2026〕1号"));
            },
        );
        refused(&Case::at(Status::Listed), &signer(), says)
    }),
    ("SUPERVISION_ORDER_MISSING", || {
        let says = but(sample::supervise(), |says| says.order = None);
        refused(&Case::at(Status::Listed), &signer(), says)
    }),
    ("ALREADY_SUPERVISED", || {
        refused(&supervised(), &signer(), sample::supervise())
    }),
    ("NOT_SUPERVISED", || {
        let says = sample::lift_supervision(SupervisionLevel::County);
        refused(&Case::at(Status::Listed), &signer(), says)
    }),
    ("ALREADY_SUSPENDED", || {
        refused(&suspended(), &lead(), sample::suspend())
    }),
    ("POWER_CUT_UNAPPROVED", || {
        refused(&Case::at(Status::Listed), &lead(), power_cut(None))
    }),
    ("POWER_CUT_TOO_SOON", || {
        let case = Case::at(Status::Listed);
        refused(&case, &lead(), power_cut(Some("2026-03-05")))
    }),
    ("NOT_SUSPENDED", || {
        refused(&Case::at(Status::Verified), &lead(), sample::resume())
    }),
    ("SUSPENDED_BY_ANOTHER", || {
        refused(&suspended_by_both(), &lead(), sample::resume())
    }),
];

fn supervised() -> Case {
    but(Case::at(Status::Listed), |case| {
        case.step(&signer(), sample::supervise());
    })
}

fn suspended() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&lead(), sample::suspend());
    })
}

fn housing() -> Actor {
    actor(16, Role::Lead, HOUSING_BUREAU)
}

/// Suspended before the listing, when any department with enforcement power could; now verified.
fn suspended_by_housing() -> Case {
    but(Case::at(Status::Reported), |case| {
        case.step(&housing(), sample::suspend());
        case.advance_to(Status::Verified);
    })
}

fn power_cut(noticed_on: Option<&str>) -> Suspend {
    but(sample::suspend(), |says| {
        says.kind = SuspensionKind::PowerCut;
        says.power_cut = noticed_on.map(|on| PowerCut {
            approved_by: sample::name("局长寅"),
            notice: sample::line("双应急断通〔2026〕1号"),
            noticed_on: date(on),
            emergency: None,
        });
    })
}

#[test]
fn supervision_from_above_needs_the_higher_bodys_document() {
    let case = Case::at(Status::Listed);
    for level in [SupervisionLevel::City, SupervisionLevel::Province] {
        let says = sample::supervise_from_above(level);
        check(&case, &signer(), says.clone(), &[]);
        let bare = but(says, |says| says.higher_document = None);
        check(&case, &signer(), bare.clone(), &["HIGHER_DOCUMENT_MISSING"]);
        // The county's own notice does not replace it.
        let with_order = but(bare, |says| says.order = Some(sample::order(3)));
        check(&case, &signer(), with_order, &["HIGHER_DOCUMENT_MISSING"]);
    }
}

#[test]
fn no_notice_of_the_county_is_kept_beside_a_higher_bodys_document() {
    let mut case = Case::at(Status::Listed);
    let says = but(
        sample::supervise_from_above(SupervisionLevel::City),
        |says| says.order = Some(sample::order(3)),
    );
    case.step(&signer(), says);
    let Event::SupervisionOrdered(event) = &case.history.last().unwrap().event else {
        panic!("{:?}", case.history.last());
    };
    assert_eq!(event.says.order, None);
    let kept = |case: &Case| case.hazard().entry().unwrap().supervision[0].order;
    assert_eq!(kept(&case), None);
    // A ledger may hold one from before.
    let mut entry = case.history.pop().unwrap();
    if let Event::SupervisionOrdered(event) = &mut entry.event {
        event.says.order = Some(sample::order(3));
    }
    case.hazard = replay(&case.history).unwrap();
    case.hazard = Some(evolve(case.hazard.take(), &entry).unwrap());
    assert_eq!(kept(&case), None);
}

#[test]
fn what_the_county_numbers_itself_comes_from_no_higher_body() {
    let ours: &[&str] = &["HIGHER_DOCUMENT_OURS"];
    let case = Case::at(Status::Listed);
    let mut supervised = case.clone();
    supervised.step(
        &signer(),
        sample::supervise_from_above(SupervisionLevel::City),
    );
    for (number, told) in [
        ("永安督〔2026〕5号", &[] as &[&str]),
        ("永安督[2026]5号", &[]),
        ("湘安〔2026〕5号", &[]),
        ("双安督〔2026〕5号", ours),
        ("双安督[２０２６]5号", ours),
        ("双安办通〔2026〕8号", ours),
    ] {
        let says = but(
            sample::supervise_from_above(SupervisionLevel::Province),
            |says| {
                says.higher_document = Some(sample::line(number));
            },
        );
        check(&case, &signer(), says, told);
        let lifts = but(sample::lift_supervision(SupervisionLevel::City), |says| {
            says.higher_document = Some(sample::line(number));
        });
        check(&supervised, &signer(), lifts, told);
    }
}

#[test]
fn supervision_by_the_county_needs_the_commissions_notice() {
    let case = Case::at(Status::Listed);
    check(&case, &signer(), sample::supervise(), &[]);
    let bare = but(sample::supervise(), |says| says.order = None);
    check(
        &case,
        &signer(),
        bare.clone(),
        &["SUPERVISION_ORDER_MISSING"],
    );
    // A higher body's document does not replace it.
    let with_document = but(bare, |says| {
        says.higher_document = Some(sample::line("永安督〔2026〕5号"));
    });
    check(
        &case,
        &signer(),
        with_document,
        &["SUPERVISION_ORDER_MISSING"],
    );
}

#[test]
fn an_issued_notice_supervises_only_what_it_lists() {
    let mut case = Case::at(Status::Listed);
    let mut listing = |hazard: u128| {
        let mut reference = case.reference();
        reference.id = sample::hazard(hazard);
        let content = OrderContent {
            id: sample::order(3),
            signatory: sample::name("签发戊"),
            requirements: sample::prose("按期整改到位。"),
            body: OrderBody::Supervision {
                items: vec![reference],
            },
        };
        case.known.orders = vec![case.issued(&signer(), content)];
        case.verdict(&signer(), sample::supervise())
    };
    assert_eq!(listing(2), ["ORDER_DOES_NOT_LIST"]);
    assert_eq!(listing(1), [""; 0]);
}

#[test]
fn one_level_is_put_in_force_once_at_a_time() {
    let mut case = supervised();
    let refusal: &[&str] = &["ALREADY_SUPERVISED"];
    check(&case, &signer(), sample::supervise(), refusal);
    let city = sample::supervise_from_above(SupervisionLevel::City);
    check(&case, &signer(), city, &[]);
    let lift = sample::lift_supervision(SupervisionLevel::County);
    case.step(&signer(), lift);
    let used: &[&str] = &["ORDER_ALREADY_USED"];
    check(&case, &signer(), sample::supervise(), used);
    let again = but(sample::supervise(), |says| {
        says.order = Some(sample::order(70));
    });
    check(&case, &signer(), again, &[]);
}

#[test]
fn only_a_level_in_force_is_lifted() {
    let refusal: &[&str] = &["NOT_SUPERVISED"];
    let county = || sample::lift_supervision(SupervisionLevel::County);
    check(&Case::at(Status::Listed), &signer(), county(), refusal);
    let mut case = supervised();
    let city = sample::lift_supervision(SupervisionLevel::City);
    check(&case, &signer(), city, refusal);
    case.step(&signer(), county());
    check(&case, &signer(), county(), refusal);
}

#[test]
fn only_with_its_document_is_a_higher_bodys_supervision_lifted() {
    let mut case = supervised();
    let city = sample::supervise_from_above(SupervisionLevel::City);
    case.step(&signer(), city);
    let lift = sample::lift_supervision(SupervisionLevel::City);
    check(&case, &signer(), lift.clone(), &[]);
    let bare = but(lift, |says| says.higher_document = None);
    check(&case, &signer(), bare, &["HIGHER_DOCUMENT_MISSING"]);
    let county = sample::lift_supervision(SupervisionLevel::County);
    check(&case, &signer(), county, &[]);
}

#[test]
fn one_decision_is_in_force_once_at_a_time() {
    let mut case = suspended();
    let refusal: &[&str] = &["ALREADY_SUSPENDED"];
    check(&case, &lead(), sample::suspend(), refusal);
    let other = but(sample::suspend(), |says| {
        says.decision = sample::line("双应急现决〔2026〕7号");
    });
    check(&case, &lead(), other, &[]);
    case.advance_to(Status::Verified);
    case.step(&lead(), sample::resume());
    case.step(&approver(), sample::refuse_strike_off());
    check(&case, &lead(), sample::suspend(), &[]);
}

#[test]
fn power_is_cut_with_approval_and_a_day_after_the_notice() {
    let case = Case::at(Status::Listed);
    check(&case, &lead(), power_cut(None), &["POWER_CUT_UNAPPROVED"]);
    let too_soon: &[&str] = &["POWER_CUT_TOO_SOON"];
    check(&case, &lead(), power_cut(Some("2026-03-05")), too_soon);
    check(&case, &lead(), power_cut(Some("2026-03-04")), &[]);
    // Whatever else is stopped with it.
    for (noticed_on, told) in [("2026-03-05", too_soon), ("2026-03-04", &[])] {
        let partial = but(power_cut(Some(noticed_on)), |says| {
            says.kind = SuspensionKind::Partial;
        });
        check(&case, &lead(), partial, told);
    }
}

#[test]
fn what_is_not_stopped_is_not_resumed() {
    let refusal: &[&str] = &["NOT_SUSPENDED"];
    let verified = Case::at(Status::Verified);
    check(&verified, &lead(), sample::resume(), refusal);
    let mut case = suspended();
    case.advance_to(Status::Verified);
    check(&case, &lead(), sample::resume(), &[]);
    let other_decision: Resume = but(sample::resume(), |says| {
        says.decision = sample::line("双应急现决〔2026〕99号");
    });
    check(&case, &lead(), other_decision, refusal);
    case.step(&lead(), sample::resume());
    check(&case, &lead(), sample::resume(), refusal);
}

/// Stopped by the housing bureau with the sample's decision, and by the lead unit with its own.
fn suspended_by_both() -> Case {
    but(suspended_by_housing(), |case| {
        case.step(&approver(), sample::refuse_strike_off());
        case.step(&lead(), own_suspension());
        case.advance_to(Status::Verified);
    })
}

fn own_suspension() -> Suspend {
    but(sample::suspend(), |says| {
        says.decision = sample::line("双消现决〔2026〕1号");
    })
}

#[test]
fn only_who_stopped_it_lets_it_resume() {
    let stopped = suspended_by_housing();
    check(&stopped, &lead(), sample::resume(), &["NOT_YOUR_CASE"]);
    let housing = actor(16, Role::Lead, HOUSING_BUREAU);
    check(&stopped, &housing, sample::resume(), &[]);
    let both = suspended_by_both();
    check(&both, &lead(), sample::resume(), &["SUSPENDED_BY_ANOTHER"]);
    let of_own = but(sample::resume(), |says| {
        says.decision = own_suspension().decision;
    });
    check(&both, &lead(), of_own, &[]);
}

#[test]
fn a_department_that_stopped_it_before_the_listing_lifts_its_own_stop() {
    let mut case = Case::at(Status::Reported);
    let housing = actor(16, Role::Lead, HOUSING_BUREAU);
    case.step(&housing, sample::suspend());
    case.advance_to(Status::Verified);
    assert_eq!(
        case.hazard().entry().unwrap().listing.lead_unit,
        unit(FIRE_BRIGADE)
    );
    check(
        &case,
        &approver(),
        sample::strike_off(),
        &["SUSPENSION_IN_FORCE"],
    );
    check(&case, &housing, sample::resume(), &[]);
}

#[test]
fn in_urgent_danger_power_is_cut_without_waiting() {
    let case = Case::at(Status::Listed);
    let urgent = but(power_cut(Some("2026-03-05")), |says| {
        says.power_cut.as_mut().unwrap().emergency = Some(sample::prose("有毒气体正在泄漏。"));
    });
    check(&case, &lead(), urgent, &[]);
    check(
        &case,
        &lead(),
        power_cut(Some("2026-03-05")),
        &["POWER_CUT_TOO_SOON"],
    );
}

#[test]
fn whoever_has_nothing_in_force_is_told_before_he_fills_anything_in() {
    let told = |case: &Case| {
        let refusals = may(case.hazard(), Act::Resume, &case.context(&lead()));
        refusals.iter().map(Refusal::code).collect::<Vec<_>>()
    };
    assert_eq!(told(&Case::at(Status::Verified)), ["NOT_SUSPENDED"]);
    assert_eq!(told(&suspended_by_housing()), ["NOT_YOUR_CASE"]);
    let mut case = suspended_by_both();
    assert_eq!(told(&case), [""; 0]);
    // His own is lifted; what is left in force is another's.
    let lift = but(sample::resume(), |says| {
        says.decision = own_suspension().decision;
    });
    case.step(&lead(), lift);
    assert_eq!(told(&case), ["NOT_YOUR_CASE"]);
}
