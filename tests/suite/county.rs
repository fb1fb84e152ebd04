//! The data of a county: the one that is shipped, and any other that is made of the same kind of files.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use xiaohao_core::Role;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::directory::{GoalKind, UnitKind};
use xiaohao_server::seeds::{county_in, shuangpai};
use xiaohao_tests::{county, county_data, seed};

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

/// The files of the county that is shipped, one of them changed, as somebody would begin with another county.
fn changed(file: &str, change: impl Fn(&mut Value)) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for name in ["county.json", "committees.json", "people.json"] {
        let text = seed(&format!("county/shuangpai/{name}"));
        let mut value: Value = serde_json::from_str(&text).unwrap();
        if name == file {
            change(&mut value);
        }
        fs::write(folder.path().join(name), value.to_string()).unwrap();
    }
    let folder = folder.path();
    let made = county_in(folder).map_err(|error| told(&error));
    let made = made.and_then(|data| data.county().map_err(|error| told(&error)));
    // The folder has another name each time.
    made.map(drop)
        .map_err(|told| told.replace(&folder.display().to_string(), "FOLDER"))
}

fn told(error: &dyn std::error::Error) -> String {
    xiaohao_ledger::Told(error).to_string()
}

#[test]
fn what_does_not_fit_in_the_files_of_a_county_is_named() {
    assert_eq!(changed("county.json", |_| {}), Ok(()));
    let elsewhere = json!("019a0000-0000-7000-8000-000000000001");
    let complaints = [
        changed("county.json", |county| county["policy"] = json!("nowhere")),
        changed("county.json", |county| county["office"] = elsewhere.clone()),
        changed("county.json", |county| {
            county["units"][3]["id"] = county["units"][4]["id"].clone();
        }),
        changed("committees.json", |all| {
            all[0]["lead_unit"] = elsewhere.clone();
        }),
        changed("committees.json", |all| all[1]["seq"] = json!(1)),
        changed("people.json", |all| all[0]["login"] = json!("张三")),
        changed("people.json", |all| {
            all[1]["login"] = all[0]["login"].clone();
        }),
        changed("people.json", |all| {
            all[0]["posts"][0]["unit"] = elsewhere.clone();
        }),
        changed("people.json", |all| {
            all[0]["posts"][0]["from"] = json!("2026-03-01");
            all[0]["posts"][0]["until"] = json!("2026-02-28");
        }),
        changed("people.json", |all| {
            all[0]["id"] = json!("6f706572-6174-8000-8000-000000000000");
        }),
        changed("county.json", |county| {
            county["townships"][0]["code"] = json!("431124100");
        }),
        changed("county.json", |county| {
            county["townships"][1]["code"] = county["townships"][0]["code"].clone();
        }),
    ];
    let complaints: Vec<_> = complaints.into_iter().map(Result::unwrap_err).collect();
    insta::assert_debug_snapshot!(complaints);
}

#[test]
fn what_keeps_a_county_from_working_is_doubted() {
    let none: [&str; 0] = [];
    assert_eq!(shuangpai().unwrap().doubts(), none);
    let qingxi = format!("{}/counties/qingxi", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(county_in(Path::new(&qingxi)).unwrap().doubts(), none);

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
    let data = CountyData::read(&document.to_string()).unwrap();
    let doubts = data.doubts();
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
            "commission-signer-4 has no post, and cannot sign in",
            "office-clerk-1, office-clerk-2 are called the same, or look as if they were: nothing tells them apart on paper",
        ]
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

#[test]
fn a_file_that_is_missing_is_named_with_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let error = county_in(folder.path()).unwrap_err();
    let path = folder.path().join("county.json");
    assert!(told(&error).starts_with(&format!("there is no {}", path.display())));
}
