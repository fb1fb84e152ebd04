//! What is demanded of the data of a county when it is entered, and never of what stands in the ledger already.

use super::CountyData;
use crate::directory::UnitKind;
use crate::values::{Invalid, RegionCode, likeness};
use std::collections::{BTreeMap, BTreeSet};

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
    /// A unit belongs to itself, by way of others or without.
    #[error("单位{unit}隶属于它自己（{way}），请改正所填的隶属单位。")]
    WithinItself {
        /// The code of the unit.
        unit: String,
        /// The codes by which it comes back to itself.
        way: String,
    },
    /// The lead unit of a committee is no department, so that no hazard could be listed with it.
    #[error("第{seq}个专委会的牵头责任单位{unit}是{kind}，牵头责任单位必须是县直部门。")]
    LeadIsNoDepartment {
        /// The committee's place in the plan.
        seq: u16,
        /// The code of the unit.
        unit: String,
        /// What it is.
        kind: &'static str,
    },
    /// A place above the county that does not hold it.
    #[error(
        "行政区划{region}不是本县所在的市或者省，上级行政区划中只列本县所在的市和省，各列一次。"
    )]
    RegionElsewhere {
        /// Its code.
        region: RegionCode,
    },
    /// A unit in a place that nobody has named.
    #[error("单位{unit}所在的行政区划{region}不是本县和本县的乡镇，也没有列入上级行政区划。")]
    RegionUnknown {
        /// The code of the unit.
        unit: String,
        /// The code of the place.
        region: RegionCode,
    },
    /// A higher body without a place.
    #[error("上级单位{unit}没有注明行政区划，须填写所在的市或者省的代码。")]
    RegionMissing {
        /// The code of the unit.
        unit: String,
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
        let places = self.directory.regions().iter().map(|region| {
            let whose = format!("行政区划{}的名称", region.code);
            (whose, region.name.as_str(), region.name.flaw())
        });
        let names = std::iter::once(own).chain(units).chain(people);
        let names = names.chain(places).filter_map(flaw);
        let parents = self.within_themselves();
        let leads = self.leads_of_no_department();
        let places = self.misplaced();
        names.chain(parents).chain(leads).chain(places).collect()
    }

    /// The units that belong to themselves; each that comes back to itself is told.
    fn within_themselves(&self) -> impl Iterator<Item = Flaw> {
        let units = self.directory.units();
        units.iter().filter_map(move |unit| {
            let mut way = vec![unit.code.to_string()];
            let mut above = unit.parent;
            for _ in units {
                let next = self.directory.unit(above?)?;
                way.push(next.code.to_string());
                if next.id == unit.id {
                    return Some(Flaw::WithinItself {
                        unit: unit.code.to_string(),
                        way: way.join("→"),
                    });
                }
                above = next.parent;
            }
            None
        })
    }

    fn leads_of_no_department(&self) -> impl Iterator<Item = Flaw> {
        self.directory.committees().iter().filter_map(|committee| {
            let unit = self.directory.unit(committee.lead_unit)?;
            (unit.kind != UnitKind::Department).then(|| Flaw::LeadIsNoDepartment {
                seq: committee.seq,
                unit: unit.code.to_string(),
                kind: unit.kind.name(),
            })
        })
    }

    /// Places that are none of the county's, and units that are nowhere.
    fn misplaced(&self) -> Vec<Flaw> {
        let own = RegionCode::County(self.code);
        let mut seen = BTreeSet::new();
        let regions = self.directory.regions().iter();
        let elsewhere =
            regions.filter(|region| !own.lies_within(region.code) || !seen.insert(region.code));
        let mut flaws: Vec<_> = elsewhere
            .map(|region| Flaw::RegionElsewhere {
                region: region.code,
            })
            .collect();
        let known: BTreeSet<_> = self
            .directory
            .region_tree(self.code, &self.name)
            .all()
            .into_iter()
            .map(|region| region.code)
            .collect();
        for unit in self.directory.units() {
            let code = || unit.code.to_string();
            match unit.region {
                Some(region) if !known.contains(&region) => {
                    let unit = code();
                    flaws.push(Flaw::RegionUnknown { unit, region });
                }
                None if unit.kind == UnitKind::HigherBody => {
                    flaws.push(Flaw::RegionMissing { unit: code() });
                }
                Some(_) | None => {}
            }
        }
        flaws
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
