//! Every act is one line: who, in which role, for which unit, when, and what; in one order for the whole county.

use super::another_county;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use xiaohao_core::directory::{Directory, DirectoryParts};
use xiaohao_core::{Actor, Status, county_day};
use xiaohao_ledger::{After, Answer, Line, Pace};
use xiaohao_tests::office::{Cabinet, Kind, codes};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    each_act_from_the_report_to_the_circular_is_one_line
    what_is_answered_is_what_is_kept
    a_line_is_recorded_after_the_one_before_it_also_when_the_clock_goes_back
    a_clock_that_was_ahead_for_one_act_moves_no_later_day_and_no_number
    an_act_that_names_no_day_is_dated_by_the_countys_calendar
    a_line_keeps_the_day_that_was_named_and_the_instant_at_which_it_came_in
    counties_in_one_store_know_nothing_of_each_other
}

fn recorded_at(line: &Line) -> DateTime<Utc> {
    line.record.stamp().recorded_at
}

async fn each_act_from_the_report_to_the_circular_is_one_line(on: Kind) {
    let office = Office::on(on).await;
    let other = office.report().await;
    let id = office.report().await;
    office.advance(&[id], Status::Circulated).await;
    let kept = office.audit().await;
    let told: Vec<(&str, &Actor, String)> = kept
        .lines
        .iter()
        .map(|line| {
            let stamp = line.record.stamp();
            (
                line.record.event(),
                &stamp.actor,
                stamp.occurred_on.to_string(),
            )
        })
        .collect();
    let expected = [
        ("HazardReported", inspector(), "2026-03-02"),
        ("HazardReported", inspector(), "2026-03-02"),
        ("HazardListed", clerk(), "2026-03-05"),
        ("HazardAssigned", approver(), "2026-03-08"),
        ("OrderAcknowledged", factory(), "2026-03-11"),
        ("PlanFiled", factory(), "2026-03-14"),
        ("VerificationApplied", factory(), "2026-03-17"),
        ("VerificationPassed", inspector(), "2026-03-20"),
        ("HazardStruckOff", approver(), "2026-03-23"),
        ("Drafted", clerk(), "2026-03-26"),
        ("Issued", approver(), "2026-03-26"),
        ("ClosureCirculated", approver(), "2026-03-26"),
    ];
    let told: Vec<_> = told
        .iter()
        .map(|(event, actor, on)| (*event, (*actor).clone(), on.as_str()))
        .collect();
    assert_eq!(told, expected);
    assert_eq!(office.hazard(other).await.version(), 1);
    assert_eq!(office.hazard(id).await.version(), 9);
}

async fn what_is_answered_is_what_is_kept(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let listed: Answer = office.act(&clerk(), id, sample::list()).await;
    assert_eq!(listed.lines, office.lines().await[1..]);
    assert_eq!(
        listed.after,
        After::Hazard(Box::new(office.hazard(id).await))
    );
}

async fn a_line_is_recorded_after_the_one_before_it_also_when_the_clock_goes_back(on: Kind) {
    let office = Office::on(on).await;
    let noon = office.now() + TimeDelta::hours(3);
    let least = TimeDelta::microseconds(1);
    for (clock, recorded) in [
        (noon, noon),
        (noon, noon + least),
        (noon - TimeDelta::days(2), noon + least * 2),
        (noon + least * 2, noon + least * 3),
        (noon + least * 9, noon + least * 9),
        // Both databases keep microseconds.
        (
            noon + TimeDelta::nanoseconds(15_999),
            noon + TimeDelta::microseconds(15),
        ),
    ] {
        office.set_clock(clock);
        let answer = office.do_now(&office.report_anew()).await;
        let line = &answer.lines[0];
        assert_eq!(recorded_at(line), recorded);
        assert_eq!(line.record.stamp().occurred_on, county_day(clock));
        assert_eq!(office.lines().await.last(), Some(line));
    }
    office.audit().await;
}

