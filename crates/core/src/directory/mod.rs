//! 机构与人员: the units, committees, townships and people of a county, as its office keeps them.
//!
//! A rule never rests on a name in here: it rests on ids, which the ledger keeps for ever. Names are for showing, and who
//! holds which post from when to when is for signing in.

mod bodies;
mod committee;
mod person;
mod places;
mod region;
mod unit;

pub use bodies::Bodies;
pub use committee::{Committee, Comparison, Goal, GoalKind, Measure, MeasureTag, NumericTarget};
pub use person::{Login, Person, Post};
pub use region::{Region, RegionTree};
pub use unit::{Unit, UnitKind};

use crate::values::{Name, PersonId, TownshipCode, UnitId};
use places::Places;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The directory of a county; each reference in it leads to something that is there.
///
/// It stands in entries of the ledger, so no further demand is ever made here: `county_data/flaws.rs` makes those of what is
/// entered from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DirectoryParts", into = "DirectoryParts")]
pub struct Directory {
    parts: DirectoryParts,
    places: Places,
}

/// What a directory is made of, and the form in which it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryParts {
    /// 单位, each under a code and an id of its own.
    pub units: Vec<Unit>,
    /// 专委会, in the order of the county's plan.
    pub committees: Vec<Committee>,
    /// The unit of each township-level area.
    pub townships: BTreeMap<TownshipCode, UnitId>,
    /// 人员.
    pub people: Vec<Person>,
    /// 行政区划 above the county, as far as anybody has said them: its city and its province.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
}

/// What does not fit together in a directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenDirectory {
    /// Two things have one id, code, serial number or login.
    #[error("{what} stands twice in the directory")]
    Twice {
        /// Which.
        what: String,
    },
    /// Something refers to a unit that is not there.
    #[error("{what} refers to the unit {unit}, which is not in the directory")]
    NoUnit {
        /// What refers to it.
        what: String,
        /// The unit.
        unit: UnitId,
    },
    /// A unit is of another kind than it is used as.
    #[error("{what} must be a unit of the kind {kind}")]
    WrongKind {
        /// What is used so.
        what: String,
        /// The kind it must have.
        kind: UnitKind,
    },
}

impl Directory {
    /// Takes the parts together.
    ///
    /// # Errors
    /// [`BrokenDirectory`] for the first thing that does not fit.
    pub fn new(parts: DirectoryParts) -> Result<Self, BrokenDirectory> {
        once(
            parts
                .units
                .iter()
                .map(|unit| format!("the unit {}", unit.id)),
        )?;
        once(
            parts
                .units
                .iter()
                .map(|unit| format!("the unit code {}", unit.code)),
        )?;
        once(
            parts
                .committees
                .iter()
                .map(|own| format!("the committee number {}", own.seq)),
        )?;
        once(
            parts
                .people
                .iter()
                .map(|person| format!("the person {}", person.id)),
        )?;
        once(
            parts
                .people
                .iter()
                .filter(|person| !person.login.is_erased())
                .map(|person| format!("the login {}", person.login)),
        )?;
        let places = Places::of(&parts);
        let directory = Self { parts, places };
        for unit in directory.units() {
            if let Some(parent) = unit.parent {
                directory.known(format!("the unit {}", unit.code), parent)?;
            }
        }
        for committee in directory.committees() {
            let what = format!("committee {}", committee.seq);
            let unit = directory.known(what.clone(), committee.unit)?;
            is_of(unit, UnitKind::Committee, &what)?;
            directory.known(what, committee.lead_unit)?;
        }
        for (code, unit) in directory.townships() {
            let what = format!("township {code}");
            let unit = directory.known(what.clone(), *unit)?;
            is_of(unit, UnitKind::Township, &what)?;
        }
        for person in directory.people() {
            for post in &person.posts {
                directory.known(format!("the person {}", person.login), post.unit)?;
            }
        }
        Ok(directory)
    }

    fn known(&self, what: String, id: UnitId) -> Result<&Unit, BrokenDirectory> {
        self.unit(id)
            .ok_or(BrokenDirectory::NoUnit { what, unit: id })
    }

    /// 单位.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.parts.units
    }

    /// The unit with this id.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units().get(self.place(id)?)
    }

    /// Where among the units of the directory this one stands, for those who list some in that order.
    #[must_use]
    pub fn place(&self, id: UnitId) -> Option<usize> {
        self.places.of_unit(id)
    }

    /// What the unit with this id is called, where that is not this name; nothing of one that is not here. The commission and its
    /// office are called so in short by everybody, and there is one of each.
    #[must_use]
    pub fn other_name(&self, id: UnitId, name: &Name) -> Option<&Name> {
        let unit = self.unit(id)?;
        (!unit.is_called(name)).then_some(&unit.name)
    }

    /// The unit that is called so and is no enterprise.
    #[must_use]
    pub fn authority(&self, name: &Name) -> Option<&Unit> {
        let mut units = self.units().iter();
        units.find(|unit| unit.kind != UnitKind::Enterprise && unit.is_called(name))
    }

    /// Another unit that has the same name as one that is not here.
    #[must_use]
    pub fn namesake(&self, id: UnitId, name: &Name) -> Option<&Unit> {
        let mut units = self.units().iter();
        let is_unknown = self.unit(id).is_none();
        units.find(|unit| is_unknown && unit.name == *name)
    }

    /// A unit whose name looks like this one and is written otherwise.
    #[must_use]
    pub fn unit_that_looks_like(&self, name: &Name) -> Option<&Unit> {
        self.places.twin(name, self.units())
    }

    /// 专委会, in the order of the county's plan.
    #[must_use]
    pub fn committees(&self) -> &[Committee] {
        &self.parts.committees
    }

    /// The committee that is this unit.
    #[must_use]
    pub fn committee(&self, unit: UnitId) -> Option<&Committee> {
        self.committees().iter().find(|own| own.unit == unit)
    }

    /// The unit of each township-level area.
    #[must_use]
    pub fn townships(&self) -> &BTreeMap<TownshipCode, UnitId> {
        &self.parts.townships
    }

    /// 行政区划 above the county.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.parts.regions
    }

    /// 人员.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.parts.people
    }

    /// The person with this id.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people().get(self.places.of_person(id)?)
    }
}

fn once(mut all: impl Iterator<Item = String>) -> Result<(), BrokenDirectory> {
    let mut seen = BTreeSet::new();
    match all.find(|one| !seen.insert(one.clone())) {
        Some(what) => Err(BrokenDirectory::Twice { what }),
        None => Ok(()),
    }
}

fn is_of(unit: &Unit, kind: UnitKind, what: &str) -> Result<(), BrokenDirectory> {
    if unit.kind == kind {
        return Ok(());
    }
    let what = what.to_owned();
    Err(BrokenDirectory::WrongKind { what, kind })
}

impl TryFrom<DirectoryParts> for Directory {
    type Error = BrokenDirectory;

    fn try_from(parts: DirectoryParts) -> Result<Self, BrokenDirectory> {
        Self::new(parts)
    }
}

impl From<Directory> for DirectoryParts {
    fn from(directory: Directory) -> Self {
        directory.parts
    }
}
