//! The beginning of a batch: the county is held, and what the acts are about is looked up.

use crate::column::{Columns, county, invalid, to_clue, to_hazard_number, to_position};
use crate::connect::SqlStore;
use crate::fault::{fault, unreadable};
use crate::line;
use crate::sql::{Engine, Sql};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, QueryResult, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, Value,
};
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::Hazard;
use xiaohao_core::acts::SourceRecord;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperFile;
use xiaohao_core::values::{CircularId, CountyCode, Digest, HazardId, Line, OrderId, RequestId};
use xiaohao_ledger::row::DuplicateDigest;
use xiaohao_ledger::{
    After, Batch, Fault, Fingerprint, Found, Head, Position, SubjectKind, Wanted, Written,
};

/// A batch under way: one transaction that holds the county.
pub(crate) struct SqlBatch {
    store: SqlStore,
    pub(crate) engine: Engine,
    pub(crate) county: CountyCode,
    pub(crate) head: Head,
    pub(crate) transaction: DatabaseTransaction,
}

impl SqlStore {
    /// Begins a transaction and takes the county's row, for which everybody else waits: on SQLite because there is one
    /// writer, on PostgreSQL because the row is locked. It is the only lock, so none waits for another in a circle.
    pub(crate) async fn hold_county(&self, code: CountyCode) -> Result<SqlBatch, Fault> {
        let transaction = self.begin_writing().await?;
        let head = match head(self.engine, &transaction, code).await? {
            Some(head) => head,
            None => first_head(self.engine, &transaction, code).await?,
        };
        Ok(self.batch(code, head, transaction))
    }

    /// The same with a blank row, whatever was in it: it is about to be made anew.
    pub(crate) async fn hold_blank(&self, code: CountyCode) -> Result<SqlBatch, Fault> {
        let transaction = self.begin_writing().await?;
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO ledger_head (county, position, numbers) VALUES (",
        );
        sql.bind(county(code)).push(
            ", 0, '{}') ON CONFLICT (county) DO UPDATE SET position = 0, recorded_at = NULL, \
             numbers = '{}', counted_on = NULL",
        );
        let blank = transaction.execute_raw(sql.statement()).await;
        blank.map_err(fault)?;
        Ok(self.batch(code, Head::default(), transaction))
    }

    fn batch(&self, county: CountyCode, head: Head, transaction: DatabaseTransaction) -> SqlBatch {
        SqlBatch {
            store: self.clone(),
            engine: self.engine,
            county,
            head,
            transaction,
        }
    }

    /// Begins a transaction that is going to write. It is begun to the end, whether or not anybody still waits for it: one
    /// that is left half begun would stay open on a connection that somebody else gets.
    pub(crate) async fn begin_writing(&self) -> Result<DatabaseTransaction, Fault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let writers = self.writers.clone();
        let begun = tokio::spawn(async move { writers.begin_with_options(options).await });
        begun.await.map_err(Fault::internal)?.map_err(fault)
    }
}

async fn head(
    engine: Engine,
    transaction: &DatabaseTransaction,
    code: CountyCode,
) -> Result<Option<Head>, Fault> {
    let mut sql = Sql::new(
        engine,
        "SELECT position, recorded_at, numbers, counted_on FROM ledger_head WHERE county = ",
    );
    sql.bind(county(code));
    if engine == Engine::Postgres {
        sql.push(" FOR UPDATE");
    }
    let row = transaction
        .query_one_raw(sql.statement())
        .await
        .map_err(fault)?;
    row.as_ref().map(read_head).transpose()
}

pub(crate) fn read_head(row: &QueryResult) -> Result<Head, Fault> {
    let mut at = Columns::of(row);
    let position = to_position(at.next()?)?;
    let recorded_at: Option<DateTime<Utc>> = at.next()?;
    let numbers: String = at.next()?;
    let counted_on: Option<NaiveDate> = at.next()?;
    Ok(Head {
        position,
        recorded_at,
        numbers: serde_json::from_str(&numbers)
            .map_err(|error| unreadable("the last numbers of the county", error))?,
        counted_on,
    })
}

/// The county's row, made for its first batch.
async fn first_head(
    engine: Engine,
    transaction: &DatabaseTransaction,
    code: CountyCode,
) -> Result<Head, Fault> {
    let mut sql = Sql::new(
        engine,
        "INSERT INTO ledger_head (county, position, numbers) VALUES (",
    );
    sql.bind(county(code))
        .push(", 0, '{}') ON CONFLICT DO NOTHING");
    transaction
        .execute_raw(sql.statement())
        .await
        .map_err(fault)?;
    head(engine, transaction, code)
        .await?
        .ok_or_else(|| Fault::damaged("the county's row is not there after it was made"))
}

#[async_trait]
impl Batch for SqlBatch {
    fn head(&self) -> &Head {
        &self.head
    }

    async fn look_up(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        Ok(Found {
            requests: self.requests(&wanted.requests).await?,
            hazards: self.hazards(&wanted.hazards).await?,
            orders: self.orders(&wanted.orders).await?,
            circulars: self.circulars(&wanted.circulars).await?,
            evidence: self.evidence(&wanted.evidence).await?,
            duplicates: self.duplicates(&wanted.duplicates).await?,
            source_records: self.source_records(&wanted.source_records).await?,
        })
    }

    async fn append(self: Box<Self>, written: Written) -> Result<(), Fault> {
        let store = self.store.clone();
        let appended = crate::append::append(*self, written).await;
        store.heed(appended).await
    }
}

/// The most values in one list; SQLite takes 32,766.
const LIST: usize = 10_000;

