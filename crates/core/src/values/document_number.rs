//! 文号, the number that an official document carries for ever.
//!
//! Which word belongs to which kind of document is deliberately not here; see
//! [`super::DocumentWords`].

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::Invalid;
use super::decimal::ascii_number;
use super::numbers::{canonical, century, within, year_of};
use super::stored_text::stored_as_text;

/// 发文机关代字, the word that begins a document number: 1 to 12 Chinese characters or ASCII
/// letters, e.g. 双安督.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentWord(String);

impl DocumentWord {
    /// Takes the word as it is, without trimming.
    ///
    /// # Errors
    /// `Empty`, `TooLong`, `Malformed`.
    pub fn new(word: &str) -> Result<Self, Invalid> {
        match word.chars().count() {
            0 => Err(Invalid::Empty),
            actual if actual > 12 => Err(Invalid::TooLong { max: 12, actual }),
            _ if word
                .chars()
                .all(|c| c.is_ascii_alphabetic() || is_ideograph(c)) =>
            {
                Ok(Self(word.to_owned()))
            }
            _ => Err(Invalid::Malformed {
                expected: "汉字或字母组成的机关代字，例如双安督",
            }),
        }
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 文号, the number of an official document: `双安督〔2026〕9号` (GB/T 9704-2012).
///
/// The year stands in 〔〕 (U+3014, U+3015); the serial has no leading zero and no 第.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    word: DocumentWord,
    year: u16,
    serial: u32,
}

impl DocumentNumber {
    /// The number of a word, a year 2000–2099 and a serial 1–99999 of that word and year.
    ///
    /// # Errors
    /// `OutOfRange` for another year or serial.
    pub fn new(word: DocumentWord, year: u16, serial: u32) -> Result<Self, Invalid> {
        Ok(Self {
            word,
            year: century(year)?,
            serial: within(serial, 99_999)?,
        })
    }

    /// Reads the written form and no other: `[2026]`, `【2026】`, `第9号`, `09号` are refused.
    ///
    /// # Errors
    /// `Malformed` for another form; `Empty`, `TooLong` for the word; `OutOfRange` for another
    /// year or serial.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = Invalid::Malformed {
            expected: "文号，例如双安督〔2026〕9号",
        };
        let parts = || {
            let (word, rest) = text.split_once('〔')?;
            let (year, rest) = rest.split_once('〕')?;
            Some((
                word,
                year_of(year)?,
                ascii_number(rest.strip_suffix('号')?)?,
            ))
        };
        let Some((word, year, serial)) = parts() else {
            return Err(malformed);
        };
        canonical(
            Self::new(DocumentWord::new(word)?, year, serial)?,
            text,
            malformed,
        )
    }

    /// Reads what somebody types who has the printed paper before him: brackets of any kind, full-width characters, spaces
    /// and 第 before the serial are taken for what they stand for.
    ///
    /// # Errors
    /// As [`DocumentNumber::parse`].
    pub fn typed(text: &str) -> Result<Self, Invalid> {
        let plain = text.nfkc().filter(|c| !c.is_whitespace());
        let written: String = plain
            .map(|c| match c {
                '[' | '(' | '{' | '【' | '〖' | '〈' | '《' => '〔',
                ']' | ')' | '}' | '】' | '〗' | '〉' | '》' => '〕',
                other => other,
            })
            .collect();
        Self::parse(&written.replace("〕第", "〕"))
    }

    /// The word of the issuing body and kind of document.
    #[must_use]
    pub fn word(&self) -> &DocumentWord {
        &self.word
    }

    /// The year of issue.
    #[must_use]
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The place among the documents of this word and year, from 1.
    #[must_use]
    pub fn serial(&self) -> u32 {
        self.serial
    }
}

impl fmt::Display for DocumentWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.word, self.year, self.serial)
    }
}

stored_as_text!(DocumentWord, new);
stored_as_text!(DocumentNumber, parse);

