//! Chinese text is found by pairs of neighbouring characters: both engines index words, and a sentence in Chinese is none.
//!
//! `消防通道` is kept as the words 消防, 防通, 通道 and 道, in this order; whoever searches for 防通道 asks for the words
//! 防通 and 通道 next to each other. One character is the beginning of a word. Each character is written as its code, so
//! that no tokenizer has an opinion of its own about it.

use crate::column::county;
use crate::sql::{Engine, Sql};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::Position;
use xiaohao_ledger::read::SearchText;
use xiaohao_ledger::row::HazardRow;

/// Between two fields, so that no pair reaches from one into the next.
const GAP: &str = "z";

fn pair(first: char, second: Option<char>) -> String {
    let mut word = format!("{:x}x", u32::from(first));
    if let Some(second) = second {
        // Writing to a string cannot fail.
        let _ = write!(word, "{:x}", u32::from(second));
    }
    word
}

/// The words of a text: each character with its neighbour, the last one alone.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let next = text.chars().skip(1).map(Some).chain([None]);
    text.chars()
        .zip(next)
        .map(|(first, second)| pair(first, second))
}

/// What is kept of a hazard's searched texts.
pub(crate) fn kept(engine: Engine, row: &HazardRow) -> String {
    let fields = row.searched();
    let all = fields
        .iter()
        .flat_map(|field| words(field).chain([GAP.to_owned()]));
    match engine {
        Engine::Sqlite => all.collect::<Vec<_>>().join(" "),
        Engine::Postgres => {
            let numbered = all.zip(1..).map(|(word, place)| format!("{word}:{place}"));
            numbered.collect::<Vec<_>>().join(" ")
        }
    }
}

/// Whether what the index holds of a hazard is what it should hold. PostgreSQL gives its words back in an order of its own.
pub(crate) fn same(engine: Engine, found: &str, expected: &str) -> bool {
    match engine {
        Engine::Sqlite => found == expected,
        Engine::Postgres => places(found) == places(expected),
    }
}

/// The words of PostgreSQL's form, each with its places.
fn places(text: &str) -> BTreeSet<(String, String)> {
    let of_word = |word: &str| -> Vec<(String, String)> {
        let (word, places) = word.rsplit_once(':').unwrap_or((word, ""));
        let word = word.trim_matches('\'');
        let each = places
            .split(',')
            .map(|place| (word.to_owned(), place.to_owned()));
        each.collect()
    };
    text.split(' ').flat_map(of_word).collect()
}

/// Goes on with the condition that each word occurs in one of the fields of `hazard_text t`.
pub(crate) fn matching(sql: &mut Sql, text: &SearchText) {
    let engine = sql.engine();
    let questions: Vec<String> = text
        .words()
        .iter()
        .map(|word| question(engine, word))
        .collect();
    match engine {
        Engine::Sqlite => sql
            .push("t.hazard_text MATCH ")
            .bind(questions.join(" AND ")),
        Engine::Postgres => sql
            .push("t.pairs @@ ")
            .bind(questions.join(" & "))
            .push("::tsquery"),
    };
}

/// Goes on with the condition that `hazard_text t` is of this county.
pub(crate) fn of_county(sql: &mut Sql, code: CountyCode) {
    match sql.engine() {
        Engine::Sqlite => {
            sql.push(" AND t.rowid >= ").bind(first_row(code));
            sql.push(" AND t.rowid < ").bind(first_row_after(code));
        }
        Engine::Postgres => {
            sql.push(" AND t.county = ").bind(county(code));
        }
    }
}

/// The condition that `hazard_text t` is of no hazard.
pub(crate) fn of_no_hazard(engine: Engine) -> String {
    let (code, opened) = match engine {
        Engine::Sqlite => (
            format!("printf('%06d', t.rowid / {ROWS_OF_A_COUNTY})"),
            format!("t.rowid % {ROWS_OF_A_COUNTY}"),
        ),
        Engine::Postgres => ("t.county".to_owned(), "t.opened".to_owned()),
    };
    format!("NOT EXISTS (SELECT 1 FROM hazard h WHERE h.county = {code} AND h.opened = {opened})")
}

/// The place of a hazard's first line in `hazard_text t`, and how far it is shifted there.
pub(crate) fn place(engine: Engine, code: CountyCode) -> (&'static str, i64) {
    match engine {
        Engine::Sqlite => ("t.rowid", first_row(code)),
        Engine::Postgres => ("t.opened", 0),
    }
}

/// The question to the index that finds one searched word.
fn question(engine: Engine, searched: &str) -> String {
    let mut of_word: Vec<String> = words(searched).collect();
    if of_word.len() > 1 {
        // The last character alone is in no pair but that of the end of a field.
        of_word.pop();
    }
    let is_one = searched.chars().nth(1).is_none();
    match (engine, is_one) {
        (Engine::Sqlite, true) => format!("{}*", of_word.concat()),
        (Engine::Sqlite, false) => format!("\"{}\"", of_word.join(" ")),
        (Engine::Postgres, true) => format!("{}:*", of_word.concat()),
        (Engine::Postgres, false) => format!("({})", of_word.join(" <-> ")),
    }
}

/// Where a county's hazards begin among the row ids of the index in SQLite, which has no other key.
const ROWS_OF_A_COUNTY: i64 = 1_000_000_000_000;

/// What must be added to a hazard's `opened` to get its row in the index in SQLite.
pub(crate) fn first_row(code: CountyCode) -> i64 {
    let code: i64 = code.to_string().parse().unwrap_or(0);
    code.saturating_mul(ROWS_OF_A_COUNTY)
}

/// The first row in the index in SQLite that is the next county's.
pub(crate) fn first_row_after(code: CountyCode) -> i64 {
    first_row(code).saturating_add(ROWS_OF_A_COUNTY)
}

/// A hazard's row in the index in SQLite.
pub(crate) fn row_id(code: CountyCode, opened: Position) -> i64 {
    first_row(code).saturating_add(crate::column::position(opened))
}
