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

/// Declares one of the two coordinates: an integer of 10⁻⁷ degree within its bound.
macro_rules! coordinate {
    ($(#[$doc:meta])* $Coordinate:ident within $max:literal, such as $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $Coordinate(i32);

        impl $Coordinate {
            /// The bound in 10⁻⁷ degree, on either side of 0.
            const MAX_E7: i32 = $max * 10_000_000;

            /// Reads degrees as a decimal string.
            ///
            /// # Errors
            /// `Malformed` for another form or more than seven decimals, `OutOfRange` beyond the bound.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let scaled = parse_scaled(text.trim(), DECIMALS).ok_or(Invalid::Malformed {
                    expected: concat!("十进制度数，至多7位小数，例如", $example),
                })?;
                i32::try_from(scaled)
                    .map_err(|_| Self::out_of_range())
                    .and_then(Self::from_e7)
            }

            /// Takes an integer of 10⁻⁷ degree.
            ///
            /// # Errors
            /// `OutOfRange` beyond the bound, which is told in degrees.
            pub fn from_e7(e7: i32) -> Result<Self, Invalid> {
                if (-Self::MAX_E7..=Self::MAX_E7).contains(&e7) {
                    Ok(Self(e7))
                } else {
                    Err(Self::out_of_range())
                }
            }

            const fn out_of_range() -> Invalid {
                Invalid::OutOfRange {
                    min: -$max,
                    max: $max,
                }
            }
        }

        impl fmt::Display for $Coordinate {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&format_scaled(i64::from(self.0), DECIMALS))
            }
        }
    };
}

coordinate! {
    /// Degrees east of Greenwich, from -180 to 180.
    Longitude within 180, such as "111.6592031"
}

coordinate! {
    /// Degrees north of the equator, from -90 to 90.
    Latitude within 90, such as "25.9601234"
}

/// Longitude and latitude in integers of 10⁻⁷ degree (about 1 cm), with their datum.
///
/// Stored as decimal strings with seven decimals; there are no floats on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Coordinates {
    longitude: Longitude,
    latitude: Latitude,
    datum: Datum,
}

/// Decimals of a degree that are kept.
const DECIMALS: usize = 7;

impl Coordinates {
    /// Where a longitude and a latitude meet.
    #[must_use]
    pub const fn new(longitude: Longitude, latitude: Latitude, datum: Datum) -> Self {
        Self {
            longitude,
            latitude,
            datum,
        }
    }

    /// Reads degrees as decimal strings, e.g. `"111.6592031"`; east and north are positive.
    ///
    /// # Errors
    /// Those of [`Longitude::parse`], then those of [`Latitude::parse`].
    pub fn parse(longitude: &str, latitude: &str, datum: Datum) -> Result<Self, Invalid> {
        let longitude = Longitude::parse(longitude)?;
        Ok(Self::new(longitude, Latitude::parse(latitude)?, datum))
    }

    /// Longitude in degrees with seven decimals.
    #[must_use]
    pub fn longitude(self) -> String {
        self.longitude.to_string()
    }

    /// Latitude in degrees with seven decimals.
    #[must_use]
    pub fn latitude(self) -> String {
        self.latitude.to_string()
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
        Self::parse(&written.longitude, &written.latitude, written.datum)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(longitude: &str, latitude: &str, expected: Result<(i32, i32), &str>) {
        let read = Coordinates::parse(longitude, latitude, Datum::Wgs84);
        let read = read.map(|place| (place.longitude.0, place.latitude.0));
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
        assert_eq!(Latitude::from_e7(900_000_001), Err(bounds));
        let bounds = Invalid::OutOfRange {
            min: -180,
            max: 180,
        };
        assert_eq!(Longitude::from_e7(i32::MIN), Err(bounds));
    }

    #[test]
    fn each_coordinate_is_told_its_own_form() {
        let longitude = Longitude::parse("东经").unwrap_err().to_string();
        assert!(longitude.ends_with("例如111.6592031。"), "{longitude}");
        let latitude = Latitude::parse("北纬").unwrap_err().to_string();
        assert!(latitude.ends_with("例如25.9601234。"), "{latitude}");
    }

    #[test]
    fn coordinates_are_printed_with_their_datum() {
        let place = Coordinates::parse("111.6592031", "25.96", Datum::Cgcs2000).unwrap();
        assert_eq!(
            place.to_string(),
            "经度111.6592031°，纬度25.9600000°（2000国家大地坐标系）"
        );
    }

    #[test]
    fn stored_coordinates_are_decimal_text_and_are_checked_again() {
        let json = |latitude: &str| json!({"longitude": "111.6592031", "latitude": latitude, "datum": "GCJ02"});
        let place = Coordinates::parse("111.6592031", "25.96", Datum::Gcj02).unwrap();
        stored(&place, &json("25.9600000"));
        unreadable::<Coordinates>(json("91.0"), &Invalid::OutOfRange { min: -90, max: 90 });
    }

    proptest! {
        #[test]
        fn coordinates_survive_printing(
            longitude in -Longitude::MAX_E7..=Longitude::MAX_E7,
            latitude in -Latitude::MAX_E7..=Latitude::MAX_E7,
        ) {
            let longitude = Longitude::from_e7(longitude).unwrap();
            let latitude = Latitude::from_e7(latitude).unwrap();
            let place = Coordinates::new(longitude, latitude, Datum::Cgcs2000);
            let read = Coordinates::parse(&place.longitude(), &place.latitude(), place.datum());
            prop_assert_eq!(read, Ok(place));
        }
    }
}
