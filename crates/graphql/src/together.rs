//! What the fields of one answer load, loaded together.
//!
//! A loader gathers keys until its load begins. Begun on another thread it would run off with the first keys while the other
//! fields of the page still ask; so loads wait here until the answer cannot go on without them, which is when every field
//! that can ask has asked.

use async_graphql::futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, unfold};
use futures_util::{Stream, StreamExt};
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::coop::has_budget_remaining;

pub(crate) type Load = BoxFuture<'static, ()>;

/// The loads of one operation: those that have not begun, and those that have.
pub(crate) struct Together {
    waiting: UnboundedReceiver<Load>,
    under_way: FuturesUnordered<Load>,
}

impl Together {
    /// A place for the loads of an operation, and what puts them there.
    pub(crate) fn new() -> (UnboundedSender<Load>, Self) {
        let (begin, waiting) = unbounded_channel();
        let under_way = FuturesUnordered::new();
        (begin, Self { waiting, under_way })
    }

    /// Makes an answer, beginning what it loads whenever it waits.
    pub(crate) async fn answer<T>(&mut self, answer: impl Future<Output = T>) -> T {
        let answer = settled(answer);
        tokio::pin!(answer);
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                Some(load) = self.waiting.recv() => self.under_way.push(load),
                Some(()) = self.under_way.next() => {}
            }
        }
    }

    /// Makes answers one after the other.
    pub(crate) fn answers<T>(
        self,
        answers: impl Stream<Item = T> + Unpin,
    ) -> impl Stream<Item = T> {
        unfold((self, answers), async |(mut together, mut answers)| {
            let answer = together.answer(answers.next()).await?;
            Some((answer, (together, answers)))
        })
    }
}

/// A future that waits only when it cannot go on: one that has woken itself, as a long list of fields does to let others go
/// first, is polled again at once, as long as its task may go on.
async fn settled<T>(future: impl Future<Output = T>) -> T {
    tokio::pin!(future);
    poll_fn(|cx| {
        loop {
            let woken = Arc::new(Woken {
                is: AtomicBool::new(false),
                task: cx.waker().clone(),
            });
            let waker = Waker::from(Arc::clone(&woken));
            let told = future.as_mut().poll(&mut Context::from_waker(&waker));
            if told.is_ready() || !woken.is.load(Ordering::Acquire) || !has_budget_remaining() {
                return told;
            }
        }
    })
    .await
}

/// Notes that a future was woken, and wakes its task.
struct Woken {
    is: AtomicBool,
    task: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is.store(true, Ordering::Release);
        self.task.wake_by_ref();
    }
}
