//! The record walked one subject after the other, each replayed to what it comes to.

use super::{Findings, Progress};
use crate::append;
use crate::column::{Columns, county, position, to_position};
use crate::fault::fault;
use crate::line;
use crate::sql::{Engine, Sql};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::VecDeque;
use uuid::Uuid;
use xiaohao_core::values::OrderId;
use xiaohao_core::{County, NumberTaken};
use xiaohao_ledger::row::{HazardRow, Keys};
use xiaohao_ledger::{After, Fault, Line, Position, SubjectKind, Told, WrittenHazard};

/// What the record of one subject comes to.
pub(super) struct Made {
    /// What is kept of a hazard; of a paper nothing is.
    pub(super) hazard: Option<WrittenHazard>,
    /// The numbers that it took, and where.
    pub(super) numbers: Vec<(NumberTaken, Position)>,
    /// The orders that were issued with its acts, and where.
    pub(super) orders: Vec<(OrderId, Position)>,
}

/// The subjects of the record, in the order of their ids.
pub(super) struct Subjects<'a, C> {
    connection: &'a C,
    engine: Engine,
    county: &'a County,
    /// Lines that were read and not yet replayed.
    lines: VecDeque<Line>,
    /// The last line that was read.
    read: Option<(String, Uuid, i64)>,
    done: u64,
    of: u64,
    last: Position,
    last_instant: Option<DateTime<Utc>>,
    is_over: bool,
}

/// How many lines are read at once.
const LINES: i64 = 2000;

/// The columns that must say what the body says.
pub(crate) const BESIDE: &str = ", event, person, role, unit, occurred_on, recorded_at";

/// The places of the dates among them.
const OCCURRED_ON: usize = 4;
const RECORDED_AT: usize = 5;

impl<'a, C: ConnectionTrait> Subjects<'a, C> {
    pub(super) async fn new(
        connection: &'a C,
        engine: Engine,
        of_county: &'a County,
    ) -> Result<Self, Fault> {
        let mut sql = Sql::new(
            engine,
            "SELECT count(*), coalesce(max(position), 0) FROM ledger_entry WHERE county = ",
        );
        sql.bind(county(of_county.code));
        let row = connection
            .query_one_raw(sql.statement())
            .await
            .map_err(fault)?
            .ok_or_else(|| Fault::damaged("the lines cannot be counted"))?;
        let mut at = Columns::of(&row);
        Ok(Self {
            connection,
            engine,
            county: of_county,
            lines: VecDeque::new(),
            read: None,
            done: 0,
            of: to_position(at.next()?)?.get(),
            last: to_position(at.next()?)?,
            last_instant: None,
            is_over: false,
        })
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            done: self.done,
            of: self.of,
        }
    }

    /// When the last line was recorded, once all are read.
    pub(super) fn last_instant(&self) -> Option<DateTime<Utc>> {
        self.last_instant
    }

    /// What the next subjects come to, at most `most`; none when the record is at its end. A subject that cannot be
    /// replayed is among the findings.
    pub(super) async fn next(
        &mut self,
        most: usize,
        findings: &mut Findings,
    ) -> Result<Vec<Made>, Fault> {
        let mut made = Vec::with_capacity(most);
        while made.len() < most {
            let Some(lines) = self.next_subject(findings).await? else {
                break;
            };
            match replay(self.county, &lines) {
                Ok(one) => made.push(one),
                Err(fault) => {
                    findings.differ(|| Told(&fault).to_string());
                    continue;
                }
            }
            match lines.first().map(|line| line.record.subject().kind()) {
                Some(SubjectKind::Hazard) => findings.hazards += 1,
                Some(SubjectKind::Order | SubjectKind::Circular) => findings.papers += 1,
                Some(SubjectKind::Ledger) | None => {}
            }
        }
        findings.lines = self.done;
        Ok(made)
    }

    /// All lines of the next subject.
    async fn next_subject(&mut self, findings: &mut Findings) -> Result<Option<Vec<Line>>, Fault> {
        let mut own: Vec<Line> = Vec::new();
        loop {
            while let Some(line) = self.lines.front() {
                let subject = line.record.subject();
                if own.first().is_some_and(|l| l.record.subject() != subject) {
                    return Ok(Some(own));
                }
                own.extend(self.lines.pop_front());
            }
            if self.is_over {
                return Ok(Some(own).filter(|own| !own.is_empty()));
            }
            self.read_on(findings).await?;
        }
    }

    async fn read_on(&mut self, findings: &mut Findings) -> Result<(), Fault> {
        let mut sql = line::of_county(self.engine, self.county.code, &[BESIDE]);
        if let Some((kind, id, seq)) = &self.read {
            sql.push(" AND (subject_kind, subject, seq) > (");
            sql.bind(kind.as_str()).push(", ").bind(*id);
            sql.push(", ").bind(*seq).push(")");
        }
        sql.push(" ORDER BY subject_kind, subject, seq LIMIT ")
            .bind(LINES);
        let rows = self.connection.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        self.is_over = rows.is_empty();
        for row in &rows {
            self.done = self.done.saturating_add(1);
            match line::line(row) {
                Ok(line) => {
                    if let Err(fault) = agrees(row, &line) {
                        findings.differ(|| fault.to_string());
                    }
                    let instant = Some(line.record.stamp().recorded_at);
                    self.last_instant = self.last_instant.max(instant);
                    self.lines.push_back(line);
                }
                Err(fault) => findings.differ(|| Told(&fault).to_string()),
            }
        }
        if let Some(row) = rows.last() {
            let mut at = Columns::of(row);
            let _: i64 = at.next()?;
            self.read = Some((at.next()?, at.next()?, at.next()?));
        }
        Ok(())
    }

    /// Whether the places run from 1 without a gap, and each line was recorded no earlier than the one before it.
    pub(super) async fn check_places(&self, findings: &mut Findings) -> Result<(), Fault> {
        if self.last.get() != self.of {
            let missing = self.first_gap().await?;
            findings.differ(|| {
                format!(
                    "the last line has place {} and there are {} lines: line {missing} is missing",
                    self.last, self.of
                )
            });
        }
        let mut sql = Sql::new(
            self.engine,
            "SELECT position FROM (SELECT position, recorded_at, lag(recorded_at) OVER \
             (ORDER BY position) AS before FROM ledger_entry WHERE county = ",
        );
        sql.bind(county(self.county.code));
        sql.push(") AS t WHERE recorded_at < before ORDER BY position LIMIT 1");
        let row = self.connection.query_one_raw(sql.statement()).await;
        if let Some(row) = row.map_err(fault)? {
            let place = to_position(Columns::of(&row).next()?)?;
            findings.differ(|| format!("line {place} was recorded before the line before it"));
        }
        Ok(())
    }

    async fn first_gap(&self) -> Result<Position, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT coalesce(min(e.position + 1), 1) FROM ledger_entry e WHERE e.county = ",
        );
        sql.bind(county(self.county.code));
        sql.push(" AND e.position < ").bind(position(self.last));
        sql.push(
            " AND NOT EXISTS (SELECT 1 FROM ledger_entry n WHERE n.county = e.county \
             AND n.position = e.position + 1)",
        );
        let row = self.connection.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.map_or(Ok(Position::START), |row| {
            to_position(Columns::of(&row).next()?)
        })
    }
}

