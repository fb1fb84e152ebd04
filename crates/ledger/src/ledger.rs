//! The ledger of one county: the only way in which anything is written.
//!
//! Acts that wait at the same moment share one transaction, each with its own outcome. They are written by a task of the
//! ledger's own, so an act whose caller has gone away is still done, or not done, and never half.

use crate::answer::{After, Answer, Outcome};
use crate::desk::{Desk, Verdict, caused_by, first_questions, second_questions};
use crate::fault::{Fault, Told};
use crate::head::{Head, ahead_of};
use crate::line::{Line, Subject};
use crate::position::Position;
use crate::present::Present;
use crate::seal::Salts;
use crate::store::{Batch, Store, Wanted};
use crate::submission::{Deed, Submission};
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};
use xiaohao_core::County;
use xiaohao_core::values::RequestId;

/// Tells the time; the one clock of the product is in the server.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How the ledger writes.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The most acts that share one transaction.
    pub batch: usize,
    /// The most acts that may wait; beyond it, callers wait to be let in.
    pub waiting: usize,
    /// How often a batch is tried again when the database says that it may be.
    pub retries: u32,
    /// For how long it is tried again; beyond it the callers are told, and decide for themselves.
    pub patience: Duration,
    /// The longest that one try may take. A server that has gone silent, without a word that it is gone, holds up nobody
    /// for ever.
    pub longest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch: 64,
            waiting: 1024,
            retries: 5,
            patience: Duration::from_secs(5),
            longest: Duration::from_secs(30),
        }
    }
}

/// The ledger of one county.
#[derive(Clone)]
pub struct Ledger {
    present: Present,
    store: Arc<dyn Store>,
    waiting: mpsc::Sender<Waiting>,
    last: watch::Receiver<Position>,
    trouble: watch::Receiver<Option<Trouble>>,
}

/// What stood in the way of a batch, and when; none once another was recorded.
type Trouble = (Instant, Fault);

/// For how long a ledger that could not record an act is taken to be out of order, whatever a small trial says: a disk that
/// has no room for acts may have some for that.
const MISTRUST: Duration = Duration::from_secs(5);

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("county", &self.county().code)
            .finish_non_exhaustive()
    }
}

/// An act that waits for its turn.
struct Waiting {
    submission: Submission,
    reply: oneshot::Sender<Result<Outcome, Fault>>,
}

impl Waiting {
    /// Whether it must be the last of its batch: what comes after it would be decided on what was looked up before, and
    /// could record anew what it erases.
    fn erases(&self) -> bool {
        matches!(self.submission.deed, Deed::Ledger { .. })
    }

    /// A caller that has gone away does not hear of it; what is done is done all the same.
    fn told(self, outcome: Result<Outcome, Fault>) {
        drop(self.reply.send(outcome));
    }
}

impl Ledger {
    /// Opens the ledger of a county and starts its writer, which ends when the last handle is dropped and everything that
    /// waited is settled.
    ///
    /// Must be called within a tokio runtime.
    #[must_use]
    pub fn open(
        store: Arc<dyn Store>,
        county: Arc<County>,
        clock: Clock,
        salts: Salts,
        pace: Pace,
    ) -> Self {
        let (waiting, queue) = mpsc::channel(pace.waiting.max(1));
        let (told, last) = watch::channel(Position::START);
        let (troubled, trouble) = watch::channel(None);
        let present = Present::of(county);
        let writer = Writer {
            store: Arc::clone(&store),
            present: present.clone(),
            clock,
            salts,
            pace,
            told,
            troubled,
            ahead: AtomicBool::new(false),
        };
        tokio::spawn(write(Arc::new(writer), queue));
        Self {
            present,
            store,
            waiting,
            last,
            trouble,
        }
    }

    /// The county, as far as this process knows the ledger.
    #[must_use]
    pub fn county(&self) -> Arc<County> {
        self.present.county()
    }

    /// The county as of this version of the ledger's own history, or later; that is read only where it has gone on.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read.
    pub async fn county_at(&self, version: u32) -> Result<Arc<County>, Fault> {
        self.present.at_least(version, &*self.store).await
    }

    /// The county as the ledger has it now, whoever has changed it: one statement.
    ///
    /// # Errors
    /// [`Fault`] when the ledger cannot be read.
    pub async fn county_now(&self) -> Result<Arc<County>, Fault> {
        let version = self.store.own_version(self.county().code).await?;
        self.county_at(version).await
    }

    /// Does one act, or says why not.
    ///
    /// # Errors
    /// [`Fault`] when the ledger could not be reached or written. Then the act is recorded whole or not at all; sending it
    /// again with the same request id finds out which, and does it if it was not done.
    pub async fn execute(&self, submission: Submission) -> Result<Outcome, Fault> {
        let (reply, outcome) = oneshot::channel();
        let waiting = Waiting { submission, reply };
        self.waiting
            .send(waiting)
            .await
            .map_err(|_| Fault::Closing)?;
        outcome.await.map_err(|_| Fault::Internal(None))?
    }

