//! What kind of hazard it is: level, object, key field, GB/T 13861 category, industry.

use std::fmt;

use super::Invalid;
use super::decimal::ascii_number;
use super::stored_text::stored_as_text;
use super::vocabulary::vocabulary;

vocabulary! {
    /// 隐患等级; law and standards know two, though some programs have more.
    Level "隐患等级" {
        /// To be listed.
        Major "MAJOR" "重大",
        /// To be kept in the ordinary ledger.
        Ordinary "ORDINARY" "一般",
    }
}

vocabulary! {
    /// 对象: what the list holds.
    ObjectKind "对象类别" {
        /// A hazard that could lead to a major accident.
        AccidentHazard "ACCIDENT_HAZARD" "重大事故隐患",
        /// A problem of management or order without one dangerous spot.
        SafetyProblem "SAFETY_PROBLEM" "重大安全生产问题",
    }
}

vocabulary! {
    /// 重点领域, the eight of line 13 of the county's plan.
    KeyField "重点领域" {
        /// Road traffic.
        RoadTraffic "ROAD_TRAFFIC" "道路交通",
        /// Building sites.
        Construction "CONSTRUCTION" "建筑施工",
        /// Fire, and places where many people gather.
        FireAndCrowds "FIRE_AND_CROWDS" "消防和人员密集场所",
        /// Houses that residents built themselves.
        SelfBuiltHouses "SELF_BUILT_HOUSES" "居民自建房",
        /// Town gas.
        TownGas "TOWN_GAS" "城镇燃气",
        /// Mines.
        Mines "MINES" "矿山",
        /// Hazardous chemicals.
        HazardousChemicals "HAZARDOUS_CHEMICALS" "危险化学品",
        /// Fireworks.
        Fireworks "FIREWORKS" "烟花爆竹",
    }
}

vocabulary! {
    /// 隐患类别, the two-digit classes of GB/T 13861-2022.
    HazardCategory "隐患类别" {
        /// Class 11, of people: mind and body.
        Psychophysiological "PSYCHOPHYSIOLOGICAL" "心理、生理性",
        /// Class 12, of people: what they do.
        Behavioural "BEHAVIOURAL" "行为性",
        /// Class 21, of things: physical.
        Physical "PHYSICAL" "物理性",
        /// Class 22, of things: chemical.
        Chemical "CHEMICAL" "化学性",
        /// Class 23, of things: biological.
        Biological "BIOLOGICAL" "生物性",
        /// Class 31, of the surroundings: a poor workplace indoors.
        Indoor "INDOOR" "室内作业场所环境不良",
        /// Class 32, of the surroundings: a poor workplace outdoors.
        Outdoor "OUTDOOR" "室外作业场地环境不良",
        /// Class 33, of the surroundings: a poor workplace below ground or under water.
        Underground "UNDERGROUND" "地下（含水下）作业环境不良",
        /// Class 39, of the surroundings: other.
        OtherSurroundings "OTHER_SURROUNDINGS" "其他作业环境不良",
        /// Class 41, of management: bodies or staff are missing.
        Organisation "ORGANISATION" "机构和人员配备不健全",
        /// Class 42, of management: who answers for what is not settled, or not lived up to.
        Responsibility "RESPONSIBILITY" "责任制不完善或未落实",
        /// Class 43, of management: rules are missing, or not kept.
        Rules "RULES" "管理制度不完善或未落实",
        /// Class 44, of management: too little is spent on safety.
        Investment "INVESTMENT" "安全投入不足",
        /// Class 46, of management: emergencies are not provided for.
        Emergency "EMERGENCY" "应急管理缺陷",
        /// Class 49, of management: other.
        OtherManagement "OTHER_MANAGEMENT" "其他管理因素缺陷",
    }
}

impl HazardCategory {
    /// The two digits of GB/T 13861-2022; the first is the group: 1 people, 2 things,
    /// 3 surroundings, 4 management.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Psychophysiological => 11,
            Self::Behavioural => 12,
            Self::Physical => 21,
            Self::Chemical => 22,
            Self::Biological => 23,
            Self::Indoor => 31,
            Self::Outdoor => 32,
            Self::Underground => 33,
            Self::OtherSurroundings => 39,
            Self::Organisation => 41,
            Self::Responsibility => 42,
            Self::Rules => 43,
            Self::Investment => 44,
            Self::Emergency => 46,
            Self::OtherManagement => 49,
        }
    }

    /// The class of these two digits.
    ///
    /// # Errors
    /// `NotInVocabulary` for other digits.
    pub fn from_number(number: u8) -> Result<Self, Invalid> {
        let found = Self::ALL
            .iter()
            .find(|category| category.number() == number);
        found.copied().ok_or(Invalid::NotInVocabulary {
            vocabulary: "隐患类别",
        })
    }
}

/// 行业: the four-digit class of GB/T 4754-2017, checked by form and division (01–97) only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndustryCode(u32);

impl IndustryCode {
    /// Reads four digits without the letter of the section.
    ///
    /// # Errors
    /// `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = if text.len() == 4 {
            ascii_number(text)
        } else {
            None
        };
        digits
            .filter(|number| (1..=97).contains(&(number / 100)))
            .map(Self)
            .ok_or(Invalid::Malformed {
                expected: "4位国民经济行业代码，例如4415",
            })
    }
}

impl fmt::Display for IndustryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

stored_as_text!(IndustryCode, parse);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check_industry(text: &str, is_accepted: bool) {
        let printed = IndustryCode::parse(text).ok().map(|code| code.to_string());
        assert_eq!(printed, is_accepted.then(|| text.to_owned()), "{text}");
    }

    #[test]
    fn an_industry_is_four_digits_of_a_division() {
        for text in ["0231", "0512", "4415", "0111", "9720"] {
            check_industry(text, true);
        }
        for text in [
            "",
            "441",
            "44150",
            "D4415",
            "0011",
            "9800",
            "４４１５",
            "+415",
        ] {
            check_industry(text, false);
        }
        stored(&IndustryCode::parse("0231").unwrap(), &json!("0231"));
        let why = IndustryCode::parse("9800").unwrap_err();
        unreadable::<IndustryCode>(json!("9800"), &why);
    }

    #[test]
    fn a_category_and_its_number_find_each_other() {
        for category in HazardCategory::ALL {
            assert_eq!(
                HazardCategory::from_number(category.number()),
                Ok(*category)
            );
        }
        assert_eq!(HazardCategory::ALL.len(), 15);
        for number in [0, 10, 45, 47, 99] {
            assert!(HazardCategory::from_number(number).is_err(), "{number}");
        }
    }

    #[test]
    fn the_plan_names_eight_key_fields() {
        assert_eq!(KeyField::ALL.len(), 8);
    }
}
