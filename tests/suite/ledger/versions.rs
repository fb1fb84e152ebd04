//! Two at once on one hazard: one is done, the other hears what is now. What only adds to the record never comes late.

use xiaohao_core::acts::{AddNote, RecordProgress};
use xiaohao_core::{Actor, Command, Event, Hazard, Refusal, Status};
use xiaohao_ledger::{Record, Submission};
use xiaohao_tests::office::{Kind, codes, done, refused};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    of_two_acts_at_once_one_is_done_and_the_other_is_shown_what_is_now
    who_came_late_looks_again_and_may_act
    a_legal_act_rests_on_a_version_that_there_was
    two_who_want_the_same_do_not_merge
    what_only_adds_to_the_record_is_taken_in_any_order_with_any_version
    what_only_adds_to_the_record_makes_nobody_come_late
}

/// Acts on one hazard, sent by people who all saw it as it stands.
async fn seen_alike(
    office: &Office,
    hazard: &Hazard,
    acts: Vec<(Actor, Command)>,
) -> Vec<Submission> {
    let mut sent = Vec::new();
    for (by, command) in acts {
        sent.push(office.saying(&by, hazard.id(), command).await);
    }
    sent
}

fn list_and_reject() -> Vec<(Actor, Command)> {
    vec![
        (second_clerk(), sample::list().into()),
        (clerk(), sample::reject().into()),
    ]
}

async fn of_two_acts_at_once_one_is_done_and_the_other_is_shown_what_is_now(on: Kind) {
    let office = Office::on(on).await;
    for first in 0..2 {
        let id = office.report().await;
        let seen = office.hazard(id).await;
        let mut acts = list_and_reject();
        acts.rotate_left(first);
        let outcomes = office
            .at_once(&seen_alike(&office, &seen, acts).await)
            .await;
        let [winner, late] = outcomes.try_into().unwrap();
        done(winner);
        let (late, now) = (refused(late), office.hazard(id).await);
        let stale = Refusal::StaleVersion {
            expected: 1,
            actual: 2,
            status: now.status(),
        };
        assert_eq!(late.refusals, stale.into());
        assert_eq!(late.present.unwrap().hazard(), Some(now));
    }
    office.audit().await;
}

async fn who_came_late_looks_again_and_may_act(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Listed).await;
    let seen = office.hazard(id).await;
    let acts = vec![
        (signer(), sample::supervise().into()),
        (lead(), sample::suspend().into()),
    ];
    let sent = seen_alike(&office, &seen, acts).await;
    let outcomes = office.at_once(&sent).await;
    let [winner, late] = outcomes.try_into().unwrap();
    done(winner);
    let present = refused(late).present.unwrap().hazard().unwrap();
    let again = but(sent[1].clone(), |sent| {
        sent.request = office.request();
        sent.expected_version = Some(present.version());
    });
    let answer = office.do_now(&again).await;
    assert_eq!(answer.lines[0].record.seq(), present.version() + 1);
}

async fn a_legal_act_rests_on_a_version_that_there_was(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Listed).await;
    let assign = office.saying(&approver(), id, office.assign()).await;
    for (seen, code) in [
        (None, "VERSION_MISSING"),
        (Some(0), "STALE_VERSION"),
        (Some(1), "STALE_VERSION"),
        (Some(3), "STALE_VERSION"),
    ] {
        let refused = office
            .refuse(&but(assign.clone(), |sent| sent.expected_version = seen))
            .await;
        assert_eq!(codes(&refused), [code], "{seen:?}");
        let now = office.hazard(id).await;
        assert_eq!(refused.present.unwrap().hazard(), Some(now));
    }
    office.do_now(&assign).await;
}

async fn two_who_want_the_same_do_not_merge(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let seen = office.hazard(id).await;
    let twice = vec![(clerk(), sample::list().into()); 2];
    let sent = seen_alike(&office, &seen, twice).await;
    let outcomes = office.at_once(&sent).await;
    let [one, other] = outcomes.try_into().unwrap();
    done(one);
    assert_eq!(codes(&refused(other)), ["STALE_VERSION"]);
    assert_eq!(office.history(id).await.len(), 2);
}

fn note(number: usize) -> AddNote {
    but(sample::note(), |says| {
        says.text = sample::prose(&format!("补记第{number}条。"));
    })
}

fn progress(percent: u8) -> RecordProgress {
    sample::progress(percent)
}

async fn what_only_adds_to_the_record_is_taken_in_any_order_with_any_version(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Rectifying).await;
    let planned_on = office.today();
    office.pass_days(9);
    let mut sent = Vec::new();
    for (number, (days, seen)) in [(6, Some(1)), (0, None), (9, Some(5)), (3, Some(99))]
        .into_iter()
        .enumerate()
    {
        let on = planned_on + chrono::TimeDelta::days(days);
        let percent = u8::try_from(days).unwrap() * 10;
        for command in [Command::from(progress(percent)), note(number).into()] {
            let act = office.saying(&factory(), id, command).await;
            sent.push(but(act, |sent| {
                sent.occurred_on = Some(on);
                sent.expected_version = seen;
            }));
        }
    }
    let outcomes = office.at_once(&sent).await;
    for (outcome, seq) in outcomes.into_iter().zip(6..) {
        assert_eq!(done(outcome).lines[0].record.seq(), seq);
    }
    // What happened last counts, not what came in last.
    let work = office.hazard(id).await;
    let last = work.work().unwrap().last_progress().unwrap();
    assert_eq!((last.on, last.percent.get()), (office.today(), 90));
    office.advance(&[id], Status::Closed).await;
    let late = office.saying(&inspector(), id, note(9)).await;
    office
        .do_now(&but(late, |sent| sent.expected_version = Some(1)))
        .await;
    office.audit().await;
}

async fn what_only_adds_to_the_record_makes_nobody_come_late(on: Kind) {
    let office = Office::on(on).await;
    let id = office.report().await;
    let seen = office.hazard(id).await;
    let acts = vec![
        (lead(), note(1).into()),
        (clerk(), sample::list().into()),
        (lead(), note(2).into()),
    ];
    let sent = seen_alike(&office, &seen, acts).await;
    for outcome in office.at_once(&sent).await {
        done(outcome);
    }
    let lines = office.lines().await;
    let events: Vec<_> = lines.iter().map(|line| line.record.event()).collect();
    assert_eq!(
        events,
        ["HazardReported", "NoteAdded", "HazardListed", "NoteAdded"]
    );
    let Record::Hazard(entry) = &lines[2].record else {
        panic!("{:?}", lines[2]);
    };
    assert!(matches!(entry.event, Event::HazardListed(_)));
}
