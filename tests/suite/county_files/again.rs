//! Files that are entered once more: what was given by those before is not taken back.

use super::*;

/// A county that was made of its files, with time limits and a calendar of its own, in this folder.
fn entered() -> (Files, TempDir) {
    let files = Files::new();
    let policy = seed("policy/hubei.json");
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    policy["id"] = json!("own");
    fs::write(files.path("policy.json"), policy.to_string()).unwrap();
    let years: Vec<Value> = ["2025", "2026"]
        .map(|year| serde_json::from_str(&seed(&format!("calendar/{year}.json"))).unwrap())
        .into();
    fs::write(files.path("calendar.json"), json!(years).to_string()).unwrap();
    let data = tempfile::tempdir().unwrap();
    let made = init_in(&files, &data);
    assert!(made.status.success(), "{made:?}");
    (files, data)
}

fn init_in(files: &Files, data: &TempDir) -> Output {
    files.init(&["--data", data.path().to_str().unwrap()])
}

#[test]
fn time_limits_that_are_like_those_that_are_shipped_are_not_forgotten_either() {
    let files = Files::new();
    let mut policy: Value = serde_json::from_str(&seed("policy/shuangpai.json")).unwrap();
    policy["name"] = json!("改动过的时限规则");
    fs::write(files.path("policy.json"), policy.to_string()).unwrap();
    let data = tempfile::tempdir().unwrap();
    assert!(init_in(&files, &data).status.success());
    fs::remove_file(files.path("policy.json")).unwrap();
    let output = init_in(&files, &data);
    let told = String::from_utf8(output.stderr).unwrap();
    let words = "policy.json: 文件夹里没有这个文件，而台账现行的是本县自己的时限表shuangpai.1";
    assert!(told.contains(words) && told.contains("共1处"), "{told}");
}

/// What is told where the files that were changed so are entered once more.
fn told(change: impl FnOnce(&Files)) -> (bool, String) {
    let (files, data) = entered();
    change(&files);
    let output = init_in(&files, &data);
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), told)
}

#[test]
fn a_word_of_one_series_is_not_given_to_another_or_two_papers_would_have_one_number() {
    let (done, told) = told(|files| {
        files.change("county.json", |county| {
            let words = county["words"].as_object_mut().unwrap();
            let (order, notice) = ("ASSIGNMENT_ORDER", "SUPERVISION_ORDER");
            let former = words[order].clone();
            words[order] = words[notice].take();
            words[notice] = former;
        });
    });
    assert!(!done);
    for words in [
        "county.json: words.ASSIGNMENT_ORDER: 文号代字“双安督”用于过挂牌督办通知书，改用于交办单会使两份文书同用一个文号",
        "county.json: words.SUPERVISION_ORDER: 文号代字“双安交”用于过交办单",
        "共2处。",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn another_word_is_taken() {
    let (done, told) = told(|files| {
        files.change("county.json", |county| {
            county["words"]["ASSIGNMENT_ORDER"] = json!("双安办交");
        });
    });
    assert!(done, "{told}");
}

#[test]
fn time_limits_that_have_changed_are_another_revision() {
    let changed = |revision: u32| {
        told(|files| {
            files.change("policy.json", |policy| {
                policy["name"] = json!("改动过的时限规则");
                policy["revision"] = json!(revision);
            });
        })
    };
    let (done, told) = changed(1);
    assert!(!done);
    let words = "policy.json: revision: 台账现行的时限表是own.1，所填的own.1与它内容不同。时限表有改动的，请把revision改为2。";
    assert!(told.contains(words), "{told}");
    let (done, told) = changed(2);
    assert!(done, "{told}");
}

#[test]
fn time_limits_of_the_countys_own_are_not_forgotten() {
    let (done, told) = told(|files| fs::remove_file(files.path("policy.json")).unwrap());
    assert!(!done);
    let words = "policy.json: 文件夹里没有这个文件，而台账现行的是本县自己的时限表own.1，请补上。";
    assert!(told.contains(words), "{told}");
}

#[test]
fn a_year_of_the_calendar_stays_as_it_was_entered_and_is_followed_by_others() {
    let (done, altered) = told(|files| {
        files.change("calendar.json", |years| {
            years[1]["holidays"][0]["name"] = json!("元旦节");
        });
    });
    assert!(!done);
    let words = "calendar.json: [1]: 2026年第1版的工作日历与台账中已有的不同。";
    assert!(altered.contains(words), "{altered}");
    let (done, gone) = told(|files| {
        files.change("calendar.json", |years| {
            drop(years.as_array_mut().unwrap().remove(0));
        });
    });
    assert!(!done);
    let words = "calendar.json: 台账中已有2025年第1版的工作日历，这里没有。";
    assert!(gone.contains(words), "{gone}");
    let (done, told) = told(|files| {
        files.change("calendar.json", |years| {
            let mut second = years[1].clone();
            second["revision"] = json!(2);
            second["holidays"][0]["name"] = json!("元旦节");
            years.as_array_mut().unwrap().push(second);
        });
    });
    assert!(done, "{told}");
}

#[test]
fn a_login_that_has_changed_is_told_with_what_is_to_be_done() {
    let (done, told) = told(|files| {
        files.change("people.json", |people| {
            let mut people = people.as_array_mut().unwrap().iter_mut();
            let clerk = people.find(|one| one["login"] == "clerk");
            clerk.unwrap()["login"] = json!("first-clerk");
        });
    });
    assert!(done);
    let words = "note: first-clerk was called clerk, and whoever has a password signs in by the former login until he is given another one: run `xiaohao user password first-clerk`";
    assert!(told.contains(words), "{told}");
}