/// CJK unified ideographs with their extensions, and 〇.
fn is_ideograph(c: char) -> bool {
    matches!(c,
        '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(text: &str, is_accepted: bool) {
        let printed = DocumentNumber::parse(text)
            .ok()
            .map(|number| number.to_string());
        assert_eq!(printed, is_accepted.then(|| text.to_owned()), "{text}");
    }

    #[test]
    fn a_document_number_has_one_written_form() {
        for text in [
            "双安督〔2026〕9号",
            "双安办通〔2026〕12号",
            "AQ〔2000〕99999号",
            "〇𠮷〔2099〕1号",
        ] {
            check(text, true);
        }
        for text in [
            "",
            "双安督[2026]9号",
            "双安督【2026】9号",
            "双安督﹝2026﹞9号",
            "双安督（2026）9号",
            "双安督(2026)9号",
            "双安督〔2026]9号",
            "双安督〔2026〕09号",
            "双安督〔2026〕第9号",
            "双安督〔２０２６〕9号",
            "双安督〔2026〕９号",
            "双安督〔2026〕九号",
            "双安督〔2026〕0号",
            "双安督〔2026〕9",
            "双安督〔2026〕号",
            "双安督〔26〕9号",
            "双安督〔02026〕9号",
            "双安督〔1999〕9号",
            "双安督〔2100〕9号",
            "双安督〔2026〕100000号",
            "〔2026〕9号",
            "双安 督〔2026〕9号",
            " 双安督〔2026〕9号",
            "双安督〔2026〕9号 ",
            "双安督〔2026〕 9号",
            "双安督〔2026〕9号号",
            "双安1〔2026〕9号",
            "双安督〔2026〕+9号",
            "ＡＱ〔2026〕9号",
            "一二三四五六七八九十一二三〔2026〕9号",
            "双安督〔2026〕〔2026〕9号",
        ] {
            check(text, false);
        }
    }

    fn check_typed(text: &str, expected: Option<&str>) {
        let read = DocumentNumber::typed(text).ok();
        let printed = read.map(|number| number.to_string());
        assert_eq!(printed.as_deref(), expected, "{text}");
    }

    #[test]
    fn a_document_number_is_read_as_people_type_it() {
        for text in [
            "双安督〔2026〕9号",
            "双安督[2026]9号",
            "双安督【2026】9号",
            "双安督﹝2026﹞9号",
            "双安督（2026）9号",
            "双安督(2026)9号",
            "双安督［２０２６］９号",
            "双安督〔2026]9号",
            "双安督〔2026〕第9号",
            " 双安督 〔2026〕 9 号\u{3000}",
        ] {
            check_typed(text, Some("双安督〔2026〕9号"));
        }
        check_typed("ＡＱ[2000]99999号", Some("AQ〔2000〕99999号"));
        for text in [
            "",
            "双安督",
            "双安督2026年9号",
            "双安督[2026]09号",
            "双安督[2026]9",
            "双安督[2026]九号",
            "双安督[1999]9号",
            "[2026]9号",
            "431123-2026-0001",
        ] {
            check_typed(text, None);
        }
    }

    fn check_word(word: &str, expected: Option<&Invalid>) {
        assert_eq!(DocumentWord::new(word).err().as_ref(), expected, "{word}");
    }

    #[test]
    fn a_word_is_up_to_twelve_characters_or_letters() {
        check_word("双安督", None);
        check_word(&"督".repeat(12), None);
        check_word(
            &"督".repeat(13),
            Some(&Invalid::TooLong {
                max: 12,
                actual: 13,
            }),
        );
        check_word("", Some(&Invalid::Empty));
        let malformed = DocumentWord::new("-").unwrap_err();
        assert_eq!(malformed.code(), "MALFORMED");
        for word in ["双安 督", "双安督1", "双安督〔", "é", "、", "カ"] {
            check_word(word, Some(&malformed));
        }
    }

    #[test]
    fn a_stored_number_is_text_and_is_checked_again() {
        stored(
            &DocumentNumber::parse("双安督〔2026〕9号").unwrap(),
            &json!("双安督〔2026〕9号"),
        );
        stored(&DocumentWord::new("双安督").unwrap(), &json!("双安督"));
        let why = DocumentNumber::parse("双安督[2026]9号").unwrap_err();
        unreadable::<DocumentNumber>(json!("双安督[2026]9号"), &why);
    }

    proptest! {
        #[test]
        fn numbers_survive_printing(word in "[一-龥A-Za-z]{1,12}", year in 2000_u16..=2099, serial in 1_u32..=99_999) {
            let word = DocumentWord::new(&word).unwrap();
            let number = DocumentNumber::new(word.clone(), year, serial).unwrap();
            prop_assert_eq!(&DocumentNumber::parse(&number.to_string()), &Ok(number.clone()));
            prop_assert_eq!((number.word(), number.year(), number.serial()), (&word, year, serial));
        }
    }
}
