//! Another program holds the database.

use super::{Work, done, told};
use std::time::{Duration, Instant};
use tokio::time::timeout;
use xiaohao_tests::place::{Place, Sql};

/// Another program, which holds whatever an act needs.
async fn hold(work: &Work) -> Sql {
    let other = work.place.sql().await;
    other
        .run(if work.place.is_file() {
            "BEGIN EXCLUSIVE"
        } else {
            "BEGIN; LOCK TABLE ledger_head IN EXCLUSIVE MODE"
        })
        .await;
    other
}

#[tokio::test]
async fn a_lock_of_a_moment_is_seen_by_nobody() {
    let [file, server] = Place::both().await;
    tokio::join!(passes(file), passes(server));
}

async fn passes(place: Place) {
    let work = Work::at(place).await;
    let (act, other) = (work.report(), hold(&work).await);
    let mut sent = tokio::spawn({
        let (ledger, act) = (work.ledger.clone(), act.clone());
        async move { ledger.execute(act).await }
    });
    let waits = timeout(Duration::from_secs(1), &mut sent).await;
    assert!(
        waits.is_err(),
        "done while another holds the lock: {waits:?}"
    );
    work.can_be_read().await;
    other.run("COMMIT").await;
    done(sent.await.unwrap());
    work.is_right(&[act]).await;
}

#[tokio::test]
async fn a_lock_that_stays_is_told_to_all_who_wait_in_one_and_the_same_while() {
    let [file, server] = Place::both().await;
    tokio::join!(stays(file), stays(server));
}

async fn stays(place: Place) {
    let work = Work::at(place).await;
    let other = hold(&work).await;
    told("DATABASE_LOCKED", work.ready().await);
    let acts = work.reports(200);
    let begun = Instant::now();
    let sent = acts.iter().map(|act| {
        let (ledger, act) = (work.ledger.clone(), act.clone());
        tokio::spawn(async move { ledger.execute(act).await })
    });
    let sent: Vec<_> = sent.collect();
    for outcome in sent {
        told("DATABASE_LOCKED", outcome.await.unwrap());
    }
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(5),
        "a lock is waited for: {waited:?}"
    );
    assert!(
        waited < Duration::from_secs(10),
        "nobody waits longer than that: {waited:?}"
    );
    told("DATABASE_LOCKED", work.ready().await);
    work.can_be_read().await;
    other.run("COMMIT").await;
    for act in &acts[..20] {
        work.do_it(act).await;
    }
    work.ready().await.unwrap();
    work.is_right(&acts[..20]).await;
}
