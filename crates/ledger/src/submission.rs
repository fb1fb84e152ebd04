//! What a client sends: one act, with the id by which it is known when it is sent again.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::{PaperCommand, PaperStep};
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_core::values::{CircularId, HazardId, OrderId, RequestId};
use xiaohao_core::{Act, Actor, Command, County};

use crate::body;
use crate::line::Subject;
use crate::scope::{Scope, Through};
use crate::store::Before;

/// One act, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Submission {
    /// The client's operation id; the same id sent twice has one effect (rule 24).
    #[serde(skip)]
    pub request: RequestId,
    /// Who acts, in which role, for which unit.
    pub actor: Actor,
    /// The link through which he acts, where it is one; he sees and does no more than it lets him.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
    /// Legal date; today when the client names none. What it named is what makes two requests the same.
    pub occurred_on: Option<NaiveDate>,
    /// The version that the actor saw; additive acts and whatever begins a history need none.
    pub expected_version: Option<u32>,
    /// What is done, and to what.
    pub deed: Deed,
}

/// What is done, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Deed {
    /// An act on a hazard.
    Hazard {
        /// The hazard; a report brings the id that it is to have.
        id: HazardId,
        /// The act.
        command: Command,
    },
    /// A step in the life of an order.
    Order {
        /// The order.
        id: OrderId,
        /// The step.
        command: PaperCommand<OrderContent>,
    },
    /// A step in the life of a circular.
    Circular {
        /// The circular.
        id: CircularId,
        /// The step.
        command: PaperCommand<CircularContent>,
    },
    /// An act on the ledger itself.
    Ledger {
        /// The act.
        command: UpkeepCommand,
    },
    /// Something of which nobody could read what it says. It is never done, and is like nothing that was.
    Unread(Unread),
}

/// What was to be done, and to what, where nobody could read what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unread {
    /// An act on a hazard.
    Hazard {
        /// The hazard.
        id: HazardId,
        /// The act.
        act: Act,
    },
    /// A step in the life of an order.
    Order {
        /// The order.
        id: OrderId,
        /// The step.
        step: PaperStep,
    },
    /// A step in the life of a circular.
    Circular {
        /// The circular.
        id: CircularId,
        /// The step.
        step: PaperStep,
    },
}

impl Deed {
    /// To what it is done.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Hazard { id, .. } | Self::Unread(Unread::Hazard { id, .. }) => {
                Subject::Hazard(*id)
            }
            Self::Order { id, .. } | Self::Unread(Unread::Order { id, .. }) => Subject::Order(*id),
            Self::Circular { id, .. } | Self::Unread(Unread::Circular { id, .. }) => {
                Subject::Circular(*id)
            }
            Self::Ledger { .. } => Subject::Ledger,
        }
    }
}

/// The SHA-256 of everything that was sent but the request id itself and what of it is personal: it is kept for ever, and
/// a name or a number could be tried out on it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

/// What was sent, as far as two requests are compared by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of everything that is not personal.
    pub fingerprint: Fingerprint,
    /// What is personal, in the order in which it was said.
    pub personal: Vec<String>,
}

impl Said {
    /// Whether this is what was said before. Whatever is personal in a request stands in the line that answers it, in the
    /// same order; of what was erased there nobody can tell any more, and it is taken to be the same.
    #[must_use]
    pub fn is(&self, before: &Before) -> bool {
        let mut kept = before.personal.iter();
        let stands = |said: &String| kept.any(|kept| kept.as_ref().is_none_or(|kept| kept == said));
        self.fingerprint == before.fingerprint && self.personal.iter().all(stands)
    }
}

/// The form in which a submission is hashed. A field that is added to a command later must be left out while it is empty,
/// else what was sent before an upgrade is not known again after it.
const FORM: &[u8] = b"submission 2\n";
const FORM_BEFORE: &[u8] = b"submission 1\n";

fn hash(form: &[u8], said: &[u8]) -> Fingerprint {
    let hash = Sha256::new_with_prefix(form).chain_update(said);
    Fingerprint(hash.finalize().into())
}

impl Submission {
    /// What whoever sends it may see.
    #[must_use]
    pub fn scope(&self, county: &County) -> Scope {
        Scope::of_whoever(&self.actor, self.through, county)
    }

    /// The same as whoever sent it first did. In which of his posts somebody sends it again is no part of what was sent: he may have
    /// signed in anew meanwhile, or have come to another post, and his answer was lost before that.
    #[must_use]
    pub fn as_by(&self, first: &Actor) -> Cow<'_, Self> {
        if self.actor.person == first.person && self.actor != *first {
            let actor = first.clone();
            Cow::Owned(Self {
                actor,
                ..self.clone()
            })
        } else {
            Cow::Borrowed(self)
        }
    }

    /// By what it is known again.
    ///
    /// # Errors
    /// None that a submission made by this program can cause.
    pub fn said(&self) -> Result<Said, serde_json::Error> {
        let (said, personal) = body::blank(self)?;
        Ok(Said {
            fingerprint: hash(FORM, said.as_bytes()),
            personal: personal.into_iter().map(|one| one.value).collect(),
        })
    }

    /// Of everything that was sent, as requests were known while personal data stood in the body.
    ///
    /// # Errors
    /// None that a submission made by this program can cause.
    pub fn before_format_2(&self) -> Result<Fingerprint, serde_json::Error> {
        Ok(hash(FORM_BEFORE, &serde_json::to_vec(self)?))
    }
}
