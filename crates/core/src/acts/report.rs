//! T01 上报: a clue comes in. It makes the hazard; nothing is decided about it yet.

use super::prelude::*;
use crate::context::first_day;

/// 上报: what was found, where, when and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// 隐患名称.
    pub title: Title,
    /// 基本情况.
    pub description: Description,
    /// 属地.
    pub township: TownshipCode,
    /// 隐患地址.
    pub place: Place,
    /// Where on the map, with its datum.
    pub coordinates: Option<Coordinates>,
    /// 隐患单位, as far as it is known; settled at listing.
    pub holder: Option<Holder>,
    /// 隐患来源.
    pub source: Source,
    /// How it was looked at; an inspection on site needs a photo.
    pub inspection: Option<InspectionMode>,
    /// The feeding platform and its own record number, unique together.
    pub source_record: Option<SourceRecord>,
    /// 发现日期.
    pub found_on: NaiveDate,
    /// 发现人.
    pub found_by: Option<PrivateName>,
    /// Photos and papers.
    pub evidence: EvidenceSet,
    /// 举报人: for the intake role only, never shown to another (rule 25).
    pub reporter: Option<Reporter>,
}

/// Where a platform's report came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// The platform.
    pub system: Line<40>,
    /// Its own number of the record.
    pub id: Line<80>,
}

/// 举报人: who reported, if he said so. Contact is optional: nobody need name himself to report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reporter {
    /// His name.
    pub name: Option<PrivateName>,
    /// His telephone.
    pub phone: Option<Phone>,
}

/// T01: the clue is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HazardReported {
    /// The county whose ledger it is.
    pub county: CountyCode,
    /// 线索编号.
    pub clue: ClueNumber,
    /// What was said.
    pub says: Report,
}

/// The rules of the report, which has no state before it.
pub(crate) fn report(says: Report, ctx: &Context<'_>) -> Result<HazardReported, Refusals> {
    let mut no = Refusals::default();
    no.when(!ctx.county.townships.contains_key(&says.township), || {
        Refusal::PlaceOutsideCounty {
            township: says.township,
        }
    });
    no.when(says.found_on > ctx.occurred_on, || {
        Refusal::FoundAfterReport {
            found_on: says.found_on,
        }
    });
    // Where the report itself is dated so, that is told already.
    let is_early = |first: &NaiveDate| says.found_on < *first && ctx.occurred_on >= *first;
    no.when_some(first_day().filter(is_early), |first_day| {
        Refusal::FoundTooEarly { first_day }
    });
    let on_site = says.inspection == Some(InspectionMode::OnSite);
    no.when(on_site && !says.evidence.has_photo(), || {
        Refusal::PhotoMissing
    });
    // Whoever enters it: what a platform has pushed is known by the platform's own number.
    let from_platform = ctx.actor.role == crate::Role::Platform || says.source == Source::Platform;
    let by_unit = ctx.actor.role == crate::Role::Unit;
    let is_missing = from_platform && says.source_record.is_none();
    no.when(is_missing && !by_unit, || Refusal::SourceRecordMissing);
    if let Some(holder) = &says.holder {
        ctx.judge_rectifier(holder.unit(), &mut no);
    }
    // Whoever rectifies would keep a platform's report of his hazard out by reporting its record first.
    let told = says.source_record.as_ref().map(|_| "sourceRecord");
    let told = told.or(from_platform.then_some("source"));
    no.when_some(told.filter(|_| by_unit), |part| {
        Refusal::SourceRecordOfUnit { part }
    });
    no.when_some(ctx.known.source_record_of.filter(|_| !by_unit), |clue| {
        Refusal::SourceRecordKnown { clue }
    });
    no.or(|| {
        Ok(HazardReported {
            county: ctx.county.code,
            clue: ctx.known.clue()?,
            says,
        })
    })
}
