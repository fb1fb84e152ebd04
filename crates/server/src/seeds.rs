//! The data that is shipped inside the program, and the files from which a county is made.

use crate::history::History;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use xiaohao_core::calendar::CalendarYear;
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
    /// One file is not there.
    #[error("there is no {file}: it says {holds}, see docs/county-data.md")]
    NotThere {
        /// Its path.
        file: String,
        /// What it must hold.
        holds: &'static str,
    },
    /// One file is in another encoding.
    #[error("{file} is no UTF-8: save it as “UTF-8”; a mark at its beginning (BOM) does no harm")]
    Encoding {
        /// Its path.
        file: String,
    },
    /// One file is not of the form.
    #[error("{file} is not as it should be, at {at}{}", wanted(source))]
    File {
        /// Its path.
        file: String,
        /// Where in it: the field, by the way to it.
        at: String,
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

/// What is wanted instead of what cannot be read as a date.
fn wanted(error: &serde_json::Error) -> &'static str {
    let told = error.to_string();
    let of_dates = [
        "input is out of range",
        "no possible date",
        "input is not enough",
        "input contains invalid characters",
        "premature end of input",
        "trailing input",
    ];
    if of_dates.iter().any(|begin| told.starts_with(begin)) {
        ", which is no date: a day that there is is wanted, written as 2026-02-28"
    } else {
        ""
    }
}

fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, BrokenSeed> {
    // Editors of Windows put a mark before the first character.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
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

/// A file that is kept as it stands, once it has been read as what it is: only so is what is wrong in it told with the way to it.
fn as_it_stands<Read: DeserializeOwned, Kept: DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<Kept, BrokenSeed> {
    parsed::<Read>(file, text)?;
    parsed(file, text)
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
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(BrokenSeed::Encoding { file: path(name) })
        }
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
    let needed = |file: &str, holds: &'static str| {
        find(file)?.ok_or_else(|| BrokenSeed::NotThere {
            file: path(file),
            holds,
        })
    };
    let holds = "which county it is, its units, townships, 文号代字 and time limits";
    let county: CountyFile = parsed(&path("county.json"), &needed("county.json", holds)?)?;
    let holds = "the 专委会 with their lead units, goals and measures; `[]` where there is none";
    let committees = needed("committees.json", holds)?;
    let committees: Vec<Committee> = parsed(&path("committees.json"), &committees)?;
    let holds = "who signs in, and in which posts";
    let people: Vec<Person> = parsed(&path("people.json"), &needed("people.json", holds)?)?;
    let policy: Value = if let Some(own) = find("policy.json")? {
        as_it_stands::<Policy, _>(&path("policy.json"), &own)?
    } else {
        parsed("the policy", shipped_policy(&county.policy)?)?
    };
    let calendar: Vec<Value> = if let Some(own) = find("calendar.json")? {
        as_it_stands::<Vec<CalendarYear>, _>(&path("calendar.json"), &own)?
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
