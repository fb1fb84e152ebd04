//! The stored form of every event, as a golden file: what is written once must be readable for ever.
//!
//! A golden that changes is a change of the stored form: check old reader, new reader and old writer first, and raise
//! `EVENT_FORMAT`.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use xiaohao_core::record::{BrokenHistory, EVENT_FORMAT};
use xiaohao_core::{Act, Entry, Status, TRANSITIONS, replay};
use xiaohao_tests::{Case, everybody};

/// A line of the ledger for the act: done by the first person who may, in the first state that admits it.
pub(crate) fn line(act: Act) -> Entry {
    if act == Act::Report {
        return Case::at(Status::Reported).history.remove(0);
    }
    let mut case = before(act);
    case.pass_days(1);
    do_somehow(&mut case, act);
    case.history.pop().unwrap()
}

/// What must have gone before an act: the state, an act in that state, and how many days.
pub(crate) fn prior(act: Act) -> (Status, Option<Act>, i64) {
    let first = || *act.transition().from.first().unwrap();
    match act {
        Act::GrantExtension | Act::RefuseExtension => (first(), Some(Act::RequestExtension), 0),
        Act::LiftSupervision => (first(), Some(Act::Supervise), 0),
        Act::AnswerFurtherOrder => (first(), Some(Act::OrderFurther), 0),
        Act::TakeBackLink => (first(), Some(Act::HandOutLink), 0),
        Act::Annul => (first(), Some(Act::ProposeAnnulment), 0),
        Act::Resume => (Status::Rectifying, Some(Act::Suspend), 0),
        Act::InspectAtExpiry => (first(), None, 150),
        _ => (first(), None, 0),
    }
}

/// A case in which the act can be done, with what it needs to have gone before.
pub(crate) fn before(act: Act) -> Case {
    let (status, before, days) = prior(act);
    let mut case = Case::at(status);
    if let Some(before) = before {
        do_somehow(&mut case, before);
    }
    if act == Act::Resume {
        case.advance_to(Status::Verified);
    }
    case.pass_days(days);
    case
}

fn do_somehow(case: &mut Case, act: Act) {
    let able = everybody()
        .into_iter()
        .find(|by| case.dry_run(by, case.fitting(act, by)).is_ok());
    let by = able.unwrap_or_else(|| panic!("nobody can do {act:?} in {:?}", case.status()));
    let command = case.fitting(act, &by);
    case.step(&by, command);
}

#[test]
fn every_event_is_stored_as_agreed_and_read_back_as_it_was() {
    for act in Act::ALL {
        let line = line(*act);
        assert_eq!(line.event.act(), *act);
        insta::assert_json_snapshot!(act.transition().event, line);
        let stored = serde_json::to_string(&line).unwrap();
        let read: Entry = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, line, "{act:?} is not read back as it was");
    }
}

#[test]
fn there_is_one_golden_for_each_event_and_no_other() {
    let folder = format!("{}/suite/snapshots", env!("CARGO_MANIFEST_DIR"));
    let goldens: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let name = name.strip_prefix("suite__stored_form__")?;
            Some(name.strip_suffix(".snap")?.to_owned())
        })
        .collect();
    let events: BTreeSet<String> = TRANSITIONS
        .iter()
        .map(|line| line.event.to_owned())
        .collect();
    assert_eq!(goldens, events);
}

#[test]
fn every_stored_form_there_ever_was_is_still_read() {
    for format in 1..=EVENT_FORMAT {
        let golden = env!("CARGO_MANIFEST_DIR");
        let stored = std::fs::read_to_string(format!("{golden}/golden/entry-v{format}.json"));
        let stored = stored.unwrap();
        let read: Entry = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.format, format);
        assert_eq!(read.event.act(), Act::PassVerification);
        let written: Value = serde_json::to_value(&read).unwrap();
        let stored: Value = serde_json::from_str(&stored).unwrap();
        assert_eq!(written, stored, "what is read is written again as it was");
    }
}

#[test]
fn a_strike_off_from_before_prints_nothing_and_is_written_again_as_it_was() {
    let mut stored = serde_json::to_value(line(Act::StrikeOff)).unwrap();
    let data = stored["event"]["data"].as_object_mut().unwrap();
    assert!(data.remove("prints").is_some());
    let read: Entry = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), stored);
}

#[test]
fn a_history_of_every_stored_form_is_replayed() {
    let history = Case::at(Status::Closed).history;
    for format in 1..=EVENT_FORMAT {
        let mut history = history.clone();
        let first = history.len() / 2;
        for line in &mut history[..first] {
            line.format = format;
        }
        let hazard = replay(&history).unwrap().unwrap();
        assert_eq!(hazard.status(), Status::Closed);
    }
}

/// Every object within, by its path.
pub(crate) fn objects(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.push(path.to_owned());
                for (name, field) in fields {
                    walk(field, &format!("{path}/{name}"), found);
                }
            }
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{place}"), found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// What a reader says of a line that was changed; panics where it reads it all the same.
fn complaint(line: &Value, what: &str) -> String {
    match serde_json::from_value::<Entry>(line.clone()) {
        Ok(_) => panic!("{what} was read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_field_that_the_reader_does_not_know_is_refused_wherever_it_stands() {
    let mut swallowed = BTreeSet::new();
    for act in Act::ALL {
        let stored = serde_json::to_value(line(*act)).unwrap();
        for path in objects(&stored) {
            let mut changed = stored.clone();
            changed.pointer_mut(&path).unwrap()["unheard_of"] = json!(1);
            match serde_json::from_value::<Entry>(changed) {
                Ok(_) => {
                    swallowed.insert(format!("{act:?}: {path}"));
                }
                Err(error) => assert!(
                    error.to_string().contains("unheard_of"),
                    "{act:?}: {path}: {error}"
                ),
            }
        }
    }
    assert!(swallowed.is_empty(), "read and lost in {swallowed:#?}");
}

#[test]
fn a_kind_that_the_reader_does_not_know_is_refused_by_name() {
    let mut stored = serde_json::to_value(line(Act::StrikeOff)).unwrap();
    stored["event"]["kind"] = json!("HAZARD_FORGOTTEN");
    let complaint = complaint(&stored, "an unknown kind");
    assert!(
        complaint.contains("unknown variant `HAZARD_FORGOTTEN`"),
        "{complaint}"
    );
}

#[test]
fn a_field_that_is_missing_is_refused_by_name() {
    let mut stored = serde_json::to_value(line(Act::StrikeOff)).unwrap();
    stored.as_object_mut().unwrap().remove("seq");
    let complaint = complaint(&stored, "a line without its place");
    assert!(complaint.contains("missing field `seq`"), "{complaint}");
}

#[test]
fn a_format_that_the_reader_does_not_know_is_refused_with_what_to_do() {
    let mut first = line(Act::Report);
    first.format = EVENT_FORMAT + 1;
    let format = first.format;
    let error = replay(&[first]).unwrap_err();
    assert_eq!(error, BrokenHistory::UnknownFormat { seq: 1, format });
    assert!(
        error.to_string().ends_with("upgrade the program"),
        "{error}"
    );
}
