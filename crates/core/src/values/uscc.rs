//! 统一社会信用代码 (unified social credit code), GB 32100-2015.

use std::fmt;

use super::Invalid;
use super::decimal::is_digits;
use super::stored_text::stored_as_text;

/// A unified social credit code whose check character is right (rule 25).
///
/// 18 characters: registration department and category (2), division (6 digits), organisation
/// body (9), check (1); upper case, half width. A prime modulus and weights that differ mean that
/// any one wrong character and any two swapped characters are noticed, except a swap of the first
/// and the last, which have the same weight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

/// The 31 characters of a code; a character's value is its place. I, O, S, V and Z are absent.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Wi = 3^(i−1) mod 31.
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// The weights of GB 11714-1997 for the organisation body.
const BODY_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

impl Uscc {
    /// Reads a code as people type it: white space around it, full width and lower case are
    /// put right first.
    ///
    /// # Errors
    /// `Empty`; `Malformed` for another length or alphabet; `WrongCheckCharacter`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let code: String = text
            .trim()
            .chars()
            .map(|c| half_width(c).to_ascii_uppercase())
            .collect();
        if code.is_empty() {
            return Err(Invalid::Empty);
        }
        if !is_well_formed(&code) {
            return Err(MALFORMED);
        }
        let expected = check_character(&code).ok_or(MALFORMED)?;
        if code.ends_with(expected) {
            Ok(Self(code))
        } else {
            Err(Invalid::WrongCheckCharacter { expected })
        }
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the organisation body has the check character of GB 11714-1997.
    ///
    /// Reason for a warning, never for a refusal: codes issued since 2015 need not follow it.
    #[must_use]
    pub fn organisation_check_holds(&self) -> bool {
        let mut body = self.0.chars().skip(8);
        let sum: Option<u32> = BODY_WEIGHTS
            .iter()
            .map(|weight| Some(body.next()?.to_digit(36)? * weight))
            .sum();
        let expected = sum.and_then(|sum| match (11 - sum % 11) % 11 {
            10 => Some('X'),
            digit => char::from_digit(digit, 10),
        });
        expected.is_some() && body.next() == expected
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Uscc, parse);

const MALFORMED: Invalid = Invalid::Malformed {
    expected: "18位统一社会信用代码（数字和大写字母，不含I、O、S、V、Z）",
};

/// Length, alphabet, and digits where the division stands.
fn is_well_formed(code: &str) -> bool {
    code.len() == 18
        && code.chars().all(|c| ALPHABET.contains(c))
        && code.get(2..8).is_some_and(is_digits)
}

/// The check character that the first 17 characters demand; `None` if one is not of the alphabet.
fn check_character(code: &str) -> Option<char> {
    let products = code
        .chars()
        .zip(WEIGHTS)
        .map(|(c, weight)| Some(value(c)? * weight));
    let sum: u32 = products.sum::<Option<u32>>()?;
    let value = (31 - sum % 31) % 31;
    ALPHABET
        .chars()
        .zip(0..)
        .find_map(|(c, v)| (v == value).then_some(c))
}

fn value(character: char) -> Option<u32> {
    ALPHABET
        .chars()
        .zip(0..)
        .find_map(|(c, value)| (c == character).then_some(value))
}

/// The half-width form of a full-width ASCII character; any other character as it is.
fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(text: &str, expected: Result<&str, Invalid>) {
        let code = Uscc::parse(text).map(|code| code.to_string());
        assert_eq!(code, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn a_code_is_put_right_and_then_checked() {
        check("91110000600037341L", Ok("91110000600037341L"));
        check("91350100M000100Y43", Ok("91350100M000100Y43"));
        check(" 91350100m000100y43\u{3000}", Ok("91350100M000100Y43"));
        check(
            "９１３５０１００Ｍ０００１００Ｙ４３",
            Ok("91350100M000100Y43"),
        );
        check(
            "９１３５０１００ｍ０００１００ｙ４３",
            Ok("91350100M000100Y43"),
        );
        check(
            "91110000600037342L",
            Err(Invalid::WrongCheckCharacter { expected: 'P' }),
        );
        check(
            "91110000600037341P",
            Err(Invalid::WrongCheckCharacter { expected: 'L' }),
        );
        check("", Err(Invalid::Empty));
        check("　", Err(Invalid::Empty));
        check("91110000600037341", Err(MALFORMED));
        check("91110000600037341LL", Err(MALFORMED));
        check("91110000 600037341L", Err(MALFORMED));
        check("9111000A600037341L", Err(MALFORMED));
        check("91110000600037341I", Err(MALFORMED));
        check("9111000060003734ÉL", Err(MALFORMED));
        check("９１１１００", Err(MALFORMED));
    }

    #[test]
    fn the_older_check_only_warns() {
        assert!(coded("91110000600037341").organisation_check_holds());
        assert!(coded("91350100M000100Y4").organisation_check_holds());
        // 组织机构代码 D2143569-X, the example of GB 11714.
        assert!(coded("91350100D2143569X").organisation_check_holds());
        assert!(!coded("91350100D21435690").organisation_check_holds());
    }

    #[test]
    fn only_the_first_and_the_last_can_be_swapped_unnoticed() {
        check("L11100006000373419", Ok("L11100006000373419"));
    }

    #[test]
    fn a_stored_code_is_checked_again() {
        stored(
            &Uscc::parse("91350100m000100y43").unwrap(),
            &json!("91350100M000100Y43"),
        );
        let wrong = Invalid::WrongCheckCharacter { expected: 'P' };
        unreadable::<Uscc>(json!("91110000600037342L"), &wrong);
    }

    proptest! {
        #[test]
        fn every_single_substitution_is_refused(body in BODY) {
            let code = coded(&body).to_string();
            for place in 0..18 {
                for other in ALPHABET.chars().filter(|c| !code[place..].starts_with(*c)) {
                    let wrong = format!("{}{other}{}", &code[..place], &code[place + 1..]);
                    prop_assert!(Uscc::parse(&wrong).is_err(), "{} for {}", wrong, code);
                }
            }
        }

        #[test]
        fn every_swap_of_two_before_the_check_is_refused(body in BODY, a in 0_usize..17, b in 0_usize..17) {
            let code = coded(&body).to_string();
            let mut swapped: Vec<char> = code.chars().collect();
            swapped.swap(a, b);
            let swapped = String::from_iter(swapped);
            prop_assert_eq!(Uscc::parse(&swapped).is_ok(), swapped == code);
        }

        #[test]
        fn nothing_typed_makes_it_stumble(text in any::<String>()) {
            if let Ok(code) = Uscc::parse(&text) {
                prop_assert_eq!(Uscc::parse(code.as_str()), Ok(code));
            }
        }
    }

    const BODY: &str = "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}";

    fn coded(body: &str) -> Uscc {
        let check = check_character(body).unwrap();
        Uscc::parse(&format!("{body}{check}")).unwrap()
    }
}
