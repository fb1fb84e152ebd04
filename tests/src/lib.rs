//! The county in which the product is tried: its offices, its people, and one hazard's case on a desk.

pub mod answered;
pub mod as_input;
mod blank;
mod calendar;
pub mod case;
pub mod crowd;
pub mod diary;
pub mod examiner;
pub mod example;
mod fitting;
pub mod issuer;
pub mod life;
pub mod load;
pub mod office;
pub mod page;
pub mod paper;
pub mod people;
pub mod place;
pub mod postgres;
pub mod sample;
pub mod watched;
pub mod wire;

pub use calendar::{lay_out_county, put_calendar};
pub use case::Case;
pub use office::Office;
pub use paper::Sheet;
pub use people::*;

use chrono::NaiveDate;
use std::sync::Arc;
use xiaohao_ledger::Salts;
use xiaohao_log::{KeyName, LogSigner, Salt};

/// Always the same salt, so that what is done twice is recorded alike.
pub fn salts() -> Salts {
    Arc::new(|| Salt::new(*b"a salt of a test"))
}

/// Who signs the log of the county.
pub fn log_signer() -> LogSigner {
    let name = KeyName::new("aq.example.gov.cn/431123").unwrap();
    LogSigner::from_seed(name, &[7; 32])
}

/// A date written `2026-11-20`.
pub fn date(text: &str) -> NaiveDate {
    text.parse()
        .unwrap_or_else(|error| panic!("{text} is no date: {error}"))
}
