//! The histories of the file, done again act by act, come to what the file says.

use super::{EXAMPLE, key};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeSet;
use xiaohao_core::statistics::completed_on;
use xiaohao_core::values::SupervisionLevel;
use xiaohao_core::{Entry, Event};
use xiaohao_tests::example;

#[test]
fn every_hazard_comes_to_what_the_file_says() {
    let file = example::expected();
    for told in file["hazards"].as_array().unwrap() {
        let key = told["key"].as_u64().unwrap();
        let hazard = &EXAMPLE.hazards[&key];
        let entry = hazard.entry();
        let assignment = hazard.assignment();
        let closed_on = hazard.closure().map(|closure| closure.closed_on);
        let notices: Vec<_> = entry
            .iter()
            .flat_map(|entry| &entry.supervision)
            .filter(|s| s.lifted_on.is_none())
            .map(|s| {
                let county = s.level == SupervisionLevel::County;
                json!([s.level.name(), county.then(|| s.document.to_string())])
            })
            .collect();
        let told_notices = told["supervision"].as_array().unwrap();
        let told_notices: Vec<_> = told_notices
            .iter()
            .map(|s| json!([s["level"], s["order_no"]]))
            .collect();
        let escalations: Vec<_> = entry
            .iter()
            .flat_map(|entry| &entry.escalations)
            .map(|e| json!({ "kind": e.step.kind.name(), "on": e.on }))
            .collect();
        let suspension = hazard.file().suspensions.last().map(
            |s| json!({ "kind": s.order.kind, "ordered_on": s.from_on, "lifted_on": s.lifted_on }),
        );
        let found = json!({
            "state": hazard.status(),
            "hazard_no": hazard.number(),
            "cycle": entry.map_or(1, |entry| entry.cycle.number),
            "discovered_on": hazard.file().report.found_on,
            "listed_on": entry.map(|entry| entry.listed_on),
            "assign_no": assignment.map(|a| &a.order.document),
            "original_deadline": assignment.map(|a| a.term.original_due_on),
            "effective_deadline": assignment.map(|a| a.term.due_on),
            "plan_filed_on": hazard.work().map(|work| work.planned_on),
            "extensions_granted": entry.map_or(0, |entry| entry.cycle.grants.len()),
            "extensions_refused": entry.map_or(0, |entry| entry.cycle.extensions_refused),
            "first_round_passed": entry.and_then(|entry| entry.first_round_passed),
            "last_applied_on": hazard.application().map(|a| a.applied_on),
            "completed_on": completed_on(hazard),
            "closed_on": closed_on,
            "suspension": suspension,
            "escalations": escalations,
        });
        for (field, found) in found.as_object().unwrap() {
            assert_eq!(found, &told[field], "{field} of hazard {key}");
        }
        assert_eq!(notices, told_notices, "supervision of hazard {key}");
        // The file gives key 15, which is in its second cycle, the day of its first assignment.
        if key != 15 {
            let assigned_on = assignment.map(|a| a.term.assigned_on);
            assert_eq!(json!(assigned_on), told["assigned_on"], "hazard {key}");
        }
    }
}

#[test]
fn numbers_run_without_a_gap_in_the_order_of_the_days() {
    let mut events: Vec<&Entry> = EXAMPLE.histories.values().flatten().collect();
    events.sort_by_key(|entry| entry.stamp.occurred_on);
    let listed = events.iter().filter_map(|entry| match &entry.event {
        Event::HazardListed(listed) => Some((entry.stamp.occurred_on, listed.number.serial())),
        _ => None,
    });
    let mut listed: Vec<(NaiveDate, u32)> = listed.collect();
    listed.sort_by_key(|(_, serial)| *serial);
    assert!(listed.is_sorted_by_key(|(on, _)| *on), "{listed:?}");
    let serials: Vec<u32> = listed.into_iter().map(|(_, serial)| serial).collect();
    assert_eq!(serials, (1..=28).collect::<Vec<u32>>());
    let documents: BTreeSet<String> = events
        .iter()
        .filter_map(|entry| match &entry.event {
            Event::HazardAssigned(assigned) => Some(assigned.issued.document.to_string()),
            Event::SupervisionOrdered(ordered) => Some(ordered.document.to_string()),
            _ => None,
        })
        .collect();
    let county =
        |word: &'static str, most: u32| (1..=most).map(move |no| format!("{word}〔2026〕{no}号"));
    let all = county("双安交", 27).chain(county("双安督", 24));
    assert_eq!(documents, all.chain(county("永安督", 2)).collect());
}

#[test]
fn only_the_extension_of_key_10_was_asked_for_late() {
    let pleas: Vec<u64> = EXAMPLE
        .histories
        .values()
        .flatten()
        .filter_map(|entry| match &entry.event {
            Event::ExtensionRequested(asked) => asked.is_late().then_some(key(entry.hazard)),
            _ => None,
        })
        .collect();
    assert_eq!(pleas, [10]);
}
