//! Acts on the ledger itself: their stored form, and that a damaged history is noticed.

use crate::stored_form::objects;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use xiaohao_core::Actor;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::record::{BrokenHistory, Stamp};
use xiaohao_core::upkeep::{
    ErasePersonalData, ErasureGround, LedgerFile, PersonalPlace, PieceStanding, RotateSigningKey,
    SigningKey, UPKEEP_FORMAT, UpkeepCommand, UpkeepEntry, UpkeepEvent, decide_upkeep,
    evolve_upkeep,
};
use xiaohao_ledger::{Record, Salts, SubjectKind, UnreadableBody};
use xiaohao_log::Salt;
use xiaohao_tests::*;

fn says() -> ErasePersonalData {
    let field = "/event/data/says/reporter/phone";
    let place = |entry| PersonalPlace {
        entry,
        field: sample::line(field),
    };
    ErasePersonalData {
        places: BTreeSet::from([place(7), place(1)]),
        ground: ErasureGround::ConsentWithdrawn,
        reason: sample::prose("依第1号申请。"),
    }
}

/// The first line of a ledger's own history.
pub(crate) fn erasure() -> UpkeepEntry {
    let mut case = Case::new();
    for place in says().places {
        case.known.pieces.insert(place, PieceStanding::Erasable);
    }
    let by = approver();
    let ctx = case.context(&by);
    let event = decide_upkeep(None, UpkeepCommand::ErasePersonalData(says()), &ctx).unwrap();
    assert_eq!(event, UpkeepEvent::PersonalDataErased(says()));
    entry(&by, 1, event)
}

/// A line of a ledger's own history, of the day on which a case begins.
pub(crate) fn entry(by: &Actor, seq: u32, event: UpkeepEvent) -> UpkeepEntry {
    let case = Case::new();
    let ctx = case.context(by);
    UpkeepEntry {
        format: UPKEEP_FORMAT,
        seq,
        request: sample::request(1),
        stamp: Stamp {
            actor: by.clone(),
            occurred_on: ctx.occurred_on,
            recorded_at: ctx.now,
        },
        event,
    }
}

#[test]
fn an_erasure_is_stored_as_agreed() {
    let stored = serde_json::to_value(erasure()).unwrap();
    let agreed = json!({
        "format": 1,
        "seq": 1,
        "request": "00000000-0000-0000-0000-000000006001",
        "stamp": stored["stamp"],
        "event": {
            "kind": "PERSONAL_DATA_ERASED",
            "data": {
                "places": [
                    { "entry": 1, "field": "/event/data/says/reporter/phone" },
                    { "entry": 7, "field": "/event/data/says/reporter/phone" },
                ],
                "ground": "CONSENT_WITHDRAWN",
                "reason": "依第1号申请。",
            },
        },
    });
    assert_eq!(stored, agreed);
    let read: UpkeepEntry = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(read, erasure());
    for path in objects(&stored) {
        let mut swollen = stored.clone();
        swollen.pointer_mut(&path).unwrap()["unheard_of"] = Value::Null;
        // What names the event has no fields of its own.
        let is_read = serde_json::from_value::<UpkeepEntry>(swollen).is_ok();
        assert!(
            !is_read || path == "/event",
            "it swallows a field in {path}"
        );
    }
}

/// A change of the key of the log.
pub(crate) fn rotation(from: &str, to: &str) -> RotateSigningKey {
    RotateSigningKey {
        from: sample::line(from),
        to: sample::line(to),
        reason: sample::prose("年度更换。"),
    }
}

/// The line after so many that records it.
fn rotated(after: u32, from: &str, to: &str) -> UpkeepEntry {
    UpkeepEntry {
        seq: after + 1,
        event: UpkeepEvent::SigningKeyRotated(rotation(from, to)),
        ..erasure()
    }
}

#[test]
fn a_change_of_the_key_is_stored_as_agreed() {
    let stored = serde_json::to_value(rotated(0, "log+1+A", "log+2+B")).unwrap();
    let agreed = json!({
        "format": 1,
        "seq": 1,
        "request": stored["request"],
        "stamp": stored["stamp"],
        "event": {
            "kind": "SIGNING_KEY_ROTATED",
            "data": { "from": "log+1+A", "to": "log+2+B", "reason": "年度更换。" },
        },
    });
    assert_eq!(stored, agreed);
    let read: UpkeepEntry = serde_json::from_value(stored).unwrap();
    assert_eq!(read, rotated(0, "log+1+A", "log+2+B"));
}

/// A line that enters the data of a county.
fn entered(after: u32, data: &CountyData) -> UpkeepEntry {
    UpkeepEntry {
        seq: after + 1,
        event: UpkeepEvent::CountyDataEntered(Box::new(data.clone())),
        ..erasure()
    }
}

