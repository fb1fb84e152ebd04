//! The reference data that is shipped inside the program.

use std::collections::BTreeMap;
use xiaohao_core::calendar::{Calendar, CalendarError, CalendarYear};
use xiaohao_core::policy::Policy;
use xiaohao_graphql::Reference;

const CALENDAR: &[(&str, &str)] = &[
    (
        "calendar/2024.json",
        include_str!("../../../seeds/calendar/2024.json"),
    ),
    (
        "calendar/2025.json",
        include_str!("../../../seeds/calendar/2025.json"),
    ),
    (
        "calendar/2026.json",
        include_str!("../../../seeds/calendar/2026.json"),
    ),
];

const OWN_POLICY: &str = "shuangpai";

const POLICIES: &[(&str, &str)] = &[
    (
        OWN_POLICY,
        include_str!("../../../seeds/policy/shuangpai.json"),
    ),
    (
        "qingdao",
        include_str!("../../../seeds/policy/qingdao.json"),
    ),
    ("hubei", include_str!("../../../seeds/policy/hubei.json")),
];

/// A data file that the program cannot use.
#[derive(Debug, thiserror::Error)]
pub enum BrokenSeed {
    /// One file cannot be read.
    #[error("{file} is not as it should be")]
    File {
        /// Its path below `seeds/`.
        file: &'static str,
        /// Why not.
        source: serde_json::Error,
    },
    /// Each year can be read, but they contradict one another.
    #[error("the calendar's years do not fit together")]
    Calendar(#[source] CalendarError),
}

/// Reads what is shipped.
///
/// # Errors
/// [`BrokenSeed`] names the file that is not as it should be.
pub fn reference() -> Result<Reference, BrokenSeed> {
    let year = |(file, text): &(&'static str, &str)| -> Result<CalendarYear, BrokenSeed> {
        serde_json::from_str(text).map_err(|source| BrokenSeed::File { file, source })
    };
    let years = CALENDAR.iter().map(year).collect::<Result<Vec<_>, _>>()?;
    let policy = |(file, text): &(&'static str, &str)| -> Result<(String, Policy), BrokenSeed> {
        let policy =
            serde_json::from_str(text).map_err(|source| BrokenSeed::File { file, source })?;
        Ok(((*file).to_owned(), policy))
    };
    Ok(Reference {
        policies: POLICIES
            .iter()
            .map(policy)
            .collect::<Result<BTreeMap<_, _>, _>>()?,
        own_policy: OWN_POLICY.to_owned(),
        calendar: Calendar::new(years).map_err(BrokenSeed::Calendar)?,
    })
}
