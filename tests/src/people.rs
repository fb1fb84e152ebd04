//! Units and people, by number, so that a failing test reads the same every time.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::calendar::{Calendar, CalendarYear};
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{
    Committee, Directory, DirectoryParts, Login, Person, Post, Unit, UnitKind,
};
use xiaohao_core::policy::Policy;
use xiaohao_core::values::{
    CountyCode, Digest, DocumentWord, DocumentWords, PersonId, PersonName, Series, TownshipCode,
    UnitId,
};
use xiaohao_core::{Actor, County, Role};

/// A unit by its number.
pub fn unit(number: u128) -> UnitId {
    UnitId::new(Uuid::from_u128(0x1000 + number)).unwrap()
}

/// A person by his number.
pub fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(0x2000 + number)).unwrap()
}

/// His name in the directory, and wherever else he is named.
pub fn name_of(person: PersonId) -> PersonName {
    let number = Uuid::from(person).as_u128() - 0x2000;
    crate::sample::name(&format!("人员{number}"))
}

/// What looks like his name and is written otherwise.
pub fn namesake_of(person: PersonId) -> String {
    let name = name_of(person);
    let (first, rest) = name.as_str().split_at("人".len());
    format!("{first} {rest}")
}

/// A file by its number; the server holds those below 200.
pub fn file(number: u8) -> Digest {
    Digest::new([number; 32])
}

/// 县安委会.
pub const COMMISSION: u128 = 1;
/// 县安委办.
pub const OFFICE: u128 = 2;
/// 县应急管理局: houses the office and leads committees 3 and 4.
pub const EMERGENCY_BUREAU: u128 = 3;
/// 县消防救援大队: leads the line of the sample hazard.
pub const FIRE_BRIGADE: u128 = 4;
/// 县住建局.
pub const HOUSING_BUREAU: u128 = 5;
/// 消防安全专业委员会.
pub const FIRE_COMMITTEE: u128 = 20;
/// 泷泊镇.
pub const LONGBO: u128 = 30;
/// 五里牌镇.
pub const WULIPAI: u128 = 31;
/// The enterprise that must rectify.
pub const FACTORY: u128 = 40;
/// Another enterprise.
pub const MARKET: u128 = 41;
/// 专家组.
pub const EXPERTS: u128 = 50;
/// 举报受理中心.
pub const INTAKE: u128 = 51;
/// A feeding platform.
pub const PLATFORM: u128 = 52;
/// A construction firm.
pub const CONTRACTOR: u128 = 53;

/// Somebody in a role.
pub fn actor(number: u128, role: Role, of: u128) -> Actor {
    Actor {
        person: person(number),
        role,
        unit: unit(of),
    }
}

/// 县安委办经办人.
pub fn clerk() -> Actor {
    actor(1, Role::OfficeClerk, OFFICE)
}
/// Another 县安委办经办人.
pub fn second_clerk() -> Actor {
    actor(2, Role::OfficeClerk, OFFICE)
}
/// 县安委办审批人.
pub fn approver() -> Actor {
    actor(3, Role::OfficeApprover, OFFICE)
}
/// 县安委会签发人.
pub fn signer() -> Actor {
    actor(4, Role::CommissionSigner, COMMISSION)
}
/// The head of the factory.
pub fn factory() -> Actor {
    actor(5, Role::Unit, FACTORY)
}
/// An officer of the lead unit.
pub fn lead() -> Actor {
    actor(6, Role::Lead, FIRE_BRIGADE)
}
/// An inspector of the lead unit.
pub fn inspector() -> Actor {
    actor(7, Role::Inspector, FIRE_BRIGADE)
}
/// An officer of the township.
pub fn township() -> Actor {
    actor(8, Role::Township, LONGBO)
}
/// Another inspector, of the township.
pub fn town_inspector() -> Actor {
    actor(9, Role::Inspector, LONGBO)
}
/// 举报受理岗.
pub fn intake() -> Actor {
    actor(10, Role::Intake, INTAKE)
}
/// A feeding platform.
pub fn platform() -> Actor {
    actor(11, Role::Platform, PLATFORM)
}
/// 工作专班.
pub fn auditor() -> Actor {
    actor(12, Role::Auditor, COMMISSION)
}
/// The public.
pub fn public() -> Actor {
    actor(13, Role::Public, INTAKE)
}
/// The head of another enterprise.
pub fn market() -> Actor {
    actor(14, Role::Unit, MARKET)
}
/// An inspector of another line.
pub fn stranger() -> Actor {
    actor(15, Role::Inspector, HOUSING_BUREAU)
}

