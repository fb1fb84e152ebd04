//! What the program is told: by flags, by the environment, by a file. The nearer to the person who starts it, the more it
//! counts, and each value is looked at before anything is done.
//!
//! Every key can be said by environment and by file; those that change from one call to the next are flags too. Receivers of
//! webhooks, of which there may be several, are tables of the file alone.

use crate::database::Place;
use crate::webhook::{Endpoint, SameName};
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::{Table, Value};
use tracing_subscriber::EnvFilter;
use xiaohao_core::values::CountyCode;
use xiaohao_graphql::Limits;
use xiaohao_store::Location;

/// Something that can be said.
#[derive(Debug)]
pub struct Key {
    /// Its name; what stands before a dot is a table of the file.
    pub name: &'static str,
    /// What holds where nobody says anything.
    pub default: Option<&'static str>,
    allowed: Allowed,
}

/// What can be said under a key, as it is told to somebody who said something else.
#[derive(Debug)]
enum Allowed {
    Words(&'static str),
    /// The same, of something that is not to be shown to whoever looks on.
    Secret(&'static str),
    Number(RangeInclusive<u32>),
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) | Self::Secret(words) => f.write_str(words),
            Self::Number(range) => {
                write!(
                    f,
                    "a whole number from {} to {}",
                    range.start(),
                    range.end()
                )
            }
        }
    }
}

const fn key(name: &'static str, default: Option<&'static str>, allowed: Allowed) -> Key {
    Key {
        name,
        default,
        allowed,
    }
}

const fn number(name: &'static str, default: &'static str, range: RangeInclusive<u32>) -> Key {
    key(name, Some(default), Allowed::Number(range))
}

/// Where the server listens; unless it is told otherwise, this machine alone can reach it there.
pub static LISTEN: Key = key(
    "listen",
    Some("127.0.0.1:8431"),
    Allowed::Words("an address with a port, as 127.0.0.1:8431; port 0 takes a free one"),
);
/// The folder of the ledger.
pub static DATA: Key = key("data", None, Allowed::Words("a folder"));
/// The database of the ledger.
pub static DATABASE_URL: Key = key(
    "database_url",
    None,
    Allowed::Secret("a URL that begins with postgres:// or postgresql://"),
);
/// The folder of the files of evidence.
pub static EVIDENCE: Key = key("evidence", None, Allowed::Words("a folder"));
/// The file of the key by which the log is signed.
pub static SIGNING_KEY: Key = key("signing_key", None, Allowed::Words("a file"));
/// Which county.
pub static COUNTY: Key = key(
    "county",
    None,
    Allowed::Words("the code of a county, six digits as 431123"),
);
static LOG: Key = key(
    "log",
    Some("info"),
    Allowed::Words("a level, or levels by part, as info or warn,xiaohao_server=debug"),
);
static INTROSPECTION: Key = key(
    "introspection",
    Some("signed-in"),
    Allowed::Words("signed-in, everyone or off"),
);
static QUERY_BYTES: Key = number("limits.query_bytes", "16384", 1024..=1_048_576);
/// Never more than by default: what is nested deeper is not looked into before it runs.
static NESTING: Key = number("limits.nesting", "64", 16..=64);
static DEPTH: Key = number("limits.depth", "15", 4..=64);
static FIELDS: Key = number("limits.fields", "2000", 100..=100_000);
static ALIASES: Key = number("limits.aliases", "50", 0..=10_000);
static DIRECTIVES: Key = number("limits.directives", "50", 0..=10_000);
static COMPLEXITY: Key = number("limits.complexity", "20000", 100..=10_000_000);
static BODY_BYTES: Key = number("limits.body_bytes", "262144", 1024..=16_777_216);

static SUBSCRIPTIONS: Key = number("limits.subscriptions", "1000", 0..=1_000_000);
static REQUEST_SECONDS: Key = number("limits.request_seconds", "30", 1..=600);
static GRACE: Key = number("shutdown_grace_seconds", "30", 0..=3600);

/// All that can be said, in the order in which it is documented.
pub static KEYS: [&Key; 19] = [
    &LISTEN,
    &DATA,
    &DATABASE_URL,
    &EVIDENCE,
    &SIGNING_KEY,
    &COUNTY,
    &LOG,
    &INTROSPECTION,
    &QUERY_BYTES,
    &NESTING,
    &DEPTH,
    &FIELDS,
    &ALIASES,
    &DIRECTIVES,
    &COMPLEXITY,
    &BODY_BYTES,
    &SUBSCRIPTIONS,
    &REQUEST_SECONDS,
    &GRACE,
];

impl Key {
    /// The variable of the environment that says it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("XIAOHAO_{}", self.name.replace('.', "_").to_uppercase())
    }
}

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

/// Who says something, the nearest first.
#[derive(Debug)]
enum Source {
    Flags,
    Environment,
    File(PathBuf),
}

