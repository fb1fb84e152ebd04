//! What a county has signed of its log, and the proofs under it.

use crate::column::{Columns, county, position, to_position};
use crate::connect::SqlStore;
use crate::fault::{fault, unreadable};
use crate::leaves;
use crate::line;
use crate::rebuild::Findings;
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::BTreeSet;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position, SigningKeys};
use xiaohao_log::{
    Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, LogKey, LogSigner, SignedNote,
    TreeHead,
};

/// A checkpoint as it is kept.
#[derive(Clone, Debug)]
pub struct KeptCheckpoint {
    /// The log when it was signed.
    pub(crate) log: Frontier,
    /// What was signed.
    pub note: String,
}

impl KeptCheckpoint {
    /// The head that is kept beside what was signed.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.log.head()
    }

    /// Whether what was signed is that head.
    #[must_use]
    pub fn says_so(&self) -> bool {
        let head = self.head();
        let said = format!("\n{}\n{}\n\n", head.size, head.root);
        let after_origin = self.note.split_once('\n');
        after_origin.is_some_and(|(origin, _)| {
            self.note
                .get(origin.len()..)
                .is_some_and(|rest| rest.starts_with(&said))
        })
    }
}

/// The log is signed by another key than that which is here.
#[derive(Debug, thiserror::Error)]
#[error(
    "the log is signed by {present}, and the key here is {here}: it was changed; start the server again with the present one"
)]
struct OtherKey {
    here: String,
    present: String,
}

/// In whose hands signing is.
#[derive(Clone, Copy)]
enum Hand<'a> {
    /// In those of the present key.
    Alone,
    /// It goes over from this key, if that is not lost, to the one that the ledger has just recorded.
    Over(Option<&'a LogSigner>),
}

/// The line that records that this key took the place of another, where it has not signed that.
fn unsigned_change(
    keys: &SigningKeys,
    key: &LogKey,
    last: Option<&KeptCheckpoint>,
) -> Option<Position> {
    let since = keys.since().filter(|_| keys.present() == Some(key))?;
    // Whatever was signed since was signed by it.
    let signed = last.map_or(0, |last| last.log.size());
    (since.get() > signed).then_some(since)
}

/// The key of the lock that whoever signs on a server holds: any number that nothing else takes.
const SIGNING: i64 = 0x7861_6f73_6967;

/// How many that were taken away are told.
const GONE_TOLD: usize = 20;

/// What [`read`] reads, and when it was signed.
pub(crate) const KEPT: &str =
    "SELECT frontier, note, size, signed_at FROM checkpoint WHERE county = ";

impl SqlStore {
    /// The checkpoint over everything that is recorded. Where the ledger has grown since the last one, what was recorded
    /// since is read again and compared with the log, and then signed and kept.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where what is stored is not what was logged, and [`Fault::Internal`] where another key signs this log
    /// now: nothing is signed then.
    pub async fn checkpoint(
        &self,
        code: CountyCode,
        signer: &LogSigner,
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        self.signed(code, signer, Hand::Alone, now).await
    }

    /// The same, where the ledger has just recorded that another key signs from now on: it is signed by both, so that whoever
    /// trusts the one may trust the other. Of a key that is lost there is nothing to sign with.
    ///
    /// # Errors
    /// Likewise.
    pub async fn hand_over(
        &self,
        code: CountyCode,
        from: Option<&LogSigner>,
        to: &LogSigner,
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        self.signed(code, to, Hand::Over(from), now).await
    }

