//! What is demanded of the data of a county when it is entered, and never of what stands in the ledger already.
//!
//! Everything is told at once, each with its place in the files: whoever writes them mends them in one go.

use super::draft::Draft;
use super::place::{DataFile, Place};
use super::{CountyData, committees};
use crate::calendar::InChinese;
use crate::directory::{Person, Post, Unit, UnitKind};
use crate::values::{Invalid, PersonId, RegionCode, UnitId, likeness};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Why data is not entered, as whoever keeps the files reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, and what is wanted: a sentence that names it without its place.
    pub what: String,
    /// The name of which it is said: of another name it is another flaw, although the sentence is the same.
    name: Option<String>,
}

impl Flaw {
    /// What is wrong in a place.
    #[must_use]
    pub const fn new(place: Place, what: String) -> Self {
        let name = None;
        Self { place, what, name }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl CountyData {
    /// What is wrong with the data, were all of it entered on this day for the first time.
    #[must_use]
    pub fn flaws(&self, on: NaiveDate) -> Vec<Flaw> {
        Draft::from(self).flaws(on)
    }

    /// What is wrong with the data that was not wrong before: what the ledger has already is not held against whoever enters more.
    #[must_use]
    pub fn flaws_since(&self, before: Option<&Self>, on: NaiveDate) -> Vec<Flaw> {
        Draft::from(self).flaws_since(before, on)
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

/// Whether two posts are the same one, held on the same day.
fn overlap(one: &Post, other: &Post) -> bool {
    let ends_before = |one: &Post, other: &Post| {
        one.until
            .zip(other.from)
            .is_some_and(|(until, from)| until < from)
    };
    let is_same = (one.role, one.unit) == (other.role, other.unit);
    is_same && !ends_before(one, other) && !ends_before(other, one)
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

impl Draft {
    /// What is wrong, were all of it entered on this day for the first time; in the order of the files and of the places in them.
    #[must_use]
    pub fn flaws(&self, on: NaiveDate) -> Vec<Flaw> {
        self.flaws_after(None, on)
    }

    fn flaws_after(&self, before: Option<&CountyData>, on: NaiveDate) -> Vec<Flaw> {
        let mut found = Flaws::of(self, before);
        found.bodies();
        found.places();
        found.units();
        found.townships();
        found.people();
        committees::judge(&mut found);
        if let Some(policy) = self.policy.as_ref().filter(|own| own.valid_from() > on) {
            let place = Place::whole(DataFile::Policy).field("valid_from");
            let from = policy.valid_from();
            let what = format!(
                "时限表自{}起施行，今天是{}，还没有施行的时限表不能使用。请填写已经施行的时限表，新表到施行之日再登记。",
                InChinese(from),
                InChinese(on)
            );
            found.add(place, what);
        }
        found.all.sort();
        found.all
    }

    /// What is wrong that was not wrong before.
    #[must_use]
    pub fn flaws_since(&self, before: Option<&CountyData>, on: NaiveDate) -> Vec<Flaw> {
        // What stands elsewhere in the file than before is still the same.
        let known = before.map(|before| before.flaws(on)).unwrap_or_default();
        let known: BTreeSet<_> = known
            .into_iter()
            .map(|flaw| (flaw.what, flaw.name))
            .collect();
        let mut flaws = self.flaws_after(before, on);
        flaws.retain(|flaw| !known.contains(&(flaw.what.clone(), flaw.name.clone())));
        flaws
    }
}

/// What was found so far.
pub(super) struct Flaws<'d> {
    pub(super) draft: &'d Draft,
    /// What the ledger has already.
    pub(super) before: Option<&'d CountyData>,
    units: BTreeMap<UnitId, &'d Unit>,
    all: Vec<Flaw>,
}

impl<'d> Flaws<'d> {
    fn of(draft: &'d Draft, before: Option<&'d CountyData>) -> Self {
        let units = draft.units.items.iter();
        Self {
            draft,
            before,
            units: units.map(|(_, unit)| (unit.id, unit)).collect(),
            all: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, place: Place, what: String) {
        self.all.push(Flaw::new(place, what));
    }

    /// The unit of this id. That it is not there is told where all units are known.
    pub(super) fn known(&mut self, id: UnitId, place: Place, of: &str) -> Option<&'d Unit> {
        let found = self.units.get(&id).copied();
        if found.is_none() && self.draft.units.is_whole {
            let what = format!("{of}填写的单位{id}不在county.json的units中，请核对id。");
            self.add(place, what);
        }
        found
    }

    /// Likewise, of one kind alone.
    pub(super) fn known_as(&mut self, kind: UnitKind, id: UnitId, place: Place, of: &str) {
        let unit = self.known(id, place.clone(), of);
        if let Some(unit) = unit.filter(|unit| unit.kind != kind) {
            let what = format!(
                "{of}填写的单位{}是{}，应填类别为{}（{}）的单位。",
                unit.code,
                unit.kind.name(),
                kind.code(),
                kind.name()
            );
            self.add(place, what);
        }
    }

    fn name(&mut self, place: Place, whose: &str, name: &str, flaw: Option<Invalid>) {
        if let Some(why) = flaw {
            let mut flaw = Flaw::new(place.field("name"), format!("{whose}：{why}"));
            flaw.name = Some(name.to_owned());
            self.all.push(flaw);
        }
    }

    /// 县安委会, 县安委办 and the department that houses it.
    fn bodies(&mut self) {
        let of = Place::whole(DataFile::County);
        let draft = self.draft;
        if let Some(name) = &draft.name {
            self.name(of.clone(), "县名", name.as_str(), name.flaw());
        }
        for (field, id, kind, called) in [
            (
                "commission",
                draft.commission,
                UnitKind::Commission,
                "县安委会",
            ),
            ("office", draft.office, UnitKind::Office, "县安委办"),
            (
                "office_host",
                draft.office_host,
                UnitKind::Department,
                "县安委办所在部门",
            ),
        ] {
            if let Some(id) = id {
                self.known_as(kind, id, of.clone().field(field), called);
            }
        }
    }

    /// Places that are none of the county's, and units that are nowhere.
    fn places(&mut self) {
        let draft = self.draft;
        for (at, region) in &draft.regions.items {
            let place = Place::whole(DataFile::County).field("regions").item(*at);
            let whose = format!("行政区划{}的名称", region.code);
            self.name(place, &whose, region.name.as_str(), region.name.flaw());
        }
        let Some(code) = draft.code else {
            return;
        };
        let own = RegionCode::County(code);
        let mut known = BTreeSet::from([own]);
        for (at, region) in &draft.regions.items {
            let is_first = known.insert(region.code);
            if !own.lies_within(region.code) || !is_first {
                let place = Place::whole(DataFile::County).field("regions").item(*at);
                let what = format!(
                    "行政区划{}不是本县所在的市或者省，上级行政区划中只列本县所在的市和省，各列一次。",
                    region.code
                );
                self.add(place.field("code"), what);
            }
        }
        let townships = draft.townships.items.iter();
        known.extend(townships.map(|(_, (code, _))| RegionCode::Township(*code)));
        let all_known = draft.regions.is_whole && draft.townships.is_whole;
        for (at, unit) in &draft.units.items {
            let place = Place::whole(DataFile::County).field("units").item(*at);
            let place = place.field("region");
            match unit.region {
                Some(region) if all_known && !known.contains(&region) => {
                    let what = format!(
                        "单位{}所在的行政区划{region}不是本县和本县的乡镇，也没有列入上级行政区划。",
                        unit.code
                    );
                    self.add(place, what);
                }
                None if unit.kind == UnitKind::HigherBody => {
                    let what = format!(
                        "上级单位{}没有注明行政区划，须填写所在的市或者省的代码。",
                        unit.code
                    );
                    self.add(place, what);
                }
                Some(_) | None => {}
            }
        }
    }

    fn units(&mut self) {
        let draft = self.draft;
        let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for (at, unit) in &draft.units.items {
            let code = &unit.code;
            let place = Place::whole(DataFile::County).field("units").item(*at);
            if !ids.insert(unit.id) {
                let what = format!("单位{code}的id前面已经用过，每个单位的id各不相同。");
                self.add(place.clone().field("id"), what);
            }
            if !codes.insert(code) {
                let what = format!("单位代码{code}前面已经用过，每个单位的代码各不相同。");
                self.add(place.clone().field("code"), what);
            }
            let whose = format!("单位{code}的名称");
            self.name(place.clone(), &whose, unit.name.as_str(), unit.name.flaw());
            if let Some(parent) = unit.parent {
                let of = format!("单位{code}的隶属单位");
                self.known(parent, place.clone().field("parent"), &of);
            }
            if let Some(way) = self.way_back(unit) {
                let what = format!("单位{code}隶属于它自己（{way}），请改正所填的隶属单位。");
                self.add(place.field("parent"), what);
            }
        }
    }

    /// The codes by which a unit comes back to itself: it belongs to itself, by way of others or without.
    fn way_back(&self, unit: &Unit) -> Option<String> {
        let mut way = vec![unit.code.to_string()];
        let mut above = unit.parent;
        for _ in &self.units {
            let next = self.units.get(&above?)?;
            way.push(next.code.to_string());
            if next.id == unit.id {
                return Some(way.join("→"));
            }
            above = next.parent;
        }
        None
    }

    /// Each township is one unit, and each unit of that kind one township.
    fn townships(&mut self) {
        let draft = self.draft;
        let (mut codes, mut units) = (BTreeSet::new(), BTreeMap::new());
        for (at, (code, unit)) in &draft.townships.items {
            let place = Place::whole(DataFile::County).field("townships").item(*at);
            if let Some(county) = draft.code.filter(|county| code.county() != *county) {
                let what = format!("乡镇{code}不在本县：乡镇代码应以本县代码{county}开头。");
                self.add(place.clone().field("code"), what);
            }
            if !codes.insert(*code) {
                let what = format!("乡镇代码{code}前面已经用过，每个乡镇列一次。");
                self.add(place.clone().field("code"), what);
            }
            if let Some(other) = units.insert(*unit, *code).filter(|other| other != code) {
                let what =
                    format!("乡镇{code}和乡镇{other}填写了同一个单位，一个单位只有一个乡镇代码。");
                self.add(place.clone().field("unit"), what);
            }
            let of = format!("乡镇{code}");
            self.known_as(UnitKind::Township, *unit, place.field("unit"), &of);
        }
        if !draft.townships.is_whole {
            return;
        }
        for (at, unit) in &draft.units.items {
            if unit.kind == UnitKind::Township && !units.contains_key(&unit.id) {
                let place = Place::whole(DataFile::County).field("units").item(*at);
                let what = format!(
                    "单位{}的类别是TOWNSHIP（{}），但没有列入townships。请在townships中写上它的代码，或者改正类别。",
                    unit.code,
                    unit.kind.name()
                );
                self.add(place, what);
            }
        }
    }

    fn people(&mut self) {
        let draft = self.draft;
        let (mut ids, mut logins) = (BTreeSet::new(), BTreeSet::new());
        for (at, person) in &draft.people.items {
            let login = &person.login;
            let place = Place::whole(DataFile::People).item(*at);
            if person.id == PersonId::OPERATOR {
                let what =
                    format!("人员{login}的id是运行本程序的人专用的，请另用uuidgen生成一个。");
                self.add(place.clone().field("id"), what);
            }
            if !ids.insert(person.id) {
                let what = format!("人员{login}的id前面已经用过，每个人的id各不相同。");
                self.add(place.clone().field("id"), what);
            }
            if !login.is_erased() && !logins.insert(login) {
                let what = format!("登录名{login}前面已经用过，每个人的登录名各不相同。");
                self.add(place.clone().field("login"), what);
            }
            let whose = format!("登录名为{login}的人员的姓名");
            let name = person.name.as_str();
            self.name(place.clone(), &whose, name, person.name.flaw());
            self.posts(person, &place);
        }
    }

    fn posts(&mut self, person: &Person, place: &Place) {
        let login = &person.login;
        for (number, post) in person.posts.iter().enumerate() {
            let place = place.clone().field("posts").item(number);
            let of = format!("人员{login}的岗位{}", post.role.code());
            self.known(post.unit, place.clone().field("unit"), &of);
            let mut former = person.posts.iter().take(number);
            if former.any(|other| overlap(other, post)) {
                let what =
                    format!("{of}与前面的一条是同一单位的同一岗位，任职日期重叠，请合为一条。");
                self.add(place.clone(), what);
            }
            if let (Some(from), Some(until)) = (post.from, post.until)
                && until < from
            {
                let what = format!(
                    "{of}的离任日期{}早于任职日期{}，请核对。",
                    InChinese(until),
                    InChinese(from)
                );
                self.add(place.field("until"), what);
            }
        }
    }
}
