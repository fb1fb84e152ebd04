//! Numbers that a hazard carries for ever: 线索编号, 隐患编号.
//!
//! Each has exactly one written form, so equal numbers are equal texts. Counting is deliberately
//! not here: the next serial is taken in the transaction that stores the event (rule 1).

use std::fmt;

use super::decimal::ascii_number;
use super::stored_text::stored_as_text;
use super::{CountyCode, Invalid};

/// 隐患编号, the hazard's number from listing on: `431123-2026-0001`, at most 18 characters.
///
/// Ordered by county, year, serial. As text this order holds up to serial 9999 of a year; above,
/// the serial widens to five and six digits and only `Ord` is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HazardNumber {
    county: CountyCode,
    year: u16,
    serial: u32,
}

impl HazardNumber {
    /// The number of a county, a year 2000–2099 and a serial 1–999999 of that year.
    ///
    /// # Errors
    /// `OutOfRange` for another year or serial.
    pub fn new(county: CountyCode, year: u16, serial: u32) -> Result<Self, Invalid> {
        Ok(Self {
            county,
            year: century(year)?,
            serial: within(serial, 999_999)?,
        })
    }

    /// Reads the written form and no other.
    ///
    /// # Errors
    /// `Malformed` for another form, `OutOfRange` for another year or serial.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = Invalid::Malformed {
            expected: "隐患编号，例如431123-2026-0001",
        };
        let Some((county, year, serial)) = parts(text, "-") else {
            return Err(malformed);
        };
        canonical(Self::new(county, year, serial)?, text, malformed)
    }

    /// The county that gave the number.
    #[must_use]
    pub fn county(self) -> CountyCode {
        self.county
    }

    /// The year in which the hazard was listed.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The place among the year's hazards, from 1.
    #[must_use]
    pub fn serial(self) -> u32 {
        self.serial
    }
}

/// 线索编号, the number of a clue before it is recognised: `431123-XS-2026-000001`, at most 24
/// characters; the serial widens from six to nine digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClueNumber {
    county: CountyCode,
    year: u16,
    serial: u32,
}

impl ClueNumber {
    /// The number of a county, a year 2000–2099 and a serial 1–999999999 of that year.
    ///
    /// # Errors
    /// `OutOfRange` for another year or serial.
    pub fn new(county: CountyCode, year: u16, serial: u32) -> Result<Self, Invalid> {
        Ok(Self {
            county,
            year: century(year)?,
            serial: within(serial, 999_999_999)?,
        })
    }

    /// Reads the written form and no other.
    ///
    /// # Errors
    /// `Malformed` for another form, `OutOfRange` for another year or serial.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let malformed = Invalid::Malformed {
            expected: "线索编号，例如431123-XS-2026-000001",
        };
        let Some((county, year, serial)) = parts(text, "-XS-") else {
            return Err(malformed);
        };
        canonical(Self::new(county, year, serial)?, text, malformed)
    }

    /// The county that gave the number.
    #[must_use]
    pub fn county(self) -> CountyCode {
        self.county
    }

    /// The year in which the clue was received.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The place among the year's clues, from 1.
    #[must_use]
    pub fn serial(self) -> u32 {
        self.serial
    }
}

impl fmt::Display for HazardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:04}", self.county, self.year, self.serial)
    }
}

impl fmt::Display for ClueNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-XS-{}-{:06}", self.county, self.year, self.serial)
    }
}

stored_as_text!(HazardNumber, parse);
stored_as_text!(ClueNumber, parse);

/// County, year and serial; the separator stands between the first two.
fn parts(text: &str, separator: &str) -> Option<(CountyCode, u16, u32)> {
    let (county, rest) = text.split_once(separator)?;
    let (year, serial) = rest.split_once('-')?;
    Some((
        CountyCode::parse(county).ok()?,
        year_of(year)?,
        ascii_number(serial)?,
    ))
}

/// The number if `text` is how it is written; refuses missing and surplus zeros at once.
pub(super) fn canonical<N: fmt::Display>(
    number: N,
    text: &str,
    malformed: Invalid,
) -> Result<N, Invalid> {
    if number.to_string() == text {
        Ok(number)
    } else {
        Err(malformed)
    }
}

/// The years in which numbers are given, and outside of which no act lies.
pub const NUMBERED_YEARS: std::ops::RangeInclusive<u16> = 2000..=2099;

pub(super) fn century(year: u16) -> Result<u16, Invalid> {
    if NUMBERED_YEARS.contains(&year) {
        Ok(year)
    } else {
        Err(Invalid::OutOfRange {
            min: i64::from(*NUMBERED_YEARS.start()),
            max: i64::from(*NUMBERED_YEARS.end()),
        })
    }
}

pub(super) fn within(serial: u32, max: u32) -> Result<u32, Invalid> {
    if (1..=max).contains(&serial) {
        Ok(serial)
    } else {
        Err(Invalid::OutOfRange {
            min: 1,
            max: i64::from(max),
        })
    }
}