impl Source {
    /// Whoever says this key, by name.
    fn names(&self, key: &Key) -> String {
        match self {
            Self::Flags => format!("--{}", key.name.replace('_', "-")),
            Self::Environment => key.variable(),
            Self::File(file) => file.display().to_string(),
        }
    }
}

/// All that is said, by everybody who says something.
#[derive(Debug)]
pub struct Said {
    layers: Vec<(Source, Values)>,
    webhooks: Vec<Endpoint>,
}

/// What is said under each key.
type Values = BTreeMap<&'static str, String>;

impl Said {
    /// What flags, the environment and a file say. A variable that is empty says nothing.
    ///
    /// # Errors
    /// [`Misconfigured`] of the file.
    pub fn by(
        flags: impl IntoIterator<Item = (&'static Key, Option<String>)>,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, Misconfigured> {
        let flags = flags.into_iter();
        let flags = flags.filter_map(|(key, value)| Some((key.name, value?)));
        let variable = |key: &&Key| {
            let value = environment(&key.variable());
            Some((key.name, value.filter(|value| !value.is_empty())?))
        };
        let variables = KEYS.iter().filter_map(variable);
        let mut layers = vec![
            (Source::Flags, flags.collect()),
            (Source::Environment, variables.collect()),
        ];
        let mut webhooks = Vec::new();
        if let Some(file) = file {
            let (values, endpoints) = in_file(file)?;
            layers.push((Source::File(file.to_owned()), values));
            webhooks = endpoints;
        }
        Ok(Self { layers, webhooks })
    }

    /// What is said under a key by whoever counts most, or what holds where nobody says anything.
    fn get<T>(
        &self,
        key: &'static Key,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Misconfigured> {
        let said = self.layers.iter().find_map(|(source, values)| {
            let value = values.get(key.name)?;
            Some((source.names(key), value.as_str()))
        });
        let default = || Some(("the program".to_owned(), key.default?));
        match said.or_else(default) {
            None => Ok(None),
            Some((source, value)) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(wrong(source, key, value)),
            },
        }
    }

    /// Whether anybody says anything under a key.
    fn says(&self, key: &Key) -> bool {
        self.layers
            .iter()
            .any(|(_, values)| values.contains_key(key.name))
    }

    /// The same of a key that has a default.
    fn always<T>(
        &self,
        key: &'static Key,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Misconfigured> {
        let value = self.get(key, read)?;
        value.ok_or_else(|| wrong("nobody".to_owned(), key, ""))
    }

    fn number<N: TryFrom<u32>>(&self, key: &'static Key) -> Result<N, Misconfigured> {
        self.always(key, |text| {
            let number: u32 = text.parse().ok()?;
            let fits = match &key.allowed {
                Allowed::Number(range) => range.contains(&number),
                Allowed::Words(_) | Allowed::Secret(_) => false,
            };
            N::try_from(number).ok().filter(|_| fits)
        })
    }

    /// Where the ledger is kept. Folder and database are two ways to say one thing: whoever counts most and says either,
    /// says where.
    fn ledger(&self) -> Result<Option<Location>, Misconfigured> {
        for (source, values) in &self.layers {
            match (values.get(DATA.name), values.get(DATABASE_URL.name)) {
                (None, None) => {}
                (Some(folder), None) => {
                    return Ok(Some(Place::in_folder(Path::new(folder)).ledger));
                }
                (None, Some(_)) => return self.get(&DATABASE_URL, |url| url.parse().ok()),
                (Some(_), Some(_)) => {
                    let by = source.names(&DATA);
                    return Err(Misconfigured::TwoPlaces { by });
                }
            }
        }
        Ok(None)
    }
}

fn wrong(by: String, key: &'static Key, value: &str) -> Misconfigured {
    let value = match key.allowed {
        Allowed::Secret(_) => "…".to_owned(),
        Allowed::Words(_) | Allowed::Number(_) => format!("{value:?}"),
    };
    Misconfigured::Value {
        by,
        key: key.name,
        value,
        allowed: key.allowed.to_string(),
    }
}

fn in_file(file: &Path) -> Result<(Values, Vec<Endpoint>), Misconfigured> {
    let text = std::fs::read_to_string(file).map_err(|source| Misconfigured::Unread {
        file: file.to_owned(),
        source,
    })?;
    let form = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        Misconfigured::Form {
            file: file.to_owned(),
            line: before.map_or(0, |before| before.matches('\n').count()) + 1,
            message: error.message().to_owned(),
        }
    };
    let mut table: Table = text.parse().map_err(form)?;
    let webhooks = Endpoint::all(&text).map_err(form)?;
    Endpoint::each_of_its_own(&webhooks).map_err(|source| Misconfigured::SameWebhook {
        file: file.to_owned(),
        source,
    })?;
    table.remove("webhook");
    let mut values = BTreeMap::new();
    for (name, value) in flat(table, "") {
        let found = KEYS.iter().find(|key| key.name == name);
        let key = found.ok_or_else(|| Misconfigured::UnknownKey {
            file: file.to_owned(),
            name,
        })?;
        let text = match (value.as_str(), value.as_integer()) {
            (Some(text), _) => text.to_owned(),
            (_, Some(number)) => number.to_string(),
            (None, None) => return Err(wrong(file.display().to_string(), key, value.type_str())),
        };
        values.insert(key.name, text);
    }
    Ok((values, webhooks))
}

