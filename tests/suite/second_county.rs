//! Another county, made from files of the same kind and kept in the same database: it has its own people, numbers, rules and
//! ledger, and nobody of the one learns of the other.

use crate::serving::{CHOSEN, PASSWORD, PROGRAM, Program};
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use xiaohao_core::county_day;
use xiaohao_server::clock;
use xiaohao_store::Location;
use xiaohao_tests::{lay_out_county, postgres};

/// The two counties of one database.
pub(crate) struct Counties {
    folder: Arc<TempDir>,
    /// Where they are kept, as the command line says it.
    kept: Vec<String>,
}

const SHUANGPAI: (&str, &str) = ("431123", "../seeds/county/shuangpai");
const QINGXI: (&str, &str) = ("439923", "counties/qingxi");

impl Counties {
    pub(crate) fn both() -> [Self; 2] {
        let folder = || Arc::new(tempfile::tempdir().unwrap());
        let (in_file, on_server) = (folder(), folder());
        let data = in_file.path().to_str().unwrap().to_owned();
        let evidence = on_server.path().to_str().unwrap().to_owned();
        [
            Self {
                folder: in_file,
                kept: vec!["--data".to_owned(), data],
            },
            Self {
                folder: on_server,
                kept: vec![
                    "--database-url".to_owned(),
                    postgres::database(),
                    "--evidence".to_owned(),
                    evidence,
                ],
            },
        ]
    }

    /// Runs the program on the database; it is told where that is, and this on standard input.
    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut program = Command::new(PROGRAM)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .args(&self.kept[..2])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = program.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        program.wait_with_output().unwrap()
    }

    /// Makes the first of them.
    pub(crate) fn init_shuangpai(&self) {
        let key = self.key(SHUANGPAI.0);
        self.done(&["init", "--from", SHUANGPAI.1, "--signing-key", &key], "");
    }

    /// The key of the one signs nothing of the other, and nobody says whose it is where both are kept.
    fn take_no_key_of_another(&self) {
        let [own, others] = [QINGXI.0, SHUANGPAI.0].map(|county| self.key(county));
        let evidence: Vec<_> = self.kept[2..].iter().map(String::as_str).collect();
        let of_qingxi = ["--county", QINGXI.0, "--signing-key", &others];
        for command in [
            &["ledger", "checkpoint"][..],
            &["serve", "--listen", "127.0.0.1:0"],
        ] {
            let for_serving = if command[0] == "serve" {
                &evidence[..]
            } else {
                &[]
            };
            let refused = self.run(&[command, &of_qingxi, for_serving].concat(), "");
            let why = String::from_utf8(refused.stderr).unwrap();
            assert!(
                !refused.status.success() && why.contains("is the key of the log xiaohao/431123"),
                "{command:?}: {why}"
            );
        }
        let by_the_others = self.run(&[&["ledger", "verify"], &of_qingxi[..]].concat(), "");
        let why = String::from_utf8(by_the_others.stderr).unwrap();
        assert!(
            why.contains("the key is that of the log xiaohao/431123, and by it nothing can be told of county 439923"),
            "{why}"
        );
        let undecided = self.run(&["ledger", "verify", "--signing-key", &own], "");
        let why = String::from_utf8(undecided.stderr).unwrap();
        assert!(
            why.contains("say with --county whose key or checkpoint it is"),
            "{why}"
        );
        // A key beside the ledger is that of the one.
        if let Location::File(file) = self.location() {
            let beside = file.with_file_name("ledger.key");
            fs::copy(&others, &beside).unwrap();
            self.done(&["ledger", "verify"], "");
            fs::remove_file(beside).unwrap();
        }
        for (county, key) in [(QINGXI.0, &own), (SHUANGPAI.0, &others)] {
            let of_it = ["ledger", "verify", "--county", county, "--signing-key", key];
            self.done(&of_it, "");
        }
    }

    /// The folder of all that is not in a database of a server.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where they are kept.
    pub(crate) fn location(&self) -> Location {
        match self.kept[0].as_str() {
            "--data" => Location::File(self.folder.path().join("ledger.sqlite")),
            _ => Location::Url(self.kept[1].clone()),
        }
    }

    pub(crate) fn done(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let told = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        told
    }

    /// The file of a county's own key.
    fn key(&self, county: &str) -> String {
        let file = self.folder.path().join(format!("{county}.key"));
        file.to_str().unwrap().to_owned()
    }

    fn served(&self, county: &str) -> Program {
        self.served_with(county, &[])
    }

    /// The same, with these variables.
    pub(crate) fn served_with(&self, county: &str, variables: &[(&str, &str)]) -> Program {
        let key = self.key(county);
        let mut arguments = vec!["serve", "--county", county, "--signing-key", &key];
        arguments.extend(self.kept.iter().map(String::as_str));
        Program::at(&arguments, Arc::clone(&self.folder), variables)
    }
}

