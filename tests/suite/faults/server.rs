//! PostgreSQL goes away, or the way to it.

use super::{Work, told};
use futures_util::future::join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;
use xiaohao_ledger::{Outcome, Pace, Store};
use xiaohao_server::readiness::Readiness;
use xiaohao_store::Location;
use xiaohao_tests::crowd::Crowd;
use xiaohao_tests::diary::Diary;
use xiaohao_tests::examiner::Examiner;
use xiaohao_tests::place::{Place, ledger};
use xiaohao_tests::postgres::Cluster;
use xiaohao_tests::wire::{Fate, Wire};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_again_and_again_loses_nothing_and_doubles_nothing() {
    let mut cluster = Cluster::start();
    let place = Place::at(cluster.database()).await;
    let store = place.store().await;
    let (pen, mut words) = tokio::sync::mpsc::unbounded_channel();
    let crowd = Crowd::new(
        ledger(&store, Pace::default()),
        1,
        Arc::new(move |word| drop(pen.send(word))),
    );
    let people = crowd.at_work(16);
    let mut diary = Diary::default();
    for _ in 0..3 {
        for _ in 0..40 {
            diary.note(words.recv().await.unwrap());
        }
        cluster = tokio::task::spawn_blocking(move || {
            cluster.stop_at_once();
            cluster.start_again();
            cluster
        })
        .await
        .unwrap();
    }
    crowd.is_enough();
    people.join_all().await;
    drop(crowd);
    while let Some(word) = words.recv().await {
        diary.note(word);
    }
    assert!(diary.open.is_empty(), "everything was answered in the end");
    let sql = place.sql().await;
    let wrong = Examiner::new().look(&sql, &diary).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_told_and_found_again() {
    let mut cluster = Cluster::start();
    let work = Work::at(Place::at(cluster.database()).await).await;
    let acts = work.reports(3);
    work.do_it(&acts[0]).await;
    cluster.stop_at_once();
    let begun = Instant::now();
    let (act, ready) = tokio::join!(work.ledger.execute(acts[1].clone()), work.ready());
    told("DATABASE_UNREACHABLE", act);
    told("DATABASE_UNREACHABLE", ready);
    let waited = begun.elapsed();
    assert!(
        waited < Duration::from_secs(12),
        "nobody waits longer than that: {waited:?}"
    );
    cluster.start_again();
    for act in &acts {
        work.do_it(act).await;
    }
    work.ready().await.unwrap();
    work.can_be_read().await;
    let sql = work.place.sql().await;
    Work { sql, ..work }.is_right(&acts).await;
}

#[tokio::test]
async fn a_server_that_only_reads_is_told_and_goes_on_when_it_writes_again() {
    let cluster = Cluster::start();
    let work = Work::at(Place::at(cluster.database()).await).await;
    let acts = work.reports(2);
    work.do_it(&acts[0]).await;
    let only_reads = |only: bool| {
        cluster.run(&format!(
            "ALTER SYSTEM SET default_transaction_read_only = {only}"
        ));
        cluster.run("SELECT pg_reload_conf()");
        // The server has told all its processes by the time that it lets in a connection which knows.
        let known = if only { "on" } else { "off" };
        let mut asked = (0..1000).map(|_| cluster.ask("SHOW default_transaction_read_only"));
        assert!(asked.any(|answer| answer == known), "not {known}");
    };
    only_reads(true);
    told("DATABASE_READ_ONLY", work.ready().await);
    work.fails_with("DATABASE_READ_ONLY", &acts[1]).await;
    only_reads(false);
    work.do_it(&acts[1]).await;
    work.ready().await.unwrap();
    work.is_right(&acts).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_amid_a_transaction_leaves_nothing_and_the_act_is_done_on_another()
{
    let work = Work::at(Place::server().await).await;
    let acts = work.reports(2);
    work.do_it(&acts[0]).await;
    // Holds up the transaction after it has written its lines and before it commits.
    let other = work.place.sql().await;
    other.run("BEGIN; LOCK TABLE tally IN SHARE MODE").await;
    let (ledger, act) = (work.ledger.clone(), acts[1].clone());
    let sent = tokio::spawn(async move { ledger.execute(act).await });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    work.sql.until(waiting, 1).await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    assert_eq!(work.sql.number(cut).await, 1);
    other.run("COMMIT").await;
    super::done(sent.await.unwrap());
    work.is_right(&acts).await;
}

/// A ledger that reaches its server over a wire.
async fn over_a_wire(pace: Pace) -> (Work, Wire) {
    let direct = Place::server().await;
    let Location::Url(url) = &direct.location else {
        panic!("{} is not on a server", direct.location);
    };
    let (start, name) = url.rsplit_once('/').unwrap();
    let (host, port) = start.rsplit_once(':').unwrap();
    let wire = Wire::to(port.parse().unwrap());
    let sql = direct.sql().await;
    let over = Place::elsewhere(Location::Url(format!("{host}:{}/{name}", wire.port())));
    let work = Work {
        sql,
        place: direct,
        ..Work::paced(over, pace).await
    };
    (work, wire)
}

#[tokio::test]
async fn a_commit_that_is_lost_on_the_way_is_made_again() {
    let (work, wire) = over_a_wire(Pace::default()).await;
    let acts = work.reports(3);
    for act in &acts {
        wire.next_commit(Fate::Lost);
        let outcome = work.ledger.execute(act.clone()).await.unwrap();
        assert!(
            matches!(
                outcome,
                Outcome::Done {
                    replayed: false,
                    ..
                }
            ),
            "{outcome:?}"
        );
        assert!(wire.has_struck());
    }
    work.is_right(&acts).await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_answered_from_the_record() {
    let (work, wire) = over_a_wire(Pace::default()).await;
    let acts = work.reports(3);
    let mut written = work.ledger.last_written();
    for (act, position) in acts.iter().zip(1..) {
        wire.next_commit(Fate::AnswerLost);
        let outcome = work.ledger.execute(act.clone()).await.unwrap();
        assert!(
            matches!(outcome, Outcome::Done { replayed: true, .. }),
            "{outcome:?}"
        );
        assert!(wire.has_struck());
        // Whoever follows the ledger hears of it too.
        let heard = timeout(Duration::from_secs(5), written.changed()).await;
        heard.unwrap().unwrap();
        assert_eq!(written.borrow_and_update().get(), position);
    }
    work.is_right(&acts).await;
}

#[tokio::test]
async fn a_wire_that_falls_silent_holds_up_nobody_for_ever() {
    let hasty = Pace {
        patience: Duration::ZERO,
        longest: Duration::from_secs(1),
        ..Pace::default()
    };
    let (work, wire) = over_a_wire(hasty).await;
    let acts = work.reports(3);
    for act in &acts[..2] {
        wire.next_commit(Fate::Silence);
        let begun = Instant::now();
        let outcome = timeout(Duration::from_secs(5), work.ledger.execute(act.clone())).await;
        told("DATABASE_UNREACHABLE", outcome.unwrap());
        told("DATABASE_UNREACHABLE", work.ready().await);
        wire.mend();
        // What had been connected is found out one by one.
        while let Err(fault) = work.ledger.execute(act.clone()).await {
            assert_eq!(fault.code(), "DATABASE_UNREACHABLE");
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it does not come back"
            );
        }
    }
    work.do_it(&acts[2]).await;
    work.ready().await.unwrap();
    work.is_right(&acts).await;
}

#[tokio::test]
async fn a_server_that_is_silent_or_waits_for_its_standby_is_not_ready_at_once_and_is_again() {
    let (work, wire) = over_a_wire(Pace::default()).await;
    let readiness = || Readiness::new(work.ledger.clone()).waiting(Duration::from_millis(300));
    readiness().check().await.unwrap();
    wire.fall_silent();
    let one = readiness();
    let begun = Instant::now();
    let crowd = (0..40).map(|_| one.check());
    for answer in join_all(crowd).await {
        told("DATABASE_UNREACHABLE", answer);
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{begun:?}");
    wire.mend();
    let begun = Instant::now();
    while readiness().check().await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it stays so");
    }

    let cluster = Cluster::start();
    let work = Work::at(Place::at(cluster.database()).await).await;
    let readiness = || Readiness::new(work.ledger.clone()).waiting(Duration::from_millis(300));
    let standbys = |names: &str| {
        cluster.run(&format!(
            "ALTER SYSTEM SET synchronous_standby_names = '{names}'"
        ));
        cluster.run("SELECT pg_reload_conf()");
    };
    standbys("gone");
    let waits = async { while readiness().check().await.is_ok() {} };
    timeout(Duration::from_secs(10), waits).await.unwrap();
    standbys("");
    let goes_on = async { while readiness().check().await.is_err() {} };
    timeout(Duration::from_secs(30), goes_on).await.unwrap();
    let act = work.report();
    work.do_it(&act).await;
    work.is_right(&[act]).await;
}

#[tokio::test]
async fn readers_who_gave_up_on_a_silent_wire_keep_nobody_from_reading_later() {
    let (work, wire) = over_a_wire(Pace::default()).await;
    let (code, unknown) = (work.code(), work.report().request);
    work.can_be_read().await;
    wire.fall_silent();
    // More of them than there are connections to read with.
    let mut impatient = JoinSet::new();
    for _ in 0..24 {
        let store = work.store.clone();
        let asked = async move { store.lines_of_requests(code, &[unknown]).await };
        impatient.spawn(timeout(Duration::from_millis(200), asked));
    }
    for given_up in impatient.join_all().await {
        assert!(given_up.is_err());
    }
    wire.mend();
    let asked = async || work.store.lines_of_requests(code, &[unknown]).await;
    let later = async { while asked().await.is_err() {} };
    let came_back = timeout(Duration::from_secs(30), later).await;
    assert!(came_back.is_ok(), "it does not come back");
}
