//! Figures that can be checked: a ratio that always shows what it was made of, and the stock that must balance.
//!
//! Rule 23: every percentage is printed with numerator and denominator and shows “—” when the denominator is 0, and
//! opening stock + new + reopened − struck off − deducted = closing stock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A ratio of counts. Its percentage has one decimal, rounded half up, from the totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// How many of them.
    pub numerator: u32,
    /// Of how many.
    pub denominator: u32,
}

impl Ratio {
    /// The percentage in tenths (`556` is 55.6 %); none when the denominator is 0.
    #[must_use]
    pub fn tenths(self) -> Option<u64> {
        let (numerator, denominator) = (u64::from(self.numerator), u64::from(self.denominator));
        // Half up in whole numbers: (2000·n + d) / 2d.
        (2000 * numerator + denominator).checked_div(2 * denominator)
    }

    /// The percentage as printed, `55.6%` or `—`.
    #[must_use]
    pub fn percentage(self) -> String {
        self.tenths().map_or_else(
            || "—".to_owned(),
            |tenths| format!("{}.{}%", tenths / 10, tenths % 10),
        )
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}（{}）",
            self.numerator,
            self.denominator,
            self.percentage()
        )
    }
}

/// 存量: what was on the list, what came, what went. It cannot be made out of balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StockParts", into = "StockParts")]
pub struct Stock(StockParts);

/// The terms of the stock identity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockParts {
    /// 期初存量: open at the end of the day before the period.
    pub opening: u32,
    /// 新增: first listed in the period.
    pub new: u32,
    /// 重新列单: reopened in the period.
    pub reopened: u32,
    /// 销号: struck off in the period.
    pub struck_off: u32,
    /// 核减: left the list otherwise in the period.
    pub deducted: u32,
    /// 期末存量: open at the end of the period.
    pub closing: u32,
}

impl StockParts {
    /// The terms, each under its name.
    #[must_use]
    pub fn terms(self) -> [(&'static str, u32); 6] {
        [
            ("期初存量", self.opening),
            ("新增", self.new),
            ("重新列单", self.reopened),
            ("销号", self.struck_off),
            ("核减", self.deducted),
            ("期末存量", self.closing),
        ]
    }
}

/// The stock does not balance; nothing may be published from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("存量不平衡：期初{opening}＋新增{new}＋重新列单{reopened}－销号{struck_off}－核减{deducted}≠期末{closing}。请核对各项数据后重新统计。",
    opening = .0.opening, new = .0.new, reopened = .0.reopened,
    struck_off = .0.struck_off, deducted = .0.deducted, closing = .0.closing)]
pub struct OutOfBalance(pub StockParts);

impl Stock {
    /// Puts the terms together.
    ///
    /// # Errors
    /// [`OutOfBalance`] when they do not balance.
    pub fn new(parts: StockParts) -> Result<Self, OutOfBalance> {
        let came = u64::from(parts.opening) + u64::from(parts.new) + u64::from(parts.reopened);
        let went =
            u64::from(parts.struck_off) + u64::from(parts.deducted) + u64::from(parts.closing);
        if came == went {
            Ok(Self(parts))
        } else {
            Err(OutOfBalance(parts))
        }
    }

    /// The terms.
    #[must_use]
    pub fn parts(self) -> StockParts {
        self.0
    }
}

impl TryFrom<StockParts> for Stock {
    type Error = OutOfBalance;

    fn try_from(parts: StockParts) -> Result<Self, OutOfBalance> {
        Self::new(parts)
    }
}

impl From<Stock> for StockParts {
    fn from(stock: Stock) -> Self {
        stock.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(numerator: u32, denominator: u32, printed: &str) {
        assert_eq!(
            Ratio {
                numerator,
                denominator
            }
            .to_string(),
            printed
        );
    }

    #[test]
    fn a_percentage_is_rounded_half_up_and_shows_what_it_was_made_of() {
        check(15, 27, "15/27（55.6%）");
        check(72, 182, "72/182（39.6%）");
        // A published provincial figure read 97.28 % for these two; it is not.
        check(137_354, 141_911, "137354/141911（96.8%）");
        check(1, 2000, "1/2000（0.1%）");
        check(1, 2001, "1/2001（0.0%）");
        check(27, 27, "27/27（100.0%）");
        check(0, 27, "0/27（0.0%）");
    }

    #[test]
    fn nothing_out_of_nothing_is_a_dash_never_a_percentage() {
        check(0, 0, "0/0（—）");
        assert_eq!(
            Ratio {
                numerator: 0,
                denominator: 0
            }
            .tenths(),
            None
        );
    }

    proptest! {
        #[test]
        fn tenths_lie_within_half_a_tenth_of_the_quotient(n in 0u32..1_000_000, d in 1u32..1_000_000) {
            let tenths = i128::from(Ratio { numerator: n, denominator: d }.tenths().unwrap());
            let twice_error = 2 * (tenths * i128::from(d) - 1000 * i128::from(n));
            prop_assert!(-i128::from(d) < twice_error && twice_error <= i128::from(d));
        }

        #[test]
        fn a_stock_out_of_balance_cannot_be_made(opening in 0u32..99, new in 0u32..99, reopened in 0u32..9,
                struck_off in 0u32..99, deducted in 0u32..9, closing in 0u32..200) {
            let parts = StockParts { opening, new, reopened, struck_off, deducted, closing };
            let balanced = opening + new + reopened == struck_off + deducted + closing;
            prop_assert_eq!(Stock::new(parts).is_ok(), balanced);
            let read: Result<Stock, _> = serde_json::from_value(serde_json::to_value(parts).unwrap());
            prop_assert_eq!(read.is_ok(), balanced);
        }
    }
}
