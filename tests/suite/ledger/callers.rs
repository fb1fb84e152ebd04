//! A caller that goes away: his act is done or not done, and the ledger goes on.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokio::task::JoinSet;
use xiaohao_core::Status;
use xiaohao_ledger::{Outcome, Pace, Submission};
use xiaohao_tests::Office;
use xiaohao_tests::office::{Kind, replayed};

on_every_store! {
    what_waits_is_done_though_its_caller_is_gone
    what_was_not_let_in_is_not_done
    what_waits_is_done_though_nobody_holds_the_ledger_any_more
}

on_every_store! { on many threads:
    callers_that_are_cut_off_anywhere_leave_nothing_half_done
}

/// Sends an act and goes away without hearing what comes of it.
async fn send_and_leave(office: &Office, submission: &Submission) {
    let mut act = pin!(office.ledger.execute(submission.clone()));
    poll_fn(|cx| {
        assert!(act.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
}

async fn what_waits_is_done_though_its_caller_is_gone(on: Kind) {
    let office = Office::on(on).await;
    let listed = office.hazard_at(Status::Listed).await;
    let assign = office.ordinary_step(&office.hazard(listed).await);
    let report = office.report_anew();
    send_and_leave(&office, &assign).await;
    send_and_leave(&office, &report).await;
    for sent in [&report, &assign] {
        replayed(office.execute(sent).await);
    }
    assert_eq!(office.audit().await.lines.len(), 4);
}

async fn what_was_not_let_in_is_not_done(on: Kind) {
    let narrow = Pace {
        batch: 1,
        waiting: 1,
        retries: 0,
        ..Pace::default()
    };
    let office = Office::paced(on, narrow).await;
    let reports = [
        office.report_anew(),
        office.report_anew(),
        office.report_anew(),
    ];
    for report in &reports {
        send_and_leave(&office, report).await;
    }
    let mut done_before = Vec::new();
    for report in &reports {
        match office.execute(report).await {
            Outcome::Done { replayed, .. } => done_before.push(replayed),
            Outcome::Refused(refused) => panic!("{refused:?}"),
        }
    }
    assert_eq!(done_before, [true, false, false]);
    office.audit().await;
}

async fn what_waits_is_done_though_nobody_holds_the_ledger_any_more(on: Kind) {
    let office = Office::on(on).await;
    let reports = [office.report_anew(), office.report_anew()];
    for report in &reports {
        send_and_leave(&office, report).await;
    }
    let office = office.reopened().await;
    // Whoever of the two ledgers comes first does it, and the other finds it done.
    for report in &reports {
        assert!(office.execute(report).await.answer().is_some());
    }
    assert_eq!(office.audit().await.lines.len(), 2);
}

async fn callers_that_are_cut_off_anywhere_leave_nothing_half_done(on: Kind) {
    let office = Office::on(on).await;
    let reports: Vec<_> = (0..64).map(|_| office.report_anew()).collect();
    let mut callers = JoinSet::new();
    for (report, patience) in reports.iter().cloned().zip((0..8).cycle()) {
        let office = office.clone();
        let caller = callers.spawn(async move {
            office.execute(&report).await;
        });
        for _ in 0..patience {
            tokio::task::yield_now().await;
        }
        caller.abort();
    }
    while callers.join_next().await.is_some() {}
    office.report().await;
    office.audit().await;
    for report in &reports {
        assert!(office.execute(report).await.answer().is_some());
    }
    assert_eq!(office.audit().await.lines.len(), 65);
}
