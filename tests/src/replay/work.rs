//! What is said while a hazard is rectified, verified, struck off, and when it comes back.

use super::Replay;
use super::fields::{list, text};
use super::units::{named_unit, unit_number};
use crate::sample::{line, name, prose};
use crate::{OFFICE, date, person, unit};
use serde_json::Value;
use std::collections::BTreeSet;
use xiaohao_core::acts::*;
use xiaohao_core::values::*;
use xiaohao_core::{Actor, Hazard, Refusal, decide};

impl Replay {
    /// Asked late, it needs a plea.
    pub(super) fn request_extension(
        &mut self,
        hazard: &Value,
        event: &Value,
        state: &Hazard,
        by: &Actor,
    ) -> RequestExtension {
        let says = RequestExtension {
            progress: prose("正在整改，详见台账。"),
            reason: prose(text(event, "reason")),
            until_on: date(text(event, "requested_to")),
            interim_measures: prose(text(&hazard["plan_five"], "预案")),
            signed_by: name("负责人（化名）"),
            late_plea: None,
            evidence: EvidenceSet::empty(),
        };
        let is_late = |refusal: &Refusal| refusal.code() == "EXTENSION_ASKED_TOO_LATE";
        let ctx = self.context(by, Some(state));
        let tried = decide(Some(state), says.clone().into(), &ctx);
        if tried.is_err_and(|refusals| refusals.iter().any(is_late)) {
            let late_plea = Some(prose("未能按时提出，恳请受理。"));
            RequestExtension { late_plea, ..says }
        } else {
            says
        }
    }

    pub(super) fn suspend(&mut self, hazard: &Value, event: &Value) -> Suspend {
        self.made += 1;
        Suspend {
            kind: SuspensionKind::from_code(text(event, "kind")).unwrap(),
            decision: line(&format!("现决〔2026〕{}号", self.made)),
            measures: prose(text(&hazard["plan_five"], "预案")),
            power_cut: None,
        }
    }

    pub(super) fn resume(&mut self, state: &Hazard) -> Resume {
        self.made += 1;
        let suspension = state.file().suspension_in_force();
        Resume {
            decision: suspension.unwrap().order.decision.clone(),
            approval: line(&format!("复产批复〔2026〕{}号", self.made)),
            application: prose("整改已验收合格，申请恢复生产。"),
        }
    }

    pub(super) fn refer(&mut self, event: &Value) -> ReferCriminal {
        ReferCriminal {
            case: line("移送〔2026〕1号"),
            receiver: line("县公安局"),
            officers: BTreeSet::from([name("承办人一（化名）"), name("承办人二（化名）")]),
            decided_by: name("局长（化名）"),
            decided_on: self.today,
            reason: prose(text(event, "reason")),
        }
    }

    pub(super) fn escalate(&mut self, hazard: &Value, event: &Value) -> Escalate {
        let kind = EscalationKind::from_name(text(event, "kind")).unwrap();
        let document = (kind == EscalationKind::SupervisionLetter)
            .then(|| line(&self.document(Series::EscalationLetter).to_string()));
        Escalate {
            kind,
            ground: match kind {
                EscalationKind::Urge => EscalationGround::Reminder,
                _ => EscalationGround::Overdue,
            },
            target: line(text(hazard, "unit_name")),
            document,
            text: prose("请抓紧整改。"),
        }
    }

    pub(super) fn apply(&mut self, state: &Hazard) -> ApplyVerification {
        let plan = &state.work().unwrap().plan;
        let photos = plan.measure_numbers().map(|measure| {
            Evidence::new(self.file(), EvidenceKind::After)
                .of_measure(measure)
                .unwrap()
        });
        let mut evidence: Vec<Evidence> = photos.collect();
        evidence.push(Evidence::new(self.file(), EvidenceKind::Report));
        ApplyVerification {
            statement: prose("各项措施已全部完成。"),
            // The file does not tell what was spent.
            spent: plan.funds().planned,
            evidence: EvidenceSet::new(evidence).unwrap(),
        }
    }

    /// The file has the unit apply for its own closure (key 7); by T24 the lead unit does.
    pub(super) fn apply_shutdown(&mut self, basis: ClosureBasis) -> ApplyShutdownClosure {
        ApplyShutdownClosure {
            basis,
            decision: line("关闭决定〔2026〕1号"),
            spent: Fen::ZERO,
            statement: prose("已依法关闭取缔。"),
            evidence: self.files(EvidenceKind::Site, 1),
        }
    }

