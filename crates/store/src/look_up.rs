//! What the acts of a batch are about is looked up.

mod sought;

use crate::begin::SqlBatch;
use crate::column::{Columns, actor, county, invalid, to_clue, to_hazard_number};
use crate::county::own_lines_after;
use crate::fault::fault;
use crate::line;
use crate::sql::{Engine, Sql};
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::acts::SourceRecord;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::PaperFile;
use xiaohao_core::upkeep::LedgerFile;
use xiaohao_core::values::{CircularId, CountyCode, Digest, HazardId, Line, OrderId, RequestId};
use xiaohao_core::{Hazard, NumberTaken};
use xiaohao_ledger::row::DuplicateDigest;
use xiaohao_ledger::{
    After, Batch, Before, Fault, Fingerprint, Found, Head, Position, SubjectKind, Wanted, Written,
};

#[async_trait]
impl Batch for SqlBatch {
    fn head(&self) -> &Head {
        &self.head
    }

    async fn own_version(&mut self) -> Result<u32, Fault> {
        crate::county::own_version(self.engine, &self.transaction, self.county).await
    }

    async fn look_up(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        let (hazards, histories) = self.hazards(wanted).await?;
        Ok(Found {
            requests: self.requests(&wanted.requests).await?,
            hazards,
            histories,
            orders: self.orders(&wanted.orders).await?,
            orders_with_acts: self.orders_with_acts(&wanted.orders).await?,
            circulars: self.circulars(&wanted.circulars).await?,
            evidence: self.evidence(&wanted.evidence).await?,
            duplicates: self.duplicates(&wanted.duplicates).await?,
            source_records: self.source_records(&wanted.source_records).await?,
            lines: self.lines(wanted).await?,
            ledger: self.ledger(wanted).await?,
        })
    }

    async fn append(self: Box<Self>, written: Written) -> Result<(), Fault> {
        let store = self.store.clone();
        let appended = crate::append::append(*self, written).await;
        store.heed(appended).await
    }
}

/// Hazards, each with the place of its first line.
type Hazards = BTreeMap<HazardId, (Position, Hazard)>;

/// The lines of hazards.
type Histories = BTreeMap<HazardId, Vec<xiaohao_ledger::Line>>;

/// The most values in one list; SQLite takes 32,766.
const LIST: usize = 10_000;

/// What is asked of a table: rows of the county that hold, in these columns, one of the values of each.
struct Question {
    columns: Cow<'static, str>,
    from: Cow<'static, str>,
    by: &'static [&'static str],
}

impl Question {
    const fn new(columns: &'static str, table: &'static str, by: &'static [&'static str]) -> Self {
        Self {
            columns: Cow::Borrowed(columns),
            from: Cow::Borrowed(table),
            by,
        }
    }

    /// The histories of subjects of one kind, which stands in the text of the statement, so that each kind has a plan of
    /// its own.
    fn histories(engine: Engine, kind: SubjectKind) -> Self {
        let of_kind = format!("ledger_entry e WHERE subject_kind = '{}' AND ", kind.code());
        Self {
            columns: Cow::Borrowed(line::columns(engine)),
            from: Cow::Owned(of_kind),
            by: &["subject"],
        }
    }

    /// Lines, by their places.
    fn lines(engine: Engine) -> Self {
        Self {
            columns: Cow::Borrowed(line::columns(engine)),
            from: Cow::Borrowed("ledger_entry e WHERE "),
            by: &["position"],
        }
    }

    /// By what requests that were answered before are known again.
    fn requests(engine: Engine) -> Self {
        let personal = line::personal(engine);
        Self {
            columns: Cow::Owned(format!(
                "e.request, e.person, e.role, e.unit, e.fingerprint, {personal}"
            )),
            from: Cow::Borrowed("ledger_entry e WHERE "),
            by: &["request"],
        }
    }

    fn statement(&self, engine: Engine, code: CountyCode, values: &[&[Value]]) -> Statement {
        let mut sql = Sql::new(engine, "SELECT ");
        sql.push(&self.columns).push(" FROM ").push(&self.from);
        sql.push("county = ").bind(county(code));
        for (column, values) in self.by.iter().zip(values) {
            sql.push(" AND ").among(column, values.to_vec());
        }
        sql.statement()
    }
}

const EVIDENCE: Question = Question::new("digest", "evidence WHERE ", &["digest"]);
const DUPLICATES: Question =
    Question::new("duplicate, id, number", "hazard WHERE ", &["duplicate"]);
const ORDERS_WITH_ACTS: Question =
    Question::new("order_id", "order_with_act WHERE ", &["order_id"]);
