//! The program is killed while people work, again and again. Whatever it had answered is there afterwards, under the number that was
//! told; what it had not is there whole, or not at all; and who was signed in still is.

use super::work::{PEOPLE, Report, Told, at_work};
use crate::second_county::Counties;
use crate::serving::CHOSEN;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// How often it is killed on each engine.
const LIVES: u128 = 12;

const SHUANGPAI: &str = "431123";

#[test]
fn whatever_was_answered_is_there_after_the_program_was_killed() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut chance = fastrand::Rng::with_seed(seed);
    for counties in Counties::both() {
        counties.init_shuangpai();
        counties.done(&["user", "password", "town-100"], CHOSEN);
        let program = counties.served_with(SHUANGPAI, &[]);
        let token = program.sign_in("town-100");
        let (mut sent, mut answered) = (BTreeSet::<Report>::new(), BTreeMap::new());
        let mut note = |told| match told {
            Told::Sent(report) => drop(sent.insert(report)),
            Told::Answered(report, clue) => drop(answered.insert(report, clue)),
        };
        let mut next = Some(program);
        for life in 0..LIVES {
            let program = next
                .take()
                .unwrap_or_else(|| counties.served_with(SHUANGPAI, &[]));
            let own = life * PEOPLE..(life + 1) * PEOPLE;
            let (people, told) = at_work(&program, &token, own);
            told.iter().take(chance.usize(1..80)).for_each(&mut note);
            // Rather a short while than a long one: what matters most is close to an answer.
            let a_moment = chance.u64(0..20_000) >> chance.u32(0..8);
            let end = Instant::now() + Duration::from_micros(a_moment);
            let left = || end.saturating_duration_since(Instant::now());
            while let Ok(word) = told.recv_timeout(left()) {
                note(word);
            }
            program.kill();
            told.iter().for_each(&mut note);
            for person in people {
                person.join().unwrap();
            }
        }
        is_there(&counties, &token, &sent, &answered);
    }
}

/// Sent again, each is answered as it was, or is recorded now; and nothing but what was sent is there, each once.
fn is_there(
    counties: &Counties,
    token: &str,
    sent: &BTreeSet<Report>,
    answered: &BTreeMap<Report, String>,
) {
    let open = sent.len() - answered.len();
    assert!(answered.len() > 50, "too little was done to mean anything");
    assert!(open > 20, "too few were under way when it was killed");
    let program = counties.served_with(SHUANGPAI, &[]);
    let bearer = format!("authorization: Bearer {token}");
    let ask = |query: &str, variables: &Value| {
        let answer = program.ask(&[&bearer], query, variables).json();
        assert_eq!(answer.get("errors"), None, "{answer:#}");
        answer["data"].clone()
    };
    let (mut clues, mut places, mut unheard) = (BTreeSet::new(), BTreeSet::new(), 0);
    for report in sent {
        let (query, variables) = report.request();
        let done = &ask(query, &variables)["done"];
        let clue = done["hazard"]["clue"].as_str().unwrap();
        match answered.get(report) {
            Some(told) => {
                assert_eq!(clue, told, "{report:?}");
                assert_eq!(done["replayed"], true, "{report:?} was answered, and lost");
            }
            None => unheard += usize::from(done["replayed"] == true),
        }
        assert!(clues.insert(clue.to_owned()), "{clue} is there twice");
        places.insert(done["entry"]["position"].as_u64().unwrap());
    }
    println!(
        "{} answered, {open} not, of which {unheard} were there",
        answered.len()
    );
    let all = ask("{ hazards(first: 1) { totalCount } }", &json!({}));
    assert_eq!(all["hazards"]["totalCount"], sent.len());
    let (first, last) = (places.first().unwrap(), places.last().unwrap());
    assert_eq!(
        last - first + 1,
        places.len() as u64,
        "places were left out"
    );
    program.end_in_order();
    counties.done(&["ledger", "verify"], "");
    counties.done(&["rebuild", "--check"], "");
}
