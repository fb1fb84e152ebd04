//! Which series of numbers there are, and the word (代字) of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::vocabulary::vocabulary;
use super::{DocumentNumber, DocumentWord, Invalid};

vocabulary! {
    /// A series of numbers; each counts from 1 every year.
    Series "编号序列" {
        /// 线索编号, before recognition.
        Clue "CLUE" "线索编号",
        /// 隐患编号, from listing on.
        Hazard "HAZARD" "隐患编号",
        /// 交办单.
        AssignmentOrder "ASSIGNMENT_ORDER" "交办单",
        /// 挂牌督办通知书.
        SupervisionOrder "SUPERVISION_ORDER" "挂牌督办通知书",
        /// 验收意见书.
        VerificationOpinion "VERIFICATION_OPINION" "验收意见书",
        /// 延期审批意见书.
        ExtensionOpinion "EXTENSION_OPINION" "延期审批意见书",
        /// 销号单.
        StrikeOffSheet "STRIKE_OFF_SHEET" "销号单",
        /// 移交函.
        TransferLetter "TRANSFER_LETTER" "移交函",
        /// 督办函 and the other letters of escalation.
        EscalationLetter "ESCALATION_LETTER" "督办函",
        /// 县安委办通报.
        OfficeCircular "OFFICE_CIRCULAR" "县安委办通报",
        /// 县安委会通报.
        CommissionCircular "COMMISSION_CIRCULAR" "县安委会通报",
    }
}

impl Series {
    /// Whether the series numbers documents and so has a word; clues and hazards have none.
    #[must_use]
    pub fn has_word(self) -> bool {
        match self {
            Self::Clue | Self::Hazard => false,
            Self::AssignmentOrder
            | Self::SupervisionOrder
            | Self::VerificationOpinion
            | Self::ExtensionOpinion
            | Self::StrikeOffSheet
            | Self::TransferLetter
            | Self::EscalationLetter
            | Self::OfficeCircular
            | Self::CommissionCircular => true,
        }
    }

    /// Whether it numbers papers: orders and circulars. The other documents are parts of a hazard's history.
    #[must_use]
    pub fn is_of_papers(self) -> bool {
        match self {
            Self::AssignmentOrder
            | Self::SupervisionOrder
            | Self::OfficeCircular
            | Self::CommissionCircular => true,
            Self::Clue
            | Self::Hazard
            | Self::VerificationOpinion
            | Self::ExtensionOpinion
            | Self::StrikeOffSheet
            | Self::TransferLetter
            | Self::EscalationLetter => false,
        }
    }
}

/// The county's word for each series of documents: one each, all different, none missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<Series, DocumentWord>",
    into = "BTreeMap<Series, DocumentWord>"
)]
pub struct DocumentWords(BTreeMap<Series, DocumentWord>);

impl DocumentWords {
    /// Takes the words of the nine series of documents.
    ///
    /// # Errors
    /// `NotAllowed` for a word of `Clue` or `Hazard`, `TooFew` if a series has none, `Duplicate`
    /// if two series share one: their numbers could not be told apart.
    pub fn new(words: BTreeMap<Series, DocumentWord>) -> Result<Self, Invalid> {
        if words.keys().any(|series| !series.has_word()) {
            return Err(Invalid::NotAllowed {
                what: "线索编号和隐患编号的代字",
            });
        }
        let needed = Series::ALL
            .iter()
            .filter(|series| series.has_word())
            .count();
        if words.len() < needed {
            return Err(Invalid::TooFew {
                min: needed,
                actual: words.len(),
            });
        }
        let distinct: std::collections::BTreeSet<_> = words.values().collect();
        if distinct.len() < words.len() {
            return Err(Invalid::Duplicate);
        }
        Ok(Self(words))
    }

    /// The word of a series; `None` only for `Clue` and `Hazard`.
    #[must_use]
    pub fn word(&self, series: Series) -> Option<&DocumentWord> {
        self.0.get(&series)
    }

    /// The series that uses this word, to tell what a number belongs to.
    #[must_use]
    pub fn series(&self, word: &DocumentWord) -> Option<Series> {
        self.0
            .iter()
            .find_map(|(series, own)| (own == word).then_some(*series))
    }

