//! The counties whose ledgers are kept here, and the data of each: what was entered last, with every change of posts since.

use crate::begin::SqlBatch;
use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::{fault, unreadable};
use crate::line;
use crate::rebuild::Findings;
use crate::sql::{Engine, Sql};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::upkeep::UpkeepEvent;
use xiaohao_core::values::{CountyCode, UnitId};
use xiaohao_ledger::{Fault, Line, Position, Record, Written};

/// The tables in which each row is a county's.
const OF_COUNTIES: [&str; 10] = [
    "ledger_entry",
    "ledger_head",
    "personal_value",
    "checkpoint",
    "evidence",
    "hazard",
    "number_taken",
    "order_with_act",
    "tally",
    "tally_due",
];

/// The data of a county, and the last line that made them what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The line.
    pub line: Position,
    /// The data.
    pub data: CountyData,
    /// Whether posts have changed since all of it was entered.
    pub posts_changed: bool,
}

impl Entered {
    /// What these lines come to, in their order, if they enter anything: the data that were entered last, with every change of
    /// posts since.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where a change does not follow on what came before.
    pub fn by(lines: &[Line]) -> Result<Option<Self>, Fault> {
        let mut last: Option<Self> = None;
        for line in lines {
            let Record::Ledger(entry) = &line.record else {
                continue;
            };
            if !changes_data(&entry.event) {
                continue;
            }
            let before = last.take().map(|last| Box::new(last.data));
            let after = entry.event.county_data(entry.seq, before);
            let after = after.map_err(|error| Fault::Damaged {
                what: format!("line {} does not follow on what came before", line.position),
                cause: Some(Arc::new(error)),
            })?;
            last = after.map(|data| Self {
                line: line.position,
                data: *data,
                posts_changed: matches!(entry.event, UpkeepEvent::PostsChanged(_)),
            });
        }
        Ok(last)
    }

    /// What a batch has made of the data, if it has.
    pub(crate) fn in_batch(written: &Written) -> Option<Self> {
        let mut lines = written.lines.iter().rev().map(|new| &new.line);
        let changes = |line: &&Line| match &line.record {
            Record::Ledger(entry) => changes_data(&entry.event),
            Record::Hazard(_) | Record::Order(_) | Record::Circular(_) => false,
        };
        let last = lines.find(changes)?;
        let data = written.ledger.as_ref()?.county_data.as_deref()?.clone();
        Some(Self {
            line: last.position,
            data,
            posts_changed: last.record.event() == UpkeepEvent::CHANGES_POSTS,
        })
    }

    fn row(&self) -> Result<String, Fault> {
        self.data.written().map_err(Fault::internal)
    }
}

/// Goes on with the question how many lines the ledger's own history has.
pub(crate) fn push_own_version(sql: &mut Sql, code: CountyCode) {
    sql.push("SELECT MAX(seq) FROM ledger_entry WHERE county = ");
    sql.bind(county(code));
    line::push_own(sql, "");
}

/// How many lines they are; none where there is no such history.
pub(crate) fn to_version(last: Option<i64>) -> Result<u32, Fault> {
    let last = last.unwrap_or(0);
    u32::try_from(last).map_err(|error| unreadable("the ledger's own history", error))
}

/// How many lines the ledger's own history has.
pub(crate) async fn own_version(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
) -> Result<u32, Fault> {
    let mut sql = Sql::new(engine, "");
    push_own_version(&mut sql, code);
    let row = within.query_one_raw(sql.statement()).await.map_err(fault)?;
    let last = row.map(|row| Columns::of(&row).next()).transpose()?;
    to_version(last.flatten())
}

/// The lines of the ledger's own history that follow on this version of it.
pub(crate) fn own_lines_after(engine: Engine, code: CountyCode, version: u32) -> Sql {
    let mut sql = line::of_county(engine, code, &[]);
    line::push_own(&mut sql, "");
    sql.push(" AND seq > ");
    sql.bind(i64::from(version)).push(" ORDER BY seq");
    sql
}

/// The data that was entered last.
pub(crate) async fn entered(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
) -> Result<Option<Entered>, Fault> {
    // From the last line that enters all of it on; what went before is not even read.
    let mut sql = line::of_county(engine, code, &[]);
    line::push_own(&mut sql, "");
    sql.push(" AND event IN (");
    sql.bind(UpkeepEvent::ENTERS_DATA).push(", ");
    sql.bind(UpkeepEvent::CHANGES_POSTS).push(") AND seq >= (");
    push_own_version(&mut sql, code);
    sql.push(" AND event = ").bind(UpkeepEvent::ENTERS_DATA);
    sql.push(") ORDER BY seq");
    let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
    let lines: Vec<Line> = rows.iter().map(line::line).collect::<Result<_, _>>()?;
    Entered::by(&lines)
}

