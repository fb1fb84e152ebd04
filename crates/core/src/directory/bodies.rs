//! The bodies of the county that work for the whole of it, each through its own roles, and those above it.

use super::{Directory, UnitKind};
use crate::actor::Role;
use crate::values::{Name, RegionCode, SupervisionLevel, UnitId};

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
    /// Whether a body of this name may consent to what is supervised at this level: 安委会 or 安委办 of the city or the province, and,
    /// where the directory knows some of that level or above, one of those.
    #[must_use]
    pub fn may_consent(&self, body: &Name, level: SupervisionLevel) -> bool {
        let own = short(body);
        let is_such = own.ends_with("安委会") || own.ends_with("安委办");
        let (mut known, mut is_known, mut is_other) = (false, false, false);
        for unit in self.units() {
            // 省安委会 is said of the province's, and 市安委办 of the office of the city's.
            let called = short(&unit.name);
            let is_its_end = own.starts_with(['省', '市']) && called.ends_with(&own);
            let is_called_so = called == own || is_its_end;
            let is_high = unit.kind == UnitKind::HigherBody
                && unit.region.and_then(level_of).is_none_or(|of| of >= level);
            known |= is_high;
            is_known |= is_high && is_called_so;
            is_other |= !is_high && is_called_so;
        }
        let looks_like_ours = || {
            let alike = self.unit_that_looks_like(body);
            alike.is_some_and(|unit| unit.kind != UnitKind::HigherBody)
        };
        is_such && !is_other && (is_known || !known) && !looks_like_ours()
    }
}

/// The name as it is said for short.
fn short(name: &Name) -> String {
    let long = name.as_str().replace("安全生产委员会办公室", "安委办");
    long.replace("安全生产委员会", "安委会")
        .replace("安委会办公室", "安委办")
}

/// The level at which a body of this place supervises.
fn level_of(region: RegionCode) -> Option<SupervisionLevel> {
    match region {
        RegionCode::Province(_) => Some(SupervisionLevel::Province),
        RegionCode::City(_) => Some(SupervisionLevel::City),
        RegionCode::County(_) | RegionCode::Township(_) => None,
    }
}
