//! 人员: who may sign in, and in which posts.

use crate::actor::{Actor, Role};
use crate::values::stored_text::stored_as_personal;
use crate::values::{ERASED, Invalid, Keeping, PersonId, PersonName, UnitId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// His identity, never used again.
    pub id: PersonId,
    /// 登录名.
    pub login: Login,
    /// His name, as it is printed.
    pub name: PersonName,
    /// 岗位: in which roles he acts, for which units.
    pub posts: Vec<Post>,
}

/// 岗位: a role in a unit, from a day to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The role.
    pub role: Role,
    /// The unit.
    pub unit: UnitId,
    /// 任职日期: the first day; none for one who has always held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// 离任日期: the last day; none while he holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Post {
    /// Whether it is held on this day.
    #[must_use]
    pub fn is_held(&self, on: NaiveDate) -> bool {
        self.is_held_within(on, on)
    }

    /// Whether somebody acts in it.
    #[must_use]
    pub fn is(&self, of: &Actor) -> bool {
        self.role == of.role && self.unit == of.unit
    }

    /// Whether it is held on any of these days, the first and the last among them.
    #[must_use]
    pub fn is_held_within(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= last) && self.until.is_none_or(|until| first <= until)
    }
}

impl Person {
    /// Whether this is his name. One that is not shown any more is none to compare with.
    #[must_use]
    pub fn is_called(&self, name: &PersonName) -> bool {
        self.name == *name || self.name.is_not_shown()
    }

    /// The posts that he holds on this day.
    pub fn posts_on(&self, on: NaiveDate) -> impl Iterator<Item = &Post> {
        self.posts.iter().filter(move |post| post.is_held(on))
    }

    /// The person in one of his posts.
    #[must_use]
    pub fn acting(&self, post: &Post) -> Actor {
        Actor {
            person: self.id,
            role: post.role,
            unit: post.unit,
        }
    }
}

/// 登录名: 2 to 40 small letters, digits, dots, hyphens and underscores, beginning with a letter.
///
/// By it somebody is let in, so it is entered with his post; as he may be called by it, it is kept as his name is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

impl Login {
    /// Reads a login; capitals are taken for small letters.
    ///
    /// # Errors
    /// `Malformed` for any other form.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let login = text.trim().to_ascii_lowercase();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        let begins = login.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && login.chars().all(fits) && (2..=40).contains(&login.len()) {
            Ok(Self(login))
        } else {
            Err(Invalid::Malformed {
                expected: "2至40个小写字母、数字、点、连字符或下划线，以字母开头",
            })
        }
    }

    /// Of an entry that is shown without what names people there is the sign for what is not shown.
    fn stored(text: &str) -> Result<Self, Invalid> {
        if text == ERASED {
            Ok(Self(text.to_owned()))
        } else {
            Self::parse(text)
        }
    }

    /// Whether there is the sign for it alone.
    pub(crate) fn is_erased(&self) -> bool {
        self.0 == ERASED
    }

    /// The login.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    /// As wide as a list asks for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

stored_as_personal!(Login, Keeping::ByDuty);
