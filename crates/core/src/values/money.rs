//! Money for rectification (治理资金).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::decimal::{format_scaled, parse_scaled};

/// An amount of yuan in fen (分, 1/100 yuan), 0 to 10¹⁴; stored as an integer.
///
/// Forms are filled in 万元 (10000 yuan = 10⁶ fen) with two decimals; amounts that need more are
/// printed with more, so that printing never rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Fen(i64);

/// 万元 to fen is six decimals.
const DECIMALS: usize = 6;

impl Fen {
    /// No money at all.
    pub const ZERO: Self = Self(0);
    /// The largest amount, 10⁸ 万元.
    pub const MAX: Self = Self(100_000_000_000_000);

    /// An amount in fen.
    ///
    /// # Errors
    /// `OutOfRange` below 0 or above 10¹⁴.
    pub fn new(fen: i64) -> Result<Self, Invalid> {
        if (0..=Self::MAX.0).contains(&fen) {
            Ok(Self(fen))
        } else {
            Err(Invalid::OutOfRange {
                min: 0,
                max: Self::MAX.0,
            })
        }
    }

    /// Reads 万元 as a decimal string, e.g. `"186.00"`; at most six decimals.
    ///
    /// # Errors
    /// `Malformed` for another form, `OutOfRange` below 0 or above 10⁸ 万元.
    pub fn from_wan(text: &str) -> Result<Self, Invalid> {
        let fen = parse_scaled(text.trim(), DECIMALS).ok_or(Invalid::Malformed {
            expected: "以万元为单位的金额，例如186.00",
        })?;
        Self::new(fen).map_err(|_| Invalid::OutOfRange {
            min: 0,
            max: Self::MAX.0 / 1_000_000,
        })
    }

    /// The amount in fen.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// The amount in 万元, with two decimals or as many more as it takes to be exact.
    #[must_use]
    pub fn to_wan(self) -> String {
        let mut text = format_scaled(self.0, DECIMALS);
        let shortest = text.len() - (DECIMALS - 2);
        while text.len() > shortest && text.ends_with('0') {
            text.pop();
        }
        text
    }

    /// The sum; `None` if it is above [`Self::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0
            .checked_add(other.0)
            .and_then(|sum| Self::new(sum).ok())
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}万元", self.to_wan())
    }
}

impl TryFrom<i64> for Fen {
    type Error = Invalid;

    fn try_from(fen: i64) -> Result<Self, Invalid> {
        Self::new(fen)
    }
}

impl From<Fen> for i64 {
    fn from(fen: Fen) -> Self {
        fen.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(wan: &str, expected: Result<(i64, &str), &str>) {
        let read = Fen::from_wan(wan);
        let read = read.map(|fen| (fen.as_i64(), fen.to_string()));
        let expected = expected.map(|(fen, printed)| (fen, printed.to_owned()));
        assert_eq!(read.map_err(|why| why.code()), expected, "{wan}");
    }

    #[test]
    fn ten_thousand_yuan_are_read_and_printed_exactly() {
        check("186.00", Ok((186_000_000, "186.00万元")));
        check(" 186 ", Ok((186_000_000, "186.00万元")));
        check("0.5", Ok((500_000, "0.50万元")));
        check("0", Ok((0, "0.00万元")));
        check("1795.1", Ok((1_795_100_000, "1795.10万元")));
        check("0.000001", Ok((1, "0.000001万元")));
        check("1.2340", Ok((1_234_000, "1.234万元")));
        check(
            "100000000.00",
            Ok((100_000_000_000_000, "100000000.00万元")),
        );
        check("100000000.01", Err("OUT_OF_RANGE"));
        check("-0.01", Err("OUT_OF_RANGE"));
        check("0.0000001", Err("MALFORMED"));
        check("1,000.00", Err("MALFORMED"));
        check("186万元", Err("MALFORMED"));
        check("", Err("MALFORMED"));
    }

    #[test]
    fn a_sum_above_the_bound_is_none() {
        let one = Fen::new(1).unwrap();
        assert_eq!(Fen::MAX.checked_add(Fen::ZERO), Some(Fen::MAX));
        assert_eq!(Fen::MAX.checked_add(one), None);
        assert_eq!(one.checked_add(one), Fen::new(2).ok());
    }

    #[test]
    fn stored_money_is_an_integer_of_fen_and_is_checked_again() {
        stored(&Fen::from_wan("186.00").unwrap(), &json!(186_000_000));
        let bounds = Invalid::OutOfRange {
            min: 0,
            max: 100_000_000_000_000,
        };
        unreadable::<Fen>(json!(-1), &bounds);
        unreadable::<Fen>(json!(100_000_000_000_001_i64), &bounds);
        assert!(serde_json::from_value::<Fen>(json!(1.5)).is_err());
    }

    proptest! {
        #[test]
        fn amounts_survive_printing(fen in 0..=Fen::MAX.0) {
            let fen = Fen::new(fen).unwrap();
            prop_assert_eq!(Fen::from_wan(&fen.to_wan()), Ok(fen));
        }

        #[test]
        fn whole_hundreds_of_yuan_print_two_decimals(hundreds in 0_i64..=Fen::MAX.0 / 10_000) {
            let wan = Fen::new(hundreds * 10_000).unwrap().to_wan();
            prop_assert_eq!(wan.split_once('.').unwrap().1.len(), 2);
        }
    }
}
