//! What the names of units look like, worked out once for a directory and only when it is asked for.

use super::Unit;
use crate::values::{Name, likeness};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Places of units by what their names look like. It follows from the directory, and is no part of it.
#[derive(Debug, Default)]
pub(super) struct Looks(OnceLock<HashMap<String, Vec<usize>>>);

impl Looks {
    /// The unit whose name looks like this one and is another.
    pub(super) fn twin<'u>(&self, name: &Name, units: &'u [Unit]) -> Option<&'u Unit> {
        let looks = self.0.get_or_init(|| {
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
