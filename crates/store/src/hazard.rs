//! The row of a hazard as columns, in one order for writing and for reading.

use crate::column::{
    Columns, NO_NUMBER, clue, county, day, hazard_number, position, to_clue, to_hazard_number,
    to_position,
};
use sea_orm::{QueryResult, Value};
use uuid::Uuid;
use xiaohao_core::Status;
use xiaohao_core::values::{
    CampaignId, CountyCode, HazardId, Invalid, KeyField, Name, Place, Source, SupervisionLevel,
    Title, TownshipCode, UnitId,
};
use xiaohao_ledger::Fault;
use xiaohao_ledger::row::{HazardRow, Keys};

/// The columns of [`HazardRow`], in the order in which they are read.
pub(crate) const SHOWN: &[&str] = &[
    "id",
    "opened",
    "version",
    "status",
    "clue",
    "number",
    "title",
    "place",
    "township",
    "holder",
    "holder_name",
    "responsible",
    "committee",
    "lead_unit",
    "source",
    "key_field",
    "campaign",
    "reported_on",
    "found_on",
    "listed_on",
    "due_on",
    "original_due_on",
    "running_due_on",
    "running_original_due_on",
    "completed_on",
    "closed_on",
    "supervised_at",
    "suspended",
];

/// What is kept of a hazard beside that.
pub(crate) const KEPT: &[&str] = &[
    "county",
    "due_order",
    "duplicate",
    "source_system",
    "source_record",
];

/// The values of all columns, those of [`SHOWN`] first.
pub(crate) fn values(code: CountyCode, row: &HazardRow, keys: &Keys) -> Vec<Value> {
    let unit = |unit: Option<UnitId>| unit.map(UnitId::as_uuid);
    let record = keys.source_record.as_ref();
    vec![
        row.id.as_uuid().into(),
        position(row.opened).into(),
        i64::from(row.version).into(),
        row.status.code().into(),
        clue(row.clue).into(),
        row.number.map_or(NO_NUMBER, hazard_number).into(),
        row.title.as_str().into(),
        row.place.as_str().into(),
        row.township.to_string().into(),
        unit(row.holder).into(),
        row.holder_name
            .as_ref()
            .map(|name| name.as_str().to_owned())
            .into(),
        unit(row.responsible).into(),
        unit(row.committee).into(),
        unit(row.lead_unit).into(),
        row.source.code().into(),
        row.key_field.map(|field| field.code().to_owned()).into(),
        row.campaign.map(CampaignId::as_uuid).into(),
        row.reported_on.into(),
        row.found_on.into(),
        row.listed_on.into(),
        row.due_on.into(),
        row.original_due_on.into(),
        row.running_due_on.into(),
        row.running_original_due_on.into(),
        row.completed_on.into(),
        row.closed_on.into(),
        row.supervised_at
            .map(|level| level.code().to_owned())
            .into(),
        row.suspended.into(),
        county(code),
        day(row.due_on).into(),
        keys.duplicate
            .map(|digest| digest.as_bytes().to_vec())
            .into(),
        record
            .map(|record| record.system.as_str().to_owned())
            .into(),
        record.map(|record| record.id.as_str().to_owned()).into(),
    ]
}

/// Reads the columns of [`SHOWN`].
pub(crate) fn row(code: CountyCode, result: &QueryResult) -> Result<HazardRow, Fault> {
    let mut at = Columns::of(result);
    let unit = UnitId::new;
    Ok(HazardRow {
        id: at.next_as(HazardId::new)?,
        opened: to_position(at.next()?)?,
        version: crate::column::natural(at.next()?)?,
        status: at.next_as(|code: String| status(&code))?,
        clue: to_clue(code, at.next()?)?,
        number: to_hazard_number(code, at.next()?)?,
        title: at.next_as(|text: String| Title::new(&text))?,
        place: at.next_as(|text: String| Place::new(&text))?,
        township: at.next_as(|text: String| TownshipCode::parse(&text))?,
        holder: at.next_perhaps::<Uuid, _>(unit)?,
        holder_name: at.next_perhaps(|text: String| Name::new(&text))?,
        responsible: at.next_perhaps::<Uuid, _>(unit)?,
        committee: at.next_perhaps::<Uuid, _>(unit)?,
        lead_unit: at.next_perhaps::<Uuid, _>(unit)?,
        source: at.next_as(|code: String| Source::from_code(&code))?,
        key_field: at.next_perhaps(|code: String| KeyField::from_code(&code))?,
        campaign: at.next_perhaps(CampaignId::new)?,
        reported_on: at.next()?,
        found_on: at.next()?,
        listed_on: at.next()?,
        due_on: at.next()?,
        original_due_on: at.next()?,
        running_due_on: at.next()?,
        running_original_due_on: at.next()?,
        completed_on: at.next()?,
        closed_on: at.next()?,
        supervised_at: at.next_perhaps(|code: String| SupervisionLevel::from_code(&code))?,
        suspended: at.next()?,
    })
}

pub(crate) fn status(code: &str) -> Result<Status, Invalid> {
    let mut all = Status::ALL.iter().copied();
    all.find(|status| status.code() == code)
        .ok_or(Invalid::NotInVocabulary {
            vocabulary: "状态"
        })
}
