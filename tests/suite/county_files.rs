//! The files of a county as people write them: what `init` reads, and what it says where it cannot go on.

mod again;
mod flaws;

use crate::serving::{PROGRAM, Program};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;
use xiaohao_core::Role;
use xiaohao_core::directory::{Comparison, GoalKind, MeasureTag, UnitKind};
use xiaohao_core::values::UnitId;
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::{postgres, put_calendar, seed};

const FILES: [&str; 3] = ["county.json", "committees.json", "people.json"];

/// A folder with the files of the county that is shipped.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in FILES {
            let text = seed(&format!("county/shuangpai/{name}"));
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn change(&self, name: &str, change: impl Fn(&mut Value)) {
        let mut value: Value =
            serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap();
        change(&mut value);
        fs::write(self.path(name), value.to_string()).unwrap();
    }

    /// Runs `init` on them; what there is to know of a database stands in `kept`.
    fn init(&self, kept: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(["init", "--from", self.0.path().to_str().unwrap()])
            .args(kept)
            .output()
            .unwrap()
    }

    /// What `init` says where it refuses them, the name of the folder left out.
    fn refused(&self, kept: &[&str]) -> String {
        let output = self.init(kept);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{told}");
        told.replace(self.0.path().to_str().unwrap(), "FOLDER")
    }
}

fn is_told(files: &Files, words: &[&str]) {
    let data = tempfile::tempdir().unwrap();
    let told = files.refused(&["--data", data.path().to_str().unwrap()]);
    for word in words {
        assert!(told.contains(word), "{word}: {told}");
    }
    let left = fs::read_dir(data.path()).unwrap().count();
    assert_eq!(left, 0, "nothing is kept: {told}");
}

#[test]
fn a_mark_at_the_beginning_of_a_file_does_no_harm() {
    let files = Files::new();
    for name in FILES {
        let text = fs::read_to_string(files.path(name)).unwrap();
        fs::write(files.path(name), format!("\u{FEFF}{text}")).unwrap();
    }
    let data = tempfile::tempdir().unwrap();
    let made = files.init(&["--data", data.path().to_str().unwrap()]);
    assert!(made.status.success(), "{made:?}");
}

#[test]
fn a_file_in_another_encoding_is_named_and_told_to_be_saved_otherwise() {
    let files = Files::new();
    fs::write(files.path("people.json"), b"[{\"name\":\"\xCD\xF5\"}]").unwrap();
    is_told(
        &files,
        &["people.json: 文件不是UTF-8编码，请另存为UTF-8编码"],
    );
}

#[test]
fn a_day_that_there_is_not_is_told_with_its_field_and_what_is_wanted() {
    for day in ["2026-02-30", "2026-2", "30.2.2026", "2026-03-01T08:00"] {
        let files = Files::new();
        files.change("people.json", |people| {
            people[3]["posts"][0]["from"] = json!(day);
        });
        let of = format!(
            "people.json: [3].posts[0].from: 所填“{day}”不对，应为确有的一天，写作2026-02-28。"
        );
        is_told(&files, &[&of]);
    }
}

#[test]
fn a_file_that_is_not_there_is_named_with_what_it_must_hold() {
    for (name, holds) in [
        ("county.json", "文号代字"),
        ("committees.json", "没有专委会的写[]"),
        ("people.json", "登录人员及其岗位"),
    ] {
        let files = Files::new();
        fs::remove_file(files.path(name)).unwrap();
        let told = format!("{name}: 文件夹里没有这个文件");
        is_told(&files, &[&told, holds, "共1处。", "docs/county-data.md"]);
    }
}

