//! What the fields of one answer load, loaded together.
//!
//! A loader gathers keys until its load begins. Begun on another thread it would run off with the first keys while the other
//! fields of the page still ask; so loads wait here until the answer cannot go on without them, which is when every field
//! that can ask has asked.

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::futures_util::future::BoxFuture;
use async_graphql::{Request, Response};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::coop::has_budget_remaining;

type Load = BoxFuture<'static, ()>;

/// The loads of one request that have not begun.
struct Waiting(Mutex<UnboundedReceiver<Load>>);

/// Gives a request a place for its loads, and to each loader what puts them there.
pub(crate) fn together(
    request: Request,
    with: impl FnOnce(Request, &UnboundedSender<Load>) -> Request,
) -> Request {
    let (begin, waiting) = unbounded_channel();
    with(request, &begin).data(Waiting(Mutex::new(waiting)))
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

/// Begins the loads of a request whenever its answer waits.
pub(crate) struct Together;

impl ExtensionFactory for Together {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Together {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let answer = settled(next.run(ctx, operation));
        let Ok(Waiting(waiting)) = ctx.data::<Waiting>() else {
            return answer.await;
        };
        // Of a subscription one answer is made after the other.
        let mut waiting = waiting.lock().await;
        let mut begun = FuturesUnordered::new();
        tokio::pin!(answer);
        loop {
            tokio::select! {
                biased;
                answer = &mut answer => return answer,
                Some(load) = waiting.recv() => begun.push(load),
                Some(()) = begun.next() => {}
            }
        }
    }
}
