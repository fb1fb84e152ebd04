//! The bodies of the county that work for the whole of it, each through its own roles.

use super::{Directory, UnitKind};
use crate::actor::Role;
use crate::values::UnitId;

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
