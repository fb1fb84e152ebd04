//! Who may not know of a hazard hears that it is not there; who may is shown it as it stands.

use xiaohao_core::{Actor, Command, Role, Status};
use xiaohao_ledger::{Deed, Pace};
use xiaohao_tests::office::{Cabinet, Kind, codes, done, refused};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    a_stranger_hears_the_same_of_a_hazard_as_of_none
    what_others_do_at_the_same_moment_makes_no_hazard_known_to_a_stranger
    who_may_see_a_hazard_hears_the_reason_and_is_shown_it
    a_role_of_the_office_in_another_unit_sees_no_more_than_its_unit
}

/// People who have no part in the sample hazard.
fn strangers() -> Vec<Actor> {
    vec![
        stranger(),
        market(),
        public(),
        platform(),
        actor(70, Role::OfficeApprover, MARKET),
        actor(71, Role::Auditor, OFFICE + 40),
        actor(72, Role::Township, WULIPAI),
        actor(73, Role::Lead, HOUSING_BUREAU),
    ]
}

/// An office in whose directory these people are too.
async fn office_with(on: Kind, others: &[Actor]) -> Office {
    let others = others.iter().filter(|by| !everybody().contains(by));
    let people: Vec<_> = everybody().into_iter().chain(others.cloned()).collect();
    let cabinet = Cabinet::new(on).await;
    Office::open(cabinet, county_with(&people), Pace::default()).await
}

async fn a_stranger_hears_the_same_of_a_hazard_as_of_none(on: Kind) {
    let office = office_with(on, &strangers()).await;
    let id = office.hazard_at(Status::Rectifying).await;
    let before = office.kept().await;
    let acts: [Command; 6] = [
        sample::strike_off().into(),
        sample::suspend().into(),
        sample::refer(office.today()).into(),
        sample::progress(50).into(),
        sample::note().into(),
        sample::report().into(),
    ];
    for by in strangers() {
        for command in &acts {
            for seen in [None, Some(1), Some(5)] {
                let told = async |id| {
                    let command = command.clone();
                    let act = office.submission(&by, Deed::Hazard { id, command });
                    let act = but(act, |sent| sent.expected_version = seen);
                    office.refuse(&act).await
                };
                let of_one = told(id).await;
                assert_eq!(codes(&of_one), ["HAZARD_UNKNOWN"], "{by:?}");
                assert_eq!((&of_one.present, &of_one.item), (&None, &None));
                if !matches!(command, Command::Report(_)) {
                    assert_eq!(told(office.new_hazard()).await, of_one);
                }
            }
        }
    }
    assert_eq!(office.kept().await, before);
}

async fn what_others_do_at_the_same_moment_makes_no_hazard_known_to_a_stranger(on: Kind) {
    let by = actor(73, Role::Lead, HOUSING_BUREAU);
    let office = office_with(on, std::slice::from_ref(&by)).await;
    let id = office.hazard_at(Status::Rectifying).await;
    let acts: [Command; 3] = [
        sample::suspend().into(),
        sample::refer(office.today()).into(),
        sample::note().into(),
    ];
    for command in acts {
        // The hazard is looked up for whoever may see it.
        let own = office.saying(&inspector(), id, sample::note()).await;
        let others = office.saying(&by, id, command).await;
        let outcomes = office.at_once(&[own, others]).await;
        let [own, others] = outcomes.try_into().unwrap();
        done(own);
        let others = refused(others);
        assert_eq!(codes(&others), ["HAZARD_UNKNOWN"]);
        assert_eq!((others.present, others.item), (None, None));
    }
}

async fn who_may_see_a_hazard_hears_the_reason_and_is_shown_it(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Rectifying).await;
    let now = office.hazard(id).await;
    let refer = || Command::from(sample::refer(office.today()));
    for (by, command, code) in [
        (clerk(), refer(), "NOT_YOUR_ROLE"),
        (signer(), refer(), "NOT_YOUR_ROLE"),
        (auditor(), refer(), "NOT_YOUR_ROLE"),
        (inspector(), refer(), "NOT_YOUR_ROLE"),
        (township(), refer(), "NOT_YOUR_ROLE"),
        (factory(), refer(), "NOT_YOUR_ROLE"),
        (township(), sample::progress(50).into(), "NOT_YOUR_CASE"),
        (lead(), sample::strike_off().into(), "NOT_ALLOWED_IN_STATE"),
    ] {
        let refused = office.refuse(&office.saying(&by, id, command).await).await;
        assert_eq!(codes(&refused), [code], "{by:?}");
        assert_eq!(refused.present.unwrap().hazard().as_ref(), Some(&now));
    }
}

async fn a_role_of_the_office_in_another_unit_sees_no_more_than_its_unit(on: Kind) {
    let clerk_of = |unit: u128| actor(700 + unit, Role::OfficeClerk, unit);
    let office = office_with(on, &[clerk_of(FACTORY), clerk_of(MARKET)]).await;
    let id = office.hazard_at(Status::Listed).await;
    let assign = office.saying(&clerk_of(FACTORY), id, office.assign()).await;
    let of_the_unit = office.refuse(&assign).await;
    assert_eq!(codes(&of_the_unit), ["NOT_YOUR_ROLE"]);
    assert!(of_the_unit.present.is_some());
    let assign = office.saying(&clerk_of(MARKET), id, office.assign()).await;
    let elsewhere = office.refuse(&assign).await;
    assert_eq!(codes(&elsewhere), ["HAZARD_UNKNOWN"]);
}