/// The values of a table and of those in it, each with its whole name.
fn flat(table: Table, within: &str) -> Vec<(String, Value)> {
    let values = table.into_iter().flat_map(|(name, value)| {
        let name = format!("{within}{name}");
        if let Value::Table(inner) = value {
            flat(inner, &format!("{name}."))
        } else {
            vec![(name, value)]
        }
    });
    values.collect()
}

/// What the program goes by.
#[derive(Debug)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where the ledger is kept; none where nobody says so.
    pub ledger: Option<Location>,
    /// Where the files of evidence are kept; none where nobody says so and the ledger is in no folder.
    pub evidence: Option<PathBuf>,
    /// The file of the key by which the log is signed; none where nobody says so and the ledger is in no folder.
    pub signing_key: Option<PathBuf>,
    /// Whether somebody said so; where nobody did, a key that is not there is not missed.
    pub signing_key_is_said: bool,
    /// Which county; none where there is one to choose from.
    pub county: Option<CountyCode>,
    /// What is logged.
    pub log: String,
    /// What a query may cost.
    pub limits: Limits,
    /// What a request may be.
    pub requests: Requests,
    /// Who may ask about the schema itself of the example county: everybody, unless something else is said, because everybody
    /// may sign in there.
    pub introspection_of_example: Introspection,
    /// How long what was begun is waited for when the server is told to stop.
    pub grace: Duration,
    /// Who is told of the ledger as it grows.
    pub webhooks: Vec<Endpoint>,
}

/// What a request may be, beside what is asked in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requests {
    /// Who may ask about the schema itself.
    pub introspection: Introspection,
    /// The bytes of its body.
    pub body_bytes: usize,
    /// How many may subscribe at once.
    pub subscriptions: usize,
    /// How long its body may take to come, and how long one that only reads may take; an act is carried out to its end.
    pub time: Duration,
}

/// Who may ask about the schema itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// Whoever has signed in.
    SignedIn,
    /// Everybody.
    Everyone,
    /// Nobody.
    Off,
}

impl Introspection {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "signed-in" => Some(Self::SignedIn),
            "everyone" => Some(Self::Everyone),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            introspection: Introspection::SignedIn,
            body_bytes: 256 * 1024,
            subscriptions: 1000,
            time: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// What is said, read and looked at.
    ///
    /// # Errors
    /// [`Misconfigured`] of the first value that cannot be.
    pub fn of(said: &Said) -> Result<Self, Misconfigured> {
        let ledger = said.ledger()?;
        let folder = |text: &str| Some(PathBuf::from(text));
        let place = match &ledger {
            Some(Location::File(file)) => file.parent().map(Place::in_folder),
            Some(Location::Url(_)) | None => None,
        };
        let (evidence, key) = place.map_or((None, None), |place| {
            (Some(place.evidence), place.signing_key)
        });
        let is_filter = |text: &str| EnvFilter::try_new(text).is_ok();
        Ok(Self {
            listen: said.always(&LISTEN, |text| text.parse().ok())?,
            evidence: said.get(&EVIDENCE, folder)?.or(evidence),
            signing_key: said.get(&SIGNING_KEY, folder)?.or(key),
            signing_key_is_said: said.says(&SIGNING_KEY),
            ledger,
            county: said.get(&COUNTY, |text| CountyCode::parse(text).ok())?,
            log: said.always(&LOG, |text| is_filter(text).then(|| text.to_owned()))?,
            limits: Limits {
                query_bytes: said.number(&QUERY_BYTES)?,
                nesting: said.number(&NESTING)?,
                depth: said.number(&DEPTH)?,
                fields: said.number(&FIELDS)?,
                aliases: said.number(&ALIASES)?,
                directives: said.number(&DIRECTIVES)?,
                complexity: said.number(&COMPLEXITY)?,
            },
            requests: Requests {
                introspection: said.always(&INTROSPECTION, Introspection::parse)?,
                body_bytes: said.number(&BODY_BYTES)?,
                subscriptions: said.number(&SUBSCRIPTIONS)?,
                time: Duration::from_secs(said.number(&REQUEST_SECONDS)?),
            },
            introspection_of_example: if said.says(&INTROSPECTION) {
                said.always(&INTROSPECTION, Introspection::parse)?
            } else {
                Introspection::Everyone
            },
            grace: Duration::from_secs(said.number(&GRACE)?),
            webhooks: said.webhooks.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_rooms_they_go_to() {
        let nothing = Said::by([], |_| None, None).unwrap();
        let settings = Settings::of(&nothing).unwrap();
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.requests, Requests::default());
    }
}
