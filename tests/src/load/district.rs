//! The county at scale: fourteen committees, twelve lead units and sixteen townships, and whom each hazard belongs to.

use crate::{EXPERTS, actor, approver, clerk, directory_with, sample, unit};
use std::sync::Arc;
use xiaohao_core::directory::{Committee, Directory, DirectoryParts, Unit, UnitKind};
use xiaohao_core::values::{Holder, TownshipCode, UnitId};
use xiaohao_core::{Actor, County, Role};

/// How many 专委会.
pub const COMMITTEES: u32 = 14;
/// How many 牵头责任单位; some lead the line of two committees.
pub const LEAD_UNITS: u32 = 12;
/// How many townships.
pub const TOWNSHIPS: u32 = 16;
/// How many hazards one unit has.
const OF_ONE_HOLDER: u32 = 3;
/// How many such units are in the directory: as many as 120,000 hazards have.
const HOLDERS: u32 = 40_000;

/// Where the numbers of the units begin.
const FIRST_TOWNSHIP: u128 = 100;
const FIRST_COMMITTEE: u128 = 200;
const FIRST_LEAD: u128 = 300;
const FIRST_HOLDER: u128 = 10_000;
/// Where the numbers of the people begin who act for them.
const FIRST_PERSON: u128 = 100_000;

/// The county.
pub fn district() -> County {
    let townships =
        (0..TOWNSHIPS).map(|number| (township(number), unit(FIRST_TOWNSHIP + u128::from(number))));
    let county = County {
        townships: townships.collect(),
        ..crate::county()
    };
    let directory = Arc::new(directory(&county));
    County {
        directory,
        ..county
    }
}

/// Those who act for the office, and an inspector of each lead unit.
pub fn people() -> Vec<Actor> {
    let inspectors = (0..LEAD_UNITS).map(|lead| inspector_of(FIRST_LEAD + u128::from(lead)));
    [clerk(), approver()]
        .into_iter()
        .chain(inspectors)
        .collect()
}

/// The head of a unit that holds hazards.
fn head_of(unit: u128) -> Actor {
    actor(FIRST_PERSON + unit, Role::Unit, unit)
}

fn inspector_of(lead: u128) -> Actor {
    actor(FIRST_PERSON + lead, Role::Inspector, lead)
}

/// Who there is: the committees, and those who sign in.
fn directory(county: &County) -> Directory {
    let committees = (0..COMMITTEES).map(|number| Committee {
        unit: committee(number),
        seq: u16::try_from(number + 1).unwrap(),
        seq_in_plan: None,
        name_en: sample::line("Committee"),
        lead_unit: unit(FIRST_LEAD + u128::from(number % LEAD_UNITS)),
        includes_non_production_accidents: false,
        scope_note: None,
        goals: Vec::new(),
        measures: Vec::new(),
        oddities: Vec::new(),
    });
    let committees: Vec<_> = committees.collect();
    let units = committees.iter().map(|committee| Unit {
        id: committee.unit,
        code: sample::line(&format!("committee-{}", committee.seq)),
        name: sample::line(&format!("第{}专业委员会", committee.seq)),
        kind: UnitKind::Committee,
        parent: None,
        region: None,
    });
    let experts = Unit {
        id: unit(EXPERTS),
        code: sample::line("experts"),
        name: sample::line("专家组"),
        kind: UnitKind::Experts,
        parent: None,
        region: None,
    };
    let holders = (0..HOLDERS).map(|holder| Unit {
        id: unit(FIRST_HOLDER + u128::from(holder)),
        code: sample::line(&format!("holder-{holder}")),
        name: sample::line(&name_of_holder(holder)),
        kind: UnitKind::Enterprise,
        parent: None,
        region: None,
    });
    let parts = DirectoryParts {
        units: units.chain([experts]).chain(holders).collect(),
        committees,
        ..DirectoryParts::default()
    };
    // The ledger holds whoever acts against the directory, so the heads of units are in it too.
    let heads = (0..HOLDERS).map(|holder| head_of(FIRST_HOLDER + u128::from(holder)));
    let everybody: Vec<_> = people().into_iter().chain(heads).collect();
    directory_with(county, parts, &everybody)
}

/// A 专委会 by its number.
pub fn committee(number: u32) -> UnitId {
    unit(FIRST_COMMITTEE + u128::from(number % COMMITTEES))
}

/// What a unit is called that holds hazards, on its papers as in the directory.
fn name_of_holder(holder: u32) -> String {
    format!("双牌县第{holder}竹木制品厂（化名）")
}

fn township(number: u32) -> TownshipCode {
    let code = 431_123_100 + number % TOWNSHIPS;
    TownshipCode::parse(&code.to_string()).unwrap()
}

/// To whom a hazard belongs.
#[derive(Clone, Copy, Debug)]
pub struct Belonging {
    committee: u32,
    township: u32,
    holder: u32,
}

impl Belonging {
    /// Of the hazard with this number, as the dice fall.
    pub fn of(hazard: u32, dice: &mut fastrand::Rng) -> Self {
        Self {
            committee: dice.u32(0..COMMITTEES),
            township: dice.u32(0..TOWNSHIPS),
            holder: hazard / OF_ONE_HOLDER,
        }
    }

    /// 专委会.
    pub fn committee(self) -> UnitId {
        committee(self.committee)
    }

    /// 牵头责任单位.
    pub fn lead_unit(self) -> UnitId {
        unit(self.lead())
    }

    fn lead(self) -> u128 {
        FIRST_LEAD + u128::from(self.committee % LEAD_UNITS)
    }

    /// 属地.
    pub fn township(self) -> TownshipCode {
        township(self.township)
    }

    /// 隐患单位.
    pub fn holder(self) -> Holder {
        sample::holder_called(self.unit(), &name_of_holder(self.holder))
    }

    fn unit(self) -> u128 {
        FIRST_HOLDER + u128::from(self.holder)
    }

    /// The head of the unit.
    pub fn head(self) -> Actor {
        head_of(self.unit())
    }

    /// An inspector of the lead unit.
    pub fn inspector(self) -> Actor {
        inspector_of(self.lead())
    }
}
