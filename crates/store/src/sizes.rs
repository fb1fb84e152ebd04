//! How large the tables are, as far as PostgreSQL knows.
//!
//! It plans by what it has counted, and counts by itself a minute after much has changed at the earliest. What is planned while it takes
//! the tables for empty walks all of them, so a ledger that grows fast from nothing would be slow just then.

use crate::connect::SqlStore;
use crate::sql::{Engine, Sql};
use sea_orm::ConnectionTrait;
use xiaohao_ledger::Position;

/// The tables that acts write.
const TABLES: [&str; 9] = [
    "ledger_entry",
    "personal_value",
    "number_taken",
    "order_with_act",
    "hazard",
    "hazard_unit",
    "hazard_text",
    "tally",
    "tally_due",
];

/// From how many lines on it is worth while, and how many times as many there must be before it is done again.
const FIRST: u64 = 500;
const TIMES: u64 = 4;

impl SqlStore {
    /// Has the tables counted where the ledger has grown a good deal by what was just written; nobody waits for it.
    pub(crate) fn has_grown(&self, from: Position, to: Position) {
        if self.engine != Engine::Postgres || steps(from) == steps(to) {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            let analyze = format!("ANALYZE {}", TABLES.join(", "));
            let analyze = Sql::new(store.engine, &analyze).statement();
            if let Err(error) = store.readers.execute_raw(analyze).await {
                tracing::warn!(%error, "the tables could not be counted; statements may be slow until the server has done it");
            }
        });
    }
}

/// How many times a ledger of so many lines has outgrown what was counted of it.
fn steps(lines: Position) -> Option<u32> {
    lines.get().checked_div(FIRST)?.checked_ilog(TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_counted_whenever_it_has_four_times_as_many_lines() {
        let told = [0, 499, 500, 1999, 2000, 7999, 8000].map(|lines| steps(Position::new(lines)));
        let expected = [None, None, Some(0), Some(0), Some(1), Some(1), Some(2)];
        assert_eq!(told, expected);
    }
}
