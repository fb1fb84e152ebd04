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
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::{Fault, Line, Position, Told};
use xiaohao_log::{Frontier, Hash, Salt, TreeHead};

/// A walk under way.
pub struct Verification {
    store: SqlStore,
    code: CountyCode,
    /// The log as it is kept, and the last line, at one moment.
    kept: Result<Frontier, Fault>,
    last: Position,
    /// The line after which it began, and the last that was read.
    after: Position,
    read: Position,
    /// The log of the leaves that stand beside the lines.
    log: Frontier,
    /// What the log was at some sizes, and who says so.
    known: BTreeMap<u64, Vec<Known>>,
    /// Up to where the log is one that somebody knows, and up to where one that was kept elsewhere: what stands in the
    /// database whoever writes in it can have written.
    holds: u64,
    holds_elsewhere: u64,
}

/// What somebody knows of the log.
#[derive(Clone, Debug)]
pub struct Known {
    /// What it was.
    pub head: TreeHead,
    /// Who says so.
    pub who: String,
    /// Whether it was kept where who writes in the database does not reach.
    pub is_kept_elsewhere: bool,
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
    /// Begins to verify the ledger of a county against its log, and its log against what is known of it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn verification(
        &self,
        code: CountyCode,
        known: Vec<Known>,
    ) -> Result<Verification, Fault> {
        let (kept, last) = self.kept_log(code).await?;
        let mut sizes: BTreeMap<u64, Vec<Known>> = BTreeMap::new();
        for one in known {
            sizes.entry(one.head.size).or_default().push(one);
        }
        // Of nothing everybody knows the same.
        sizes.remove(&0);
        Ok(Verification {
            store: self.clone(),
            code,
            kept,
            last,
            after: Position::START,
            read: Position::START,
            log: Frontier::default(),
            known: sizes,
            holds: 0,
            holds_elsewhere: 0,
        })
    }

    /// The last line of a county's ledger.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn last_line(&self, code: CountyCode) -> Result<Position, Fault> {
        let (_, last) = self.kept_log(code).await?;
        Ok(last)
    }

    /// The files that are noted as received; what is noted of one can be read.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn files_noted(
        &self,
        code: CountyCode,
        findings: &mut Findings,
    ) -> Result<BTreeSet<Digest>, Fault> {
        let ask = "SELECT digest, received_at FROM evidence WHERE county = ";
        let mut sql = Sql::new(self.engine, ask);
        sql.bind(county(code));
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let mut noted = BTreeSet::new();
        for row in &rows {
            let mut at = Columns::of(row);
            let digest = at.next::<Vec<u8>>().ok();
            let digest = digest.and_then(|digest| digest.try_into().ok());
            match (digest, at.next::<DateTime<Utc>>()) {
                (Some(digest), Ok(_)) => {
                    noted.insert(Digest::new(digest));
                }
                (_, _) => findings.differ(|| {
                    "a file is noted as received under no digest, or at no time".to_owned()
                }),
            }
        }
        Ok(noted)
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
        } else if last == Position::START {
            Ok(Frontier::default())
        } else {
            Err(Fault::damaged(
                "the row that says how far the ledger has come is gone",
            ))
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
            after: Position::new(log.size()),
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
            self.look_for_strays(findings).await?;
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
            let own = pieces.remove(&self.read).unwrap_or_default();
            // A body that cannot be read was found already.
            if let Ok(body) = Columns::from(row, line::BODY).next::<String>() {
                personal::compare(self.read, &body, own, &orders, findings);
            }
        }
        self.look_for_files(&lines, findings).await?;
        Ok(Some(lines))
    }

    /// Every file that had to be received before it was cited was noted as received.
    async fn look_for_files(&self, lines: &[Line], findings: &mut Findings) -> Result<(), Fault> {
        let cited = lines.iter().flat_map(|line| {
            let entry = line.record.hazard().into_iter();
            let files = entry.flat_map(|entry| entry.event.files_received());
            files.map(|file| (file, line.position))
        });
        let cited: Vec<_> = cited.collect();
        let files = cited.iter().map(|(file, _)| *file).collect();
        let held = self.store.held_of(self.code, files).await?;
        for (file, at) in cited {
            if !held.contains(&file) {
                findings.differ_at(at, || {
                    format!("line {at} cites the file {file}, which is not noted as received")
                });
            }
        }
        Ok(())
    }

    /// No personal data stands beside a line that there is not.
    async fn look_for_strays(&self, findings: &mut Findings) -> Result<(), Fault> {
        let mut sql = Sql::new(
            self.store.engine,
            "SELECT p.position FROM personal_value p WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e \
             WHERE e.county = p.county AND e.position = p.position) AND p.county = ",
        );
        sql.bind(county(self.code)).push(" AND p.position > ");
        sql.bind(position(self.after))
            .push(" ORDER BY p.position LIMIT 1");
        let row = self.store.readers.query_one_raw(sql.statement()).await;
        if let Some(row) = row.map_err(fault)? {
            let stray: i64 = Columns::of(&row).next()?;
            findings
                .differ(|| format!("personal data stands beside line {stray}, which is not there"));
        }
        Ok(())
    }

    /// How far the walk has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            done: self.read.get(),
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
        let told = |fault: &Fault| format!("line {here}: {}", Told(fault));
        let leaf = Columns::from(row, LEAF).next::<Vec<u8>>();
        let leaf = match leaf.and_then(|leaf| line::to_leaf(&leaf)) {
            Ok(leaf) => leaf,
            Err(fault) => {
                findings.differ_at(here, || told(&fault));
                Hash::OF_NOTHING
            }
        };
        let line = match line::line(row).and_then(|line| self.is_what_was_logged(row, line)) {
            Ok(line) => Some(line),
            Err(fault) => {
                findings.differ_at(here, || told(&fault));
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
        let (right, wrong): (Vec<_>, Vec<_>) =
            known.into_iter().partition(|one| one.head.root == root);
        for one in right {
            self.holds = size;
            if one.is_kept_elsewhere {
                self.holds_elsewhere = size;
            }
        }
        for Known {
            who,
            is_kept_elsewhere,
            ..
        } in wrong
        {
            let holds = if is_kept_elsewhere {
                self.holds_elsewhere
            } else {
                self.holds
            };
            let (first, last) = (Position::new(holds).next(), Position::new(size));
            findings.differ_among(first, last, || {
                format!("lines {first} to {last} are not those of {who}: one of them was changed, with everything made of it")
            });
        }
    }

    /// Compares what the walk has come to with the county's row, and with whoever knows of more lines.
    ///
    /// The answer is the log that the lines make.
    pub fn finish(self, findings: &mut Findings) -> Frontier {
        let size = self.log.size();
        let first = Position::new(size).next();
        for (said, known) in &self.known {
            for Known { who, .. } in known {
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
                let told = || {
                    format!(
                        "the log that is kept is over {kept} lines and is not made of these {size}"
                    )
                };
                if kept == size {
                    findings.differ(told);
                } else {
                    findings.differ_at(Position::new(kept.min(size)).next(), told);
                }
            }
            Err(fault) => findings.differ(|| Told(fault).to_string()),
        }
        self.log
    }
}
