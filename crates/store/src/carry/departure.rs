//! A county on its way out.

use super::{CarriedLine, Piece, Signed};
use crate::checkpoint::{self, KeptCheckpoint};
use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::look_up::bytes;
use crate::personal;
use crate::rebuild::{Findings, Progress};
use crate::shown::{self, AsWritten};
use crate::sql::Sql;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::VecDeque;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Fault, Position};
use xiaohao_log::{Frontier, TreeHead};

/// A county on its way out.
pub struct Departure {
    store: SqlStore,
    code: CountyCode,
    data: Option<String>,
    /// The log as it is kept, and the last line, at one moment.
    kept: Frontier,
    last: Position,
    /// What was signed up to there and has not been handed out.
    signed: VecDeque<(KeptCheckpoint, DateTime<Utc>)>,
    /// The log of what was handed out.
    log: Frontier,
    /// The last file and the last consumer that were handed out.
    file: Vec<u8>,
    consumer: String,
    stage: Stage,
}

impl std::fmt::Debug for Departure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Departure")
            .field("county", &self.code)
            .field("log", &self.log.head())
            .finish_non_exhaustive()
    }
}

/// What is handed out just now.
#[derive(Clone, Copy)]
enum Stage {
    County,
    Lines,
    Evidence,
    Consumers,
    Over,
}

impl Stage {
    const fn after(self) -> Self {
        match self {
            Self::County => Self::Lines,
            Self::Lines => Self::Evidence,
            Self::Evidence => Self::Consumers,
            Self::Consumers | Self::Over => Self::Over,
        }
    }
}

/// How many pieces are read at once.
const TOGETHER: i64 = 1000;

impl SqlStore {
    /// Begins to hand out a county, whose data is kept here, as it stands now. Lines that are recorded meanwhile are not
    /// among it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn departure(&self, code: CountyCode) -> Result<Departure, Fault> {
        // The data is that of the lines, none of which changes it between the one look and the other.
        let mut data = self.data_of(code).await?;
        let (kept, last) = loop {
            let log = self.kept_log(code).await?;
            let after = self.data_of(code).await?;
            if after == data {
                break log;
            }
            data = after;
        };
        let kept = kept?;
        let mut sql = Sql::new(self.engine, checkpoint::KEPT);
        sql.bind(county(code)).push(" AND size <= ");
        sql.bind(position(last)).push(" ORDER BY size");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let signed = |row| Ok((checkpoint::read(row)?, Columns::from(row, 3).next()?));
        Ok(Departure {
            store: self.clone(),
            code,
            data: Some(data),
            kept,
            last,
            signed: rows.iter().map(signed).collect::<Result<_, Fault>>()?,
            log: Frontier::default(),
            file: Vec::new(),
            consumer: String::new(),
            stage: Stage::County,
        })
    }
}

impl SqlStore {
    async fn data_of(&self, code: CountyCode) -> Result<String, Fault> {
        let counties = self.counties().await?;
        let data = counties.into_iter().find(|(kept, _)| *kept == code);
        let (_, data) = data.ok_or_else(|| Fault::damaged("the data of the county is gone"))?;
        Ok(data)
    }
}

impl Departure {
    /// The next pieces; none when all were handed out. Each line is held against its leaf, each checkpoint against the lines
    /// before it, and all of them against the log.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where what is stored is not what was logged.
    pub async fn next(&mut self) -> Result<Option<Vec<Piece>>, Fault> {
        loop {
            let pieces = match self.stage {
                Stage::County => self.data.take().map(Piece::County).into_iter().collect(),
                Stage::Lines => self.lines().await?,
                Stage::Evidence => self.evidence().await?,
                Stage::Consumers => self.consumers().await?,
                Stage::Over => return Ok(None),
            };
            if !pieces.is_empty() {
                return Ok(Some(pieces));
            }
            self.stage = self.stage.after();
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            done: self.log.size(),
            of: self.last.get(),
        }
    }