#[test]
fn a_folder_that_is_not_there_is_told_and_not_made() {
    let data = tempfile::tempdir().unwrap();
    let nowhere = data.path().join("nowhere");
    let files = Files::new();
    let told = files.refused(&["--data", nowhere.to_str().unwrap()]);
    assert!(told.contains("make it, or correct --data"), "{told}");
    assert!(!nowhere.exists());
    fs::remove_dir_all(files.0.path()).unwrap();
    let told = files.refused(&["--data", data.path().to_str().unwrap()]);
    assert!(told.contains("correct --from"), "{told}");
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    let help = Command::new(PROGRAM).args(["init", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    assert!(help.contains("which must be there"), "{help}");
    assert!(
        help.contains("its folder must be there, and is not made"),
        "{help}"
    );
}

#[test]
fn a_committee_may_go_from_the_plan_and_not_while_it_has_hazards() {
    // What was done in the county that is shipped has hazards with most committees.
    let demo = xiaohao_server::seeds::shuangpai_history().unwrap();
    let shipped = xiaohao_server::seeds::shuangpai().unwrap();
    for on_server in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("ledger.key");
        let url = on_server.then(postgres::database);
        let location = match &url {
            None => Location::File(folder.path().join("ledger.sqlite")),
            Some(url) => Location::Url(url.clone()),
        };
        let kept = match &url {
            None => vec!["--data", folder.path().to_str().unwrap()],
            Some(url) => vec![
                "--database-url",
                url,
                "--signing-key",
                key.to_str().unwrap(),
            ],
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (unit, many) = runtime.block_on(async {
            SqlStore::migrate(&location).await.unwrap();
            let store = SqlStore::open(&location).await.unwrap();
            let evidence = folder.path().join("evidence");
            let played = demo.play(&store, &shipped, &evidence, |_, _| {}).await;
            played.unwrap();
            let committees = shipped.directory.committees();
            let units: Vec<_> = committees.iter().map(|own| own.unit).collect();
            let counted = store.hazards_of_committees(shipped.code, &units).await;
            let counted = counted.unwrap();
            counted.first().copied().unwrap()
        });
        assert!(Files::new().init(&kept).status.success());
        let without = |unit: UnitId| {
            let files = Files::new();
            files.change("committees.json", |all| {
                all.as_array_mut()
                    .unwrap()
                    .retain(|own| own["unit"] != json!(unit));
            });
            files
        };
        let told = without(unit).refused(&kept);
        assert!(told.contains(&format!("有{many}条隐患")), "{told}");
        assert!(told.contains("请把它们写回committees.json"), "{told}");

        let new = json!("77777777-0000-5000-8000-000000000001");
        let with_unit = |files: &Files| {
            files.change("county.json", |county| {
                let units = county["units"].as_array_mut().unwrap();
                units.push(json!({
                    "id": new, "code": "ZWH-NEW", "name": "双牌县低空安全生产专业委员会", "kind": "COMMITTEE"
                }));
            });
        };
        let files = Files::new();
        with_unit(&files);
        files.change("committees.json", |all| {
            let mut own = all[0].clone();
            (own["unit"], own["seq"]) = (new.clone(), json!(15));
            all.as_array_mut().unwrap().push(own);
        });
        let made = files.init(&kept);
        assert!(made.status.success(), "{made:?}");
        let files = Files::new();
        with_unit(&files);
        let made = files.init(&kept);
        assert!(
            made.status.success(),
            "one without hazards may go: {made:?}"
        );
    }
}

/// A file, what makes of it one that nobody can have, and what is said of that.
type Impossible = (&'static str, fn(&mut Value), &'static str);

fn impossible() -> [Impossible; 6] {
    [
        (
            "county.json",
            |county| county["units"][2]["parent"] = county["units"][2]["id"].clone(),
            "单位GAJ隶属于它自己（GAJ→GAJ）",
        ),
        (
            "county.json",
            |county| {
                county["units"][2]["parent"] = county["units"][3]["id"].clone();
                county["units"][3]["parent"] = county["units"][2]["id"].clone();
            },
            "单位GAJ隶属于它自己（GAJ→FGJ→GAJ）",
        ),
        (
            "committees.json",
            |committees| committees[0]["lead_unit"] = committees[1]["unit"].clone(),
            "第1个专委会的牵头责任单位ZWH-TRANSPORT是专委会，牵头责任单位必须是县直部门",
        ),
        (
            "county.json",
            |county| county["regions"][1]["code"] = json!("431200"),
            "行政区划431200不是本县所在的市或者省",
        ),
        (
            "county.json",
            |county| county["units"][2]["region"] = json!("431122"),
            "单位GAJ所在的行政区划431122不是本县和本县的乡镇",
        ),
        (
            "county.json",
            |county| {
                let units = county["units"].as_array_mut().unwrap();
                let above = units.iter_mut().find(|unit| unit["code"] == "S-AWH");
                above.unwrap().as_object_mut().unwrap().remove("region");
            },
            "上级单位S-AWH没有注明行政区划",
        ),
    ]
}

#[test]
fn units_that_belong_to_themselves_and_committees_that_no_department_leads_are_refused() {
    for on_server in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let key = folder.path().join("ledger.key");
        let url = on_server.then(postgres::database);
        let kept = match &url {
            None => vec!["--data", data],
            Some(url) => vec![
                "--database-url",
                url,
                "--signing-key",
                key.to_str().unwrap(),
            ],
        };
        for (name, change, told) in impossible() {
            let files = Files::new();
            files.change(name, change);
            let refused = files.refused(&kept);
            assert!(refused.contains(told), "{told}: {refused}");
            assert!(
                refused.contains("请在资料文件中改正后重新登记"),
                "{refused}"
            );
        }
        let files = Files::new();
        put_calendar(files.0.path());
        let made = files.init(&kept);
        assert!(made.status.success(), "{made:?}");
        assert!(String::from_utf8_lossy(&made.stderr).is_empty(), "{made:?}");
    }
}

#[test]
fn the_county_that_is_shipped_stands_where_its_province_and_its_city_are() {
    for folder in ["../seeds/county/shuangpai", "counties/qingxi"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let on = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let files = xiaohao_server::seeds::files_in(&folder);
        let data = files.judged(None, on).unwrap();
        assert_eq!(data.flaws(on), []);
        assert_eq!(data.directory.regions().len(), 2);
    }
}

#[test]
fn a_log_is_signed_from_its_beginning_on_and_no_other_key_is_taken_for_its_own() {
    let name = "aq.example.gov.cn/431123";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let made = Files::new().init(&["--data", data, "--origin", name]);
    assert!(made.status.success(), "{made:?}");
    let other = folder.path().join("other.key");
    drop(xiaohao_server::signing::made(&other, name).unwrap());
    let other = ["--data", data, "--signing-key", other.to_str().unwrap()];
    let run = |command: &[&str], of: &[&str]| {
        Command::new(PROGRAM)
            .args([command, of].concat())
            .output()
            .unwrap()
    };
    for command in [
        &["ledger", "checkpoint"][..],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let refused = run(command, &other);
        let why = String::from_utf8(refused.stderr).unwrap();
        assert!(
            !refused.status.success() && why.contains("is not signed by the key in"),
            "{command:?}: {why}"
        );
    }
    let own = run(&["ledger", "checkpoint"], &other[..2]);
    assert!(own.status.success(), "{own:?}");
    // Nor is it called after another county.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let named = ["--data", data, "--origin", "xiaohao/439923"];
    let refused = Files::new().refused(&named);
    assert!(
        refused.contains("is what the log of another county is called"),
        "{refused}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_calendar_that_ends_is_told_where_the_county_is_kept_and_where_it_is_served() {
    for ends in [false, true] {
        let files = Files::new();
        if ends {
            let long_ago = format!("[{}]", seed("calendar/2024.json"));
            fs::write(files.path("calendar.json"), long_ago).unwrap();
        } else {
            put_calendar(files.0.path());
        }
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let made = files.init(&["--data", folder.path().to_str().unwrap()]);
        let noted = String::from_utf8(made.stderr).unwrap();
        assert_eq!(
            noted.contains("the calendar has nothing for"),
            ends,
            "{noted}"
        );
        let program = Program::doing("serve", folder, &[]);
        program.terminate();
        let log = program.end().1;
        assert_eq!(
            log.contains("the calendar of working days ends soon"),
            ends,
            "{log}"
        );
    }
}

const PAPER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/county-data.md");

#[test]
fn the_county_to_begin_with_in_the_paper_is_entered_without_a_doubt() {
    let paper = fs::read_to_string(PAPER).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let (_, after) = paper.split_once(&format!("```json {name}\n")).unwrap();
        let (text, _) = after.split_once("```").unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    put_calendar(folder.path());
    let data = tempfile::tempdir().unwrap();
    let made = Files(folder).init(&["--data", data.path().to_str().unwrap()]);
    let told = String::from_utf8(made.stderr).unwrap();
    assert!(made.status.success(), "{told}");
    assert_eq!(told, "");
}

/// The names of the fields in a document, wherever they stand.
fn fields(of: &Value, found: &mut BTreeSet<String>) {
    match of {
        Value::Object(object) => {
            for (name, value) in object {
                found.insert(name.clone());
                fields(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_paper_names_every_field_and_every_word_that_the_files_may_have() {
    let paper = fs::read_to_string(PAPER).unwrap();
    let mut names = BTreeSet::new();
    for file in [
        "county/shuangpai/county.json",
        "county/shuangpai/committees.json",
        "county/shuangpai/people.json",
        "policy/shuangpai.json",
        "calendar/2026.json",
    ] {
        fields(&serde_json::from_str(&seed(file)).unwrap(), &mut names);
    }
    // Not every county has them.
    names.extend(["from", "until", "region", "scope_note", "aspirational"].map(str::to_owned));
    names.extend(UnitKind::ALL.iter().map(|kind| kind.code().to_owned()));
    names.extend(Role::ALL.iter().map(|role| role.code().to_owned()));
    names.extend(GoalKind::ALL.iter().map(|kind| kind.code().to_owned()));
    names.extend(MeasureTag::ALL.iter().map(|tag| tag.code().to_owned()));
    names.extend(Comparison::ALL.iter().map(|how| how.code().to_owned()));
    let is_told = |name: &String| {
        ["`", "."].iter().any(|before| {
            ["`", "["]
                .iter()
                .any(|after| paper.contains(&format!("{before}{name}{after}")))
        })
    };
    names.retain(|name| !is_told(name));
    assert_eq!(names, BTreeSet::new());
}
