//! Who may do and see what, cell by cell, as whoever asks from outside is answered.
//!
//! What is expected stands in the snapshots and in the rules beside the tests. They are read against the plan and the law,
//! and are not made from the tables of the program.

mod abroad;
mod acts;
mod fields;
mod links;
mod roots;
mod services;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use xiaohao_core::{Actor, County, Role};
use xiaohao_tests::*;

/// Where one can stand to the hazard of the samples. The last three stand outside: another line, another township, another
/// enterprise.
const PLACES: &[(&str, u128)] = &[
    ("lead unit", FIRE_BRIGADE),
    ("township", LONGBO),
    ("rectifier", FACTORY),
    ("office", OFFICE),
    ("commission", COMMISSION),
    ("other line", HOUSING_BUREAU),
    ("other township", WULIPAI),
    ("other enterprise", MARKET),
];

/// The places that have nothing to do with it.
const OUTSIDE: &[u128] = &[HOUSING_BUREAU, WULIPAI, MARKET];

/// Somebody in this role for this place who has had no part in anything.
fn newcomer(role: Role, place: u128) -> Actor {
    let of_role = Role::ALL.iter().position(|one| *one == role).unwrap();
    let of_place = PLACES.iter().position(|(_, one)| *one == place).unwrap();
    let number = 300 + of_role * PLACES.len() + of_place;
    actor(number.try_into().unwrap(), role, place)
}

/// The county with all of them in its directory.
fn county_of_newcomers() -> County {
    let newcomers = Role::ALL.iter().flat_map(|role| {
        let places = PLACES.iter();
        places.map(|(_, place)| newcomer(*role, *place))
    });
    county_with(&everybody().into_iter().chain(newcomers).collect::<Vec<_>>())
}

/// How one was answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    /// Done, or told what was asked.
    Yes,
    /// Told that there is nothing.
    Nothing,
    /// Told why not, by a code.
    No(String),
}

impl Cell {
    /// How an answer reads whose data has this at a place; a mutation tells at `done` why it is not done.
    fn of(answer: &Value, at: &str) -> Self {
        let places = [
            "/errors/0/extensions/code",
            "/data/done/userErrors/0/code",
            "/data/done/0/error/code",
            "/data/done/0/payload/userErrors/0/code",
        ];
        let why_not = places.iter().find_map(|place| answer.pointer(place));
        if let Some(code) = why_not {
            return Self::No(code.as_str().unwrap().to_owned());
        }
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        let told = answer.pointer(&format!("/data{at}"));
        let told = told.unwrap_or_else(|| panic!("nothing at {at} of {answer:#}"));
        match told {
            Value::Null => Self::Nothing,
            Value::Array(all) if all.iter().all(Value::is_null) => Self::Nothing,
            Value::Number(number) if number.as_i64() == Some(0) => Self::Nothing,
            _ => Self::Yes,
        }
    }

    fn sign(&self) -> char {
        match self {
            Self::Yes => '+',
            Self::Nothing => '0',
            Self::No(code) => match code.as_str() {
                "HAZARD_UNKNOWN" => '.',
                "NOT_YOUR_ROLE" | "PAPER_ROLE" | "ERASURE_ROLE" | "POSTS_ROLE" => 'r',
                "NOT_YOUR_CASE" => 'c',
                _ => '!',
            },
        }
    }
}

/// What the signs mean, as it stands above a table.
fn legend() -> String {
    let places: Vec<_> = PLACES.iter().map(|(name, _)| *name).collect();
    format!(
        "a sign for each place: {}\n\n\
         + done, told\n\
         0 told that there is nothing\n\
         . HAZARD_UNKNOWN: not there for him\n\
         r NOT_YOUR_ROLE, PAPER_ROLE, ERASURE_ROLE, POSTS_ROLE\n\
         c NOT_YOUR_CASE\n\
         ! another refusal, named below\n",
        places.join(", ")
    )
}

/// The rows of one thing to do or to ask, those of the same signs together.
fn table(rows: &[(Role, Vec<Cell>)]) -> String {
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (role, cells) in rows {
        let signs: String = cells.iter().map(Cell::sign).collect();
        match alike.iter_mut().find(|(row, _)| *row == signs) {
            Some((_, roles)) => roles.push(role.code()),
            None => alike.push((signs, vec![role.code()])),
        }
        for cell in cells {
            if let (Cell::No(code), '!') = (cell, cell.sign()) {
                let roles = others.entry(code).or_default();
                if roles.last() != Some(&role.code()) {
                    roles.push(role.code());
                }
            }
        }
    }
    let mut text = String::new();
    for (signs, roles) in alike {
        writeln!(text, "  {signs} {}", roles.join(", ")).unwrap();
    }
    for (code, roles) in others {
        writeln!(text, "    {code}: {}", roles.join(", ")).unwrap();
    }
    text
}
