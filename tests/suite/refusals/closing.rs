//! T18: strike-off.

use super::{Provocation, check, refused};
use std::sync::Arc;
use xiaohao_core::acts::StrikeOff;
use xiaohao_core::directory::{Directory, DirectoryParts, Unit, UnitKind};
use xiaohao_core::values::{ClosureBasis, RegionCode, ReopenReason, SupervisionLevel};
use xiaohao_core::{Actor, HigherConsent, Refusals, Role, Status};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[
    ("APPROVER_ON_TEAM", || {
        refused(
            &Case::at(Status::Verified),
            &as_approver(7),
            sample::strike_off(),
        )
    }),
    ("APPROVER_TRACKED", || {
        refused(
            &tracked_by_the_approver(),
            &approver(),
            sample::strike_off(),
        )
    }),
    ("APPROVER_RECTIFIED", || {
        refused(
            &Case::at(Status::Verified),
            &as_approver(5),
            sample::strike_off(),
        )
    }),
    ("SUSPENSION_IN_FORCE", || {
        refused(&suspended_and_verified(), &approver(), sample::strike_off())
    }),
    ("FURTHER_ORDER_UNANSWERED", || {
        refused(&further_ordered(), &approver(), sample::strike_off())
    }),
    ("CLOSURE_BASIS_DIFFERS", || {
        let says = but(sample::strike_off(), |says| {
            says.basis = ClosureBasis::Removed;
        });
        refused(&Case::at(Status::Verified), &approver(), says)
    }),
    ("CONSENT_MISSING", || {
        refused(
            &supervised_by(SupervisionLevel::City),
            &approver(),
            sample::strike_off(),
        )
    }),
    ("CONSENT_NOT_HIGHER", || {
        consented(|consent| consent.body = sample::line("泷泊镇"))
    }),
    ("CONSENT_TOO_EARLY", || {
        consented(|consent| consent.consented_on = date("2020-01-01"))
    }),
    ("CONSENT_IN_FUTURE", || {
        let says = but(sample::strike_off(), |says| {
            says.consent = Some(sample::consent(date("2026-03-21")));
        });
        refused(&Case::at(Status::Verified), &approver(), says)
    }),
];

type Change = fn(&mut HigherConsent);

fn consenting(change: Change) -> StrikeOff {
    but(sample::strike_off(), |says| {
        says.consent = Some(but(sample::consent(date("2026-03-20")), change));
    })
}

/// What stands in the way of a strike-off with such a consent.
fn consented(change: Change) -> Refusals {
    refused(&Case::at(Status::Verified), &approver(), consenting(change))
}

#[test]
fn who_consents_is_above_the_county_and_has_something_to_consent_to() {
    let case = Case::at(Status::Verified);
    let on_site = case.hazard().acceptance().unwrap().passed.on_site_on;
    assert_eq!(on_site, date("2026-03-20"));
    let (ours, early): (&[&str], &[&str]) = (&["CONSENT_NOT_HIGHER"], &["CONSENT_TOO_EARLY"]);
    let cases: [(Change, &[&str]); 9] = [
        (|_| (), &[]),
        (|says| says.body = sample::line("双牌县人民政府"), ours),
        (|says| says.body = sample::line("张三烧烤店"), ours),
        (|says| says.body = sample::line("县安委办"), ours),
        (|says| says.body = sample::line("省安委办"), &[]),
        (|says| says.body = sample::line("县消防救援大队"), ours),
        (
            |says| says.document = sample::line("双安办通〔2026〕8号"),
            ours,
        ),
        (|says| says.consented_on = date("2026-03-19"), early),
        (|says| says.consented_on = date("2026-03-20"), &[]),
    ];
    for (change, told) in cases {
        check(&case, &approver(), consenting(change), told);
    }
}

/// A body above the county, of this place.
fn higher_body(number: u128, name: &str, region: &str) -> Unit {
    Unit {
        id: unit(number),
        code: sample::line(name),
        name: sample::line(name),
        kind: UnitKind::HigherBody,
        parent: None,
        region: Some(RegionCode::parse(region).unwrap()),
    }
}

