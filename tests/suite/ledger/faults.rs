//! When the store fails: what may pass is tried again, nothing is done twice, and nobody suffers for another's act.

use super::another_county;
use async_trait::async_trait;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use xiaohao_core::County;
use xiaohao_core::values::RequestId;
use xiaohao_ledger::{Batch, Cause, Fault, Pace, Written};
use xiaohao_tests::office::{Cabinet, Kind, done, replayed};
use xiaohao_tests::watched::{Watch, Watched};
use xiaohao_tests::*;

on_every_store! {
    acts_that_wait_together_share_commits
    who_lost_against_another_tries_again
    what_was_written_and_not_confirmed_is_not_written_twice
    an_act_that_the_store_rejects_spoils_no_other
    a_fault_that_stays_is_told_to_everyone_and_nothing_is_written
    a_fault_that_passes_too_late_is_told
    whether_the_ledger_is_ready_is_found_out_without_a_trace
}

/// What happens to the next commit.
enum Mishap {
    /// It fails, and nothing is written.
    Before(Fault),
    /// It is written, and the confirmation is lost.
    After(Fault),
}

/// Counts the commits of a store, and lets them fail when it is told to.
#[derive(Default)]
struct Told {
    commits: AtomicUsize,
    mishaps: Mutex<VecDeque<Mishap>>,
    /// A request that is always rejected.
    rejected: Mutex<Option<RequestId>>,
}

#[async_trait]
impl Watch for Told {
    async fn append(&self, batch: Box<dyn Batch>, written: Written) -> Result<(), Fault> {
        let rejected = *self.rejected.lock().unwrap();
        let mut requests = written.lines.iter().map(|new| new.line.record.request());
        if requests.any(|request| Some(request) == rejected) {
            return Err(Fault::Rejected(cause()));
        }
        let mishap = self.mishaps.lock().unwrap().pop_front();
        if let Some(Mishap::Before(fault)) = mishap {
            return Err(fault);
        }
        batch.append(written).await?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        match mishap {
            Some(Mishap::After(fault)) => Err(fault),
            Some(Mishap::Before(_)) | None => Ok(()),
        }
    }
}

fn cause() -> Cause {
    Arc::new(std::io::Error::other("told to fail"))
}

/// An office over a watched store, which tries once again.
async fn watched(on: Kind) -> (Office, Arc<Told>) {
    watched_in(Cabinet::new(on).await, county(), 64).await
}

async fn watched_in(cabinet: Cabinet, county: County, batch: usize) -> (Office, Arc<Told>) {
    let told = Arc::new(Told::default());
    let pace = Pace {
        batch,
        retries: 1,
        ..Pace::default()
    };
    let office = Office::open(cabinet, county, pace).await;
    let store = office.cabinet.store();
    (office.over(Watched::new(store, &told), pace), told)
}

fn next(told: &Told, mishaps: impl IntoIterator<Item = Mishap>) {
    told.mishaps.lock().unwrap().extend(mishaps);
}

async fn acts_that_wait_together_share_commits(on: Kind) {
    let cabinet = Cabinet::new(on).await;
    for (number, (batch, commits)) in (10..).zip([(64, 1), (20, 1), (19, 2), (8, 3), (1, 20)]) {
        let county = another_county(number);
        let (office, told) = watched_in(cabinet.clone(), county, batch).await;
        office.report_several(20).await;
        assert_eq!(told.commits.load(Ordering::Relaxed), commits, "{batch}");
    }
}

async fn who_lost_against_another_tries_again(on: Kind) {
    let (office, told) = watched(on).await;
    next(&told, [Mishap::Before(Fault::Conflict(cause()))]);
    office.report_several(3).await;
    assert_eq!(office.audit().await.lines.len(), 3);
}

async fn what_was_written_and_not_confirmed_is_not_written_twice(on: Kind) {
    let (office, told) = watched(on).await;
    let reports = [office.report_anew(), office.report_anew()];
    next(&told, [Mishap::After(Fault::Unreachable(cause()))]);
    let first = office.at_once(&reports).await.into_iter().map(replayed);
    let first: Vec<_> = first.collect();
    let again = office.at_once(&reports).await.into_iter().map(replayed);
    assert_eq!(again.collect::<Vec<_>>(), first);
    assert_eq!(office.audit().await.lines.len(), 2);
}

async fn an_act_that_the_store_rejects_spoils_no_other(on: Kind) {
    let (office, told) = watched(on).await;
    let reports = [
        office.report_anew(),
        office.report_anew(),
        office.report_anew(),
    ];
    *told.rejected.lock().unwrap() = Some(reports[1].request);
    let (before, bad, after) = tokio::join!(
        office.ledger.execute(reports[0].clone()),
        office.ledger.execute(reports[1].clone()),
        office.ledger.execute(reports[2].clone()),
    );
    done(before.unwrap());
    assert_eq!(bad.unwrap_err().code(), "INTERNAL");
    done(after.unwrap());
    assert_eq!(office.audit().await.lines.len(), 2);
}

async fn a_fault_that_stays_is_told_to_everyone_and_nothing_is_written(on: Kind) {
    let (office, told) = watched(on).await;
    let reports = [office.report_anew(), office.report_anew()];
    next(&told, [Mishap::Before(Fault::DiskFull(cause()))]);
    let (one, other) = tokio::join!(
        office.ledger.execute(reports[0].clone()),
        office.ledger.execute(reports[1].clone()),
    );
    for outcome in [one, other] {
        assert_eq!(outcome.unwrap_err().code(), "DISK_FULL");
    }
    assert_eq!(office.audit().await.lines, []);
    office.do_now(&reports[0]).await;
}

async fn a_fault_that_passes_too_late_is_told(on: Kind) {
    let (office, told) = watched(on).await;
    let lost = || Mishap::Before(Fault::Conflict(cause()));
    next(&told, [lost(), lost()]);
    let outcome = office.ledger.execute(office.report_anew()).await;
    assert_eq!(outcome.unwrap_err().code(), "DATABASE_CONFLICT");
    assert_eq!(office.audit().await.lines, []);
}

async fn whether_the_ledger_is_ready_is_found_out_without_a_trace(on: Kind) {
    let office = Office::on(on).await;
    office.report().await;
    let before = office.kept().await;
    office.ledger.ready().await.unwrap();
    assert_eq!(office.audit().await, before);
}
