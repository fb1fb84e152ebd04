//! 专委会报送: what committees file each month, who has not, and who is told of it.

use crate::upkeep;
use serde_json::json;
use std::sync::Arc;
use xiaohao_core::directory::{Committee, Directory, DirectoryParts, Post};
use xiaohao_core::filing::{FilePeriod, FilingStanding, PeriodFiled};
use xiaohao_core::upkeep::{UpkeepCommand, UpkeepEvent};
use xiaohao_core::{Actor, County, Role};
use xiaohao_ledger::{Deed, Pace, Submission};
use xiaohao_tests::office::{Cabinet, Kind, Office};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// The committee that the lead unit leads.
pub(crate) fn committee() -> Committee {
    let county = county_that_files();
    let mut all = county.directory.committees().iter();
    let own = all.find(|one| one.lead_unit == lead().unit);
    own.unwrap().clone()
}

/// Whoever leads the other committee.
pub(crate) fn other_lead() -> Actor {
    Actor {
        role: Role::Lead,
        ..stranger()
    }
}

/// A county whose last committee is led by another department than the others.
pub(crate) fn county_that_files() -> County {
    let county = county();
    let mut parts = DirectoryParts::from(county_data(&county).directory);
    let Actor { person, role, unit } = other_lead();
    let last = parts.committees.last_mut();
    last.unwrap().lead_unit = unit;
    let mut people = parts.people.iter_mut();
    let own = people.find(|one| one.id == person);
    own.unwrap().posts.push(Post {
        role,
        unit,
        from: None,
        until: None,
    });
    County {
        directory: Arc::new(Directory::new(parts).unwrap()),
        ..county
    }
}

pub(crate) async fn office_that_files(on: Kind) -> Office {
    let cabinet = Cabinet::new(on).await;
    Office::open(cabinet, county_that_files(), Pace::default()).await
}

/// 零报告 of the month in which cases are decided.
pub(crate) fn filing() -> FilePeriod {
    FilePeriod {
        committee: committee().unit,
        day: Case::new().context(&lead()).today(),
        key_work: sample::prose("开展人员密集场所消防安全排查。"),
        carried_out: sample::prose("检查商场、宾馆12家，未发现重大隐患。"),
        found: 0,
        correction: None,
    }
}

pub(crate) fn submission(office: &Office, by: &Actor, says: FilePeriod) -> Submission {
    let command = UpkeepCommand::FilePeriod(Box::new(says));
    office.submission(by, Deed::Ledger { command })
}

#[test]
fn what_is_filed_is_stored_as_agreed() {
    let filed = PeriodFiled {
        committee: committee().unit,
        from: date("2026-11-01"),
        until: date("2026-11-30"),
        key_work: sample::prose("工作要点。"),
        carried_out: sample::prose("落实情况。"),
        found: 2,
        correction: None,
    };
    let corrects = but(filed.clone(), |says| {
        says.correction = Some(sample::prose("排查数有误。"));
    });
    let stored = |says: PeriodFiled| {
        let event = UpkeepEvent::PeriodFiled(Box::new(says));
        serde_json::to_value(upkeep::entry(&lead(), 1, event)).unwrap()["event"].clone()
    };
    let mut agreed = json!({
        "kind": "PERIOD_FILED",
        "data": {
            "committee": committee().unit,
            "from": "2026-11-01",
            "until": "2026-11-30",
            "key_work": "工作要点。",
            "carried_out": "落实情况。",
            "found": 2,
        },
    });
    assert_eq!(stored(filed), agreed);
    agreed["data"]["correction"] = json!("排查数有误。");
    assert_eq!(stored(corrects), agreed);
}

#[test]
fn how_a_committee_stands_follows_from_three_days() {
    use FilingStanding::{InTime, Late, Missing, NotYetDue};
    let due = date("2026-11-30");
    for (on, filed, expected) in [
        ("2026-11-30", None, NotYetDue),
        ("2026-12-01", None, Missing),
        ("2026-12-01", Some("2026-11-30"), InTime),
        ("2026-11-02", Some("2026-11-01"), InTime),
        ("2026-12-01", Some("2026-12-01"), Late),
    ] {
        let stands = FilingStanding::on(date(on), due, filed.map(date));
        assert_eq!(stands, expected, "{on} {filed:?}");
    }
}

#[test]
fn a_period_is_as_long_as_the_time_limits_of_the_county_say() {
    let text = include_str!("../../seeds/policy/shuangpai.json");
    for (cadence, [from, until]) in [
        ("MONTHLY", ["2026-11-01", "2026-11-30"]),
        ("QUARTERLY", ["2026-10-01", "2026-12-31"]),
    ] {
        let mut policy: serde_json::Value = serde_json::from_str(text).unwrap();
        let rules = policy["rules"].as_array_mut().unwrap();
        let own = rules.iter_mut().find(|rule| rule["limit"] == "L-FILING");
        own.unwrap()["cadence"] = json!(cadence);
        let county = but(county(), |county| {
            county.policy = serde_json::from_value(policy).unwrap();
        });
        let period = county.filing_period(date("2026-11-25"));
        assert_eq!([period.from, period.until], [from, until].map(date));
    }
}
