//! How dates are written for people.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// Prints 2026年11月4日: Arabic digits without leading zeros (GB/T 9704-2012).
pub struct InChinese(pub NaiveDate);

impl fmt::Display for InChinese {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let InChinese(on) = self;
        write!(f, "{}年{}月{}日", on.year(), on.month(), on.day())
    }
}