fn changes_data(event: &UpkeepEvent) -> bool {
    match event {
        UpkeepEvent::CountyDataEntered(_) | UpkeepEvent::PostsChanged(_) => true,
        UpkeepEvent::PersonalDataErased(_)
        | UpkeepEvent::SigningKeyRotated(_)
        | UpkeepEvent::WaysInChanged(_)
        | UpkeepEvent::SettingsStated(_)
        | UpkeepEvent::PeriodFiled(_) => false,
    }
}

impl SqlBatch {
    /// Keeps what was entered, in place of what was kept before.
    pub(crate) async fn keep(&self, entered: &Entered) -> Result<(), Fault> {
        let mut sql = Sql::new(self.engine, "INSERT INTO county (code, data) VALUES (");
        sql.bind(county(self.county))
            .push(", ")
            .bind(entered.row()?);
        sql.push(") ON CONFLICT (code) DO UPDATE SET data = excluded.data");
        self.run(sql.statement()).await.map(drop)
    }
}

/// Compares what is kept with what was entered; where nothing was, there is nothing to compare with.
pub(crate) async fn compare(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let entered = match entered(engine, within, code).await {
        Ok(Some(entered)) => entered,
        // A line that cannot be read is found where the lines are gone through.
        Ok(None) | Err(Fault::Damaged { .. }) => return Ok(()),
        Err(fault) => return Err(fault),
    };
    let mut sql = Sql::new(engine, "SELECT data FROM county WHERE code = ");
    sql.bind(county(code));
    let row = within.query_one_raw(sql.statement()).await.map_err(fault)?;
    let kept = row.map(|row| Columns::of(&row).next::<String>());
    if kept.transpose()? != Some(entered.row()?) {
        let line = entered.line;
        findings.differ(|| format!("the data of the county is not what line {line} entered"));
    }
    Ok(())
}

impl SqlStore {
    /// The data of a county that was entered in its ledger last; none where that was never done.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn entered(&self, code: CountyCode) -> Result<Option<Entered>, Fault> {
        entered(self.engine, &self.readers, code).await
    }

    /// How many hazards each of these committees has or has had, of those that have any.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn hazards_of_committees(
        &self,
        code: CountyCode,
        committees: &[UnitId],
    ) -> Result<Vec<(UnitId, u64)>, Fault> {
        let mut counted = Vec::new();
        for committee in committees {
            let mut sql = Sql::new(self.engine, "SELECT count(*) FROM hazard WHERE county = ");
            sql.bind(county(code));
            sql.push(" AND committee = ").bind(committee.as_uuid());
            let row = self.readers.query_one_raw(sql.statement()).await;
            let many = row
                .map_err(fault)?
                .map(|row| Columns::of(&row).next::<i64>());
            let many = many.transpose()?.unwrap_or(0);
            match u64::try_from(many) {
                Ok(0) | Err(_) => {}
                Ok(many) => counted.push((*committee, many)),
            }
        }
        Ok(counted)
    }

    /// The counties, each with its data as it is kept. A row under what is no code is none.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn counties(&self) -> Result<Vec<(CountyCode, String)>, Fault> {
        let sql = Sql::new(self.engine, "SELECT code, data FROM county ORDER BY code");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let mut counties = Vec::new();
        for row in &rows.map_err(fault)? {
            let mut at = Columns::of(row);
            if let Ok(code) = CountyCode::parse(&at.next::<String>()?) {
                counties.push((code, at.next()?));
            }
        }
        Ok(counties)
    }

    /// The counties of which there is anything here, as they are written: whether or not their data is kept, and whether or not
    /// there is such a county.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn ledgers(&self) -> Result<Vec<String>, Fault> {
        let of_table = OF_COUNTIES.map(|table| format!("SELECT county FROM {table}"));
        let all = format!(
            "SELECT code FROM county UNION {} ORDER BY 1",
            of_table.join(" UNION ")
        );
        let rows = self
            .readers
            .query_all_raw(Sql::new(self.engine, &all).statement());
        let rows = rows.await.map_err(fault)?;
        rows.iter().map(|row| Columns::of(row).next()).collect()
    }
}
