//! A whole county carried from one database to another in a file: it arrives as it was, or not at all; and whatever became
//! of the file on the way, the first line that is wrong is told.

use crate::rebuild::program::said;
use crate::rebuild::{Kept, WITH_ROWS};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use xiaohao_core::directory::Login;
use xiaohao_core::values::Digest;
use xiaohao_ledger::{Pace, Position};
use xiaohao_log::{Checkpoint, Frontier, Hash, LogSigner, SignedNote};
use xiaohao_server::import::{self, Asked};
use xiaohao_store::{Location, Piece, SqlStore};
use xiaohao_tests::case::forenoon;
use xiaohao_tests::office::Kind;
use xiaohao_tests::place::{Place, Sql, bytes, ledger};
use xiaohao_tests::*;

/// What was erased of the first line.
const PHONE: &str = "/event/data/says/holder/phone";

const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");

/// A county that has erased something, has signed twice and told somebody of its ledger, and a folder for files.
struct Carried {
    kept: Kept,
    folder: TempDir,
}

impl Carried {
    async fn on(kind: Kind) -> Self {
        let kept = Kept::on(kind).await;
        kept.keep_county().await;
        let (store, code) = (kept.store(), kept.office.county.code);
        let now = forenoon(date("2026-03-02"));
        kept.erase(Position::new(1), PHONE).await;
        for more in [0, 2] {
            kept.office.report_several(more).await;
            let signed = store.checkpoint(code, &log_signer(), now).await;
            signed.unwrap();
        }
        kept.office.report_several(1).await;
        for (consumer, sent) in [("webhook:a", 3), ("webhook:b", 0)] {
            let sent = Position::new(sent);
            store.begin_sending(code, consumer, sent).await.unwrap();
        }
        let data = county_data(&kept.office.county);
        let person = data.directory.person(clerk().person).unwrap();
        let sql = Sql::connect(kept.office.cabinet.location()).await;
        let stays = "a secret that stays";
        sql.keep_password(code, person, stays).await;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), log_signer().to_secret()).unwrap();
        Self { kept, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file of the county.
    fn exported(&self) -> PathBuf {
        let file = self.file("county.jsonl");
        let output = self.export(&file);
        assert!(output.status.success(), "{}", said(&output));
        file
    }

    fn export(&self, file: &Path) -> Output {
        self.kept.run(&["ledger", "export", file.to_str().unwrap()])
    }
}

/// A database of which nothing is there yet, or one that was taken into.
pub(crate) struct Elsewhere {
    pub(crate) location: Location,
    _folder: TempDir,
}

