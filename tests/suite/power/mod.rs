//! What a command has told to be done is done, however the power goes afterwards; where it goes amid it, the same can be done again.

pub(crate) mod disk;

use crate::crash::chance;
use crate::rebuild::program::said;
use crate::serving::{CHOSEN, PROGRAM};
use crate::witness::with_input;
use disk::Disk;
use fastrand::Rng;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How often the power goes after each.
const TIMES: u16 = 8;

/// How long after it was begun the power goes amid a command at the latest, in microseconds: longer than it takes, and mostly much
/// shorter.
const AMID: u64 = 1_600_000;

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
        with_input(&mut self.program(arguments), input.as_bytes())
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(PROGRAM);
        program.current_dir(env!("CARGO_MANIFEST_DIR"));
        program.args(arguments).envs(self.disk.variables());
        program
    }

    /// Begins a command, and cuts the power amid it.
    ///
    /// Whether it had ended by then.
    fn cut_off(&self, arguments: &[&str], input: &str, chance: &mut Rng) -> bool {
        self.disk.flush();
        let mut program = self.program(arguments);
        let program = program.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = program.stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        pass(Duration::from_micros(chance.u64(..AMID) >> chance.u8(..9)));
        let has_ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        self.disk.cut(chance);
        has_ended
    }
}

#[test]
fn a_county_that_was_made_and_its_key_outlast_the_power() {
    let mut chance = chance();
    for _ in 0..TIMES {
        let county = County::new();
        let data = county.path("data");
        let told = county.done(&init(&data), "");
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
        let cosigned = county.done(&bring(&witness, &key), &note);
        let (kept, secret) = seen_by(&witness);
        county.disk.cut(&mut chance);
        assert_eq!(seen_by(&witness), (kept, secret));
        assert!(!cosigned.is_empty());

        // A key that was changed is the new one, of which the former has been told.
        county.done(&rotate(&data), CHOSEN);
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

#[test]
fn whoever_is_cut_off_amid_a_command_does_the_same_again() {
    let mut chance = chance();
    let mut ended = Vec::new();
    for _ in 0..TIMES {
        let county = County::new();
        let (data, witness) = (county.path("data"), county.path("witness"));
        let init = init(&data);
        ended.push(county.cut_off(&init, "", &mut chance));
        county.done(&init, "");
        county.done(&["user", "password", APPROVER, "--data", &data], CHOSEN);
        let former = key(&county, &data);

        let rotate = rotate(&data);
        ended.push(county.cut_off(&rotate, CHOSEN, &mut chance));
        county.done(&rotate, CHOSEN);
        county.done(&["ledger", "verify", "--data", &data], "");
        let key = key(&county, &data);
        assert_ne!(key, former);

        let note = county.done(&["ledger", "checkpoint", "--data", &data], "");
        let note = String::from_utf8(note).unwrap();
        let bring = bring(&witness, &key);
        ended.push(county.cut_off(&bring, &note, &mut chance));
        county.done(&bring, &note);

        let copy = county.path("copies/county.jsonl");
        let export = ["ledger", "export", &copy, "--data", &data];
        ended.push(county.cut_off(&export, "", &mut chance));
        if !Path::new(&copy).exists() {
            county.done(&export, "");
        }
        let whole = fs::read(&copy).unwrap();
        fs::remove_file(&copy).unwrap();
        county.done(&export, "");
        assert!(fs::read(&copy).unwrap() == whole, "the copy is another");
    }
    println!("{ended:?}");
    // Some were cut off amid it, and some had done it.
    assert!(ended.contains(&false) && ended.contains(&true), "{ended:?}");
}

fn init(data: &str) -> [&str; 5] {
    [
        "init",
        "--from",
        "../seeds/county/shuangpai",
        "--data",
        data,
    ]
}

fn rotate(data: &str) -> [&str; 7] {
    let said = ["ledger", "rotate-key", APPROVER, "--reason", "年度更换。"];
    let [ledger, rotate, who, reason, why] = said;
    [ledger, rotate, who, reason, why, "--data", data]
}

fn bring<'a>(witness: &'a str, key: &'a str) -> [&'a str; 8] {
    let name = "witness.example.gov.cn/4311";
    [
        "ledger", "witness", "--folder", witness, "--key", key, "--name", name,
    ]
}

/// Lets time pass.
#[expect(
    clippy::disallowed_methods,
    reason = "the program is to be amid what it does, and it goes by the clock of the machine"
)]
fn pass(time: Duration) {
    std::thread::sleep(time);
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
