//! What a county has signed of its log, and the proofs under it.

use crate::column::{Columns, county, position};
use crate::connect::SqlStore;
use crate::fault::{fault, unreadable};
use crate::leaves;
use crate::rebuild::Findings;
use crate::sql::Sql;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fault, Position};
use xiaohao_log::{
    Checkpoint, ConsistencyProof, Frontier, Hash, InclusionProof, LogSigner, Origin, SignedNote,
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

const KEPT: &str = "SELECT frontier, note FROM checkpoint WHERE county = ";

impl SqlStore {
    /// The checkpoint over everything that is recorded. Where the ledger has grown since the last one, what was recorded
    /// since is read again and compared with the log, and then signed and kept.
    ///
    /// # Errors
    /// [`Fault::Damaged`] where what is stored is not what was logged: nothing is signed then.
    pub async fn checkpoint(
        &self,
        code: CountyCode,
        signer: &LogSigner,
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        let last = self.last_checkpoint(code).await?;
        if let Some(last) = &last {
            is_ours(last, signer)?;
        }
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
        if let Some(last) = last.filter(|last| last.log.size() == log.size()) {
            return Ok(last.note);
        }
        let note = Checkpoint::sign(log.head(), signer).to_string();
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
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO checkpoint (county, size, frontier, note, signed_at) SELECT ",
        );
        sql.bind(county(code)).push(", ").bind(size).push(", ");
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
        let mut sql = Sql::new(self.engine, KEPT);
        sql.bind(county(code)).push(" ORDER BY size");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        rows.map_err(fault)?.iter().map(read).collect()
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
    Ok(KeptCheckpoint {
        log: Frontier::from_bytes(&log)
            .map_err(|error| unreadable("the log of a checkpoint", error))?,
        note: at.next()?,
    })
}

/// What is signed next goes on from what this key has signed, and from no other.
fn is_ours(last: &KeptCheckpoint, signer: &LogSigner) -> Result<(), Fault> {
    let note = SignedNote::from_bytes(last.note.as_bytes());
    let note = note.map_err(|error| unreadable("the last checkpoint", error))?;
    let key = signer.public();
    let opened = Checkpoint::open(&note, &Origin::from(key.name()), std::slice::from_ref(key));
    let opened = opened.map_err(|error| unreadable("the last checkpoint", error))?;
    if opened.head() == last.head() {
        Ok(())
    } else {
        Err(Fault::damaged(
            "nothing is signed: what is kept of the last checkpoint is not what was signed",
        ))
    }
}
