//! There is no room left on the disk.

use super::Work;
use std::process::Command;
use xiaohao_tests::diary::{Diary, Word};
use xiaohao_tests::examiner::Examiner;
use xiaohao_tests::life::Life;
use xiaohao_tests::place::Place;

#[tokio::test]
async fn a_full_disk_is_told_and_work_goes_on_when_there_is_room_again() {
    for place in Place::both().await {
        let work = Work::at(place).await;
        let acts = work.reports(4);
        work.do_it(&acts[0]).await;
        work.sql.fill_the_disk().await;
        for act in &acts[1..] {
            work.fails_with("DISK_FULL", act).await;
        }
        assert_eq!(work.lines().await, 1);
        work.sql.make_room().await;
        for act in &acts {
            work.do_it(act).await;
        }
        work.ready().await.unwrap();
        work.is_right(&acts).await;
    }
}

/// The disk refuses whatever a program writes, or takes it again; the program is told as by a quota.
fn quota(of: &Life, limit: &str) {
    let mut limits = Command::new("prlimit");
    limits.args([format!("--pid={}", of.id()), format!("--fsize={limit}:")]);
    let set = limits.status().unwrap();
    assert!(set.success(), "{limits:?}");
}

/// The program in which people work on this ledger, started so that it is told of a quota and not killed for it.
pub(super) fn at_work(place: &Place, people: u16, through: &[&str]) -> Life {
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap "" XFSZ; exec "$@""#, "sh"])
        .args(through);
    command.arg(env!("CARGO_BIN_EXE_xiaohao-writer"));
    command.args([place.argument(), "1".to_owned(), people.to_string()]);
    Life::start(&mut command)
}

/// Until so many acts were acknowledged.
pub(super) fn until_done(life: &Life, acts: usize) -> Vec<Word> {
    let is_done = |word: &Word| matches!(word, Word::Done(..));
    (0..acts).flat_map(|_| life.until(is_done)).collect()
}

/// Until the ledger says whether it is ready.
pub(super) fn until_ready(life: &Life, ready: Result<(), &str>) -> Vec<Word> {
    let ready = ready.map_err(str::to_owned);
    life.until(|word| matches!(word, Word::Ready(now) if *now == ready))
}

/// Kills it once it has said that the ledger can be read. Whether what it said is true, and no more is there than that.
pub(super) async fn is_true(place: &Place, life: Life, mut said: Vec<Word>) {
    let mut diary = Diary::default();
    let can_be_read = Word::Reading(Ok(()));
    if !said.contains(&can_be_read) {
        said.extend(life.until(|word| *word == can_be_read));
    }
    said.extend(life.kill());
    for word in said {
        assert!(
            !matches!(word, Word::Reading(Err(_))),
            "{word:?}: what is there can always be read"
        );
        diary.note(word);
    }
    let sql = place.sql().await;
    let wrong = Examiner::new().look(&sql, &diary).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_disk_that_takes_nothing_stops_the_work_until_it_takes_it_again() {
    let place = Place::file().await;
    let life = at_work(&place, 4, &[]);
    let mut said = until_done(&life, 20);
    for _ in 0..2 {
        quota(&life, "0");
        said.extend(until_ready(&life, Err("DISK_ERROR")));
        let failed = |word: &Word| matches!(word, Word::Fault(_, code) if code == "DISK_ERROR");
        said.extend(life.until(failed));
        quota(&life, "unlimited");
        said.extend(until_ready(&life, Ok(())));
        said.extend(until_done(&life, 20));
    }
    is_true(&place, life, said).await;
}