#[test]
fn who_consents_is_of_the_level_that_supervises_and_of_a_place_that_is_known() {
    let (city, province) = (SupervisionLevel::City, SupervisionLevel::Province);
    let of_the_province = &[("湖南省安全生产委员会", "430000")][..];
    let of_the_city = &[("永州市安全生产委员会", "431100")][..];
    let of_both = &[of_the_province, of_the_city].concat()[..];
    for (known, level, may, may_not) in [
        (
            of_both,
            city,
            &[
                "永州市安全生产委员会",
                "永州市安委会",
                "永州市 安委办",
                "湖南省永州市安委会",
                "市安委办",
                "湖南省安委会",
            ][..],
            &[
                "衡阳市安委会",
                "广东省安委会",
                "道县安委会",
                "安委会",
                "县安委办",
            ][..],
        ),
        (
            of_both,
            province,
            &["湖南省安全生产委员会办公室", "省安委办"],
            &["永州市安委会", "市安委会", "广东省安委会"],
        ),
        (
            of_the_city,
            province,
            &[
                "湖南省安委会",
                "省安委办",
                "内蒙古自治区安委会",
                "重庆市安委会",
            ],
            &["永州市安委会", "县安委会", "零陵区安委会"],
        ),
        (
            of_the_province,
            city,
            &["永州市安委会", "湘西州安委办", "湖南省安委会"],
            &["广东省安委会", "道县安委会", "零陵区安委会"],
        ),
        (
            &[],
            city,
            &["永州市安委会", "湖南省安委会"],
            &[
                "县安委会",
                "道县安委会",
                "零陵区安委会",
                "安委会",
                "永州市应急管理局",
            ],
        ),
    ] {
        let mut case = supervised_by(level);
        let mut parts: DirectoryParts = (*case.county.directory).clone().into();
        let bodies = (801..).zip(known);
        parts
            .units
            .extend(bodies.map(|(number, (name, region))| higher_body(number, name, region)));
        case.county.directory = Arc::new(Directory::new(parts).unwrap());
        let bodies = may.iter().map(|body| (*body, &[] as &[&str]));
        let others = may_not
            .iter()
            .map(|body| (*body, &["CONSENT_NOT_HIGHER"] as &[&str]));
        for (body, told) in bodies.chain(others) {
            let says = but(sample::strike_off(), |says| {
                let consent = but(sample::consent(case.today), |says| {
                    says.body = sample::line(body);
                });
                says.consent = Some(consent);
            });
            println!("{body} at {level:?}, where {known:?} is known");
            check(&case, &approver(), says, told);
        }
    }
}

/// The same person, now in the approver's chair.
fn as_approver(number: u128) -> Actor {
    actor(number, Role::OfficeApprover, OFFICE)
}

/// The host leads, and the approver tracked the hazard for it.
fn tracked_by_the_approver() -> Case {
    but(Case::at(Status::Reported), |case| {
        let says = but(sample::list(), |says| {
            says.lead_unit = unit(EMERGENCY_BUREAU);
        });
        case.step(&clerk(), says);
        case.advance_to(Status::Rectifying);
        let tracker = actor(3, Role::Lead, EMERGENCY_BUREAU);
        case.step(&tracker, sample::progress(50));
        case.step(&factory(), sample::apply(60));
        case.step(&clerk(), sample::pass(case.today, 70));
    })
}

fn suspended_and_verified() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&lead(), sample::suspend());
        case.advance_to(Status::Verified);
    })
}

fn further_ordered() -> Case {
    but(Case::at(Status::Rectifying), |case| {
        case.step(&approver(), sample::order_further(date("2026-05-10")));
        case.advance_to(Status::Verified);
    })
}

