//! What the page at `/` does with the operations that are ready to be run, done without a browser: `page.js` is its measure.

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;
use uuid::Uuid;
use xiaohao_server::operations::{OPERATIONS, Operation};

/// What the page remembers while one hazard is led from its report to its circular.
#[derive(Clone, Debug)]
pub struct Page {
    hazard: Uuid,
    order: Uuid,
    circular: Uuid,
    number: String,
    version: Option<String>,
    evidence: Vec<String>,
    /// The number of the last id that it made.
    made: u128,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            hazard: id(1),
            order: id(2),
            circular: id(3),
            number: String::new(),
            version: None,
            evidence: Vec::new(),
            made: 3,
        }
    }
}

/// An id as clients make them, the same in every run.
fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0193_A5F0_0000_7000_8000 << 48 | number)
}

impl Page {
    /// Notes the digest of a file that was sent.
    pub fn sent(&mut self, digest: String) {
        self.evidence.push(digest);
    }

    /// How many files were sent.
    pub fn files(&self) -> usize {
        self.evidence.len()
    }

    /// Fills in what stands in double braces in the variables of an operation.
    pub fn filled(&mut self, operation: &Operation, today: NaiveDate) -> String {
        // A version is a number, and stands without quotes.
        let variables = match &self.version {
            Some(version) => operation.variables.replace("\"{{version}}\"", version),
            None => operation.variables.to_owned(),
        };
        let parts = variables.split("{{").map(|part| {
            let Some((name, rest)) = part.split_once("}}") else {
                return part.to_owned();
            };
            let (name, count) = name.split_once(['.', '+']).unwrap_or((name, "0"));
            let count: usize = count.parse().unwrap();
            let value = match name {
                "hazard" => self.hazard.to_string(),
                "order" => self.order.to_string(),
                "circular" => self.circular.to_string(),
                "request" => {
                    self.made += 1;
                    id(self.made).to_string()
                }
                "number" => self.number.clone(),
                "today" => (today + TimeDelta::days(i64::try_from(count).unwrap())).to_string(),
                "evidence" => match self.evidence.get(count - 1) {
                    Some(digest) => digest.clone(),
                    None => format!("请先上传第{count}份佐证"),
                },
                other => panic!("{other} in {}", operation.name),
            };
            value + rest
        });
        parts.collect()
    }

    /// Notes what the next operation needs of an answer about the hazard or the circular in hand: its number, and the version that one
    /// has seen.
    pub fn noted(&mut self, answer: &str) {
        if let Ok(answer) = serde_json::from_str(answer) {
            self.note(&answer);
        }
    }

    fn note(&mut self, answer: &Value) -> bool {
        let own = match answer {
            Value::Array(members) => return members.iter().any(|one| self.note(one)),
            Value::Object(own) => own,
            _ => return false,
        };
        let in_hand = [self.hazard, self.circular].map(|id| Value::from(id.to_string()));
        if !own.get("id").is_some_and(|id| in_hand.contains(id)) {
            return own.values().any(|one| self.note(one));
        }
        if let Some(number) = own.get("number").and_then(Value::as_str) {
            number.clone_into(&mut self.number);
        }
        if let Some(version) = own.get("version") {
            self.version = Some(version.to_string());
        }
        true
    }
}

/// The operation with this title in the menu.
pub fn operation(title: &str) -> Option<&'static Operation> {
    let mut operations = OPERATIONS.iter();
    operations.find(|operation| heading(operation).0 == title)
}

/// As whom one signs in for an operation: login and role.
pub fn signs_in(operation: &Operation) -> (&str, Option<&str>) {
    let who = heading(operation).1;
    match who.split_once("，岗位：") {
        Some((login, role)) => (login, Some(role)),
        None => (who, None),
    }
}

/// The title of an operation, and who does it.
fn heading(operation: &Operation) -> (&str, &str) {
    let first = operation.query.lines().next().unwrap();
    let (title, rest) = first.split_once("（登录：").unwrap();
    (title.trim_start_matches("# "), rest.trim_end_matches('）'))
}
