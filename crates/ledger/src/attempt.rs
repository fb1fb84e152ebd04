//! What somebody tried and was refused. It is no line of the ledger, but stands beside it for whoever supervises the office.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::directory::Login;
use xiaohao_core::values::PersonId;

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
    /// Who tried it, and of a session whose renewal was used twice whose it was; none where nobody had signed in.
    pub actor: Option<Actor>,
    /// As whom somebody wanted to be let in: the login that he typed or that his token claims, where there is such a login.
    /// Nobody has shown that it is his.
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

/// Whose attempts are asked for: what he tried himself, and what was tried as him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The person.
    pub person: PersonId,
    /// His login; none for one who is not in the directory.
    pub login: Option<Login>,
}
