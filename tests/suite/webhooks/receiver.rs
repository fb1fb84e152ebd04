//! A receiver of webhooks: a server with a real socket, on a thread of its own, that answers as the test says.

use serde_json::Value;
use standardwebhooks::Webhook;
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The secret that receivers share with the program, and one that is about to be given up.
pub(super) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(super) const OLD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How a message is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// With this status, and nothing else.
    Status(u16),
    /// With a redirect to this address.
    Redirect(String),
    /// Never, though the connection stays.
    Never,
    /// With 204, once the test lets it.
    Held,
    /// With the connection cut off.
    CutOff,
    /// With 200, and then a body without end.
    Endless,
}

/// A message that came.
#[derive(Clone, Debug)]
pub(super) struct Got {
    pub(super) path: String,
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) signatures: Vec<String>,
    pub(super) content_type: String,
    pub(super) text: String,
    /// How it was answered.
    pub(super) answer: Answer,
}

impl Got {
    pub(super) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(super) fn position(&self) -> u64 {
        self.body()["position"].as_u64().unwrap()
    }

    /// Whether one of its signatures is that of this secret, as the authors of the specification compute it.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let webhook = Webhook::new(secret).unwrap();
        let expected = webhook.sign(&self.id, self.at, self.text.as_bytes());
        self.signatures.contains(&expected.unwrap())
    }
}

/// A receiver. It answers with what is next, and when nothing is, with 204.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    next: Mutex<VecDeque<Answer>>,
    got: Mutex<Vec<Got>>,
    more: Condvar,
    let_go: Mutex<bool>,
    lets_go: Condvar,
}

/// How long one waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

impl Receiver {
    pub(super) fn start() -> Self {
        Self::speaking(None)
    }

    /// One that speaks TLS.
    pub(super) fn secured(config: ServerConfig) -> Self {
        Self::speaking(Some(Arc::new(config)))
    }

    fn speaking(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let own = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (Arc::clone(&own), tls.clone());
                std::thread::spawn(move || match tls {
                    None => state.take(stream),
                    Some(tls) => {
                        let connection = ServerConnection::new(tls).unwrap();
                        state.take(StreamOwned::new(connection, stream));
                    }
                });
            }
        });
        Self { port, state }
    }

    /// One that answers these messages so before all others.
    pub(super) fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let receiver = Self::start();
        receiver.answers(answers);
        receiver
    }

    pub(super) fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.next.lock().unwrap().extend(answers);
    }

    /// Answers with 204 from now on.
    pub(super) fn answers_well(&self) {
        self.state.next.lock().unwrap().clear();
    }

    /// Answers what was held.
    pub(super) fn lets_go(&self) {
        *self.state.let_go.lock().unwrap() = true;
        self.state.lets_go.notify_all();
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What came so far.
    pub(super) fn got(&self) -> Vec<Got> {
        self.state.got.lock().unwrap().clone()
    }

    /// Waits until what came is enough.
    pub(super) fn until(&self, is_enough: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        let got = self.state.got.lock().unwrap();
        let waits = |got: &mut Vec<Got>| !is_enough(got);
        let (got, waited) = self
            .state
            .more
            .wait_timeout_while(got, PATIENCE, waits)
            .unwrap();
        assert!(
            !waited.timed_out(),
            "not in {PATIENCE:?}; there came {got:#?}"
        );
        got.clone()
    }

    /// Waits until this many were taken; their places, and those of all that came.
    pub(super) fn until_taken(&self, how_many: usize) -> Vec<u64> {
        let got = self.until(|got| taken(got).len() >= how_many);
        taken(&got)
    }
}

/// The places of the lines that were answered with 2xx.
pub(super) fn taken(got: &[Got]) -> Vec<u64> {
    let taken = got.iter().filter(|own| {
        matches!(
            own.answer,
            Answer::Status(200..=299) | Answer::Endless | Answer::Held
        )
    });
    taken.map(Got::position).collect()
}

impl State {
    /// Reads a message, and answers it. It counts as come before it is answered.
    fn take(&self, stream: impl Read + Write) {
        let mut reader = BufReader::new(stream);
        let mut head = BTreeMap::new();
        let mut first = String::new();
        let Ok(1..) = reader.read_line(&mut first) else {
            return;
        };
        loop {
            let mut line = String::new();
            let Ok(1..) = reader.read_line(&mut line) else {
                return;
            };
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            head.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; head["content-length"].parse().unwrap()];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let next = self.next.lock().unwrap().pop_front();
        let answer = next.unwrap_or(Answer::Status(204));
        let got = Got {
            path: first.split(' ').nth(1).unwrap().to_owned(),
            id: head["webhook-id"].clone(),
            at: head["webhook-timestamp"].parse().unwrap(),
            signatures: head["webhook-signature"]
                .split(' ')
                .map(str::to_owned)
                .collect(),
            content_type: head["content-type"].clone(),
            text: String::from_utf8(body).unwrap(),
            answer: answer.clone(),
        };
        self.got.lock().unwrap().push(got);
        self.more.notify_all();
        if answer == Answer::Held {
            let let_go = self.let_go.lock().unwrap();
            drop(self.lets_go.wait_while(let_go, |let_go| !*let_go).unwrap());
        }
        say(reader.into_inner(), answer);
    }
}

fn say(mut stream: impl Read + Write, answer: Answer) {
    let said = match answer {
        Answer::CutOff => return,
        Answer::Never => {
            // Until the other side has had enough.
            drop(std::io::copy(&mut stream, &mut std::io::sink()));
            return;
        }
        Answer::Endless => {
            drop(stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n"));
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            return;
        }
        Answer::Redirect(to) => format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        ),
        Answer::Held => "HTTP/1.1 204 X\r\n\r\n".to_owned(),
        Answer::Status(status) => format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"),
    };
    drop(stream.write_all(said.as_bytes()));
}
