//! How a hazard came to be known.

use super::Invalid;
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

impl Source {
    /// The source meant by a wording that other systems and older lists use.
    ///
    /// 消防监督检查 is the fire brigade's own inspection. 上级平台预警 comes from above: the
    /// platforms of [`Source::Platform`] are the county's own 18.
    ///
    /// # Errors
    /// `NotInVocabulary` for a wording that is not known; a person decides then.
    pub fn from_wording(wording: &str) -> Result<Self, Invalid> {
        match wording {
            "日常监督检查" | "部门执法检查" | "消防监督检查" => {
                Ok(Self::Inspection)
            }
            "联合执法" | "交叉执法" | "集中执法" | "远程执法" => {
                Ok(Self::JointEnforcement)
            }
            "上级平台预警" => Ok(Self::HigherBody),
            "明查暗访" | "媒体曝光" => Ok(Self::Exposure),
            "汛前检查" | "防火专项检查" => Ok(Self::Seasonal),
            name => Self::from_name(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wording: &str, expected: Option<Source>) {
        assert_eq!(Source::from_wording(wording).ok(), expected, "{wording}");
    }

    #[test]
    fn every_wording_of_the_example_data_is_known() {
        check("部门执法检查", Some(Source::Inspection));
        check("消防监督检查", Some(Source::Inspection));
        check("双随机一公开", Some(Source::RandomInspection));
        check("联合执法", Some(Source::JointEnforcement));
        check("专委会排查", Some(Source::Committee));
        check("乡镇排查", Some(Source::Township));
        check("上级督导交办", Some(Source::HigherBody));
        check("上级平台预警", Some(Source::HigherBody));
        check("明查暗访和媒体曝光", Some(Source::Exposure));
        check("群众举报", Some(Source::PublicReport));
        check("县直单位监管平台推送", Some(Source::Platform));
        check("企业自查上报", Some(Source::SelfReport));
        check("专家查隐患", Some(Source::Experts));
        check("汛前检查", Some(Source::Seasonal));
        check("路过看见", None);
        check("", None);
    }

    #[test]
    fn a_name_is_a_wording_of_itself() {
        for source in Source::ALL {
            check(source.name(), Some(*source));
        }
        assert_eq!(Source::ALL.len(), 15);
    }
}
