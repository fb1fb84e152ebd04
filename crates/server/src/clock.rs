//! The one clock of the product, and the one source of ids; everywhere else both are parameters.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Now.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that looks at the clock"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// An id that nothing has had before; those made later sort after it.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that makes ids"
)]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
