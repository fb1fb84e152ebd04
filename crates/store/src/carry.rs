//! A whole county carried from one database to another, whichever engine either is on: handed out piece by piece, and taken
//! in within one transaction.
//!
//! Carried is the record with all that cannot be made from it. What is made from it is made anew on arrival; who may sign in
//! is left behind, because secrets do not travel. A further table is a [`Piece`] of its own: read in a [`Stage`], written in
//! [`Arrival::take`], and named among [`CARRIED`].

use crate::begin::SqlBatch;
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
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use xiaohao_core::County;
use xiaohao_core::upkeep::PersonalPlace;
use xiaohao_core::values::{CountyCode, Digest, Line};
use xiaohao_ledger::{BrokenSeal, Fault, NewLine, Position, Salted, commitments};
use xiaohao_log::{Frontier, TreeHead};

/// Something of a county that is carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The data of the county, in the form that the program gives it.
    County(String),
    /// The next line of the record.
    Line(Box<CarriedLine>),
    /// What was signed when the record had come just so far.
    Checkpoint(Signed),
    /// A file of evidence that the server holds.
    Evidence {
        /// Which.
        digest: Digest,
        /// Since when.
        received_at: DateTime<Utc>,
    },
    /// How far a consumer of the ledger was sent it.
    Consumer {
        /// Who.
        name: String,
        /// Up to which line.
        sent: Position,
    },
}

/// A line with the personal data that is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedLine {
    /// The line.
    pub written: AsWritten,
    /// What its body is bound to, in the order in which it stands there.
    pub personal: Vec<PersonalData>,
}

/// A piece of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonalData {
    /// What it says.
    Kept(Salted),
    /// It was erased.
    Erased {
        /// The line that orders it.
        by: Position,
    },
}

/// A checkpoint with when it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub note: String,
    /// When.
    pub signed_at: DateTime<Utc>,
}

/// The tables of which something is in a database that is not empty.
const CARRIED: &[&str] = &[
    "county",
    "ledger_entry",
    "personal_value",
    "checkpoint",
    "evidence",
    "outbox",
    "account",
];

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
        let counties = self.counties().await?;
        let data = counties.into_iter().find(|(kept, _)| *kept == code);
        let (_, data) = data.ok_or_else(|| Fault::damaged("the data of the county is gone"))?;
        let (kept, last) = self.kept_log(code).await?;
        let kept = kept?;
        let mut sql = Sql::new(
            self.engine,
            "SELECT frontier, note, signed_at FROM checkpoint WHERE county = ",
        );
        sql.bind(county(code)).push(" AND size <= ");
        sql.bind(position(last)).push(" ORDER BY size");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let signed = |row| Ok((checkpoint::read(row)?, Columns::from(row, 2).next()?));
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

impl PersonalData {
    /// What it says; nothing once it was erased.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        match self {
            Self::Kept(Salted { value, .. }) => Some(value.clone()),
            Self::Erased { .. } => None,
        }
    }

    /// Whether the line that orders its erasure lies beyond a place.
    fn is_erased_after(&self, last: Position) -> bool {
        matches!(self, Self::Erased { by } if *by > last)
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
            lines: self.log.size(),
            of: self.last.get(),
        }
    }

    /// What the lines come to that were handed out.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.log.head()
    }

    async fn lines(&mut self) -> Result<Vec<Piece>, Fault> {
        let mut sql = Sql::new(self.store.engine, "SELECT ");
        sql.push(line::columns(self.store.engine))
            .push(shown::BESIDE);
        sql.push(" FROM ledger_entry e WHERE county = ");
        sql.bind(county(self.code)).push(" AND position > ");
        sql.bind(position(Position::new(self.log.size())));
        sql.push(" AND position <= ").bind(position(self.last));
        sql.push(" ORDER BY position LIMIT ").bind(TOGETHER);
        let rows = self.store.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let mut beside = self.beside(&rows).await?;
        let mut pieces = Vec::with_capacity(rows.len());
        self.hand_out_signed(&mut pieces)?;
        for row in &rows {
            let written = shown::written(self.code, row)?;
            let expected = Position::new(self.log.size()).next();
            if written.line.position != expected {
                return Err(Fault::damaged(format!("line {expected} is missing")));
            }
            self.log
                .append(written.line.leaf)
                .map_err(Fault::internal)?;
            let personal = beside.remove(&expected).unwrap_or_default();
            pieces.push(Piece::Line(Box::new(CarriedLine { written, personal })));
            self.hand_out_signed(&mut pieces)?;
        }
        if pieces.is_empty() && self.log != self.kept {
            return Err(Fault::damaged(
                "the log that is kept is not made of these lines",
            ));
        }
        Ok(pieces)
    }

    /// The personal data beside these lines, of which everything is as the record says.
    async fn beside(
        &self,
        rows: &[QueryResult],
    ) -> Result<BTreeMap<Position, Vec<PersonalData>>, Fault> {
        let Some(last) = rows.last() else {
            return Ok(BTreeMap::new());
        };
        let last = to_position(Columns::of(last).next()?)?;
        let after = Position::new(self.log.size());
        let mut kept = self.store.pieces(self.code, after, last).await?;
        let orders = self.store.orders(self.code, &kept).await?;
        let mut findings = Findings::default();
        let mut beside = BTreeMap::new();
        for row in rows {
            let line = line::line(row)?;
            let looked = self
                .store
                .look_for_unerased(self.code, &line, &mut findings);
            looked.await?;
            let body: String = Columns::from(row, line::BODY).next()?;
            let own = kept.remove(&line.position).unwrap_or_default();
            let carried = own.values().map(personal::Piece::carried);
            let carried = carried.collect::<Result<Vec<_>, Fault>>()?;
            // Whoever takes in the file would look in vain for the line that orders it.
            if carried.iter().any(|piece| piece.is_erased_after(self.last)) {
                let why = "personal data was erased while the county was read; begin again";
                let why: Box<dyn std::error::Error + Send + Sync> = why.into();
                return Err(Fault::Conflict(why.into()));
            }
            personal::compare(line.position, &body, own, &orders, &mut findings);
            beside.insert(line.position, carried);
        }
        match findings.told.into_iter().next() {
            None => Ok(beside),
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
                sent: to_position(at.next()?)?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// A county on its way in. Dropped before it is finished, it leaves no trace.
pub struct Arrival {
    batch: SqlBatch,
    log: Frontier,
    /// Lines that were taken and not yet written.
    lines: Vec<CarriedLine>,
    /// What is said to be erased by a line that has not come yet.
    erased: BTreeMap<Position, BTreeSet<PersonalPlace>>,
}

impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrival")
            .field("county", &self.batch.county)
            .field("log", &self.log.head())
            .finish_non_exhaustive()
    }
}