fn supervised_by(level: SupervisionLevel) -> Case {
    but(Case::at(Status::AwaitingVerification), |case| {
        case.step(&signer(), sample::supervise_from_above(level));
        case.advance_to(Status::Verified);
    })
}

#[test]
fn nobody_of_a_team_approves_the_strike_off() {
    let case = Case::at(Status::Verified);
    check(&case, &approver(), sample::strike_off(), &[]);
    let refusal: &[&str] = &["APPROVER_ON_TEAM"];
    for number in [1, 7, 60] {
        check(&case, &as_approver(number), sample::strike_off(), refusal);
    }
}

#[test]
fn nobody_of_a_team_that_failed_it_approves_the_strike_off_either() {
    let mut case = Case::at(Status::AwaitingVerification);
    let says = but(sample::fail(case.today, 60), |says| {
        says.inspection.members[2] =
            sample::member(63, EXPERTS, xiaohao_core::acts::TeamRole::Expert);
    });
    case.step(&inspector(), says);
    case.advance_to(Status::Verified);
    let refusal: &[&str] = &["APPROVER_ON_TEAM"];
    check(&case, &as_approver(63), sample::strike_off(), refusal);

    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-01");
    let says = but(sample::inspect_at_expiry(case.today, 60), |says| {
        says.inspection.members[2] =
            sample::member(64, EXPERTS, xiaohao_core::acts::TeamRole::Expert);
    });
    case.step(&inspector(), says);
    case.advance_to(Status::Verified);
    check(&case, &as_approver(64), sample::strike_off(), refusal);
}

#[test]
fn who_tracked_for_the_host_does_not_approve() {
    let refusal: &[&str] = &["APPROVER_TRACKED"];
    let case = tracked_by_the_approver();
    check(&case, &approver(), sample::strike_off(), refusal);
    check(&case, &as_approver(80), sample::strike_off(), &[]);
    let mut elsewhere = Case::at(Status::Rectifying);
    let tracker = actor(3, Role::Lead, FIRE_BRIGADE);
    elsewhere.step(&tracker, sample::progress(50));
    elsewhere.advance_to(Status::Verified);
    check(&elsewhere, &approver(), sample::strike_off(), &[]);
}

#[test]
fn who_stopped_or_let_resume_for_the_host_tracked_the_hazard() {
    let led_by_host = || {
        but(Case::at(Status::Reported), |case| {
            let says = but(sample::list(), |says| {
                says.lead_unit = unit(EMERGENCY_BUREAU);
            });
            case.step(&clerk(), says);
            case.advance_to(Status::Rectifying);
        })
    };
    let verified = |case: &mut Case| {
        case.step(&factory(), sample::apply(60));
        case.step(&clerk(), sample::pass(case.today, 70));
    };
    let tracker = |number| actor(number, Role::Lead, EMERGENCY_BUREAU);
    let mut case = led_by_host();
    case.step(&tracker(81), sample::suspend());
    verified(&mut case);
    case.step(&tracker(82), sample::resume());
    let refusal: &[&str] = &["APPROVER_TRACKED"];
    check(&case, &as_approver(81), sample::strike_off(), refusal);
    check(&case, &as_approver(82), sample::strike_off(), refusal);
    check(&case, &as_approver(83), sample::strike_off(), &[]);
}

#[test]
fn who_rectified_does_not_approve() {
    let case = Case::at(Status::Verified);
    let refusal: &[&str] = &["APPROVER_RECTIFIED"];
    check(&case, &as_approver(5), sample::strike_off(), refusal);
    let mut case = further_ordered();
    case.step(&market(), sample::answer_further(case.today));
    let market = as_approver(14);
    check(&case, &market, sample::strike_off(), refusal);
}

#[test]
fn a_suspension_keeps_the_hazard_on_the_list_until_it_is_lifted() {
    let mut case = suspended_and_verified();
    let refusal: &[&str] = &["SUSPENSION_IN_FORCE"];
    check(&case, &approver(), sample::strike_off(), refusal);
    case.step(&lead(), sample::resume());
    check(&case, &approver(), sample::strike_off(), &[]);
}

