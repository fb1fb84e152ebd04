//! What is demanded of the data of a county when it is entered, and never of what stands in the ledger already.

use super::CountyData;
use crate::values::{Invalid, likeness};
use std::collections::BTreeMap;

/// Why data is not entered, as whoever keeps the files reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Flaw {
    /// A name could not be typed so.
    #[error("{whose}：{why}")]
    Name {
        /// Whose.
        whose: String,
        /// The name.
        name: String,
        /// What is wrong with it, in a sentence.
        why: String,
    },
}

impl CountyData {
    /// What is wrong with the data, were all of it entered today for the first time.
    #[must_use]
    pub fn flaws(&self) -> Vec<Flaw> {
        let own = ("县名".to_owned(), self.name.as_str(), self.name.flaw());
        let units = self.directory.units().iter().map(|unit| {
            let whose = format!("单位{}的名称", unit.code);
            (whose, unit.name.as_str(), unit.name.flaw())
        });
        let people = self.directory.people().iter().map(|person| {
            let whose = format!("登录名为{}的人员的姓名", person.login);
            (whose, person.name.as_str(), person.name.flaw())
        });
        let flaw = |(whose, name, why): (String, &str, Option<Invalid>)| {
            let name = name.to_owned();
            why.map(|why| Flaw::Name {
                whose,
                name,
                why: why.to_string(),
            })
        };
        let names = std::iter::once(own).chain(units).chain(people);
        names.filter_map(flaw).collect()
    }

    /// What is wrong with the data that was not wrong before: what the ledger has already is not held against whoever enters more.
    #[must_use]
    pub fn flaws_since(&self, before: Option<&Self>) -> Vec<Flaw> {
        let known = before.map(Self::flaws).unwrap_or_default();
        let mut flaws = self.flaws();
        flaws.retain(|flaw| !known.contains(flaw));
        flaws
    }

    /// People and units whose names look the same as others', which may be meant so.
    pub(super) fn namesakes(&self) -> impl Iterator<Item = String> {
        let people = self.directory.people().iter();
        let people = people.filter(|person| !person.name.is_not_shown());
        let people =
            people.map(|person| (likeness(person.name.as_str()), person.login.to_string()));
        let units = self.directory.units().iter();
        let units = units.map(|unit| (likeness(unit.name.as_str()), unit.code.to_string()));
        let people = alike(people).into_iter().map(|who| {
            format!("{who} are called the same, or look as if they were: nothing tells them apart on paper")
        });
        let units = alike(units).into_iter().map(|which| {
            format!("the units {which} have the same name, or look as if they had: nothing tells them apart on paper")
        });
        people.chain(units)
    }
}

/// What looks alike, each by what it is known by.
fn alike(looks: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut all = BTreeMap::<String, Vec<String>>::new();
    for (look, known_by) in looks {
        all.entry(look).or_default().push(known_by);
    }
    let several = all.into_values().filter(|known_by| known_by.len() > 1);
    several.map(|known_by| known_by.join(", ")).collect()
}
