//! What a command has told to be done is done, however the power goes afterwards.

pub(crate) mod disk;

use crate::crash::chance;
use crate::rebuild::program::said;
use crate::serving::{CHOSEN, PROGRAM};
use crate::witness::with_input;
use disk::Disk;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// How often the power goes after each.
const TIMES: u16 = 8;

/// Who has the key changed.
const APPROVER: &str = "approver";

/// A county, its disk, and the folder of a witness on it.
struct County {
    folder: TempDir,
    disk: Disk,
}

impl County {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["data", "witness", "copies"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let disk = Disk::of(folder.path());
        Self { folder, disk }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What a command says that is run on its disk, once it has succeeded.
    fn done(&self, arguments: &[&str], input: &str) -> Vec<u8> {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        output.stdout
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        self.disk.flush();
        let mut program = Command::new(PROGRAM);
        program.current_dir(env!("CARGO_MANIFEST_DIR"));
        program.args(arguments).envs(self.disk.variables());
        with_input(&mut program, input.as_bytes())
    }
}

#[test]
fn a_county_that_was_made_and_its_key_outlast_the_power() {
    let mut chance = chance();
    for _ in 0..TIMES {
        let county = County::new();
        let data = county.path("data");
        let made = [
            "init",
            "--from",
            "../seeds/county/shuangpai",
            "--data",
            &data,
        ];
        let told = county.done(&made, "");
        county.disk.cut(&mut chance);
        let key = key(&county, &data);
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains(&key), "{key} is not what was told: {told}");
        county.done(&["ledger", "verify", "--data", &data], "");
        county.done(&["user", "password", APPROVER, "--data", &data], CHOSEN);
        county.disk.cut(&mut chance);

        // What the city's office cosigned it has seen, and never forgets.
        let witness = county.path("witness");
        let ask = ["ledger", "checkpoint", "--data", &data];
        let note = String::from_utf8(county.done(&ask, "")).unwrap();
        let bring = [
            "ledger",
            "witness",
            "--folder",
            &witness,
            "--key",
            &key,
            "--name",
            "witness.example.gov.cn/4311",
        ];
        let cosigned = county.done(&bring, &note);
        let (kept, secret) = seen_by(&witness);
        county.disk.cut(&mut chance);
        assert_eq!(seen_by(&witness), (kept, secret));
        assert!(!cosigned.is_empty());

        // A key that was changed is the new one, of which the former has been told.
        let rotate = ["ledger", "rotate-key", APPROVER, "--reason", "年度更换。"];
        county.done(&[&rotate[..], &["--data", &data]].concat(), CHOSEN);
        let new = self::key(&county, &data);
        county.disk.cut(&mut chance);
        assert_eq!(self::key(&county, &data), new);
        assert_ne!(new, key);
        county.done(&["ledger", "verify", "--data", &data], "");

        // Nor is a copy lost that was told to be written.
        let copy = county.path("copies/county.jsonl");
        county.done(&["ledger", "export", &copy, "--data", &data], "");
        let whole = fs::read(&copy).unwrap();
        county.disk.cut(&mut chance);
        assert!(fs::read(&copy).unwrap() == whole, "the copy is another");
    }
}

/// The public key of the county's log.
fn key(county: &County, data: &str) -> String {
    let told = county.done(&["ledger", "key", "--data", data], "");
    String::from_utf8(told).unwrap().trim_end().to_owned()
}

/// What a witness keeps: what he has seen of the county, and his own key.
fn seen_by(witness: &str) -> (Vec<u8>, Vec<u8>) {
    let kept = |name| fs::read(Path::new(witness).join(name)).unwrap();
    (kept("xiaohao%2F431123.checkpoint"), kept("witness.key"))
}
