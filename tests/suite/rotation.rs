//! The key of the log is changed: by whom, in which order, and what others make of it.

use crate::rebuild::program::said;
use crate::rebuild::{Kept, WITH_ROWS};
use crate::witness::{bring, with_input};
use sea_orm::ConnectionTrait;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;
use xiaohao_core::upkeep::{RotateSigningKey, SigningKey, UpkeepCommand, UpkeepEvent};
use xiaohao_ledger::{Deed, Record, SigningKeys};
use xiaohao_log::{Checkpoint, KeyName, LogKey, LogSigner, SignedNote};
use xiaohao_server::session::secret;
use xiaohao_server::signing;
use xiaohao_tests::office::Kind;
use xiaohao_tests::place::Sql;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");
const PASSWORD: &str = "of the approver";

/// A county with a key, whose approver and clerk have passwords.
struct Signed {
    kept: Kept,
    key: LogKey,
    file: PathBuf,
    folder: TempDir,
}

impl Signed {
    async fn on(kind: Kind) -> Self {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let county = kept.office.county.code;
        let data = county_data(&kept.office.county);
        let sql = Sql::connect(kept.office.cabinet.location()).await;
        for who in [approver(), clerk()] {
            let person = data.directory.person(who.person).unwrap();
            let secret = secret(PASSWORD).unwrap();
            sql.keep_password(county, person, &secret).await;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let key = signing::made(&file, "aq.example.gov.cn/431123").unwrap();
        Self {
            kept,
            key,
            file,
            folder,
        }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let key = ["--signing-key", self.file.to_str().unwrap()];
        self.kept.program(&[arguments, &key].concat())
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    /// What comes of it that somebody changes the key.
    fn rotate_as(&self, who: &xiaohao_core::Actor, password: &str, more: &[&str]) -> Output {
        let data = county_data(&self.kept.office.county);
        let login = data.directory.person(who.person).unwrap().login.to_string();
        let change = ["ledger", "rotate-key", &login, "--reason", "年度更换。"];
        with_input(
            &mut self.program(&[&change, more].concat()),
            password.as_bytes(),
        )
    }

    fn rotate(&self, more: &[&str]) -> Output {
        self.rotate_as(&approver(), PASSWORD, more)
    }

    fn signer(&self) -> LogSigner {
        signing::read(&self.file).unwrap()
    }

    fn next(&self) -> PathBuf {
        self.file.with_added_extension("next")
    }

    /// Has the ledger record another key, which neither of both signs.
    async fn record(&self, from: &LogKey, to: &LogKey) {
        let command = UpkeepCommand::RotateSigningKey(RotateSigningKey {
            from: text(from),
            to: text(to),
            reason: sample::prose("年度更换。"),
        });
        let deed = Deed::Ledger { command };
        let sent = self.kept.office.submission(&approver(), deed);
        self.kept.office.do_now(&sent).await;
    }

    /// What the lines of the ledger say of the key.
    async fn changes(&self) -> Vec<RotateSigningKey> {
        let lines = self.kept.office.lines().await;
        let says = lines.iter().filter_map(|line| line.record.key_change());
        says.cloned().collect()
    }

    /// Whether a proof holds for whoever trusts this key, and what he is told.
    fn checks(&self, proof: &[u8], key: &LogKey) -> (bool, String) {
        let file = self.folder.path().join("proof");
        fs::write(&file, proof).unwrap();
        let told = Command::new(PROGRAM)
            .args(["ledger", "check", file.to_str().unwrap()])
            .args(["--key", &key.to_string()])
            .output()
            .unwrap();
        (told.status.success(), said(&told))
    }
}

fn text(key: &LogKey) -> SigningKey {
    SigningKey::new(&key.to_string()).unwrap()
}

fn is_signed_by(note: &[u8], key: &LogKey) -> bool {
    let note = SignedNote::from_bytes(note).unwrap();
    Checkpoint::signed_by(&note, key).is_ok()
}

#[track_caller]
fn fails(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(said(output).contains(words), "{words}: {}", said(output));
    assert!(!said(output).contains("PRIVATE"), "{}", said(output));
}

#[tokio::test]
async fn the_log_is_signed_by_another_key_from_the_line_on_that_records_it() {
    for kind in WITH_ROWS {
        let county = Signed::on(kind).await;
        let old = county.signer();
        let first = county.run(&["ledger", "checkpoint"]);
        assert!(is_signed_by(&first.stdout, &county.key));

        fails(
            &county.rotate_as(&approver(), "a guess", &[]),
            "password is wrong",
        );
        fails(&county.rotate_as(&clerk(), PASSWORD, &[]), "县安委办");
        assert!(county.changes().await.is_empty());
        assert_eq!(county.signer().public(), &county.key);
        assert!(!county.next().exists());

        let changed = county.rotate(&[]);
        assert!(changed.status.success(), "{}", said(&changed));
        assert!(!said(&changed).contains("PRIVATE"), "{}", said(&changed));
        let new = county.signer().public().clone();
        assert_ne!(new, county.key);
        assert_eq!(new.name(), county.key.name());
        assert!(!county.next().exists());
        let mode = fs::metadata(&county.file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let says = county.changes().await;
        assert_eq!(says.len(), 1);
        assert_eq!(
            (&says[0].from, &says[0].to),
            (&text(&county.key), &text(&new))
        );

        // Whoever trusts the one comes to trust the other.
        for key in [&county.key, &new] {
            let (holds, told) = county.checks(&changed.stdout, key);
            assert!(holds && told.contains(&new.to_string()), "{told}");
        }
        let spoiled = String::from_utf8(changed.stdout).unwrap();
        let spoiled = spoiled.replace("年度更换", "例行更换");
        assert!(!county.checks(spoiled.as_bytes(), &county.key).0);

        county.kept.office.report().await;
        let second = county.run(&["ledger", "checkpoint"]);
        assert!(is_signed_by(&second.stdout, &new), "{}", said(&second));
        assert!(!is_signed_by(&second.stdout, &county.key));
        let sound = county.run(&["ledger", "verify"]);
        assert!(sound.status.success(), "{}", said(&sound));
        assert!(!said(&sound).contains("the former key"), "{}", said(&sound));

        // A server that was not started again has the former key.
        county.kept.office.report().await;
        let (code, now) = (county.kept.office.county.code, county.kept.office.now());
        let refused = county.kept.store().checkpoint(code, &old, now).await;
        let told = xiaohao_ledger::Told(&refused.unwrap_err()).to_string();
        assert!(told.contains("it was changed"), "{told}");
        let third = county.run(&["ledger", "checkpoint"]);
        assert!(is_signed_by(&third.stdout, &new), "{}", said(&third));
    }
}

#[tokio::test]
async fn the_former_key_signs_nothing_any_more() {
    for kind in WITH_ROWS {
        let county = Signed::on(kind).await;
        let former = fs::read(&county.file).unwrap();
        assert!(county.rotate(&[]).status.success());
        let new = fs::read(&county.file).unwrap();
        fs::write(&county.file, &former).unwrap();
        let listen = ["serve", "--listen", "127.0.0.1:0", "--evidence", "/tmp"];
        fails(&county.run(&listen), "holds an earlier key");
        county.kept.office.report().await;
        fails(&county.run(&["ledger", "checkpoint"]), "it was changed");
        fails(&county.run(&["ledger", "verify"]), "if nobody changed it");
        fails(&county.rotate(&[]), "不是台账现在使用的签名密钥");

        // One who has it and the database puts a checkpoint of his own in place of the last one.
        let kept = county
            .kept
            .store()
            .checkpoints(county.kept.office.county.code);
        let last = kept.await.unwrap().last().unwrap().clone();
        let forged = Checkpoint::sign(last.head(), &county.signer()).to_string();
        fs::write(&county.file, &new).unwrap();
        fs::remove_file(county.next()).unwrap();
        assert!(county.run(&["ledger", "verify"]).status.success());
        county.kept.unguard().await;
        let size = last.head().size;
        let change = format!("UPDATE checkpoint SET note = '{forged}' WHERE size = {size}");
        county.kept.hand.execute_unprepared(&change).await.unwrap();
        fails(&county.run(&["ledger", "verify"]), "is not what was signed");
        fails(
            &county.run(&["ledger", "checkpoint"]),
            "the last checkpoint",
        );
    }
}

#[tokio::test]
async fn whoever_is_stopped_on_the_way_goes_on_by_the_same_command() {
    for kind in WITH_ROWS {
        // After the key was made.
        let county = Signed::on(kind).await;
        let made = signing::made(&county.next(), county.key.name().as_str()).unwrap();
        assert!(county.rotate(&[]).status.success());
        assert_eq!(county.signer().public(), &made);
        assert_eq!(county.changes().await.len(), 1);

        // After it was recorded.
        let former = county.signer().public().clone();
        let made = signing::made(&county.next(), county.key.name().as_str()).unwrap();
        county.record(&former, &made).await;
        fails(&county.run(&["ledger", "checkpoint"]), "it was changed");
        let changed = county.rotate(&[]);
        assert!(changed.status.success(), "{}", said(&changed));
        assert_eq!(county.changes().await.len(), 2);
        assert_eq!(county.signer().public(), &made);
        assert!(county.checks(&changed.stdout, &former).0);
        let sound = county.run(&["ledger", "verify"]);
        assert!(sound.status.success(), "{}", said(&sound));
    }
}

#[tokio::test]
async fn a_key_that_is_lost_is_replaced_and_others_must_be_told() {
    for kind in WITH_ROWS {
        let county = Signed::on(kind).await;
        assert!(county.run(&["ledger", "checkpoint"]).status.success());
        let lost = county.key.to_string();
        let lost = ["--lost-key", &lost];
        fails(&county.rotate(&lost), "is not lost");
        fs::remove_file(&county.file).unwrap();
        fails(&county.rotate(&[]), "put the copy of it back there");
        // A key that never signed this log is not recorded as the one that did.
        let name = county.key.name().clone();
        let never = LogSigner::from_seed(name, &[9; 32]).public().to_string();
        let never = ["--lost-key", &never];
        fails(&county.rotate(&never), "the log is not signed by");
        let beside = county.file.with_added_extension("next");
        assert!(!beside.exists(), "nor is another one made for it");
        assert!(county.changes().await.is_empty());
        let changed = county.rotate(&lost);
        assert!(changed.status.success(), "{}", said(&changed));
        let new = county.signer().public().clone();
        let (holds, told) = county.checks(&changed.stdout, &new);
        assert!(holds && told.contains("which did not sign that"), "{told}");
        assert!(!county.checks(&changed.stdout, &county.key).0);
        let sound = county.run(&["ledger", "verify"]);
        assert!(sound.status.success(), "{}", said(&sound));
        // Whether it was lost nobody can see; that the former key vouches for nothing is told.
        let line = county.kept.office.lines().await.len();
        let told = format!("the change of the key in line {line} is not signed by the former key");
        assert!(said(&sound).contains(&told), "{}", said(&sound));
        // What was printed once is printed again, under the same checkpoint.
        county.kept.office.report().await;
        assert!(county.run(&["ledger", "checkpoint"]).status.success());
        let again = county.run(&["ledger", "prove", "--key-change"]);
        assert_eq!(again.stdout, changed.stdout, "{}", said(&again));
    }
}

#[tokio::test]
async fn a_county_is_carried_with_all_its_keys() {
    for kind in WITH_ROWS {
        let county = Signed::on(kind).await;
        assert!(county.run(&["ledger", "checkpoint"]).status.success());
        assert!(county.rotate(&[]).status.success());
        county.kept.office.report().await;
        assert!(county.run(&["ledger", "checkpoint"]).status.success());
        let file = county.folder.path().join("county");
        let file = file.to_str().unwrap();
        let written = county.kept.run(&["ledger", "export", file]);
        assert!(written.status.success(), "{}", said(&written));
        let import = |key: &LogKey| {
            let folder = tempfile::tempdir().unwrap();
            let into = folder.path().to_str().unwrap();
            let into = ["ledger", "import", file, "--data", into];
            let mut program = Command::new(PROGRAM);
            program
                .args(into)
                .args(["--key", &key.to_string()])
                .output()
                .unwrap()
        };
        let new = county.signer().public().clone();
        fails(
            &import(&county.key),
            "now: say with --key which key it is signed by",
        );
        let taken = import(&new);
        assert!(taken.status.success(), "{}", said(&taken));
    }
}

#[tokio::test]
async fn nobody_has_the_key_of_a_county_follow_on_one_of_his_own() {
    for kind in WITH_ROWS {
        // Another past, signed by whoever wrote it.
        let forged = Signed::on(kind).await;
        assert!(forged.run(&["ledger", "checkpoint"]).status.success());
        let genuine = forged.folder.path().join("genuine");
        let key = signing::made(&genuine, forged.key.name().as_str()).unwrap();
        forged.record(&forged.key, &key).await;
        let trusted = ["--key", &key.to_string()];
        let told = "is under no checkpoint that";
        let verify = forged
            .kept
            .run(&[&["ledger", "verify"][..], &trusted].concat());
        fails(&verify, told);

        let file = forged.folder.path().join("county");
        let export = forged
            .kept
            .run(&["ledger", "export", file.to_str().unwrap()]);
        assert!(export.status.success(), "{}", said(&export));
        let into = tempfile::tempdir().unwrap();
        let import = Command::new(PROGRAM)
            .args(["ledger", "import", file.to_str().unwrap(), "--data"])
            .arg(into.path())
            .args(trusted)
            .output();
        fails(&import.unwrap(), "now: say with --key which key");

        // Nor does the county itself sign it, where it is put before it.
        fs::copy(&genuine, &forged.file).unwrap();
        let unsigned = "is not signed by the key in";
        fails(&forged.run(&["ledger", "checkpoint"]), unsigned);
        let listen = ["serve", "--listen", "127.0.0.1:0", "--evidence", "/tmp"];
        fails(&forged.run(&listen), unsigned);
        fails(&forged.run(&["ledger", "verify"]), told);
    }
}

#[tokio::test]
async fn keys_follow_on_each_other_and_none_comes_back() {
    let county = Signed::on(Kind::Sqlite).await;
    let key = |seed| {
        let name = county.key.name().clone();
        LogSigner::from_seed(name, &[seed; 32]).public().clone()
    };
    let of_another = LogSigner::from_seed(KeyName::new("aq.example.gov.cn/1").unwrap(), &[4; 32]);
    county.record(&county.key, &key(1)).await;
    let lines = county.kept.office.lines().await;
    let line = lines.last().unwrap();
    let changed = |changes: &[(&LogKey, &LogKey)]| {
        let line = |(from, to): &(&LogKey, &LogKey)| {
            but(line.clone(), |line| {
                let Record::Ledger(entry) = &mut line.record else {
                    panic!("{line:?}");
                };
                entry.event = UpkeepEvent::SigningKeyRotated(RotateSigningKey {
                    from: text(from),
                    to: text(to),
                    reason: sample::prose("年度更换。"),
                });
            })
        };
        let lines: Vec<_> = changes.iter().map(line).collect();
        SigningKeys::recorded(&lines).is_ok()
    };
    let (first, second, third) = (&key(1), &key(2), &key(3));
    assert!(changed(&[(first, second), (second, third)]));
    assert!(!changed(&[(first, second), (first, third)]), "a fork");
    assert!(!changed(&[(first, second), (second, first)]), "it is back");
    assert!(!changed(&[(first, first)]), "the same");
    assert!(!changed(&[(first, of_another.public())]), "another log");
}

#[tokio::test]
async fn a_proof_of_a_change_is_about_the_key_that_is_trusted() {
    let county = Signed::on(Kind::Sqlite).await;
    let (name, own) = (county.key.name().clone(), county.signer());
    let key = |seed| LogSigner::from_seed(name.clone(), &[seed; 32]);
    // Recorded in the log is a change between two others, under a checkpoint of the key that is trusted.
    county.record(key(1).public(), key(2).public()).await;
    let store = county.kept.store();
    let code = county.kept.office.county.code;
    let theirs = key(2);
    let signed = store.hand_over(code, None, &theirs, case::forenoon(date("2026-12-01")));
    let signed = signed.await.unwrap();
    fs::write(&county.file, theirs.to_secret().as_bytes()).unwrap();
    let proof = county.run(&["ledger", "prove", "--key-change"]);
    assert!(proof.status.success(), "{}", said(&proof));
    assert!(county.checks(&proof.stdout, theirs.public()).0);

    let note = SignedNote::from_bytes(signed.as_bytes()).unwrap();
    let head = Checkpoint::signed_by(&note, theirs.public()).unwrap();
    let ours = Checkpoint::sign(head.head(), &own).to_string();
    let mut forged: serde_json::Value = serde_json::from_slice(&proof.stdout).unwrap();
    let under = forged["proof"].as_str().unwrap().replace(&signed, &ours);
    forged["proof"] = under.into();
    let (holds, told) = county.checks(forged.to_string().as_bytes(), &county.key);
    assert!(!holds && told.contains("no change of the log"), "{told}");
}

#[tokio::test]
async fn what_the_former_key_signed_still_proves_and_an_end_cut_off_is_told() {
    for kind in WITH_ROWS {
        let county = Signed::on(kind).await;
        let key = county.run(&["ledger", "key"]);
        assert_eq!(key.stdout, format!("{}\n", county.key).into_bytes());
        let lines = county.kept.office.lines().await.len();
        let before = county.folder.path().join("before");
        fs::write(&before, county.run(&["ledger", "checkpoint"]).stdout).unwrap();
        let before = before.to_str().unwrap();
        assert!(county.rotate(&[]).status.success());
        let new = county.signer().public().clone();
        let key = county.run(&["ledger", "key"]);
        assert_eq!(key.stdout, format!("{new}\n").into_bytes());

        let prove = |under| {
            let prove = ["ledger", "prove", "431123-2026-0003", "--checkpoint", under];
            county.run(&prove)
        };
        let proof = prove(before);
        assert!(proof.status.success(), "{}", said(&proof));
        assert!(county.checks(&proof.stdout, &county.key).0);
        assert!(!county.checks(&proof.stdout, &new).0);

        let after = county.folder.path().join("after");
        fs::write(&after, county.run(&["ledger", "checkpoint"]).stdout).unwrap();
        county.kept.unguard().await;
        for table in ["personal_value", "ledger_entry"] {
            let cut = format!("DELETE FROM {table} WHERE position > {lines}");
            county.kept.by_hand(&cut).await;
        }
        let told = prove(after.to_str().unwrap());
        fails(&told, "it was cut back, or an old backup was restored");
    }
}

#[tokio::test]
async fn a_witness_comes_to_know_the_new_key() {
    let county = Signed::on(Kind::Sqlite).await;
    let folder = county.folder.path().join("witness");
    fs::create_dir(&folder).unwrap();
    let first = county.run(&["ledger", "checkpoint"]).stdout;
    let name = ["--name", "witness.example.gov.cn/4311"];
    let by = |keys: &[&LogKey], brought: &[u8], more: &[&str]| {
        let mut program = Command::new(PROGRAM);
        program.args(["ledger", "witness", "--folder", folder.to_str().unwrap()]);
        for key in keys {
            program.args(["--key", &key.to_string()]);
        }
        with_input(program.args(more), brought)
    };
    assert!(by(&[&county.key], &first, &name).status.success());
    let size = county.kept.office.lines().await.len().to_string();
    assert!(county.rotate(&[]).status.success());
    county.kept.office.report().await;
    let since = county
        .run(&["ledger", "checkpoint", "--since", &size])
        .stdout;
    let new = county.signer().public().clone();
    fails(
        &bring(&folder, &county.key, &since),
        "not signed by the log",
    );
    fails(
        &bring(&folder, &new, &since),
        "say the former with --key too",
    );
    let other = KeyName::new("another.name/1").unwrap();
    let other = LogSigner::from_seed(other, &[7; 32]).public().clone();
    fails(&by(&[&new, &other], &since, &[]), "the keys of one log");
    let cosigned = by(&[&county.key, &new], &since, &[]);
    assert!(cosigned.status.success(), "{}", said(&cosigned));
    assert!(bring(&folder, &new, &since).status.success());
}
