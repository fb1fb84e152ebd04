//! The files of a county, read as far as they can be: what is wrong in all of them is found at once.

use super::document;
use super::form::{Form, list, object, otherwise};
use super::forms::{
    COMMITTEE, COUNTY_CODE, ID, NAME, PERSON, REGION, SHIPPED_POLICY, TOWNSHIP, UNIT, WORDS,
};
use super::time_limits::{calendar, named_policy, policy};
use super::{shipped_calendar, shipped_policy};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use xiaohao_core::county_data::{CountyData, DataFile, Draft, Editions, Flaw, Listed, Place};
use xiaohao_core::directory::{Directory, DirectoryParts};
use xiaohao_core::policy::Policy;
use xiaohao_core::values::{CountyCode, DocumentWords, TownshipCode, UnitId};

/// What was read of the files of a county.
#[derive(Debug)]
pub struct CountyFiles {
    /// Who there is and in which posts, as far as that can be read.
    draft: Draft,
    words: Option<DocumentWords>,
    policy: Option<Value>,
    calendar: Option<Vec<Value>>,
    /// Whether the time limits are those of the program that the county names.
    is_shipped: bool,
    /// What cannot be read.
    unread: Vec<Flaw>,
}

/// Files of which no county is made: everything that is wrong in them, in the order of the files and of the places in them.
#[derive(Debug, thiserror::Error)]
pub struct Flawed(Vec<Flaw>);

impl Flawed {
    /// What is wrong, each with its place.
    #[must_use]
    pub fn flaws(&self) -> &[Flaw] {
        &self.0
    }
}

impl fmt::Display for Flawed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("资料文件有误，什么都没有登记。")?;
        for flaw in &self.0 {
            write!(f, "\n{flaw}")?;
        }
        let many = self.0.len();
        write!(
            f,
            "\n共{many}处。请在资料文件中改正后重新登记；各个字段怎么写，见docs/county-data.md。"
        )
    }
}

#[derive(Deserialize)]
struct TownshipFile {
    code: TownshipCode,
    unit: UnitId,
}

impl CountyFiles {
    /// Reads the files that `find` finds: the text of one, or what is wrong with it; none where there is no such file.
    pub(super) fn read(find: impl Fn(DataFile) -> Result<Option<String>, String>) -> Self {
        let mut unread = Vec::new();
        let mut draft = Draft::default();
        let county = needed(
            &find,
            DataFile::County,
            "写明本县的单位、乡镇、文号代字和时限表",
            &mut unread,
        );
        let whole = Place::whole(DataFile::County);
        let county = county
            .as_ref()
            .and_then(|county| object(county, &whole, &mut unread));
        let mut words = None;
        let mut shipped: Option<String> = None;
        if let Some(county) = county {
            words = header(county, &mut draft, &mut unread);
            shipped = field(county, "policy", &SHIPPED_POLICY, &mut unread);
        }
        let holds = "写明专委会及其牵头责任单位、工作目标和措施，没有专委会的写[]";
        let committees = needed(&find, DataFile::Committees, holds, &mut unread);
        let whole = Place::whole(DataFile::Committees);
        draft.committees = listed(committees.as_ref(), &COMMITTEE, &whole, &mut unread);
        let holds = "写明登录人员及其岗位";
        let people = needed(&find, DataFile::People, holds, &mut unread);
        let whole = Place::whole(DataFile::People);
        draft.people = listed(people.as_ref(), &PERSON, &whole, &mut unread);
        let found = optional(&find, DataFile::Policy, &mut unread);
        let is_shipped = matches!(found, Found::Nowhere);
        let policy = match found {
            Found::Document(own) => policy(own, &mut unread),
            Found::Unreadable => None,
            Found::Nowhere => shipped.and_then(|name| named_policy(&name, &mut unread)),
        };
        draft.policy = policy
            .as_ref()
            .and_then(|own| Policy::deserialize(own).ok());
        let calendar = match optional(&find, DataFile::Calendar, &mut unread) {
            Found::Document(own) => calendar(&own, &mut unread),
            Found::Unreadable => None,
            Found::Nowhere => shipped_calendar().ok(),
        };
        Self {
            draft,
            words,
            policy,
            calendar,
            is_shipped,
            unread,
        }
    }

    /// Which county it is, where that can be read.
    #[must_use]
    pub fn code(&self) -> Option<CountyCode> {
        self.draft.code
    }

