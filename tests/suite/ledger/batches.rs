//! Acts that wait at the same moment share a commit, and no caller sees a difference.

use super::walk::{Step, Walk, steps};
use super::{another_county, for_all, one_thread};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use xiaohao_core::Status;
use xiaohao_ledger::{Outcome, Pace, Submission};
use xiaohao_tests::office::{Cabinet, Kind, codes, done, refused, replayed};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    each_act_of_one_moment_hears_its_own_outcome
    who_listens_hears_how_far_the_record_has_come
    a_whole_life_fits_into_one_moment
}

on_every_store! { laws:
    the_record_is_the_same_however_many_acts_share_a_commit
}

async fn each_act_of_one_moment_hears_its_own_outcome(on: Kind) {
    let office = Office::on(on).await;
    let before = office.report_anew();
    let id = office::subject(&office.do_now(&before).await);
    let list = office.saying(&clerk(), id, sample::list()).await;
    let reject = office.saying(&second_clerk(), id, sample::reject()).await;
    let stolen = but(reject.clone(), |sent| sent.request = before.request);
    let new = office.report_anew();
    let batch = [&before, &list, &reject, &list, &stolen, &new].map(Clone::clone);
    let [again, listed, late, listed_again, stolen, reported] =
        office.at_once(&batch).await.try_into().unwrap();
    assert_eq!(replayed(again).lines[0].position.get(), 1);
    let listed = done(listed);
    assert_eq!(listed.lines[0].position.get(), 2);
    assert_eq!(codes(&refused(late)), ["STALE_VERSION"]);
    assert_eq!(replayed(listed_again), listed);
    assert_eq!(codes(&refused(stolen)), ["REQUEST_ID_REUSED"]);
    assert_eq!(done(reported).lines[0].position.get(), 3);
    office.audit().await;
}

async fn who_listens_hears_how_far_the_record_has_come(on: Kind) {
    let office = Office::on(on).await;
    let mut last = office.ledger.last_written();
    assert_eq!(last.borrow_and_update().get(), 0);
    let reports = [office.report_anew(), office.report_anew()];
    for outcome in office.at_once(&reports).await {
        done(outcome);
    }
    assert!(last.has_changed().unwrap());
    assert_eq!(last.borrow_and_update().get(), 2);
    // What writes nothing is no news.
    replayed(office.execute(&reports[0]).await);
    let nowhere = office.new_hazard();
    let listing = office.saying(&clerk(), nowhere, sample::list()).await;
    office.refuse(&listing).await;
    assert!(!last.has_changed().unwrap());
}

async fn a_whole_life_fits_into_one_moment(on: Kind) {
    let office = Office::on(on).await;
    // The steps of a life, found out with another hazard on the same day.
    let example = office.report_anew();
    let mut life = vec![example.clone()];
    let id = office::subject(&office.do_now(&example).await);
    while office.hazard(id).await.status() != Status::Closed {
        let step = office.ordinary_step(&office.hazard(id).await);
        office.do_now(&step).await;
        life.push(step);
    }
    let other = Office::on(on).await;
    for outcome in other.at_once(&life).await {
        done(outcome);
    }
    assert_eq!(other.audit().await, office.audit().await);
}

/// What one office did alone, act by act, done by another in as few commits as possible.
async fn same_in_fewer_commits(alone: &Office, together: &Office, walk: &[Step]) {
    let mut said = 0;
    let mut going = Walk::begin(alone).await;
    for step in walk {
        if step.days != 0 {
            catch_up(together, alone, &going.sent[said..]).await;
            said = going.sent.len();
        }
        going.go(step).await;
    }
    catch_up(together, alone, &going.sent[said..]).await;
    assert_eq!(together.audit().await, alone.kept().await);
}

/// What was sent to the one on this day is sent to the other at one moment of it.
async fn catch_up(late: &Office, with: &Office, sent: &[(Submission, Outcome)]) {
    late.set_clock(with.now());
    let submissions: Vec<_> = sent
        .iter()
        .map(|(submission, _)| submission.clone())
        .collect();
    let outcomes = late.at_once(&submissions).await;
    for (outcome, (submission, expected)) in outcomes.iter().zip(sent) {
        let (told, wanted) = (brief(outcome), brief(expected));
        assert!(outcome == expected, "{told}, not {wanted}: {submission:?}");
    }
}

/// An outcome in a word or two.
fn brief(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done { answer, replayed } => {
            let line = &answer.lines[0];
            let again = if *replayed { " again" } else { "" };
            format!("{} {}{again}", line.position, line.record.event())
        }
        Outcome::Refused(refused) => codes(refused).join(", "),
    }
}

fn the_record_is_the_same_however_many_acts_share_a_commit(on: Kind) {
    let runtime = one_thread();
    let cabinets = async { (Cabinet::new(on).await, Cabinet::new(on).await) };
    let (one, other) = runtime.block_on(cabinets);
    let tried = AtomicU32::new(10);
    let days = prop_oneof![6 => Just(0i64), 1 => 1i64..4, 1 => 4i64..60];
    for_all(on.cases(24), &steps(days, 1..40), |walk| {
        let county = another_county(tried.fetch_add(1, Ordering::Relaxed));
        let pace = |batch| Pace {
            batch,
            ..Pace::default()
        };
        runtime.block_on(async {
            let alone = Office::open(one.clone(), county.clone(), pace(1)).await;
            let together = Office::open(other.clone(), county, pace(64)).await;
            same_in_fewer_commits(&alone, &together, &walk).await;
        });
    });
}
