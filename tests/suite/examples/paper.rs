//! A paper as the test reads it: its examples, each with where it stands and what it is said to print.

use std::fmt;
use std::fs;
use std::path::PathBuf;

/// Where this is from the root of the repository.
pub(super) fn place(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", path].iter().collect()
}

/// A paper.
pub(super) struct Paper {
    name: &'static str,
    examples: Vec<Example>,
}

/// Something to be tried.
pub(super) struct Example {
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) answer: Option<Answer>,
}

/// How it is tried.
pub(super) enum Kind {
    /// By a shell.
    Run,
    /// In the page, by a person of the county.
    Step,
    /// It is a file of this name.
    File(String),
}

/// What is said to be printed.
pub(super) struct Answer {
    pub(super) place: Place,
    pub(super) is_json: bool,
    pub(super) text: String,
}

/// A line of a paper.
#[derive(Clone, Copy)]
pub(super) struct Place {
    paper: &'static str,
    line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.paper, self.line)
    }
}

impl Paper {
    /// Reads a paper.
    pub(super) fn read(name: &'static str) -> Self {
        let text = fs::read_to_string(place(name)).unwrap();
        let mut paper = Self {
            name,
            examples: Vec::new(),
        };
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let Some(info) = line.trim_start().strip_prefix("```") else {
                continue;
            };
            let place = Place {
                paper: name,
                line: number,
            };
            let mut block = String::new();
            loop {
                let (line, _) = lines
                    .next()
                    .unwrap_or_else(|| panic!("{place}: this fence is not closed"));
                if line.trim() == "```" {
                    break;
                }
                block.push_str(line);
                block.push('\n');
            }
            paper.take(place, info, block);
        }
        paper.every_file_is_used();
        paper
    }

    pub(super) fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Takes in a block of the paper.
    fn take(&mut self, place: Place, info: &str, text: String) {
        let kind = match info {
            "mermaid" => return,
            _ if info.ends_with(" no-run") => return,
            "sh" => Kind::Run,
            "text" if text.starts_with("登录：") => Kind::Step,
            "json" | "text" => {
                let last = self.examples.last_mut();
                let prints = |last: &&mut Example| {
                    last.answer.is_none() && !matches!(last.kind, Kind::File(_))
                };
                let answered = last.filter(prints);
                let example = answered.unwrap_or_else(|| {
                    panic!("{place}: this follows nothing that could print it; mark what is only to be read `{info} no-run`")
                });
                example.answer = Some(Answer {
                    place,
                    is_json: info == "json",
                    text,
                });
                return;
            }
            "graphql" | "toml" => {
                let name = text.lines().next().and_then(|line| line.strip_prefix("# "));
                let name = name.unwrap_or_else(|| {
                    panic!("{place}: the first line of a {info} block says under which name it is kept: `# name.{info}`")
                });
                Kind::File(name.to_owned())
            }
            other => {
                panic!("{place}: nobody can try a block of {other:?}; mark it `{other} no-run`")
            }
        };
        self.examples.push(Example {
            place,
            kind,
            text,
            answer: None,
        });
    }

    /// A file that nothing uses would not be tried.
    fn every_file_is_used(&self) {
        for (index, example) in self.examples.iter().enumerate() {
            if let Kind::File(name) = &example.kind {
                let mut below = self.examples[index..].iter();
                let is_used = below.any(|later| {
                    matches!(later.kind, Kind::Run) && later.text.contains(name.as_str())
                });
                assert!(is_used, "{}: nothing below uses {name}", example.place);
            }
        }
        assert!(!self.examples.is_empty(), "{}: no examples", self.name);
    }
}