/// Why a piece is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Untaken {
    /// It is not the line that comes next.
    #[error("it is line {found} of the ledger, and line {expected} comes next")]
    OtherPlace {
        /// Which it is.
        found: Position,
        /// Which comes next.
        expected: Position,
    },
    /// The line is not what was logged.
    #[error("its leaf is another than its body, fingerprint and salt make")]
    OtherLeaf,
    /// The personal data beside it is not what its body is bound to.
    #[error("the personal data beside it is not what was logged")]
    OtherPersonal,
    /// A commitment in its body is none.
    #[error("its body is damaged")]
    Seal(#[from] BrokenSeal),
    /// What is erased is not what it orders to be erased.
    #[error("what is erased in the lines before it is not what it orders to be erased")]
    OtherErasure,
    /// Something is erased, and no line orders it.
    #[error("personal data is said to be erased by line {0}, which does not order it")]
    NotOrdered(Position),
    /// What was signed is not over the lines before it.
    #[error("what was signed is not over the {} lines before it, whose root is {}", .0.size, .0.root)]
    OtherHead(TreeHead),
    /// A consumer was sent more than there is.
    #[error("the consumer was sent more lines than there are")]
    Beyond,
    /// It cannot be written.
    #[error("it cannot be written, or a line before it cannot")]
    Fault(#[from] Fault),
}

impl SqlStore {
    /// Begins to take in a county; none where the database is not empty.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn arrival(&self, code: CountyCode) -> Result<Option<Arrival>, Fault> {
        // Of two who begin at once the second waits here, and sees what the first has brought.
        let batch = self.hold_blank(code).await?;
        let mut sql = Sql::new(
            self.engine,
            "SELECT 1 AS there FROM ledger_head WHERE county <> ",
        );
        sql.bind(county(code));
        for table in CARRIED {
            sql.push(" UNION ALL SELECT 1 FROM ").push(table);
        }
        sql.push(" LIMIT 1");
        let there = batch.transaction.query_one_raw(sql.statement()).await;
        Ok(match there.map_err(fault)? {
            Some(_) => None,
            None => Some(Arrival {
                batch,
                log: Frontier::default(),
                lines: Vec::new(),
                erased: BTreeMap::new(),
            }),
        })
    }
}

impl Arrival {
    /// Takes in the next piece. What was signed is not checked for by whom; that it is over the lines before it is.
    ///
    /// # Errors
    /// [`Untaken`].
    pub async fn take(&mut self, piece: Piece) -> Result<(), Untaken> {
        match piece {
            Piece::County(data) => self.write("county", &["code", "data"], [data.into()]).await,
            Piece::Line(new) => self.take_line(*new).await,
            Piece::Checkpoint(signed) => self.take_signed(signed).await,
            Piece::Evidence {
                digest,
                received_at,
            } => {
                let columns = ["county", "digest", "received_at"];
                let row = [digest.as_bytes().to_vec().into(), received_at.into()];
                self.write("evidence", &columns, row).await
            }
            Piece::Consumer { sent, .. } if sent.get() > self.log.size() => Err(Untaken::Beyond),
            Piece::Consumer { name, sent } => {
                let columns = ["county", "consumer", "position"];
                let row = [name.into(), position(sent).into()];
                self.write("outbox", &columns, row).await
            }
        }
    }

