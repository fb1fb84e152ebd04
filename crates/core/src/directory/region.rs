//! 行政区划: the places that a county lies in and is made of, as a tree.

use super::{Directory, UnitKind};
use crate::values::{CountyCode, Name, RegionCode, UnitId};
use serde::{Deserialize, Serialize};

/// 行政区划: a place by its code and its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// 行政区划代码.
    pub code: RegionCode,
    /// Its name.
    pub name: Name,
}

/// The tree of places of one county: what it lies in, itself, and its townships. It is only as tall as the data of the county say.
#[derive(Clone, Copy, Debug)]
pub struct RegionTree<'d> {
    directory: &'d Directory,
    county: CountyCode,
    name: &'d Name,
}

impl Directory {
    /// The tree of places, of a county of this code and this name.
    #[must_use]
    pub fn region_tree<'d>(&'d self, county: CountyCode, name: &'d Name) -> RegionTree<'d> {
        RegionTree {
            directory: self,
            county,
            name,
        }
    }
}

impl RegionTree<'_> {
    /// Every place, what holds others before what it holds.
    #[must_use]
    pub fn all(&self) -> Vec<Region> {
        let mut above: Vec<_> = self.directory.regions().to_vec();
        above.sort_by_key(|region| region.code);
        let own = Region {
            code: RegionCode::County(self.county),
            name: self.name.clone(),
        };
        let townships = self.directory.townships().iter();
        let townships = townships.filter_map(|(code, unit)| {
            let name = self.directory.unit(*unit)?.name.clone();
            let code = RegionCode::Township(*code);
            Some(Region { code, name })
        });
        above.into_iter().chain([own]).chain(townships).collect()
    }

    /// The place of this code, where the data of the county know it.
    #[must_use]
    pub fn find(&self, code: RegionCode) -> Option<Region> {
        let name = match code {
            RegionCode::Province(_) | RegionCode::City(_) => {
                let mut above = self.directory.regions().iter();
                above
                    .find(|region| region.code == code)
                    .map(|region| &region.name)
            }
            RegionCode::County(county) => (county == self.county).then_some(self.name),
            RegionCode::Township(township) => {
                let unit = self.directory.townships().get(&township)?;
                self.directory.unit(*unit).map(|unit| &unit.name)
            }
        };
        let name = name?.clone();
        Some(Region { code, name })
    }

    /// The place that this one lies in, the nearest that is known.
    #[must_use]
    pub fn above(&self, code: RegionCode) -> Option<Region> {
        holder(code, &self.all()).cloned()
    }

    /// The places that lie in this one, with none between.
    #[must_use]
    pub fn below(&self, code: RegionCode) -> Vec<Region> {
        let all = self.all();
        let below = all
            .iter()
            .filter(|region| holder(region.code, &all).is_some_and(|above| above.code == code));
        below.cloned().collect()
    }

    /// Where a unit is: where the data say, in the township that it is, where the unit is that it belongs to, or in the county.
    #[must_use]
    pub fn of(&self, unit: UnitId) -> Option<Region> {
        let mut next = self.directory.unit(unit);
        let is_above = next.is_some_and(|unit| unit.kind == UnitKind::HigherBody);
        // What belongs to itself in an old ledger belongs to nothing.
        for _ in self.directory.units() {
            let unit = next?;
            let townships = self.directory.townships().iter();
            let mut own = townships.filter(|(_, of)| **of == unit.id);
            let own = own.next().map(|(code, _)| RegionCode::Township(*code));
            if let Some(code) = unit.region.or(own) {
                return self.find(code);
            }
            let parent = unit.parent.and_then(|parent| self.directory.unit(parent));
            next = parent.filter(|parent| parent.kind != UnitKind::HigherBody);
            if next.is_none() {
                break;
            }
        }
        // Where a higher body has its seat nobody has said, and it is not the county.
        let own = RegionCode::County(self.county);
        (!is_above).then(|| self.find(own)).flatten()
    }
}

/// The nearest of these places that another lies in.
fn holder(code: RegionCode, all: &[Region]) -> Option<&Region> {
    let mut holders = all.iter().rev();
    holders.find(|region| code.lies_within(region.code))
}