/// One who has signed in.
struct Person<'a> {
    program: &'a Program,
    bearer: String,
}

impl<'a> Person<'a> {
    fn of(program: &'a Program, login: &str) -> Self {
        let bearer = format!("authorization: Bearer {}", program.sign_in(login));
        Self { program, bearer }
    }

    fn ask(&self, query: &str, variables: &Value) -> Value {
        let reply = self.program.ask(&[&self.bearer], query, variables).json();
        assert_eq!(reply.get("errors"), None, "{reply:#}");
        reply["data"].clone()
    }

    /// Does an act, and returns the hazard after it.
    fn acts(&self, mutation: &str, input_type: &str, act: &Value, input: &Value) -> Value {
        let query = format!(
            "mutation($act: ActInput!, $input: {input_type}!) {{ done: {mutation}(act: $act, input: $input) {{ \
             hazard {{ number clue version status duties {{ dueOn }} orders {{ terms {{ document }} }} }} entry {{ position }} \
             userErrors {{ code message }} }} }}"
        );
        let done = self.ask(&query, &json!({ "act": act, "input": input }))["done"].take();
        assert_eq!(done["userErrors"], json!([]), "{mutation}");
        done
    }
}

const HAZARD: &str = "0193a5f0-0000-7000-8000-00000000a001";

fn act(request: u32, version: Option<u32>) -> Value {
    json!({ "hazardId": HAZARD, "requestId": format!("0193a5f0-0000-7000-8000-0000000b{request:04}"), "expectedVersion": version })
}

/// The id of whoever is asked for in the county's own files.
fn id_in(file: &str, has: (&str, &str)) -> String {
    let path = format!("{}/{}/{file}", env!("CARGO_MANIFEST_DIR"), QINGXI.1);
    let data: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let all = data.get("units").unwrap_or(&data).as_array().unwrap();
    let found = all.iter().find(|one| one[has.0] == has.1).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// The second county's files, with the working days of today's year.
fn files_of_qingxi() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join(QINGXI.1);
    lay_out_county(&files, folder.path());
    folder
}

/// A life as far as the order, by the second county's own people, of this year.
fn begin_a_life(program: &Program, today: NaiveDate) {
    let year = today.year();
    let bridge = Person::of(program, "bridge");
    let report = json!({
        "title": "石料堆场高边坡无防护", "description": "边坡高约12米，坡脚有人作业。", "township": "439923101",
        "place": "石桥镇石材厂堆场", "source": "TOWNSHIP", "foundOn": "2026-11-20"
    });
    let reported = bridge.acts("reportHazard", "ReportInput", &act(1, None), &report);
    assert_eq!(
        reported["hazard"]["clue"],
        format!("439923-XS-{year}-000001")
    );
    // After its data and three passwords.
    assert_eq!(reported["entry"]["position"], 5, "its ledger is its own");

    let clerk = Person::of(program, "clerk");
    let unit = |code: &str| id_in("county.json", ("code", code));
    let holder =
        json!({ "unit": unit("QY-1"), "name": "清溪石材厂（虚构）", "kind": "NATURAL_PERSON" });
    let listing = json!({
        "level": "MAJOR", "objectKind": "ACCIDENT_HAZARD",
        "basis": { "research": { "decision": "研究认定为重大隐患。", "minutesNo": "清安办纪〔2026〕3号", "decidedOn": "2026-11-20" } },
        "committee": unit("ZWH-GK"), "leadUnit": unit("YJJ"), "holder": holder,
        "category": "PHYSICAL", "accidentTypes": ["坍塌"], "recognisedBy": "清溪经办（虚构）"
    });
    let listed = clerk.acts("listHazard", "ListInput", &act(2, Some(1)), &listing);
    assert_eq!(listed["hazard"]["number"], format!("439923-{year}-0001"));

    let party = |code: &str, name: &str| json!({ "unit": unit(code), "name": name, "person": "某某（虚构）" });
    let assignment = json!({
        "order": "0193a5f0-0000-7000-8000-00000000c001",
        "terms": {
            "parties": { "responsible": holder, "assigner": party("AWB", "清溪县安全生产委员会办公室"),
                         "coordinator": party("YJJ", "县应急管理局") },
            "dueOn": today + TimeDelta::days(31), "planDueOn": today + TimeDelta::days(10), "reportEvery": "MONTHLY",
            "requirements": "责令按期治理完毕。", "interimMeasures": "坡脚停止作业。", "signatory": "清溪审批（虚构）"
        }
    });
    let chief = Person::of(program, "chief");
    let assigned = chief.acts("assignHazard", "AssignInput", &act(3, Some(2)), &assignment);
    assert_eq!(
        assigned["hazard"]["orders"][0]["terms"]["document"],
        format!("清安交〔{year}〕1号")
    );
}

