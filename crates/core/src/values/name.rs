//! The name of a person or a unit, of which no other looks the same and is not.

use super::likeness::unmistakable;
use super::{Invalid, Line};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The name of a person, a unit or a body, 1–60 characters.
///
/// What stands in the record is read as it was written there; it may be of a time when less was asked of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Line<60>);

impl Name {
    /// Takes a name as it is typed, without the white space around it and in its composed form (NFC).
    ///
    /// # Errors
    /// What [`Line::new`] says, and `LookAlike`, `MixedScripts` and `CombiningMark` for what is taken for another name.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let name = Line::new(text)?;
        unmistakable(text.trim())?;
        Ok(Self(name))
    }

    /// Takes a name that stands in the record.
    ///
    /// # Errors
    /// What [`Line::recorded`] says.
    pub fn recorded(text: &str) -> Result<Self, Invalid> {
        Line::recorded(text).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What is wrong with it, were it typed today; nothing of most.
    #[must_use]
    pub fn flaw(&self) -> Option<Invalid> {
        Self::new(self.as_str()).err()
    }
}

impl FromStr for Name {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::new(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Line::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::{stored, unreadable};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_of_the_record_is_read_although_it_could_not_be_typed_today() {
        stored(&Name::new("某厂").unwrap(), &json!("某厂"));
        let of_old: Name = serde_json::from_value(json!("经办\u{2F04}")).unwrap();
        assert_eq!(of_old, Name::recorded("经办\u{2F04}").unwrap());
        assert_eq!(of_old.to_string(), "经办\u{2F04}");
        assert_eq!(of_old.flaw(), Name::new("经办\u{2F04}").err());
        assert!(of_old.flaw().is_some() && Name::new("某厂").unwrap().flaw().is_none());
        unreadable::<Name>(json!(" "), &Invalid::Empty);
    }

    #[test]
    fn a_place_is_told_as_it_was_typed() {
        let why = Name::new(" Nguye\u{302}\u{303}n \u{430}").unwrap_err();
        assert!(
            matches!(why, Invalid::LookAlike { position: 10, .. }),
            "{why:?}"
        );
    }
}