async fn a_clock_that_was_ahead_for_one_act_moves_no_later_day_and_no_number(on: Kind) {
    // A post of the clerk's that is over before the clock says so.
    let county = but(county(), |county| {
        let mut people = county.directory.people().to_vec();
        let clerk = people.iter_mut().find(|one| one.id == clerk().person);
        clerk.unwrap().posts[0].until = Some(date("2030-12-31"));
        let directory = DirectoryParts {
            units: county.directory.units().to_vec(),
            townships: county.directory.townships().clone(),
            people,
            ..DirectoryParts::default()
        };
        county.directory = Arc::new(Directory::new(directory).unwrap());
    });
    let office = Office::open(Cabinet::new(on).await, county, Pace::default()).await;
    let (id, right) = (office.report().await, office.now());
    office.turn_to(date("2036-03-02"));
    let ahead = office.do_now(&office.report_anew()).await;
    let ahead = &ahead.lines[0];
    assert_eq!(ahead.record.stamp().occurred_on, date("2036-03-02"));

    office.set_clock(right);
    let listed = office.act(&clerk(), id, sample::list()).await;
    let line = &listed.lines[0];
    assert_eq!(line.record.stamp().occurred_on, date("2026-03-02"));
    assert_eq!(
        recorded_at(line),
        recorded_at(ahead) + TimeDelta::microseconds(1)
    );
    let number = office.hazard(id).await.number().copied().unwrap();
    assert_eq!(number.to_string(), "431123-2026-0001");
    // What is said today is neither backdated nor in the future, and tomorrow is.
    let on_the = async |day: &str| {
        but(
            office.saying(&approver(), id, office.assign()).await,
            |sent| {
                sent.occurred_on = Some(date(day));
            },
        )
    };
    let refused = office.refuse(&on_the("2026-03-03").await).await;
    assert_eq!(codes(&refused), ["OCCURRED_IN_FUTURE"]);
    office.do_now(&on_the("2026-03-02").await).await;
    office.turn_to(date("2026-03-20"));
    let late = but(
        office
            .saying(&factory(), id, sample::acknowledge(date("2026-03-03")))
            .await,
        |sent| sent.occurred_on = Some(date("2026-03-03")),
    );
    assert_eq!(
        codes(&office.refuse(&late).await),
        ["BACKDATING_UNCONFIRMED"]
    );

    office.audit().await;
    if on != Kind::Memory {
        let store = office.cabinet.sql();
        let found = store.check(&office.county, |_| ()).await.unwrap();
        assert_eq!(found.told, [""; 0]);
        let again = store.rebuild(&office.county, office.today(), |_| ()).await;
        assert!(again.unwrap().is_clean());
        office.audit().await;
    }
}

async fn an_act_that_names_no_day_is_dated_by_the_countys_calendar(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    for (clock, day) in [
        ("2026-03-04T15:59:59Z", "2026-03-04"),
        ("2026-03-04T16:00:00Z", "2026-03-05"),
    ] {
        office.set_clock(clock.parse().unwrap());
        let answer = office.act(&clerk(), id, sample::note()).await;
        let stamp = answer.lines[0].record.stamp();
        assert_eq!(stamp.occurred_on, date(day), "{clock}");
    }
}

async fn a_line_keeps_the_day_that_was_named_and_the_instant_at_which_it_came_in(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    office.turn_to(date("2026-03-05"));
    let list = but(office.saying(&clerk(), id, sample::list()).await, |sent| {
        sent.occurred_on = Some(date("2026-03-03"));
    });
    let line = office.do_now(&list).await.lines.remove(0);
    assert_eq!(line.record.stamp().occurred_on, date("2026-03-03"));
    assert_eq!(recorded_at(&line), office.now());
    assert_eq!(office.lines().await.last(), Some(&line));
}

async fn counties_in_one_store_know_nothing_of_each_other(on: Kind) {
    let cabinet = Cabinet::new(on).await;
    let here = Office::open(cabinet.clone(), county(), Pace::default()).await;
    let there = Office::open(cabinet, another_county(24), Pace::default()).await;
    // The same request for the same hazard is another act in another county.
    let report = here.report_anew();
    let (first, second) = (here.do_now(&report).await, there.do_now(&report).await);
    assert_eq!(first.lines[0].position, second.lines[0].position);
    assert_ne!(first.lines, second.lines);
    let id = office::subject(&first);
    here.act(&clerk(), id, sample::list()).await;
    let (own, foreign) = (here.audit().await, there.audit().await);
    assert_eq!(own.lines.len(), 2);
    assert_eq!(foreign.lines, second.lines);
    assert_eq!(there.hazard(id).await.status(), Status::Reported);
}
