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
    ($(#[doc = $english:literal] $role:ident $code:literal $name:literal;)*) => {
        /// The roles of spec §4.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum Role { $(#[doc = concat!(" ", $name, ":", $english)] $role),* }

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

            /// Who it is, in English.
            #[must_use]
            pub const fn meaning_in_english(self) -> &'static str {
                match self { $(Self::$role => $english.trim_ascii()),* }
            }
        }
    };
}

roles! {
    /// An inspector with a tablet, of a lead unit or a township.
    Inspector "INSPECTOR" "检查人员";
    /// A lead unit: the department that tracks its line and has the power of enforcement.
    Lead "LEAD" "牵头责任单位";
    /// A township, responsible for what lies in it.
    Township "TOWNSHIP" "乡镇";
    /// A responsible unit: it rectifies.
    Unit "UNIT" "责任单位";
    /// A clerk of the office: recognises, lists, organises.
    OfficeClerk "OFFICE_CLERK" "安委办经办人";
    /// An approver of the office: assigns, strikes off, signs circulars of the office.
    OfficeApprover "OFFICE_APPROVER" "安委办审批人";
    /// The signatory of the commission: signs listed supervision and what the commission issues.
    CommissionSigner "COMMISSION_SIGNER" "安委会签发人";
    /// Takes in public reports; the only role that sees who reported.
    Intake "INTAKE" "举报受理岗";
    /// One of the county's platforms that feed hazards.
    Platform "PLATFORM" "监管平台";
    /// Supervision and audit: reads everything, changes nothing.
    Auditor "AUDITOR" "工作专班（只读）";
    /// Whoever runs the program on its machine, the system administrator of GB/T 22239-2019 §8.1.5.1: enters the data of the county, and sees and does nothing else.
    Operator "OPERATOR" "系统管理员";
    /// The public: reads what is published.
    Public "PUBLIC" "公众（只读）";
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