impl Elsewhere {
    pub(crate) fn on(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = match kind {
            Kind::Postgres => Location::Url(postgres::database()),
            _ => Location::File(folder.path().join("ledger.sqlite")),
        };
        Self {
            location,
            _folder: folder,
        }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(PROGRAM);
        program.args(arguments);
        match &self.location {
            Location::File(file) => program.arg("--data").arg(file.parent().unwrap()),
            Location::Url(url) => program.args(["--database-url", url]),
        };
        program
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    fn import(&self, file: &Path) -> Output {
        let key = log_signer().public().to_string();
        self.run(&["ledger", "import", file.to_str().unwrap(), "--key", &key])
    }

    pub(crate) async fn migrated(&self) -> SqlStore {
        SqlStore::migrate(&self.location).await.unwrap();
        SqlStore::open(&self.location).await.unwrap()
    }
}

/// Nothing is there, not even of what was refused.
async fn is_empty(store: &SqlStore) {
    assert!(store.counties().await.unwrap().is_empty());
    assert!(store.ledgers().await.unwrap().is_empty());
}

fn is_well(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn is_refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(said(output).contains(words), "{words}: {}", said(output));
}

#[tokio::test]
async fn a_county_is_carried_from_either_database_to_either() {
    for from in WITH_ROWS {
        let carried = Carried::on(from).await;
        let file = carried.exported();
        let written = fs::read(&file).unwrap();
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = String::from_utf8(written.clone()).unwrap();
        assert!(!text.contains("a secret that stays"));
        let lines = carried.kept.office.lines().await.len();
        let head = carried.kept.head(lines).await;
        for to in WITH_ROWS {
            let elsewhere = Elsewhere::on(to);
            let told = is_well(&elsewhere.import(&file));
            let root = format!("{lines} lines, root {}, the first {}", head.root, lines - 1);
            assert!(told.contains(&root), "{root}: {told}");
            assert!(
                told.contains(&format!("{lines} of {lines} lines")),
                "{told}"
            );

            is_well(&elsewhere.run(&["rebuild", "--check"]));
            let (key, kept) = (carried.file("key"), carried.file("kept"));
            let note = carried.kept.store().checkpoints(county().code).await;
            fs::write(&kept, &note.unwrap().pop().unwrap().note).unwrap();
            let public = log_signer().public().to_string();
            let [key, kept] = [&key, &kept].map(|file| file.to_str().unwrap());
            let verify = ["ledger", "verify", "--signing-key", key, "--key", &public];
            let verified = elsewhere.run(&[&verify[..], &["--checkpoint", kept]].concat());
            assert!(is_well(&verified).contains(&head.root.to_string()));

            // Everything that travels arrived: what is carried on is the same to the letter.
            let again = carried.file(&format!("{to:?}.jsonl"));
            let on = elsewhere.run(&["ledger", "export", again.to_str().unwrap()]);
            is_well(&on);
            assert!(fs::read(&again).unwrap() == written, "{from:?} to {to:?}");

            let store = elsewhere.migrated().await;
            let login = Login::parse("office-clerk-1").unwrap();
            let account = store.account(county().code, &login).await.unwrap();
            assert_eq!(account, None);
            // And it goes on: a request that was answered is known, the next line takes the next place.
            let next = ledger(&store, Pace::default());
            let done = next.execute(crowd::report(1 << 100)).await.unwrap();
            let position = done.answer().unwrap().lines[0].position;
            assert_eq!(position.get(), lines as u64 + 1);
        }
    }
}

#[tokio::test]
async fn what_others_were_sent_of_later_lines_is_not_in_what_is_carried_while_the_server_works() {
    for kind in WITH_ROWS {
        let carried = Carried::on(kind).await;
        let (store, code) = (carried.kept.store(), carried.kept.office.county.code);
        let mut departure = store.departure(code).await.unwrap();
        let last = carried.kept.office.lines().await.len() as u64;
        carried.kept.office.report_several(2).await;
        let later = Position::new(last + 2);
        let sent = store.sent(code, "webhook:a", Position::new(3), later);
        assert!(sent.await.unwrap());
        let mut told = Vec::new();
        while let Some(pieces) = departure.next().await.unwrap() {
            told.extend(pieces.into_iter().filter_map(|piece| match piece {
                Piece::Consumer { name, sent } => Some((name, sent.get())),
                _ => None,
            }));
        }
        let expected = [("webhook:a".to_owned(), last), ("webhook:b".to_owned(), 0)];
        assert_eq!(told, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_county_is_not_handed_out_with_a_checkpoint_over_other_lines() {
    for kind in WITH_ROWS {
        let carried = Carried::on(kind).await;
        let store = carried.kept.store();
        let signed = store.checkpoints(county().code).await.unwrap();
        let size = signed.last().unwrap().head().size;
        // Signed by the key, and over as many lines, which are none of these.
        let mut other = Frontier::default();
        for line in 0..size {
            other.append(Hash::of_leaf(&line.to_be_bytes())).unwrap();
        }
        let note = Checkpoint::sign(other.head(), &log_signer()).to_string();
        let mut log = String::new();
        for byte in other.to_bytes() {
            write!(log, "{byte:02x}").unwrap();
        }
        let log = bytes(kind == Kind::Sqlite, &log);
        carried.kept.unguard().await;
        let change =
            format!("UPDATE checkpoint SET frontier = {log}, note = '{note}' WHERE size = {size}");
        assert_eq!(carried.kept.by_hand(&change).await, 1);
        let refused = carried.export(&carried.file("county.jsonl"));
        let told = format!("the checkpoint over {size} lines is not over these");
        is_refused(&refused, &told);
    }
}

#[tokio::test]
async fn no_byte_of_the_file_can_be_another() {
    let carried = Carried::on(Kind::Sqlite).await;
    let file = carried.exported();
    let whole = fs::read(&file).unwrap();
    let store = Elsewhere::on(Kind::Sqlite);
    let (location, store) = (store.location.clone(), (store.migrated().await, store).0);
    let changed = carried.file("changed");
    let mut start = 0;
    for (line, text) in (1..).zip(whole.split_inclusive(|byte| *byte == b'\n')) {
        // By turns one in its beginning, one in its middle, one in its sum, and its end.
        let places = [1, text.len() / 2, text.len() - 10, text.len() - 1];
        let place = places[line % places.len()];
        let mut bytes = whole.clone();
        bytes[start + place] ^= 1;
        fs::write(&changed, bytes).unwrap();
        let told = refusal(&changed, &store, &location).await;
        let expected = format!("line {line} of ");
        assert!(told.starts_with(&expected), "{place} of {line}: {told}");
        start += text.len();
        // It was cut off after this line.
        if start < whole.len() {
            fs::write(&changed, &whole[..start]).unwrap();
            let told = refusal(&changed, &store, &location).await;
            assert!(told.contains("the file ends before its end"), "{told}");
        }
    }
    is_empty(&store).await;
}

/// Why a file is not taken in, in all words.
async fn refusal(file: &Path, store: &SqlStore, location: &Location) -> String {
    let asked = Asked {
        file,
        county: None,
        key: Some(log_signer().public().clone()),
    };
    let refused = match import::open(&asked) {
        Ok(opened) => import::run(opened, store, location).await.map(drop),
        Err(refused) => Err(refused),
    };
    xiaohao_ledger::Told(&refused.unwrap_err()).to_string()
}

/// A file with every sum made anew, by somebody who has read how.
fn summed(lines: &[Value]) -> String {
    let mut sum = Digest::new([0; 32]);
    let mut file = String::new();
    for line in lines {
        let text = line.to_string();
        let text = text.strip_suffix('}').unwrap();
        let hasher = Sha256::new().chain_update(sum.as_bytes());
        sum = Digest::new(hasher.chain_update(text).finalize().into());
        writeln!(file, "{text},\"sum\":\"{sum}\"}}").unwrap();
    }
    file
}

/// What is done to the lines of a file; the answer is the first that is wrong then.
type Forgery = (&'static str, fn(&mut Vec<Value>) -> usize);

/// The first line of a kind, and the last.
fn first(lines: &[Value], kind: &str) -> usize {
    let mut lines = lines.iter();
    lines.position(|line| line.get(kind).is_some()).unwrap()
}

fn last(lines: &[Value], kind: &str) -> usize {
    let mut lines = lines.iter();
    lines.rposition(|line| line.get(kind).is_some()).unwrap()
}

/// A piece of personal data of the first line that was not erased.
fn kept_piece(lines: &mut [Value]) -> &mut Value {
    let pieces = lines[2]["line"]["personal"].as_array_mut().unwrap();
    let mut pieces = pieces.iter_mut();
    pieces.find(|piece| piece.get("value").is_some()).unwrap()
}

/// The line that orders an erasure.
fn order(lines: &[Value]) -> usize {
    let mut lines = lines.iter();
    lines
        .position(|line| {
            let body = line["line"]["body"].as_str();
            body.is_some_and(|body| body.contains("PERSONAL_DATA_ERASED"))
        })
        .unwrap()
}

const FORGERIES: [Forgery; 24] = [
    ("first line of a file of the form", |lines| {
        lines[0]["begin"]["form"] = json!("xiaohao-county/v2");
        1
    }),
    ("it is the data of county 431123", |lines| {
        lines[0]["begin"]["county"] = json!("431124");
        2
    }),
    ("data of the county cannot be used", |lines| {
        lines[1]["county"]["data"] = json!("{}");
        2
    }),
    ("entered other data of the county", |lines| {
        let data = lines[1]["county"]["data"].as_str().unwrap();
        let other = data.replace("OFFICE_CLERK", "OFFICE_APPROVER");
        assert_ne!(other, data);
        lines[1]["county"]["data"] = json!(other);
        lines.len()
    }),
    ("which is not noted as received", |lines| {
        lines.retain(|line| line.get("evidence").is_none());
        lines.len()
    }),
    ("it has no place here", |lines| {
        lines.insert(2, lines[1].clone());
        3
    }),
    ("it has no place here", |lines| {
        lines.insert(9, lines[0].clone());
        10
    }),
    ("its leaf is another", |lines| {
        let body = lines[5]["line"]["body"].as_str().unwrap();
        lines[5]["line"]["body"] = json!(body.replacen(' ', "", 1) + " ");
        6
    }),
    ("its leaf is another", |lines| {
        lines[5]["line"]["salt"] = json!("00000000000000000000000000000000");
        6
    }),
    ("comes next", |lines| {
        lines.remove(5);
        6
    }),
    ("comes next", |lines| {
        lines.swap(5, 6);
        6
    }),
    ("is not over the", |lines| {
        let one = first(lines, "checkpoint");
        lines[one] = lines[last(lines, "checkpoint")].clone();
        one + 1
    }),
    ("which signed the log then", |lines| {
        let one = first(lines, "checkpoint");
        let thief = LogSigner::from_seed(log_signer().public().name().clone(), &[3; 32]);
        let signed = lines[one]["checkpoint"]["note"].as_str().unwrap();
        let signed = SignedNote::from_bytes(signed.as_bytes()).unwrap();
        let head = Checkpoint::claimed_head(&signed).unwrap();
        let note = Checkpoint::sign(head, &thief).to_string();
        lines[one]["checkpoint"]["note"] = json!(note);
        one + 1
    }),
    ("that is not what the file says", |lines| {
        // The last line was never signed: only the end tells.
        let one = last(lines, "line");
        lines.remove(one);
        lines.len()
    }),
    ("that is not what the file says", |lines| {
        let end = lines.len() - 1;
        lines[end]["end"]["root"] = json!(xiaohao_log::Hash::OF_NOTHING.to_string());
        lines.len()
    }),
    ("sent more lines than there are", |lines| {
        let one = first(lines, "consumer");
        lines[one]["consumer"]["sent"] = json!(1_000_000);
        one + 1
    }),
    ("something follows the end", |lines| {
        lines.push(lines[1].clone());
        lines.len()
    }),
    ("personal data beside it is not what was logged", |lines| {
        kept_piece(lines)["value"] = json!("某甲");
        3
    }),
    ("personal data beside it is not what was logged", |lines| {
        kept_piece(lines)["salt"] = json!("00000000000000000000000000000000");
        3
    }),
    ("what was recorded cannot be put together", |lines| {
        let pieces = lines[2]["line"]["personal"].as_array_mut().unwrap();
        pieces.pop();
        3
    }),
    ("is not what it orders to be erased", |lines| {
        let by = lines[order(lines)]["line"]["position"].clone();
        *kept_piece(lines) = json!({ "erased_by": by });
        order(lines) + 1
    }),
    ("is not what it orders to be erased", |lines| {
        *kept_piece(lines) = json!({ "erased_by": 2 });
        4
    }),
    ("by line 1000000, which does not order it", |lines| {
        *kept_piece(lines) = json!({ "erased_by": 1_000_000 });
        lines.len()
    }),
    ("none of the lines of such a file", |lines| {
        lines[5]["line"]["more"] = json!(1);
        6
    }),
];

#[tokio::test]
async fn whoever_makes_the_sums_anew_is_found_by_the_log() {
    let carried = Carried::on(Kind::Sqlite).await;
    let text = fs::read_to_string(carried.exported()).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line.as_object_mut().unwrap().remove("sum");
            line
        })
        .collect();
    let store = Elsewhere::on(Kind::Sqlite);
    let (location, store) = (store.location.clone(), (store.migrated().await, store).0);
    let forged = carried.file("forged");
    for (words, forge) in FORGERIES {
        let mut lines = lines.clone();
        let line = forge(&mut lines);
        fs::write(&forged, summed(&lines)).unwrap();
        let told = refusal(&forged, &store, &location).await;
        let expected = format!("line {line} of ");
        assert!(
            told.starts_with(&expected) && told.contains(words),
            "{words}: {told}"
        );
    }
    // Whoever leaves every checkpoint out leaves out who wrote it.
    let mut unsigned = lines.clone();
    unsigned.retain(|line| line.get("checkpoint").is_none());
    assert!(unsigned.len() < lines.len());
    fs::write(&forged, summed(&unsigned)).unwrap();
    let told = refusal(&forged, &store, &location).await;
    assert!(told.contains("Where nothing of it is signed"), "{told}");
    is_empty(&store).await;
    // With nothing else changed it is taken in: it is not the sums that found the rest.
    fs::write(&forged, summed(&lines)).unwrap();
    let key = Some(log_signer().public().clone());
    let asked = Asked {
        file: &forged,
        county: None,
        key,
    };
    let taken = import::run(import::open(&asked).unwrap(), &store, &location).await;
    let lines = carried.kept.office.lines().await.len() as u64;
    assert_eq!(taken.unwrap().head.size, lines);
}

#[tokio::test]
async fn what_must_not_be_done_is_told_and_not_done() {
    for kind in WITH_ROWS {
        let carried = Carried::on(kind).await;
        let file = carried.exported();
        let written = fs::read(&file).unwrap();
        is_refused(&carried.export(&file), "is there already");
        assert_eq!(fs::read(&file).unwrap(), written);

        let elsewhere = Elsewhere::on(kind);
        let named = file.to_str().unwrap();
        is_refused(
            &elsewhere.run(&["ledger", "import", named]),
            "by which key it must be signed: say --key",
        );
        let other = ["ledger", "import", named, "--county", "431124"];
        is_refused(&elsewhere.run(&other), "holds county 431123, not 431124");
        let nothing = carried.file("nothing");
        is_refused(&elsewhere.import(&nothing), "cannot read");
        let stranger = LogSigner::from_seed(log_signer().public().name().clone(), &[3; 32]);
        let stranger = stranger.public().to_string();
        let not_his = elsewhere.run(&["ledger", "import", named, "--key", &stranger]);
        is_refused(
            &not_his,
            &format!("is not signed by {stranger} now: say with --key"),
        );
        is_empty(&elsewhere.migrated().await).await;

        is_well(&elsewhere.import(&file));
        is_refused(&elsewhere.import(&file), "is not empty");
        is_well(&elsewhere.run(&["rebuild", "--check"]));
        let store = Elsewhere::on(kind);
        let kept = store.migrated().await;
        let other = xiaohao_core::values::CountyCode::parse("431124").unwrap();
        let sql = Sql::connect(&store.location).await;
        sql.keep_county(other, "{}").await;
        is_refused(&store.import(&file), "is not empty");
        assert_eq!(kept.counties().await.unwrap().len(), 1);

        // What is not what was logged is not carried on.
        carried.kept.unguard().await;
        let salt = carried.kept.first_byte("salt");
        let change = format!("UPDATE ledger_entry SET salt = {salt} WHERE position = 9");
        carried.kept.by_hand(&change).await;
        let damaged = carried.file("damaged.jsonl");
        is_refused(&carried.export(&damaged), "line 9 is not what was logged");
        let left = fs::read_dir(carried.folder.path()).unwrap();
        let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
        assert!(
            left.iter()
                .all(|name| !name.to_str().unwrap().contains("damaged"))
        );
    }
}

#[tokio::test]
async fn an_import_that_is_killed_before_its_end_leaves_nothing() {
    for kind in WITH_ROWS {
        let carried = Carried::on(kind).await;
        let file = carried.exported();
        let whole = fs::read(&file).unwrap();
        let pipe = carried.file("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let elsewhere = Elsewhere::on(kind);
        let key = log_signer().public().to_string();
        let import = ["ledger", "import", pipe.to_str().unwrap(), "--key", &key];
        let mut import = elsewhere.program(&import);
        let mut child = import.stderr(Stdio::null()).spawn().unwrap();
        let mut full = OpenOptions::new().write(true).open(&pipe).unwrap();
        // All but the last byte; when the pipe holds no more than a part of it, most was read.
        full.write_all(&whole[..whole.len() - 1]).unwrap();
        assert_eq!(child.try_wait().unwrap(), None);
        child.kill().unwrap();
        child.wait().unwrap();
        is_empty(&elsewhere.migrated().await).await;
        is_well(&elsewhere.import(&file));
    }
}

#[tokio::test]
async fn of_every_table_it_is_said_whether_it_travels() {
    let document = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/county-file.md"
    ));
    let document = document.unwrap();
    let tables = document.lines().filter(|line| line.starts_with("| `"));
    let tables = tables.filter(|line| line.contains("` | yes |") || line.contains("` | no |"));
    let mut said: Vec<&str> = tables
        .flat_map(|line| line.split('|').nth(1).unwrap().split('`'))
        .filter(|name| !name.trim().is_empty() && !name.trim().starts_with(','))
        .collect();
    said.sort_unstable();

    let place = Place::file().await;
    let sql = place.sql().await;
    let there = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name NOT LIKE 'hazard_text_%' AND name <> 'seaql_migrations' ORDER BY name";
    let rows = sql.rows(there).await;
    let name = |row: &sea_orm::QueryResult| row.try_get_by_index::<String>(0).unwrap();
    let there: Vec<String> = rows.iter().map(name).collect();
    assert_eq!(said, there);
}
