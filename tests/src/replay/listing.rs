//! What is said until a unit has signed for a hazard: reported, listed, assigned, supervised.

use super::Replay;
use super::fields::{key, list, number, text};
use super::units::{acting_for, committee, named_unit, township_number, unit_number};
use crate::sample::{line, name, prose};
use crate::{actor, date, intake, platform, unit};
use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;
use std::collections::BTreeSet;
use xiaohao_core::acts::*;
use xiaohao_core::values::*;
use xiaohao_core::{Actor, Command, Party, Role};

impl Replay {
    pub(super) fn report(&mut self, hazard: &Value, rectifier: Actor) -> (Actor, Command) {
        let source = Source::from_wording(text(hazard, "source")).unwrap();
        let township = township_number(text(hazard, "township_code"));
        let lead = unit_number(text(hazard, "lead_unit"));
        let by = match source {
            Source::Township => acting_for(township, Role::Township),
            Source::PublicReport => intake(),
            Source::SelfReport => rectifier,
            Source::Platform => platform(),
            _ => actor(20_000 + lead, Role::Inspector, lead),
        };
        let on_site = matches!(by.role, Role::Inspector | Role::Township);
        let source_record = (by.role == Role::Platform).then(|| SourceRecord {
            system: line("县直单位监管平台"),
            id: line(&format!("EX-{}", key(hazard))),
        });
        let report = Report {
            title: line(text(hazard, "title")),
            description: prose(text(hazard, "description")),
            township: TownshipCode::parse(text(hazard, "township_code")).unwrap(),
            place: line(text(hazard, "location")),
            coordinates: None,
            holder: Some(holder(hazard)),
            source,
            inspection: on_site.then_some(InspectionMode::OnSite),
            source_record,
            found_on: date(text(hazard, "discovered_on")),
            found_by: Some(name("发现人（化名）")),
            evidence: self.files(EvidenceKind::Before, number(&hazard["photos"], "before")),
            reporter: None,
        };
        (by, report.into())
    }

    pub(super) fn merge(&self, event: &Value) -> Merge {
        let into = HazardNumber::parse(text(event, "into")).unwrap();
        let goes_on = self.hazards.values().find(|h| h.number() == Some(&into));
        Merge {
            into: goes_on.unwrap_or_else(|| panic!("no hazard {into}")).id(),
            reason: prose(text(event, "reason")),
            consent: None,
        }
    }

    pub(super) fn assign(&mut self, hazard: &Value, event: &Value) -> Assign {
        let due_on = date(text(event, "deadline"));
        let plan_due_on = hazard["plan_due_on"]
            .as_str()
            .map_or_else(|| due_on.min(self.today + TimeDelta::days(30)), date);
        let lead_unit = text(hazard, "lead_unit");
        let assigner = text(event, "actor");
        Assign {
            order: self.order(),
            terms: OrderTerms {
                parties: Parties {
                    responsible: holder(hazard),
                    assigner: party(assigner, "经办人（化名）"),
                    coordinator: party(lead_unit, "协调人（化名）"),
                },
                due_on,
                plan_due_on,
                report_every: ReportPeriod::Monthly,
                requirements: prose(&format!("责令按期完成治理：{}", text(hazard, "title"))),
                interim_measures: prose(text(&hazard["plan_five"], "预案")),
                signatory: name("签发人（化名）"),
            },
        }
    }

    pub(super) fn supervise(&mut self, event: &Value) -> Supervise {
        let level = SupervisionLevel::from_name(text(event, "level")).unwrap();
        let order = (level == SupervisionLevel::County).then(|| self.order());
        let higher_document = order
            .is_none()
            .then(|| line(&self.document(Series::SupervisionOrder).to_string()));
        Supervise {
            level,
            order,
            higher_document,
            signatory: name("签发人（化名）"),
            requirements: prose("按期整改到位。"),
        }
    }

    pub(super) fn acknowledge(&mut self) -> Acknowledge {
        Acknowledge {
            signed_by: name("主要负责人（化名）"),
            signing: Signing::Head,
            received_on: self.today,
            served_by: name("送达人（化名）"),
            receipt: self.files(EvidenceKind::Document, 1),
        }
    }
}

pub(super) fn listing(hazard: &Value, today: NaiveDate) -> List {
    let accident_types = list(hazard, "accident_types_gb6441_2025").iter();
    let category = text(hazard, "hazard_category_gbt13861");
    let (category, _) = category.split_once(' ').unwrap();
    let basis = basis(&hazard["basis"], today);
    List {
        level: Level::from_name(text(hazard, "level")).unwrap(),
        object_kind: match basis {
            Basis::Standard(_) => ObjectKind::AccidentHazard,
            Basis::Research(_) => ObjectKind::SafetyProblem,
        },
        basis,
        committee: committee(number(hazard, "committee_seq")),
        lead_unit: named_unit(text(hazard, "lead_unit")),
        co_units: BTreeSet::new(),
        holder: holder(hazard),
        category: HazardCategory::from_number(category.parse().unwrap()).unwrap(),
        accident_types: accident_types
            .map(|of| AccidentType::parse(of.as_str().unwrap()).unwrap())
            .collect(),
        key_field: None,
        industry: Some(IndustryCode::parse(text(hazard, "industry_gbt4754")).unwrap()),
        campaign: None,
        flags: BTreeSet::new(),
        recognised_by: name("认定人（化名）"),
        duplicate_waiver: None,
    }
}

/// The file does not tell since when a standard is in force, nor the number of the minutes.
pub(super) fn basis(told: &Value, today: NaiveDate) -> Basis {
    if text(told, "kind") == "RESEARCH_DETERMINATION" {
        let decision = prose(text(told, "standard"));
        return Basis::Research(ResearchBasis::new(
            line("双安委纪〔2026〕1号"),
            today,
            decision,
        ));
    }
    let status = text(told, "clause_status").to_uppercase();
    Basis::Standard(
        StandardBasis::new(StandardParts {
            name: line(text(told, "standard")),
            document_no: line(text(told, "document_no")),
            version: None,
            clause: told["clause"].as_str().map(line),
            quote: None,
            in_force: Validity::new(date("2026-01-01"), None).unwrap(),
            clause_status: ClauseStatus::from_code(&status).unwrap(),
        })
        .unwrap(),
    )
}

pub(super) fn downgrade(hazard: &Value, event: &Value) -> DowngradeAtReview {
    DowngradeAtReview {
        reason: prose(text(event, "reason")),
        receiving_ledger: line(&format!("{}一般隐患台账", text(hazard, "township"))),
    }
}

pub(super) fn holder(hazard: &Value) -> Holder {
    let uscc = hazard["uscc_synthetic"].as_str();
    Holder::new(HolderParts {
        unit: unit(400 + u128::from(key(hazard))),
        name: line(text(hazard, "unit_name")),
        kind: HolderKind::from_wording(text(hazard, "unit_kind")).unwrap(),
        uscc: uscc.map(|uscc| Uscc::parse(uscc).unwrap()),
        head: None,
        contact: None,
        phone: None,
    })
    .unwrap()
}

pub(super) fn party(unit_name: &str, who: &str) -> Party {
    Party {
        unit: named_unit(unit_name),
        name: line(unit_name),
        person: name(who),
    }
}
