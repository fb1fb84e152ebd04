//! What somebody sends up: it keeps to a pace, so that nobody holds a connection by sending nothing, and it is taken away where it is
//! answered before it has come whole.

use crate::files::{FILE_BYTES, Untaken};
use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::BodyExt as _;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How much comes within each time at the least, until the end: a kilobyte a second where the time is as it was made, which the slowest
/// of mobile networks has several times over.
const AT_LEAST: u64 = 32 * 1024;

/// The body of an upload.
#[derive(Debug)]
pub struct Upload {
    body: Body,
    time: Duration,
    /// Until when as much must have come as is due, and how much that is.
    due: Option<(Instant, u64)>,
    came: u64,
}

impl Upload {
    /// Of a body of which something must come within this time, again and again.
    pub fn new(body: impl Into<Body>, time: Duration) -> Self {
        Self {
            body: body.into(),
            time,
            due: None,
            came: 0,
        }
    }

    /// How many bytes are still to come, where that is said before.
    pub(crate) fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// How many bytes have come.
    pub(crate) fn came(&self) -> u64 {
        self.came
    }

    /// What comes next; none at the end.
    ///
    /// # Errors
    /// [`Untaken::TooSlow`], [`Untaken::BrokenOff`].
    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>, Untaken> {
        loop {
            let (by, owed) = *self
                .due
                .get_or_insert_with(|| (Instant::now() + self.time, self.came + AT_LEAST));
            let frame = timeout_at(by, self.body.frame()).await;
            let Some(frame) = frame.map_err(|_| Untaken::TooSlow)? else {
                return Ok(None);
            };
            let Ok(bytes) = frame.map_err(Untaken::BrokenOff)?.into_data() else {
                continue;
            };
            self.came += u64::try_from(bytes.len()).unwrap_or(FILE_BYTES);
            if self.came >= owed {
                self.due = None;
            }
            return Ok(Some(bytes));
        }
    }

    /// Takes what is left, and keeps nothing of it: many clients read no answer before they have sent everything, and one whose
    /// connection is closed on him takes it for a bad signal and tries again.
    pub(crate) async fn discard(mut self) {
        let time = self.time;
        let all =
            async { while self.came <= FILE_BYTES && matches!(self.piece().await, Ok(Some(_))) {} };
        // Whoever needs longer learns it the other way.
        drop(timeout(time, all).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream::{self, StreamExt as _};
    use std::io;
    use tokio::time::{pause, sleep};

    /// A body of pieces of so many bytes, with so long between them.
    fn dripping(pieces: usize, bytes: usize, between: Duration) -> Body {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            sleep(between).await;
            Ok::<_, io::Error>(vec![7; bytes])
        });
        Body::from_stream(pieces)
    }

    async fn taken(body: Body) -> Result<u64, Untaken> {
        let mut upload = Upload::new(body, Duration::from_secs(30));
        while upload.piece().await?.is_some() {}
        Ok(upload.came())
    }

    #[tokio::test]
    async fn what_comes_slowly_and_goes_on_is_taken_and_what_stands_still_is_not() {
        pause();
        let slow = dripping(40, 8 * 1024, Duration::from_secs(7));
        assert_eq!(taken(slow).await.unwrap(), 40 * 8 * 1024);
        let last = dripping(5, 8 * 1024, Duration::from_secs(5));
        assert_eq!(taken(last).await.unwrap(), 5 * 8 * 1024);
        for body in [
            dripping(1, 1, Duration::from_secs(31)),
            dripping(1000, 1, Duration::from_secs(1)),
            dripping(40, 8 * 1024, Duration::from_secs(8)),
        ] {
            let refused = taken(body).await.unwrap_err();
            assert!(matches!(refused, Untaken::TooSlow), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn what_is_not_wanted_is_taken_away_for_no_longer_than_its_time() {
        pause();
        let begun = Instant::now();
        let body = dripping(1000, 64 * 1024, Duration::from_secs(1));
        Upload::new(body, Duration::from_secs(30)).discard().await;
        assert_eq!(begun.elapsed().as_secs(), 30);
        let body = dripping(3, 64 * 1024, Duration::from_secs(1));
        Upload::new(body, Duration::from_secs(30)).discard().await;
        assert_eq!(begun.elapsed().as_secs(), 33);
    }
}
