//! A whole county carried from one database to another, whichever engine either is on: handed out piece by piece, and taken
//! in within one transaction.
//!
//! Carried is the record with all that cannot be made from it. What is made from it is made anew on arrival; who may sign in
//! is left behind, because secrets do not travel. A further table is a [`Piece`] of its own: handed out in a stage of
//! [`Departure`], written in [`Arrival::take`], and named among the tables of which one that is not empty refuses a county.

mod arrival;
mod departure;

pub use arrival::{Arrival, Untaken};
pub use departure::Departure;

use crate::shown::AsWritten;
use chrono::{DateTime, Utc};
use xiaohao_core::values::Digest;
use xiaohao_ledger::{Position, Salted};

/// Something of a county that is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The data of the county, in the form that the program gives it.
    County(String),
    /// The next line of the record.
    Line(Box<CarriedLine>),
    /// What was signed when the record had come just so far.
    Checkpoint(Signed),
    /// A file of evidence that the server holds.
    Evidence {
        /// Which.
        digest: Digest,
        /// Since when.
        received_at: DateTime<Utc>,
    },
    /// How far a consumer of the ledger was sent it.
    Consumer {
        /// Who.
        name: String,
        /// Up to which line.
        sent: Position,
    },
}

/// A line with the personal data that is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedLine {
    /// The line.
    pub written: AsWritten,
    /// What its body is bound to, in the order in which it stands there.
    pub personal: Vec<PersonalData>,
}

/// A piece of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonalData {
    /// What it says.
    Kept(Salted),
    /// It was erased.
    Erased {
        /// The line that orders it.
        by: Position,
    },
}

/// A checkpoint with when it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub note: String,
    /// When.
    pub signed_at: DateTime<Utc>,
}

impl PersonalData {
    /// What it says; nothing once it was erased.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        match self {
            Self::Kept(Salted { value, .. }) => Some(value.clone()),
            Self::Erased { .. } => None,
        }
    }

    /// Whether the line that orders its erasure lies beyond a place.
    fn is_erased_after(&self, last: Position) -> bool {
        matches!(self, Self::Erased { by } if *by > last)
    }
}
