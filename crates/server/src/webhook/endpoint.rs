//! What the configuration says of a receiver: a table `[[webhook]]`.

use super::signature::{NoSecret, Secret};
use crate::outgoing::Target;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::slice;
use xiaohao_core::Role;
use xiaohao_core::directory::Login;
use xiaohao_core::values::UnitId;
use xiaohao_graphql::{PostAsked, ledger_events};
use xiaohao_ledger::Position;

/// A receiver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// By which it is known, in the log, in the figures and for its place in the ledger.
    pub(super) name: Name,
    pub(super) url: Target,
    secret: Secrets,
    /// As whom it is told: what he may not see is not sent.
    pub(super) login: Login,
    role: Option<Role>,
    unit: Option<UnitId>,
    /// What is sent; everything where nothing is said.
    events: Option<Events>,
    /// Where it begins, when it is new; at the present end of the ledger where nothing is said.
    from: Option<First>,
    #[serde(default)]
    pub(super) allow_private: bool,
}

/// Two receivers have one name.
#[derive(Debug, thiserror::Error)]
#[error(
    "two webhooks have the name {0}; each keeps its place in the ledger under a name of its own"
)]
pub struct SameName(Name);

/// The tables `[[webhook]]` of a file; what else is in it is for others.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    webhook: Vec<Endpoint>,
}

/// Why a secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSecret {
    /// The file cannot be read.
    #[error("cannot read {}", file.display())]
    Unread {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is none in it, or something else.
    #[error("{} should hold secrets, each on a line", file.display())]
    InFile {
        /// Which.
        file: PathBuf,
        /// What should be there.
        source: NoSecret,
    },
}

impl Endpoint {
    /// The receivers that the text of a configuration names.
    ///
    /// # Errors
    /// Where a table is not as it should be.
    pub(crate) fn all(text: &str) -> Result<Vec<Self>, toml::de::Error> {
        toml::from_str(text).map(|written: Written| written.webhook)
    }

    /// # Errors
    /// [`SameName`] where a name is another's already.
    pub(crate) fn each_of_its_own(endpoints: &[Self]) -> Result<(), SameName> {
        let mut names = BTreeSet::new();
        let again = endpoints.iter().find(|own| !names.insert(&own.name));
        again.map_or(Ok(()), |own| Err(SameName(own.name.clone())))
    }

    /// The name under which its place in the ledger is kept.
    pub(super) fn consumer(&self) -> String {
        format!("webhook:{}", self.name)
    }

    pub(super) fn post(&self) -> PostAsked {
        PostAsked {
            role: self.role,
            unit: self.unit,
        }
    }

    pub(super) fn wants(&self, event: &str) -> bool {
        self.events
            .as_ref()
            .is_none_or(|Events(events)| events.contains(event))
    }

    /// The place after which it begins; none for the present end.
    pub(super) fn begins_after(&self) -> Option<Position> {
        self.from.map(First::after)
    }

    /// The secrets, read from their file where they are in one.
    pub(super) fn secrets(&self) -> Result<Vec<Secret>, BadSecret> {
        let file = match &self.secret {
            Secrets::Here(secrets) => return Ok(secrets.clone()),
            Secrets::In(file) => file,
        };
        let text = std::fs::read_to_string(file).map_err(|source| BadSecret::Unread {
            file: file.clone(),
            source,
        })?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let secrets: Result<Vec<_>, _> = lines.map(Secret::parse).collect();
        let some = secrets.and_then(|all| {
            if all.is_empty() {
                Err(NoSecret)
            } else {
                Ok(all)
            }
        });
        some.map_err(|source| BadSecret::InFile {
            file: file.clone(),
            source,
        })
    }
}

/// The name of a receiver: 1 to 40 small letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Name(String);

impl Name {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=40).contains(&text.len()) && text.chars().all(fits) {
            Ok(Self(text))
        } else {
            Err("a name is 1 to 40 small letters, digits and hyphens")
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One secret or several, or the file in which they are, each on a line.
#[derive(Clone, Debug)]
enum Secrets {
    Here(Vec<Secret>),
    In(PathBuf),
}

impl<'de> Deserialize<'de> for Secrets {
    /// Whatever stands there, it is not shown.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wrong = || {
            let message =
                "secret is a text, a list of texts, or { file = \"…\" } with one on each line";
            de::Error::custom(message)
        };
        let said = toml::Value::deserialize(from).map_err(|_| wrong())?;
        if let Some(table) = said.as_table() {
            let file = table.get("file").and_then(toml::Value::as_str);
            let file = file.filter(|_| table.len() == 1).ok_or_else(wrong)?;
            return Ok(Self::In(file.into()));
        }
        let values = said
            .as_array()
            .map_or(slice::from_ref(&said), Vec::as_slice);
        let texts: Option<Vec<&str>> = values.iter().map(toml::Value::as_str).collect();
        let texts = texts.filter(|texts| !texts.is_empty()).ok_or_else(wrong)?;
        let secrets: Result<_, _> = texts.into_iter().map(Secret::parse).collect();
        secrets.map(Self::Here).map_err(de::Error::custom)
    }
}

/// What is sent, by the codes of `LedgerEvent` in the schema.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
struct Events(BTreeSet<String>);

impl TryFrom<Vec<String>> for Events {
    type Error = String;

    fn try_from(codes: Vec<String>) -> Result<Self, String> {
        let known = ledger_events();
        match codes.iter().find(|code| !known.contains(code)) {
            Some(code) => Err(format!(
                "{code:?} is no event; there are {}",
                known.join(", ")
            )),
            None => Ok(Self(codes.into_iter().collect())),
        }
    }
}

/// The place of the first line that is sent, from 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u64")]
struct First(u64);

impl First {
    fn after(self) -> Position {
        Position::new(self.0.saturating_sub(1))
    }
}

impl TryFrom<u64> for First {
    type Error = &'static str;

    fn try_from(place: u64) -> Result<Self, Self::Error> {
        let is_place = place > 0 && i64::try_from(place).is_ok();
        is_place
            .then_some(Self(place))
            .ok_or("places in the ledger begin with 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_secret_nor_path_is_shown() {
        let text = "[[webhook]]\nname = \"police\"\nurl = \"https://p.example.cn/known-to-us\"\nlogin = \"clerk\"\n\
                    secret = \"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"";
        let shown = format!("{:?}", Endpoint::all(text).unwrap());
        assert!(
            !shown.contains("known-to-us") && !shown.contains("C2FV"),
            "{shown}"
        );
    }
}
