//! Where in a directory somebody or something stands. A county has as many units and people as come to hold hazards, tens of
//! thousands of them, and every act and every line of a page asks for some.

use super::{DirectoryParts, Unit};
use crate::values::{Name, PersonId, UnitId, likeness};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Places by id, and by what a name looks like. They follow from the directory, and are no part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    units: HashMap<UnitId, usize>,
    people: HashMap<PersonId, usize>,
    looks: Looks,
}

impl Places {
    pub(super) fn of(parts: &DirectoryParts) -> Self {
        let units = parts.units.iter().enumerate();
        let people = parts.people.iter().enumerate();
        Self {
            units: units.map(|(place, unit)| (unit.id, place)).collect(),
            people: people.map(|(place, person)| (person.id, place)).collect(),
            looks: Looks::default(),
        }
    }

    pub(super) fn of_unit(&self, id: UnitId) -> Option<usize> {
        self.units.get(&id).copied()
    }

    pub(super) fn of_person(&self, id: PersonId) -> Option<usize> {
        self.people.get(&id).copied()
    }

    /// The unit whose name looks like this one and is another.
    pub(super) fn twin<'u>(&self, name: &Name, units: &'u [Unit]) -> Option<&'u Unit> {
        let looks = self.looks.0.get_or_init(|| {
            let mut looks = HashMap::<String, Vec<usize>>::new();
            for (place, unit) in units.iter().enumerate() {
                let look = likeness(unit.name.as_str());
                looks.entry(look).or_default().push(place);
            }
            looks
        });
        let alike = looks.get(&likeness(name.as_str()))?.iter();
        let mut alike = alike.filter_map(|place| units.get(*place));
        alike.find(|unit| unit.name != *name)
    }
}

/// Places of units by what their names look like, worked out only when it is asked for.
#[derive(Debug, Default)]
struct Looks(OnceLock<HashMap<String, Vec<usize>>>);

impl Clone for Looks {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Looks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Looks {}