    pub(super) fn inspection(&mut self, event: &Value, state: &Hazard, passed: bool) -> Inspection {
        let members = list(event, "team_units").iter().map(|of| {
            let of = of.as_str().unwrap();
            let (unit_name, role) = match of {
                "县安委办（组长）" => ("县安委办", TeamRole::Leader),
                "专家组" => (of, TeamRole::Expert),
                _ => (of, TeamRole::Member),
            };
            TeamMember {
                person: person(30_000 + unit_number(unit_name)),
                name: name(&format!("{unit_name}验收人员（化名）")),
                unit: named_unit(unit_name),
                unit_name: line(unit_name),
                role,
                conflict: None,
                signature: self.file(),
            }
        });
        let members = members.collect();
        let opinion = event["reason"].as_str().unwrap_or("各项措施均已落实。");
        let measures: Vec<u16> = state.work().unwrap().plan.measure_numbers().collect();
        let last = measures.last().copied();
        // Which measure failed the file does not tell: the last.
        let findings = measures.iter().map(|measure| Finding {
            measure: *measure,
            passed: passed || Some(*measure) != last,
            note: None,
        });
        Inspection {
            members,
            on_site_on: self.today,
            findings: findings.collect(),
            opinion: prose(opinion),
            evidence: self.files(EvidenceKind::Site, 1),
        }
    }

    pub(super) fn look_back(&mut self, event: &Value) -> LookBack {
        LookBack {
            leader: person(70),
            leader_name: name("带队人（化名）"),
            unit: unit(OFFICE),
            members: vec![name("带队人（化名）")],
            result: LookBackResult::CameBack,
            text: prose(text(event, "reason")),
            evidence: self.files(EvidenceKind::Site, 1),
        }
    }
}

/// The file tells the plan as it stands at the end; when it was filed it had to end by the deadline of that day.
pub(super) fn plan(hazard: &Value, state: &Hazard) -> Plan {
    let told = &hazard["plan_five"];
    let due_on = state.assignment().unwrap().term.due_on;
    let measures = list(told, "措施").iter().map(|measure| Measure {
        text: prose(measure.as_str().unwrap()),
        due_on: None,
    });
    Plan::new(PlanParts {
        responsibility: Some(Responsibility {
            person: name("主要负责人（化名）"),
            department: line(text(told, "责任")),
            contractor: None,
        }),
        measures: measures.collect(),
        funds: Some(Funds {
            planned: Fen::from_wan(&told["资金_万元"].to_string()).unwrap(),
            source: prose("单位自筹"),
        }),
        ends_on: Some(due_on.min(date(text(told, "时限")))),
        contingency: Some(Contingency {
            interim_measures: prose(text(told, "预案")),
            emergency: prose(text(told, "预案")),
        }),
    })
    .unwrap()
}

pub(super) fn grant_extension(event: &Value) -> GrantExtension {
    GrantExtension {
        until_on: date(text(event, "new_deadline")),
        remark: prose("同意延期。"),
        drafted_by: None,
        override_reason: None,
        higher_document: None,
        signatory: name("签发人（化名）"),
    }
}

pub(super) fn refuse_extension(event: &Value) -> RefuseExtension {
    RefuseExtension {
        reason: prose(text(event, "reason")),
        drafted_by: None,
        signatory: name("签发人（化名）"),
    }
}

/// On what basis the hazard will be struck off: the file tells it at the strike-off and not at the application.
pub(super) fn closure_basis(hazard: &Value, application: &Value) -> ClosureBasis {
    let events = list(hazard, "events").iter();
    let later = events.skip_while(|event| event["seq"] != application["seq"]);
    let struck_off = later
        .into_iter()
        .find(|event| event["event"] == "STRIKE_OFF");
    struck_off.map_or(ClosureBasis::Rectified, |event| {
        ClosureBasis::from_name(text(event, "basis")).unwrap()
    })
}

pub(super) fn strike_off(event: &Value) -> StrikeOff {
    StrikeOff {
        basis: ClosureBasis::from_name(text(event, "basis")).unwrap(),
        opinion: prose("同意销号。"),
        consent: None,
    }
}

pub(super) fn reopen(hazard: &Value) -> Reopen {
    let mut events = list(hazard, "events").iter();
    let finding = events.find(|event| event["event"] == "LOOKBACK_FAIL");
    Reopen {
        reason: ReopenReason::Rebound,
        finding: prose(text(finding.unwrap(), "reason")),
    }
}
