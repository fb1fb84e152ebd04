//! Names of people, and the parties of an order.
//!
//! A person's name is a type of its own, so that whoever stores, shows or erases personal data finds each one.

use crate::values::{Invalid, Line, Name, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a natural person as it stands on a document, 1–30 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Line<30>);

impl PersonName {
    /// Takes a name.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, longer than 30 characters, or holds control or invisible characters.
    pub fn new(name: &str) -> Result<Self, Invalid> {
        Line::new(name).map(Self)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One party of an order: a unit and the person who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The unit.
    pub unit: UnitId,
    /// Its name on the document.
    pub name: Name,
    /// The person who answers for it.
    pub person: PersonName,
}

/// 上级同意: a higher body's recorded consent (rule 18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HigherConsent {
    /// The body: 市安委会 or 省安委会, or its office.
    pub body: Name,
    /// Its document number.
    pub document: Line<40>,
    /// The date of the document.
    pub consented_on: chrono::NaiveDate,
}
