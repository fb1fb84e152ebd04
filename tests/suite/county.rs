//! The data of a county: the one that is shipped, and any other that is made of the same kind of files.

use chrono::NaiveDate;
use serde_json::{Value, json};
use std::path::Path;
use xiaohao_core::Role;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{GoalKind, UnitKind};
use xiaohao_server::seeds::{files_in, shuangpai};
use xiaohao_tests::{county, county_data};

#[test]
fn the_county_that_is_shipped_is_whole() {
    let data = shuangpai().unwrap();
    let county = data.county().unwrap();
    assert_eq!(
        (county.code.to_string(), county.townships.len()),
        ("431123".to_owned(), 14)
    );
    let committees = data.directory.committees();
    assert_eq!(committees.len(), 14);
    let goals: Vec<_> = committees.iter().flat_map(|own| &own.goals).collect();
    let measures: Vec<_> = committees.iter().flat_map(|own| &own.measures).collect();
    let targets: usize = measures.iter().map(|measure| measure.targets.len()).sum();
    assert_eq!((goals.len(), measures.len(), targets), (28, 82, 9));
    let count = |kind| {
        goals
            .iter()
            .filter(|goal| goal.kinds.contains(&kind))
            .count()
    };
    assert_eq!(count(GoalKind::ZeroOccurrence), 10);
    assert_eq!(count(GoalKind::YoyDoubleDecrease), 4);
    assert_eq!(count(GoalKind::NoMajorOrAbove), 14);
    let mut leads: Vec<_> = committees.iter().map(|own| own.lead_unit).collect();
    leads.sort();
    leads.dedup();
    assert_eq!(leads.len(), 12, "two departments lead two committees each");
    let unnumbered = committees.iter().filter(|own| own.seq_in_plan.is_none());
    assert_eq!(
        unnumbered.count(),
        5,
        "five rows of the plan print no serial number"
    );
}

#[test]
fn there_is_somebody_for_every_role_but_the_public_and_whoever_runs_the_program() {
    let data = shuangpai().unwrap();
    let posts = data
        .directory
        .people()
        .iter()
        .flat_map(|person| &person.posts);
    let held: Vec<_> = posts.map(|post| post.role).collect();
    for role in Role::ALL {
        let is_nobodys = matches!(role, Role::Public | Role::Operator);
        assert_eq!(held.contains(role), !is_nobodys, "{role:?}");
    }
    let townships = data.directory.units().iter();
    let townships = townships.filter(|unit| unit.kind == UnitKind::Township);
    assert_eq!(townships.count(), 14);
}

