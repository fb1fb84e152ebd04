//! What a file is known by.

use std::fmt;

use super::Invalid;
use super::stored_text::stored_as_text;

/// The SHA-256 of a file: 32 bytes, written as 64 lower-case hexadecimal digits (FIPS 180-4).
///
/// Computing it is deliberately not here; the server does that over what it received (rule 24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes; any 32 bytes are one.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits of either case.
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = Invalid::Malformed {
            expected: "64位十六进制的SHA-256",
        };
        if text.len() != 64 {
            return Err(malformed);
        }
        let mut digits = text.chars().map(|c| c.to_digit(16));
        let mut bytes = [0; 32];
        for byte in &mut bytes {
            let pair = digits.next().flatten().zip(digits.next().flatten());
            let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
            *byte = value.ok_or_else(|| malformed.clone())?;
        }
        Ok(Self(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

stored_as_text!(Digest, parse);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    // SHA-256 of nothing.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn check(text: &str, expected: Option<&str>) {
        let printed = Digest::parse(text).ok().map(|digest| digest.to_string());
        assert_eq!(printed.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_digest_is_64_hexadecimal_digits_printed_in_lower_case() {
        check(EMPTY, Some(EMPTY));
        check(&EMPTY.to_uppercase(), Some(EMPTY));
        check("", None);
        check(&EMPTY[1..], None);
        check(&format!("{EMPTY}0"), None);
        check(&format!("g{}", &EMPTY[1..]), None);
        check(&format!("+{}", &EMPTY[1..]), None);
        check(&format!("é{}", &EMPTY[2..]), None);
        check(&format!(" {}", &EMPTY[1..]), None);
    }

    #[test]
    fn a_stored_digest_is_text_and_is_checked_again() {
        stored(&Digest::parse(EMPTY).unwrap(), &json!(EMPTY));
        let why = Digest::parse("e3").unwrap_err();
        unreadable::<Digest>(json!("e3"), &why);
    }

    proptest! {
        #[test]
        fn digests_survive_printing_and_sort_as_their_texts(a: [u8; 32], b: [u8; 32]) {
            let (a, b) = (Digest::new(a), Digest::new(b));
            prop_assert_eq!(Digest::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }
}