    /// The last line that this process knows of; it changes with every batch. Whoever has lines to send on reads them from
    /// where he stopped.
    #[must_use]
    pub fn last_written(&self) -> watch::Receiver<Position> {
        self.last.clone()
    }

    /// Whether an act could be recorded now.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn ready(&self) -> Result<(), Fault> {
        let trouble = self.trouble.borrow().clone();
        match trouble {
            Some((since, fault)) if since.elapsed() < MISTRUST => Err(fault),
            Some(_) | None => self.store.probe(self.county().code).await,
        }
    }
}

struct Writer {
    store: Arc<dyn Store>,
    present: Present,
    clock: Clock,
    salts: Salts,
    pace: Pace,
    told: watch::Sender<Position>,
    troubled: watch::Sender<Option<Trouble>>,
    /// Whether the log says that the last line lies in the future.
    ahead: AtomicBool,
}

/// Takes what waits, batch after batch, until nobody can send any more.
async fn write(writer: Arc<Writer>, mut queue: mpsc::Receiver<Waiting>) {
    while let Some(first) = queue.recv().await {
        let mut batch = vec![first];
        while batch.len() < writer.pace.batch && !batch.last().is_some_and(Waiting::erases) {
            let Ok(next) = queue.try_recv() else { break };
            batch.push(next);
        }
        // In a task of its own, so that a defect that panics ends this batch and not the ledger.
        let writer = Arc::clone(&writer);
        match tokio::spawn(async move { writer.settle(batch).await }).await {
            Ok(None) => {}
            // Whoever waited behind a batch is told with it, instead of waiting as long for the same answer.
            Ok(Some(fault)) => {
                while let Ok(waiting) = queue.try_recv() {
                    waiting.told(Err(fault.clone()));
                }
            }
            Err(error) => {
                tracing::error!(%error, "a batch of acts ended in a defect; none of it was written");
            }
        }
    }
}

impl Writer {
    /// Settles a batch: together if that works, else each act on its own, so that none suffers for another. The answer is
    /// what stands in the way of every act, if something does.
    async fn settle(self: &Arc<Self>, batch: Vec<Waiting>) -> Option<Fault> {
        let submissions: Vec<&Submission> =
            batch.iter().map(|waiting| &waiting.submission).collect();
        match self.with_retries(&submissions).await {
            Ok(verdicts) => {
                for (waiting, verdict) in batch.into_iter().zip(verdicts) {
                    self.tell(waiting, verdict);
                }
                None
            }
            Err(fault) if batch.len() > 1 && fault.may_be_of_one_act() => {
                tracing::warn!(error = %Told(&fault), acts = batch.len(), "a batch failed; its acts are tried one by one");
                let mut in_the_way = None;
                for waiting in batch {
                    let verdict = match &in_the_way {
                        Some(fault) => Err(Fault::clone(fault)),
                        None => self.alone(&waiting.submission).await,
                    };
                    let fault = verdict.as_ref().err();
                    in_the_way = in_the_way.or_else(|| {
                        fault
                            .filter(|fault| fault.keeps_everybody_waiting())
                            .cloned()
                    });
                    self.tell(waiting, verdict);
                }
                in_the_way
            }
            Err(fault) => {
                tracing::error!(error = %Told(&fault), acts = batch.len(), "a batch of acts could not be recorded");
                for waiting in batch {
                    waiting.told(Err(fault.clone()));
                }
                fault.keeps_everybody_waiting().then_some(fault)
            }
        }
    }

    /// Tells what came of an act. What was done before is looked up for whoever asked, while the others go on.
    fn tell(self: &Arc<Self>, waiting: Waiting, verdict: Result<Verdict, Fault>) {
        let scope = waiting.submission.scope(&self.present.county());
        match verdict {
            Ok(Verdict::Settled(outcome)) => waiting.told(Ok(outcome.shown_to(scope))),
            Ok(Verdict::DoneBefore(request, subject)) => {
                let writer = Arc::clone(self);
                tokio::spawn(async move {
                    let again = writer.answer_again(request, subject).await;
                    waiting.told(again.map(|outcome| outcome.shown_to(scope)));
                });
            }
            Err(fault) => waiting.told(Err(fault)),
        }
    }

    async fn alone(&self, act: &Submission) -> Result<Verdict, Fault> {
        let verdicts = self.with_retries(&[act]).await?;
        verdicts
            .into_iter()
            .next()
            .unwrap_or(Err(Fault::Internal(None)))
    }