    /// What the lines come to that were handed out.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.log.head()
    }

    async fn lines(&mut self) -> Result<Vec<Piece>, Fault> {
        let mut sql = line::of_county(self.store.engine, self.code, &[shown::BESIDE]);
        sql.push(" AND position > ");
        sql.bind(position(Position::new(self.log.size())));
        sql.push(" AND position <= ").bind(position(self.last));
        sql.push(" ORDER BY position LIMIT ").bind(TOGETHER);
        let rows = self.store.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let lines = rows.iter().map(|row| shown::written(self.code, row));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let mut pieces = Vec::with_capacity(lines.len());
        self.hand_out_signed(&mut pieces)?;
        for carried in self.with_personal(lines).await? {
            let expected = Position::new(self.log.size()).next();
            if carried.written.line.position != expected {
                return Err(Fault::damaged(format!("line {expected} is missing")));
            }
            let leaf = carried.written.line.leaf;
            self.log.append(leaf).map_err(Fault::internal)?;
            pieces.push(Piece::Line(Box::new(carried)));
            self.hand_out_signed(&mut pieces)?;
        }
        if pieces.is_empty() && self.log != self.kept {
            return Err(Fault::damaged(
                "the log that is kept is not made of these lines",
            ));
        }
        Ok(pieces)
    }

    /// These lines with the personal data beside them, of which everything is as the record says.
    async fn with_personal(&self, lines: Vec<AsWritten>) -> Result<Vec<CarriedLine>, Fault> {
        let Some(last) = lines.last().map(|written| written.line.position) else {
            return Ok(Vec::new());
        };
        let after = Position::new(self.log.size());
        let mut kept = self.store.pieces(self.code, after, last).await?;
        let orders = self.store.orders(self.code, &kept).await?;
        let mut findings = Findings::default();
        let mut carried = Vec::with_capacity(lines.len());
        for written in lines {
            let (line, body) = (&written.line, &written.body);
            let looked = self.store.look_for_unerased(self.code, line, &mut findings);
            looked.await?;
            let own = kept.remove(&line.position).unwrap_or_default();
            let personal = own.values().map(personal::Piece::carried);
            let personal = personal.collect::<Result<Vec<_>, Fault>>()?;
            // Whoever takes in the file would look in vain for the line that orders it.
            if personal.iter().any(|one| one.is_erased_after(self.last)) {
                return Err(erased_meanwhile());
            }
            personal::compare(line.position, body, own, &orders, &mut findings);
            carried.push(CarriedLine { written, personal });
        }
        match findings.told.into_iter().next() {
            None => Ok(carried),
            Some(first) => Err(Fault::damaged(first)),
        }
    }

    /// Hands out what was signed when the record had come just so far.
    fn hand_out_signed(&mut self, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let size = self.log.size();
        while let Some((kept, signed_at)) =
            (self.signed).pop_front_if(|(kept, _)| kept.log.size() <= size)
        {
            if kept.log != self.log || !kept.says_so() {
                return Err(Fault::damaged(format!(
                    "the checkpoint over {} lines is not over these",
                    kept.log.size()
                )));
            }
            let note = kept.note;
            pieces.push(Piece::Checkpoint(Signed { note, signed_at }));
        }
        Ok(())
    }

    async fn evidence(&mut self) -> Result<Vec<Piece>, Fault> {
        let mut sql = Sql::new(
            self.store.engine,
            "SELECT digest, received_at FROM evidence WHERE county = ",
        );
        sql.bind(county(self.code)).push(" AND digest > ");
        sql.bind(self.file.clone()).push(" ORDER BY digest LIMIT ");
        sql.bind(TOGETHER);
        let rows = self.store.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        if let Some(row) = rows.last() {
            self.file = Columns::of(row).next()?;
        }
        let read = |row: &QueryResult| {
            let mut at = Columns::of(row);
            Ok(Piece::Evidence {
                digest: Digest::new(bytes(at.next()?)?),
                received_at: at.next()?,
            })
        };
        rows.iter().map(read).collect()
    }

    async fn consumers(&mut self) -> Result<Vec<Piece>, Fault> {
        let mut sql = Sql::new(
            self.store.engine,
            "SELECT consumer, position FROM outbox WHERE county = ",
        );
        sql.bind(county(self.code)).push(" AND consumer > ");
        sql.bind(self.consumer.as_str())
            .push(" ORDER BY consumer LIMIT ");
        sql.bind(TOGETHER);
        let rows = self.store.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        if let Some(row) = rows.last() {
            self.consumer = Columns::of(row).next()?;
        }
        let read = |row: &QueryResult| {
            let mut at = Columns::of(row);
            Ok(Piece::Consumer {
                name: at.next()?,
                // Of a server that works meanwhile a receiver may have had lines by now that are not among these.
                sent: to_position(at.next()?)?.min(self.last),
            })
        };
        rows.iter().map(read).collect()
    }
}

fn erased_meanwhile() -> Fault {
    let why = "personal data was erased while the county was read; begin again";
    let why: Box<dyn std::error::Error + Send + Sync> = why.into();
    Fault::Conflict(why.into())
}