    /// Each word with the series that uses it.
    pub(crate) fn into_given(self) -> impl Iterator<Item = (DocumentWord, Series)> {
        self.0.into_iter().map(|(series, word)| (word, series))
    }

    /// The number of the `serial`th document of a series in a year.
    ///
    /// # Errors
    /// `NotAllowed` for `Clue` and `Hazard`, and as [`DocumentNumber::new`].
    pub fn number(
        &self,
        series: Series,
        year: u16,
        serial: u32,
    ) -> Result<DocumentNumber, Invalid> {
        let word = self.word(series).ok_or(Invalid::NotAllowed {
            what: "线索或隐患的文号",
        })?;
        DocumentNumber::new(word.clone(), year, serial)
    }
}

impl TryFrom<BTreeMap<Series, DocumentWord>> for DocumentWords {
    type Error = Invalid;

    fn try_from(words: BTreeMap<Series, DocumentWord>) -> Result<Self, Invalid> {
        Self::new(words)
    }
}

impl From<DocumentWords> for BTreeMap<Series, DocumentWord> {
    fn from(words: DocumentWords) -> Self {
        words.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn words() -> BTreeMap<Series, DocumentWord> {
        let words = [
            "双安交",
            "双安督",
            "双安验",
            "双安延",
            "双安销",
            "双安移",
            "双安函",
            "双安办通",
            "双安通",
        ];
        let series = Series::ALL
            .iter()
            .copied()
            .filter(|series| series.has_word());
        series
            .zip(words.map(|word| DocumentWord::new(word).unwrap()))
            .collect()
    }

    fn check(change: impl FnOnce(&mut BTreeMap<Series, DocumentWord>), expected: Option<&Invalid>) {
        let mut words = words();
        change(&mut words);
        assert_eq!(DocumentWords::new(words).err().as_ref(), expected);
    }

    #[test]
    fn every_series_of_documents_has_its_own_word() {
        let word = || DocumentWord::new("双安督").unwrap();
        check(|_| (), None);
        check(
            |words| drop(words.remove(&Series::TransferLetter)),
            Some(&Invalid::TooFew { min: 9, actual: 8 }),
        );
        check(
            BTreeMap::clear,
            Some(&Invalid::TooFew { min: 9, actual: 0 }),
        );
        check(
            |words| drop(words.insert(Series::OfficeCircular, word())),
            Some(&Invalid::Duplicate),
        );
        let not_allowed = Invalid::NotAllowed {
            what: "线索编号和隐患编号的代字",
        };
        check(
            |words| drop(words.insert(Series::Hazard, word())),
            Some(&not_allowed),
        );
    }

    #[test]
    fn a_word_and_its_series_find_each_other() {
        let words = DocumentWords::new(words()).unwrap();
        for series in Series::ALL {
            let found = words.word(*series).and_then(|word| words.series(word));
            assert_eq!(found, series.has_word().then_some(*series));
        }
        assert_eq!(words.series(&DocumentWord::new("永安督").unwrap()), None);
    }

    #[test]
    fn only_documents_get_document_numbers() {
        let words = DocumentWords::new(words()).unwrap();
        let number = words.number(Series::SupervisionOrder, 2026, 9).unwrap();
        assert_eq!(number.to_string(), "双安督〔2026〕9号");
        assert_eq!(
            words.number(Series::Clue, 2026, 9).unwrap_err().code(),
            "NOT_ALLOWED"
        );
    }

    #[test]
    fn stored_words_are_a_map_and_are_checked_again() {
        let mut json = json!({
            "ASSIGNMENT_ORDER": "双安交", "SUPERVISION_ORDER": "双安督", "VERIFICATION_OPINION": "双安验",
            "EXTENSION_OPINION": "双安延", "STRIKE_OFF_SHEET": "双安销", "TRANSFER_LETTER": "双安移",
            "ESCALATION_LETTER": "双安函", "OFFICE_CIRCULAR": "双安办通", "COMMISSION_CIRCULAR": "双安通",
        });
        stored(&DocumentWords::new(words()).unwrap(), &json);
        json["COMMISSION_CIRCULAR"] = json!("双安办通");
        unreadable::<DocumentWords>(json, &Invalid::Duplicate);
    }
}
