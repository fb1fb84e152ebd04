//! Codes of administrative divisions: provinces, cities and counties (GB/T 2260), and townships (statistical code).
//!
//! Names and the aliases of merged townships are deliberately not here; they are data with
//! dates of validity.

use std::fmt;

use super::Invalid;
use super::decimal::ascii_number;
use super::stored_text::stored_as_text;
use super::vocabulary::vocabulary;

/// A county, district or county-level city: 6 digits, e.g. `431123` 双牌县 (GB/T 2260).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountyCode(u32);

impl CountyCode {
    /// Reads six digits, of which the first two name a province and the last two are not `00`
    /// (that would be a prefecture).
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = if text.len() == 6 {
            ascii_number(text)
        } else {
            None
        };
        digits
            .and_then(Self::from_number)
            .ok_or(Invalid::Malformed {
                expected: "6位县级行政区划代码，例如431123",
            })
    }

    fn from_number(number: u32) -> Option<Self> {
        (is_in_a_province(number) && !number.is_multiple_of(100)).then_some(Self(number))
    }
}

/// Whether a code of six digits begins with those of a province.
const fn is_in_a_province(number: u32) -> bool {
    matches!(
        number / 10_000,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82
    )
}

/// A township, town, subdistrict or unit of that level: 9 digits that begin with the county's,
/// e.g. `431123209` 五星岭乡.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TownshipCode {
    county: CountyCode,
    /// 1 to 999.
    township: u32,
}

impl TownshipCode {
    /// Reads nine digits, of which the first six are a county's and the rest are not `000`
    /// (that would be the county itself).
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = if text.len() == 9 {
            ascii_number(text)
        } else {
            None
        };
        digits
            .and_then(Self::from_number)
            .ok_or(Invalid::Malformed {
                expected: "乡镇（街道、场）的9位区划代码，前6位是县的代码，后3位是乡镇的代码，例如431123209",
            })
    }

    fn from_number(number: u32) -> Option<Self> {
        let county = CountyCode::from_number(number / 1000)?;
        let township = number % 1000;
        (township != 0).then_some(Self { county, township })
    }

    /// The county of which this township is a part.
    #[must_use]
    pub fn county(self) -> CountyCode {
        self.county
    }
}

vocabulary! {
    /// How high a place stands in the tree of divisions.
    RegionLevel "行政区划级别" {
        /// A province, an autonomous region or a municipality.
        Province "PROVINCE" "省级",
        /// A prefecture or a city of that level.
        City "CITY" "市级",
        /// A county, a district or a city of that level.
        County "COUNTY" "县级",
        /// A township, a town, a subdistrict or a unit of that level.
        Township "TOWNSHIP" "乡级",
    }
}

/// Any place of the tree of divisions: `430000` 湖南省, `431100` 永州市, `431123` 双牌县, `431123209` 五星岭乡.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionCode {
    /// A province, by its first two digits.
    Province(u32),
    /// A city, by its first four digits.
    City(u32),
    /// A county.
    County(CountyCode),
    /// A township.
    Township(TownshipCode),
}

impl RegionCode {
    /// Reads six digits, of which the last two or four are `00` for a city or a province; or the nine of a township.
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Ok(township) = TownshipCode::parse(text) {
            return Ok(Self::Township(township));
        }
        if let Ok(county) = CountyCode::parse(text) {
            return Ok(Self::County(county));
        }
        let digits = if text.len() == 6 {
            ascii_number(text)
        } else {
            None
        };
        let number = digits.filter(|number| is_in_a_province(*number));
        match number {
            Some(number) if number.is_multiple_of(10_000) => Ok(Self::Province(number / 10_000)),
            Some(number) if number.is_multiple_of(100) => Ok(Self::City(number / 100)),
            Some(_) | None => Err(Invalid::Malformed {
                expected: "行政区划代码：省、市、县6位，乡镇9位，例如430000、431100、431123、431123209",
            }),
        }
    }

    /// How high it stands.
    #[must_use]
    pub const fn level(self) -> RegionLevel {
        match self {
            Self::Province(_) => RegionLevel::Province,
            Self::City(_) => RegionLevel::City,
            Self::County(_) => RegionLevel::County,
            Self::Township(_) => RegionLevel::Township,
        }
    }

    /// Whether it lies in another place; none lies in itself.
    #[must_use]
    pub fn lies_within(self, other: Self) -> bool {
        let (own, other_digits) = (self.digits(), other.digits());
        self.level() > other.level() && own.starts_with(&other_digits)
    }

    /// The digits that say which it is, without those that say which it is not.
    fn digits(self) -> String {
        match self {
            Self::Province(digits) | Self::City(digits) => digits.to_string(),
            Self::County(code) => code.to_string(),
            Self::Township(code) => code.to_string(),
        }
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0<6}", self.digits())
    }
}

