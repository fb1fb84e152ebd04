//! A county on its way in.

use super::{CarriedLine, PersonalData, Piece, Signed};
use crate::begin::SqlBatch;
use crate::checkpoint::KeptCheckpoint;
use crate::column::{county, position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::personal;
use crate::rebuild::{Findings, Progress};
use crate::shown;
use crate::sql::Sql;
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, Value};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::County;
use xiaohao_core::upkeep::PersonalPlace;
use xiaohao_core::values::{CountyCode, Digest, Line};
use xiaohao_ledger::{BrokenSeal, Fault, NewLine, Position, Salted, commitments};
use xiaohao_log::{Frontier, TreeHead};

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

/// A county on its way in. Dropped before it is finished, it leaves no trace.
pub struct Arrival {
    batch: SqlBatch,
    log: Frontier,
    /// How many checkpoints were taken.
    signed: Position,
    /// Lines that were taken and not yet written.
    lines: Vec<CarriedLine>,
    /// Files that lines cite and that had to be received first, each with the first line that cites it.
    cited: BTreeMap<Digest, Position>,
    received: BTreeSet<Digest>,
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
    /// A file is cited that is not noted as received.
    #[error("line {line} of the ledger cites the file {file}, which is not noted as received")]
    NotReceived {
        /// Which.
        file: Digest,
        /// The first line that cites it.
        line: Position,
    },
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
                signed: Position::START,
                lines: Vec::new(),
                cited: BTreeMap::new(),
                received: BTreeSet::new(),
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
                self.received.insert(digest);
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
        let entry = line.record.hazard().into_iter();
        for file in entry.flat_map(|entry| entry.event.files_received()) {
            self.cited.entry(file).or_insert(found);
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
                    let field = Line::recorded(&bound.field).ok();
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

    /// Looks, once there is nothing more, whether something waits for a line that orders its erasure, or a line for a file that
    /// it cites.
    ///
    /// # Errors
    /// [`Untaken::NotOrdered`], [`Untaken::NotReceived`].
    pub fn is_complete(&self) -> Result<(), Untaken> {
        if let Some(by) = self.erased.keys().next() {
            return Err(Untaken::NotOrdered(*by));
        }
        let mut cited = self.cited.iter();
        match cited.find(|(file, _)| !self.received.contains(file)) {
            Some((file, line)) => Err(Untaken::NotReceived {
                file: *file,
                line: *line,
            }),
            None => Ok(()),
        }
    }

    async fn write_lines(&mut self) -> Result<(), Fault> {
        let code = self.batch.county;
        let lines = std::mem::take(&mut self.lines);
        let beside = lines.iter().flat_map(|new| beside(code, new)).collect();
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
            .insert("ledger_entry", line::COLUMNS, rows)
            .await?;
        let written = (self.batch).insert("personal_value", personal::COLUMNS, beside);
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
        let columns = ["county", "number", "size", "frontier", "note", "signed_at"];
        self.signed = self.signed.next();
        let row = [
            position(self.signed).into(),
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
        values: [Value; N],
    ) -> Result<(), Untaken> {
        let mut row = vec![county(self.batch.county)];
        row.extend(values);
        let written = self.batch.insert(table, columns, vec![row]).await;
        written.map(drop).map_err(Untaken::Fault)
    }
}

/// How many lines are written at once.
const LINES: usize = 512;

/// The rows of the personal data beside a line.
fn beside(code: CountyCode, new: &CarriedLine) -> Vec<Vec<Value>> {
    let place = new.written.line.position;
    let row = |(number, piece): (i64, &PersonalData)| match piece {
        PersonalData::Kept(one) => personal::row(code, place, number, Some(one), None),
        PersonalData::Erased { by } => personal::row(code, place, number, None, Some(*by)),
    };
    (1..).zip(&new.personal).map(row).collect()
}
