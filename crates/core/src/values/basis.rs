//! 判定依据: why a hazard counts as major (rule 2).
//!
//! The table of standards is deliberately not here. There is no national code list of clauses,
//! so a basis quotes what it rests on and stays as it was when the table changes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::vocabulary::vocabulary;
use super::{Invalid, Line, Prose, Validity};

/// Why a hazard counts as major: a standard's clause, or a recorded decision of the commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Basis {
    /// A standard and its clause (判定标准).
    Standard(StandardBasis),
    /// A decision where no standard fits (研究认定).
    Research(ResearchBasis),
}

impl Basis {
    /// Whether the basis held on the day the hazard was found; a decision always does, since it
    /// judges this one hazard.
    #[must_use]
    pub fn valid_on(&self, found_on: NaiveDate) -> bool {
        match self {
            Self::Standard(standard) => standard.in_force().contains(found_on),
            Self::Research(_) => true,
        }
    }

    /// What two hazards have in common that rest on the same (T02): the number of the standard and its clause, or the minutes. In what
    /// words it is quoted, and how far it was checked, makes no other hazard of it.
    #[must_use]
    pub fn cites(&self) -> [Option<&str>; 3] {
        match self {
            Self::Standard(standard) => {
                let quote = || standard.quote().map(Prose::as_str);
                let clause = standard.clause().map(Line::as_str).or_else(quote);
                [Some(standard.document_no().as_str()), clause, None]
            }
            Self::Research(research) => [None, None, Some(research.minutes_no().as_str())],
        }
    }
}

/// A standard and the clause of it that the hazard meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StandardParts")]
pub struct StandardBasis(StandardParts);

/// The named arguments of [`StandardBasis::new`], and the form in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandardParts {
    /// Its title, e.g. 工贸企业重大事故隐患判定标准.
    pub name: Line<120>,
    /// Its number, e.g. 应急管理部令第10号.
    pub document_no: Line<80>,
    /// Its version where the number does not tell, e.g. 2024版.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Line<40>>,
    /// The clause, e.g. 第十一条第（八）项; absent only where `clause_status` allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<Line<60>>,
    /// The words of the clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Prose<500>>,
    /// When this version was in force.
    pub in_force: Validity,
    /// How far the clause was checked.
    pub clause_status: ClauseStatus,
}

impl StandardBasis {
    /// Takes the parts together.
    ///
    /// # Errors
    /// `Missing` without a clause, unless its number is still to be checked or the standard
    /// has none.
    pub fn new(parts: StandardParts) -> Result<Self, Invalid> {
        if parts.clause.is_none() && parts.clause_status.needs_clause() {
            return Err(Invalid::Missing {
                what: "判定依据的条款",
            });
        }
        Ok(Self(parts))
    }

    /// The standard's title.
    #[must_use]
    pub fn name(&self) -> &Line<120> {
        &self.0.name
    }

    /// The standard's number.
    #[must_use]
    pub fn document_no(&self) -> &Line<80> {
        &self.0.document_no
    }

    /// The version, where the number does not tell.
    #[must_use]
    pub fn version(&self) -> Option<&Line<40>> {
        self.0.version.as_ref()
    }

    /// The clause, if its number is known.
    #[must_use]
    pub fn clause(&self) -> Option<&Line<60>> {
        self.0.clause.as_ref()
    }

    /// The words of the clause.
    #[must_use]
    pub fn quote(&self) -> Option<&Prose<500>> {
        self.0.quote.as_ref()
    }

    /// When this version was in force.
    #[must_use]
    pub fn in_force(&self) -> Validity {
        self.0.in_force
    }

    /// How far the clause was checked.
    #[must_use]
    pub fn clause_status(&self) -> ClauseStatus {
        self.0.clause_status
    }
}

impl TryFrom<StandardParts> for StandardBasis {
    type Error = Invalid;

    fn try_from(parts: StandardParts) -> Result<Self, Invalid> {
        Self::new(parts)
    }
}

/// A decision of the commission that a hazard is major though no standard names it (研究认定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResearchBasis {
    minutes_no: Line<60>,
    decided_on: NaiveDate,
    decision: Prose<500>,
}

impl ResearchBasis {
    /// A decision, the day of the meeting and the number of its minutes, which rule 2 demands.
    #[must_use]
    pub fn new(minutes_no: Line<60>, decided_on: NaiveDate, decision: Prose<500>) -> Self {
        Self {
            minutes_no,
            decided_on,
            decision,
        }
    }

    /// Number of the minutes (会议纪要编号).
    #[must_use]
    pub fn minutes_no(&self) -> &Line<60> {
        &self.minutes_no
    }

    /// Day of the meeting.
    #[must_use]
    pub fn decided_on(&self) -> NaiveDate {
        self.decided_on
    }

    /// What was decided.
    #[must_use]
    pub fn decision(&self) -> &Prose<500> {
        &self.decision
    }
}