stored_as_text!(RegionCode, parse);

impl fmt::Display for CountyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for TownshipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.county, self.township)
    }
}

stored_as_text!(CountyCode, parse);
stored_as_text!(TownshipCode, parse);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check_county(text: &str, is_accepted: bool) {
        let printed = CountyCode::parse(text).ok().map(|code| code.to_string());
        assert_eq!(printed, is_accepted.then(|| text.to_owned()), "{text}");
    }

    fn check_township(text: &str, is_accepted: bool) {
        let printed = TownshipCode::parse(text).ok().map(|code| code.to_string());
        assert_eq!(printed, is_accepted.then(|| text.to_owned()), "{text}");
    }

    #[test]
    fn a_county_is_six_digits_of_a_province() {
        check_county("431123", true);
        check_county("110101", true);
        check_county("659001", true);
        for text in [
            "",
            "43112",
            "4311230",
            "431100",
            "001123",
            "991123",
            "163123",
            "４３１１２３",
        ] {
            check_county(text, false);
        }
        check_county("43112３", false);
        check_county("+31123", false);
        check_county(" 43112", false);
    }

    #[test]
    fn a_township_begins_with_its_county() {
        for text in ["431123100", "431123209", "431123402"] {
            check_township(text, true);
            assert_eq!(
                TownshipCode::parse(text).unwrap().county().to_string(),
                "431123"
            );
        }
        check_township("431123001", true);
        for text in [
            "431123",
            "431123000",
            "431100100",
            "431123209000",
            "43112320",
            "43112320X",
        ] {
            check_township(text, false);
        }
    }

    #[test]
    fn a_place_is_of_a_province_a_city_a_county_or_a_township_and_lies_in_those_before() {
        let tree = ["430000", "431100", "431123", "431123209"];
        let places = tree.map(|code| RegionCode::parse(code).unwrap());
        assert_eq!(places.map(|place| place.to_string()), tree);
        assert_eq!(places.map(RegionCode::level).as_slice(), RegionLevel::ALL);
        for (depth, place) in places.iter().enumerate() {
            for (height, other) in places.iter().enumerate() {
                assert_eq!(place.lies_within(*other), height < depth, "{place} {other}");
            }
        }
        let elsewhere = RegionCode::parse("431200").unwrap();
        assert!(!places[2].lies_within(elsewhere) && elsewhere.lies_within(places[0]));
        stored(&places[1], &json!("431100"));
        for text in [
            "",
            "000000",
            "990000",
            "4311",
            "431100000",
            "431123000",
            "４３１１００",
        ] {
            assert!(RegionCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_stored_code_is_text_and_is_checked_again() {
        stored(&CountyCode::parse("431123").unwrap(), &json!("431123"));
        stored(
            &TownshipCode::parse("431123005").unwrap(),
            &json!("431123005"),
        );
        let why = CountyCode::parse("431100").unwrap_err();
        unreadable::<CountyCode>(json!("431100"), &why);
        assert!(serde_json::from_value::<TownshipCode>(json!(431_123_209)).is_err());
    }

    proptest! {
        #[test]
        fn codes_sort_as_their_texts_do(a in "43112[1-9][0-9]{2}[1-9]", b in "4311[1-9][1-9][0-9]{2}[1-9]") {
            let codes = TownshipCode::parse(&a).unwrap().cmp(&TownshipCode::parse(&b).unwrap());
            prop_assert_eq!(codes, a.cmp(&b));
        }
    }
}
