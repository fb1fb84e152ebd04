//! `xiaohao rebuild`, as a person at a terminal runs it.

use super::{Kept, WITH_ROWS, url};
use std::process::{Command, Output};
use xiaohao_server::entering::{self, Entering};
use xiaohao_store::Location;
use xiaohao_tests::county_data;

/// The program, made when the tests are.
const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");

impl Kept {
    /// Enters the county's data in the ledger, as `xiaohao init` does.
    pub(crate) async fn keep_county(&self) {
        let data = county_data(&self.office.county);
        let entered = entering::enter(&self.office.ledger, &data).await;
        assert_eq!(entered.unwrap(), Entering::Done);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    /// The program on this ledger.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(PROGRAM);
        program.args(arguments);
        match self.office.cabinet.location() {
            Location::File(path) => program.arg("--data").arg(path.parent().unwrap()),
            Location::Url(_) => program
                .arg("--database-url")
                .arg(url(self.office.cabinet.location())),
        };
        program
    }
}

/// A look that has found something wrong, which it tells in these words.
#[track_caller]
pub(crate) fn finds(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{words}: {}", said(output));
    assert!(said(output).contains(words), "{words}: {}", said(output));
}

/// A look that has found nothing.
#[track_caller]
pub(crate) fn is_clean(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

pub(crate) fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    texts.concat()
}

#[tokio::test]
async fn the_program_checks_tells_and_makes_anew() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let nothing = kept.run(&["rebuild", "--check"]);
        assert!(
            said(&nothing).contains("the data of the county is not"),
            "{}",
            said(&nothing)
        );
        kept.keep_county().await;

        let clean = kept.run(&["rebuild", "--check"]);
        assert!(clean.status.success(), "{kind:?}: {}", said(&clean));
        // What is entered in the ledger about itself is no paper.
        assert!(said(&clean).contains(" 3 papers,"), "{}", said(&clean));
        assert!(said(&clean).contains(
            "county 431123: every row that is made from the record is as the record says"
        ));

        // It does not look at the record itself, and says so and who does.
        assert!(said(&clean).contains("not looked at: whether the record is what was logged"));
        assert!(said(&clean).contains("`xiaohao ledger verify`"));

        kept.by_hand("UPDATE hazard SET status = 'CLOSED' WHERE status = 'RECTIFYING'")
            .await;
        let differs = kept.run(&["rebuild", "--check"]);
        assert_eq!(differs.status.code(), Some(1), "{}", said(&differs));
        assert!(
            said(&differs).contains("status is 'CLOSED'"),
            "{}",
            said(&differs)
        );
        assert!(
            said(&differs).contains("xiaohao rebuild"),
            "{}",
            said(&differs)
        );

        let made = kept.run(&["rebuild"]);
        assert!(made.status.success(), "{}", said(&made));
        assert!(said(&made).contains("every row was made anew"));
        assert!(kept.run(&["rebuild", "--check"]).status.success());
    }
}

#[tokio::test]
async fn a_wrong_turn_at_the_terminal_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{}", said(&output));
        said(&output)
    };
    assert!(run(&["rebuild", "--check"]).contains("--data DIR or --database-url URL"));
    assert!(run(&["rebuild", "--data", path]).contains("no county is kept at"));
    assert!(run(&["rebuild", "--database-url", "mysql://x"]).contains("postgres://"));
    let hidden = run(&[
        "rebuild",
        "--database-url",
        "postgres://u:secret@127.0.0.1:9/x",
    ]);
    assert!(!hidden.contains("secret"), "{hidden}");
}
