//! What somebody tried and was refused. It is no line of the ledger, but stands beside it for whoever supervises the office.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::directory::Login;

/// Something that was tried and refused, once or again and again within moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its name, which sorts by time.
    pub id: Uuid,
    /// When it was tried first.
    pub since: DateTime<Utc>,
    /// When it was tried last.
    pub at: DateTime<Utc>,
    /// How often.
    pub times: u32,
    /// Who tried it; none where nobody had signed in.
    pub actor: Option<Actor>,
    /// The login with which somebody wanted to sign in, where there is such a login.
    pub login: Option<Login>,
    /// From which address; none where it is not known.
    pub address: Option<String>,
    /// What was tried: a mutation, a kind of operation, or a path.
    pub tried: String,
    /// On what, as it was named.
    pub subject: Option<String>,
    /// Why it was refused, by codes.
    pub codes: Vec<String>,
    /// The id of the last request, by which the log has it.
    pub request: String,
}
