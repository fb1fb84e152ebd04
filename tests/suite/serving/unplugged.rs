//! The power goes while files of evidence come in. Whatever was acknowledged is there afterwards, byte for byte, and the server knows
//! that it has it; whatever was not is there whole under its name, or not at all.

use super::{Program, read, written};
use crate::crash::chance;
use crate::power::disk::Disk;
use crate::second_county::Counties;
use crate::serving::CHOSEN;
use fastrand::Rng;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use xiaohao_core::values::Digest;

/// How many counties on each engine, and how often the power of each goes. What is made the first time is made in each.
const COUNTIES: u16 = 3;
const LIVES: u16 = 4;

/// How many send at once.
const PEOPLE: u16 = 6;

const SHUANGPAI: &str = "431123";

#[test]
fn whatever_file_was_acknowledged_is_there_after_the_power_went() {
    let mut chance = chance();
    let mut seen = 0;
    for counties in (0..COUNTIES).flat_map(|_| Counties::both()) {
        counties.init_shuangpai();
        counties.done(&["user", "password", "town-100"], CHOSEN);
        let disk = Disk::of(counties.folder());
        let mut acknowledged: Vec<Vec<u8>> = Vec::new();
        for life in 1..=LIVES {
            disk.flush();
            let program = counties.served_with(SHUANGPAI, &disk.variables());
            let bearer = format!("authorization: Bearer {}", program.sign_in("town-100"));
            for file in &acknowledged {
                assert_eq!(put(program.port, &bearer, file), Some(200), "life {life}");
            }
            acknowledged.extend(sent_until_it_is_killed(program, &bearer, &mut chance));
            disk.cut(&mut chance);
            let there = whole(counties.folder());
            let lost = acknowledged
                .iter()
                .filter(|file| !there.contains(&digest(file)));
            assert_eq!(lost.count(), 0, "life {life}");
        }
        seen += acknowledged.len();
    }
    println!("{seen} were acknowledged");
    assert!(seen > 100, "too little came to mean anything");
}

/// What was acknowledged of the photos that people send, each one after the other, until the program is killed amid that.
fn sent_until_it_is_killed(program: Program, bearer: &str, chance: &mut Rng) -> Vec<Vec<u8>> {
    let (came, told) = channel();
    let mut send = || {
        let (port, bearer, came) = (program.port, bearer.to_owned(), came.clone());
        let mut dice = Rng::with_seed(chance.u64(..));
        std::thread::spawn(move || {
            loop {
                let file = photo(&mut dice);
                match put(port, &bearer, &file) {
                    Some(201) => drop(came.send(file)),
                    Some(other) => panic!("{other}"),
                    None => return,
                }
            }
        })
    };
    let people: Vec<_> = (0..PEOPLE).map(|_| send()).collect();
    drop(came);
    let mut acknowledged: Vec<_> = told.iter().take(chance.usize(1..30)).collect();
    let a_moment = chance.u64(..20_000) >> chance.u8(..8);
    let end = Instant::now() + Duration::from_micros(a_moment);
    while let Ok(file) = told.recv_timeout(end.saturating_duration_since(Instant::now())) {
        acknowledged.push(file);
    }
    program.kill();
    acknowledged.extend(told.iter());
    for person in people {
        person.join().unwrap();
    }
    acknowledged
}

/// A photo of up to 200 kB, like no other.
fn photo(dice: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; dice.usize(1..200_000)];
    dice.fill(&mut bytes);
    [b"\xFF\xD8\xFF", &bytes[..]].concat()
}

/// What is answered to who sends it; none where nobody answers.
fn put(port: u16, bearer: &str, file: &[u8]) -> Option<u16> {
    let line = format!("PUT /evidence/{} HTTP/1.1", digest(file));
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.write_all(&written(&line, &[bearer], file)).ok()?;
    Some(read(&mut stream)?.status)
}

/// The files that have their names in the folder of the county, each of which is what it is called; none where that is not there.
fn whole(folder: &Path) -> BTreeSet<Digest> {
    let entries = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let of_county = ["evidence/431123", "431123"].map(|own| entries(folder.join(own)));
    let drawers = of_county.into_iter().flatten();
    let files = drawers
        .filter(|drawer| !drawer.ends_with("incoming"))
        .flat_map(entries);
    files
        .map(|file| {
            let is = digest(&fs::read(&file).unwrap());
            assert!(
                file.to_str().unwrap().ends_with(&is.to_string()),
                "{} is {is}",
                file.display()
            );
            is
        })
        .collect()
}

fn digest(file: &[u8]) -> Digest {
    Digest::new(Sha256::digest(file).into())
}
