//! When a standard is in force.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Invalid;

/// A period of days, both ends included; without `until` it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Period", into = "Period")]
pub struct Validity {
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl Validity {
    /// From the first to the last day.
    ///
    /// # Errors
    /// `EndsBeforeStart`.
    pub fn new(from: NaiveDate, until: Option<NaiveDate>) -> Result<Self, Invalid> {
        if until.is_some_and(|until| until < from) {
            return Err(Invalid::EndsBeforeStart);
        }
        Ok(Self { from, until })
    }

    /// Whether the day is in the period.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// The first day.
    #[must_use]
    pub fn from(self) -> NaiveDate {
        self.from
    }

    /// The last day, if one is known.
    #[must_use]
    pub fn until(self) -> Option<NaiveDate> {
        self.until
    }
}

/// The stored form of [`Validity`], before it is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    from: NaiveDate,
    until: Option<NaiveDate>,
}

impl TryFrom<Period> for Validity {
    type Error = Invalid;

    fn try_from(period: Period) -> Result<Self, Invalid> {
        Self::new(period.from, period.until)
    }
}

impl From<Validity> for Period {
    fn from(validity: Validity) -> Self {
        Self {
            from: validity.from,
            until: validity.until,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn check(until: Option<&str>, on: &str, is_in_force: bool) {
        let validity = Validity::new(day("2023-05-15"), until.map(day)).unwrap();
        assert_eq!(validity.contains(day(on)), is_in_force, "{until:?} {on}");
    }

    #[test]
    fn both_ends_are_in_force() {
        check(None, "2023-05-14", false);
        check(None, "2023-05-15", true);
        check(None, "2099-01-01", true);
        check(Some("2026-06-30"), "2026-06-30", true);
        check(Some("2026-06-30"), "2026-07-01", false);
        check(Some("2023-05-15"), "2023-05-15", true);
    }

    #[test]
    fn a_stored_validity_is_checked_again() {
        let validity = Validity::new(day("2023-05-15"), None).unwrap();
        stored(&validity, &json!({"from": "2023-05-15", "until": null}));
        let backwards = json!({"from": "2023-05-15", "until": "2023-05-14"});
        unreadable::<Validity>(backwards, &Invalid::EndsBeforeStart);
    }

    proptest! {
        #[test]
        fn a_period_holds_its_ends_or_is_none(from in 0..50_000_i32, until in 0..50_000_i32) {
            let day = |number| NaiveDate::from_num_days_from_ce_opt(number).unwrap();
            let validity = Validity::new(day(from), Some(day(until)));
            prop_assert_eq!(validity.is_ok(), from <= until);
            if let Ok(validity) = validity {
                prop_assert!(validity.contains(validity.from()));
                prop_assert!(validity.until().is_some_and(|until| validity.contains(until)));
            }
        }
    }
}
