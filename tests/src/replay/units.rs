//! The units and people of the example county, by number.

use crate::{
    COMMISSION, EMERGENCY_BUREAU, EXPERTS, FIRE_BRIGADE, HOUSING_BUREAU, OFFICE, actor, unit,
};
use xiaohao_core::values::UnitId;
use xiaohao_core::{Actor, Role};

/// The committee with this serial number.
pub fn committee(seq: u64) -> UnitId {
    unit(200 + u128::from(seq))
}

/// A unit by its name: the lead units of the county, and those who sit on teams.
pub fn named_unit(name: &str) -> UnitId {
    unit(unit_number(name))
}

/// The lead units that are no sample people's; each has the number of its place.
const LEAD_UNITS: [&str; 9] = [
    "县发改局",
    "县交通运输局",
    "县公安局（交警大队）",
    "县教育局",
    "县文旅广体局",
    "县农业农村局",
    "县城管执法局",
    "县市场监管局",
    "县科工信局",
];

pub(super) fn unit_number(name: &str) -> u128 {
    match name {
        "县安委会" => COMMISSION,
        "县安委办" => OFFICE,
        "县应急管理局" => EMERGENCY_BUREAU,
        "县消防救援大队" => FIRE_BRIGADE,
        "县住建局" => HOUSING_BUREAU,
        "专家组" => EXPERTS,
        other => {
            let place = LEAD_UNITS.iter().position(|known| *known == other);
            100 + u128::try_from(place.unwrap_or_else(|| panic!("no unit {other}"))).unwrap()
        }
    }
}

pub(super) fn township_number(code: &str) -> u128 {
    code[6..].parse::<u128>().unwrap() + 300
}

/// The person who acts for a unit, by the unit's number.
pub(super) fn acting_for(of: u128, role: Role) -> Actor {
    actor(10_000 + of, role, of)
}