pub(super) fn year_of(text: &str) -> Option<u16> {
    if text.len() == 4 {
        ascii_number(text)?.try_into().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check<N: std::str::FromStr<Err = Invalid> + fmt::Display>(text: &str, is_accepted: bool) {
        let printed = text.parse::<N>().ok().map(|number| number.to_string());
        assert_eq!(printed, is_accepted.then(|| text.to_owned()), "{text}");
    }

    #[test]
    fn a_hazard_number_has_one_written_form() {
        for text in [
            "431123-2026-0001",
            "431123-2099-9999",
            "431123-2026-10000",
            "431123-2026-999999",
        ] {
            check::<HazardNumber>(text, true);
        }
        for text in [
            "",
            "431123-2026-1",
            "431123-2026-001",
            "431123-2026-00001",
            "431123-2026-010000",
            "431123-2026-0000",
            "431123-2026-1000000",
            "431123-1999-0001",
            "431123-2100-0001",
            "431123-26-0001",
            "431123-02026-0001",
            "431100-2026-0001",
            "43112-2026-0001",
            "431123-2026-000１",
            "431123-2026-+001",
            "431123-2026-0001 ",
            " 431123-2026-0001",
            "431123-2026-0001-1",
            "431123－2026－0001",
            "431123-XS-2026-000001",
            "4311232026-0001",
        ] {
            check::<HazardNumber>(text, false);
        }
    }

    #[test]
    fn a_clue_number_has_one_written_form_of_at_most_24_characters() {
        for text in [
            "431123-XS-2026-000001",
            "431123-XS-2026-1000000",
            "431123-XS-2026-999999999",
        ] {
            check::<ClueNumber>(text, true);
            assert!(text.len() <= 24);
        }
        for text in [
            "431123-XS-2026-0001",
            "431123-XS-2026-0000001",
            "431123-XS-2026-000000",
            "431123-XS-2026-1000000000",
            "431123-xs-2026-000001",
            "431123-2026-000001",
            "431123-XS-1999-000001",
            "431123-XS-XS-2026-000001",
        ] {
            check::<ClueNumber>(text, false);
        }
    }

    #[test]
    fn the_broken_bound_is_named() {
        let county = CountyCode::parse("431123").unwrap();
        let years = Invalid::OutOfRange {
            min: 2000,
            max: 2099,
        };
        assert_eq!(HazardNumber::new(county, 1999, 1), Err(years.clone()));
        assert_eq!(HazardNumber::parse("431123-2100-0001"), Err(years));
        let serials = Invalid::OutOfRange {
            min: 1,
            max: 999_999,
        };
        assert_eq!(HazardNumber::new(county, 2026, 0), Err(serials.clone()));
        assert_eq!(HazardNumber::new(county, 2026, 1_000_000), Err(serials));
    }

    #[test]
    fn a_stored_number_is_text_and_is_checked_again() {
        stored(
            &HazardNumber::parse("431123-2026-0013").unwrap(),
            &json!("431123-2026-0013"),
        );
        stored(
            &ClueNumber::parse("431123-XS-2026-000013").unwrap(),
            &json!("431123-XS-2026-000013"),
        );
        let why = HazardNumber::parse("431123-2026-13").unwrap_err();
        unreadable::<HazardNumber>(json!("431123-2026-13"), &why);
    }

    proptest! {
        #[test]
        fn numbers_survive_printing(year in 2000_u16..=2099, serial in 1_u32..=999_999) {
            let county = CountyCode::parse("431123").unwrap();
            let number = HazardNumber::new(county, year, serial).unwrap();
            prop_assert_eq!(HazardNumber::parse(&number.to_string()), Ok(number));
            prop_assert_eq!((number.county(), number.year(), number.serial()), (county, year, serial));
            let clue = ClueNumber::new(county, year, serial).unwrap();
            prop_assert_eq!(ClueNumber::parse(&clue.to_string()), Ok(clue));
            prop_assert_eq!((clue.county(), clue.year(), clue.serial()), (county, year, serial));
        }

        #[test]
        fn numbers_up_to_9999_sort_as_their_texts_do(a in 1_u32..=9999, b in 1_u32..=9999, c in 2000_u16..=2099) {
            let county = CountyCode::parse("431123").unwrap();
            let (one, other) =
                (HazardNumber::new(county, c, a).unwrap(), HazardNumber::new(county, c, b).unwrap());
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        }

        #[test]
        fn numbers_always_order_by_serial(a in 1_u32..=999_999, b in 1_u32..=999_999) {
            let county = CountyCode::parse("431123").unwrap();
            let number = |serial| HazardNumber::new(county, 2026, serial).unwrap();
            prop_assert_eq!(number(a).cmp(&number(b)), a.cmp(&b));
        }
    }
}
