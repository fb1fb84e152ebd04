//! Whether the server can do its work: it lives, and an act could be recorded now.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use xiaohao_ledger::{Fault, Ledger, Told};

/// How long an answer holds: whoever asks more often is told the same, so that asking costs the ledger nothing.
const HOLDS: Duration = Duration::from_secs(1);

/// Whether the server can do its work.
#[derive(Clone)]
pub struct Readiness {
    ledger: Ledger,
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
            last: Arc::default(),
        }
    }

    /// Whether an act could be recorded now, or a moment ago.
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
        let outcome = self.ledger.ready().await;
        if let Err(fault) = &outcome {
            tracing::error!(fault = %Told(&fault), code = fault.code(), "not ready");
        }
        *last = Some((Instant::now(), outcome.clone()));
        outcome
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
