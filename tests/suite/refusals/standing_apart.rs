//! What nobody does on his own work, in whichever of his posts he acts.

use super::Provocation;
use std::collections::BTreeSet;
use std::sync::Arc;
use xiaohao_core::directory::{Directory, DirectoryParts, Post, UnitKind};
use xiaohao_core::values::{PersonId, ReopenReason};
use xiaohao_core::{Act, Actor, Refusal, Refusals, Role, Status, may};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

pub(super) const PROVOCATIONS: &[Provocation] = &[("ACTOR_RECTIFIED", || {
    let case = Case::at(Status::AwaitingVerification);
    let case = with_a_post(&case, clerk().person, FACTORY, None, None);
    asked(&case, &clerk(), Act::PassVerification)
})];

/// The same, where somebody has a post in a unit too.
fn with_a_post(
    case: &Case,
    whose: PersonId,
    of: u128,
    from: Option<&str>,
    until: Option<&str>,
) -> Case {
    but(case.clone(), |case| {
        let mut parts: DirectoryParts = (*case.county.directory).clone().into();
        let person = parts.people.iter_mut().find(|one| one.id == whose);
        person.unwrap().posts.push(Post {
            role: Role::Unit,
            unit: unit(of),
            from: from.map(date),
            until: until.map(date),
        });
        case.county.directory = Arc::new(Directory::new(parts).unwrap());
    })
}

fn asked(case: &Case, by: &Actor, act: Act) -> Refusals {
    may(case.hazard(), act, &case.context(by))
}

fn codes(case: &Case, by: &Actor, act: Act) -> BTreeSet<&'static str> {
    asked(case, by, act).iter().map(Refusal::code).collect()
}

#[test]
fn whoever_signed_for_a_unit_stands_apart_though_his_post_was_taken_from_the_directory() {
    let before = Case::at(Status::Assigned);
    let mut case = with_a_post(&before, clerk().person, FACTORY, None, None);
    let as_of_the_factory = Actor {
        role: Role::Unit,
        unit: unit(FACTORY),
        ..clerk()
    };
    case.step(&as_of_the_factory, sample::acknowledge(case.today));
    // A post that ends on the day on which it began leaves no day.
    case.county.directory = Arc::clone(&before.county.directory);
    assert_eq!(
        codes(&case, &clerk(), Act::Merge),
        ["ACTOR_RECTIFIED"].into()
    );
    assert_eq!(codes(&case, &second_clerk(), Act::Merge), [].into());
}

#[test]
fn whoever_acted_for_an_authority_that_rectifies_stands_apart_too() {
    let mut case = Case::at(Status::Listed);
    let to_the_township = but(sample::assign(), |says| {
        says.terms.parties.responsible = sample::holder_called(LONGBO, "泷泊镇");
    });
    case.step(&approver(), to_the_township);
    case.step(&township(), sample::acknowledge(case.today));
    // His post there is forgotten, and he has another.
    let of_the_office = Actor {
        role: Role::OfficeClerk,
        unit: unit(OFFICE),
        ..township()
    };
    let mut parts: DirectoryParts = (*case.county.directory).clone().into();
    let own = parts.people.iter_mut();
    let own = own.filter(|one| one.id == of_the_office.person);
    for person in own {
        person.posts.retain(|post| post.unit != unit(LONGBO));
        person.posts.push(Post {
            role: Role::OfficeClerk,
            unit: unit(OFFICE),
            from: None,
            until: None,
        });
    }
    case.county.directory = Arc::new(Directory::new(parts).unwrap());
    let told = codes(&case, &of_the_office, Act::Merge);
    assert_eq!(told, ["ACTOR_RECTIFIED"].into());
}

#[test]
fn nobody_lifts_the_stop_of_a_unit_for_which_he_acts() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&lead(), sample::suspend());
    case.step(&clerk(), sample::downgrade());
    assert_eq!(codes(&case, &lead(), Act::Resume), [].into());
    let also_of_the_factory = with_a_post(&case, lead().person, FACTORY, None, None);
    let told = codes(&also_of_the_factory, &lead(), Act::Resume);
    assert_eq!(told, ["ACTOR_RECTIFIED"].into());
}

/// By which refusal an act is kept from who rectified.
fn code_of(act: Act) -> &'static str {
    let codes: &[(&[Act], &str)] = &[
        (
            &[Act::StrikeOff, Act::RefuseStrikeOff],
            "APPROVER_RECTIFIED",
        ),
        (
            &[Act::GrantExtension, Act::RefuseExtension],
            "SAME_PERSON_DECIDES",
        ),
        (&[Act::LookBack], "LOOK_BACK_BY_RECTIFIER"),
    ];
    let own = codes.iter().find(|(acts, _)| acts.contains(&act));
    own.map_or("ACTOR_RECTIFIED", |(_, code)| code)
}

