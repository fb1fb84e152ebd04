//! The bodies of the county that work for the whole of it, each through its own roles, and those above it.

use super::{Directory, Unit, UnitKind};
use crate::actor::Role;
use crate::values::{Name, SupervisionLevel, UnitId};

/// 县安委办 and 县安委会; its 工作专班 are told by the directory.
#[derive(Clone, Copy, Debug)]
pub struct Bodies<'d> {
    /// 县安委办.
    pub office: UnitId,
    /// 县安委会.
    pub commission: UnitId,
    /// In which the task forces are.
    pub directory: &'d Directory,
}

impl Bodies<'_> {
    /// Whether this unit is one from which the role reads the whole ledger and does what it may; from any other it gives no such
    /// right. None where the role is of other units, or of none.
    #[must_use]
    pub fn is_seat(self, role: Role, unit: UnitId) -> Option<bool> {
        match role {
            Role::OfficeClerk | Role::OfficeApprover => Some(unit == self.office),
            Role::CommissionSigner => Some(unit == self.commission),
            Role::Auditor => Some(unit == self.commission || self.is_task_force(unit)),
            Role::Inspector
            | Role::Lead
            | Role::Township
            | Role::Unit
            | Role::Intake
            | Role::Platform
            | Role::Operator
            | Role::Public => None,
        }
    }

    fn is_task_force(self, unit: UnitId) -> bool {
        let unit = self.directory.unit(unit);
        unit.is_some_and(|unit| unit.kind == UnitKind::TaskForce)
    }
}

impl Directory {
    /// Whether a body of this name may consent to what is supervised at this level: 安委会 or 安委办 of a city or a province, not below
    /// that level, and, where the directory knows bodies of the same level, of the place of one of those.
    #[must_use]
    pub fn may_consent(&self, body: &Name, level: SupervisionLevel) -> bool {
        let Some(place) = place_of(body) else {
            return false;
        };
        let Some(of) = level_of(&place).filter(|of| *of >= level) else {
            return false;
        };
        let is_ours = |unit: &Unit| {
            unit.kind != UnitKind::HigherBody && place_of(&unit.name).as_ref() == Some(&place)
        };
        if self.units().iter().any(is_ours) {
            return false;
        }
        let above = self.units().iter();
        let above = above.filter(|unit| unit.kind == UnitKind::HigherBody);
        let mut known = above
            .filter_map(|unit| place_of(&unit.name))
            .filter(|place| level_of(place) == Some(of))
            .peekable();
        // 省安委会 is said of the province's, and 湖南省永州市安委会 of the city's.
        known.peek().is_none()
            || known.any(|known| {
                let is_short = ["省", "市"].contains(&place.as_str());
                place.ends_with(&known) || is_short && known.ends_with(&place)
            })
    }
}

/// Of which place a body of this name is 安委会 or 安委办; none where it is neither.
fn place_of(name: &Name) -> Option<String> {
    let long: String = name.as_str().split_whitespace().collect();
    let short = long.replace("安全生产委员会", "安委会");
    let short = short.replace("安委会办公室", "安委办");
    let place = short.strip_suffix("安委会");
    let place = place.or_else(|| short.strip_suffix("安委办"))?;
    Some(place.to_owned())
}

/// The level of the commission of a place of this name. Of a city that is one of a county (县级市) the name does not tell it.
fn level_of(place: &str) -> Option<SupervisionLevel> {
    const MUNICIPALITIES: [&str; 4] = ["北京市", "上海市", "天津市", "重庆市"];
    if place.ends_with("省") || place.ends_with("自治区") || MUNICIPALITIES.contains(&place) {
        return Some(SupervisionLevel::Province);
    }
    let is_city = ["市", "州", "盟", "地区"]
        .iter()
        .any(|ending| place.ends_with(ending));
    is_city.then_some(SupervisionLevel::City)
}