#[test]
fn every_suspension_must_be_lifted() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&lead(), sample::suspend());
    let second = but(sample::suspend(), |says| {
        says.decision = sample::line("双应急现决〔2026〕7号");
    });
    case.step(&lead(), second);
    case.advance_to(Status::Verified);
    case.step(&lead(), sample::resume());
    let refusal: &[&str] = &["SUSPENSION_IN_FORCE"];
    check(&case, &approver(), sample::strike_off(), refusal);
}

#[test]
fn a_further_order_keeps_the_hazard_on_the_list_until_it_is_answered() {
    let mut case = further_ordered();
    let refusal: &[&str] = &["FURTHER_ORDER_UNANSWERED"];
    check(&case, &approver(), sample::strike_off(), refusal);
    case.step(&market(), sample::answer_further(case.today));
    check(&case, &approver(), sample::strike_off(), &[]);
}

#[test]
fn a_hazard_is_struck_off_on_the_basis_that_was_verified() {
    let mut ceased = Case::at(Status::Rectifying);
    ceased.step(&lead(), sample::apply_shutdown(60));
    ceased.advance_to(Status::Verified);
    for (case, verified) in [
        (Case::at(Status::Verified), ClosureBasis::Rectified),
        (ceased, ClosureBasis::ShutDown),
    ] {
        for basis in ClosureBasis::ALL {
            let says = but(sample::strike_off(), |says| says.basis = *basis);
            let expected: &[&str] = if *basis == verified {
                &[]
            } else {
                &["CLOSURE_BASIS_DIFFERS"]
            };
            check(&case, &approver(), says, expected);
        }
    }
}

#[test]
fn a_higher_body_consents_by_the_day_of_the_strike_off() {
    for level in [SupervisionLevel::City, SupervisionLevel::Province] {
        let consenting = |on: &str| {
            but(sample::strike_off(), |says| {
                says.consent = Some(sample::consent_at(level, date(on)));
            })
        };
        let case = supervised_by(level);
        let missing: &[&str] = &["CONSENT_MISSING"];
        check(&case, &approver(), sample::strike_off(), missing);
        check(&case, &approver(), consenting("2026-03-20"), &[]);
        let future: &[&str] = &["CONSENT_IN_FUTURE"];
        check(&case, &approver(), consenting("2026-03-21"), future);
    }
}

#[test]
fn the_countys_own_supervision_needs_no_consent() {
    let mut case = Case::at(Status::AwaitingVerification);
    case.step(&signer(), sample::supervise());
    case.advance_to(Status::Verified);
    check(&case, &approver(), sample::strike_off(), &[]);
}

#[test]
fn a_circular_of_an_earlier_closure_does_not_archive_the_next_one() {
    let mut case = Case::at(Status::Closed);
    case.pass_days(3);
    case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    let of_the_first = case.known.circulars.clone();
    case.advance_to(Status::Closed);
    case.known.circulars = of_the_first;
    check(
        &case,
        &approver(),
        sample::circulate(),
        &["NOT_IN_PUBLISHED_CIRCULAR"],
    );
    case.publish_circulars();
    check(&case, &approver(), sample::circulate(), &[]);
}

#[test]
fn nothing_is_circulated_before_the_circular_is_out() {
    let mut case = Case::at(Status::Closed);
    case.pass_days(2);
    case.publish_circulars();
    let day_before = case.today - chrono::TimeDelta::days(1);
    let refusal = ["BEFORE_CIRCULAR"];
    assert_eq!(
        case.verdict_on(&approver(), day_before, sample::circulate()),
        refusal
    );
    assert_eq!(
        case.verdict_on(&approver(), day_before, sample::mention()),
        refusal
    );
    assert_eq!(case.verdict(&approver(), sample::circulate()), [""; 0]);
    assert_eq!(case.verdict(&approver(), sample::mention()), [""; 0]);
}
