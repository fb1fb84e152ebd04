//! The record read again from its first line to its last, and its log made anew from it: whether every line is what was
//! logged, and the log is the one that was signed.
//!
//! One walk in the order of the places, in the memory of some thousand lines, up to the line that was the last when it began:
//! lines never change, so it can be made while acts are recorded, and takes as long as it takes. What is made from the
//! record is compared by [`SqlStore::check`].

use crate::begin::read_head;
use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::line;
use crate::look_up::bytes;
use crate::personal;
use crate::rebuild::{BESIDE, Findings, Progress, agrees};
use crate::shown;
use crate::sql::Sql;
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::BTreeMap;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Line, Position, Told};
use xiaohao_log::{Frontier, Hash, Salt, TreeHead};

/// A walk under way.
pub struct Verification {
    store: SqlStore,
    code: CountyCode,
    /// The log as it is kept, and the last line, at one moment.
    kept: Result<Frontier, Fault>,
    last: Position,
    /// The last line that was read.
    read: Position,
    /// The log of the leaves that stand beside the lines.
    log: Frontier,
    /// What the log was at some sizes, and who says so.
    known: BTreeMap<u64, Vec<(Hash, String)>>,
    /// Up to where the log is one that somebody knows.
    holds: u64,
}

impl std::fmt::Debug for Verification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verification")
            .field("county", &self.code)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// How many lines are read at once.
const LINES: i64 = 2000;

impl SqlStore {
    /// Begins to verify the ledger of a county against its log, and its log against heads that are known from elsewhere,
    /// each with who says so.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn verification(
        &self,
        code: CountyCode,
        known: Vec<(TreeHead, String)>,
    ) -> Result<Verification, Fault> {
        let (kept, last) = self.kept_log(code).await?;
        let mut sizes: BTreeMap<u64, Vec<(Hash, String)>> = BTreeMap::new();
        for (head, who) in known {
            sizes.entry(head.size).or_default().push((head.root, who));
        }
        // Of nothing everybody knows the same.
        sizes.remove(&0);
        Ok(Verification {
            store: self.clone(),
            code,
            kept,
            last,
            read: Position::START,
            log: Frontier::default(),
            known: sizes,
            holds: 0,
        })
    }

    /// The log of a county as it is kept, and its last line, at one moment.
    pub(crate) async fn kept_log(
        &self,
        code: CountyCode,
    ) -> Result<(Result<Frontier, Fault>, Position), Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT h.position, h.recorded_at, h.numbers, h.counted_on, h.frontier, e.last \
             FROM (SELECT coalesce(max(position), 0) AS last FROM ledger_entry WHERE county = ",
        );
        sql.bind(county(code))
            .push(") AS e LEFT JOIN ledger_head h ON h.county = ")
            .bind(county(code));
        let row = self.readers.query_one_raw(sql.statement()).await;
        let row = row.map_err(fault)?;
        let row = row.ok_or_else(|| Fault::damaged("the lines cannot be counted"))?;
        let last = to_position(Columns::from(&row, 5).next()?)?;
        let is_there = Columns::of(&row).next::<Option<i64>>()?.is_some();
        let kept = if is_there {
            read_head(&row).map(|head| head.frontier)
        } else {
            Ok(Frontier::default())
        };
        Ok((kept, last))
    }

    /// The same of what was recorded since the log was this.
    pub(crate) async fn verification_since(
        &self,
        code: CountyCode,
        log: Frontier,
    ) -> Result<Verification, Fault> {
        let whole = self.verification(code, Vec::new()).await?;
        Ok(Verification {
            read: Position::new(log.size()),
            log,
            ..whole
        })
    }
}

