//! Why the program cannot go by what it is told, in words that name who says it and what could be said.

use super::keys::KEYS;
use crate::webhook::SameName;
use std::path::PathBuf;

/// Why the program cannot go by what it is told.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", file.display())]
    Unread {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is no TOML, or a table in it is not as it should be. The line itself is not shown: it may hold a password.
    #[error("{}, line {line}: {message}", file.display())]
    Form {
        /// Which.
        file: PathBuf,
        /// In which line.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// There is no such key.
    #[error("{} says {name}, and there is no such key; there are {}", file.display(), known())]
    UnknownKey {
        /// Which.
        file: PathBuf,
        /// What it says.
        name: String,
    },
    /// A key cannot have this value.
    #[error("{by} says {key} = {value}; what can be said is {allowed}")]
    Value {
        /// Who says it.
        by: String,
        /// Of what.
        key: &'static str,
        /// What.
        value: String,
        /// What could be said.
        allowed: String,
    },
    /// Two receivers of webhooks have one name.
    #[error("{}: {source}", file.display())]
    SameWebhook {
        /// Which.
        file: PathBuf,
        /// Whose.
        source: SameName,
    },
    /// Of two keys that go together one is said.
    #[error("{said} is said and {unsaid} is not; say both, or neither")]
    Half {
        /// Which is said.
        said: &'static str,
        /// Which is not.
        unsaid: &'static str,
    },
    /// Two places are named at once.
    #[error("{by} says both data and database_url; a ledger is kept in one of them")]
    TwoPlaces {
        /// Who says so.
        by: String,
    },
}

fn known() -> String {
    KEYS.map(|key| key.name).join(", ")
}
