//! What goes wrong around the ledger: the disk, the rights, other programs, the server and the way to it, and callers who hang
//! up. Each time the fault is told by its name, what can still be read is read, nothing is half written, and when the fault
//! is gone the same ledger goes on by itself; a request that is sent again has one effect.

mod callers;
mod commits;
mod disk;
mod lock;
mod opening;
mod rights;
mod server;

use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Answer, Fault, Ledger, Outcome, Pace, Store, Submission};
use xiaohao_server::readiness::Readiness;
use xiaohao_store::SqlStore;
use xiaohao_tests::crowd;
use xiaohao_tests::diary::{Diary, Word};
use xiaohao_tests::examiner::Examiner;
use xiaohao_tests::place::{Place, Sql, ledger};

/// A ledger on a database, at work.
struct Work {
    place: Place,
    store: SqlStore,
    ledger: Ledger,
    /// A way to its database past it.
    sql: Sql,
    made: AtomicU32,
}

impl Work {
    async fn at(place: Place) -> Self {
        Self::paced(place, Pace::default()).await
    }

    async fn paced(at: Place, pace: Pace) -> Self {
        let store = at.store().await;
        Self {
            ledger: ledger(&store, pace),
            sql: at.sql().await,
            store,
            place: at,
            made: AtomicU32::new(1),
        }
    }

    fn code(&self) -> CountyCode {
        self.ledger.county().code
    }

    /// A report that nobody has sent.
    fn report(&self) -> Submission {
        crowd::report(self.made.fetch_add(1, Ordering::Relaxed).into())
    }

    fn reports(&self, how_many: usize) -> Vec<Submission> {
        (0..how_many).map(|_| self.report()).collect()
    }

    /// Sends an act that must be done.
    async fn do_it(&self, act: &Submission) -> Answer {
        done(self.ledger.execute(act.clone()).await)
    }

    /// Sends an act that must come to this fault; the ledger says that it is not ready, and can still be read.
    async fn fails_with(&self, code: &str, act: &Submission) {
        told(code, self.ledger.execute(act.clone()).await);
        told(code, self.ready().await);
        self.can_be_read().await;
    }

    /// What the server says of itself when it is asked for the first time.
    async fn ready(&self) -> Result<(), Fault> {
        Readiness::new(self.ledger.clone()).check().await
    }

    async fn can_be_read(&self) {
        let unknown = self.report().request;
        let asked = self.store.lines_of_requests(self.code(), &[unknown]).await;
        assert!(asked.unwrap().is_empty());
    }

    /// How many lines the ledger has.
    async fn lines(&self) -> i64 {
        self.sql.number("SELECT count(*) FROM ledger_entry").await
    }

    /// Whether everything is right with what lies in the database, of which these acts were done and nothing else.
    async fn is_right(&self, acts: &[Submission]) {
        let mut diary = Diary::default();
        for act in acts {
            let request = act.request.as_uuid();
            diary.note(Word::Sent(request));
            let lines = self
                .store
                .lines_of_requests(self.code(), &[act.request])
                .await
                .unwrap();
            assert_eq!(lines.len(), 1, "{request} has one effect");
        }
        // Another connection looks, which knows nothing that has not been committed.
        let sql = self.place.sql().await;
        let mut examiner = Examiner::new();
        let wrong = examiner.look(&sql, &diary).await;
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(examiner.lines(), acts.len());
        let county = self.ledger.county();
        let checked = Box::pin(self.store.check(&county, |_| {}));
        let findings = checked.await.unwrap();
        assert!(findings.is_clean(), "{:#?}", findings.told);
    }
}

/// The answer to an act that is done, now or before.
fn done(outcome: Result<Outcome, Fault>) -> Answer {
    match outcome {
        Ok(Outcome::Done { answer, .. }) => *answer,
        other => panic!("not done: {other:#?}"),
    }
}

/// The fault that it must be: by its code, with a sentence for the person who sent it.
fn told<T: Debug>(code: &str, outcome: Result<T, Fault>) -> Fault {
    let fault = outcome.unwrap_err();
    assert_eq!(fault.code(), code, "{fault:?}");
    let sentence = fault.message();
    assert!(
        sentence.ends_with('。') && !sentence.contains(|c: char| c.is_ascii_alphabetic()),
        "{sentence}"
    );
    fault
}