impl Verification {
    /// Reads the next lines and looks at each; none when the record is at its end. A line that cannot be read is among the
    /// findings.
    ///
    /// # Errors
    /// [`Fault`] when the database cannot be read.
    pub async fn next(&mut self, findings: &mut Findings) -> Result<Option<Vec<Line>>, Fault> {
        let beside = [BESIDE, shown::BESIDE];
        let mut sql = line::of_county(self.store.engine, self.code, &beside);
        sql.push(" AND position > ");
        sql.bind(position(self.read)).push(" AND position <= ");
        sql.bind(position(self.last))
            .push(" ORDER BY position LIMIT ")
            .bind(LINES);
        let rows = self.store.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        if rows.is_empty() {
            return Ok(None);
        }
        let furthest = rows.last().map_or(Ok(0), |row| Columns::of(row).next());
        let furthest = to_position(furthest?)?;
        let mut pieces = self.store.pieces(self.code, self.read, furthest).await?;
        let orders = self.store.orders(self.code, &pieces).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let line = self.look_at(row, findings)?;
            if let Some(line) = &line {
                self.store
                    .look_for_unerased(self.code, line, findings)
                    .await?;
            }
            lines.extend(line);
            let body: String = Columns::from(row, line::BODY).next()?;
            let own = pieces.remove(&self.read).unwrap_or_default();
            personal::compare(self.read, &body, own, &orders, findings);
        }
        Ok(Some(lines))
    }

    /// How far the walk has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            lines: self.read.get(),
            of: self.last.get(),
        }
    }

    fn look_at(
        &mut self,
        row: &QueryResult,
        findings: &mut Findings,
    ) -> Result<Option<Line>, Fault> {
        const LEAF: usize = 5;
        findings.lines = findings.lines.saturating_add(1);
        let here = Position::new(u64::try_from(Columns::of(row).next::<i64>()?).unwrap_or(0));
        let expected = self.read.next();
        if here != expected {
            findings.differ_at(expected, || format!("line {expected} is missing"));
        }
        self.read = here;
        let leaf = match line::to_leaf(&Columns::from(row, LEAF).next::<Vec<u8>>()?) {
            Ok(leaf) => leaf,
            Err(fault) => {
                findings.differ_at(here, || format!("line {here}: {}", Told(&fault)));
                Hash::OF_NOTHING
            }
        };
        let line = match line::line(row).and_then(|line| self.is_what_was_logged(row, line)) {
            Ok(line) => Some(line),
            Err(fault) => {
                findings.differ_at(here, || Told(&fault).to_string());
                None
            }
        };
        self.log.append(leaf).map_err(Fault::internal)?;
        self.compare_with_known(findings);
        Ok(line)
    }

    /// A line whose columns say what its body says, and whose leaf is bound to all of it.
    fn is_what_was_logged(&self, row: &QueryResult, line: Line) -> Result<Line, Fault> {
        const KEPT: usize = line::READ + 6;
        let here = line.position;
        agrees(row, &line)?;
        let mut at = Columns::from(row, KEPT);
        let fingerprint = bytes(at.next()?)?;
        let body: String = Columns::from(row, line::BODY).next()?;
        let salt: Vec<u8> = at.next()?;
        let salt = salt.try_into().map(Salt::new);
        let salt = salt.map_err(|_| Fault::damaged(format!("line {here} has no salt")))?;
        let content = salt.commit(&fingerprint, &body);
        let code = self.code.to_string();
        if line.record.envelope(&code, here, content).leaf() == line.leaf {
            Ok(line)
        } else {
            Err(Fault::damaged(format!(
                "line {here} is not what was logged: its leaf is another than its body, fingerprint and salt make"
            )))
        }
    }

    /// Whoever knows the log of this size knows this one.
    fn compare_with_known(&mut self, findings: &mut Findings) {
        let size = self.log.size();
        let Some(known) = self.known.remove(&size) else {
            return;
        };
        let root = self.log.root();
        for (said, who) in known {
            if said == root {
                self.holds = self.holds.max(size);
            } else {
                let first = Position::new(self.holds).next();
                findings.differ_at(first, || {
                    format!("lines {first} to {size} are not those of {who}: one of them was changed, with everything made of it")
                });
            }
        }
    }

    /// Compares what the walk has come to with the county's row, and with whoever knows of more lines.
    ///
    /// The answer is the log that the lines make.
    pub fn finish(self, findings: &mut Findings) -> Frontier {
        let size = self.log.size();
        let first = Position::new(size).next();
        for (said, who) in &self.known {
            for (_, who) in who {
                findings.differ_at(first, || {
                    format!(
                        "{who} is over {said} lines, and there are {size}: line {first} is missing"
                    )
                });
            }
        }
        match &self.kept {
            Ok(kept) if *kept == self.log => {}
            Ok(kept) => {
                let kept = kept.size();
                let first = Position::new(kept.min(size)).next();
                findings.differ_at(first, || {
                    format!(
                        "the log that is kept is over {kept} lines and is not made of these {size}"
                    )
                });
            }
            Err(fault) => findings.differ_at(first, || Told(fault).to_string()),
        }
        self.log
    }
}
