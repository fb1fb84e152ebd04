//! The program with receivers in its configuration: killed, told to stop, looked at by its operator.

use super::receiver::{Answer, Got, Receiver, SECRET};
use super::table;
use crate::serving::{CHOSEN, PROGRAM, Program};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

const CLERK: &str = "login = \"clerk\"";

/// The example county with an empty ledger, and who is told of it.
pub(super) struct County {
    pub(super) folder: Arc<TempDir>,
    reports: u128,
}

impl County {
    pub(super) fn with(configuration: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let county = Self { folder, reports: 0 };
        county.configure(configuration);
        let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/county/shuangpai");
        county.succeed(&["init", "--from", seeds], "");
        county.succeed(&["user", "password", "town-100"], CHOSEN);
        county
    }

    fn configuration(&self) -> PathBuf {
        self.folder.path().join("xiaohao.toml")
    }

    fn configure(&self, text: &str) {
        fs::write(self.configuration(), text).unwrap();
    }

    fn serve(&self, variables: &[(&str, &str)]) -> Program {
        let configuration = self.configuration();
        let named = [("XIAOHAO_CONFIG", configuration.to_str().unwrap())];
        let variables = [&named, variables].concat();
        Program::doing("serve", Arc::clone(&self.folder), &variables)
    }

    /// Reports hazards, each at a place of its own.
    fn report(&mut self, program: &Program, how_many: usize) {
        let bearer = format!("authorization: Bearer {}", program.sign_in("town-100"));
        for _ in 0..how_many {
            self.reports += 1;
            let id = |kind: u128| {
                Uuid::from_u128(
                    (0x0193_A5F0 << 96) + (7 << 76) + (8 << 60) + (kind << 40) + self.reports,
                )
            };
            let query = "mutation($act: ActInput!, $input: ReportInput!) { \
                         reportHazard(act: $act, input: $input) { hazard { clue } } }";
            let variables = json!({
                "act": { "hazardId": id(1), "requestId": id(2) },
                "input": {
                    "title": "锅炉安全阀失效", "description": "安全阀锈死，不能起跳。", "township": "431123100",
                    "place": format!("示范厂{}号锅炉", self.reports), "source": "TOWNSHIP", "foundOn": "2024-06-03"
                }
            });
            let told = program.ask(&[&bearer], query, &variables).json();
            assert!(
                told["data"]["reportHazard"]["hazard"]["clue"].is_string(),
                "{told:#}"
            );
        }
    }

    /// What the program says to a command.
    fn run(&self, arguments: &[&str], input: &str) -> Output {
        self.run_with(arguments, &[], input)
    }

    /// The same, with variables.
    pub(super) fn run_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: &str,
    ) -> Output {
        let mut program = Command::new(PROGRAM);
        program
            .args(arguments)
            .arg("--data")
            .arg(self.folder.path());
        program.envs(variables.iter().copied());
        program.env("XIAOHAO_CONFIG", self.configuration());
        program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    fn succeed(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn complaint(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, "");
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn a_line_that_was_sent_when_the_program_was_killed_is_sent_again() {
    let receiver = Receiver::answering([Answer::Status(204), Answer::Never]);
    let mut county = County::with(&table(&receiver, "police", CLERK));
    let program = county.serve(&[]);
    county.report(&program, 3);
    receiver.until(|got| got.len() == 2);
    program.kill();
    let _program = county.serve(&[]);
    receiver.until_taken(3);
    let ids: Vec<_> = receiver.got().into_iter().map(|own| own.id).collect();
    assert_eq!(ids, ["431123-3", "431123-4", "431123-4", "431123-5"]);
    assert!(receiver.got().iter().all(|own| own.is_signed_with(SECRET)));
}

#[test]
fn a_receiver_who_hangs_does_not_hold_the_program_that_is_told_to_stop() {
    let receiver = Receiver::answering([Answer::Never]);
    let mut county = County::with(&table(&receiver, "police", CLERK));
    let program = county.serve(&[("XIAOHAO_SHUTDOWN_GRACE_SECONDS", "1")]);
    county.report(&program, 1);
    receiver.until(|got| got.len() == 1);
    let asked = Instant::now();
    program.terminate();
    let (status, log) = program.end();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "longer than the grace"
    );
    assert!(log.contains("the grace was over"), "{log}");
}

#[test]
fn a_receiver_who_is_waited_for_does_not_hold_the_program_at_all() {
    let receiver = Receiver::answering(vec![Answer::CutOff; 100]);
    let mut county = County::with(&table(&receiver, "police", CLERK));
    let program = county.serve(&[]);
    county.report(&program, 1);
    // By then it waits for four seconds at least.
    receiver.until(|got| got.len() == 4);
    let asked = Instant::now();
    program.terminate();
    let (status, log) = program.end();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("every request was finished"), "{log}");
    assert!(asked.elapsed() < Duration::from_secs(3), "it waited");
}