    /// By which keys the log is signed.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn signing_keys(&self, code: CountyCode) -> Result<SigningKeys, Fault> {
        let rotated = line::of_ledger(self.engine, code, "SigningKeyRotated");
        let rows = self.readers.query_all_raw(rotated.statement()).await;
        let lines = rows
            .map_err(fault)?
            .iter()
            .map(line::line)
            .collect::<Result<Vec<_>, _>>();
        SigningKeys::recorded(&lines?)
    }

    /// Whether the last checkpoint is signed by this key; where there is none yet, any could be that of the log.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn is_signed_by(&self, code: CountyCode, key: &LogKey) -> Result<bool, Fault> {
        let last = self.last_checkpoint(code).await?;
        Ok(last.is_none_or(|last| is_signed(&last, key).is_ok()))
    }

    /// What the log is called under which something was signed; none where nothing was yet.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn log_name(&self, code: CountyCode) -> Result<Option<String>, Fault> {
        let last = self.last_checkpoint(code).await?;
        Ok(last.and_then(|last| Some(last.note.lines().next()?.to_owned())))
    }

    /// Whether a key goes on from what was signed last: it has signed that, or the ledger records who has; and where the ledger records
    /// that it took the place of another, it has signed that.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn goes_on(&self, code: CountyCode, key: &LogKey) -> Result<bool, Fault> {
        let last = self.last_checkpoint(code).await?;
        let keys = self.signing_keys(code).await?;
        if unsigned_change(&keys, key, last.as_ref()).is_some() {
            return Ok(false);
        }
        Ok(last.is_none_or(|last| {
            let signed_it = keys.at(last.log.size()).unwrap_or(key);
            is_signed(&last, signed_it).is_ok()
        }))
    }

    async fn signed(
        &self,
        code: CountyCode,
        signer: &LogSigner,
        hand: Hand<'_>,
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        let last = self.last_checkpoint(code).await?;
        let log = last.as_ref().map(|last| last.log.clone());
        let mut walk = self
            .verification_since(code, log.unwrap_or_default())
            .await?;
        let mut findings = Findings::default();
        while walk.next(&mut findings).await?.is_some() {}
        let log = walk.finish(&mut findings);
        if let Some(first) = findings.told.first() {
            return Err(Fault::damaged(format!("nothing is signed: {first}")));
        }
        // Read after the lines, so that none of those names a key that is not among them.
        let keys = self.signing_keys(code).await?;
        let own = signer.public();
        if let Some(last) = &last {
            is_signed(last, keys.at(last.log.size()).unwrap_or(own))?;
        }
        if let Hand::Alone = hand
            && let Some(line) = unsigned_change(&keys, own, last.as_ref())
        {
            return Err(Fault::damaged(format!(
                "nothing is signed: line {line} records that {own} signs from there on, and it has signed nothing over that line; where \
                 changing the key was interrupted, do `xiaohao ledger rotate-key` again, and else somebody wrote it"
            )));
        }
        if let Some(last) = last.filter(|last| last.log.size() == log.size()) {
            return Ok(last.note);
        }
        if let Some(present) = keys.at(log.size()).filter(|present| *present != own) {
            return Err(Fault::internal(OtherKey {
                here: own.to_string(),
                present: present.to_string(),
            }));
        }
        let mut note = Checkpoint::sign(log.head(), signer);
        if let Hand::Over(Some(other)) = hand {
            note = note.signed_too(other);
        }
        let note = note.to_string();
        self.keep_checkpoint(code, &log, &note, now).await
    }

    async fn last_checkpoint(&self, code: CountyCode) -> Result<Option<KeptCheckpoint>, Fault> {
        let mut sql = Sql::new(self.engine, KEPT);
        sql.bind(county(code)).push(" ORDER BY size DESC LIMIT 1");
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.as_ref().map(read).transpose()
    }

    /// Keeps what was signed; of two who sign the same, both are told what was kept first.
    async fn keep_checkpoint(
        &self,
        code: CountyCode,
        log: &Frontier,
        note: &str,
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        let size = position(Position::new(log.size()));
        let transaction = self.begin_writing().await?;
        if self.engine == Engine::Postgres {
            // Of two who sign at once, the second takes the number after that of the first. To lock the table one would have to
            // have the right to change checkpoints.
            let alone = format!("SELECT pg_advisory_xact_lock({SIGNING})");
            let alone = Sql::new(self.engine, &alone).statement();
            transaction.execute_raw(alone).await.map_err(fault)?;
        }
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO checkpoint (county, number, size, frontier, note, signed_at) SELECT ",
        );
        sql.bind(county(code));
        sql.push(", (SELECT coalesce(max(number), 0) + 1 FROM checkpoint WHERE county = ");
        sql.bind(county(code)).push("), ").bind(size).push(", ");
        sql.bind(log.to_bytes()).push(", ").bind(note).push(", ");
        sql.bind(now)
            .push(" WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE county = ");
        sql.bind(county(code)).push(" AND size = ").bind(size);
        sql.push(") ON CONFLICT DO NOTHING");
        let kept = transaction.execute_raw(sql.statement()).await;
        kept.map_err(fault)?;
        let mut sql = Sql::new(self.engine, KEPT);
        sql.bind(county(code)).push(" AND size = ").bind(size);
        let row = transaction.query_one_raw(sql.statement()).await;
        let row = row.map_err(fault)?;
        let row =
            row.ok_or_else(|| Fault::damaged("a checkpoint is gone as soon as it is kept"))?;
        let kept = read(&row)?;
        transaction.commit().await.map_err(fault)?;
        Ok(kept.note)
    }

    /// Everything that was signed, the first one first.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn checkpoints(&self, code: CountyCode) -> Result<Vec<KeptCheckpoint>, Fault> {
        self.checkpoints_one_by_one(code)
            .await?
            .into_iter()
            .collect()
    }

    /// The same, where some may not be readable.
    ///
    /// # Errors
    /// [`Fault`] where none can be asked for.
    pub async fn checkpoints_one_by_one(
        &self,
        code: CountyCode,
    ) -> Result<Vec<Result<KeptCheckpoint, Fault>>, Fault> {
        let mut sql = Sql::new(self.engine, KEPT);
        sql.bind(county(code)).push(" ORDER BY size");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        Ok(rows.map_err(fault)?.iter().map(read).collect())
    }

    /// The numbers of the checkpoints that were taken away: every number up to the last was given.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn checkpoints_gone(&self, code: CountyCode) -> Result<Vec<u64>, Fault> {
        let mut sql = Sql::new(self.engine, "SELECT number FROM checkpoint WHERE county = ");
        sql.bind(county(code));
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        let numbers = rows.iter().map(|row| to_position(Columns::of(row).next()?));
        let numbers = numbers.map(|number| Ok(number?.get()));
        let numbers = numbers.collect::<Result<BTreeSet<u64>, Fault>>()?;
        let last = numbers.last().copied().unwrap_or_default();
        Ok((1..=last)
            .filter(|number| !numbers.contains(number))
            .take(GONE_TOLD)
            .collect())
    }

    /// The first checkpoint over a line.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn checkpoint_over(
        &self,
        code: CountyCode,
        line: Position,
    ) -> Result<Option<String>, Fault> {
        let mut sql = Sql::new(self.engine, KEPT);
        sql.bind(county(code)).push(" AND size >= ");
        sql.bind(position(line)).push(" ORDER BY size LIMIT 1");
        let row = self.readers.query_one_raw(sql.statement()).await;
        let row = row.map_err(fault)?;
        Ok(row.as_ref().map(read).transpose()?.map(|kept| kept.note))
    }

    /// What proves that a line is in the log of this size.
    ///
    /// # Errors
    /// [`Fault`], also where the log is not that long.
    pub async fn inclusion(
        &self,
        code: CountyCode,
        line: Position,
        size: u64,
    ) -> Result<InclusionProof, Fault> {
        let index = line.get().saturating_sub(1);
        let mut proof = InclusionProof::gather(index, size).map_err(Fault::internal)?;
        self.each_leaf(code, size, |leaf| proof.push(leaf).map_err(Fault::internal))
            .await?;
        proof.finish().map_err(Fault::internal)
    }

    /// What proves that the log of one size goes on from that of another; none where it is not that long.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn consistency(
        &self,
        code: CountyCode,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyProof>, Fault> {
        let Ok(mut proof) = ConsistencyProof::gather(from, to) else {
            return Ok(None);
        };
        self.each_leaf(code, to, |leaf| proof.push(leaf).map_err(Fault::internal))
            .await?;
        Ok(proof.finish().ok())
    }

    async fn each_leaf(
        &self,
        code: CountyCode,
        size: u64,
        take: impl FnMut(Hash) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let up_to = Position::new(size);
        leaves::each(self.engine, &self.readers, code, up_to, take).await
    }
}

