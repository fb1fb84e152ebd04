//! Personal data: what names a natural person or reaches him, as types of their own.
//!
//! The type of a value says that it is personal, and for how long it is kept. Whoever stores an entry is told so by the
//! value itself, wherever it stands ([`Keeping::of_mark`]), so that no field of personal data can be forgotten. What was
//! erased reads as [`ERASED`] wherever the value would have stood.

use super::stored_text::stored_as_personal;
use super::{Invalid, Line, Name};
use std::fmt;

/// What stands where personal data stood that was erased. Nobody can be called so.
pub const ERASED: &str = "（已依法删除）";

/// For how long personal data is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keeping {
    /// Until its erasure is asked for on lawful grounds.
    UntilErased,
    /// As long as the record: he acted in a post, signed, or answers for something in person, and the law asks that his
    /// name be kept.
    ByDuty,
}

impl Keeping {
    /// The name by which a value tells a serializer that it is personal. No type has such a name of its own.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::UntilErased => "$personal",
            Self::ByDuty => "$personal-by-duty",
        }
    }

    /// What a serializer was told by this name; nothing by any other.
    #[must_use]
    pub fn of_mark(mark: &str) -> Option<Self> {
        let all = [Self::UntilErased, Self::ByDuty];
        all.into_iter().find(|keeping| keeping.mark() == mark)
    }
}

/// The name of a natural person who signs, acts in a post or answers for something, as it stands on the document, 1–30
/// characters. It is kept by duty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Name);

/// The name of a natural person who has no part in the matter but that he told of it or can be reached, 1–30 characters:
/// 举报人, 发现人, 联系人. It is erased when he may ask for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrivateName(Name);

/// What the key of a device or of a program is called, 1–100 characters. Whoever enrols a device writes what he likes, and often
/// whose it is; so it is erased when he may ask for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(Line<100>);

impl KeyName {
    /// The name, or [`ERASED`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn stored(text: &str) -> Result<Self, Invalid> {
        Line::recorded(text).map(Self)
    }
}

impl From<Line<100>> for KeyName {
    fn from(name: Line<100>) -> Self {
        Self(name)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

stored_as_personal!(KeyName, Keeping::UntilErased);

/// A name that is typed in; the sign for one that was erased is none.
fn named(text: &str) -> Result<Name, Invalid> {
    let name = Line::<30>::new(text)?;
    if name.as_str() == ERASED {
        return Err(Invalid::Malformed {
            expected: "人员姓名，不能填写表示已删除的字样",
        });
    }
    Name::new(text)
}

/// A name that was recorded; those of a unit's head and contact once had twice the length.
fn recorded(text: &str) -> Result<Name, Invalid> {
    Name::recorded(text)
}

impl PersonName {
    /// Takes a name.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, longer than 30 characters, no [`Name`], or is [`ERASED`].
    pub fn new(name: &str) -> Result<Self, Invalid> {
        named(name).map(Self)
    }

    /// What is wrong with it, were it typed today; nothing of most.
    #[must_use]
    pub fn flaw(&self) -> Option<Invalid> {
        Self::new(self.as_str())
            .err()
            .filter(|_| !self.is_not_shown())
    }

    /// Whether there is the sign alone for a name that is not shown.
    #[must_use]
    pub fn is_not_shown(&self) -> bool {
        self.as_str() == ERASED
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn stored(text: &str) -> Result<Self, Invalid> {
        recorded(text).map(Self)
    }
}

impl PrivateName {
    /// Takes a name.
    ///
    /// # Errors
    /// [`Invalid`] when it is empty, longer than 30 characters, no [`Name`], or is [`ERASED`].
    pub fn new(name: &str) -> Result<Self, Invalid> {
        named(name).map(Self)
    }

    /// The name, or [`ERASED`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.as_str() == ERASED
    }

    fn stored(text: &str) -> Result<Self, Invalid> {
        recorded(text).map(Self)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PrivateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

stored_as_personal!(PersonName, Keeping::ByDuty);
stored_as_personal!(PrivateName, Keeping::UntilErased);

#[cfg(test)]
mod tests {
    use super::super::Phone;
    use super::super::checks::{stored, unreadable};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_is_stored_as_text_and_the_sign_of_erasure_is_read_but_not_typed() {
        stored(&PersonName::new("王某某").unwrap(), &json!("王某某"));
        stored(&PrivateName::new("李某").unwrap(), &json!("李某"));
        unreadable::<PersonName>(json!(""), &Invalid::Empty);
        let erased: PrivateName = serde_json::from_value(json!(ERASED)).unwrap();
        assert!(erased.is_erased());
        let erased: Phone = serde_json::from_value(json!(ERASED)).unwrap();
        assert!(erased.is_erased());
        for typed in [ERASED, " （已依法删除） "] {
            assert!(PersonName::new(typed).is_err());
            assert!(PrivateName::new(typed).is_err());
            assert!(Phone::new(typed).is_err());
        }
    }

    #[test]
    fn a_mark_is_known_and_no_other_name_is() {
        for keeping in [Keeping::UntilErased, Keeping::ByDuty] {
            assert_eq!(Keeping::of_mark(keeping.mark()), Some(keeping));
        }
        assert_eq!(Keeping::of_mark("PersonName"), None);
    }
}
