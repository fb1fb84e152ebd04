//! The data that is shipped inside the program, and the files from which a county is made.

mod county_files;
mod document;
mod form;
mod forms;
mod time_limits;

pub use county_files::{CountyFiles, Flawed};

use crate::clock;
use crate::history::History;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use xiaohao_core::county_data::{CountyData, DataFile};
use xiaohao_core::county_day;
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

const POLICIES: &[(&str, &str)] = &[
    (
        "shuangpai",
        include_str!("../../../seeds/policy/shuangpai.json"),
    ),
    (
        "qingdao",
        include_str!("../../../seeds/policy/qingdao.json"),
    ),
    ("hubei", include_str!("../../../seeds/policy/hubei.json")),
];

/// The files of the county that is shipped.
const SHUANGPAI: &[(&str, &str)] = &[
    (
        "county.json",
        include_str!("../../../seeds/county/shuangpai/county.json"),
    ),
    (
        "committees.json",
        include_str!("../../../seeds/county/shuangpai/committees.json"),
    ),
    (
        "people.json",
        include_str!("../../../seeds/county/shuangpai/people.json"),
    ),
];

/// What was done in the county that is shipped.
const HISTORY: &str = include_str!("../../../seeds/county/shuangpai/history.json");

/// A data file that the program cannot use.
#[derive(Debug, thiserror::Error)]
pub enum BrokenSeed {
    /// One file is not of the form.
    #[error("{file} is not as it should be, at {at}")]
    File {
        /// Its path.
        file: String,
        /// Where in it: the field, by the way to it.
        at: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// The files of the county that is shipped make none.
    #[error(transparent)]
    County(#[from] Flawed),
}

fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, BrokenSeed> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader);
    let read = read.map_err(|error| (error.path().to_string(), error.into_inner()));
    let read = read.and_then(|read| match reader.end() {
        Ok(()) => Ok(read),
        Err(error) => Err(("its end".to_owned(), error)),
    });
    read.map_err(|(at, source)| BrokenSeed::File {
        file: file.to_owned(),
        at: if at == "." {
            "its beginning".to_owned()
        } else {
            at
        },
        source,
    })
}

/// What clients may look up beside the county's own time limits and working days: the time limits that are shipped.
///
/// # Errors
/// [`BrokenSeed`] names the file that is not as it should be.
pub fn reference() -> Result<Reference, BrokenSeed> {
    let shipped = POLICIES
        .iter()
        .map(|(file, text)| Ok(((*file).to_owned(), parsed::<Policy>(file, text)?)));
    let policies = shipped.collect::<Result<BTreeMap<_, _>, BrokenSeed>>()?;
    Ok(Reference { policies })
}

/// The county that is shipped: 双牌县.
///
/// # Errors
/// [`BrokenSeed`] names the file that is not as it should be.
pub fn shuangpai() -> Result<CountyData, BrokenSeed> {
    let files = CountyFiles::read(|file| {
        let found = SHUANGPAI.iter().find(|(name, _)| *name == file.name());
        Ok(found.map(|(_, text)| (*text).to_owned()))
    });
    Ok(files.judged(None, county_day(clock::now()))?)
}

/// What was done in the county that is shipped: thirty hazards, in every stage.
///
/// # Errors
/// [`BrokenSeed`] where the file is not as it should be.
pub fn shuangpai_history() -> Result<History, BrokenSeed> {
    parsed("county/shuangpai/history.json", HISTORY)
}

/// The files of a county that lie in a folder: `county.json`, `committees.json`, `people.json`, and where it has its own,
/// `policy.json` and `calendar.json` (a list of years).
#[must_use]
pub fn files_in(folder: &Path) -> CountyFiles {
    CountyFiles::read(
        |file: DataFile| match fs::read_to_string(folder.join(file.name())) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err("文件不是UTF-8编码，请另存为UTF-8编码，带不带BOM都可以。".to_owned())
            }
            Err(error) => Err(format!("文件打不开（{error}），请检查文件的权限。")),
        },
    )
}

/// The time limits that are shipped under this name.
fn shipped_policy(name: &str) -> Option<&'static str> {
    let found = POLICIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

/// The years that are shipped.
fn shipped_calendar() -> Result<Vec<Value>, BrokenSeed> {
    let years = CALENDAR.iter().map(|(file, text)| parsed(file, text));
    years.collect()
}
