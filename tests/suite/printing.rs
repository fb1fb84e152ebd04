//! What a command prints is on its way when it ends well; where it could not be written, the command has failed.

use std::fs::File;
use std::process::{Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");
const COUNTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../seeds/county/shuangpai");

#[test]
fn what_cannot_be_written_is_an_error_and_what_is_never_shown_again_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let run = |arguments: &[&str], full: bool| -> Output {
        let mut program = Command::new(PROGRAM);
        program.args(arguments);
        if arguments != ["schema"] {
            program.args(["--data", data]);
        }
        if full {
            let full = File::options().write(true).open("/dev/full").unwrap();
            program.stdout(full);
        }
        program.output().unwrap()
    };
    let init = ["init", "--from", COUNTY];
    assert!(run(&init, false).status.success());
    let issue = [
        "key",
        "issue",
        "platform",
        "--name",
        "x",
        "--act",
        "reportHazard",
    ];
    for arguments in [
        &init[..],
        &issue,
        &["schema"],
        &["migrate"],
        &["user", "list"],
        &["user", "export"],
        &["key", "list", "platform"],
        &["ledger", "key"],
        &["ledger", "checkpoint"],
        &["ledger", "verify"],
        &["rebuild", "--check"],
    ] {
        let output = run(arguments, true);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("standard output: No space left"), "{said}");
        if arguments == issue {
            let listed = run(&["key", "list", "platform"], false).stdout;
            let listed = String::from_utf8(listed).unwrap();
            let (id, _) = listed.split_once(' ').unwrap();
            let what = format!("end it with `xiaohao key end platform {id}`");
            assert!(said.contains(&what), "{said}");
        }
    }
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    let mut program = Command::new(PROGRAM);
    let program = program.arg("schema").stdout(Stdio::piped());
    let mut program = program.stderr(Stdio::piped()).spawn().unwrap();
    drop(program.stdout.take());
    let output = program.wait_with_output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}