#[test]
fn the_data_of_a_county_is_stored_as_a_whole() {
    let data = county_data(&county());
    let stored = serde_json::to_value(entered(0, &data)).unwrap();
    assert_eq!(stored["event"]["kind"], "COUNTY_DATA_ENTERED");
    let document: Value = serde_json::from_str(&data.written().unwrap()).unwrap();
    assert_eq!(stored["event"]["data"], document);
    let read: UpkeepEntry = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(read, entered(0, &data));
    for path in objects(&stored["event"]["data"]) {
        let mut swollen = stored.clone();
        let at = format!("/event/data{path}");
        swollen.pointer_mut(&at).unwrap()["unheard_of"] = Value::Null;
        // The rules stand there as their files have them, and the townships by their codes.
        let read = serde_json::from_value::<UpkeepEntry>(swollen);
        let is_document = path.starts_with("/policy") || path.starts_with("/calendar");
        assert!(read.is_err() || is_document, "it swallows a field in {at}");
    }
}

#[test]
fn nothing_of_a_county_that_names_somebody_stands_in_the_body() {
    let data = county_data(&county());
    let record = Record::Ledger(Box::new(entered(0, &data)));
    let salts: Salts = Arc::new(|| Salt::new([7; 16]));
    let (body, beside) = record.sealed(&salts).unwrap();
    let people = data.directory.people();
    assert_eq!(beside.len(), 2 * people.len(), "a login and a name of each");
    for person in people {
        assert!(
            !body.contains(&format!("{:?}", person.login.as_str())),
            "{body}"
        );
        assert!(
            !body.contains(&format!("{:?}", person.name.as_str())),
            "{body}"
        );
    }
    let values: Vec<_> = beside.into_iter().map(|one| Some(one.value)).collect();
    let read = Record::from_body(SubjectKind::Ledger, &body, &values).unwrap();
    assert_eq!(read, record);
}

#[test]
fn the_ledger_remembers_what_was_entered_last() {
    let (first, mut second) = (county_data(&county()), county_data(&county()));
    second.office_host = None;
    let file = evolve_upkeep(None, &entered(0, &first)).unwrap();
    assert_eq!(file.county_data.as_deref(), Some(&first));
    let file = evolve_upkeep(Some(file), &entered(1, &second)).unwrap();
    assert_eq!(file.county_data.as_deref(), Some(&second));
}

#[test]
fn the_ledger_remembers_every_key_that_has_signed_it() {
    let file = evolve_upkeep(None, &rotated(0, "a", "b")).unwrap();
    let file = evolve_upkeep(
        Some(file),
        &UpkeepEntry {
            seq: 2,
            ..erasure()
        },
    )
    .unwrap();
    let file = evolve_upkeep(Some(file), &rotated(2, "b", "c")).unwrap();
    let keys: Vec<_> = file.signing_keys.iter().map(SigningKey::as_str).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    assert_eq!(file.version, 3);
}

#[test]
fn a_form_that_the_reader_does_not_know_is_refused() {
    let newer = json!({ "format": UPKEEP_FORMAT + 1, "what": "of tomorrow" }).to_string();
    let error = Record::from_body(SubjectKind::Ledger, &newer, &[]).unwrap_err();
    assert!(matches!(error, UnreadableBody::NewerFormat { format } if format == UPKEEP_FORMAT + 1));
}

#[test]
fn a_damaged_history_of_the_ledger_itself_is_noticed() {
    let first = evolve_upkeep(None, &erasure()).unwrap();
    let nothing = LedgerFile {
        version: 1,
        ..LedgerFile::default()
    };
    assert_eq!(first, nothing);
    let second = UpkeepEntry {
        seq: 2,
        ..erasure()
    };
    assert_eq!(
        evolve_upkeep(Some(first.clone()), &second).unwrap().version,
        2
    );
    let doubled = evolve_upkeep(Some(first), &erasure()).unwrap_err();
    let (expected, found) = (2, 1);
    assert_eq!(doubled, BrokenHistory::OutOfOrder { expected, found });
    let missing = evolve_upkeep(None, &second).unwrap_err();
    let (expected, found) = (1, 2);
    assert_eq!(missing, BrokenHistory::OutOfOrder { expected, found });
    for format in [0, UPKEEP_FORMAT + 1] {
        let entry = UpkeepEntry {
            format,
            ..erasure()
        };
        let error = evolve_upkeep(None, &entry).unwrap_err();
        assert_eq!(error, BrokenHistory::UnknownFormat { seq: 1, format });
    }
}
