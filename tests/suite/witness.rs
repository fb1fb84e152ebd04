//! Another office that watches over the county's log, with nothing but a folder and the public key: it cosigns what goes on
//! from what it saw, and nothing else, whatever the county's database has become meanwhile.

use crate::rebuild::program::said;
use crate::rebuild::{Kept, WITH_ROWS};
use crate::verify::log_anew;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use xiaohao_log::{
    AddCheckpoint, Checkpoint, KeyName, LogKey, LogSigner, SignedNote, TreeHead, WitnessKey,
    WitnessSigner,
};
use xiaohao_server::signing;
use xiaohao_tests::office::Kind;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");
const ORIGIN: &str = "aq.example.gov.cn/431123";
const NAME: &str = "witness.example.gov.cn/4311";

/// A county with a key, and the folder of another office.
struct Watched {
    kept: Kept,
    key: LogKey,
    secret: PathBuf,
    folder: TempDir,
}

impl Watched {
    async fn on(kind: Kind) -> Self {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("witness")).unwrap();
        let secret = folder.path().join("key");
        let key = signing::made(&secret, ORIGIN).unwrap();
        Self {
            kept,
            key,
            secret,
            folder,
        }
    }

    /// What the county's program says.
    fn county(&self, arguments: &[&str]) -> Output {
        let key = ["--signing-key", self.secret.to_str().unwrap()];
        self.kept.run(&[arguments, &key].concat())
    }

    fn checkpoint(&self) -> Vec<u8> {
        printed(&self.county(&["ledger", "checkpoint"]))
    }

    fn since(&self, size: u64) -> Vec<u8> {
        printed(&self.county(&["ledger", "checkpoint", "--since", &size.to_string()]))
    }

    fn witness(&self) -> PathBuf {
        self.folder.path().join("witness")
    }

    fn memory(&self) -> PathBuf {
        self.witness().join("aq.example.gov.cn%2F431123.checkpoint")
    }

    /// What the witness says to what is brought to him.
    fn bring(&self, brought: &[u8]) -> Output {
        bring(&self.witness(), &self.key, brought)
    }

    /// What is brought to the witness is cosigned; the answer is what he printed.
    fn is_cosigned(&self, brought: &[u8]) -> Vec<u8> {
        let output = self.bring(brought);
        assert!(output.status.success(), "{}", said(&output));
        output.stdout
    }

    /// It is not, with these words, and the witness knows no more than before.
    fn is_refused(&self, brought: &[u8], words: &str) {
        let before = fs::read(self.memory()).ok();
        let output = self.bring(brought);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(output.stdout.is_empty(), "{}", said(&output));
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        assert_eq!(fs::read(self.memory()).ok(), before);
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

fn printed(output: &Output) -> Vec<u8> {
    assert!(output.status.success(), "{}", said(output));
    output.stdout.clone()
}

fn witness(folder: &Path, key: &LogKey) -> Command {
    let mut program = Command::new(PROGRAM);
    program.args(["ledger", "witness", "--folder", folder.to_str().unwrap()]);
    program.args(["--key", &key.to_string()]);
    program
}

pub(crate) fn bring(folder: &Path, key: &LogKey, brought: &[u8]) -> Output {
    with_input(&mut witness(folder, key), brought)
}

pub(crate) fn with_input(program: &mut Command, brought: &[u8]) -> Output {
    let program = program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = program.stderr(Stdio::piped()).spawn().unwrap();
    // One that refuses before it reads closes its end.
    drop(child.stdin.take().unwrap().write_all(brought));
    child.wait_with_output().unwrap()
}

fn head(note: &[u8], key: &LogKey) -> TreeHead {
    let note = SignedNote::from_bytes(note).unwrap();
    let opened = Checkpoint::signed_by(&note, key);
    opened.unwrap().head()
}

fn key_of(folder: &Path) -> WitnessKey {
    let secret = fs::read_to_string(folder.join("witness.key")).unwrap();
    let signer = WitnessSigner::from_secret(secret.trim_end()).unwrap();
    signer.public().clone()
}

#[tokio::test]
async fn another_office_cosigns_what_goes_on_from_what_it_saw() {
    for kind in WITH_ROWS {
        let watched = Watched::on(kind).await;
        let first = watched.checkpoint();
        watched.is_refused(&first, "give it a name for ever with --name");
        assert!(!watched.witness().join("witness.key").exists());

        let mut named = witness(&watched.witness(), &watched.key);
        let cosigned = with_input(named.args(["--name", NAME]), &first);
        assert!(cosigned.status.success(), "{}", said(&cosigned));
        let words = format!("nothing of {ORIGIN} was seen here before");
        assert!(said(&cosigned).contains(&words), "{}", said(&cosigned));
        let secret = watched.witness().join("witness.key");
        let mode = fs::metadata(secret).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let witness_key = key_of(&watched.witness());
        assert_eq!(witness_key.name().as_str(), NAME);
        assert!(said(&cosigned).contains(&witness_key.to_string()));
        assert!(!said(&cosigned).contains("PRIVATE"), "{}", said(&cosigned));
        let note = SignedNote::from_bytes(&cosigned.stdout).unwrap();
        witness_key.cosigned(&note).unwrap();
        assert_eq!(
            head(&cosigned.stdout, &watched.key),
            head(&first, &watched.key)
        );

        watched.kept.office.report_several(3).await;
        let size = head(&first, &watched.key).size;
        let known = witness(&watched.witness(), &watched.key)
            .arg("--size")
            .output();
        assert_eq!(printed(&known.unwrap()), format!("{size}\n").as_bytes());
        let grown = watched.since(size);
        let again = watched.bring(&grown);
        assert!(
            !said(&again).contains("seen here before"),
            "{}",
            said(&again)
        );
        let late = printed(&again);
        assert_eq!(head(&late, &watched.key).size, size + 3);
        let note = SignedNote::from_bytes(&late).unwrap();
        witness_key.cosigned(&note).unwrap();
        // Whoever did not get the answer asks again with the same.
        watched.is_cosigned(&grown);
        watched.is_cosigned(&watched.checkpoint());

        watched.is_refused(&first, "the ledger was cut back");
        watched.is_refused(&grown[4..], "not signed by the log");
        let asked = watched.county(&["ledger", "checkpoint", "--since", "100000"]);
        assert!(
            said(&asked).contains("not so many lines"),
            "{}",
            said(&asked)
        );
        // What is printed all the same is signed over what there is.
        watched.is_cosigned(&asked.stdout);
    }
}

#[tokio::test]
async fn what_does_not_go_on_from_what_it_saw_is_refused() {
    for kind in WITH_ROWS {
        let watched = Watched::on(kind).await;
        let first = watched.checkpoint();
        let size = head(&first, &watched.key).size;
        let mut named = witness(&watched.witness(), &watched.key);
        printed(&with_input(named.args(["--name", NAME]), &first));
        watched.kept.office.report_several(4).await;

        let alone = watched.checkpoint();
        watched.is_refused(&alone, &format!("--since {size}"));
        watched.is_refused(&watched.since(size - 1), &format!("--since {size}"));
        let good = AddCheckpoint::from_bytes(&watched.since(size)).unwrap();
        let mut spoiled = good.clone();
        spoiled.consistency = vec![xiaohao_log::Hash::OF_NOTHING].into();
        watched.is_refused(spoiled.to_string().as_bytes(), "not shown to continue");
        let thief = LogSigner::from_seed(KeyName::new(ORIGIN).unwrap(), &[3; 32]);
        spoiled.checkpoint = Checkpoint::sign(head(&alone, &watched.key), &thief);
        watched.is_refused(spoiled.to_string().as_bytes(), "not signed by the log");
        let text = String::from_utf8(alone.clone()).unwrap();
        watched.is_refused(
            text.replace(ORIGIN, "elsewhere").as_bytes(),
            "not signed by the log",
        );
        watched.is_refused(b"nothing", "is no checkpoint");
        watched.is_refused(b"old 3\nnothing\n", "no checkpoint with a proof");

        // The county's database says something else of line 9, every hash of it made anew, and signs that.
        watched.kept.unguard().await;
        let other = watched.kept.first_byte("salt");
        let change = format!("UPDATE ledger_entry SET salt = {other} WHERE position = 9");
        assert_eq!(watched.kept.by_hand(&change).await, 1);
        log_anew(&watched.kept).await;
        assert!(watched.kept.by_hand("DELETE FROM checkpoint").await > 0);
        watched.is_refused(&watched.since(size), "not shown to continue");
        // It is cut off where the witness stands, and further.
        for (last, words) in [
            (size, "two different roots"),
            (size - 2, "the ledger was cut back"),
        ] {
            let cut = format!("DELETE FROM personal_value WHERE position > {last}");
            watched.kept.by_hand(&cut).await;
            let cut = format!("DELETE FROM ledger_entry WHERE position > {last}");
            watched.kept.by_hand(&cut).await;
            log_anew(&watched.kept).await;
            watched.kept.by_hand("DELETE FROM checkpoint").await;
            watched.is_refused(&watched.since(last), words);
            watched.is_refused(&watched.checkpoint(), words);
        }
        // The honest one still is.
        watched.is_cosigned(good.to_string().as_bytes());
    }
}

#[tokio::test]
async fn a_witness_can_be_asked_for_when_a_ledger_or_a_proof_is_checked() {
    for kind in WITH_ROWS {
        let watched = Watched::on(kind).await;
        let mut named = witness(&watched.witness(), &watched.key);
        let plain = watched.checkpoint();
        let cosigned = printed(&with_input(named.args(["--name", NAME]), &plain));
        let (plain, cosigned) = (
            watched.file("plain", &plain),
            watched.file("cosigned", &cosigned),
        );
        let witness_key = key_of(&watched.witness()).to_string();
        let other = WitnessSigner::from_seed(KeyName::new(NAME).unwrap(), &[5; 32]);
        let other = other.public().to_string();
        let key = watched.key.to_string();

        let verify = |checkpoint: &str, witness: &str| {
            let verify = [
                "ledger",
                "verify",
                "--key",
                &key,
                "--checkpoint",
                checkpoint,
            ];
            watched.county(&[&verify[..], &["--witness-key", witness]].concat())
        };
        let good = verify(&cosigned, &witness_key);
        assert!(good.status.success(), "{}", said(&good));
        for (checkpoint, witness) in [(&plain, &witness_key), (&cosigned, &other)] {
            let bad = verify(checkpoint, witness);
            assert_eq!(bad.status.code(), Some(1));
            assert!(
                said(&bad).contains("has not cosigned the checkpoint"),
                "{}",
                said(&bad)
            );
        }

        let serial =
            "SELECT CAST(number % 1000000000 AS text) FROM hazard WHERE status = 'CIRCULATED'";
        let serial: u32 = watched.kept.texts(serial).await[0].parse().unwrap();
        let number = format!("431123-2026-{serial:04}");
        // Later lines change nothing about what was cosigned.
        watched.kept.office.report_several(2).await;
        let latest = printed(&watched.county(&["ledger", "prove", &number]));
        let under = ["ledger", "prove", &number, "--checkpoint", &cosigned];
        let under = printed(&watched.county(&under));
        let check = |proof: &[u8]| {
            let proof = watched.file("proof.json", proof);
            let check = [
                "ledger",
                "check",
                &proof,
                "--key",
                &key,
                "--witness-key",
                &witness_key,
            ];
            Command::new(PROGRAM).args(check).output().unwrap()
        };
        let checked = check(&under);
        assert!(checked.status.success(), "{}", said(&checked));
        let checked = check(&latest);
        assert_eq!(checked.status.code(), Some(1));
        assert!(
            said(&checked).contains("has not cosigned"),
            "{}",
            said(&checked)
        );

        let early = Checkpoint::sign(
            watched.kept.head(3).await,
            &signing::read(&watched.secret).unwrap(),
        );
        let early = watched.file("early", early.to_string().as_bytes());
        let told = watched.county(&["ledger", "prove", &number, "--checkpoint", &early]);
        assert!(
            said(&told).contains("have a later one cosigned"),
            "{}",
            said(&told)
        );
        let lie = TreeHead {
            root: xiaohao_log::Hash::OF_NOTHING,
            size: watched.kept.office.lines().await.len() as u64,
        };
        let lie = Checkpoint::sign(lie, &signing::read(&watched.secret).unwrap());
        let lie = watched.file("lie", lie.to_string().as_bytes());
        let told = watched.county(&["ledger", "prove", &number, "--checkpoint", &lie]);
        assert!(
            said(&told).contains("is not over this ledger"),
            "{}",
            said(&told)
        );
    }
}

#[tokio::test]
async fn what_a_witness_remembers_is_his_alone_and_is_not_begun_anew() {
    let watched = Watched::on(Kind::Sqlite).await;
    let first = watched.checkpoint();
    let mut named = witness(&watched.witness(), &watched.key);
    printed(&with_input(named.args(["--name", NAME]), &first));
    let remembered = fs::read_to_string(watched.memory()).unwrap();
    assert_eq!(remembered.as_bytes(), first);

    let size = head(&first, &watched.key).size;
    let other_size = remembered.replace(&format!("\n{size}\n"), "\n1\n");
    let of_another = {
        let signer = LogSigner::from_seed(KeyName::new("another").unwrap(), &[1; 32]);
        Checkpoint::sign(TreeHead::EMPTY, &signer).to_string()
    };
    for damaged in ["", &remembered[..40], &other_size, &of_another] {
        fs::write(watched.memory(), damaged).unwrap();
        watched.is_refused(&first, "nothing is begun anew; restore it from a copy");
        let asked = witness(&watched.witness(), &watched.key)
            .arg("--size")
            .output();
        assert_eq!(asked.unwrap().status.code(), Some(1));
    }
    fs::write(watched.memory(), &remembered).unwrap();

    let busy = File::open(watched.witness().join("lock")).unwrap();
    busy.lock().unwrap();
    watched.is_refused(&first, "another witness is at work");
    drop(busy);

    let mut renamed = witness(&watched.witness(), &watched.key);
    let told = with_input(renamed.args(["--name", "another"]), &first);
    assert!(
        said(&told).contains("is the key of the witness"),
        "{}",
        said(&told)
    );
    let nowhere = bring(&watched.witness().join("nowhere"), &watched.key, &first);
    assert!(
        said(&nowhere).contains("there is no folder"),
        "{}",
        said(&nowhere)
    );
    let secret = watched.witness().join("witness.key");
    let kept = fs::read(&secret).unwrap();
    fs::write(&secret, "PRIVATE+KEY+broken").unwrap();
    watched.is_refused(&first, "holds no key of a witness");
    fs::write(&secret, kept).unwrap();
    watched.is_cosigned(&first);
}

#[tokio::test]
async fn a_witness_who_is_killed_before_he_has_said_it_can_be_asked_again() {
    let watched = Watched::on(Kind::Sqlite).await;
    let first = watched.checkpoint();
    let mut named = witness(&watched.witness(), &watched.key);
    printed(&with_input(named.args(["--name", NAME]), &first));
    let size = head(&first, &watched.key).size;
    watched.kept.office.report_several(2).await;
    let asked = watched.since(size);
    let grown = head(&watched.checkpoint(), &watched.key);

    // Nothing can be said into a pipe that is full: he waits there, with everything else done.
    let (reader, mut full) = std::io::pipe().unwrap();
    full.write_all(&vec![0; 65_536]).unwrap();
    let file = watched.file("asked", &asked);
    let mut child = witness(&watched.witness(), &watched.key)
        .arg(&file)
        .stdout(full)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while head(&fs::read(watched.memory()).unwrap(), &watched.key) != grown {
        assert!(Instant::now() < end, "he does not remember it");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(child.try_wait().unwrap(), None, "he has said it");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(reader);

    let cosigned = watched.is_cosigned(&asked);
    let note = SignedNote::from_bytes(&cosigned).unwrap();
    key_of(&watched.witness()).cosigned(&note).unwrap();
    watched.is_refused(&first, "the ledger was cut back");
}
