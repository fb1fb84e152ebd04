//! The county in which the product is tried: its offices, its people, and one hazard's case on a desk.

pub mod case;
mod fitting;
pub mod office;
pub mod paper;
pub mod people;
pub mod postgres;
pub mod replay;
pub mod sample;

pub use case::Case;
pub use office::Office;
pub use paper::Sheet;
pub use people::*;

use chrono::NaiveDate;

/// A date written `2026-11-20`.
pub fn date(text: &str) -> NaiveDate {
    text.parse()
        .unwrap_or_else(|error| panic!("{text} is no date: {error}"))
}