#[test]
fn neither_secret_nor_path_nor_signature_is_in_the_log() {
    let receiver = Receiver::answering([Answer::Status(500), Answer::CutOff]);
    let text = table(&receiver, "police", CLERK).replace("/hook", "/known-to-us?token=also-secret");
    let mut county = County::with(&text);
    let program = county.serve(&[("XIAOHAO_LOG", "trace")]);
    county.report(&program, 1);
    let got = receiver.until(|got| got.len() == 3);
    assert_eq!(got[0].path, "/known-to-us?token=also-secret");
    program.terminate();
    let (_, log) = program.end();
    let signature = got[2].signatures[0].trim_start_matches("v1,");
    for secret in [
        &SECRET["whsec_".len()..],
        "known-to-us",
        "also-secret",
        signature,
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    for told in ["police", "the receiver answered 500", "a webhook goes on"] {
        assert!(log.contains(told), "{told} not in {log}");
    }
}

#[test]
fn the_figures_tell_how_far_a_receiver_is_behind_and_when_it_last_took_a_message() {
    let receiver = Receiver::answering([Answer::Status(204), Answer::Status(500), Answer::Held]);
    let mut county = County::with(&table(&receiver, "police", CLERK));
    let program = county.serve(&[]);
    county.report(&program, 3);
    let got = receiver.until(|got| got.len() == 3);
    let told = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
    for line in [
        "xiaohao_webhook_messages_total{webhook=\"police\",outcome=\"taken\"} 1",
        "xiaohao_webhook_messages_total{webhook=\"police\",outcome=\"failed\"} 1",
        "xiaohao_webhook_lag_lines{webhook=\"police\"} 2",
        &format!(
            "xiaohao_webhook_last_success_seconds{{webhook=\"police\"}} {}",
            got[0].at
        ),
    ] {
        assert!(
            told.lines().any(|own| own == line),
            "{line} is not in\n{told}"
        );
    }
    receiver.lets_go();
    receiver.until_taken(3);
}

#[test]
fn the_operator_sees_the_receivers_and_sends_the_ledger_again() {
    let receiver = Receiver::start();
    let idle = table(&receiver, "idle", "login = \"clerk\"\nfrom = 1");
    let mut county = County::with("");
    let program = county.serve(&[]);
    county.report(&program, 3);
    let last = program.end_in_order();
    assert!(last.contains("every request was finished"), "{last}");

    county.configure(&(table(&receiver, "police", CLERK) + &idle));
    let listed = county.succeed(&["webhook", "list"], "");
    let lines: Vec<_> = listed.lines().collect();
    let url = receiver.url().replace("/hook", "");
    assert_eq!(
        lines[0],
        format!("{:<16} {:<24} {url} as clerk", "police", "new")
    );
    assert_eq!(lines.len(), 2);

    let said = county.complaint(&["webhook", "replay", "police", "--from", "7"]);
    assert!(
        said.contains("lines 1 to 5, and so none at 7; one from which nothing is sent yet is 6"),
        "{said}"
    );
    let said = county.complaint(&["webhook", "replay", "polise", "--from", "1"]);
    assert!(
        said.contains("no webhook polise; it has police, idle"),
        "{said}"
    );
    let said = county.succeed(&["webhook", "replay", "police", "--from", "4"], "");
    assert!(
        said.starts_with("webhook police is sent the ledger from line 4 on"),
        "{said}"
    );
    let listed = county.succeed(&["webhook", "list"], "");
    assert!(
        listed.starts_with("police           sent up to 3 of 5 "),
        "{listed}"
    );

    let program = county.serve(&[]);
    // Two lines to the one, five to the other: the first are that of the county's data and that of the password.
    receiver.until_taken(7);
    // While it serves.
    county.succeed(&["webhook", "replay", "police", "--from", "5"], "");
    receiver.until_taken(8);
    assert_eq!(receiver.got().last().unwrap().position(), 5);
    program.end_in_order();
}

#[test]
fn the_operator_tries_whether_a_receiver_takes_messages() {
    let receiver = Receiver::answering([Answer::Status(204), Answer::Status(403)]);
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), format!("{SECRET}\n")).unwrap();
    let in_file = format!("secret = {{ file = {:?} }}", secret.path());
    let text =
        table(&receiver, "police", CLERK).replace(&format!("secret = \"{SECRET}\""), &in_file);
    let elsewhere = |name: &str, url: &str, more: &str| {
        format!(
            "[[webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nlogin = \"clerk\"\nsecret = \"{SECRET}\"\n{more}\n"
        )
    };
    let port = receiver.port();
    let text = text
        + &elsewhere("private", &format!("http://127.0.0.1:{port}/"), "")
        + &elsewhere("named", &format!("http://localhost:{port}/"), "")
        + &elsewhere("mapped", &format!("http://[::ffff:127.0.0.1]:{port}/"), "")
        + &elsewhere("shortened", &format!("http://127.1:{port}/"), "")
        + &elsewhere(
            "cloud",
            "http://169.254.169.254/latest/",
            "allow_private = true",
        )
        + &elsewhere(
            "everybody",
            &format!("http://0.0.0.0:{port}/"),
            "allow_private = true",
        );
    let county = County::with(&text);
    let said = county.succeed(&["webhook", "test", "police"], "");
    let got: Vec<Got> = receiver.got();
    assert_eq!(
        said,
        format!("webhook police took the message {}\n", got[0].id)
    );
    assert_eq!(got[0].body(), json!({ "test": true, "county": "431123" }));
    assert!(got[0].is_signed_with(SECRET) && got[0].id.starts_with("431123-test-"));
    let said = county.complaint(&["webhook", "test", "police"]);
    assert!(
        said.contains("did not take the message: the receiver answered 403"),
        "{said}"
    );

    let refused = [
        (
            "private",
            "127.0.0.1, which is in a network of one's own; say allow_private = true",
        ),
        ("named", ", which is in a network of one's own"),
        ("mapped", "127.0.0.1, which is in a network of one's own"),
        ("shortened", "127.0.0.1, which is in a network of one's own"),
        ("cloud", "169.254.169.254, where nobody takes messages"),
        ("everybody", "0.0.0.0, where nobody takes messages"),
    ];
    for (name, why) in refused {
        let said = county.complaint(&["webhook", "test", name]);
        assert!(said.contains(why), "{name}: {said}");
    }
    assert_eq!(receiver.got().len(), 2, "somebody was connected to");
}