#[test]
fn a_second_county_has_its_own_people_numbers_rules_and_ledger() {
    for counties in Counties::both() {
        let qingxi = files_of_qingxi();
        let own_files = qingxi.path().to_str().unwrap();
        for (code, files) in [SHUANGPAI, (QINGXI.0, own_files)] {
            let key = counties.key(code);
            let told = counties.done(&["init", "--from", files, "--signing-key", &key], "");
            assert!(told.contains(&format!("({code})")), "{told}");
        }
        let key = counties.key(SHUANGPAI.0);
        let shared = counties.run(&["init", "--from", own_files, "--signing-key", &key], "");
        let complaint = String::from_utf8(shared.stderr).unwrap();
        assert!(
            complaint.contains("is the key of the log xiaohao/431123, not of xiaohao/439923"),
            "{complaint}"
        );
        counties.take_no_key_of_another();
        let undecided = counties.run(&["user", "list"], "");
        let complaint = String::from_utf8(undecided.stderr).unwrap();
        assert!(complaint.contains("431123, 439923"), "{complaint}");
        assert!(
            counties
                .done(&["user", "list", "--county", "439923"], "")
                .contains("清溪审批")
        );
        for (county, logins) in [
            (QINGXI.0, &["clerk", "chief", "bridge"][..]),
            (SHUANGPAI.0, &["clerk", "auditor"][..]),
        ] {
            for login in logins {
                let user = ["user", "password", login, "--county", county];
                let refused = counties.run(&user, PASSWORD);
                let why = String::from_utf8(refused.stderr).unwrap();
                assert!(
                    !refused.status.success() && why.contains("soon guessed"),
                    "{why}"
                );
                let password = format!("{CHOSEN}\n");
                counties.done(&user, &password);
            }
        }

        let qingxi = counties.served(QINGXI.0);
        let today = county_day(clock::now());
        begin_a_life(&qingxi, today);
        let clerk = Person::of(&qingxi, "clerk");
        let told = clerk.ask(
            "{ viewer { person { name } } committees { seq } townships { code } \
             timeLimitWindow(limit: RECOG, anchors: [{ anchor: REPORTED, on: \"2026-11-20\" }]) { closes { on } } \
             closureStatistics { total { valid } } }",
            &json!({}),
        );
        assert_eq!(told["viewer"]["person"]["name"], "清溪经办（虚构）");
        assert_eq!(told["committees"].as_array().unwrap().len(), 2);
        assert_eq!(told["townships"].as_array().unwrap().len(), 3);
        let recognised_by = &told["timeLimitWindow"]["closes"]["on"];
        assert_eq!(
            recognised_by, "2026-11-27",
            "five working days, by its own rule"
        );
        assert_eq!(told["closureStatistics"]["total"]["valid"], 1);
        let bearer = clerk.bearer.clone();
        drop(qingxi);

        let shuangpai = counties.served(SHUANGPAI.0);
        let stranger = shuangpai.ask(&[&bearer], "{ hazards { totalCount } }", &json!({}));
        let stranger = stranger.json();
        assert_eq!(
            stranger["errors"][0]["extensions"]["code"], "SESSION_OVER",
            "a token of the other county is none here"
        );
        let query = "query($id: ID!, $number: String!) { hazard(by: { id: $id }) { id } node(id: $id) { id } \
                     numbered: hazard(by: { number: $number }) { id } \
                     closureStatus(number: $number) { number } \
                     hazards { totalCount } ledgerEntries(after: 0, first: 10) { entries { event } } \
                     closureStatistics { total { ever } } }";
        let number = format!("439923-{}-0001", today.year());
        for login in ["clerk", "auditor"] {
            let person = Person::of(&shuangpai, login);
            let told = person.ask(query, &json!({ "id": HAZARD, "number": number }));
            assert_eq!(
                told,
                json!({
                    "hazard": null, "node": null, "numbered": null, "closureStatus": null,
                    "hazards": { "totalCount": 0 }, "ledgerEntries": { "entries": [
                        { "event": "COUNTY_DATA_ENTERED" }, { "event": "PASSWORDS_SET" }, { "event": "PASSWORDS_SET" }
                    ] },
                    "closureStatistics": { "total": { "ever": 0 } }
                })
            );
        }
        drop(shuangpai);
        let told = counties.done(&["rebuild", "--check"], "");
        assert!(
            told.contains(
                "county 439923: every row that is made from the record is as the record says"
            ),
            "{told}"
        );
    }
}
