//! 可能事故类型: the accident a hazard could lead to, in both editions of GB 6441.
//!
//! Codes and the day on which the 2025 edition comes into force are deliberately not here:
//! sources disagree (2026-07-01 or 2027-01-01), so both editions are accepted and the name is
//! stored.

use std::fmt;

use super::Invalid;
use super::stored_text::stored_as_text;
use super::vocabulary::vocabulary;

vocabulary! {
    /// An edition of GB 6441.
    AccidentEdition "事故分类标准版本" {
        /// 企业职工伤亡事故分类, 20 classes.
        Gb1986 "GB_6441_1986" "GB 6441-1986",
        /// 生产安全事故分类与编码, 27 classes; replaces the former.
        Gb2025 "GB_6441_2025" "GB 6441-2025",
    }
}

/// A class of accident of either edition, known by its Chinese name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccidentType(&'static str);

impl AccidentType {
    /// Reads a name as the standard prints it, with full-width brackets.
    ///
    /// # Errors
    /// `NotInVocabulary` if neither edition has it.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let mut names = CLASSES_2025
            .iter()
            .chain(CLASSES_1986.iter().map(|(name, _)| name));
        let found = names.find(|known| **known == name);
        found
            .map(|name| Self(name))
            .ok_or(Invalid::NotInVocabulary {
                vocabulary: "事故类型",
            })
    }

    /// All classes of an edition, in its order.
    #[must_use]
    pub fn all(edition: AccidentEdition) -> Vec<Self> {
        match edition {
            AccidentEdition::Gb1986 => CLASSES_1986.iter().map(|(name, _)| Self(name)).collect(),
            AccidentEdition::Gb2025 => CLASSES_2025.iter().map(|name| Self(name)).collect(),
        }
    }

    /// The Chinese name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    /// The editions that have this class: one or both, the older first.
    #[must_use]
    pub fn editions(self) -> Vec<AccidentEdition> {
        let has = |edition: &AccidentEdition| Self::all(*edition).contains(&self);
        AccidentEdition::ALL.iter().copied().filter(has).collect()
    }

    /// The classes of 2025 that take its place; a class of 2025 takes its own.
    ///
    /// One: the change can be made by the program. Several: a person chooses among them. None
    /// (其他爆炸): a person chooses among all.
    #[must_use]
    pub fn successors(self) -> Vec<Self> {
        match CLASSES_1986.iter().find(|(name, _)| *name == self.0) {
            Some((_, successors)) => successors.iter().map(|name| Self(name)).collect(),
            None => vec![self],
        }
    }
}

impl fmt::Display for AccidentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

stored_as_text!(AccidentType, parse);

/// GB 6441-2025.
const CLASSES_2025: [&str; 27] = [
    "物体打击",
    "厂（场）内车辆致害",
    "道路（轨道）车辆致害",
    "机械致害",
    "起重致害",
    "触电",
    "淹溺",
    "灼烫",
    "火灾",
    "高处坠落",
    "跌落",
    "坍塌",
    "水害",
    "容器爆炸",
    "管道爆炸",
    "可燃气体爆炸",
    "可燃液体蒸气爆炸",
    "粉尘爆炸",
    "民用爆炸物品爆炸",
    "烟花爆竹爆炸",
    "其他可燃固体爆炸",
    "高温熔融物爆炸",
    "中毒",
    "窒息",
    "滑坡",
    "泄漏",
    "其他",
];

/// GB 6441-1986, each with its successors in the edition of 2025 (§3.9).
const CLASSES_1986: [(&str, &[&str]); 20] = [
    ("物体打击", &["物体打击"]),
    ("车辆伤害", &["厂（场）内车辆致害", "道路（轨道）车辆致害"]),
    ("机械伤害", &["机械致害"]),
    ("起重伤害", &["起重致害"]),
    ("触电", &["触电"]),
    ("淹溺", &["淹溺"]),
    ("灼烫", &["灼烫"]),
    ("火灾", &["火灾"]),
    ("高处坠落", &["高处坠落"]),
    ("坍塌", &["坍塌"]),
    ("冒顶片帮", &["坍塌"]),
    ("透水", &["水害"]),
    ("放炮", &["民用爆炸物品爆炸"]),
    ("火药爆炸", &["民用爆炸物品爆炸"]),
    ("瓦斯爆炸", &["可燃气体爆炸"]),
    ("锅炉爆炸", &["容器爆炸"]),
    ("容器爆炸", &["容器爆炸"]),
    ("其他爆炸", &[]),
    ("中毒和窒息", &["中毒", "窒息"]),
    ("其他伤害", &["其他"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn check(name: &str, editions: &[AccidentEdition], successors: &[&str]) {
        let class = AccidentType::parse(name).unwrap();
        assert_eq!(class.editions(), editions, "{name}");
        let names: Vec<_> = class
            .successors()
            .into_iter()
            .map(AccidentType::name)
            .collect();
        assert_eq!(names, successors, "{name}");
    }

    #[test]
    fn each_class_knows_its_editions_and_successors() {
        use AccidentEdition::{Gb1986, Gb2025};
        check("火灾", &[Gb1986, Gb2025], &["火灾"]);
        check("粉尘爆炸", &[Gb2025], &["粉尘爆炸"]);
        check(
            "车辆伤害",
            &[Gb1986],
            &["厂（场）内车辆致害", "道路（轨道）车辆致害"],
        );
        check("瓦斯爆炸", &[Gb1986], &["可燃气体爆炸"]);
        check("透水", &[Gb1986], &["水害"]);
        check("中毒和窒息", &[Gb1986], &["中毒", "窒息"]);
        check("其他爆炸", &[Gb1986], &[]);
        check("其他伤害", &[Gb1986], &["其他"]);
    }

    #[test]
    fn the_editions_have_20_and_27_different_classes() {
        for (edition, count) in [(AccidentEdition::Gb1986, 20), (AccidentEdition::Gb2025, 27)] {
            let classes: BTreeSet<_> = AccidentType::all(edition).into_iter().collect();
            assert_eq!(classes.len(), count);
            assert!(
                classes
                    .iter()
                    .all(|class| class.editions().contains(&edition))
            );
        }
    }

    #[test]
    fn every_successor_is_a_class_of_2025() {
        for class in AccidentType::all(AccidentEdition::Gb1986) {
            for successor in class.successors() {
                assert!(
                    successor.editions().contains(&AccidentEdition::Gb2025),
                    "{successor}"
                );
                assert_eq!(successor.successors(), [successor]);
            }
        }
    }

    #[test]
    fn a_stored_class_is_its_name_and_is_checked_again() {
        stored(&AccidentType::parse("水害").unwrap(), &json!("水害"));
        let why = Invalid::NotInVocabulary {
            vocabulary: "事故类型",
        };
        for name in ["", "爆炸", "WSA35523", "厂(场)内车辆致害", " 火灾"] {
            unreadable::<AccidentType>(json!(name), &why);
        }
    }
}
