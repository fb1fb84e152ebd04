//! Tablets hang up at any moment. What they sent is done or not done, and never touches what others sent.

use super::{Work, done};
use futures_util::FutureExt;
use std::time::Duration;
use tokio::time::timeout;
use xiaohao_ledger::read::{HazardFilter, Reader};
use xiaohao_ledger::{Scope, Store};
use xiaohao_tests::place::Place;

/// How many hang up.
const HANG_UP: u32 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_at_any_moment_takes_nothing_from_others() {
    let [file, server] = Place::both().await;
    tokio::join!(hang_up(file), hang_up(server));
}

async fn hang_up(place: Place) {
    let work = Work::at(place).await;
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    for number in 0..HANG_UP {
        let (stays, leaves) = (work.report(), work.report());
        let begun = Duration::from_micros(u64::from(number) * 50);
        let leaving = [
            tokio::spawn({
                let (ledger, act) = (work.ledger.clone(), leaves.clone());
                async move { drop(ledger.execute(act).await) }
            }),
            tokio::spawn({
                let ledger = work.ledger.clone();
                async move { drop(ledger.ready().await) }
            }),
            tokio::spawn({
                let (store, code) = (work.store.clone(), work.code());
                let held = [xiaohao_tests::file(201)];
                async move { drop(store.hold(code, &held, chrono::DateTime::UNIX_EPOCH).await) }
            }),
            tokio::spawn({
                let (store, code, request) = (work.store.clone(), work.code(), stays.request);
                async move { drop(store.lines_of_requests(code, &[request]).await) }
            }),
        ];
        let (outcome, ()) = tokio::join!(work.ledger.execute(stays.clone()), async {
            tokio::time::sleep(begun).await;
            leaving.iter().for_each(tokio::task::JoinHandle::abort);
        });
        done(outcome);
        nothing_is_left_open(&work).await;
        kept.push(stays);
        left.push(leaves);
    }
    for act in left {
        let is_there = !work
            .store
            .lines_of_requests(work.code(), &[act.request])
            .await
            .unwrap()
            .is_empty();
        if is_there {
            kept.push(act);
        }
    }
    work.is_right(&kept).await;
}

/// No connection waits in a transaction for somebody who has gone away; the server itself would only end it after 5 s.
async fn nothing_is_left_open(work: &Work) {
    if work.place.is_file() {
        return;
    }
    let open = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let ended = timeout(Duration::from_secs(2), work.sql.until(open, 0)).await;
    assert!(ended.is_ok(), "a transaction was left open");
}

/// Whoever looks at one moment and hangs up while he is answered takes the moment with him: nobody after him is shown the ledger as it was then.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_he_looks_at_a_moment_leaves_it_to_nobody() {
    let [file, server] = Place::both().await;
    tokio::join!(look_and_hang_up(file), look_and_hang_up(server));
}

async fn look_and_hang_up(place: Place) {
    let work = Work::at(place).await;
    let scope = Scope::of_the_ledger(work.code());
    let all = HazardFilter::default();
    let mut kept = vec![work.report()];
    work.do_it(&kept[0]).await;
    let mut gone = 0;
    for _ in 0..40 {
        let moment = work.store.moment().await.unwrap();
        // Gone before the last answer; a fast machine gives the first ones at once.
        let asked = async {
            for _ in 0..50 {
                moment.count_hazards(&scope, &all).await.unwrap();
            }
        };
        gone += u32::from(asked.now_or_never().is_none());
        drop(moment);
        nothing_is_left_open(&work).await;
        let report = work.report();
        work.do_it(&report).await;
        kept.push(report);
        let there = u64::try_from(kept.len()).unwrap();
        for _ in 0..4 {
            let told = work.store.count_hazards(&scope, &all).await.unwrap();
            assert_eq!(told, there, "somebody is shown an earlier moment");
            let moment = work.store.moment().await.unwrap();
            assert_eq!(moment.count_hazards(&scope, &all).await.unwrap(), there);
        }
    }
    assert!(gone > 10, "{gone} went away before they were answered");
    work.is_right(&kept).await;
}