#[test]
fn what_keeps_a_county_from_working_is_doubted() {
    let none: [&str; 0] = [];
    let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    assert_eq!(shuangpai().unwrap().doubts(on), none);
    let qingxi = format!("{}/counties/qingxi", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(
        files_in(Path::new(&qingxi))
            .judged(None, on)
            .unwrap()
            .doubts(on),
        ["nobody has a post in 清溪镇, 云台乡: who acts for a township there must have one"]
    );

    let data = county_data(&county());
    let mut document: Value = serde_json::from_str(&data.written().unwrap()).unwrap();
    let [commission, office] = ["commission", "office"].map(|body| document[body].clone());
    for person in document["directory"]["people"].as_array_mut().unwrap() {
        match person["posts"][0]["role"].as_str().unwrap() {
            "OFFICE_APPROVER" => person["posts"][0]["unit"] = commission.clone(),
            "COMMISSION_SIGNER" => person["posts"] = json!([]),
            "AUDITOR" => person["posts"][0]["unit"] = office.clone(),
            _ => {}
        }
    }
    let people = document["directory"]["people"].as_array_mut().unwrap();
    people[1]["name"] = json!("人员\u{A0}１");
    document["directory"]["committees"] = json!([]);
    let data = CountyData::read(&document.to_string()).unwrap();
    let doubts = data.doubts(on);
    // Most units of the sample are called what they are.
    let (units, others): (Vec<_>, Vec<_>) = doubts
        .into_iter()
        .partition(|doubt| doubt.starts_with("the units "));
    assert_eq!(
        units[0],
        "the units 000000001014, 000000001015, 000000001016 have the same name, or look as if they had: nothing tells them apart on paper"
    );
    assert_eq!(
        others,
        [
            "there is no committee, without which no hazard is listed",
            "nobody is OFFICE_APPROVER of 县安委办, who assigns and strikes off",
            "office-approver-3 is OFFICE_APPROVER of 县安委会, where that gives no right",
            "nobody is COMMISSION_SIGNER of 县安委会, who signs listed supervision",
            "auditor-12 is AUDITOR of 县安委办, from where not everything is read",
            "public-13 is PUBLIC, which gives no right to whoever signs in",
            "nobody has a post in 五里牌镇: who acts for a township there must have one",
            "commission-signer-4 has no post, and cannot sign in",
            "office-clerk-1, office-clerk-2 are called the same, or look as if they were: nothing tells them apart on paper",
        ]
    );
}

#[test]
fn what_is_over_and_what_has_not_come_is_doubted_by_the_day() {
    let on = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    let data = shuangpai().unwrap();
    assert_eq!(
        data.doubts(on(2027)),
        [
            "the calendar has nothing for 2027: what is counted in working days of this year has no last day"
        ]
    );
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!(data.doubts(day("2026-11-30")).len(), 0, "a month is left");
    assert_eq!(
        data.doubts(day("2026-12-01")),
        [
            "the calendar ends with 2026-12-31: what is counted in working days beyond it has no last day; put the days of 2027 \
             into calendar.json as soon as they are published"
        ]
    );
    let mut document: Value = serde_json::from_str(&data.written().unwrap()).unwrap();
    let people = document["directory"]["people"].as_array_mut().unwrap();
    let mut posts = people.iter_mut().flat_map(|person| {
        let posts = person["posts"].as_array_mut().unwrap();
        posts.iter_mut()
    });
    posts
        .by_ref()
        .for_each(|post| post["until"] = json!("2026-05-31"));
    let last = |day| NaiveDate::from_ymd_opt(2026, 5, day).unwrap();
    let data = CountyData::read(&document.to_string()).unwrap();
    let none: [&str; 0] = [];
    assert_eq!(data.doubts(last(31)), none);
    let doubts = data.doubts(on(2026));
    let over = "the posts of everybody are over: nobody can sign in";
    assert!(doubts.iter().any(|doubt| doubt == over), "{doubts:#?}");
    let clerks = "nobody is OFFICE_CLERK of 双牌县安全生产委员会办公室, who lists hazards";
    assert!(doubts.iter().any(|doubt| doubt == clerks), "{doubts:#?}");
    let towns = |doubt: &String| doubt.starts_with("nobody has a post in ");
    assert!(doubts.iter().any(towns), "{doubts:#?}");

    let mut document: Value =
        serde_json::from_str(&shuangpai().unwrap().written().unwrap()).unwrap();
    let host = document["office_host"].clone();
    let people = document["directory"]["people"].as_array_mut().unwrap();
    let clerk = people
        .iter_mut()
        .find(|person| person["login"] == "clerk")
        .unwrap();
    clerk["posts"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "role": "TOWNSHIP", "unit": host }));
    let data = CountyData::read(&document.to_string()).unwrap();
    let doubts = data.doubts(on(2026));
    assert_eq!(
        doubts,
        ["clerk is TOWNSHIP of 县应急管理局, which is no township: that gives no right"]
    );
}

#[test]
fn whom_and_what_other_data_leave_out_is_named() {
    let before = shuangpai().unwrap();
    let nobody: [String; 0] = [];
    assert_eq!(before.leaves_out(&before), nobody);
    let mut document: Value = serde_json::from_str(&before.written().unwrap()).unwrap();
    let directory = &mut document["directory"];
    let townships = directory["townships"].as_object_mut().unwrap();
    let (code, unit) = townships.iter().next().unwrap();
    let (code, unit) = (code.clone(), unit.clone());
    townships.remove(&code);
    let mut without = |list: &str, is_gone: &dyn Fn(&Value) -> bool| {
        let list = directory[list].as_array_mut().unwrap();
        list.retain(|one| !is_gone(one));
    };
    without("people", &|person| {
        person["login"] == "intake" || person["posts"][0]["unit"] == unit
    });
    without("units", &|one| one["id"] == unit);
    let after = CountyData::read(&document.to_string()).unwrap();
    insta::assert_debug_snapshot!(after.leaves_out(&before));
}