#[test]
fn the_example_county_is_told_to_nobody() {
    let receiver = Receiver::start();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let configuration = folder.path().join("xiaohao.toml");
    fs::write(
        &configuration,
        table(&receiver, "police", "login = \"clerk\"\nfrom = 1"),
    )
    .unwrap();
    let named = [("XIAOHAO_CONFIG", configuration.to_str().unwrap())];
    let program = Program::doing("demo", Arc::clone(&folder), &named);
    let told = String::from_utf8(program.get("/metrics", &[]).body).unwrap();
    assert!(!told.contains("police"), "{told}");
    // Whoever wants that serves the same folder as his own.
    program.end_in_order();
    let _program = Program::doing("serve", folder, &named);
    receiver.until_taken(1);
}

#[test]
fn whoever_checks_as_the_operations_page_says_knows_what_is_ours() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let example = page
        .split("```python no-run\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let receiver = Receiver::start();
    let county = County::with(&table(&receiver, "police", CLERK));
    county.succeed(&["webhook", "test", "police"], "");
    let got = receiver.got().remove(0);
    let file = county.folder.path().join("checking.py");
    fs::write(&file, example).unwrap();
    let is_ours = |text: &str, at: i64, secrets: &str| {
        let asks = "import json, sys\nfrom checking import is_ours\nhead, body, secrets = json.load(sys.stdin)\n\
                    sys.exit(0 if is_ours(head, body.encode(), secrets) else 1)";
        let head = json!({
            "webhook-id": got.id, "webhook-timestamp": at.to_string(), "webhook-signature": got.signatures.join(" ")
        });
        let mut python = Command::new("python3")
            .args(["-c", asks])
            .current_dir(county.folder.path())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let asked = json!([head, text, [secrets]]).to_string();
        python
            .stdin
            .take()
            .unwrap()
            .write_all(asked.as_bytes())
            .unwrap();
        match python.wait().unwrap().code() {
            Some(0) => true,
            Some(1) => false,
            other => panic!("{other:?}"),
        }
    };
    assert!(is_ours(&got.text, got.at, SECRET));
    assert!(
        !is_ours(&format!("{} ", got.text), got.at, SECRET),
        "another body"
    );
    assert!(!is_ours(&got.text, got.at + 1, SECRET), "another time");
    assert!(
        !is_ours(&got.text, got.at, super::receiver::OLD_SECRET),
        "another secret"
    );
}
