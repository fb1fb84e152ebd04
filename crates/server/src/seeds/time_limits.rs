//! By what a county reckons its deadlines: its time limits (时限表) and its calendar, read from their files.

use super::form::{list, otherwise, typed};
use super::forms::{POLICY, YEAR};
use super::{POLICIES, shipped_policy};
use serde::Deserialize;
use serde_json::Value;
use xiaohao_core::calendar::{Calendar, CalendarYear};
use xiaohao_core::county_data::{DataFile, Flaw, Place};
use xiaohao_core::policy::Policy;

/// The time limits that `county.json` names.
pub(super) fn named_policy(name: &str, unread: &mut Vec<Flaw>) -> Option<Value> {
    let shipped = shipped_policy(name);
    if shipped.is_none() {
        let known: Vec<_> = POLICIES.iter().map(|(known, _)| *known).collect();
        let place = Place::whole(DataFile::County).field("policy");
        let what = format!(
            "没有名为“{name}”的时限表。请填写{}之一，或者在文件夹里放入本县自己的policy.json。",
            known.join("、")
        );
        unread.push(Flaw::new(place, what));
    }
    shipped.and_then(|text| serde_json::from_str(text).ok())
}

/// `policy.json`.
pub(super) fn policy(own: Value, unread: &mut Vec<Flaw>) -> Option<Value> {
    let whole = Place::whole(DataFile::Policy);
    let before = unread.len();
    POLICY.holds(&own, &whole, unread);
    let rules = own.get("rules").and_then(Value::as_array);
    let rules = rules.map_or(&[][..], Vec::as_slice);
    for (at, rule) in rules.iter().enumerate() {
        let start = rule.get("start").and_then(Value::as_object);
        if start.is_some_and(|start| start.len() != 1) {
            let place = whole.clone().field("rules").item(at).field("start");
            let what = "起算日应写on、earliest_of、each_of之一，只写一个。".to_owned();
            unread.push(Flaw::new(place, what));
        }
    }
    if unread.len() > before {
        return None;
    }
    for fault in Policy::faults(&own) {
        let rule = fault.limit().and_then(|limit| {
            let is_its = |rule: &Value| rule.get("limit").is_some_and(|own| own == limit.code());
            rules.iter().rposition(is_its)
        });
        let place = whole.clone();
        let place = match rule {
            Some(at) => place.field("rules").item(at),
            None if fault.limit().is_some() => place.field("rules"),
            None => place,
        };
        let what = format!("{fault}。");
        unread.push(Flaw::new(place, what));
    }
    if unread.len() == before && typed::<Policy>(&own).is_err() {
        unread.push(otherwise(whole));
    }
    (unread.len() == before).then_some(own)
}

/// `calendar.json`.
pub(super) fn calendar(own: &Value, unread: &mut Vec<Flaw>) -> Option<Vec<Value>> {
    let whole = Place::whole(DataFile::Calendar);
    let before = unread.len();
    let documents = list(own, &whole, unread);
    let mut years = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let place = whole.clone().item(at);
        if !YEAR.holds(document, &place, unread) {
            continue;
        }
        let faults = CalendarYear::faults(document).into_iter();
        unread.extend(faults.map(|fault| {
            let (place, what) = (place.clone(), format!("{fault}。"));
            Flaw::new(place, what)
        }));
        if let Ok(year) = CalendarYear::deserialize(document) {
            years.push((at, year));
        }
    }
    let together = Calendar::new(years.iter().map(|(_, year)| year.clone()));
    if let Err(fault) = together {
        let of = |(_, year): &&(usize, CalendarYear)| year.edition() == fault.edition();
        let place = match years.iter().rev().find(of) {
            Some((at, _)) => whole.item(*at),
            None => whole,
        };
        let what = format!("{fault}。");
        unread.push(Flaw::new(place, what));
    }
    (unread.len() == before).then(|| documents.to_vec())
}
