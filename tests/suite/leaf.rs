//! The bytes of an entry and the hash of its leaf, as golden vectors: what was once logged must be provable for ever.
//!
//! A golden that changes makes every proof worthless that was ever handed out. Add a version, and leave the old one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fingerprint, NewLine, Position, Record, Salted, Salts, SubjectKind};
use xiaohao_log::{Envelope, Salt};

/// An entry with everything by which its leaf can be computed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    entry: String,
    salt: String,
    fingerprint: String,
    body: String,
    #[serde(default)]
    personal: Vec<Opening>,
    leaf: String,
}

/// A piece of personal data, with the salt by which the body is bound to it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Opening {
    salt: String,
    value: String,
}

fn at(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

fn hex(bytes: &[u8]) -> String {
    let byte = |text: String, byte: &u8| format!("{text}{byte:02x}");
    bytes.iter().fold(String::new(), byte)
}

/// The lines whose stored forms are golden too, at the first places of a ledger.
fn lines() -> Vec<NewLine> {
    let stored =
        |file| -> Value { serde_json::from_str(&fs::read_to_string(at(file)).unwrap()).unwrap() };
    let act = stored("golden/entry-v2.json");
    let paper = stored("golden/paper-entry-v2.json");
    let of_paper = paper.as_array().unwrap().iter();
    let bodies = [(SubjectKind::Hazard, &act)];
    let bodies = bodies
        .into_iter()
        .chain(of_paper.map(|body| (SubjectKind::Order, body)));
    let sealed = |(place, (kind, body)): (u8, (_, &Value))| {
        NewLine::sealed(
            CountyCode::parse("431123").unwrap(),
            Position::new(place.into()),
            Record::from_body(kind, &body.to_string(), &[]).unwrap(),
            Fingerprint::new([place; 32]),
            &salts(place),
        )
    };
    (1..)
        .zip(bodies)
        .map(|line| sealed(line).unwrap())
        .collect()
}

/// The salts of a line: its own, and then one for each piece of personal data.
fn salts(place: u8) -> Salts {
    let made = AtomicU8::new(0);
    Arc::new(move || {
        let number = made.fetch_add(1, Ordering::Relaxed);
        Salt::new([0xf0_u8.wrapping_add(place).wrapping_add(number << 4); 16])
    })
}

fn shown(new: &NewLine) -> Shown {
    let content = new.salt.commit(new.fingerprint.as_bytes(), &new.body);
    let entry = new
        .line
        .record
        .envelope("431123", new.line.position, content);
    Shown {
        entry: entry.to_string(),
        salt: hex(new.salt.as_bytes()),
        fingerprint: hex(new.fingerprint.as_bytes()),
        body: new.body.clone(),
        personal: new.personal.iter().map(opening).collect(),
        leaf: new.line.leaf.to_string(),
    }
}

fn opening(salted: &Salted) -> Opening {
    Opening {
        salt: hex(salted.salt.as_bytes()),
        value: salted.value.clone(),
    }
}

#[test]
fn the_leaf_of_an_entry_is_for_ever_what_it_was() {
    let golden = fs::read_to_string(at("golden/leaf-v2.json")).unwrap();
    let golden: Vec<Shown> = serde_json::from_str(&golden).unwrap();
    let now: Vec<Shown> = lines().iter().map(shown).collect();
    assert_eq!(
        now,
        golden,
        "{}",
        serde_json::to_string_pretty(&now).unwrap()
    );
    for shown in &golden {
        let read = Envelope::parse(&shown.entry).unwrap();
        assert_eq!(read.leaf().to_string(), shown.leaf);
    }
}

/// What was logged while personal data stood in the body is read, and is what its leaf says.
#[test]
fn the_leaves_of_format_1_are_what_they_were() {
    let golden = fs::read_to_string(at("golden/leaf-v1.json")).unwrap();
    let golden: Vec<Shown> = serde_json::from_str(&golden).unwrap();
    assert!(!golden.is_empty());
    for shown in &golden {
        let salt = Salt::new(unhex(&shown.salt).try_into().unwrap());
        let fingerprint = unhex(&shown.fingerprint).try_into().unwrap();
        let content = salt.commit(&fingerprint, &shown.body);
        let entry = Envelope::parse(&shown.entry).unwrap();
        let kind = SubjectKind::from_code(entry.kind).unwrap();
        let record = Record::from_body(kind, &shown.body, &[]).unwrap();
        let place = Position::new(entry.position);
        assert_eq!(record.envelope(entry.county, place, content), entry);
        assert_eq!(entry.leaf().to_string(), shown.leaf);
        assert!(Record::from_body(kind, &shown.body, &[None]).is_err());
    }
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[test]
fn the_document_shows_the_first_of_them() {
    let document = fs::read_to_string(at("../docs/ledger-format.md")).unwrap();
    let first = shown(&lines()[0]);
    for block in [first.entry.clone(), format!("{}\n", first.leaf)] {
        let fenced = format!("```text\n{block}```\n");
        assert!(document.contains(&fenced), "the document lacks\n{fenced}");
    }
}

/// What a program of the document prints of an entry, and whether it is content. Where there is no Python nothing is tried.
fn run(number: usize, shown: &Shown) -> Option<(bool, String)> {
    let document = fs::read_to_string(at("../docs/ledger-format.md")).unwrap();
    let after = document.split("```python\n").nth(number).unwrap();
    let (program, _) = after.split_once("```\n").unwrap();
    assert!(program.lines().count() <= 20, "{program}");
    let mut python = Command::new("python3");
    python
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut python = python.spawn().ok()?;
    serde_json::to_writer(python.stdin.take().unwrap(), shown).unwrap();
    let output = python.wait_with_output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8(printed).unwrap()))
}

#[test]
fn a_program_of_twenty_lines_computes_the_same_leaves() {
    for mut one in lines().iter().map(shown) {
        let Some(printed) = run(1, &one) else { return };
        assert_eq!(printed, (true, format!("{}\n", one.leaf)));
        one.body.push(' ');
        let (accepted, printed) = run(1, &one).unwrap();
        assert!(!accepted, "{printed}");
    }
}

#[test]
fn another_finds_the_personal_data_that_it_is_shown() {
    for mut one in lines().iter().map(shown) {
        let pieces = one.personal.len();
        let Some(printed) = run(2, &one) else { return };
        assert_eq!(
            printed,
            (true, format!("{pieces} pieces, {pieces} shown\n"))
        );
        let Some(last) = one.personal.last_mut() else {
            continue;
        };
        last.value.push('某');
        let (accepted, printed) = run(2, &one).unwrap();
        assert!(!accepted, "{printed}");
    }
}
