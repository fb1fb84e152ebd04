//! Where a ledger is kept. The URL of a database may hold a password: it is shown by nothing that is said of it, right or wrong.

use crate::sql::Engine;
use sea_orm::sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use xiaohao_ledger::Fault;

/// Where a ledger is kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite, for one machine.
    File(PathBuf),
    /// A database of PostgreSQL, `postgres://user@host/name`.
    Url(String),
}

/// It is not said where the ledger is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no URL of one database of PostgreSQL")]
pub struct BadLocation;

/// What may stand behind the `?` of a URL. The driver leaves out what it does not know, and writes it into the log.
const PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

impl FromStr for Location {
    type Err = BadLocation;

    fn from_str(url: &str) -> Result<Self, BadLocation> {
        options(url)?;
        Ok(Self::Url(url.to_owned()))
    }
}

/// What a URL says, where it says it clearly: of a password that holds `/`, `?` or `#` as it is, the rest would be taken for the name of
/// the database, and shown.
fn options(url: &str) -> Result<PgConnectOptions, BadLocation> {
    let known = ["postgres://", "postgresql://"];
    let rest = known.iter().find_map(|scheme| url.strip_prefix(scheme));
    let rest = rest.ok_or(BadLocation)?;
    let (_, beyond) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (_, asked) = beyond.split_once('?').unwrap_or_default();
    let mut names = asked.split('&').filter(|pair| !pair.is_empty());
    let is_known = names.all(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        PARAMETERS.contains(&name) || name.starts_with("options[")
    });
    if !is_known || beyond.contains(['@', '#']) {
        return Err(BadLocation);
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| BadLocation)?;
    // The driver would look up several hosts as the name of one.
    let is_one = !options.get_host().contains(',');
    is_one.then_some(options).ok_or(BadLocation)
}

/// The server of a URL.
///
/// # Errors
/// [`Fault`] for a URL that cannot be one.
pub(crate) fn server(url: &str) -> Result<PgConnectOptions, Fault> {
    options(url).map_err(Fault::internal)
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match self {
            Self::File(path) => return path.display().fmt(f),
            Self::Url(url) => url,
        };
        let Ok(options) = options(url) else {
            return f.write_str("postgres://…");
        };
        match options.get_socket() {
            Some(socket) => write!(f, "postgres://…@{}", socket.display())?,
            None => write!(
                f,
                "postgres://…@{}:{}",
                options.get_host(),
                options.get_port()
            )?,
        }
        write!(f, "/{}", options.get_database().unwrap_or_default())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Location {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::File(_) => Engine::Sqlite,
            Self::Url(_) => Engine::Postgres,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password_and_refused_where_that_spills_into_the_rest() {
        let shown = |url: &str| url.parse().map(|place: Location| place.to_string());
        for good in [
            "postgres://u:SECRET@h:5433/x",
            "postgres://u:1%2FSECRET%40@h:5433/x",
            "postgresql://h:5433/x?user=u&password=SECRET",
            "postgres://u@h:5433/x?password=SECRET&sslmode=require",
            "postgres:///x?host=h&port=5433&options=-c%20SECRET",
        ] {
            assert_eq!(
                shown(good),
                Ok("postgres://…@h:5433/x".to_owned()),
                "{good}"
            );
        }
        let socket = shown("postgres:///x?user=u&password=SECRET&host=/run/postgresql");
        assert_eq!(socket, Ok("postgres://…@/run/postgresql/x".to_owned()));
        for bad in [
            "mysql://u:SECRET@h/x",
            "postgres:u:SECRET@h/x",
            "postgres://u:TOP/SECRET@h/x",
            "postgres://u:TOP#SECRET@h/x",
            "postgres://u:TOP?SECRET@h/x",
            "postgres://u:12/SECRET@h/x",
            "postgres://u:12#SECRET@h/x",
            "postgres://u:12?SECRET@h/x",
            "postgres://u:12?host=SECRET@h/x",
            "postgres://u:SECRET@h/x?pasword=SECRET",
            "postgres://u:SECRET@h/x?sslmode=SECRET",
            "postgres://u:SECRET@h:99999/x",
            "postgres://u:SECRET@h,i/x",
            "postgres://u:SECRET@h:1,i:2/x",
        ] {
            assert_eq!(shown(bad), Err(BadLocation), "{bad}");
            let place = Location::Url(bad.to_owned());
            assert_eq!(format!("{place} {place:?}"), "postgres://… postgres://…");
        }
    }
}
