//! One life of the program in which people work on a ledger, as a test holds it: started, listened to, ended.

use crate::diary::Word;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A life.
#[derive(Debug)]
pub struct Life {
    child: Child,
    words: Receiver<Word>,
}

impl Life {
    /// Starts it. What it writes is read by a thread of its own, so that it never waits for the test.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
        let (told, words) = channel();
        let lines = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            // A line without its end was cut off while it was written.
            let whole = |line: &String| line.ends_with('\n');
            let mut lines = Lines(lines);
            while let Some(line) = lines.next().filter(whole) {
                let word = serde_json::from_str(&line).unwrap();
                if told.send(word).is_err() {
                    break;
                }
            }
        });
        Self { child, words }
    }

    /// Its id, for whoever changes its limits.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it says for so long; less when it ends.
    pub fn for_a_while(&self, how_long: Duration) -> Vec<Word> {
        let end = Instant::now() + how_long;
        let mut said = Vec::new();
        loop {
            match self
                .words
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(word) => said.push(word),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return said,
            }
        }
    }

    /// What it says until it says this, and that with it.
    pub fn until(&self, awaited: impl Fn(&Word) -> bool) -> Vec<Word> {
        let end = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        while !said.last().is_some_and(&awaited) {
            let next = self
                .words
                .recv_timeout(end.saturating_duration_since(Instant::now()));
            match next {
                Ok(word) => said.push(word),
                Err(error) => {
                    let last = &said[said.len().saturating_sub(10)..];
                    panic!(
                        "{error} after {} words, the last of them {last:#?}",
                        said.len()
                    );
                }
            }
        }
        said
    }

    /// Kills it on the spot, and answers what it had said by then and was not heard yet.
    pub fn kill(mut self) -> Vec<Word> {
        let ended = self.child.try_wait().unwrap();
        assert_eq!(ended, None, "it ended by itself");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.words.iter().collect()
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How long one waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Lines, each with its end.
struct Lines<R>(R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).unwrap();
        (read > 0).then_some(line)
    }
}