/// A hazard that the factory holds in each state, and those who may do an act there but for what the act itself asks.
fn entitled(act: Act) -> Vec<(Case, Actor)> {
    const KEEPS_OFF: [&str; 3] = ["NOT_ALLOWED_IN_STATE", "NOT_YOUR_ROLE", "NOT_YOUR_CASE"];
    let mut found = Vec::new();
    let held = Status::ALL.iter().map(|status| Case::at(*status));
    let listed_again = but(Case::at(Status::Closed), |case| {
        case.step(&clerk(), sample::reopen(ReopenReason::FalseRectification));
    });
    for case in held.chain([listed_again]) {
        for actor in everybody() {
            let told = codes(&case, &actor, act);
            if KEEPS_OFF.iter().all(|code| !told.contains(code)) {
                found.push((case.clone(), actor));
            }
        }
    }
    found
}

fn kept_apart() -> impl Iterator<Item = Act> {
    let all = Act::ALL.iter().copied();
    all.filter(|act| act.is_for_others_than_who_rectified())
}

#[test]
fn nobody_judges_the_work_of_a_unit_in_which_he_has_a_post_too() {
    for act in kept_apart() {
        let code = code_of(act);
        let entitled = entitled(act);
        assert!(!entitled.is_empty(), "{act:?} is not tried");
        for (case, actor) in entitled {
            let told = |of, from, until| {
                let case = with_a_post(&case, actor.person, of, from, until);
                codes(&case, &actor, act).contains(code)
            };
            let status = case.status();
            assert!(
                !codes(&case, &actor, act).contains(code),
                "{act:?} at {status:?}"
            );
            assert!(
                told(FACTORY, None, None),
                "{act:?} at {status:?} by {:?}",
                actor.role
            );
            assert!(!told(MARKET, None, None), "{act:?} at {status:?}");
            // The hazard was found on 2026-03-02, on which a post may be handed over: it ends with the day before then.
            assert!(told(FACTORY, None, Some("2026-03-01")), "{act:?}");
            assert!(!told(FACTORY, None, Some("2026-02-28")), "{act:?}");
            assert!(told(FACTORY, Some("2026-03-02"), None), "{act:?}");
            assert!(!told(FACTORY, Some("2027-01-01"), None), "{act:?}");
        }
    }
}

#[test]
fn who_had_signed_for_an_order_that_went_to_another_judges_nothing_either() {
    let mut case = Case::at(Status::Listed);
    let first = but(sample::assign(), |says| {
        says.terms.parties.responsible =
            sample::holder_called(CONTRACTOR, UnitKind::Enterprise.name());
    });
    case.step(&approver(), first);
    case.step(
        &actor(51, Role::Unit, CONTRACTOR),
        sample::acknowledge(case.today),
    );
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    case.step(&market(), sample::acknowledge(case.today));
    case.step(&market(), sample::plan(date("2026-06-20")));
    case.step(&market(), sample::apply(60));
    let told = |case: &Case| codes(case, &clerk(), Act::PassVerification);
    assert!(told(&case).is_empty());
    for of in [CONTRACTOR, MARKET, FACTORY] {
        let case = with_a_post(&case, clerk().person, of, None, None);
        assert!(told(&case).contains("ACTOR_RECTIFIED"), "{of}");
    }
}

#[test]
fn nobody_judges_what_he_did_himself_though_his_post_there_is_forgotten() {
    let of_the_office = |role| Actor {
        person: person(71),
        ..actor(1, role, OFFICE)
    };
    let mut case = Case::at(Status::Acknowledged);
    let colleague = actor(71, Role::Unit, FACTORY);
    case.step(&colleague, sample::plan(date("2026-06-20")));
    case.advance_to(Status::AwaitingVerification);
    let told = codes(
        &case,
        &of_the_office(Role::OfficeClerk),
        Act::PassVerification,
    );
    assert!(told.contains("ACTOR_RECTIFIED"));
    case.advance_to(Status::Verified);
    for act in [Act::StrikeOff, Act::RefuseStrikeOff] {
        let told = codes(&case, &of_the_office(Role::OfficeApprover), act);
        assert!(told.contains("APPROVER_RECTIFIED"), "{act:?}");
    }
}

#[test]
fn what_the_rectifying_side_does_itself_is_not_kept_from_it() {
    let case = Case::at(Status::Rectifying);
    for act in [Act::RecordProgress, Act::ApplyVerification, Act::RevisePlan] {
        assert!(!act.is_for_others_than_who_rectified());
        assert!(codes(&case, &factory(), act).is_empty(), "{act:?}");
    }
}
