//! Looks at a ledger in its database with nothing but SQL, holds it against what people wrote down, and says what is wrong.
//!
//! He goes on from where he stopped, so that looking again and again at a growing ledger stays cheap.

use crate::county;
use crate::diary::{Diary, Written};
use crate::place::Sql;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::{PaperEvent, PaperFile, evolve_paper};
use xiaohao_core::upkeep::{LedgerFile, evolve_upkeep};
use xiaohao_core::values::{CircularId, HazardId, OrderId, Series};
use xiaohao_core::{County, Hazard, NumberTaken, evolve};
use xiaohao_ledger::{Head, Record, SubjectKind};

/// What he has seen so far.
#[derive(Debug)]
pub struct Examiner {
    county: County,
    lines: BTreeMap<u64, Written>,
    requests: BTreeMap<Uuid, u64>,
    hazards: BTreeMap<HazardId, Hazard>,
    orders: BTreeMap<OrderId, PaperFile<OrderContent>>,
    circulars: BTreeMap<CircularId, PaperFile<CircularContent>>,
    ledger: Option<LedgerFile>,
    head: Head,
    /// How many lines he has seen that an issued paper causes.
    caused: usize,
    /// How many acknowledgements of the diary he has held against the ledger.
    held: usize,
    /// How many checkpoints of the diary he has looked for.
    looked_for: usize,
    wrong: Vec<String>,
}

/// A line as it lies in the database.
struct Row {
    position: u64,
    kind: SubjectKind,
    subject: Uuid,
    seq: u32,
    request: Uuid,
    body: String,
    leaf: Vec<u8>,
    personal: Vec<Option<String>>,
}

/// What new lines changed.
#[derive(Default)]
struct Touched {
    subjects: BTreeSet<(&'static str, Uuid)>,
    numbers: Vec<(NumberTaken, u64)>,
    /// Requests that only came with what they follow.
    caused: BTreeSet<Uuid>,
}

impl Default for Examiner {
    fn default() -> Self {
        Self::new()
    }
}

impl Examiner {
    /// One who has seen nothing.
    pub fn new() -> Self {
        Self {
            county: county(),
            lines: BTreeMap::new(),
            requests: BTreeMap::new(),
            hazards: BTreeMap::new(),
            orders: BTreeMap::new(),
            circulars: BTreeMap::new(),
            ledger: None,
            head: Head::default(),
            caused: 0,
            held: 0,
            looked_for: 0,
            wrong: Vec::new(),
        }
    }

    /// How many lines he has seen.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// How many of them an issued paper caused.
    pub fn caused(&self) -> usize {
        self.caused
    }

    /// Whether he has seen the line of a request.
    pub fn knows(&self, request: Uuid) -> bool {
        self.requests.contains_key(&request)
    }

    /// Looks at what is new; the answer is what is wrong with it.
    pub async fn look(&mut self, sql: &Sql, diary: &Diary) -> Vec<String> {
        let seen = self.head.position.get();
        let mut touched = Touched::default();
        for row in self.new_rows(sql, seen).await {
            self.take_in(&row, &mut touched);
        }
        self.hold_against(diary, seen, &touched);
        self.look_for_signed(sql, diary).await;
        self.compare_head(sql).await;
        self.compare_numbers(sql, seen, touched.numbers).await;
        self.compare_rows(sql, &touched.subjects).await;
        std::mem::take(&mut self.wrong)
    }

    fn note(&mut self, fine: bool, what: impl FnOnce() -> String) {
        if !fine {
            self.wrong.push(what());
        }
    }

    async fn new_rows(&self, sql: &Sql, seen: u64) -> Vec<Row> {
        let select = format!(
            "SELECT position, subject_kind, subject, seq, request, body, leaf FROM ledger_entry \
             WHERE county = '{}' AND position > {seen} ORDER BY position",
            self.county.code
        );
        let read = |row: &sea_orm::QueryResult| Row {
            position: natural(row.try_get_by_index(0).unwrap()),
            kind: SubjectKind::from_code(&row.try_get_by_index::<String>(1).unwrap()).unwrap(),
            subject: row.try_get_by_index(2).unwrap(),
            seq: u32::try_from(row.try_get_by_index::<i64>(3).unwrap()).unwrap(),
            request: row.try_get_by_index(4).unwrap(),
            body: row.try_get_by_index(5).unwrap(),
            leaf: row.try_get_by_index(6).unwrap(),
            personal: Vec::new(),
        };
        let mut rows: Vec<Row> = sql.rows(&select).await.iter().map(read).collect();
        let select = format!(
            "SELECT position, value FROM personal_value WHERE county = '{}' AND position > {seen} \
             ORDER BY position, number",
            self.county.code
        );
        for one in sql.rows(&select).await {
            let position = natural(one.try_get_by_index(0).unwrap());
            let of = rows.iter_mut().find(|row| row.position == position);
            let value = one.try_get_by_index(1).unwrap();
            // What was recorded since the lines were read is looked at next time.
            if let Some(row) = of {
                row.personal.push(value);
            }
        }
        rows
    }

