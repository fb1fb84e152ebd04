//! The database takes an act in, or does not: what lost against another is tried again, what is rejected hurts nobody else.

use super::{Work, done, told};
use std::sync::Arc;
use xiaohao_ledger::Submission;
use xiaohao_tests::place::Place;

/// The database says this to the next acts, as often as it is told to.
async fn says(work: &Work, state: &str, times: u32) {
    work.sql
        .run(&format!(
            "CREATE SEQUENCE tries;
             CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('tries') <= {times} THEN
                    RAISE EXCEPTION 'told to fail' USING ERRCODE = '{state}';
                END IF;
                RETURN NEW;
             END $$;
             CREATE TRIGGER say BEFORE INSERT ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION say()"
        ))
        .await;
}

/// It says nothing any more.
async fn is_quiet(work: &Work) {
    work.sql
        .run("DROP TRIGGER say ON ledger_entry; DROP FUNCTION say; DROP SEQUENCE tries")
        .await;
}

#[tokio::test]
async fn who_lost_against_another_or_in_a_deadlock_tries_again_within_bounds() {
    let work = Work::at(Place::server().await).await;
    let mut acts = Vec::new();
    for state in ["40001", "40P01"] {
        says(&work, state, 5).await;
        acts.push(work.report());
        work.do_it(&acts[acts.len() - 1]).await;
        is_quiet(&work).await;

        says(&work, state, 6).await;
        acts.push(work.report());
        let act = &acts[acts.len() - 1];
        told("DATABASE_CONFLICT", work.ledger.execute(act.clone()).await);
        work.do_it(act).await;
        is_quiet(&work).await;
    }
    work.is_right(&acts).await;
}

/// The database rejects the act with this request.
async fn rejects(work: &Work, act: &Submission) {
    let request = act.request.as_uuid();
    let rejection = if work.place.is_file() {
        let request = request.simple();
        format!(
            "CREATE TRIGGER reject BEFORE INSERT ON ledger_entry WHEN NEW.request = x'{request}' \
             BEGIN SELECT RAISE(ABORT, 'told to reject'); END"
        )
    } else {
        format!(
            "CREATE FUNCTION reject() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'told to reject'; END $$;
             CREATE TRIGGER reject BEFORE INSERT ON ledger_entry FOR EACH ROW \
             WHEN (NEW.request = '{request}') EXECUTE FUNCTION reject()"
        )
    };
    work.sql.run(&rejection).await;
}

#[tokio::test]
async fn an_act_that_the_database_rejects_takes_no_other_with_it() {
    for place in Place::both().await {
        let work = Arc::new(Work::at(place).await);
        let acts = work.reports(8);
        rejects(&work, &acts[3]).await;
        // What is sent while a first act is under way makes one batch.
        let sent = acts.iter().map(|act| {
            let (ledger, act) = (work.ledger.clone(), act.clone());
            tokio::spawn(async move { ledger.execute(act).await })
        });
        let sent: Vec<_> = sent.collect();
        let mut recorded = Vec::new();
        for (number, outcome) in sent.into_iter().enumerate() {
            let outcome = outcome.await.unwrap();
            if number == 3 {
                told("INTERNAL", outcome);
            } else {
                done(outcome);
                recorded.push(acts[number].clone());
            }
        }
        work.ready().await.unwrap();
        work.is_right(&recorded).await;
    }
}

#[tokio::test]
async fn what_is_acknowledged_after_sqlite_ended_a_transaction_by_itself_is_there() {
    let work = Work::at(Place::file().await).await;
    let mut acts = work.reports(2);
    work.do_it(&acts[0]).await;
    let request = acts[1].request.as_uuid().simple();
    work.sql
        .run(&format!(
            "CREATE TRIGGER end_it AFTER INSERT ON ledger_entry WHEN NEW.request = x'{request}' \
             BEGIN SELECT RAISE(ROLLBACK, 'told to end it'); END"
        ))
        .await;
    told("INTERNAL", work.ledger.execute(acts[1].clone()).await);
    work.sql.run("DROP TRIGGER end_it").await;
    // An act that writes nothing is rolled back; those that come after it are committed, each to the disk.
    let refused = Submission {
        request: acts[0].request,
        ..work.report()
    };
    assert!(
        work.ledger
            .execute(refused)
            .await
            .unwrap()
            .refused()
            .is_some()
    );
    acts.extend(work.reports(2));
    for (act, lines) in acts.iter().zip(1..) {
        work.do_it(act).await;
        assert_eq!(work.lines().await, lines, "acknowledged and not there");
    }
    work.is_right(&acts).await;
}
