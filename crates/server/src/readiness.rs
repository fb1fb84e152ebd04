//! Whether the server can do its work: it lives, an act could be recorded now, and a file of evidence be kept.

use crate::files::Files;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::join;
use tokio::sync::Mutex;
use tokio::time::timeout;
use xiaohao_ledger::{Fault, Ledger, Told};

/// How long an answer holds: whoever asks more often is told the same, so that asking costs the ledger nothing.
const HOLDS: Duration = Duration::from_secs(1);

/// How long the database may take before it is told that it does not answer: somewhat longer than one waits for a lock, which is told
/// as such.
pub(crate) const WAITS: Duration = Duration::from_secs(6);

/// The database, or the disk of the files, has not answered in time.
#[derive(Debug, thiserror::Error)]
#[error("it has not answered within {} seconds", .0.as_secs_f32())]
struct Silent(Duration);

/// Whether the server can do its work.
#[derive(Clone)]
pub struct Readiness {
    ledger: Ledger,
    files: Option<Files>,
    waits: Duration,
    last: Arc<Mutex<Option<Last>>>,
}

/// What was found, and when.
type Last = (Instant, Result<(), Fault>);

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness").finish_non_exhaustive()
    }
}

impl Readiness {
    /// Of a server that keeps this ledger.
    #[must_use]
    pub fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            files: None,
            waits: WAITS,
            last: Arc::default(),
        }
    }

    /// The same, of one that also keeps these files.
    #[must_use]
    pub fn keeping(self, files: Files) -> Self {
        let files = Some(files);
        Self { files, ..self }
    }

    /// The same, waiting for the database for another time.
    #[must_use]
    pub fn waiting(self, waits: Duration) -> Self {
        Self { waits, ..self }
    }

    /// Whether an act could be recorded and a file be kept now, or a moment ago.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<(), Fault> {
        let mut last = self.last.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < HOLDS
        {
            return outcome.clone();
        }
        let outcome = self.found().await;
        if let Err(fault) = &outcome {
            tracing::error!(fault = %Told(&fault), code = fault.code(), "not ready");
        }
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }

    async fn found(&self) -> Result<(), Fault> {
        let kept = async {
            match &self.files {
                Some(files) => files.ready().await,
                None => Ok(()),
            }
        };
        let (recorded, kept) = join!(
            timeout(self.waits, self.ledger.ready()),
            timeout(self.waits, kept)
        );
        let silent = || Arc::new(Silent(self.waits));
        recorded.unwrap_or_else(|_| Err(Fault::Unreachable(silent())))?;
        kept.unwrap_or_else(|_| Err(Fault::Disk(silent())))
    }

    /// The answer of `/health/ready`: 200, or 503 with the code and what stands in the way.
    pub async fn answer(self) -> Response {
        match self.check().await {
            Ok(()) => "ready\n".into_response(),
            Err(fault) => {
                let text = format!("{} {}。\n", fault.code(), fault.condition());
                (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
            }
        }
    }
}
