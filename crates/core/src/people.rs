//! Whoever answers for a unit on a document, and bodies that consent.

use crate::values::{Line, Name, PersonName, UnitId};
use serde::{Deserialize, Serialize};

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
