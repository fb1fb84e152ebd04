//! People who report hazards to the program until it answers no more, and keep a diary of it.

use super::{Program, Reply, read, written};
use serde_json::{Value, json};
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use uuid::Uuid;

/// How many work at once.
pub(super) const PEOPLE: u128 = 8;

const REPORT: &str = "mutation($act: ActInput!, $input: ReportInput!) { \
                      done: reportHazard(act: $act, input: $input) { hazard { clue } entry { position } replayed } }";

/// A report, by whom and the how manyth of his.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Report {
    person: u128,
    number: u128,
}

/// What somebody notes.
pub(super) enum Told {
    /// He is about to send it.
    Sent(Report),
    /// It was answered, and under this clue number it is there.
    Answered(Report, String),
}

impl Told {
    pub(super) fn answered(self) -> Option<(Report, String)> {
        match self {
            Self::Answered(report, clue) => Some((report, clue)),
            Self::Sent(_) => None,
        }
    }
}

impl Report {
    /// What is sent.
    pub(super) fn request(self) -> (&'static str, Value) {
        let Self { person, number } = self;
        let id = |kind: u128| {
            let of_kind = (0x0193_A5F0 << 96) + (7 << 76) + (8 << 60) + (kind << 40);
            Uuid::from_u128(of_kind + (person << 20) + number)
        };
        let variables = json!({
            "act": { "hazardId": id(1), "requestId": id(2) },
            "input": {
                "title": "锅炉安全阀失效", "description": "安全阀锈死，不能起跳。", "township": "431123100",
                "place": format!("示范厂{person}号车间{number}号锅炉"), "source": "TOWNSHIP", "foundOn": "2024-06-03"
            }
        });
        (REPORT, variables)
    }

    /// Sends it by a connection of its own; the clue number under which it is there, and none where nobody answered.
    fn send(self, port: u16, token: &str) -> Option<String> {
        let (query, variables) = self.request();
        let body = json!({ "query": query, "variables": variables }).to_string();
        let bearer = format!("authorization: Bearer {token}");
        let head = ["content-type: application/json", bearer.as_str()];
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
        let whole = written("POST /graphql HTTP/1.1", &head, body.as_bytes());
        stream.write_all(&whole).ok()?;
        let reply = read(&mut stream).filter(Reply::is_whole)?.json();
        let clue = reply["data"]["done"]["hazard"]["clue"].as_str();
        Some(clue.unwrap_or_else(|| panic!("{reply:#}")).to_owned())
    }
}

/// Lets these people report, each one hazard after the other, until nobody answers any more.
pub(super) fn at_work(
    program: &Program,
    token: &str,
    people: Range<u128>,
) -> (Vec<JoinHandle<()>>, Receiver<Told>) {
    let (diary, told) = channel();
    let work = |person| {
        let (port, token, diary): (_, _, Sender<Told>) =
            (program.port, token.to_owned(), diary.clone());
        std::thread::spawn(move || {
            for number in 0.. {
                let report = Report { person, number };
                drop(diary.send(Told::Sent(report)));
                let Some(clue) = report.send(port, &token) else {
                    return;
                };
                drop(diary.send(Told::Answered(report, clue)));
            }
        })
    };
    (people.map(work).collect(), told)
}
