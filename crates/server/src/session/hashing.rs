//! Passwords looked at, as many at once as there are cores: each takes 19 MiB and all of a core while it lasts, so more at once would be no
//! faster and take the memory of everybody else. Some wait for their turn, and whoever comes then comes again later.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use xiaohao_ledger::Fault;

/// How many wait for their turn: as many as are through in a second or two.
const WAITING: usize = 100;

/// After how long whoever finds the queue full may come again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Where passwords are looked at.
#[derive(Debug)]
pub(super) struct Hashing {
    queue: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            queue: Arc::new(Semaphore::new(WAITING.saturating_add(cores))),
            at_once: Arc::new(Semaphore::new(cores)),
        }
    }
}

impl Hashing {
    /// A place in the queue.
    ///
    /// # Errors
    /// After how long to come again, where it is full.
    pub(super) fn queue(&self) -> Result<Queued, Duration> {
        let place = Arc::clone(&self.queue).try_acquire_owned();
        let place = place.map_err(|_| AGAIN_AFTER)?;
        Ok(Queued {
            at_once: Arc::clone(&self.at_once),
            place,
        })
    }
}

/// A place in the queue, good for one turn.
#[derive(Debug)]
pub(super) struct Queued {
    at_once: Arc<Semaphore>,
    place: OwnedSemaphorePermit,
}

impl Queued {
    /// Hashes, when it is its turn. Hashing takes its time, which is meant; it must not be that of whoever else is served.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn hashes<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let Self { at_once, place } = self;
        let turn = at_once.acquire_owned().await.map_err(Fault::internal)?;
        // Whoever has gone away meanwhile goes on taking his turn until it is over.
        let done = spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await.map_err(Fault::internal)
    }
}
