//! Where on the earth something is.
//!
//! Converting between datums is deliberately not here: it loses precision, and what was
//! measured must stay what was measured.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::decimal::{format_scaled, parse_scaled};
use super::vocabulary::vocabulary;

vocabulary! {
    /// The datum in which coordinates were given; phones give WGS84, Chinese map kits GCJ-02,
    /// surveys CGCS2000 (§3.1).
    Datum "坐标系" {
        /// World Geodetic System 1984, as phones give it.
        Wgs84 "WGS84" "WGS-84坐标系",
        /// China Geodetic Coordinate System 2000, as surveys give it.
        Cgcs2000 "CGCS2000" "2000国家大地坐标系",
        /// The offset coordinates of Chinese map kits, up to some hundred metres off the others.
        Gcj02 "GCJ02" "GCJ-02坐标系",
    }
}

/// Longitude and latitude in integers of 10⁻⁷ degree (about 1 cm), with their datum.
///
/// Stored as decimal strings with seven decimals; there are no floats on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Coordinates {
    longitude_e7: i32,
    latitude_e7: i32,
    datum: Datum,
}

/// Decimals of a degree that are kept.
const DECIMALS: usize = 7;
const MAX_LONGITUDE_E7: i32 = 1_800_000_000;
const MAX_LATITUDE_E7: i32 = 900_000_000;

impl Coordinates {
    /// Reads degrees as decimal strings, e.g. `"111.6592031"`; east and north are positive.
    ///
    /// # Errors
    /// `Malformed` for another form or more than seven decimals, `OutOfRange` beyond ±180° and
    /// ±90°.
    pub fn new(longitude: &str, latitude: &str, datum: Datum) -> Result<Self, Invalid> {
        Ok(Self {
            longitude_e7: degrees(longitude, MAX_LONGITUDE_E7)?,
            latitude_e7: degrees(latitude, MAX_LATITUDE_E7)?,
            datum,
        })
    }

    /// Takes integers of 10⁻⁷ degree.
    ///
    /// # Errors
    /// `OutOfRange` beyond ±180° and ±90°; the bounds are in degrees.
    pub fn from_e7(longitude_e7: i32, latitude_e7: i32, datum: Datum) -> Result<Self, Invalid> {
        Ok(Self {
            longitude_e7: bounded(i64::from(longitude_e7), MAX_LONGITUDE_E7)?,
            latitude_e7: bounded(i64::from(latitude_e7), MAX_LATITUDE_E7)?,
            datum,
        })
    }

    /// Longitude in 10⁻⁷ degree, east positive.
    #[must_use]
    pub fn longitude_e7(self) -> i32 {
        self.longitude_e7
    }

    /// Latitude in 10⁻⁷ degree, north positive.
    #[must_use]
    pub fn latitude_e7(self) -> i32 {
        self.latitude_e7
    }

    /// Longitude in degrees with seven decimals.
    #[must_use]
    pub fn longitude(self) -> String {
        format_scaled(i64::from(self.longitude_e7), DECIMALS)
    }

    /// Latitude in degrees with seven decimals.
    #[must_use]
    pub fn latitude(self) -> String {
        format_scaled(i64::from(self.latitude_e7), DECIMALS)
    }

    /// The datum in which they were given.
    #[must_use]
    pub fn datum(self) -> Datum {
        self.datum
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "经度{}°，纬度{}°（{}）",
            self.longitude(),
            self.latitude(),
            self.datum
        )
    }
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    longitude: String,
    latitude: String,
    datum: Datum,
}

impl TryFrom<Written> for Coordinates {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        Self::new(&written.longitude, &written.latitude, written.datum)
    }
}

impl From<Coordinates> for Written {
    fn from(coordinates: Coordinates) -> Self {
        Self {
            longitude: coordinates.longitude(),
            latitude: coordinates.latitude(),
            datum: coordinates.datum,
        }
    }
}

