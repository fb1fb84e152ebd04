//! How a hazard came to be known.

use super::vocabulary::vocabulary;

vocabulary! {
    /// 隐患来源, §3.9.
    Source "隐患来源" {
        /// A department's own inspection or enforcement.
        Inspection "INSPECTION" "日常监督检查（部门执法检查）",
        /// Random choice of inspector and inspected, result published.
        RandomInspection "RANDOM_INSPECTION" "双随机一公开",
        /// Several departments together, crossing areas, massed, or from a distance.
        JointEnforcement "JOINT_ENFORCEMENT" "联合（交叉、集中、远程）执法",
        /// A committee's search.
        Committee "COMMITTEE" "专委会排查",
        /// A township's search.
        Township "TOWNSHIP" "乡镇排查",
        /// Handed down by a body above the county.
        HigherBody "HIGHER_BODY" "上级督导交办",
        /// Open or covert visits, and the press.
        Exposure "EXPOSURE" "明查暗访和媒体曝光",
        /// A report from the public; the reporter is shown to the intake role alone (rule 25).
        PublicReport "PUBLIC_REPORT" "群众举报",
        /// Handed over by another department.
        Transfer "TRANSFER" "其他部门移送",
        /// Pushed by one of the county units' 18 platforms.
        Platform "PLATFORM" "县直单位监管平台推送",
        /// An anomaly in the use of electricity.
        PowerData "POWER_DATA" "电力大数据",
        /// The unit's own report.
        SelfReport "SELF_REPORT" "企业自查上报",
        /// Found by experts.
        Experts "EXPERTS" "专家查隐患",
        /// Found on looking back from an accident.
        Accident "ACCIDENT" "事故倒查",
        /// A check before the flood or the fire season.
        Seasonal "SEASONAL" "汛前、防火专项检查",
    }
}
