//! The one clock of the product; everywhere else time is a parameter.

use chrono::{DateTime, Utc};

/// Now.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that looks at the clock"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
