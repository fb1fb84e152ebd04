//! The data that is shipped inside the program, and the files from which a county is made.

use crate::history::History;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{
    BrokenDirectory, Committee, Directory, DirectoryParts, Person, Region, Unit,
};
use xiaohao_core::policy::Policy;
use xiaohao_core::values::{CountyCode, DocumentWords, Name, TownshipCode, UnitId};
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
    /// One file cannot be read from the disk.
    #[error("cannot read {file}")]
    Missing {
        /// Its path.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// One file is not of the form.
    #[error("{file} is not as it should be")]
    File {
        /// Its path.
        file: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// Units, committees and people do not fit together.
    #[error("the files of the county do not fit together")]
    Directory(#[source] BrokenDirectory),
    /// A county names a policy that is neither in its folder nor shipped.
    #[error(
        "county.json names the policy “{policy}”; put a policy.json beside it, or name one of {known}"
    )]
    NoPolicy {
        /// The name.
        policy: String,
        /// Those that are shipped.
        known: String,
    },
}

fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, BrokenSeed> {
    serde_json::from_str(text).map_err(|source| BrokenSeed::File {
        file: file.to_owned(),
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

/// `county.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountyFile {
    code: CountyCode,
    name: Name,
    commission: UnitId,
    office: UnitId,
    office_host: Option<UnitId>,
    townships: Vec<TownshipFile>,
    words: DocumentWords,
    policy: String,
    units: Vec<Unit>,
    /// 行政区划 that the county lies in.
    #[serde(default)]
    regions: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TownshipFile {
    code: TownshipCode,
    unit: UnitId,
}

/// The county that is shipped: 双牌县.
///
/// # Errors
/// [`BrokenSeed`] names the file that is not as it should be.
pub fn shuangpai() -> Result<CountyData, BrokenSeed> {
    let find = |file: &str| {
        let found = SHUANGPAI.iter().find(|(name, _)| *name == file);
        Ok(found.map(|(_, text)| (*text).to_owned()))
    };
    county(find, &|file| format!("county/shuangpai/{file}"))
}

/// What was done in the county that is shipped: thirty hazards, in every stage.
///
/// # Errors
/// [`BrokenSeed`] where the file is not as it should be.
pub fn shuangpai_history() -> Result<History, BrokenSeed> {
    parsed("county/shuangpai/history.json", HISTORY)
}

/// The county whose files lie in a folder: `county.json`, `committees.json`, `people.json`, and where it has its own,
/// `policy.json` and `calendar.json` (a list of years).
///
/// # Errors
/// [`BrokenSeed`] names the file that is not as it should be.
pub fn county_in(folder: &Path) -> Result<CountyData, BrokenSeed> {
    let path = |name: &str| folder.join(name).display().to_string();
    let find = |name: &str| match fs::read_to_string(path(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BrokenSeed::Missing {
            file: path(name),
            source,
        }),
    };
    county(find, &path)
}

/// The county of the files that `find` finds; `path` says where each of them should be.
fn county(
    find: impl Fn(&str) -> Result<Option<String>, BrokenSeed>,
    path: &dyn Fn(&str) -> String,
) -> Result<CountyData, BrokenSeed> {
    let needed = |file: &str| {
        find(file)?.ok_or_else(|| BrokenSeed::Missing {
            file: path(file),
            source: std::io::ErrorKind::NotFound.into(),
        })
    };
    let county: CountyFile = parsed(&path("county.json"), &needed("county.json")?)?;
    let committees: Vec<Committee> = parsed(&path("committees.json"), &needed("committees.json")?)?;
    let people: Vec<Person> = parsed(&path("people.json"), &needed("people.json")?)?;
    let policy: Value = match find("policy.json")? {
        Some(own) => parsed(&path("policy.json"), &own)?,
        None => parsed("the policy", shipped_policy(&county.policy)?)?,
    };
    let calendar: Vec<Value> = if let Some(own) = find("calendar.json")? {
        parsed(&path("calendar.json"), &own)?
    } else {
        let years = CALENDAR.iter().map(|(file, text)| parsed(file, text));
        years.collect::<Result<_, _>>()?
    };
    let mut townships = BTreeMap::new();
    for TownshipFile { code, unit } in county.townships {
        if townships.insert(code, unit).is_some() {
            let what = format!("the township {code}");
            return Err(BrokenSeed::Directory(BrokenDirectory::Twice { what }));
        }
    }
    let directory = Directory::new(DirectoryParts {
        units: county.units,
        committees,
        townships,
        people,
        regions: county.regions,
    });
    Ok(CountyData {
        code: county.code,
        name: county.name,
        commission: county.commission,
        office: county.office,
        office_host: county.office_host,
        words: county.words,
        directory: directory.map_err(BrokenSeed::Directory)?,
        policy,
        calendar,
    })
}

fn shipped_policy(name: &str) -> Result<&'static str, BrokenSeed> {
    let found = POLICIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let known: Vec<_> = POLICIES.iter().map(|(known, _)| *known).collect();
        BrokenSeed::NoPolicy {
            policy: name.to_owned(),
            known: known.join(", "),
        }
    })
}
