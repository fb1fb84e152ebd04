//! The body of a line: everything that was recorded, as JSON, in which each piece of personal data is replaced by a
//! commitment of its own.
//!
//! `{"personal":"…"}` stands where the value stood, with the hash of it and its salt in base64; `{"personal":"…","kept":true}`
//! for what is kept by duty. Values and salts stand beside the ledger and can be erased there, and the body does not change.
//! What is personal the types of the core say ([`Keeping`]), and none of them can be forgotten here: this is the one way
//! in which a body is written, and it is told of each value by the value itself. No part of an entry has a field called
//! `personal`, and in a text the quotation marks would be escaped, so the commitments are found again by their beginning.

mod places;
mod writer;

use self::writer::write;
use crate::seal::Salts;
use serde::Serialize;
use serde_json::{Error, Value};
use xiaohao_core::values::{ERASED, Keeping};
use xiaohao_log::{Hash, Salt};

/// A piece of personal data in an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// Where it stands in the body, as a JSON pointer (RFC 6901).
    pub field: String,
    /// For how long it is kept.
    pub keeping: Keeping,
    /// What it says, or [`ERASED`].
    pub value: String,
}

impl Personal {
    /// Whether it was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.value == ERASED
    }
}

/// A value with the salt by which the body is bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salted {
    /// What it says.
    pub value: String,
    /// By which nobody who has the body can try what is likely.
    pub salt: Salt,
}

/// The body of something, and the personal data that was taken out of it, in the order in which it stands there.
///
/// # Errors
/// None that an entry of this program can cause.
pub(crate) fn sealed(of: &impl Serialize, salts: &Salts) -> Result<(String, Vec<Salted>), Error> {
    let mut taken = Vec::new();
    let body = write(of, |found| {
        let salt = salts();
        let commitment = salt.commit_personal(&found.value);
        let value = found.value;
        taken.push(Salted { value, salt });
        Some(commitment)
    })?;
    Ok((body, taken))
}

/// The body of something with nothing personal in it, and what was taken out.
pub(crate) fn blank(of: &impl Serialize) -> Result<(String, Vec<Personal>), Error> {
    let mut taken = Vec::new();
    let body = write(of, |found| {
        taken.push(found);
        None
    })?;
    Ok((body, taken))
}

const BEGINS: &str = r#"{"personal":""#;
const ENDS: &str = r#""}"#;
const ENDS_KEPT: &str = r#"","kept":true}"#;

/// The letters of a hash in base64.
const HASH: usize = 44;

/// A commitment, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Where it stands in the body, as a JSON pointer (RFC 6901).
    pub field: String,
    /// The hash of salt and value.
    pub commitment: Hash,
}

/// The commitments of a body, in their order, whatever is left of what they stand for.
///
/// # Errors
/// [`BrokenSeal`] where one is damaged.
pub fn commitments(body: &str) -> Result<Vec<Committed>, BrokenSeal> {
    let places = places::places(body).map_err(|_| BrokenSeal::Damaged)?;
    let read = |(field, commitment): (String, String)| {
        let commitment = commitment.parse().map_err(|_| BrokenSeal::Damaged)?;
        Ok(Committed { field, commitment })
    };
    places.into_iter().map(read).collect()
}

/// A body with the values in their places again, and [`ERASED`] where there is none.
///
/// # Errors
/// [`BrokenSeal`] where the values are not as many as the body has places for.
pub(crate) fn opened(body: &str, values: &[Option<String>]) -> Result<String, BrokenSeal> {
    let mut values = values.iter();
    let mut text = String::with_capacity(body.len());
    for part in (Parts { rest: body }) {
        match part? {
            Part::Text(words) => text.push_str(words),
            Part::Commitment => {
                let value = values.next().ok_or(BrokenSeal::Missing)?;
                let value = value.as_deref().unwrap_or(ERASED);
                text.push_str(&Value::from(value).to_string());
            }
        }
    }
    match values.next() {
        None => Ok(text),
        Some(_) => Err(BrokenSeal::TooMany),
    }
}

/// Why body and personal data do not come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenSeal {
    /// A commitment is none.
    #[error("a commitment in the body is damaged")]
    Damaged,
    /// A row is gone.
    #[error("a piece of personal data is missing beside the body")]
    Missing,
    /// There is a row too many.
    #[error("there is more personal data beside the body than it has places for")]
    TooMany,
}

