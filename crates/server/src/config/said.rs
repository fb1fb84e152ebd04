//! Who says what: flags, the environment and a file, the nearest first.

use super::keys::{Allowed, DATA, DATABASE_URL, KEYS, Key};
use super::misconfigured::Misconfigured;
use crate::database::Place;
use crate::webhook::Endpoint;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Table, Value};
use xiaohao_store::Location;

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
            Self::Flags => format!("--{}", key.name.replace(['_', '.'], "-")),
            Self::Environment => key.variable(),
            Self::File(file) => file.display().to_string(),
        }
    }
}

/// All that is said, by everybody who says something.
#[derive(Debug)]
pub struct Said {
    layers: Vec<(Source, Values)>,
    pub(super) webhooks: Vec<Endpoint>,
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
    pub(super) fn get<T>(
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
    pub(super) fn says(&self, key: &Key) -> bool {
        self.layers
            .iter()
            .any(|(_, values)| values.contains_key(key.name))
    }

    /// The same of a key that has a default.
    pub(super) fn always<T>(
        &self,
        key: &'static Key,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Misconfigured> {
        let value = self.get(key, read)?;
        value.ok_or_else(|| wrong("nobody".to_owned(), key, ""))
    }

    pub(super) fn number<N: TryFrom<u32>>(&self, key: &'static Key) -> Result<N, Misconfigured> {
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
    pub(super) fn ledger(&self) -> Result<Option<Location>, Misconfigured> {
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