/// One person for every role, and some more who stand elsewhere.
pub fn everybody() -> Vec<Actor> {
    vec![
        clerk(),
        second_clerk(),
        approver(),
        signer(),
        factory(),
        lead(),
        inspector(),
        township(),
        town_inspector(),
        intake(),
        platform(),
        auditor(),
        public(),
        market(),
        stranger(),
    ]
}

/// Reads one of the data files under `seeds/`.
pub fn seed(path: &str) -> String {
    let path = format!("{}/../seeds/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// The calendar that is shipped.
pub fn calendar() -> Calendar {
    let years = ["2024", "2025", "2026"].map(|year| -> CalendarYear {
        serde_json::from_str(&seed(&format!("calendar/{year}.json"))).unwrap()
    });
    Calendar::new(years).unwrap()
}

/// A policy that is shipped.
pub fn policy(name: &str) -> Policy {
    serde_json::from_str(&seed(&format!("policy/{name}.json"))).unwrap()
}

/// 双牌县, small, with everybody and those who sit on its teams, each with a login of his own: `inspector-7` for person 7.
pub fn county() -> County {
    let everybody = everybody().into_iter();
    county_with(&everybody.chain(teammates()).collect::<Vec<_>>())
}

/// The same, with these people.
pub fn county_with(people: &[Actor]) -> County {
    let township = |code: &str| TownshipCode::parse(code).unwrap();
    let county = County {
        code: CountyCode::parse("431123").unwrap(),
        name: crate::sample::line("双牌县"),
        commission: unit(COMMISSION),
        office: unit(OFFICE),
        office_host: Some(unit(EMERGENCY_BUREAU)),
        townships: BTreeMap::from([
            (township("431123100"), unit(LONGBO)),
            (township("431123102"), unit(WULIPAI)),
        ]),
        policy: policy("shuangpai"),
        calendar: calendar(),
        words: words(),
        link_days: County::LINK_DAYS,
        directory: Arc::default(),
    };
    let committees = (0..3).map(|number| named(unit(FIRE_COMMITTEE + number), UnitKind::Committee));
    let others = [
        named(unit(EXPERTS), UnitKind::Experts),
        named(unit(CONTRACTOR), UnitKind::Enterprise),
    ];
    let parts = DirectoryParts {
        units: committees.chain(others).collect(),
        ..DirectoryParts::default()
    };
    let directory = directory_with(&county, parts, people);
    County {
        directory: Arc::new(directory),
        ..county
    }
}

/// Those who sit on teams and do nothing else.
fn teammates() -> Vec<Actor> {
    vec![
        actor(61, Role::Inspector, EMERGENCY_BUREAU),
        actor(62, Role::OfficeClerk, OFFICE),
        actor(60, Role::Inspector, EXPERTS),
    ]
}

/// Whom these parts name, the bodies of the county and its townships, and these people with the units for which they act.
pub fn directory_with(county: &County, parts: DirectoryParts, people: &[Actor]) -> Directory {
    let there = parts.units.into_iter().map(|unit| (unit.id, unit));
    let mut units: BTreeMap<_, _> = there.collect();
    let mut is_there = |unit, kind| {
        units.entry(unit).or_insert_with(|| named(unit, kind));
    };
    is_there(county.commission, UnitKind::Commission);
    is_there(county.office, UnitKind::Office);
    if let Some(host) = county.office_host {
        is_there(host, UnitKind::Department);
    }
    for unit in county.townships.values() {
        is_there(*unit, UnitKind::Township);
    }
    for actor in people {
        let kind = if actor.role == Role::Unit {
            UnitKind::Enterprise
        } else {
            UnitKind::Department
        };
        is_there(actor.unit, kind);
    }
    let people = people.iter().enumerate().map(|(number, actor)| Person {
        id: actor.person,
        login: login(number, actor),
        name: name_of(actor.person),
        posts: vec![Post {
            role: actor.role,
            unit: actor.unit,
            from: None,
            until: None,
        }],
    });
    let parts = DirectoryParts {
        units: units.into_values().collect(),
        townships: county.townships.clone(),
        people: people.collect(),
        ..parts
    };
    Directory::new(parts).unwrap()
}

/// The login of somebody by his place among all.
pub fn login(number: usize, of: &Actor) -> Login {
    let login = format!("{}-{}", of.role.code(), number + 1).replace('_', "-");
    Login::parse(&login).unwrap()
}

/// What a unit of the sample is called, on its papers as in the directory; none of those that no paper names.
pub fn called(id: UnitId) -> Option<&'static str> {
    let names = [
        (FIRE_BRIGADE, "县消防救援大队"),
        (HOUSING_BUREAU, "县住建局"),
        (FACTORY, "庚午竹木制品厂（化名）"),
        (MARKET, "辛未农贸市场有限公司"),
        (LONGBO, "泷泊镇"),
        (WULIPAI, "五里牌镇"),
    ];
    let mut names = names.into_iter();
    let found = names.find(|(number, _)| unit(*number) == id);
    found.map(|(_, name)| name)
}

fn named(id: UnitId, kind: UnitKind) -> Unit {
    Unit {
        id,
        code: crate::sample::line(&id.to_string()[24..]),
        name: crate::sample::line(called(id).unwrap_or(kind.name())),
        kind,
        parent: None,
        region: None,
    }
}

/// The data of a county, as its ledger keeps them.
pub fn county_data(county: &County) -> CountyData {
    let read = |path: &str| -> Value { serde_json::from_str(&seed(path)).unwrap() };
    let years = ["2024", "2025", "2026"];
    CountyData {
        code: county.code,
        name: crate::sample::line("双牌县"),
        commission: county.commission,
        office: county.office,
        office_host: county.office_host,
        words: county.words.clone(),
        directory: with_committees(&county.directory),
        policy: read("policy/shuangpai.json"),
        calendar: years
            .map(|year| read(&format!("calendar/{year}.json")))
            .into(),
    }
}

/// The directory in which each committee stands in the plan, led by the unit that leads what the sample lists.
fn with_committees(directory: &Directory) -> Directory {
    let units = directory.units().iter();
    let own = units.filter(|unit| unit.kind == UnitKind::Committee);
    let own = own.filter(|unit| directory.committee(unit.id).is_none());
    let missing = own.zip(1..).map(|(own, seq)| Committee {
        unit: own.id,
        seq,
        seq_in_plan: None,
        name_en: crate::sample::line("A committee"),
        lead_unit: unit(FIRE_BRIGADE),
        includes_non_production_accidents: false,
        scope_note: None,
        goals: Vec::new(),
        measures: Vec::new(),
        oddities: Vec::new(),
    });
    let mut parts = DirectoryParts::from(directory.clone());
    parts.committees.extend(missing);
    Directory::new(parts).unwrap()
}

/// The words of the county's documents (文号代字).
fn words() -> DocumentWords {
    let words = [
        (Series::AssignmentOrder, "双安交"),
        (Series::SupervisionOrder, "双安督"),
        (Series::VerificationOpinion, "双安验"),
        (Series::ExtensionOpinion, "双安延"),
        (Series::StrikeOffSheet, "双安销"),
        (Series::TransferLetter, "双安移"),
        (Series::EscalationLetter, "双安函"),
        (Series::OfficeCircular, "双安办通"),
        (Series::CommissionCircular, "双安通"),
    ];
    let words = words.map(|(series, word)| (series, DocumentWord::new(word).unwrap()));
    DocumentWords::new(words.into()).unwrap()
}
