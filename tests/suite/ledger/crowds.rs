//! Many at once: each act of a hazard has one winner, every number is given once, and nobody waits for ever.

use std::collections::BTreeSet;
use tokio::task::JoinSet;
use xiaohao_core::acts::EscalationGround;
use xiaohao_core::values::{EscalationKind, HazardId};
use xiaohao_core::{Act, Status};
use xiaohao_ledger::{After, Deed, Outcome, Record};
use xiaohao_tests::office::{Kind, codes, done};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! { on many threads:
    sixty_four_writers_on_one_hazard_take_turns
    sixty_four_writers_on_sixty_four_hazards_share_the_numbers
    two_programs_on_one_store_keep_one_record
}

const WRITERS: usize = 64;

/// Urges until he is the first to have seen the version he rests on; tells which that was.
async fn urge(office: &Office, id: HazardId, mut seen: u32) -> u32 {
    let urge = sample::escalate(EscalationKind::Urge, EscalationGround::Reminder);
    let urge = office.submission(
        &clerk(),
        Deed::Hazard {
            id,
            command: urge.into(),
        },
    );
    loop {
        let act = but(urge.clone(), |sent| {
            sent.request = office.request();
            sent.expected_version = Some(seen);
        });
        match office.execute(&act).await {
            Outcome::Done { .. } => return seen,
            Outcome::Refused(refused) => {
                assert_eq!(codes(&refused), ["STALE_VERSION"]);
                let now = refused.present.unwrap().hazard().unwrap().version();
                assert!(now > seen);
                seen = now;
            }
        }
    }
}

async fn sixty_four_writers_on_one_hazard_take_turns(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Listed).await;
    let before = office.hazard(id).await.version();
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let office = office.clone();
        writers.spawn(async move {
            let note = office.submission(
                &inspector(),
                Deed::Hazard {
                    id,
                    command: sample::note().into(),
                },
            );
            done(office.execute(&note).await);
            urge(&office, id, before).await
        });
    }
    let rested_on: BTreeSet<u32> = writers.join_all().await.into_iter().collect();
    assert_eq!(rested_on.len(), WRITERS, "two acts rest on one version");
    let history = office.history(id).await;
    let times = |act: Act| {
        history
            .iter()
            .filter(|entry| entry.event.act() == act)
            .count()
    };
    assert_eq!(
        (times(Act::Escalate), times(Act::AddNote)),
        (WRITERS, WRITERS)
    );
    office.audit().await;
}

/// Reports a hazard and takes it to the work.
async fn report_and_rectify(office: Office) {
    let mut answer = office.do_now(&office.report_anew()).await;
    while let After::Hazard(hazard) = answer.after {
        if hazard.status() == Status::Rectifying {
            break;
        }
        answer = office.do_now(&office.ordinary_step(&hazard)).await;
    }
}

async fn sixty_four_writers_on_sixty_four_hazards_share_the_numbers(on: Kind) {
    let office = Office::on(on).await;
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        writers.spawn(report_and_rectify(office.clone()));
    }
    writers.join_all().await;
    let kept = office.audit().await;
    assert_eq!(kept.hazards.len(), WRITERS);
    assert_eq!(kept.lines.len(), WRITERS * 5);
    let listed = kept.lines.iter().filter(|line| match &line.record {
        Record::Hazard(entry) => entry.event.act() == Act::List,
        Record::Order(_) | Record::Circular(_) | Record::Ledger(_) => false,
    });
    assert_eq!(listed.count(), WRITERS);
    let numbers: BTreeSet<_> = kept.rows.iter().filter_map(|row| row.number).collect();
    assert_eq!(numbers.len(), WRITERS);
}

async fn two_programs_on_one_store_keep_one_record(on: Kind) {
    let one = Office::on(on).await;
    let other = one.clone().reopened().await;
    let mut writers = JoinSet::new();
    for _ in 0..8 {
        writers.spawn(report_and_rectify(one.clone()));
        writers.spawn(report_and_rectify(other.clone()));
    }
    writers.join_all().await;
    let kept = one.audit().await;
    assert_eq!(kept.lines.len(), 16 * 5);
    assert_eq!(other.audit().await, kept);
}
