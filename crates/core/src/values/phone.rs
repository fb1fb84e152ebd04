//! Telephone numbers as people write them.

use std::fmt;

use super::Invalid;
use super::personal::{ERASED, Keeping};
use super::stored_text::stored_as_personal;
use super::text::bounded;

/// A telephone number as written: 5 to 20 of digits, `-` and spaces, with at least five digits;
/// `+` only in front. It is erased when whoever has it may ask for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Takes the number without the white space around it.
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `Malformed`.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        bounded::<20>(text)?;
        let after_plus = text.strip_prefix('+').unwrap_or(text);
        let allowed = after_plus
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
        let digits = after_plus.chars().filter(char::is_ascii_digit).count();
        if allowed && digits >= 5 {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::Malformed {
                expected: "5至20位的电话号码，例如0746-7720000",
            })
        }
    }

    /// The number as written, or [`ERASED`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.0 == ERASED
    }

    fn stored(text: &str) -> Result<Self, Invalid> {
        match text {
            ERASED => Ok(Self(ERASED.to_owned())),
            written => Self::new(written),
        }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_personal!(Phone, Keeping::UntilErased);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(text: &str, is_accepted: bool) {
        assert_eq!(Phone::new(text).is_ok(), is_accepted, "{text:?}");
    }

    #[test]
    fn a_phone_number_is_digits_with_a_little_punctuation() {
        check("0746-7720000", true);
        check(" +86 139 0000 0000 ", true);
        check("12345", true);
        check("12345678901234567890", true);
        check("123456789012345678901", false);
        check("1234", false);
        check("1-2-3", false);
        check("139+00000000", false);
        check("１３９００００００００", false);
        check("0746-7720000转8", false);
        check("", false);
    }

    #[test]
    fn a_stored_number_is_text_and_is_checked_again() {
        stored(&Phone::new("0746-7720000").unwrap(), &json!("0746-7720000"));
        unreadable::<Phone>(json!(""), &Invalid::Empty);
    }
}
