//! Text that people type, bounded and free of characters that cannot be seen on paper.
//!
//! Lengths count Unicode scalar values after trimming. What is typed (`new`) is held against more than what is read from the
//! record (`recorded`), which was typed by the rules of its day.

use std::fmt;

use super::Invalid;
use super::characters::visible;
use super::likeness::settled;
use super::stored_text::stored_as_text;

/// The hazard's name (隐患名称), §3.1.
pub type Title = Line<100>;
/// Where something is (隐患地址), §3.1.
pub type Place = Line<200>;
/// What was found (基本情况), §3.1.
pub type Description = Prose<2000>;
/// What a department, an expert or a team thinks (意见).
pub type Opinion = Prose<2000>;
/// Why something was decided (理由).
pub type Reason = Prose<1000>;

/// Text of one line, 1 to `MAX` characters, without control or invisible characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Takes what is typed, without the white space around it and in its composed form (NFC).
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `ControlCharacter` (also for line breaks and tabs), `BidiCharacter`,
    /// `InvisibleCharacter`, `UnassignedCharacter`, `LookAlike` for what is no Han character and looks like one.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let Self(text) = Self::recorded(text)?;
        settled(&text).map(Self)
    }

    /// Takes what stands in the record.
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `ControlCharacter`, `BidiCharacter`, `InvisibleCharacter`.
    pub fn recorded(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        bounded::<MAX>(text)?;
        visible(text, |_| false)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text of several lines, 1 to `MAX` characters; line feeds and tabs are allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// Takes what is typed, without the white space around it and in its composed form (NFC); `\r\n` becomes `\n`.
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `ControlCharacter` (also for a lone `\r`), `BidiCharacter`,
    /// `InvisibleCharacter`, `UnassignedCharacter`, `LookAlike` for what is no Han character and looks like one.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        let Self(text) = Self::recorded(text)?;
        settled(&text).map(Self)
    }

    /// Takes what stands in the record.
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `ControlCharacter`, `BidiCharacter`, `InvisibleCharacter`.
    pub fn recorded(text: &str) -> Result<Self, Invalid> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        bounded::<MAX>(text)?;
        visible(text, |c| matches!(c, '\n' | '\t'))?;
        Ok(Self(text.to_owned()))
    }

    /// The text; its lines end in `\n`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Display for Prose<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Line<MAX>, recorded, [const MAX: usize]);
stored_as_text!(Prose<MAX>, recorded, [const MAX: usize]);

pub(super) fn bounded<const MAX: usize>(text: &str) -> Result<(), Invalid> {
    match text.chars().count() {
        0 => Err(Invalid::Empty),
        actual if actual > MAX => Err(Invalid::TooLong { max: MAX, actual }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check_line(text: &str, expected: Result<&str, Invalid>) {
        let line = Line::<5>::new(text).map(|line| line.to_string());
        assert_eq!(line, expected.map(str::to_owned), "{text:?}");
    }

    fn check_prose(text: &str, expected: Result<&str, Invalid>) {
        let prose = Prose::<5>::new(text).map(|prose| prose.to_string());
        assert_eq!(prose, expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn a_line_is_trimmed_bounded_and_without_breaks() {
        check_line("茶林镇", Ok("茶林镇"));
        check_line("\u{3000} 茶林 镇\n", Ok("茶林 镇"));
        check_line("一二三四五", Ok("一二三四五"));
        check_line("  一二三四五  ", Ok("一二三四五"));
        check_line("𠮷𠮷𠮷𠮷𠮷", Ok("𠮷𠮷𠮷𠮷𠮷"));
        check_line("一二三四五六", Err(Invalid::TooLong { max: 5, actual: 6 }));
        check_line("", Err(Invalid::Empty));
        check_line(" \t\u{3000}", Err(Invalid::Empty));
        check_line(
            "甲\n乙",
            Err(Invalid::ControlCharacter {
                position: 2,
                code: 0xA,
            }),
        );
        check_line(
            "甲\t乙",
            Err(Invalid::ControlCharacter {
                position: 2,
                code: 0x9,
            }),
        );
    }

    #[test]
    fn prose_keeps_line_feeds_and_tabs_alone() {
        check_prose("甲\n\t乙", Ok("甲\n\t乙"));
        check_prose("甲\r\n乙\r\n", Ok("甲\n乙"));
        check_prose("一\r\n二\r\n三", Ok("一\n二\n三"));
        check_prose(
            "甲\r乙",
            Err(Invalid::ControlCharacter {
                position: 2,
                code: 0xD,
            }),
        );
        check_prose(
            "甲\r\r\n乙",
            Err(Invalid::ControlCharacter {
                position: 2,
                code: 0xD,
            }),
        );
        check_prose(
            "甲\u{2028}乙",
            Err(Invalid::ControlCharacter {
                position: 2,
                code: 0x2028,
            }),
        );
        check_prose("一\n二\n三\n", Ok("一\n二\n三"));
        check_prose("一\n二\n三四", Err(Invalid::TooLong { max: 5, actual: 6 }));
        check_prose("\r\n", Err(Invalid::Empty));
    }

    #[test]
    fn neither_takes_what_cannot_be_seen() {
        let why = Invalid::BidiCharacter {
            position: 2,
            code: 0x202E,
        };
        check_line("甲\u{202E}乙", Err(why.clone()));
        check_prose("甲\u{202E}乙", Err(why));
        let why = Invalid::InvisibleCharacter {
            position: 1,
            code: 0xFEFF,
        };
        check_line("\u{FEFF}甲", Err(why.clone()));
        check_prose("\u{FEFF}甲", Err(why));
    }

    #[test]
    fn stored_text_is_a_bare_string_and_is_checked_again() {
        stored(&Title::new("标题").unwrap(), &json!("标题"));
        stored(&Reason::new("一\n二").unwrap(), &json!("一\n二"));
        unreadable::<Title>(json!(" "), &Invalid::Empty);
        let too_long = Invalid::TooLong {
            max: 100,
            actual: 101,
        };
        unreadable::<Title>(json!("长".repeat(101)), &too_long);
        assert!(serde_json::from_value::<Title>(json!(7)).is_err());
    }

    proptest! {
        #[test]
        fn accepted_text_is_accepted_again_unchanged(text in any::<String>()) {
            if let Ok(prose) = Prose::<40>::new(&text) {
                prop_assert!((1..=40).contains(&prose.as_str().chars().count()));
                prop_assert_eq!(Prose::<40>::new(prose.as_str()), Ok(prose));
            }
            if let Ok(line) = Line::<40>::new(&text) {
                prop_assert!(!line.as_str().contains(char::is_control));
                prop_assert_eq!(Line::<40>::new(line.as_str()), Ok(line));
            }
        }

        #[test]
        fn plain_chinese_is_taken_as_it_is(text in "[一-龥，。]{1,40}") {
            let line = Line::<40>::new(&text).unwrap();
            prop_assert_eq!(line.as_str(), &text);
        }
    }
}