/// Whether the columns beside the body say what it says.
pub(crate) fn agrees(row: &QueryResult, line: &Line) -> Result<(), Fault> {
    let mut at = Columns::from(row, line::READ);
    let beside: (String, Uuid, String, Uuid, NaiveDate, DateTime<Utc>) = (
        at.next()?,
        at.next()?,
        at.next()?,
        at.next()?,
        at.next()?,
        at.next()?,
    );
    let stamp = line.record.stamp();
    let actor = &stamp.actor;
    let body = (
        line.record.event().to_owned(),
        actor.person.as_uuid(),
        actor.role.code().to_owned(),
        actor.unit.as_uuid(),
        stamp.occurred_on,
        stamp.recorded_at,
    );
    // SQLite compares dates and instants as texts, so that another way to write the same is another one.
    let is_written = |column: usize, one_form: String| {
        let text = row.try_get_by_index::<String>(line::READ.saturating_add(column));
        text.map_or(true, |text| text == one_form)
    };
    let in_one_form = is_written(OCCURRED_ON, stamp.occurred_on.to_string())
        && is_written(
            RECORDED_AT,
            stamp
                .recorded_at
                .to_rfc3339_opts(SecondsFormat::AutoSi, false),
        );
    if beside == body && in_one_form {
        Ok(())
    } else {
        Err(Fault::damaged(format!(
            "the columns of line {} contradict its body: {beside:?} and {body:?}",
            line.position
        )))
    }
}

/// What the lines of one subject come to.
fn replay(county: &County, lines: &[Line]) -> Result<Made, Fault> {
    let opened = lines.first().map_or(Position::START, |line| line.position);
    let taken = |line: &Line| Some((line.record.number_taken()?, line.position));
    let hazard = match After::history(lines)? {
        Some(After::Hazard(hazard)) => Some(WrittenHazard {
            before: None,
            row: HazardRow::of(&hazard, opened),
            keys: Keys::of(&hazard, county),
        }),
        Some(After::Order(_) | After::Circular(_) | After::Ledger(_)) | None => None,
    };
    Ok(Made {
        hazard,
        numbers: lines.iter().filter_map(taken).collect(),
        orders: lines.iter().filter_map(append::order_with_act).collect(),
    })
}
