//! Shares of a whole that a duty must reach.

use serde::{Deserialize, Serialize};

use super::PolicyError;

/// A whole percentage, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

/// Which share of the closed hazards is re-inspected (L-LOOK).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LookBackShares {
    /// Of the supervised hazards (挂牌督办).
    pub supervised: Percent,
    /// Of all others.
    pub others: Percent,
}

impl Percent {
    /// The whole.
    const FULL: u8 = 100;

    /// The number, 0 to 100.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// The smallest count out of `total` that reaches this share: 20 % of 7 is 2.
    #[must_use]
    pub fn least_of(self, total: u32) -> u32 {
        let least = (u64::from(total) * u64::from(self.0)).div_ceil(u64::from(Self::FULL));
        // A share of at most the whole is never more than `total`.
        u32::try_from(least).unwrap_or(total)
    }
}

impl TryFrom<u8> for Percent {
    type Error = PolicyError;

    fn try_from(percent: u8) -> Result<Self, PolicyError> {
        if percent > Self::FULL {
            return Err(PolicyError::Percent { percent });
        }
        Ok(Self(percent))
    }
}

impl From<Percent> for u8 {
    fn from(Percent(percent): Percent) -> Self {
        percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_count_is_rounded_up() {
        #[track_caller]
        fn check(percent: u8, total: u32, expected: u32) {
            let percent = Percent::try_from(percent).expect("a percentage");
            assert_eq!(percent.least_of(total), expected);
        }
        check(20, 0, 0);
        check(20, 1, 1);
        check(20, 5, 1);
        check(20, 6, 2);
        check(100, 7, 7);
        check(0, 7, 0);
        check(100, u32::MAX, u32::MAX);
    }

    #[test]
    fn more_than_the_whole_is_refused() {
        assert!(Percent::try_from(101).is_err());
    }
}
