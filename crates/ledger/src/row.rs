//! The row of a hazard: what lists show, filter and order by, made from the hazard and from nothing else.
//!
//! A row can be made again at any time and compared; the history is the record.

use crate::position::Position;
use crate::scope::{Viewpoint, seen_from};
use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use xiaohao_core::acts::{Report, SourceRecord};
use xiaohao_core::statistics::{Deadline, completed_on};
use xiaohao_core::values::{
    Basis, CampaignId, ClueNumber, HazardId, HazardNumber, KeyField, Name, Place, Source,
    SupervisionLevel, Title, TownshipCode, UnitId,
};
use xiaohao_core::{County, DuplicateKey, Hazard, Status};

/// A hazard as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HazardRow {
    /// Its id.
    pub id: HazardId,
    /// The place of its first line: the order in which hazards came in.
    pub opened: Position,
    /// Number of its lines.
    pub version: u32,
    /// Its state.
    pub status: Status,
    /// 线索编号.
    pub clue: ClueNumber,
    /// 隐患编号, from listing on.
    pub number: Option<HazardNumber>,
    /// 隐患名称.
    pub title: Title,
    /// 隐患地址.
    pub place: Place,
    /// 属地.
    pub township: TownshipCode,
    /// 隐患单位: as listed, else as reported.
    pub holder: Option<UnitId>,
    /// Its name.
    pub holder_name: Option<Name>,
    /// 治理责任单位, while an order stands.
    pub responsible: Option<UnitId>,
    /// 专委会.
    pub committee: Option<UnitId>,
    /// 牵头责任单位.
    pub lead_unit: Option<UnitId>,
    /// 隐患来源.
    pub source: Source,
    /// 重点领域.
    pub key_field: Option<KeyField>,
    /// 专项行动.
    pub campaign: Option<CampaignId>,
    /// 上报日期.
    pub reported_on: NaiveDate,
    /// 发现日期.
    pub found_on: NaiveDate,
    /// 列单日期, the first.
    pub listed_on: Option<NaiveDate>,
    /// 现期限 of the present cycle.
    pub due_on: Option<NaiveDate>,
    /// 原期限 of the present cycle.
    pub original_due_on: Option<NaiveDate>,
    /// The deadline that runs: overdue is whatever has one before today.
    pub running_due_on: Option<NaiveDate>,
    /// The same, by the original deadline.
    pub running_original_due_on: Option<NaiveDate>,
    /// 完成整改日期, once a round has passed.
    pub completed_on: Option<NaiveDate>,
    /// 销号日期, while struck off.
    pub closed_on: Option<NaiveDate>,
    /// 挂牌督办: the highest level in force.
    pub supervised_at: Option<SupervisionLevel>,
    /// 停产停业 or another suspension is in force.
    pub suspended: bool,
}

/// What the store keeps of a hazard beside its row: to find it, and to know what must not happen twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// From where it is seen: by whom it concerns, and through which links.
    pub seen_from: BTreeSet<Viewpoint>,
    /// What a duplicate on the list would share with it, while it is open.
    pub duplicate: Option<DuplicateDigest>,
    /// The platform's record from which it came.
    pub source_record: Option<SourceRecord>,
}

/// The SHA-256 of what two hazards share when one is the other's duplicate: unit, area, place and basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DuplicateDigest([u8; 32]);

impl DuplicateDigest {
    /// The digest with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Of what is being listed: the place is that of its report.
    #[must_use]
    pub fn of(key: &DuplicateKey, report: &Report) -> Option<Self> {
        Self::of_parts(key.unit, &key.basis, report)
    }

    fn of_parts(unit: UnitId, basis: &Basis, report: &Report) -> Option<Self> {
        #[derive(Serialize)]
        struct Shared<'a> {
            unit: UnitId,
            township: TownshipCode,
            place: &'a Place,
            basis: [Option<&'a str>; 3],
        }
        let shared = Shared {
            unit,
            township: report.township,
            place: &report.place,
            basis: basis.cites(),
        };
        let bytes = serde_json::to_vec(&shared).ok()?;
        Some(Self(Sha256::digest(bytes).into()))
    }
}