/// Reads the log and the note of a checkpoint.
pub(crate) fn read(row: &QueryResult) -> Result<KeptCheckpoint, Fault> {
    let mut at = Columns::of(row);
    let log: Vec<u8> = at.next()?;
    let log =
        Frontier::from_bytes(&log).map_err(|error| unreadable("the log of a checkpoint", error))?;
    let kept = KeptCheckpoint {
        log,
        note: at.next()?,
    };
    let (size, _): (i64, DateTime<Utc>) = (at.next()?, at.next()?);
    if to_position(size)?.get() == kept.log.size() {
        Ok(kept)
    } else {
        Err(Fault::damaged(format!(
            "the checkpoint that is kept as one over {size} lines is over {}",
            kept.log.size()
        )))
    }
}

/// What is signed next goes on from what the key of the log has signed, and from nothing else.
fn is_signed(last: &KeptCheckpoint, key: &LogKey) -> Result<(), Fault> {
    let note = SignedNote::from_bytes(last.note.as_bytes());
    let note = note.map_err(|error| unreadable("the last checkpoint", error))?;
    let opened = Checkpoint::signed_by(&note, key);
    let opened = opened.map_err(|error| unreadable("the last checkpoint", error))?;
    if opened.head() == last.head() {
        Ok(())
    } else {
        Err(Fault::damaged(
            "nothing is signed: what is kept of the last checkpoint is not what was signed",
        ))
    }
}
