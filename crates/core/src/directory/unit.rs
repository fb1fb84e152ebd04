//! 单位: whoever has a part in the county's work.

use crate::values::vocabulary::vocabulary;
use crate::values::{Line, Name, UnitId};
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
}

vocabulary! {
    /// What kind of unit it is.
    UnitKind "机构类别" {
        /// 县安委会.
        Commission "COMMISSION" "县安委会",
        /// 县安委办.
        Office "OFFICE" "县安委办",
        /// 县直部门, among them the lead units (牵头责任单位).
        Department "DEPARTMENT" "县直部门",
        /// 专委会.
        Committee "COMMITTEE" "专委会",
        /// 乡镇 and township-level areas.
        Township "TOWNSHIP" "乡镇（场、局）",
        /// 企业 and whoever else holds hazards.
        Enterprise "ENTERPRISE" "企业和其他单位",
        /// 专家组.
        Experts "EXPERTS" "专家组",
        /// 举报受理中心.
        Intake "INTAKE" "举报受理机构",
        /// 监管平台.
        Platform "PLATFORM" "监管平台",
    }
}
