//! What is told of flaws in the files of a county: each with its file, its place and a sentence, and all at once.

use super::Files;
use serde_json::{Value, json};
use std::fs;
use xiaohao_core::county_data::DataFile;
use xiaohao_tests::seed;

/// What is to be said of a file, where in it, and how it comes to that.
type Flawed = (&'static str, &'static str, &'static str, fn(&mut Value));

/// The files of the county that is shipped, each with one flaw.
const FLAWS: &[Flawed] = &[
    (
        "county.json",
        "code",
        "应为6位县级行政区划代码",
        |county| {
            county["code"] = json!("4311");
        },
    ),
    ("county.json", "name", "县名：", |county| {
        county["name"] = json!("双\u{2F5A}县");
    }),
    (
        "county.json",
        "name",
        "所填17不对，应为1至60个字的名称",
        |county| county["name"] = json!(17),
    ),
    (
        "county.json",
        "commission",
        "缺少字段commission",
        |county| {
            county.as_object_mut().unwrap().remove("commission");
        },
    ),
    (
        "county.json",
        "commission",
        "县安委会填写的单位YJJ是县直部门，应填类别为COMMISSION",
        |county| {
            county["commission"] = county["office_host"].clone();
        },
    ),
    (
        "county.json",
        "office",
        "县安委办填写的单位YJJ是县直部门，应填类别为OFFICE",
        |county| {
            county["office"] = county["office_host"].clone();
        },
    ),
    (
        "county.json",
        "office",
        "县安委办填写的单位AWH是县安委会",
        |county| {
            county["office"] = county["commission"].clone();
        },
    ),
    (
        "county.json",
        "office",
        "不在county.json的units中",
        |county| county["office"] = elsewhere(),
    ),
    (
        "county.json",
        "office_host",
        "县安委办所在部门填写的单位XZ-431123100是乡镇",
        |county| {
            county["office_host"] = county["townships"][0]["unit"].clone();
        },
    ),
    (
        "county.json",
        "policy",
        "没有名为“nowhere”的时限表。请填写shuangpai、qingdao、hubei之一",
        |county| {
            county["policy"] = json!("nowhere");
        },
    ),
    (
        "county.json",
        "words.TRANSFER_LETTER",
        "缺少字段TRANSFER_LETTER",
        |county| {
            county["words"]
                .as_object_mut()
                .unwrap()
                .remove("TRANSFER_LETTER");
        },
    ),
    (
        "county.json",
        "words",
        "每种文书各用一个代字",
        |county| {
            county["words"]["TRANSFER_LETTER"] = county["words"]["ESCALATION_LETTER"].clone();
        },
    ),
    ("county.json", "seat", "没有这个字段", |county| {
        county["seat"] = json!("泷泊镇");
    }),
    (
        "county.json",
        "regions[1].code",
        "应为6位行政区划代码",
        |county| {
            county["regions"][1]["code"] = json!("4311");
        },
    ),
    (
        "county.json",
        "townships[0].code",
        "乡镇431124100不在本县",
        |county| {
            county["townships"][0]["code"] = json!("431124100");
        },
    ),
    (
        "county.json",
        "townships[1].code",
        "乡镇代码431123100前面已经用过",
        |county| {
            county["townships"][1]["code"] = county["townships"][0]["code"].clone();
        },
    ),
    (
        "county.json",
        "townships[1].unit",
        "填写了同一个单位",
        |county| {
            county["townships"][1]["unit"] = county["townships"][0]["unit"].clone();
        },
    ),
    (
        "county.json",
        "townships[0].unit",
        "应填类别为TOWNSHIP",
        |county| {
            county["townships"][0]["unit"] = county["office_host"].clone();
        },
    ),
    (
        "county.json",
        "units[2].kind",
        "所填“BUREAU”不对，应为COMMISSION、OFFICE、DEPARTMENT",
        |county| {
            county["units"][2]["kind"] = json!("BUREAU");
        },
    ),
    (
        "county.json",
        "units[4].id",
        "前面已经用过",
        |county| {
            county["units"][4]["id"] = county["units"][3]["id"].clone();
        },
    ),
    (
        "county.json",
        "units[4].code",
        "前面已经用过",
        |county| {
            county["units"][4]["code"] = county["units"][3]["code"].clone();
        },
    ),
    (
        "county.json",
        "units[2].parent",
        "不在county.json的units中",
        |county| {
            county["units"][2]["parent"] = elsewhere();
        },
    ),
    (
        "county.json",
        "units[2].parent",
        "单位GAJ隶属于它自己（GAJ→GAJ）",
        |county| {
            county["units"][2]["parent"] = county["units"][2]["id"].clone();
        },
    ),
    (
        "county.json",
        "units[2].region",
        "单位GAJ所在的行政区划431122不是本县",
        |county| {
            county["units"][2]["region"] = json!("431122");
        },
    ),
    (
        "county.json",
        "units[2]",
        "单位GAJ的类别是COMMITTEE（专委会），但没有列入committees.json",
        |county| {
            county["units"][2]["kind"] = json!("COMMITTEE");
        },
    ),
    (
        "county.json",
        "units[2]",
        "单位GAJ的类别是TOWNSHIP（乡镇（场、局）），但没有列入townships",
        |county| {
            county["units"][2]["kind"] = json!("TOWNSHIP");
        },
    ),
    ("committees.json", "[0].seq", "序号从1起编", |all| {
        all[0]["seq"] = json!(0);
    }),
    ("committees.json", "[1].seq", "前面已经用过", |all| {
        all[1]["seq"] = json!(1);
    }),
    (
        "committees.json",
        "[0].seq",
        "所填“一”不对，应为0至65535的整数",
        |all| {
            all[0]["seq"] = json!("一");
        },
    ),
    (
        "committees.json",
        "[0].seq_in_plan",
        "方案没有印序号的不填",
        |all| {
            all[0]["seq_in_plan"] = json!(0);
        },
    ),
    (
        "committees.json",
        "[1].unit",
        "第2个专委会和第1个专委会填写了同一个单位",
        |all| {
            all[1]["unit"] = all[0]["unit"].clone();
        },
    ),
    (
        "committees.json",
        "[0].lead_unit",
        "不在county.json的units中",
        |all| {
            all[0]["lead_unit"] = elsewhere();
        },
    ),
    (
        "committees.json",
        "[0].lead_unit",
        "牵头责任单位必须是县直部门",
        |all| {
            all[0]["lead_unit"] = all[1]["unit"].clone();
        },
    ),
    (
        "committees.json",
        "[3].goals[1].no",
        "第4个专委会的工作目标编号1前面已经用过",
        |all| {
            all[3]["goals"][1]["no"] = json!(1);
        },
    ),
    (
        "committees.json",
        "[3].measures[2].no",
        "编号从1起编",
        |all| {
            all[3]["measures"][2]["no"] = json!(0);
        },
    ),
    (
        "committees.json",
        "[3].goals[1].kinds[0]",
        "所填“ALL_WELL”不对",
        |all| {
            all[3]["goals"][1]["kinds"][0] = json!("ALL_WELL");
        },
    ),
    (
        "committees.json",
        "[0].measures[0].targets[0].value",
        "填写的是“全部”，应为数字",
        |all| {
            all[0]["measures"][0]["targets"] = json!([
                { "metric": "检查覆盖率", "comparison": "EQUAL", "value": "全部", "unit": "%" }
            ]);
        },
    ),
    (
        "people.json",
        "[0].login",
        "所填“张三”不对",
        |all| all[0]["login"] = json!("张三"),
    ),
    (
        "people.json",
        "[1].login",
        "登录名clerk前面已经用过",
        |all| {
            all[1]["login"] = all[0]["login"].clone();
        },
    ),
    ("people.json", "[1].id", "前面已经用过", |all| {
        all[1]["id"] = all[0]["id"].clone();
    }),
    (
        "people.json",
        "[0].id",
        "运行本程序的人专用",
        |all| {
            all[0]["id"] = json!("6f706572-6174-8000-8000-000000000000");
        },
    ),
    (
        "people.json",
        "[0].posts[0].unit",
        "人员clerk的岗位OFFICE_CLERK填写的单位",
        |all| {
            all[0]["posts"][0]["unit"] = elsewhere();
        },
    ),
    (
        "people.json",
        "[0].posts[0].until",
        "离任日期2026年2月28日早于任职日期2026年3月1日",
        |all| {
            all[0]["posts"][0]["from"] = json!("2026-03-01");
            all[0]["posts"][0]["until"] = json!("2026-02-28");
        },
    ),
    (
        "people.json",
        "[0].posts[1]",
        "人员clerk的岗位OFFICE_CLERK与前面的一条是同一单位的同一岗位，任职日期重叠",
        |all| {
            let mut again = all[0]["posts"][0].clone();
            again["from"] = json!("2026-03-01");
            let posts = all[0]["posts"].as_array_mut().unwrap();
            posts.truncate(1);
            posts.push(again);
        },
    ),
    (
        "people.json",
        "[0].posts",
        "这里是对象，应为列表",
        |all| all[0]["posts"] = json!({}),
    ),
    (
        "policy.json",
        "valid_from",
        "时限表自2999年1月1日起施行，今天是20",
        |policy| {
            policy["valid_from"] = json!("2999-01-01");
        },
    ),
    (
        "policy.json",
        "valid_from",
        "应为确有的一天",
        |policy| {
            policy["valid_from"] = json!("2024-01-32");
        },
    ),
    (
        "policy.json",
        "rules[0].effect",
        "所填“STOP”不对，应为REFUSE、WARN、DUTY之一",
        |policy| {
            policy["rules"][0]["effect"] = json!("STOP");
        },
    ),
    ("policy.json", "rules[0].start", "只写一个", |policy| {
        policy["rules"][0]["start"] = json!({});
    }),
    (
        "policy.json",
        "rules[0]",
        "为0，当日应写作0日",
        |policy| {
            policy["rules"][0]["window"]["closes"] = json!({ "amount": 0, "unit": "MONTHS" });
        },
    ),
    ("policy.json", "rules", "缺失，请补充", |policy| {
        policy["rules"].as_array_mut().unwrap().pop();
    }),
    (
        "calendar.json",
        "[0].holidays[0].to",
        "所填“2026-02-30”不对，应为确有的一天",
        |years| {
            years[0]["holidays"][0]["to"] = json!("2026-02-30");
        },
    ),
    ("calendar.json", "[0]", "版次应从1起编", |years| {
        years[0]["revision"] = json!(0);
    }),
    ("calendar.json", "[1]", "载入了两次", |years| {
        let first = years[0].clone();
        years.as_array_mut().unwrap().push(first);
    }),
];

/// The id of a unit that is nowhere.
fn elsewhere() -> Value {
    json!("019a0000-0000-7000-8000-000000000001")
}

/// The files with this flaw.
fn with(files: &Files, (name, _, _, change): &Flawed) {
    let path = files.path(name);
    match *name {
        "policy.json" if !path.exists() => {
            fs::write(path, seed("policy/shuangpai.json")).unwrap();
        }
        "calendar.json" if !path.exists() => {
            let year = seed("calendar/2026.json");
            fs::write(path, format!("[{year}]")).unwrap();
        }
        _ => {}
    }
    files.change(name, change);
}

#[test]
fn each_flaw_is_told_with_its_file_its_place_and_a_sentence() {
    for flawed in FLAWS {
        let files = Files::new();
        with(&files, flawed);
        let (name, at, what, _) = flawed;
        let begin = format!("\n{name}: {at}: ");
        let data = tempfile::tempdir().unwrap();
        let told = files.refused(&["--data", data.path().to_str().unwrap()]);
        let mut lines = told.split('\n');
        let is_it = lines.any(|line| line.starts_with(begin.trim()) && line.contains(what));
        assert!(is_it, "{begin}{what}: {told}");
        for words in ["expected", "line ", "unknown field", "invalid type"] {
            assert!(!told.contains(words), "{words}: {told}");
        }
        let left = fs::read_dir(data.path()).unwrap().count();
        assert_eq!(left, 0, "nothing is kept: {told}");
    }
}

#[test]
fn the_flaws_of_all_files_are_told_at_once_in_their_order_and_counted() {
    let files = Files::new();
    let all = [
        FLAWS.iter().find(|flaw| flaw.1 == "units[2].region"),
        FLAWS.iter().find(|flaw| flaw.1 == "words.TRANSFER_LETTER"),
        FLAWS.iter().find(|flaw| flaw.1 == "[3].goals[1].no"),
        FLAWS
            .iter()
            .find(|flaw| flaw.1 == "[0].measures[0].targets[0].value"),
        FLAWS.iter().find(|flaw| flaw.1 == "[0].posts[0].until"),
        FLAWS.iter().find(|flaw| flaw.1 == "rules[0].effect"),
        FLAWS.iter().find(|flaw| flaw.1 == "[0].holidays[0].to"),
    ];
    for flawed in all.iter().rev() {
        with(&files, flawed.unwrap());
    }
    let told = files.refused(&["--data", files.0.path().to_str().unwrap()]);
    let places = told.lines().filter_map(|line| {
        let (name, rest) = line.split_once(": ")?;
        let (place, _) = rest.split_once(": ")?;
        let is_file = DataFile::ALL.iter().any(|file| file.name() == name);
        is_file.then_some((name, place))
    });
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            ("county.json", "units[2].region"),
            ("county.json", "words.TRANSFER_LETTER"),
            ("committees.json", "[0].measures[0].targets[0].value"),
            ("committees.json", "[3].goals[1].no"),
            ("people.json", "[0].posts[0].until"),
            ("policy.json", "rules[0].effect"),
            ("calendar.json", "[0].holidays[0].to"),
        ]
    );
    assert!(told.contains("\n共7处。"), "{told}");
    assert!(!files.path("ledger.sqlite").exists());
}