    /// The next line: it takes the next place, answers a request that was not answered before, and follows on the history
    /// of its subject.
    fn take_in(&mut self, row: &Row, touched: &mut Touched) {
        let at = row.position;
        let next = self.head.position.next();
        self.note(at == next.get(), || {
            format!("line {at} stands where {next} should")
        });
        self.head.position = xiaohao_ledger::Position::new(at);
        let record = match Record::from_body(row.kind, &row.body, &row.personal) {
            Ok(record) => record,
            Err(error) => return self.note(false, || format!("line {at} {error}")),
        };
        let says = (
            record.subject().id(),
            record.seq(),
            record.request().as_uuid(),
        );
        let beside = (row.subject, row.seq, row.request);
        self.note(says == beside, || {
            format!("line {at} says {says:?} beside {beside:?}")
        });
        let written = Written {
            position: at,
            request: row.request,
            subject: row.subject,
            seq: row.seq,
            leaf: row.leaf.as_slice().try_into().unwrap(),
        };
        self.lines.insert(at, written);
        let before = self.requests.insert(row.request, at);
        self.note(before.is_none(), || {
            format!(
                "request {} was answered at {before:?} and again at {at}",
                row.request
            )
        });
        touched.subjects.insert((row.kind.code(), row.subject));
        self.follow_on(&record, at, touched);
    }

    fn follow_on(&mut self, record: &Record, at: u64, touched: &mut Touched) {
        let (follows, caused, taken) = match record {
            Record::Hazard(entry) => {
                let old = self.hazards.get(&entry.hazard).cloned();
                let new = evolve(old, entry).map(|hazard| {
                    self.hazards.insert(entry.hazard, hazard);
                });
                (new, 0, entry.event.number_taken())
            }
            Record::Order(entry) => {
                let old = self.orders.get(&entry.paper).cloned();
                let new = evolve_paper(old, entry).map(|order| {
                    self.orders.insert(entry.paper, order);
                });
                let caused = match &entry.event {
                    PaperEvent::Issued(issued) => issued.follow_ups().len(),
                    _ => 0,
                };
                (new, caused, entry.event.number_taken())
            }
            Record::Circular(entry) => {
                let old = self.circulars.get(&entry.paper).cloned();
                let new = evolve_paper(old, entry).map(|circular| {
                    self.circulars.insert(entry.paper, circular);
                });
                let caused = match &entry.event {
                    PaperEvent::Issued(issued) => issued.follow_ups().len(),
                    _ => 0,
                };
                (new, caused, entry.event.number_taken())
            }
            Record::Ledger(entry) => {
                let new = evolve_upkeep(self.ledger.clone(), entry).map(|file| {
                    self.ledger = Some(file);
                });
                (new, 0, None)
            }
        };
        self.note(follows.is_ok(), || {
            format!("line {at} does not follow: {follows:?}")
        });
        let request = record.request().as_uuid();
        let made = (1..=caused).map(|number| Uuid::new_v5(&request, number.to_string().as_bytes()));
        touched.caused.extend(made);
        touched.numbers.extend(taken.map(|taken| (taken, at)));
    }

    /// What was acknowledged is there, where it was said to be; what is there was sent, or comes with what was; what was
    /// refused is not there; and what an issued paper causes is there with it.
    fn hold_against(&mut self, diary: &Diary, seen: u64, touched: &Touched) {
        for (request, lines) in &diary.done[self.held..] {
            for line in lines {
                let there = self.lines.get(&line.position).copied();
                self.note(there == Some(*line), || {
                    format!(
                        "request {request} was acknowledged with {line:?}, but there is {there:?}"
                    )
                });
            }
        }
        self.held = diary.done.len();
        let new: Vec<Written> = self
            .lines
            .range(seen + 1..)
            .map(|(_, line)| *line)
            .collect();
        for line in new {
            let was_sent =
                diary.sent.contains(&line.request) || touched.caused.contains(&line.request);
            self.note(was_sent, || format!("nobody sent {line:?}"));
            let was_refused = diary.refused.contains(&line.request);
            self.note(!was_refused, || {
                format!("{line:?} was refused and is there")
            });
        }
        self.caused += touched.caused.len();
        for caused in &touched.caused {
            let is_there = self.requests.contains_key(caused);
            self.note(is_there, || {
                format!("a paper was issued without what it causes: {caused}")
            });
        }
    }

