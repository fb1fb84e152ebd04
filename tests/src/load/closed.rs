//! A closed loop: so many clients, each of whom sends his next request when he has the answer to the last.

use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What came of a loop.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    acts: u64,
    took: Duration,
    waits: Vec<Duration>,
}

#[expect(clippy::cast_precision_loss, reason = "it is told with three digits")]
impl Sample {
    /// How many acts were done in a second.
    pub fn per_second(&self) -> f64 {
        self.acts as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// How many of something there were for each act.
    pub fn share(&self, number: u64) -> f64 {
        number as f64 / self.acts.max(1) as f64
    }

    /// The time within which so many of a hundred requests were answered, in milliseconds.
    pub fn within(&mut self, of_100: usize) -> f64 {
        self.waits.sort_unstable();
        let place = (self.waits.len() * of_100).div_ceil(100).saturating_sub(1);
        let wait = self.waits.get(place).copied().unwrap_or_default();
        wait.as_secs_f64() * 1000.0
    }

    /// Takes another loop of the same kind in.
    pub fn extend(&mut self, other: Self) {
        self.acts += other.acts;
        self.took += other.took;
        self.waits.extend(other.waits);
    }
}

/// Runs a loop. A call answers how many acts it did; none ends it, because there is nothing left to do.
pub async fn closed_loop<F, C>(clients: usize, span: Duration, call: F) -> Sample
where
    F: Fn() -> C + Clone + Send + 'static,
    C: Future<Output = u64> + Send,
{
    let begun = Instant::now();
    let mut at_work = JoinSet::new();
    for _ in 0..clients {
        let call = call.clone();
        at_work.spawn(async move {
            let mut own = Sample::default();
            while begun.elapsed() < span {
                let sent = Instant::now();
                let acts = call().await;
                if acts == 0 {
                    break;
                }
                own.waits.push(sent.elapsed());
                own.acts += acts;
            }
            own
        });
    }
    let mut all = Sample::default();
    while let Some(own) = at_work.join_next().await {
        all.extend(own.unwrap());
    }
    all.took = begun.elapsed();
    all
}
