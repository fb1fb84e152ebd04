//! What a batch writes, gathered part by part and then written: on SQLite each part by itself, on PostgreSQL all of them in one
//! statement. There a way to the server and back costs as much as to write a row, and everybody in the batch waits for each.
//!
//! The parts of one statement see the tables as they were before it: none may need what another writes, or change a row that another
//! changes.

use crate::begin::SqlBatch;
use crate::column::Columns;
use crate::fault::{fault, unreadable};
use crate::sql::{Engine, Insert, Sql, in_powers_of_two};
use sea_orm::{ConnectionTrait, Value};
use xiaohao_ledger::Fault;

/// What the rows are that a part writes, as far as it must be known how many they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Nobody asks.
    Any,
    /// Rows of hazards.
    OfHazards,
    /// The county's row.
    OfTheCounty,
}

/// How many rows were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) hazards: u64,
    pub(crate) counties: u64,
}

/// Parts of what a batch writes.
#[derive(Debug)]
pub(crate) struct Parts {
    engine: Engine,
    gathered: Vec<(Rows, Sql)>,
    /// How many values the parts have.
    bound: usize,
}

impl Parts {
    pub(crate) const fn new(engine: Engine) -> Self {
        Self {
            engine,
            gathered: Vec::new(),
            bound: 0,
        }
    }

    /// Adds a part that says this.
    pub(crate) fn add(&mut self, rows: Rows, say: impl FnOnce(&mut Sql)) {
        let mut sql = match self.engine {
            Engine::Sqlite => Sql::new(self.engine, ""),
            Engine::Postgres => Sql::after(self.engine, self.bound),
        };
        say(&mut sql);
        self.bound = self.bound.saturating_add(sql.values_bound());
        self.gathered.push((rows, sql));
    }

    /// Adds what inserts these rows, in few shapes, so that each is prepared and planned once: on PostgreSQL all at once, on SQLite split
    /// into powers of two.
    pub(crate) fn insert(&mut self, counted: Rows, insert: &Insert<'_>, rows: Vec<Vec<Value>>) {
        match self.engine {
            Engine::Sqlite => {
                for rows in in_powers_of_two(rows) {
                    self.add(counted, |sql| insert.say(sql, rows));
                }
            }
            Engine::Postgres if rows.is_empty() => {}
            Engine::Postgres => self.add(counted, |sql| insert.say(sql, rows)),
        }
    }

    /// All parts as one statement, which answers how many rows of hazards and of counties were written.
    fn together(self) -> Sql {
        let mut sql = Sql::new(self.engine, "");
        let (mut of_hazards, mut of_counties) = (Vec::new(), Vec::new());
        for (number, (rows, part)) in self.gathered.into_iter().enumerate() {
            let name = format!("part_{number}");
            sql.push(if number > 0 { ", " } else { "WITH " });
            sql.push(&name).push(" AS (").append(part);
            let counted = match rows {
                Rows::Any => None,
                Rows::OfHazards => Some(&mut of_hazards),
                Rows::OfTheCounty => Some(&mut of_counties),
            };
            if let Some(counted) = counted {
                sql.push(" RETURNING 1");
                counted.push(format!("(SELECT count(*) FROM {name})"));
            }
            sql.push(")");
        }
        for (said, mut counted) in [(" SELECT ", of_hazards), (", ", of_counties)] {
            counted.push("0".to_owned());
            sql.push(said).push("CAST(").push(&counted.join(" + "));
            sql.push(" AS bigint)");
        }
        sql
    }
}

impl SqlBatch {
    /// Writes all parts.
    pub(crate) async fn write_parts(&self, parts: Parts) -> Result<Counted, Fault> {
        let mut counted = Counted::default();
        match self.engine {
            Engine::Sqlite => {
                for (rows, sql) in parts.gathered {
                    let number = self.run(sql.statement()).await?;
                    match rows {
                        Rows::Any => {}
                        Rows::OfHazards => counted.hazards += number,
                        Rows::OfTheCounty => counted.counties += number,
                    }
                }
            }
            Engine::Postgres if parts.gathered.is_empty() => {}
            Engine::Postgres => {
                let statement = parts.together().statement();
                let row = self.transaction.query_one_raw(statement).await;
                let row = row.map_err(fault)?;
                let row = row.ok_or_else(|| Fault::damaged("nothing says what was written"))?;
                let mut at = Columns::of(&row);
                let mut next = || {
                    let number: i64 = at.next()?;
                    u64::try_from(number).map_err(|error| unreadable("a count", error))
                };
                counted = Counted {
                    hazards: next()?,
                    counties: next()?,
                };
            }
        }
        Ok(counted)
    }
}