    /// What was signed is kept, to the letter. Whether it is over these lines, whoever verifies the ledger finds out.
    async fn look_for_signed(&mut self, sql: &Sql, diary: &Diary) {
        let rows = sql.rows("SELECT note FROM checkpoint").await;
        let note = |row: &sea_orm::QueryResult| row.try_get_by_index(0).unwrap();
        let kept: BTreeSet<String> = rows.iter().map(note).collect();
        for note in &diary.signed[self.looked_for..] {
            self.note(kept.contains(note), || {
                format!("was signed and is not kept: {note}")
            });
        }
        self.looked_for = diary.signed.len();
    }

    /// The county's row says how far the ledger has come.
    async fn compare_head(&mut self, sql: &Sql) {
        let select = "SELECT position, numbers FROM ledger_head";
        let rows = sql.rows(select).await;
        let position = rows
            .first()
            .map_or(0, |row| natural(row.try_get_by_index(0).unwrap()));
        let expected = self.head.position.get();
        self.note(position == expected, || {
            format!("the head stands at {position}, not at {expected}")
        });
    }

    /// Each series counts 1, 2, 3 …, and what was taken is noted.
    async fn compare_numbers(&mut self, sql: &Sql, seen: u64, taken: Vec<(NumberTaken, u64)>) {
        let select = format!(
            "SELECT series, year, serial, position FROM number_taken WHERE position > {seen}"
        );
        let noted = sql.rows(&select).await;
        let noted: BTreeSet<(String, i64, i64, i64)> = noted
            .iter()
            .map(|row| {
                let number = |column| row.try_get_by_index::<i64>(column).unwrap();
                (
                    row.try_get_by_index(0).unwrap(),
                    number(1),
                    number(2),
                    number(3),
                )
            })
            .collect();
        let mut expected = BTreeSet::new();
        for (number, at) in taken {
            let (series, year) = (number.series, number.year);
            let last = self.head.numbers.last(series, year);
            self.note(number.serial == last + 1, || {
                format!("{number:?} comes after {last}")
            });
            self.head.numbers.take(series, year, number.serial);
            let at = i64::try_from(at).unwrap();
            expected.insert((
                Series::code(series).to_owned(),
                year.into(),
                number.serial.into(),
                at,
            ));
        }
        self.note(noted == expected, || {
            format!("numbers noted {noted:?}, taken {expected:?}")
        });
    }

    /// The row of each hazard that changed is what its history comes to, and there are no others.
    async fn compare_rows(&mut self, sql: &Sql, subjects: &BTreeSet<(&'static str, Uuid)>) {
        let id = if sql.is_file() {
            "hex(id)"
        } else {
            "upper(replace(id::text, '-', ''))"
        };
        let mut names: Vec<String> = subjects.iter().map(|(_, id)| hex(*id)).collect();
        names.push("''".to_owned());
        let select = format!(
            "SELECT id, version, status FROM hazard WHERE {id} IN ({})",
            names.join(",")
        );
        for row in sql.rows(&select).await {
            let id = HazardId::new(row.try_get_by_index(0).unwrap()).unwrap();
            let version: i64 = row.try_get_by_index(1).unwrap();
            let status: String = row.try_get_by_index(2).unwrap();
            let hazard = self.hazards.get(&id);
            let same = hazard.is_some_and(|hazard| {
                (i64::from(hazard.version()), hazard.status().code()) == (version, status.as_str())
            });
            self.note(same, || {
                format!("hazard {id} is kept otherwise than its history says")
            });
        }
        let (rows, expected) = (
            sql.number("SELECT count(*) FROM hazard").await,
            self.hazards.len(),
        );
        let fine = usize::try_from(rows) == Ok(expected);
        self.note(fine, || {
            format!("there are {rows} rows for {expected} hazards")
        });
    }
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap()
}

fn hex(id: Uuid) -> String {
    format!("'{}'", id.simple().to_string().to_uppercase())
}
