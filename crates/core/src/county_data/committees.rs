//! What is demanded of 专委会 when they are entered: each is one unit in one place of the plan, and counts by numbers.

use super::flaws::Flaws;
use super::place::{DataFile, Place};
use crate::directory::{Committee, NumericTarget, UnitKind};
use std::collections::{BTreeMap, BTreeSet};

/// Finds what is wrong with the committees.
pub(super) fn judge(found: &mut Flaws<'_>) {
    let draft = found.draft;
    let (mut places, mut units) = (BTreeSet::new(), BTreeMap::new());
    for (at, committee) in &draft.committees.items {
        let place = Place::whole(DataFile::Committees).item(*at);
        let seq = committee.seq;
        if seq == 0 {
            let what = "专委会的序号（seq）是0，序号从1起编。".to_owned();
            found.add(place.clone().field("seq"), what);
        } else if !places.insert(seq) {
            let what = format!("专委会的序号（seq）{seq}前面已经用过，每个专委会各用一个序号。");
            found.add(place.clone().field("seq"), what);
        }
        if committee.seq_in_plan == Some(0) {
            let what = format!(
                "第{seq}个专委会在方案中的序号（seq_in_plan）是0，序号从1起编，方案没有印序号的不填。"
            );
            found.add(place.clone().field("seq_in_plan"), what);
        }
        let of = format!("第{seq}个专委会");
        if let Some(other) = units.insert(committee.unit, seq) {
            let what =
                format!("{of}和第{other}个专委会填写了同一个单位，一个单位只列为一个专委会。");
            found.add(place.clone().field("unit"), what);
        }
        let unit = place.clone().field("unit");
        found.known_as(UnitKind::Committee, committee.unit, unit, &of);
        leads(found, committee, place.clone().field("lead_unit"));
        lines(found, committee, &place);
    }
    if !draft.committees.is_whole {
        return;
    }
    let before = found.before;
    for (at, unit) in &draft.units.items {
        // One that was dissolved stays a unit, whom old papers name; whether it has hazards the ledger knows.
        let was_one = before.is_some_and(|data| data.directory.committee(unit.id).is_some());
        if unit.kind == UnitKind::Committee && !units.contains_key(&unit.id) && !was_one {
            let place = Place::whole(DataFile::County).field("units").item(*at);
            let what = format!(
                "单位{}的类别是COMMITTEE（{}），但没有列入committees.json。请在其中写上它的牵头责任单位，或者改正类别。",
                unit.code,
                unit.kind.name()
            );
            found.add(place, what);
        }
    }
}

/// Its lead unit is a department, or no hazard could be listed with it.
fn leads(found: &mut Flaws<'_>, committee: &Committee, place: Place) {
    let seq = committee.seq;
    let of = format!("第{seq}个专委会的牵头责任单位");
    let lead = found.known(committee.lead_unit, place.clone(), &of);
    if let Some(unit) = lead.filter(|unit| unit.kind != UnitKind::Department) {
        let (code, kind) = (&unit.code, unit.kind.name());
        let what = format!("{of}{code}是{kind}，牵头责任单位必须是县直部门。");
        found.add(place, what);
    }
}

/// Goals and measures are known by their numbers, and what is counted is compared with a number.
fn lines(found: &mut Flaws<'_>, committee: &Committee, place: &Place) {
    let seq = committee.seq;
    let goals = committee.goals.iter().map(|goal| goal.no);
    let measures = committee.measures.iter().map(|measure| measure.no);
    for (field, called, numbers) in [
        ("goals", "工作目标", goals.collect::<Vec<_>>()),
        ("measures", "工作措施", measures.collect()),
    ] {
        let mut seen = BTreeSet::new();
        for (at, no) in numbers.into_iter().enumerate() {
            let place = place.clone().field(field).item(at).field("no");
            if no == 0 {
                let what = format!("第{seq}个专委会的{called}编号是0，编号从1起编。");
                found.add(place, what);
            } else if !seen.insert(no) {
                let what =
                    format!("第{seq}个专委会的{called}编号{no}前面已经用过，每项各用一个编号。");
                found.add(place, what);
            }
        }
    }
    for (at, measure) in committee.measures.iter().enumerate() {
        let place = place.clone().field("measures").item(at).field("targets");
        for (number, target) in measure.targets.iter().enumerate() {
            if !is_number(target) {
                let what = format!(
                    "第{seq}个专委会工作措施{}的数字指标“{}”填写的是“{}”，应为数字，例如100或者99.5，单位另填在unit中。",
                    measure.no, target.metric, target.value
                );
                found.add(place.clone().item(number).field("value"), what);
            }
        }
    }
}

/// Whether it is compared with a decimal: digits, and where there is a point, digits on both sides of it.
fn is_number(target: &NumericTarget) -> bool {
    let value = target.value.as_str();
    let (whole, part) = value.split_once('.').unwrap_or((value, "0"));
    [whole, part]
        .iter()
        .all(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()))
}