impl HazardRow {
    /// The row of a hazard whose first line has this place.
    #[must_use]
    pub fn of(hazard: &Hazard, opened: Position) -> Self {
        let file = hazard.file();
        let report = &file.report;
        let entry = hazard.entry();
        let listing = entry.map(|entry| &entry.listing);
        let holder = listing
            .map(|listing| &listing.holder)
            .or(report.holder.as_ref());
        let term = hazard.term();
        Self {
            id: hazard.id(),
            opened,
            version: hazard.version(),
            status: hazard.status(),
            clue: file.clue,
            number: hazard.number().copied(),
            title: report.title.clone(),
            place: report.place.clone(),
            township: report.township,
            holder: holder.map(xiaohao_core::values::Holder::unit),
            holder_name: holder.map(|holder| holder.name().clone()),
            responsible: hazard
                .assignment()
                .map(xiaohao_core::dossier::Assignment::responsible_unit),
            committee: listing.map(|listing| listing.committee),
            lead_unit: listing.map(|listing| listing.lead_unit),
            source: report.source,
            key_field: listing.and_then(|listing| listing.key_field),
            campaign: listing.and_then(|listing| listing.campaign),
            reported_on: file.reported_on,
            found_on: report.found_on,
            listed_on: entry.map(|entry| entry.listed_on),
            due_on: term.map(|term| term.due_on),
            original_due_on: term.map(|term| term.original_due_on),
            running_due_on: hazard.running_deadline(),
            running_original_due_on: running_original_deadline(hazard),
            completed_on: completed_on(hazard),
            closed_on: hazard.closure().map(|closure| closure.closed_on),
            supervised_at: entry.and_then(xiaohao_core::dossier::ListEntry::supervised_at),
            suspended: file.suspension_in_force().is_some(),
        }
    }

    /// Whether it is overdue at the end of a day.
    #[must_use]
    pub fn is_overdue(&self, on: NaiveDate) -> bool {
        self.is_overdue_by(Deadline::Effective, on)
    }

    /// The same, by this deadline.
    #[must_use]
    pub fn is_overdue_by(&self, by: Deadline, on: NaiveDate) -> bool {
        let due_on = match by {
            Deadline::Effective => self.running_due_on,
            Deadline::Original => self.running_original_due_on,
        };
        due_on.is_some_and(|due_on| xiaohao_core::is_overdue(due_on, on))
    }

    /// Whether it is struck off, or verified and waiting for it.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.status.is_done()
    }

    /// Whether it is done, and was completed by this deadline.
    #[must_use]
    pub fn is_on_time(&self, by: Deadline) -> bool {
        let due_on = match by {
            Deadline::Effective => self.due_on,
            Deadline::Original => self.original_due_on,
        };
        self.is_done()
            && matches!((self.completed_on, due_on), (Some(on), Some(due_on)) if on <= due_on)
    }
}

impl Keys {
    /// The keys of a hazard.
    #[must_use]
    pub fn of(hazard: &Hazard, county: &County) -> Self {
        let status = hazard.status();
        let on_the_list = status.is_open() || status == Status::Verified;
        let listing = hazard
            .entry()
            .filter(|_| on_the_list)
            .map(|entry| &entry.listing);
        let duplicate = listing.and_then(|listing| {
            let report = &hazard.file().report;
            DuplicateDigest::of_parts(listing.holder.unit(), &listing.basis, report)
        });
        Self {
            seen_from: seen_from(hazard, county),
            duplicate,
            source_record: hazard.file().report.source_record.clone(),
        }
    }
}

/// The original deadline while it runs: the one that [`Hazard::days_overdue_originally`] counts from.
fn running_original_deadline(hazard: &Hazard) -> Option<NaiveDate> {
    let original = hazard.term()?.original_due_on;
    hazard.days_overdue_originally(NaiveDate::MAX)?;
    Some(original)
}