vocabulary! {
    /// How far a clause was checked against the official text.
    ClauseStatus "条款核对情况" {
        /// Text and number were read in a published copy.
        Verified "VERIFIED" "已核对正式文本",
        /// Read in the version before the one in force.
        VerifiedOlderVersion "VERIFIED_OLDER_VERSION" "已核对旧版文本",
        /// Read in a copy published by a city.
        VerifiedLocalCopy "VERIFIED_LOCAL_COPY" "已核对地方转发文本",
        /// The text was read, the number recalled.
        TextVerifiedNumberOwn "TEXT_VERIFIED_NUMBER_OWN" "文字已核对，条号待核",
        /// Recalled, not read.
        OwnKnowledge "OWN_KNOWLEDGE" "凭经验填写，待核",
        /// The standard is confirmed, the clause number is to be filled in.
        NumberUnchecked "NUMBER_UNCHECKED" "标准已确认，条号待补",
        /// There are no clauses to check.
        NotApplicable "NOT_APPLICABLE" "不适用",
    }
}

impl ClauseStatus {
    /// Whether a clause must be given with this status.
    #[must_use]
    pub fn needs_clause(self) -> bool {
        match self {
            Self::Verified
            | Self::VerifiedOlderVersion
            | Self::VerifiedLocalCopy
            | Self::TextVerifiedNumberOwn
            | Self::OwnKnowledge => true,
            Self::NumberUnchecked | Self::NotApplicable => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::checks::{stored, unreadable};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parts(clause: Option<&str>, clause_status: ClauseStatus) -> StandardParts {
        StandardParts {
            name: Line::new("工贸企业重大事故隐患判定标准").unwrap(),
            document_no: Line::new("应急管理部令第10号").unwrap(),
            version: None,
            clause: clause.map(|clause| Line::new(clause).unwrap()),
            quote: None,
            in_force: Validity::new(day("2023-05-15"), Some(day("2026-12-31"))).unwrap(),
            clause_status,
        }
    }

    fn check(clause: Option<&str>, status: ClauseStatus, is_accepted: bool) {
        assert_eq!(
            StandardBasis::new(parts(clause, status)).is_ok(),
            is_accepted,
            "{clause:?} {status}"
        );
    }

    #[test]
    fn a_clause_is_absent_only_where_its_status_says_why() {
        for status in ClauseStatus::ALL {
            check(Some("第十一条第（八）项"), *status, true);
        }
        check(None, ClauseStatus::NumberUnchecked, true);
        check(None, ClauseStatus::NotApplicable, true);
        check(None, ClauseStatus::Verified, false);
        check(None, ClauseStatus::VerifiedOlderVersion, false);
        check(None, ClauseStatus::VerifiedLocalCopy, false);
        check(None, ClauseStatus::TextVerifiedNumberOwn, false);
        check(None, ClauseStatus::OwnKnowledge, false);
    }

    fn check_on(basis: &Basis, on: &str, is_valid: bool) {
        assert_eq!(basis.valid_on(day(on)), is_valid, "{on}");
    }

    #[test]
    fn a_standard_is_valid_while_in_force_and_a_decision_always() {
        let standard = StandardBasis::new(parts(Some("第五条"), ClauseStatus::Verified)).unwrap();
        let standard = Basis::Standard(standard);
        check_on(&standard, "2023-05-14", false);
        check_on(&standard, "2023-05-15", true);
        check_on(&standard, "2026-12-31", true);
        check_on(&standard, "2027-01-01", false);
        check_on(&research(), "1990-01-01", true);
        check_on(&research(), "2099-01-01", true);
    }

    fn research() -> Basis {
        let minutes_no = Line::new("双安纪〔2026〕3号").unwrap();
        let decision = Prose::new("按重大安全生产问题列入清单。").unwrap();
        Basis::Research(ResearchBasis::new(minutes_no, day("2026-05-24"), decision))
    }

    #[test]
    fn a_stored_basis_names_its_kind_and_is_checked_again() {
        stored(
            &research(),
            &json!({
                "kind": "RESEARCH", "minutes_no": "双安纪〔2026〕3号", "decided_on": "2026-05-24",
                "decision": "按重大安全生产问题列入清单。",
            }),
        );
        let mut json = json!({
            "kind": "STANDARD", "name": "工贸企业重大事故隐患判定标准",
            "document_no": "应急管理部令第10号", "clause": "第五条",
            "in_force": {"from": "2023-05-15", "until": "2026-12-31"}, "clause_status": "VERIFIED",
        });
        let standard = StandardBasis::new(parts(Some("第五条"), ClauseStatus::Verified)).unwrap();
        stored(&Basis::Standard(standard), &json);
        json["clause"] = json!(null);
        unreadable::<Basis>(
            json,
            &Invalid::Missing {
                what: "判定依据的条款",
            },
        );
        let no_minutes =
            json!({"kind": "RESEARCH", "decided_on": "2026-05-24", "decision": "列入"});
        assert!(serde_json::from_value::<Basis>(no_minutes).is_err());
    }
}