fn degrees(text: &str, max_e7: i32) -> Result<i32, Invalid> {
    let scaled = parse_scaled(text.trim(), DECIMALS).ok_or(Invalid::Malformed {
        expected: "十进制度数，至多7位小数，例如111.6592031",
    })?;
    bounded(scaled, max_e7)
}

fn bounded(scaled: i64, max_e7: i32) -> Result<i32, Invalid> {
    let max = i64::from(max_e7) / 10_000_000;
    let out_of_range = Invalid::OutOfRange { min: -max, max };
    i32::try_from(scaled)
        .ok()
        .filter(|value| (-max_e7..=max_e7).contains(value))
        .ok_or(out_of_range)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(longitude: &str, latitude: &str, expected: Result<(i32, i32), &str>) {
        let read = Coordinates::new(longitude, latitude, Datum::Wgs84);
        let read = read.map(|place| (place.longitude_e7(), place.latitude_e7()));
        assert_eq!(
            read.as_ref().map_err(Invalid::code),
            expected.as_ref().map_err(|code| *code)
        );
    }

    #[test]
    fn degrees_are_read_exactly_within_the_earth() {
        check("111.6592031", "25.96", Ok((1_116_592_031, 259_600_000)));
        check(" 0 ", "-0.0000001", Ok((0, -1)));
        check("180", "90", Ok((1_800_000_000, 900_000_000)));
        check("-180.0000000", "-90", Ok((-1_800_000_000, -900_000_000)));
        check("180.0000001", "0", Err("OUT_OF_RANGE"));
        check("-180.0000001", "0", Err("OUT_OF_RANGE"));
        check("0", "90.0000001", Err("OUT_OF_RANGE"));
        check("0", "-90.0000001", Err("OUT_OF_RANGE"));
        check("99999999999", "0", Err("OUT_OF_RANGE"));
        check("111.65920311", "25", Err("MALFORMED"));
        check("111°39′", "25", Err("MALFORMED"));
        check("1.1e2", "25", Err("MALFORMED"));
        check("NaN", "25", Err("MALFORMED"));
        check("", "25", Err("MALFORMED"));
        check("111", "东经", Err("MALFORMED"));
    }

    #[test]
    fn integers_have_the_same_bounds() {
        let bounds = Invalid::OutOfRange { min: -90, max: 90 };
        assert_eq!(
            Coordinates::from_e7(0, 900_000_001, Datum::Gcj02),
            Err(bounds)
        );
        let bounds = Invalid::OutOfRange {
            min: -180,
            max: 180,
        };
        assert_eq!(Coordinates::from_e7(i32::MIN, 0, Datum::Gcj02), Err(bounds));
    }

    #[test]
    fn coordinates_are_printed_with_their_datum() {
        let place = Coordinates::new("111.6592031", "25.96", Datum::Cgcs2000).unwrap();
        assert_eq!(
            place.to_string(),
            "经度111.6592031°，纬度25.9600000°（2000国家大地坐标系）"
        );
    }

    #[test]
    fn stored_coordinates_are_decimal_text_and_are_checked_again() {
        let json = |latitude: &str| json!({"longitude": "111.6592031", "latitude": latitude, "datum": "GCJ02"});
        let place = Coordinates::new("111.6592031", "25.96", Datum::Gcj02).unwrap();
        stored(&place, &json("25.9600000"));
        unreadable::<Coordinates>(json("91.0"), &Invalid::OutOfRange { min: -90, max: 90 });
    }

    proptest! {
        #[test]
        fn coordinates_survive_printing(
            longitude in -MAX_LONGITUDE_E7..=MAX_LONGITUDE_E7,
            latitude in -MAX_LATITUDE_E7..=MAX_LATITUDE_E7,
        ) {
            let place = Coordinates::from_e7(longitude, latitude, Datum::Cgcs2000).unwrap();
            let read = Coordinates::new(&place.longitude(), &place.latitude(), place.datum());
            prop_assert_eq!(read, Ok(place));
        }
    }
}
