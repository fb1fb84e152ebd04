//! The row of a hazard as columns, in one order for writing and for reading.

use crate::column::{
    Columns, NO_NUMBER, clue, county, day, hazard_number, position, to_clue, to_hazard_number,
    to_position,
};
use crate::parts::{Parts, Rows};
use crate::sql::{Engine, Sql, array, as_json, in_powers_of_two, records};
use sea_orm::{QueryResult, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;
use xiaohao_core::Status;
use xiaohao_core::values::{
    CampaignId, CountyCode, HazardId, Invalid, KeyField, Name, Place, Source, SupervisionLevel,
    Title, TownshipCode, UnitId,
};
use xiaohao_ledger::row::{HazardRow, Keys};
use xiaohao_ledger::{Fault, WrittenHazard};

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

/// All columns, those of [`SHOWN`] first.
pub(crate) static COLUMNS: LazyLock<Vec<&str>> =
    LazyLock::new(|| SHOWN.iter().chain(KEPT).copied().collect());

/// By what a row is known; no act changes it.
const FIXED: &[&str] = &["county", "id", "opened"];

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

/// Adds what gives rows that are there their new values, if they are as the history left them. SQLite writes every index anew of
/// which a column is set, whether or not its value is another, and so is told just what has changed; PostgreSQL looks for itself, and
/// is told everything in one shape.
pub(crate) fn update(
    parts: &mut Parts,
    engine: Engine,
    code: CountyCode,
    hazards: &[WrittenHazard],
) -> Result<(), Fault> {
    let there = hazards.iter().filter_map(|written| {
        let (row, keys) = written.before.as_ref()?;
        let new = values(code, &written.row, &written.keys);
        Some((row, values(code, row, keys), new))
    });
    match engine {
        Engine::Sqlite => {
            let mut alike: BTreeMap<Vec<&'static str>, Vec<Vec<Value>>> = BTreeMap::new();
            for (row, old, new) in there {
                let mut columns = Vec::new();
                let mut now: Vec<Value> = vec![
                    county(code),
                    row.id.as_uuid().into(),
                    position(row.opened).into(),
                    i64::from(row.version).into(),
                ];
                for ((column, old), new) in COLUMNS.iter().zip(old).zip(new) {
                    if old != new && !FIXED.contains(column) {
                        columns.push(*column);
                        now.push(new);
                    }
                }
                alike.entry(columns).or_default().push(now);
            }
            for (columns, rows) in alike {
                for rows in in_powers_of_two(rows) {
                    parts.add(Rows::OfHazards, |sql| update_alike(sql, &columns, rows));
                }
            }
        }
        Engine::Postgres => {
            let (mut ids, mut versions, mut rows) = (Vec::new(), Vec::new(), Vec::new());
            for (row, _, new) in there {
                ids.push(row.id.as_uuid().into());
                versions.push(i64::from(row.version).into());
                rows.push(new);
            }
            if !rows.is_empty() {
                let rows = as_json(&COLUMNS, &rows)
                    .ok_or_else(|| Fault::damaged("a hazard has a value of no known type"))?;
                parts.add(Rows::OfHazards, |sql| {
                    update_all(sql, [ids, versions], rows);
                });
            }
        }
    }
    Ok(())
}

/// Sets columns of rows. The county stands with each of them, so that SQLite looks each up by its key: a county alone it would take
/// for the shorter way.
fn update_alike(sql: &mut Sql, columns: &[&'static str], rows: Vec<Vec<Value>>) {
    sql.push("WITH now (its_county, its_id, its_place, its_version");
    for column in columns {
        sql.push(", ").push(column);
    }
    sql.push(") AS (").values(rows).push(") UPDATE hazard SET ");
    set(sql, columns.iter().copied());
    sql.push(
        " FROM now WHERE hazard.county = now.its_county AND hazard.id = now.its_id \
         AND hazard.opened = now.its_place AND hazard.version = now.its_version",
    );
}

/// Sets all columns of rows, each of which has this id and had this version.
fn update_all(sql: &mut Sql, [ids, versions]: [Vec<Value>; 2], rows: String) {
    sql.push("UPDATE hazard SET ");
    set(
        sql,
        COLUMNS
            .iter()
            .copied()
            .filter(|column| !FIXED.contains(column)),
    );
    sql.push(" FROM ");
    records(sql, "hazard", rows);
    sql.push(" AS now, unnest(").bind(array(ids)).push(", ");
    sql.bind(array(versions)).push(
        ") AS old (id, version) WHERE old.id = now.id AND hazard.county = now.county AND hazard.id = now.id \
         AND hazard.opened = now.opened AND hazard.version = old.version",
    );
}

fn set(sql: &mut Sql, columns: impl Iterator<Item = &'static str>) {
    for (number, column) in columns.enumerate() {
        sql.push(if number > 0 { ", " } else { "" });
        sql.push(column).push(" = now.").push(column);
    }
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
        title: at.next_as(|text: String| Title::recorded(&text))?,
        place: at.next_as(|text: String| Place::recorded(&text))?,
        township: at.next_as(|text: String| TownshipCode::parse(&text))?,
        holder: at.next_perhaps::<Uuid, _>(unit)?,
        holder_name: at.next_perhaps(|text: String| Name::recorded(&text))?,
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

#[cfg(test)]
mod tests {
    use super::update_alike;
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::{Engine, Sql};

    #[tokio::test]
    async fn a_row_is_looked_up_by_its_key_to_be_changed() {
        let database = new_in_memory().await.unwrap();
        for rows in [1, 64] {
            let row = vec!["".into(); 6];
            let mut sql = Sql::new(Engine::Sqlite, "");
            update_alike(&mut sql, &["status", "version"], vec![row; rows]);
            let steps = plan::steps(&database, sql.statement()).await;
            let by_key = "SEARCH hazard USING INDEX sqlite_autoindex_hazard_1 (county=? AND id=?)";
            let by_place = "SEARCH hazard USING INDEX hazard_opened (county=? AND opened=?)";
            let is_fine = steps.iter().any(|step| step == by_key || step == by_place);
            assert!(is_fine, "{rows}: {steps:#?}");
        }
    }
}
