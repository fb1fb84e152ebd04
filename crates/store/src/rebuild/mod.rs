//! Everything that is kept beside the record, made anew from it, or compared with it.
//!
//! The record is walked one subject after the other, so that however many hazards there are, one is held at a time. Both
//! ways see one state of the database: a check reads from a snapshot and can be made while acts are recorded, a rebuild
//! holds the county until it is done and either replaces everything or nothing.

mod check;
mod walk;

pub(crate) use walk::{BESIDE, agrees};

use crate::append;
use crate::begin::SqlBatch;
use crate::column::county;
use crate::connect::SqlStore;
use crate::county::entered;
use crate::fault::fault;
use crate::leaves;
use crate::parts::Parts;
use crate::search;
use crate::sql::{Engine, Sql};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use walk::{Made, Subjects};
use xiaohao_core::values::{CountyCode, OrderId, Series};
use xiaohao_core::{County, NumberTaken};
use xiaohao_ledger::tally::{Once, Tally};
use xiaohao_ledger::{Fault, Head, Numbers, Position};

/// How far one has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Lines of the record that have been gone through, or whatever else is counted.
    pub done: u64,
    /// How many there are.
    pub of: u64,
}

/// What a check or a rebuild found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Lines of the record.
    pub lines: u64,
    /// Hazards.
    pub hazards: u64,
    /// Orders and circulars.
    pub papers: u64,
    /// How many differences there are.
    pub differences: u64,
    /// How many of them are of rows that a rebuild makes anew.
    pub of_rows: u64,
    /// The first of them, in words.
    pub told: Vec<String>,
    /// What may be as it should, and may be what somebody did.
    pub remarks: Vec<String>,
    /// The first line that was found wrong.
    line: Option<Position>,
    /// Lines of which one at least is wrong, those that end first.
    among: Option<(Position, Position)>,
}

/// How many differences are put into words.
const TOLD_MAX: usize = 100;

impl Findings {
    /// Notes what is wrong of a line.
    pub fn differ_at(&mut self, line: Position, what: impl FnOnce() -> String) {
        self.line = Some(self.line.map_or(line, |first| first.min(line)));
        self.differ(what);
    }

    /// Notes that of these lines one at least is wrong, and which cannot be told.
    pub fn differ_among(&mut self, from: Position, to: Position, what: impl FnOnce() -> String) {
        let nearer = self
            .among
            .is_none_or(|(begins, ends)| (to, from) < (ends, begins));
        if nearer {
            self.among = Some((from, to));
        }
        self.differ(what);
    }

    /// Between which lines the first that is wrong stands, as far as one looked at each: twice the same where it is known.
    #[must_use]
    pub fn first(&self) -> Option<(Position, Position)> {
        let line = self.line.map(|line| (line, line));
        let among = self.among;
        match (line, among) {
            (Some((line, _)), Some((_, to))) if to < line => among,
            (Some(_), _) => line,
            (None, _) => among,
        }
    }

    /// Takes in what another walk over the same lines found.
    pub fn take_in(&mut self, other: Self) {
        self.hazards = other.hazards;
        self.papers = other.papers;
        self.differences = self.differences.saturating_add(other.differences);
        self.of_rows = self.of_rows.saturating_add(other.of_rows);
        let room = TOLD_MAX.saturating_sub(self.told.len());
        let news = other.told.into_iter();
        let news = news.filter(|told| !self.told.contains(told)).take(room);
        self.told.extend(news.collect::<Vec<_>>());
        self.remarks.extend(other.remarks);
    }

    /// Takes in a difference that is of no line.
    pub fn differ(&mut self, what: impl FnOnce() -> String) {
        self.differences = self.differences.saturating_add(1);
        if self.told.len() < TOLD_MAX {
            self.told.push(what());
        }
    }

    /// What was found since there were so many differences is of rows that a rebuild makes anew.
    fn were_of_rows(&mut self, since: u64) {
        let found = self.differences.saturating_sub(since);
        self.of_rows = self.of_rows.saturating_add(found);
    }

    /// Whether nothing is wrong but rows that a rebuild makes anew.
    #[must_use]
    pub fn are_of_rows_alone(&self) -> bool {
        self.differences == self.of_rows
    }

    /// Whether everything is as the record says.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences == 0
    }
}

/// What the walk gathers from all subjects together.
struct Totals {
    tally: Tally,
    numbers: BTreeMap<NumberTaken, Position>,
    doubles: Vec<NumberTaken>,
    orders: BTreeSet<(OrderId, Position)>,
}

impl Totals {
    fn new() -> Self {
        Self {
            tally: Tally::default(),
            numbers: BTreeMap::new(),
            doubles: Vec::new(),
            orders: BTreeSet::new(),
        }
    }

    fn take_in(&mut self, made: &Made, counted_on: NaiveDate) {
        for (taken, at) in &made.numbers {
            if self.numbers.insert(*taken, *at).is_some() {
                self.doubles.push(*taken);
            }
        }
        self.orders.extend(&made.orders);
        if let Some(hazard) = &made.hazard {
            self.tally.count(&hazard.row, Once::More, counted_on);
        }
    }

    /// The last number of each series.
    fn last_numbers(&self) -> Numbers {
        let mut numbers = Numbers::default();
        for taken in self.numbers.keys() {
            numbers.take(taken.series, taken.year, taken.serial);
        }
        numbers
    }