    /// What the lines come to that were taken.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.log.head()
    }

    /// Makes every row anew that is made from the record, with overdue hazards counted for `today`, and commits; what is in
    /// the way of replaying the record is among the findings, and then nothing was taken in.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn finish(
        mut self,
        county: &County,
        today: NaiveDate,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<Findings, Fault> {
        self.write_lines().await?;
        self.batch.rebuild(county, today, progress).await
    }

    async fn take_line(&mut self, new: CarriedLine) -> Result<(), Untaken> {
        let line = &new.written.line;
        let (found, expected) = (line.position, Position::new(self.log.size()).next());
        if found != expected {
            return Err(Untaken::OtherPlace { found, expected });
        }
        if shown::leaf(self.batch.county, &new.written) != line.leaf {
            return Err(Untaken::OtherLeaf);
        }
        self.compare_personal(&new)?;
        if self.erased.remove(&found).unwrap_or_default() != personal::ordered(line) {
            return Err(Untaken::OtherErasure);
        }
        self.log.append(line.leaf).map_err(Fault::internal)?;
        self.lines.push(new);
        if self.lines.len() >= LINES {
            self.write_lines().await?;
        }
        Ok(())
    }

    /// Holds personal data against what the body is bound to, and remembers which line must order what is erased.
    fn compare_personal(&mut self, new: &CarriedLine) -> Result<(), Untaken> {
        let here = new.written.line.position;
        let bound = commitments(&new.written.body)?;
        if bound.len() != new.personal.len() {
            return Err(Untaken::OtherPersonal);
        }
        for (bound, piece) in bound.into_iter().zip(&new.personal) {
            match piece {
                PersonalData::Kept(Salted { value, salt })
                    if salt.commit_personal(value) == bound.commitment => {}
                PersonalData::Kept(_) => return Err(Untaken::OtherPersonal),
                PersonalData::Erased { by } => {
                    // A line orders what stands before it, and names its place.
                    let field = Line::new(&bound.field).ok();
                    let field = field.filter(|_| *by > here);
                    let field = field.ok_or(Untaken::NotOrdered(*by))?;
                    let entry = here.get();
                    let place = PersonalPlace { entry, field };
                    self.erased.entry(*by).or_default().insert(place);
                }
            }
        }
        Ok(())
    }

    /// Looks, once there are no more lines, whether something waits for one that orders its erasure.
    ///
    /// # Errors
    /// [`Untaken::NotOrdered`].
    pub fn is_complete(&self) -> Result<(), Untaken> {
        match self.erased.keys().next() {
            None => Ok(()),
            Some(by) => Err(Untaken::NotOrdered(*by)),
        }
    }

    async fn write_lines(&mut self) -> Result<(), Fault> {
        let code = self.batch.county;
        let lines = std::mem::take(&mut self.lines);
        let beside = lines
            .iter()
            .flat_map(|new| personal::rows(code, new))
            .collect();
        let new = |carried: CarriedLine| NewLine {
            line: carried.written.line,
            body: carried.written.body,
            personal: Vec::new(),
            fingerprint: carried.written.fingerprint,
            salt: carried.written.salt,
        };
        let lines = lines.into_iter().map(new);
        let rows = lines.map(|new| line::values(code, new)).collect();
        self.batch
            .insert("ledger_entry", line::COLUMNS, "", rows)
            .await?;
        let written = (self.batch).insert("personal_value", personal::COLUMNS, "", beside);
        written.await.map(drop)
    }

    async fn take_signed(&mut self, signed: Signed) -> Result<(), Untaken> {
        let head = self.log.head();
        let kept = KeptCheckpoint {
            log: self.log.clone(),
            note: signed.note,
        };
        if !kept.says_so() {
            return Err(Untaken::OtherHead(head));
        }
        let columns = ["county", "size", "frontier", "note", "signed_at"];
        let row = [
            position(Position::new(head.size)).into(),
            self.log.to_bytes().into(),
            kept.note.into(),
            signed.signed_at.into(),
        ];
        self.write("checkpoint", &columns, row).await
    }

    /// Writes one row, its county first.
    async fn write<const N: usize>(
        &self,
        table: &str,
        columns: &[&str],
        values: [sea_orm::Value; N],
    ) -> Result<(), Untaken> {
        let mut row = vec![county(self.batch.county)];
        row.extend(values);
        let written = self.batch.insert(table, columns, "", vec![row]).await;
        written.map(drop).map_err(Untaken::Fault)
    }
}

/// How many lines are written at once.
const LINES: usize = 512;