    /// The data of the county, to be entered on this day after those that the ledger has.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn judged(self, before: Option<&CountyData>, on: NaiveDate) -> Result<CountyData, Flawed> {
        let mut flaws = self.draft.flaws_since(before, on);
        flaws.extend(before.into_iter().flat_map(|before| self.against(before)));
        flaws.extend(self.unread.iter().cloned());
        flaws.sort();
        if !flaws.is_empty() {
            return Err(Flawed(flaws));
        }
        // What is demanded here was demanded above: whatever comes now is told without its place.
        self.data().map_err(|what| {
            let place = Place::whole(DataFile::County);
            Flawed(vec![Flaw::new(place, what)])
        })
    }

    /// What goes against what the ledger has.
    fn against(&self, before: &CountyData) -> Vec<Flaw> {
        let Some(calendar) = &self.calendar else {
            return Vec::new();
        };
        let forgotten = self.forgotten(before);
        let editions = Editions {
            words: self.words.as_ref(),
            // Of what is not there nothing else is wrong.
            policy: self.policy.as_ref().filter(|_| forgotten.is_none()),
            calendar,
        };
        let mut flaws = editions.flaws_against(before);
        flaws.extend(forgotten);
        flaws
    }

    /// That the county has time limits of its own, and none were found in the folder. Those that are shipped may have gone on since.
    fn forgotten(&self, before: &CountyData) -> Option<Flaw> {
        let own = Policy::deserialize(&before.policy).ok()?;
        let reference = own.reference();
        let shipped = shipped_policy(&reference.id.to_string());
        let shipped = shipped.and_then(|text| serde_json::from_str::<Policy>(text).ok());
        let is_shipped = shipped.is_some_and(|shipped| {
            shipped.reference().revision > reference.revision || shipped == own
        });
        if !self.is_shipped || is_shipped {
            return None;
        }
        let what = format!(
            "文件夹里没有这个文件，而台账现行的是本县自己的时限表{reference}，请补上。改用程序自带的时限表的，也请把它放入这个文件。"
        );
        Some(Flaw::new(Place::whole(DataFile::Policy), what))
    }

    fn data(self) -> Result<CountyData, String> {
        let lacks = || "资料不完整，请对照docs/county-data.md补齐。".to_owned();
        let draft = self.draft;
        let directory = Directory::new(DirectoryParts {
            units: all(draft.units),
            committees: all(draft.committees),
            townships: BTreeMap::from_iter(all(draft.townships)),
            people: all(draft.people),
            regions: all(draft.regions),
        });
        let data = CountyData {
            code: draft.code.ok_or_else(lacks)?,
            name: draft.name.ok_or_else(lacks)?,
            commission: draft.commission.ok_or_else(lacks)?,
            office: draft.office.ok_or_else(lacks)?,
            office_host: draft.office_host,
            words: self.words.ok_or_else(lacks)?,
            directory: directory.map_err(|why| why.to_string())?,
            policy: self.policy.ok_or_else(lacks)?,
            calendar: self.calendar.ok_or_else(lacks)?,
        };
        data.county().map_err(|why| why.to_string())?;
        Ok(data)
    }
}

fn all<T>(listed: Listed<T>) -> Vec<T> {
    listed.items.into_iter().map(|(_, item)| item).collect()
}

/// What there is of a file that may be missing.
enum Found {
    Document(Value),
    Unreadable,
    Nowhere,
}

fn optional(
    find: &impl Fn(DataFile) -> Result<Option<String>, String>,
    file: DataFile,
    unread: &mut Vec<Flaw>,
) -> Found {
    let read = match find(file) {
        Ok(None) => return Found::Nowhere,
        Ok(Some(text)) => document::read(&text),
        Err(what) => Err(what),
    };
    match read {
        Ok(document) => Found::Document(document),
        Err(what) => {
            let place = Place::whole(file);
            unread.push(Flaw::new(place, what));
            Found::Unreadable
        }
    }
}

fn needed(
    find: &impl Fn(DataFile) -> Result<Option<String>, String>,
    file: DataFile,
    holds: &str,
    unread: &mut Vec<Flaw>,
) -> Option<Value> {
    match optional(find, file, unread) {
        Found::Document(document) => Some(document),
        Found::Unreadable => None,
        Found::Nowhere => {
            let place = Place::whole(file);
            let what = format!("文件夹里没有这个文件，它{holds}，请补上。");
            unread.push(Flaw::new(place, what));
            None
        }
    }
}