impl SqlBatch {
    /// The rows of `SELECT {columns} FROM {table} WHERE county = …`, whose key is among the values.
    async fn rows(
        &self,
        select: &str,
        key: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, Fault> {
        let mut rows = Vec::new();
        for values in values.chunks(LIST) {
            let mut sql = Sql::new(self.engine, select);
            sql.push(" WHERE county = ").bind(county(self.county));
            sql.push(" AND ").among(key, values.to_vec());
            let found = self.transaction.query_all_raw(sql.statement()).await;
            rows.extend(found.map_err(fault)?);
        }
        Ok(rows)
    }

    async fn requests(
        &self,
        wanted: &BTreeSet<RequestId>,
    ) -> Result<BTreeMap<RequestId, Fingerprint>, Fault> {
        let select = "SELECT request, fingerprint FROM ledger_entry";
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let mut found = BTreeMap::new();
        for row in self.rows(select, "request", ids).await? {
            let mut at = Columns::of(&row);
            let request = at.next_as(RequestId::new)?;
            found.insert(request, Fingerprint::new(bytes(at.next()?)?));
        }
        Ok(found)
    }

    /// What the histories of subjects of one kind come to, each with the place of its first line. An act is decided on the
    /// record itself: no row that is made from it can lead it astray.
    async fn afters(
        &self,
        kind: SubjectKind,
        ids: Vec<Value>,
    ) -> Result<Vec<(Position, After)>, Fault> {
        let select = format!("SELECT {} FROM ledger_entry", line::BODY);
        // The kind stands in the text of the statement, so that each kind has a plan of its own.
        let key = format!("subject_kind = '{}' AND subject", kind.code());
        let rows = self.rows(&select, &key, ids).await?;
        let mut afters = Vec::new();
        for lines in line::histories(&rows)?.into_values() {
            let opened = lines.first().map_or(Position::START, |line| line.position);
            afters.extend(After::history(&lines)?.map(|after| (opened, after)));
        }
        Ok(afters)
    }

    async fn hazards(
        &self,
        wanted: &BTreeSet<HazardId>,
    ) -> Result<BTreeMap<HazardId, (Position, Hazard)>, Fault> {
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let afters = self.afters(SubjectKind::Hazard, ids).await?.into_iter();
        let hazards = afters.filter_map(|(opened, after)| Some((opened, after.hazard()?)));
        Ok(hazards
            .map(|(opened, hazard)| (hazard.id(), (opened, hazard)))
            .collect())
    }

    async fn orders(
        &self,
        wanted: &BTreeSet<OrderId>,
    ) -> Result<BTreeMap<OrderId, PaperFile<OrderContent>>, Fault> {
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let afters = self.afters(SubjectKind::Order, ids).await?.into_iter();
        let files = afters.filter_map(|(_, after)| after.order());
        Ok(files.map(|file| (file.id, file)).collect())
    }

    async fn circulars(
        &self,
        wanted: &BTreeSet<CircularId>,
    ) -> Result<BTreeMap<CircularId, PaperFile<CircularContent>>, Fault> {
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let afters = self.afters(SubjectKind::Circular, ids).await?.into_iter();
        let files = afters.filter_map(|(_, after)| after.circular());
        Ok(files.map(|file| (file.id, file)).collect())
    }

    async fn evidence(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>, Fault> {
        let digests = wanted
            .iter()
            .map(|digest| digest.as_bytes().to_vec().into())
            .collect();
        let rows = self
            .rows("SELECT digest FROM evidence", "digest", digests)
            .await?;
        rows.iter()
            .map(|row| Ok(Digest::new(bytes(Columns::of(row).next()?)?)))
            .collect()
    }

    async fn duplicates(
        &self,
        wanted: &BTreeSet<DuplicateDigest>,
    ) -> Result<
        BTreeMap<DuplicateDigest, BTreeMap<HazardId, xiaohao_core::values::HazardNumber>>,
        Fault,
    > {
        let select = "SELECT duplicate, id, number FROM hazard";
        let digests = wanted
            .iter()
            .map(|digest| digest.as_bytes().to_vec().into())
            .collect();
        let mut found: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in self.rows(select, "duplicate", digests).await? {
            let mut at = Columns::of(&row);
            let digest = DuplicateDigest::new(bytes(at.next()?)?);
            let id = at.next_as(HazardId::new)?;
            if let Some(number) = to_hazard_number(self.county, at.next()?)? {
                found.entry(digest).or_default().insert(id, number);
            }
        }
        Ok(found)
    }

    async fn source_records(
        &self,
        wanted: &BTreeSet<SourceRecord>,
    ) -> Result<BTreeMap<SourceRecord, xiaohao_core::values::ClueNumber>, Fault> {
        let select = "SELECT source_system, source_record, clue FROM hazard";
        let ids = wanted
            .iter()
            .map(|record| record.id.as_str().into())
            .collect();
        let mut found = BTreeMap::new();
        for row in self.rows(select, "source_record", ids).await? {
            let mut at = Columns::of(&row);
            let record = SourceRecord {
                system: at.next_as(|text: String| Line::new(&text))?,
                id: at.next_as(|text: String| Line::new(&text))?,
            };
            let clue = to_clue(self.county, at.next()?)?;
            if wanted.contains(&record) {
                found.insert(record, clue);
            }
        }
        Ok(found)
    }
}

pub(crate) fn bytes(stored: Vec<u8>) -> Result<[u8; 32], Fault> {
    stored
        .try_into()
        .map_err(|_| invalid("digest", xiaohao_core::values::Invalid::Empty))
}