/// A body taken apart: text, and between texts commitments.
struct Parts<'b> {
    rest: &'b str,
}

enum Part<'b> {
    Text(&'b str),
    Commitment,
}

impl<'b> Iterator for Parts<'b> {
    type Item = Result<Part<'b>, BrokenSeal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.starts_with(BEGINS) {
            let after = after_commitment(self.rest);
            self.rest = after.unwrap_or("");
            return Some(after.map(|_| Part::Commitment).ok_or(BrokenSeal::Damaged));
        }
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find(BEGINS).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Ok(Part::Text(text)))
    }
}

/// What comes after the commitment that stands here.
fn after_commitment(text: &str) -> Option<&str> {
    let (hash, after) = text.strip_prefix(BEGINS)?.split_at_checked(HASH)?;
    hash.parse::<Hash>().ok()?;
    after
        .strip_prefix(ENDS_KEPT)
        .or_else(|| after.strip_prefix(ENDS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use xiaohao_core::values::{PersonName, Phone, PrivateName};

    #[derive(serde::Serialize)]
    struct Said {
        note: &'static str,
        signed: Vec<PersonName>,
        told: (PrivateName, Option<Phone>, Option<Phone>),
    }

    fn said() -> Said {
        Said {
            note: r#"{"personal":"no"}"#,
            signed: vec![PersonName::new("王某").unwrap()],
            told: (
                PrivateName::new("李\"某").unwrap(),
                Phone::new("13800138000").ok(),
                None,
            ),
        }
    }

    fn salts() -> Salts {
        Arc::new(|| Salt::new([7; 16]))
    }

    #[test]
    fn what_is_personal_is_taken_out_and_put_back() {
        let (body, taken) = sealed(&said(), &salts()).unwrap();
        assert!(
            !body.contains("13800138000") && !body.contains("某"),
            "{body}"
        );
        let values: Vec<_> = taken.iter().map(|one| Some(one.value.clone())).collect();
        let plain = serde_json::to_string(&said()).unwrap();
        assert_eq!(opened(&body, &values).unwrap(), plain);
        let committed = commitments(&body).unwrap();
        let fields: Vec<&str> = committed.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["/signed/0", "/told/0", "/told/1"]);
        for (one, committed) in taken.iter().zip(&committed) {
            assert_eq!(one.salt.commit_personal(&one.value), committed.commitment);
        }
        let (_, found) = blank(&said()).unwrap();
        let found: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(found, fields);
    }

    #[test]
    fn what_was_erased_is_told_by_its_sign_and_nothing_may_be_missing() {
        let (body, _) = sealed(&said(), &salts()).unwrap();
        let erased = opened(&body, &[None, None, None]).unwrap();
        assert_eq!(erased.matches(ERASED).count(), 3, "{erased}");
        assert_eq!(opened(&body, &[None, None]), Err(BrokenSeal::Missing));
        assert_eq!(opened(&body, &vec![None; 4]), Err(BrokenSeal::TooMany));
        let damaged = body.replacen("=\"}", "\"}", 1);
        assert_eq!(
            opened(&damaged, &[None, None, None]),
            Err(BrokenSeal::Damaged)
        );
        assert_eq!(commitments(&damaged), Err(BrokenSeal::Damaged));
    }

    #[test]
    fn a_body_is_the_json_that_everybody_else_would_write_but_for_what_is_personal() {
        #[derive(serde::Serialize)]
        enum Kind {
            Bare,
            One(u8),
            Two(i16, char),
            Named { it: bool },
        }
        let value = (
            [
                Kind::Bare,
                Kind::One(1),
                Kind::Two(-2, '"'),
                Kind::Named { it: true },
            ],
            std::collections::BTreeMap::from([(2026_u16, "年\n"), (2027, "")]),
            (None::<u8>, ()),
        );
        let (body, taken) = sealed(&value, &salts()).unwrap();
        assert_eq!(body, serde_json::to_string(&value).unwrap());
        assert!(taken.is_empty());
        assert!(sealed(&0.5, &salts()).is_err());
        let confusing = std::collections::BTreeMap::from([("personal", 1)]);
        assert!(sealed(&confusing, &salts()).is_err());
    }
}