/// A field that `county.json` must have, and where it stands.
fn given<'c>(
    county: &'c Map<String, Value>,
    name: &str,
    unread: &mut Vec<Flaw>,
) -> (Place, Option<&'c Value>) {
    let place = Place::whole(DataFile::County).field(name);
    let value = county.get(name);
    if value.is_none() {
        let what = format!("缺少字段{name}，请补上。");
        unread.push(Flaw::new(place.clone(), what));
    }
    (place, value)
}

/// The value of a field of `county.json` that looks so.
fn field<T: DeserializeOwned>(
    county: &Map<String, Value>,
    name: &str,
    form: &Form,
    unread: &mut Vec<Flaw>,
) -> Option<T> {
    let (place, value) = given(county, name, unread);
    let value = value?;
    let holds = form.holds(value, &place, unread);
    holds.then(|| serde_json::from_value(value.clone()).ok())?
}

/// The fields of `county.json`.
const FIELDS: &[&str] = &[
    "code",
    "name",
    "commission",
    "office",
    "office_host",
    "policy",
    "words",
    "regions",
    "townships",
    "units",
];

/// Takes what `county.json` says into the draft; the answer is the words of its papers.
fn header(
    county: &Map<String, Value>,
    draft: &mut Draft,
    unread: &mut Vec<Flaw>,
) -> Option<DocumentWords> {
    let whole = Place::whole(DataFile::County);
    for name in county
        .keys()
        .filter(|name| !FIELDS.contains(&name.as_str()))
    {
        let place = whole.clone().field(name);
        let what = format!(
            "没有这个字段，请改正或者删去；这里可以写的字段是{}。",
            FIELDS.join("、")
        );
        unread.push(Flaw::new(place, what));
    }
    draft.code = field(county, "code", &COUNTY_CODE, unread);
    draft.name = field(county, "name", &NAME, unread);
    draft.commission = field(county, "commission", &ID, unread);
    draft.office = field(county, "office", &ID, unread);
    if county
        .get("office_host")
        .is_some_and(|host| !host.is_null())
    {
        draft.office_host = field(county, "office_host", &ID, unread);
    }
    if county.contains_key("regions") {
        draft.regions = list_of(county, "regions", &REGION, unread);
    } else {
        draft.regions.is_whole = true;
    }
    let townships: Listed<TownshipFile> = list_of(county, "townships", &TOWNSHIP, unread);
    let items = townships.items.into_iter();
    draft.townships = Listed {
        items: items.map(|(at, own)| (at, (own.code, own.unit))).collect(),
        is_whole: townships.is_whole,
    };
    draft.units = list_of(county, "units", &UNIT, unread);
    words_of(county, unread)
}

/// The items of a list of `county.json` that can be read.
fn list_of<T: DeserializeOwned>(
    county: &Map<String, Value>,
    name: &str,
    form: &Form,
    unread: &mut Vec<Flaw>,
) -> Listed<T> {
    let (place, value) = given(county, name, unread);
    listed(value, form, &place, unread)
}

/// The items of a list that can be read; nothing of none, which is told by whoever looks for it.
fn listed<T: DeserializeOwned>(
    value: Option<&Value>,
    form: &Form,
    place: &Place,
    unread: &mut Vec<Flaw>,
) -> Listed<T> {
    let Some(value) = value else {
        return Listed::default();
    };
    let before = unread.len();
    let mut items = Vec::new();
    for (at, item) in list(value, place, unread).iter().enumerate() {
        let place = place.clone().item(at);
        if form.holds(item, &place, unread) {
            match serde_json::from_value(item.clone()) {
                Ok(item) => items.push((at, item)),
                Err(_) => unread.push(otherwise(place)),
            }
        }
    }
    let is_whole = unread.len() == before;
    Listed { items, is_whole }
}

/// 文号代字: one for each series, each another.
fn words_of(county: &Map<String, Value>, unread: &mut Vec<Flaw>) -> Option<DocumentWords> {
    let place = Place::whole(DataFile::County).field("words");
    let Some(words) = county.get("words") else {
        let what = "缺少字段words（文号代字），请补上。".to_owned();
        unread.push(Flaw::new(place, what));
        return None;
    };
    if !Form::Object(WORDS).holds(words, &place, unread) {
        return None;
    }
    let read = DocumentWords::deserialize(words).ok();
    if read.is_none() {
        let what = "有两种文书用了同一个代字，编出的文号分不清。每种文书各用一个代字。".to_owned();
        unread.push(Flaw::new(place, what));
    }
    read
}
