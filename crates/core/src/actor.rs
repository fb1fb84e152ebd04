//! Who acts: a person, in one role, for one unit.
//!
//! Which roles a person holds, and from when to when, is not decided here; an act is done in one of
//! them and the ledger remembers which.

use crate::values::{PersonId, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person in the role and unit in which the act is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The person; duties are separated by person, not by role.
    pub person: PersonId,
    /// The role in which he acts.
    pub role: Role,
    /// The unit for which he acts.
    pub unit: UnitId,
}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident $code:literal $name:literal;)*) => {
        /// The roles of spec §4.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Role { $($(#[$doc])* $role),* }

        impl Role {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$role),*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$role => $code),* }
            }

            /// The Chinese term.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$role => $name),* }
            }
        }
    };
}

roles! {
    /// 检查人员: an inspector with a tablet, of a lead unit or a township.
    Inspector "INSPECTOR" "检查人员";
    /// 牵头责任单位: the department that tracks its line and has the power of enforcement.
    Lead "LEAD" "牵头责任单位";
    /// 乡镇: local responsibility (属地).
    Township "TOWNSHIP" "乡镇";
    /// 责任单位: the unit that rectifies.
    Unit "UNIT" "责任单位";
    /// 县安委办经办人: recognises, lists, organises.
    OfficeClerk "OFFICE_CLERK" "安委办经办人";
    /// 县安委办审批人: assigns, strikes off, signs circulars of the office.
    OfficeApprover "OFFICE_APPROVER" "安委办审批人";
    /// 县安委会签发人: signs listed supervision (挂牌督办) and what the commission issues.
    CommissionSigner "COMMISSION_SIGNER" "安委会签发人";
    /// 举报受理岗: takes in public reports; the only role that sees who reported.
    Intake "INTAKE" "举报受理岗";
    /// 县直单位监管平台: one of the platforms that feed hazards.
    Platform "PLATFORM" "监管平台";
    /// 督查审计、工作专班: reads everything, changes nothing.
    Auditor "AUDITOR" "工作专班（只读）";
    /// 公众: reads what is published.
    Public "PUBLIC" "公众（只读）";
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
