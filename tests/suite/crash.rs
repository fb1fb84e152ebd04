//! The program that writes a ledger is killed, again and again, at any moment, and the disk below it loses its power. Whatever it had
//! acknowledged is there afterwards, and whatever it had signed; whatever it had not is there whole, or not at all. Every time the ledger
//! verifies.

use crate::migrations;
use crate::power::disk::Disk;
use crate::rebuild::program::said;
use fastrand::Rng;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;
use xiaohao_ledger::{Outcome, Pace};
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::crowd::{is_report, report};
use xiaohao_tests::diary::{Diary, Word};
use xiaohao_tests::examiner::Examiner;
use xiaohao_tests::life::Life;
use xiaohao_tests::place::{Place, Sql, connect, ledger};
use xiaohao_tests::{county, county_data, log_signer, postgres};

/// How many ledgers on each engine, one after the other, and how often each is killed: more than fifty times in all. A ledger that grew
/// for as long would be verified again and again for what was there before.
const LEDGERS: u16 = 4;
/// How many there are where chance would have it that no life ended between a commit and its answer.
const LEDGERS_MOST: u16 = 16;
const ROUNDS: u16 = 13;

/// How many people work at once.
const PEOPLE: u16 = 16;

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_in_a_file_survives_its_program_being_killed_at_any_moment() {
    killed_until_it_is_enough(Place::file).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_in_a_file_survives_the_power_being_cut_at_any_moment() {
    let mut seen = Seen::default();
    for _ in 0..LEDGERS {
        let place = Place::file().await;
        let disk = Disk::of(place.path().unwrap().parent().unwrap());
        Box::pin(survives(&place, Some(&disk), &mut seen)).await;
    }
    seen.means_something();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_on_a_server_survives_its_program_being_killed_at_any_moment() {
    killed_until_it_is_enough(Place::server).await;
}

/// Ledger after ledger, each in a place of its own.
async fn killed_until_it_is_enough(place: impl AsyncFn() -> Place) {
    let mut seen = Seen::default();
    for _ in 0..LEDGERS_MOST {
        if seen.is_enough() {
            break;
        }
        Box::pin(survives(&place().await, None, &mut seen)).await;
    }
    seen.means_something();
    assert!(seen.is_enough(), "{seen:?}");
}

/// What there was to lose.
#[derive(Debug, Default)]
struct Seen {
    ledgers: u16,
    lines: usize,
    /// Lines that a paper caused.
    caused: usize,
    sent: usize,
    done: usize,
    /// Acts that were never answered, and those of them that are there.
    open: usize,
    unheard: usize,
    signed: usize,
    /// Lives that ended while something was under way.
    in_mid_stream: u16,
}

impl Seen {
    /// Whether there were as many ledgers as there should be, and some life ended between a commit and its answer. Where the power goes
    /// with it, next to nothing does: what is written is there only when it is flushed, and then it is answered at once.
    fn is_enough(&self) -> bool {
        self.ledgers >= LEDGERS && self.unheard > 0
    }

    /// Whether enough of it was there.
    fn means_something(&self) {
        println!("{self:?}");
        let lives = LEDGERS * ROUNDS;
        assert!(self.caused > 0, "no act of several lines was done");
        assert!(
            self.done > 20 * usize::from(lives),
            "too little was done to mean anything"
        );
        assert!(
            self.in_mid_stream > lives / 2,
            "too few lives ended while something was under way"
        );
        assert!(
            self.signed > usize::from(lives) / 4,
            "too little was signed to mean anything"
        );
    }
}

/// Where it is said on which disk the ledger is, each life ends with its power.
async fn survives(place: &Place, disk: Option<&Disk>, all: &mut Seen) {
    let mut chance = chance();
    let seed = chance.get_seed();
    keep_county(place).await;
    let verifier = Verifier::new();
    let (mut diary, mut examiner) = (Diary::default(), Examiner::new());
    for round in 1..=ROUNDS {
        let (done, open) = (diary.done.len(), diary.open.len());
        for word in one_life(place, disk, round, &mut chance) {
            assert!(
                !matches!(word, Word::Fault(..) | Word::Opened(Err(_))),
                "round {round}: {word:?}"
            );
            diary.note(word);
        }
        all.in_mid_stream += u16::from(diary.done.len() > done && diary.open.len() > open);
        let sql = place.sql().await;
        nobody_else_writes(&sql).await;
        let wrong = examiner.look(&sql, &diary).await;
        assert!(wrong.is_empty(), "seed {seed}, round {round}: {wrong:#?}");
        is_sound(&sql).await;
        sql.close().await;
        verifier.is_satisfied(place, &diary);
    }
    all.ledgers += 1;
    all.lines += examiner.lines();
    all.caused += examiner.caused();
    all.sent += diary.sent.len();
    all.done += diary.done.len();
    all.open += diary.open.len();
    all.unheard += diary.open.iter().filter(|id| examiner.knows(**id)).count();
    all.signed += diary.signed.len();
    what_was_never_answered_is_settled_by_sending_it_again(place, &mut diary, &mut examiner).await;
    verifier.is_satisfied(place, &diary);
}

/// Keeps the county's data, without which its ledger cannot be verified.
async fn keep_county(place: &Place) {
    let sql = place.sql().await;
    let data = county_data(&county()).written().unwrap();
    sql.keep_county(county().code, &data).await;
    sql.close().await;
}

/// Somebody with the key of the log and the last checkpoint that was handed out, who runs `xiaohao ledger verify`. That holds
/// every checkpoint which is kept against the lines; that every one which was handed out is kept, the examiner sees.
struct Verifier {
    folder: TempDir,
}

impl Verifier {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = format!("{}\n", log_signer().to_secret());
        std::fs::write(folder.path().join("key"), secret).unwrap();
        Self { folder }
    }

    fn is_satisfied(&self, place: &Place, diary: &Diary) {
        let mut verify = Command::new(env!("CARGO_BIN_EXE_xiaohao-under-test"));
        verify.args(["ledger", "verify", "--signing-key"]);
        verify.arg(self.folder.path().join("key"));
        match &place.location {
            Location::File(file) => verify.arg("--data").arg(file.parent().unwrap()),
            Location::Url(url) => verify.args(["--database-url", url]),
        };
        if let Some(last) = diary.signed.last() {
            let file = self.folder.path().join("checkpoint");
            std::fs::write(&file, last).unwrap();
            verify.arg("--checkpoint").arg(file);
            verify.args(["--key", &log_signer().public().to_string()]);
        }
        let output = verify.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
}

/// How often a migration is killed on each engine.
const MIGRATIONS: u16 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_killed_is_done_whole_by_the_next_one() {
    let mut chance = chance();
    let folder = tempfile::tempdir().unwrap();
    let mut unfinished = [0, 0];
    for round in 0..MIGRATIONS {
        let file = folder.path().join(round.to_string());
        std::fs::create_dir(&file).unwrap();
        let (data, url) = (file.to_str().unwrap().to_owned(), postgres::database());
        let places = [
            ("--data", data, Location::File(file.join("ledger.sqlite"))),
            ("--database-url", url.clone(), Location::Url(url)),
        ];
        for (engine, (option, value, location)) in places.into_iter().enumerate() {
            let mut program = Command::new(env!("CARGO_BIN_EXE_xiaohao-under-test"))
                .args(["migrate", option, value.as_str()])
                .spawn()
                .unwrap();
            tokio::time::sleep(Duration::from_micros(chance.u64(..60_000))).await;
            program.kill().unwrap();
            program.wait().unwrap();
            if SqlStore::open(&location).await.is_err() {
                unfinished[engine] += 1;
            }
            SqlStore::migrate(&location).await.unwrap();
            let store = SqlStore::open(&location).await.unwrap();
            store.close().await.unwrap();
        }
    }
    println!("{unfinished:?} of {MIGRATIONS} were not done when they were killed");
    assert!(unfinished.iter().all(|number| *number > 0));
}

/// How many lines such a ledger has, and how often its migration is killed on each engine.
const OLD_LINES: u32 = 4000;
const OLD_MIGRATIONS: u16 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_whose_sealing_is_killed_is_as_it_was_or_sealed() {
    let mut chance = chance();
    let folder = tempfile::tempdir().unwrap();
    let mut unfinished = [0, 0];
    for round in 0..OLD_MIGRATIONS {
        let file = folder.path().join(round.to_string());
        std::fs::create_dir(&file).unwrap();
        let (data, url) = (file.to_str().unwrap().to_owned(), postgres::database());
        let path = file.join("ledger.sqlite");
        let sqlite = format!("sqlite://{}?mode=rwc", path.display());
        let places = [
            ("--data", data, Location::File(path), sqlite),
            (
                "--database-url",
                url.clone(),
                Location::Url(url.clone()),
                url,
            ),
        ];
        for (engine, (option, value, location, url)) in places.into_iter().enumerate() {
            let db = connect(&url, 1).await;
            migrations::make_old(&db, "431123", OLD_LINES).await;
            let mut program = Command::new(env!("CARGO_BIN_EXE_xiaohao-under-test"))
                .args(["migrate", option, value.as_str()])
                .spawn()
                .unwrap();
            // The first has no time to begin, and each has more than the one before: how fast a machine is nobody knows.
            let most = 1 + u64::from(round) * 200_000;
            tokio::time::sleep(Duration::from_micros(chance.u64(..most))).await;
            program.kill().unwrap();
            program.wait().unwrap();
            match SqlStore::open(&location).await {
                Ok(_) => migrations::are_sealed(&db, "431123", 4000).await,
                Err(_) => unfinished[engine] += 1,
            }
            SqlStore::migrate(&location).await.unwrap();
            migrations::are_sealed(&db, "431123", 4000).await;
        }
    }
    println!("{unfinished:?} of {OLD_MIGRATIONS} were not done when they were killed");
    assert!(unfinished.iter().all(|number| *number > 0));
}

/// One life of the program, and all that it said. Most end amid work, soon after some act was acknowledged; a few while the
/// ledger is still being opened.
fn one_life(place: &Place, disk: Option<&Disk>, round: u16, chance: &mut Rng) -> Vec<Word> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiaohao-writer"));
    command.args([place.argument(), round.to_string(), PEOPLE.to_string()]);
    if let Some(disk) = disk {
        disk.flush();
        command.envs(disk.variables());
    }
    let life = Life::start(&mut command);
    let mut said = Vec::new();
    if chance.u8(..8) > 0 {
        let acts = if chance.u8(..6) == 0 { 400 } else { 100 };
        for _ in 0..chance.u16(..acts) {
            said.extend(life.until(|word| matches!(word, Word::Done(..))));
        }
    }
    // Rather a short while than a long one: what matters most is close to an answer.
    let a_moment = chance.u64(..50_000) >> chance.u8(..10);
    said.extend(life.for_a_while(Duration::from_micros(a_moment)));
    said.extend(life.kill());
    if let Some(disk) = disk {
        disk.cut(chance);
    }
    said
}

/// A server may still be busy with what the program sent last.
async fn nobody_else_writes(sql: &Sql) {
    if sql.is_file() {
        return;
    }
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sql.until(others, 0).await;
}

/// SQLite's own look at its file.
async fn is_sound(sql: &Sql) {
    if sql.is_file() {
        let rows = sql.rows("PRAGMA integrity_check").await;
        let said: Vec<String> = rows
            .iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect();
        assert_eq!(said, ["ok"]);
    }
}

/// Reports of which nobody knows whether they are in: sent again, each is there once, and is told to be new or not as it is.
async fn what_was_never_answered_is_settled_by_sending_it_again(
    place: &Place,
    diary: &mut Diary,
    examiner: &mut Examiner,
) {
    let store = place.store().await;
    let ledger = ledger(&store, Pace::default());
    let open: Vec<Uuid> = diary
        .open
        .iter()
        .copied()
        .filter(|id| is_report(*id))
        .collect();
    let (mut new, mut known) = (0, 0);
    for request in open {
        let outcome = ledger.execute(report(request.as_u128())).await.unwrap();
        let Outcome::Done { answer, replayed } = outcome else {
            panic!("{request}: {outcome:?}");
        };
        assert_eq!(replayed, examiner.knows(request), "{request}");
        *(if replayed { &mut known } else { &mut new }) += 1;
        diary.note(Word::done(request, &answer));
    }
    println!("sent again: {known} were there, {new} were not");
    let wrong = examiner.look(&place.sql().await, diary).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Chance, which can be had again by its seed.
pub(crate) fn chance() -> Rng {
    let given = std::env::var("XIAOHAO_SEED").ok();
    let seed = given.map_or_else(|| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("seed {seed}");
    Rng::with_seed(seed)
}

/// What makes a diary untrue.
type Lie = fn(&mut Diary);

/// The examiner is not blind: whatever can be wrong with a ledger, he says so.
#[tokio::test]
async fn the_examiner_sees_what_is_lost_and_what_is_half_and_what_nobody_sent() {
    for place in Place::both().await {
        let store = place.store().await;
        let ledger = ledger(&store, Pace::default());
        let mut truth = Diary::default();
        for number in 1..=3 {
            let report = report(number);
            let outcome = ledger.execute(report.clone()).await.unwrap();
            truth.note(Word::Sent(report.request.as_uuid()));
            truth.note(Word::done(
                report.request.as_uuid(),
                outcome.answer().unwrap(),
            ));
        }
        let sql = place.sql().await;
        let sees = async |diary: &Diary| Examiner::new().look(&sql, diary).await.join("\n");
        assert_eq!(sees(&truth).await, "");
        let lies: [(&str, Lie); 5] = [
            ("but there is None", |diary| diary.done[2].1[0].position = 4),
            ("but there is Some", |diary| diary.done[2].1[0].leaf[0] ^= 1),
            ("was signed and is not kept", |diary| {
                diary.signed.push("another".to_owned());
            }),
            ("nobody sent", |diary| diary.sent.clear()),
            ("was refused and is there", |diary| {
                diary.refused = diary.sent.clone();
            }),
        ];
        for (seen, lie) in lies {
            let mut diary = truth.clone();
            lie(&mut diary);
            let said = sees(&diary).await;
            assert!(said.contains(seen), "{seen}: {said}");
        }
        let damage = [
            ("the head stands at", "UPDATE ledger_head SET position = 2"),
            ("numbers noted", "DELETE FROM number_taken WHERE serial = 2"),
            ("kept otherwise", "UPDATE hazard SET status = 'CIRCULATED'"),
            ("there are 0 rows", "DELETE FROM hazard"),
        ];
        for (seen, done) in damage {
            sql.run(done).await;
            let said = sees(&truth).await;
            assert!(said.contains(seen), "{seen}: {said}");
        }
    }
}
