//! 单位: whoever has a part in the county's work.

use crate::values::vocabulary::vocabulary;
use crate::values::{Line, Name, RegionCode, UnitId};
use serde::{Deserialize, Serialize};

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Its identity, never used again.
    pub id: UnitId,
    /// 单位代码 of the county's own, by which people and files name it.
    pub code: Line<40>,
    /// Its name, as it is printed.
    pub name: Name,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// The unit that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    /// Where it is, where that does not follow from what it is or belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
}

impl Unit {
    /// Whether this is its name, or that by which everybody calls the one commission and its office.
    pub(crate) fn is_called(&self, name: &Name) -> bool {
        let has_short = matches!(self.kind, UnitKind::Commission | UnitKind::Office);
        self.name == *name || has_short && name.as_str() == self.kind.name()
    }
}

vocabulary! {
    /// What kind of unit it is.
    UnitKind "机构类别" {
        /// The county's work safety commission.
        Commission "COMMISSION" "县安委会",
        /// The office of the commission.
        Office "OFFICE" "县安委办",
        /// A department of the county; the lead units are among them.
        Department "DEPARTMENT" "县直部门",
        /// A committee of the commission, for one line of work.
        Committee "COMMITTEE" "专委会",
        /// A township, or a forest farm or authority of the same level.
        Township "TOWNSHIP" "乡镇（场、局）",
        /// An enterprise, or whoever else holds hazards.
        Enterprise "ENTERPRISE" "企业和其他单位",
        /// A group of experts.
        Experts "EXPERTS" "专家组",
        /// Takes in reports from the public.
        Intake "INTAKE" "举报受理机构",
        /// A platform that feeds hazards.
        Platform "PLATFORM" "监管平台",
        /// The commission of the city or the province, or its office: it raises levels, samples, and consents.
        HigherBody "HIGHER_BODY" "上级安委会（办）",
        /// The task force for work safety: it reads everything and acts on nothing.
        TaskForce "TASK_FORCE" "工作专班",
    }
}
