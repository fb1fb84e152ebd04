//! The program as it serves the example county, with sockets, signals and a log.

mod crowded;
mod figures;
mod guessing;
mod killed;
mod log;
mod outside;
mod stopping;
mod subscribing;
mod tls;
mod unplugged;
mod vouched;
mod work;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// The program, made when the tests are.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_xiaohao-under-test");

/// The password of everybody in the example county.
pub(crate) const PASSWORD: &str = "xiaohao-demo";

/// One that somebody has chosen for a county of his own, where that of the example is refused.
pub(crate) const CHOSEN: &str = "k7#Qx!2v under the bridge";

/// The program at work.
pub(crate) struct Program {
    child: Child,
    port: u16,
    /// Everybody's password.
    password: &'static str,
    log: Arc<Log>,
    reader: Option<JoinHandle<()>>,
    pub(crate) folder: Arc<TempDir>,
}

/// What it has logged so far.
#[derive(Default)]
struct Log {
    text: Mutex<String>,
    more: Condvar,
}

/// How long one waits for what must be logged.
const PATIENCE: Duration = Duration::from_mins(1);

/// What it answers.
pub(crate) struct Reply {
    status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Program {
    /// Starts it with these variables, and waits until it serves.
    fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), variables)
    }

    /// The same, in a folder in which there may have been one before.
    fn start_in(folder: Arc<TempDir>, variables: &[(&str, &str)]) -> Self {
        Self::doing("demo", folder, variables)
    }

    /// The same, by this command.
    pub(crate) fn doing(command: &str, folder: Arc<TempDir>, variables: &[(&str, &str)]) -> Self {
        let data = folder.path().to_str().unwrap().to_owned();
        Self::at(&[command, "--data", &data], folder, variables)
    }

    /// The same, as it is told by these arguments.
    pub(crate) fn at(arguments: &[&str], folder: Arc<TempDir>, variables: &[(&str, &str)]) -> Self {
        let here = ["--listen", "127.0.0.1:0"];
        Self::told(&[arguments, &here].concat(), folder, variables)
    }

    /// The same, told also where it listens.
    fn told(arguments: &[&str], folder: Arc<TempDir>, variables: &[(&str, &str)]) -> Self {
        Self::by(Command::new(PROGRAM), arguments, folder, variables)
    }

    /// The same, by a command of which it is the end.
    fn by(
        command: Command,
        arguments: &[&str],
        folder: Arc<TempDir>,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut own = Self::begun(command, arguments, folder, variables);
        let mut errors = BufReader::new(own.child.stderr.take().unwrap());
        let kept = Arc::clone(&own.log);
        own.reader = Some(std::thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).unwrap() > 0 {
                kept.text.lock().unwrap().push_str(&line);
                kept.more.notify_all();
                line.clear();
            }
        }));
        own
    }

    /// The same, where nobody reads yet what it logs.
    fn unheard(arguments: &[&str], folder: Arc<TempDir>, variables: &[(&str, &str)]) -> Self {
        Self::begun(Command::new(PROGRAM), arguments, folder, variables)
    }

    fn begun(
        mut command: Command,
        arguments: &[&str],
        folder: Arc<TempDir>,
        variables: &[(&str, &str)],
    ) -> Self {
        let mut child = command
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let address = first.split("://").nth(1);
        let address = address.and_then(|rest| rest.split('/').next());
        let port = address.and_then(|address| address.rsplit(':').next()?.parse().ok());
        Self {
            child,
            port: port.unwrap_or_else(|| panic!("no address in {first:?}")),
            password: match arguments.first() {
                Some(&"demo") => PASSWORD,
                _ => CHOSEN,
            },
            log: Arc::default(),
            reader: None,
            folder,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        stream
    }

    /// Sends a request with these lines in its head, and reads the answer to its end.
    fn send(&self, line: &str, head: &[&str], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        stream.write_all(&written(line, head, body)).unwrap();
        read(&mut stream).expect("an answer")
    }

    pub(crate) fn get(&self, path: &str, head: &[&str]) -> Reply {
        self.send(&format!("GET {path} HTTP/1.1"), head, b"")
    }

    pub(crate) fn ask(&self, head: &[&str], query: &str, variables: &Value) -> Reply {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let head = [&["content-type: application/json"], head].concat();
        self.send("POST /graphql HTTP/1.1", &head, body.as_bytes())
    }

    pub(crate) fn sign_in(&self, login: &str) -> String {
        let query = "mutation In($login: String!, $password: String!) { \
                     signIn(login: $login, password: $password) { token } }";
        let variables = json!({ "login": login, "password": self.password });
        let reply = self.ask(&[], query, &variables).json();
        let token = reply["data"]["signIn"]["token"].as_str();
        token.unwrap_or_else(|| panic!("{reply:#}")).to_owned()
    }

    /// Asks it to end, as an operator does.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(done.success());
    }

    /// Waits until it has logged this.
    fn until_logged(&self, what: &str) {
        let text = self.log.text.lock().unwrap();
        let lacks = |text: &mut String| !text.contains(what);
        let waited = self.log.more.wait_timeout_while(text, PATIENCE, lacks);
        let (text, waited) = waited.unwrap();
        assert!(!waited.timed_out(), "{what} is not in {text}");
    }

    /// Kills it on the spot.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has, as it should: all that it logged.
    pub(crate) fn end_in_order(self) -> String {
        self.terminate();
        let (status, log) = self.end();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// Waits for its end: how it ended, and all that it logged.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let log = self.log.text.lock().unwrap().clone();
        (status, log)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{} {text}", self.head))
    }

    /// Whether all of its body came.
    fn is_whole(&self) -> bool {
        let length = self.header("content-length");
        length.is_none_or(|length| length == self.body.len().to_string())
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(own, _)| *own == name).map(|(_, value)| value)
    }
}

/// A request as it stands on the wire.
fn written(line: &str, head: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let always = [line, "host: localhost", "connection: close", &length];
    let head = [&always, head, &["", ""]].concat().join("\r\n");
    [head.as_bytes(), body].concat()
}

/// An answer to its end; none where the other side hung up without one.
fn read(stream: &mut impl Read) -> Option<Reply> {
    let mut bytes = Vec::new();
    // Whoever refuses a body hangs up while it is still sent; what he said before that counts.
    drop(stream.read_to_end(&mut bytes));
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Some(Reply {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}
