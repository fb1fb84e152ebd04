//! A program of its own in which people work on a ledger, so that it can be killed, run out of disk or lose its rights
//! without the test that watches it. It writes its diary to standard output and goes on until it is stopped.

use std::io::Write;
use std::path::PathBuf;
use std::process::exit;
use std::sync::Arc;
use std::time::Duration;
use xiaohao_ledger::{Fault, Ledger, Pace, Store, Told};
use xiaohao_server::readiness::Readiness;
use xiaohao_store::{Location, SqlStore};
use xiaohao_tests::case::forenoon;
use xiaohao_tests::crowd::Crowd;
use xiaohao_tests::diary::Word;
use xiaohao_tests::place::ledger;
use xiaohao_tests::{date, log_signer};

/// The time between two looks at whether all is well, and before another try to open what could not be opened.
const WHILE: Duration = Duration::from_millis(20);

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let [place, round, people] = std::array::from_fn(|_| arguments.next().unwrap());
    let location = place
        .parse()
        .unwrap_or_else(|_| Location::File(PathBuf::from(&place)));
    let store = open(&location).await;
    let ledger = ledger(&store, Pace::default());
    let crowd = Crowd::new(
        ledger.clone(),
        round.parse().unwrap(),
        Arc::new(|word| write(&word)),
    );
    let mut people = crowd.at_work(people.parse().unwrap());
    people.spawn(sign(ledger.clone(), store.clone()));
    people.spawn(watch(ledger, store));
    // Nobody goes home; who does has met what should not be, and said so on standard error.
    people.join_next().await;
    exit(1);
}

async fn open(location: &Location) -> SqlStore {
    loop {
        match SqlStore::open(location).await {
            Ok(store) => {
                write(&Word::Opened(Ok(())));
                return store;
            }
            Err(fault) => {
                write(&Word::Opened(Err(fault.code().to_owned())));
                tokio::time::sleep(WHILE).await;
            }
        }
    }
}

/// Signs what there is, again and again. That nothing could be signed just then is no more than a pause; that what is stored
/// is not what was logged is the end.
async fn sign(ledger: Ledger, store: SqlStore) {
    let (county, signer) = (ledger.county().code, log_signer());
    let now = forenoon(date("2026-03-02"));
    let mut last = String::new();
    loop {
        match store.checkpoint(county, &signer, now).await {
            Ok(note) if note == last => {}
            Ok(note) => {
                write(&Word::Signed(note.clone()));
                last = note;
            }
            Err(fault @ Fault::Damaged { .. }) => panic!("{}", Told(&fault)),
            Err(_) => {}
        }
        tokio::time::sleep(WHILE).await;
    }
}

/// Notes when readiness, or reading, begins and ends.
async fn watch(ledger: Ledger, store: SqlStore) {
    let county = ledger.county().code;
    let (mut ready, mut reading) = (None, None);
    loop {
        let now = Some(code(Readiness::new(ledger.clone()).check().await));
        if ready != now {
            now.clone()
                .into_iter()
                .for_each(|now| write(&Word::Ready(now)));
            ready = now;
        }
        let now = Some(code(store.lines_of_requests(county, &[]).await));
        if reading != now {
            now.clone()
                .into_iter()
                .for_each(|now| write(&Word::Reading(now)));
            reading = now;
        }
        tokio::time::sleep(WHILE).await;
    }
}

fn code<T>(outcome: Result<T, Fault>) -> Result<(), String> {
    outcome.map(drop).map_err(|fault| fault.code().to_owned())
}

/// Each entry is a line of its own, out at once. When nobody reads any more, there is nothing left to do.
fn write(word: &Word) {
    let line = serde_json::to_string(word).unwrap();
    if writeln!(std::io::stdout(), "{line}").is_err() {
        exit(0);
    }
}