const NUMBERS: Question = Question::new(
    "position",
    "number_taken WHERE ",
    &["series", "year", "serial"],
);
const SOURCE_RECORDS: Question = Question::new(
    "source_system, source_record, clue",
    "hazard WHERE ",
    &["source_system", "source_record"],
);

impl SqlBatch {
    /// The rows by one column, whatever number of values there is.
    async fn rows(
        &self,
        question: &Question,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, Fault> {
        let mut rows = Vec::new();
        for values in values.chunks(LIST) {
            rows.extend(self.ask(question, &[values]).await?);
        }
        Ok(rows)
    }

    async fn ask(
        &self,
        question: &Question,
        values: &[&[Value]],
    ) -> Result<Vec<QueryResult>, Fault> {
        let statement = question.statement(self.engine, self.county, values);
        self.transaction
            .query_all_raw(statement)
            .await
            .map_err(fault)
    }

    async fn requests(
        &self,
        wanted: &BTreeSet<RequestId>,
    ) -> Result<BTreeMap<RequestId, Before>, Fault> {
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let mut found = BTreeMap::new();
        for row in self.rows(&Question::requests(self.engine), ids).await? {
            let mut at = Columns::of(&row);
            let request = at.next_as(RequestId::new)?;
            let before = Before {
                actor: actor(&mut at)?,
                fingerprint: Fingerprint::new(bytes(at.next()?)?),
                personal: line::to_personal(at.next()?)?,
            };
            found.insert(request, before);
        }
        Ok(found)
    }

    /// What the histories of subjects of one kind come to.
    async fn afters(
        &self,
        kind: SubjectKind,
        ids: Vec<Value>,
    ) -> Result<Vec<(Position, After)>, Fault> {
        let rows = self
            .rows(&Question::histories(self.engine, kind), ids)
            .await?;
        let histories = line::histories(&rows)?.into_values();
        let afters = histories.filter_map(|lines| after(&lines).transpose());
        afters.collect()
    }

    /// Hazards, and the lines of those of which they are wanted.
    async fn hazards(&self, wanted: &Wanted) -> Result<(Hazards, Histories), Fault> {
        let mut rows = Vec::new();
        for statement in sought::histories(self.engine, self.county, wanted, LIST) {
            let read = self.transaction.query_all_raw(statement).await;
            rows.extend(read.map_err(fault)?);
        }
        let (mut hazards, mut histories) = (Hazards::new(), Histories::new());
        for lines in line::histories(&rows)?.into_values() {
            let Some((opened, After::Hazard(hazard))) = after(&lines)? else {
                continue;
            };
            let id = hazard.id();
            hazards.insert(id, (opened, *hazard));
            if wanted.histories.contains(&id) {
                histories.insert(id, lines);
            }
        }
        Ok((hazards, histories))
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

    async fn orders_with_acts(
        &self,
        wanted: &BTreeSet<OrderId>,
    ) -> Result<BTreeSet<OrderId>, Fault> {
        let ids = wanted.iter().map(|id| id.as_uuid().into()).collect();
        let rows = self.rows(&ORDERS_WITH_ACTS, ids).await?;
        rows.iter()
            .map(|row| Columns::of(row).next_as(OrderId::new))
            .collect()
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

    async fn lines(
        &self,
        wanted: &Wanted,
    ) -> Result<BTreeMap<Position, xiaohao_ledger::Line>, Fault> {
        // A place that no line can have has none.
        let places = wanted.lines.iter();
        let places = places.filter_map(|place| i64::try_from(place.get()).ok());
        let mut places: Vec<Value> = places.map(Value::from).collect();
        places.extend(self.taken_at(&wanted.numbers).await?);
        let question = Question::lines(self.engine);
        let lines = self.rows(&question, places).await?;
        let lines = lines.iter().map(line::line);
        lines
            .map(|line| line.map(|line| (line.position, line)))
            .collect()
    }

    /// The places of the lines that took these numbers.
    async fn taken_at(&self, wanted: &BTreeSet<NumberTaken>) -> Result<Vec<Value>, Fault> {
        let mut of_years: BTreeMap<_, Vec<Value>> = BTreeMap::new();
        for taken in wanted {
            let serials = of_years.entry((taken.series, taken.year)).or_default();
            serials.push(i64::from(taken.serial).into());
        }
        let mut places = Vec::new();
        for ((series, year), serials) in of_years {
            let values: [&[Value]; 3] =
                [&[series.code().into()], &[i64::from(year).into()], &serials];
            for row in self.ask(&NUMBERS, &values).await? {
                places.push(Columns::of(&row).next::<i64>()?.into());
            }
        }
        Ok(places)
    }

    /// The ledger's own file: from where it is known, with what followed.
    async fn ledger(&self, wanted: &Wanted) -> Result<Option<LedgerFile>, Fault> {
        if !wanted.ledger {
            return Ok(None);
        }
        let known = wanted.known.as_deref().cloned();
        let version = known.as_ref().map_or(0, |file| file.version);
        let new = own_lines_after(self.engine, self.county, version);
        let rows = self.transaction.query_all_raw(new.statement()).await;
        let lines = rows.map_err(fault)?;
        let lines: Result<Vec<_>, _> = lines.iter().map(line::line).collect();
        After::own(known, &lines?)
    }

    async fn evidence(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>, Fault> {
        let digests = wanted
            .iter()
            .map(|digest| digest.as_bytes().to_vec().into())
            .collect();
        let rows = self.rows(&EVIDENCE, digests).await?;
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
        let digests = wanted
            .iter()
            .map(|digest| digest.as_bytes().to_vec().into())
            .collect();
        let mut found: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in self.rows(&DUPLICATES, digests).await? {
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
        let mut of_systems: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for record in wanted {
            let ids = of_systems.entry(record.system.as_str()).or_default();
            ids.push(record.id.as_str().into());
        }
        let mut found = BTreeMap::new();
        for (system, ids) in of_systems {
            let values: [&[Value]; 2] = [&[system.into()], &ids];
            for row in self.ask(&SOURCE_RECORDS, &values).await? {
                let mut at = Columns::of(&row);
                let record = SourceRecord {
                    system: at.next_as(|text: String| Line::recorded(&text))?,
                    id: at.next_as(|text: String| Line::recorded(&text))?,
                };
                found.insert(record, to_clue(self.county, at.next()?)?);
            }
        }
        Ok(found)
    }
}

/// What a history comes to, with the place of its first line. An act is decided on the record itself: no row that is made from it can
/// lead it astray.
fn after(lines: &[xiaohao_ledger::Line]) -> Result<Option<(Position, After)>, Fault> {
    let opened = lines.first().map_or(Position::START, |line| line.position);
    Ok(After::history(lines)?.map(|after| (opened, after)))
}

pub(crate) fn bytes(stored: Vec<u8>) -> Result<[u8; 32], Fault> {
    stored
        .try_into()
        .map_err(|_| invalid("digest", xiaohao_core::values::Invalid::Empty))
}

#[cfg(test)]
mod tests {
    use super::{DUPLICATES, EVIDENCE, NUMBERS, ORDERS_WITH_ACTS, Question, SOURCE_RECORDS};
    use crate::guards::new_in_memory;
    use crate::plan;
    use crate::sql::Engine;
    use xiaohao_core::values::CountyCode;
    use xiaohao_ledger::SubjectKind;

    #[tokio::test]
    async fn whatever_a_batch_asks_is_looked_up_by_every_column_that_is_known_of_it() {
        let database = new_in_memory().await.unwrap();
        let county = CountyCode::parse("431123").unwrap();
        let requests = Question::requests(Engine::Sqlite);
        let lines = Question::lines(Engine::Sqlite);
        let known = [
            requests,
            lines,
            EVIDENCE,
            DUPLICATES,
            ORDERS_WITH_ACTS,
            NUMBERS,
            SOURCE_RECORDS,
        ];
        let history = |kind| Question::histories(Engine::Sqlite, kind);
        let of_hazards = |kind: &SubjectKind| *kind == SubjectKind::Hazard;
        let others = SubjectKind::ALL.iter().copied();
        let histories = others.filter(|kind| !of_hazards(kind)).map(history);
        for question in known.into_iter().chain(histories) {
            for most in [1, 64] {
                let mut values = vec![vec!["".into()]; question.by.len()];
                *values.last_mut().unwrap() = vec!["".into(); most];
                let values: Vec<_> = values.iter().map(Vec::as_slice).collect();
                let statement = question.statement(Engine::Sqlite, county, &values);
                let steps = plan::steps(&database, statement).await;
                // The personal data of a line is read by its place, in the order of the index, and gathered from there.
                let beside = |step: &&String| {
                    step.contains(" p ") || step.contains("(subquery-") || !step.starts_with('S')
                };
                let (beside, steps): (Vec<_>, Vec<_>) = steps.iter().partition(beside);
                for step in &beside {
                    let by_place = step.contains("(county=? AND position=?)");
                    assert!(by_place || !step.contains(" p "), "{beside:#?}");
                }
                let by_all = |step: &&String| {
                    let mut by = question.by.iter();
                    step.starts_with("SEARCH ") && by.all(|by| step.contains(&format!("{by}=?")))
                };
                assert!(steps.iter().all(by_all), "{}: {steps:#?}", question.from);
            }
        }
    }
}
