//! What is known of a county before anybody has said that it fits together: as its files say it, as far as they can be read.

use super::CountyData;
use crate::directory::{Committee, Person, Region, Unit};
use crate::policy::Policy;
use crate::values::{CountyCode, Name, TownshipCode, UnitId};
use serde::Deserialize;

/// A list of which each item is known by its place. One that cannot be read has left its place empty.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// What could be read, with where it stood.
    pub items: Vec<(usize, T)>,
    /// Whether that is everything that stood there: only then something that is not in it is missing.
    pub is_whole: bool,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            is_whole: false,
        }
    }
}

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        Self {
            items: all.into_iter().enumerate().collect(),
            is_whole: true,
        }
    }
}

/// The data of a county, as far as they can be read.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// 行政区划代码.
    pub code: Option<CountyCode>,
    /// Its name.
    pub name: Option<Name>,
    /// 县安委会.
    pub commission: Option<UnitId>,
    /// 县安委办.
    pub office: Option<UnitId>,
    /// The department that houses the office.
    pub office_host: Option<UnitId>,
    /// 行政区划 above the county.
    pub regions: Listed<Region>,
    /// The township-level areas, each with its unit.
    pub townships: Listed<(TownshipCode, UnitId)>,
    /// 单位.
    pub units: Listed<Unit>,
    /// 专委会.
    pub committees: Listed<Committee>,
    /// 人员.
    pub people: Listed<Person>,
    /// 时限表.
    pub policy: Option<Policy>,
}

impl From<&CountyData> for Draft {
    fn from(data: &CountyData) -> Self {
        let townships = data.directory.townships().iter();
        Self {
            code: Some(data.code),
            name: Some(data.name.clone()),
            commission: Some(data.commission),
            office: Some(data.office),
            office_host: data.office_host,
            regions: data.directory.regions().iter().cloned().collect(),
            townships: townships.map(|(code, unit)| (*code, *unit)).collect(),
            units: data.directory.units().iter().cloned().collect(),
            committees: data.directory.committees().iter().cloned().collect(),
            people: data.directory.people().iter().cloned().collect(),
            policy: Policy::deserialize(&data.policy).ok(),
        }
    }
}
