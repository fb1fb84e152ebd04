//! T02 认定列单: the office recognises the hazard as major and gives it its number.

use super::prelude::*;
use crate::directory::UnitKind;
use crate::dossier::{Cycle, ListEntry};
use crate::values::vocabulary::vocabulary;
use std::collections::BTreeSet;

/// 认定列单: on what basis, in whose line, and what it may lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// 隐患等级; only 重大 enters the list.
    pub level: Level,
    /// 对象.
    pub object_kind: ObjectKind,
    /// 判定依据: a clause in force on the day of discovery, or a research decision (研究认定).
    pub basis: Basis,
    /// 专委会.
    pub committee: UnitId,
    /// 牵头责任单位.
    pub lead_unit: UnitId,
    /// 配合单位.
    pub co_units: BTreeSet<UnitId>,
    /// 隐患单位.
    pub holder: Holder,
    /// 隐患类别 (GB/T 13861-2022).
    pub category: HazardCategory,
    /// 可能事故类型 (GB 6441), at least one.
    pub accident_types: Vec<AccidentType>,
    /// 重点领域.
    pub key_field: Option<KeyField>,
    /// 行业 (GB/T 4754-2017).
    pub industry: Option<IndustryCode>,
    /// 专项行动.
    pub campaign: Option<CampaignId>,
    /// What else holds of it.
    pub flags: BTreeSet<ListingFlag>,
    /// 认定人.
    pub recognised_by: PersonName,
    /// Why it is listed although an open hazard of the same unit, place and basis is on the list.
    pub duplicate_waiver: Option<Reason>,
}

vocabulary! {
    /// The boxes to tick on the list entry.
    ListingFlag "列单事项" {
        /// The government must coordinate.
        NeedsGovernment "NEEDS_GOVERNMENT" "需政府协调",
        /// A part of the unit must stop operation.
        NeedsPartialStop "NEEDS_PARTIAL_STOP" "需局部停产停业",
        /// The whole unit must stop operation.
        NeedsFullStop "NEEDS_FULL_STOP" "需全部停产停业",
        /// It is at a key project.
        KeyProject "KEY_PROJECT" "重点工程",
    }
}

/// T02: the hazard is on the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardListed {
    /// 隐患编号.
    pub number: HazardNumber,
    /// What was said.
    pub says: List,
}

impl Rules<Reported> for List {
    type Event = HazardListed;

    fn judge(&self, state: &Reported, ctx: &Context<'_>, no: &mut Refusals) {
        let found_on = state.file.report.found_on;
        no.when(self.level != Level::Major, || Refusal::NotMajor);
        no.when(!self.basis.valid_on(found_on), || {
            Refusal::BasisNotInForce { found_on }
        });
        if let Basis::Research(research) = &self.basis {
            let decided = DayTold {
                field: "decidedOn",
                name: "研究认定的日期",
                on: research.decided_on(),
            };
            let acted_on = ctx.occurred_on;
            no.when(decided.on > acted_on, || Refusal::DayAfterAct {
                told: decided,
                acted_on,
            });
        }
        no.when(self.accident_types.is_empty(), || {
            Refusal::AccidentTypeMissing
        });
        let county = ctx.county;
        no.when(!county.has(self.committee, UnitKind::Committee), || {
            Refusal::CommitteeUnknown
        });
        no.when(!county.has(self.lead_unit, UnitKind::Department), || {
            Refusal::LeadUnitUnknown
        });
        let mut co_units = self.co_units.iter();
        no.when_some(
            co_units.find(|unit| county.directory.unit(**unit).is_none()),
            |unit| Refusal::CoUnitUnknown { unit: *unit },
        );
        let holder = &self.holder;
        for (unit, part) in [
            (self.lead_unit, "牵头责任单位"),
            (holder.unit(), "隐患单位"),
        ] {
            no.when(self.co_units.contains(&unit), || Refusal::CoUnitHasAPart {
                unit,
                part,
            });
        }
        ctx.judge_holder("holder", holder, no, |name| Refusal::HolderNamedOtherwise {
            name,
        });
        if let (Some(number), None) = (ctx.known.open_duplicate.as_ref(), &self.duplicate_waiver) {
            no.add(Refusal::OpenDuplicate { number: *number });
        }
    }

    fn event(self, _state: &Reported, ctx: &Context<'_>) -> Result<HazardListed, Refusals> {
        Ok(HazardListed {
            number: ctx.known.hazard_number()?,
            says: self,
        })
    }
}

impl Evolves<Reported> for HazardListed {
    type Next = Listed;

    fn evolve(&self, state: Reported, stamp: &Stamp) -> Listed {
        let mut file = state.file;
        file.annulment = None;
        Listed {
            file,
            entry: ListEntry {
                number: self.number,
                listing: self.says.clone(),
                listed_on: stamp.occurred_on,
                cycle: Cycle::begin(1, stamp.occurred_on),
                supervision: Vec::new(),
                escalations: Vec::new(),
                first_round_passed: None,
                exposures: Vec::new(),
                mentions: Vec::new(),
                rectifiers: BTreeSet::new(),
                past_cycles: Vec::new(),
            },
        }
    }
}