    async fn with_retries(
        &self,
        batch: &[&Submission],
    ) -> Result<Vec<Result<Verdict, Fault>>, Fault> {
        let mut pause = Duration::from_millis(5);
        let mut left = self.pace.retries;
        let begun = Instant::now();
        loop {
            let attempt = timeout(self.pace.longest, self.attempt(batch)).await;
            match attempt.unwrap_or_else(|silence| Err(Fault::Unreachable(Arc::new(silence)))) {
                Err(fault)
                    if fault.is_passing() && left > 0 && begun.elapsed() < self.pace.patience =>
                {
                    tracing::warn!(error = %Told(&fault), left, "a batch is tried again");
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(3);
                    left -= 1;
                }
                settled => {
                    let fault = settled.as_ref().err();
                    if let Some(fault) = fault.filter(|fault| !fault.may_be_of_one_act()) {
                        self.troubled
                            .send_replace(Some((Instant::now(), fault.clone())));
                    }
                    return settled;
                }
            }
        }
    }

    /// The county as of this transaction. Where nobody else has written since this process did, it is known; else it is
    /// asked for, so that nobody acts by a right that was taken from him before.
    async fn county_within(&self, transaction: &mut dyn Batch) -> Result<Arc<County>, Fault> {
        let is_ours = transaction.head().position == *self.told.borrow();
        if !is_ours && transaction.own_version().await? > self.present.version() {
            let own = Wanted {
                ledger: true,
                known: self.present.file(),
                ..Wanted::default()
            };
            let found = transaction.look_up(&own).await?.ledger;
            if let Some(file) = found {
                self.present.goes_on(&file);
            }
        }
        Ok(self.present.county())
    }

    /// Says, once for each time that it comes to be so, that the last line lies in the future: from then on lines are told
    /// apart by microseconds, until the clock has come so far.
    fn told_of_the_clock(&self, head: &Head, now: DateTime<Utc>) {
        let ahead = head.recorded_at.and_then(|last| ahead_of(now, last));
        let is_news = self.ahead.swap(ahead.is_some(), Ordering::Relaxed) != ahead.is_some();
        match ahead.filter(|_| is_news) {
            Some(ahead) => tracing::warn!(
                seconds = ahead.num_seconds(),
                "the last line of the ledger lies in the future; set the clock right, or find out when it was wrong"
            ),
            None if is_news => tracing::info!("the last line of the ledger lies in the past again"),
            None => {}
        }
    }

    /// One transaction: look up, decide, write.
    async fn attempt(&self, batch: &[&Submission]) -> Result<Vec<Result<Verdict, Fault>>, Fault> {
        let mut transaction = self.store.begin(self.present.county().code).await?;
        let county = self.county_within(&mut *transaction).await?;
        let mut wanted = first_questions(batch, &county);
        wanted.known = self.present.file().filter(|_| wanted.ledger);
        let mut found = transaction.look_up(&wanted).await?;
        let more = second_questions(batch, &county, &found);
        if more != Wanted::default() {
            found.extend(transaction.look_up(&more).await?);
        }
        let (head, now) = (transaction.head().clone(), (self.clock)());
        self.told_of_the_clock(&head, now);
        let mut desk = Desk::new(&county, head, found, now, &self.salts);
        let verdicts: Vec<_> = batch
            .iter()
            .map(|submission| desk.decide(submission))
            .collect();
        let mut last = transaction.head().position;
        if desk.is_empty() {
            drop(transaction);
        } else {
            let written = desk.written();
            last = written.head.position;
            let own = written.ledger.clone();
            transaction.append(written).await?;
            if let Some(file) = own {
                self.present.goes_on(&file);
            }
            self.troubled.send_replace(None);
        }
        // Also where nothing was written: it may have been before, and its confirmation lost.
        self.told.send_if_modified(|told| {
            let goes_on = *told < last;
            *told = last.max(*told);
            goes_on
        });
        Ok(verdicts)
    }

    /// The first answer to a request, made again from the record.
    async fn answer_again(&self, request: RequestId, subject: Subject) -> Result<Outcome, Fault> {
        let county = self.present.county().code;
        let mut lines = self.store.lines_of_requests(county, &[request]).await?;
        let own = lines
            .first()
            .ok_or_else(|| Fault::damaged(format!("the line of request {request} is gone")))?;
        let history = self
            .store
            .history_to(county, subject, own.record.seq())
            .await?;
        let after = After::history(&history)?
            .ok_or_else(|| Fault::damaged(format!("the history of {subject} is gone")))?;
        lines.extend(self.caused(request, &lines).await?);
        Ok(Outcome::Done {
            answer: Box::new(Answer { lines, after }),
            replayed: true,
        })
    }

    /// The lines that an issued paper caused.
    async fn caused(&self, request: RequestId, own: &[Line]) -> Result<Vec<Line>, Fault> {
        let most = own
            .first()
            .map_or(0, |line| line.record.follow_ups_at_most());
        let requests: Vec<RequestId> = (1..=most)
            .filter_map(|number| caused_by(request, number).ok())
            .collect();
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        self.store
            .lines_of_requests(self.present.county().code, &requests)
            .await
    }
}
