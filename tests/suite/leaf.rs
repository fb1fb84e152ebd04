//! The bytes of an entry and the hash of its leaf, as golden vectors: what was once logged must be provable for ever.
//!
//! A golden that changes makes every proof worthless that was ever handed out. Add a version, and leave the old one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};
use xiaohao_core::values::CountyCode;
use xiaohao_ledger::{Fingerprint, NewLine, Position, Record, SubjectKind};
use xiaohao_log::{Envelope, Salt};

/// An entry with everything by which its leaf can be computed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    entry: String,
    salt: String,
    fingerprint: String,
    body: String,
    leaf: String,
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
    let act = stored("golden/entry-v1.json");
    let paper = stored("golden/paper-entry-v1.json");
    let of_paper = paper.as_array().unwrap().iter();
    let bodies = [(SubjectKind::Hazard, &act)];
    let bodies = bodies
        .into_iter()
        .chain(of_paper.map(|body| (SubjectKind::Order, body)));
    let sealed = |(place, (kind, body)): (u8, (_, &Value))| {
        NewLine::sealed(
            CountyCode::parse("431123").unwrap(),
            Position::new(place.into()),
            Record::from_body(kind, &body.to_string()).unwrap(),
            Fingerprint::new([place; 32]),
            Salt::new([0xf0 | place; 16]),
        )
    };
    (1..)
        .zip(bodies)
        .map(|line| sealed(line).unwrap())
        .collect()
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
        leaf: new.line.leaf.to_string(),
    }
}

#[test]
fn the_leaf_of_an_entry_is_for_ever_what_it_was() {
    let golden = fs::read_to_string(at("golden/leaf-v1.json")).unwrap();
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

#[test]
fn the_document_shows_the_first_of_them() {
    let document = fs::read_to_string(at("../docs/ledger-format.md")).unwrap();
    let first = shown(&lines()[0]);
    for block in [first.entry.clone(), format!("{}\n", first.leaf)] {
        let fenced = format!("```text\n{block}```\n");
        assert!(document.contains(&fenced), "the document lacks\n{fenced}");
    }
}

/// The lines of Python in the document compute what the program does. Where there is no Python nothing is tried.
#[test]
fn a_program_of_twenty_lines_computes_the_same_leaves() {
    let document = fs::read_to_string(at("../docs/ledger-format.md")).unwrap();
    let (_, after) = document.split_once("```python\n").unwrap();
    let (program, _) = after.split_once("```\n").unwrap();
    assert!(program.lines().count() <= 20, "{program}");
    let run = |shown: &Shown| {
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
    };
    for mut one in lines().iter().map(shown) {
        let Some(printed) = run(&one) else { return };
        assert_eq!(printed, (true, format!("{}\n", one.leaf)));
        one.body.push(' ');
        let (accepted, printed) = run(&one).unwrap();
        assert!(!accepted, "{printed}");
    }
}