    /// Whether each number was given once, and none was left out.
    fn check_numbers(&self, findings: &mut Findings) {
        for taken in &self.doubles {
            let (series, year) = (taken.series.code(), taken.year);
            findings.differ(|| format!("{series} {year}-{} was given twice", taken.serial));
        }
        for (series, year, missing) in self.holes() {
            let series = series.code();
            findings.differ(|| format!("{missing} numbers of {series} {year} are missing"));
        }
    }

    /// The series in which numbers are missing before the last, with how many.
    fn holes(&self) -> Vec<(Series, u16, u32)> {
        let mut counts: BTreeMap<(Series, u16), (u32, u32)> = BTreeMap::new();
        for taken in self.numbers.keys() {
            let (count, last) = counts.entry((taken.series, taken.year)).or_default();
            *count += 1;
            *last = taken.serial.max(*last);
        }
        let missing = |((series, year), (count, last)): ((Series, u16), (u32, u32))| {
            (series, year, last.saturating_sub(count))
        };
        let all = counts.into_iter().map(missing);
        all.filter(|(_, _, missing)| *missing > 0).collect()
    }
}

/// How many subjects are compared or written together.
const TOGETHER: usize = 256;

impl SqlStore {
    /// Replays the record of a county and compares every row that was made from it.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read. A record that cannot be replayed is among the findings.
    pub async fn check(
        &self,
        county: &County,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<Findings, Fault> {
        check::check(self, county, progress).await
    }

    /// Makes every row of a county anew from its record, with overdue hazards counted for `today`; what is in the way of
    /// replaying it is among the findings, and then nothing is changed.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read or written.
    pub async fn rebuild(
        &self,
        county: &County,
        today: NaiveDate,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<Findings, Fault> {
        let batch = self.hold_blank(county.code).await?;
        batch.clear().await?;
        batch.rebuild(county, today, progress).await
    }
}

/// The tables that are made from the record, but for the search index of SQLite, which has no county in it.
const MADE: &[&str] = &[
    "hazard",
    "hazard_unit",
    "number_taken",
    "order_with_act",
    "tally",
    "tally_due",
];

impl SqlBatch {
    /// Takes every row of the county away that is made from the record.
    async fn clear(&self) -> Result<(), Fault> {
        for table in MADE {
            let mut sql = Sql::new(self.engine, "DELETE FROM ");
            sql.push(table).push(" WHERE county = ");
            sql.bind(county(self.county));
            self.run(sql.statement()).await?;
        }
        if self.engine == Engine::Sqlite {
            // A damaged index cannot be deleted from; this makes it anew from the words that are kept beside it.
            let anew = "INSERT INTO hazard_text (hazard_text) VALUES ('rebuild')";
            self.run(Sql::new(self.engine, anew).statement()).await?;
        }
        // Of no hazard are those of the county now, and what belonged to none before.
        let mut sql = Sql::new(self.engine, "DELETE FROM hazard_text AS t WHERE ");
        sql.push(&search::of_no_hazard(self.engine));
        self.run(sql.statement()).await.map(drop)
    }

    /// Makes every row where there is none, and commits; nothing is changed where something is found.
    pub(crate) async fn rebuild(
        self,
        county: &County,
        today: NaiveDate,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<Findings, Fault> {
        let mut findings = Findings::default();
        let mut totals = Totals::new();
        let mut subjects = Subjects::new(&self.transaction, self.engine, county).await?;
        loop {
            let made = subjects.next(TOGETHER, &mut findings).await?;
            if made.is_empty() {
                break;
            }
            for one in &made {
                totals.take_in(one, today);
            }
            let hazards: Vec<_> = made.into_iter().filter_map(|one| one.hazard).collect();
            self.write_hazards(&hazards).await?;
            progress(subjects.progress());
        }
        subjects.check_places(&mut findings).await?;
        totals.check_numbers(&mut findings);
        if !findings.is_clean() {
            return Ok(findings);
        }
        let head = Head {
            position: Position::new(subjects.progress().of),
            recorded_at: subjects.last_instant(),
            numbers: totals.last_numbers(),
            counted_on: Some(today),
            frontier: leaves::frontier(self.engine, &self.transaction, county.code).await?,
        };
        if let Some(entered) = entered(self.engine, &self.transaction, county.code).await? {
            self.keep(&entered).await?;
        }
        self.insert_numbers(totals.numbers.into_iter().collect())
            .await?;
        let orders = append::orders(self.county, totals.orders);
        self.insert("order_with_act", append::ORDER, orders).await?;
        let mut parts = Parts::new(self.engine);
        self.add_tally(&mut parts, &totals.tally.balanced());
        self.add_head(&mut parts, &head)?;
        if self.write_parts(parts).await?.counties != 1 {
            return Err(Fault::damaged("the county's row is gone"));
        }
        self.transaction.commit().await.map_err(fault)?;
        Ok(findings)
    }

    async fn insert_numbers(&self, numbers: Vec<(NumberTaken, Position)>) -> Result<(), Fault> {
        let rows = append::numbers(self.county, numbers);
        self.insert("number_taken", append::NUMBER, rows)
            .await
            .map(drop)
    }
}

/// The rows of the search index that are a county's.
fn texts_of(sql: &mut Sql, engine: Engine, code: CountyCode) {
    match engine {
        Engine::Sqlite => {
            let first = search::first_row(code);
            sql.push("rowid > ").bind(first);
            sql.push(" AND rowid < ")
                .bind(search::first_row_after(code));
        }
        Engine::Postgres => {
            sql.push("county = ").bind(county(code));
        }
    }
}

/// What a set holds that the other does not.
fn without<T: Ord + Clone>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> Vec<T> {
    one.difference(other).cloned().collect()
}
