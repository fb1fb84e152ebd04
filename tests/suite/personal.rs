//! Personal data: what of it there is in all acts, that none of it stands in a body, and that a name which is not typed as
//! one is found.

use crate::stored_form::line;
use crate::stored_papers::all_lines;
use crate::upkeep::erasure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use xiaohao_core::acts::{PowerCut, Reporter};
use xiaohao_core::values::{Holder, HolderKind, HolderParts, Keeping, Phone};
use xiaohao_core::{Act, Entry, Event};
use xiaohao_ledger::{Record, commitments};
use xiaohao_tests::{FACTORY, salts, sample, unit};

/// A line of every act, of every step in the life of a paper, and of the erasure that must not name whom it is for.
fn records() -> Vec<Record> {
    let acts = Act::ALL.iter().map(|act| line(*act));
    let acts = acts.chain([told_by_somebody(), power_cut()]);
    let acts = acts.map(|entry| Record::Hazard(Box::new(entry)));
    let erasure = Record::Ledger(Box::new(erasure()));
    acts.chain(all_lines()).chain([erasure]).collect()
}

/// A report by somebody who named himself, of what a natural person holds.
fn told_by_somebody() -> Entry {
    let mut entry = line(Act::Report);
    let Event::HazardReported(reported) = &mut entry.event else {
        panic!("no report");
    };
    let holder = Holder::new(HolderParts {
        unit: unit(FACTORY),
        name: sample::line("某户主"),
        kind: HolderKind::NaturalPerson,
        uscc: None,
        head: None,
        contact: None,
        phone: Phone::new("13900139000").ok(),
    });
    reported.says.holder = holder.ok();
    reported.says.reporter = Some(Reporter {
        name: Some(sample::private_name("某知情人")),
        phone: Phone::new("13800138000").ok(),
    });
    entry
}

fn power_cut() -> Entry {
    let mut entry = line(Act::Suspend);
    let Event::OperationSuspended(suspended) = &mut entry.event else {
        panic!("no suspension");
    };
    suspended.power_cut = Some(PowerCut {
        approved_by: sample::name("某局长"),
        notice: sample::line("双应急供电〔2026〕1号"),
        noticed_on: entry.stamp.occurred_on,
        emergency: None,
    });
    entry
}

/// The field, whatever its place in a list.
fn pattern(field: &str) -> String {
    let steps = field.split('/').map(|step| {
        let is_place = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        if is_place { "*" } else { step }
    });
    steps.collect::<Vec<_>>().join("/")
}

#[test]
fn the_personal_data_of_all_acts_is_as_agreed() {
    let mut told: BTreeMap<(&str, String), Keeping> = BTreeMap::new();
    for record in records() {
        for one in record.personal().unwrap() {
            told.insert((record.event(), pattern(&one.field)), one.keeping);
        }
    }
    let mut text = String::new();
    for ((event, field), keeping) in told {
        writeln!(text, "{event} {field} {keeping:?}").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_personal_data_stands_in_a_body_or_in_what_a_request_is_known_by() {
    for record in records() {
        let (body, taken) = record.sealed(&salts()).unwrap();
        let personal = record.personal().unwrap();
        let committed = commitments(&body).unwrap();
        assert_eq!(taken.len(), personal.len());
        assert_eq!(committed.len(), personal.len());
        for ((one, salted), committed) in personal.iter().zip(&taken).zip(committed) {
            assert_eq!(one.field, committed.field);
            assert_eq!(one.value, salted.value);
            let quoted = Value::from(one.value.as_str()).to_string();
            assert!(!body.contains(&quoted), "{quoted} in {body}");
        }
        let values: Vec<_> = taken.into_iter().map(|one| Some(one.value)).collect();
        let read = Record::from_body(record.subject().kind(), &body, &values).unwrap();
        assert_eq!(read, record);
        let erased = vec![None; values.len()];
        Record::from_body(record.subject().kind(), &body, &erased).unwrap();
    }
}

/// Fields that are called as those of people are, and name units or documents.
const OF_UNITS: &[&str] = &[
    "/holder/name",
    "/responsible/name",
    "/assigner/name",
    "/coordinator/name",
    "/unit_name",
    "/basis/name",
];

/// A new field that names somebody and is a plain text is told by what it is called.
#[test]
fn no_field_that_names_somebody_is_a_plain_text() {
    let names = [
        "name",
        "names",
        "person",
        "head",
        "contact",
        "phone",
        "telephone",
        "mobile",
        "leader",
        "signatory",
        "officers",
        "members",
    ];
    let mut plain = Vec::new();
    for record in records() {
        let personal: Vec<String> = record
            .personal()
            .unwrap()
            .into_iter()
            .map(|one| one.field)
            .collect();
        let shown: Value = serde_json::from_str(&record.shown().unwrap()).unwrap();
        texts(&shown, "", &mut |field, text| {
            let called = field
                .rsplit('/')
                .find(|step| !step.bytes().all(|byte| byte.is_ascii_digit()));
            let called = called.unwrap_or_default();
            let names_somebody =
                names.contains(&called) || called.ends_with("_by") || called.ends_with("_name");
            let is_id = text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
            let is_code = text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            let of_a_unit = OF_UNITS.iter().any(|end| field.ends_with(end));
            if names_somebody
                && !is_id
                && !is_code
                && !of_a_unit
                && !personal.iter().any(|own| own == field)
            {
                plain.push(format!("{} {field}: {text}", record.event()));
            }
        });
    }
    assert!(plain.is_empty(), "{plain:#?}");
}

fn texts(value: &Value, here: &str, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => found(here, text),
        Value::Object(fields) => {
            for (name, field) in fields {
                texts(field, &format!("{here}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                texts(item, &format!("{here}/{place}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
