//! `xiaohao user`: who may sign in, and with which password.

use crate::served::{Served, Unserved};
use crate::session::{BadPassword, Ungiven, chosen_by, secret};
use std::io::Read;
use xiaohao_core::Role;
use xiaohao_core::calendar::InChinese;
use xiaohao_core::directory::{Login, Person};
use xiaohao_core::values::Invalid;
use xiaohao_graphql::Door as _;
use xiaohao_ledger::Fault;

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum Unset {
    /// The county cannot be opened.
    #[error(transparent)]
    Served(#[from] Unserved),
    /// It is no login.
    #[error("{login} is no login")]
    Login {
        /// What was given.
        login: String,
        /// Why not.
        source: Invalid,
    },
    /// Nobody has that login.
    #[error(
        "nobody in the county's directory has the login {login}; `xiaohao user list` shows who is there"
    )]
    Nobody {
        /// The login.
        login: Login,
    },
    /// The password cannot be read.
    #[error("the password cannot be read from standard input")]
    Input(#[source] std::io::Error),
    /// It is no password.
    #[error(transparent)]
    Password(#[from] BadPassword),
    /// A platform has no password.
    #[error(
        "{login} is a platform, which signs in by a key and not by a password; issue one with `xiaohao key issue {login}`"
    )]
    Platform {
        /// The login.
        login: Login,
    },
    /// It is not given.
    #[error(transparent)]
    Ungiven(#[from] Ungiven),
    /// The ledger cannot be asked.
    #[error("the ledger cannot be asked")]
    Fault(#[from] Fault),
}

/// The people of a county, one to a line: login, name, posts.
#[must_use]
pub fn listed(served: &Served) -> String {
    listed_where(served, |_| true)
}

/// Those of them who sign in by a password, and those who do by a key.
pub(crate) fn by_password_and_by_key(served: &Served) -> (String, String) {
    let by_password = listed_where(served, |person| !is_platform(person));
    (by_password, listed_where(served, is_platform))
}

/// Whether somebody is a program of others: all his posts are those of a platform.
pub(crate) fn is_platform(person: &Person) -> bool {
    let posts = &person.posts;
    !posts.is_empty() && posts.iter().all(|post| post.role == Role::Platform)
}

fn listed_where(served: &Served, is_listed: fn(&Person) -> bool) -> String {
    let directory = served.office.directory();
    let people = directory.people().iter().filter(|person| is_listed(person));
    let people = people.map(|person| {
        let posts = person.posts.iter().map(|post| {
            let unit = directory.unit(post.unit);
            let unit = unit.map_or_else(String::new, |unit| unit.name.to_string());
            let days = match (post.from, post.until) {
                (None, None) => String::new(),
                (Some(from), None) => format!("，自{}起", InChinese(from)),
                (None, Some(until)) => format!("，至{}止", InChinese(until)),
                (Some(from), Some(until)) => format!("，{}至{}", InChinese(from), InChinese(until)),
            };
            format!("{}（{unit}{days}）", post.role)
        });
        let posts: Vec<_> = posts.collect();
        format!(
            "{:<12} {}  {}\n",
            person.login,
            person.name,
            posts.join("、")
        )
    });
    people.collect()
}

/// The people of a county, in the form of people.json.
///
/// # Errors
/// None that a directory can cause.
pub fn as_file(served: &Served) -> Result<String, serde_json::Error> {
    let directory = served.office.directory();
    let people = serde_json::to_string_pretty(directory.people())?;
    Ok(people + "\n")
}

/// Sets the password of a login to the first line of standard input.
///
/// # Errors
/// [`Unset`].
pub async fn set_password(served: &Served, login: &str) -> Result<Login, Unset> {
    let person = whose(served, login)?;
    if is_platform(&person) {
        let login = person.login;
        return Err(Unset::Platform { login });
    }
    let said = Typed::read().map_err(Unset::Input)?;
    let hashed = chosen_by(&person, &said.password)?;
    let whose = std::slice::from_ref(&person);
    served.door.give(whose, &hashed).await?;
    Ok(person.login)
}

/// Asks for no second factor of a login any more; whether one was asked for.
///
/// # Errors
/// [`Unset`].
pub async fn forget_second_factor(served: &Served, login: &str) -> Result<bool, Unset> {
    let person = whose(served, login)?;
    Ok(served.door.forget_second_factor(&person).await?)
}

/// Ends every session of a login, and what the identity provider has issued to him; how many sessions there were.
///
/// # Errors
/// [`Unset`].
pub async fn end_sessions(served: &Served, login: &str) -> Result<u64, Unset> {
    let person = whose(served, login)?;
    Ok(served.door.end_all(person.id, "").await?)
}

/// Whose login it is.
///
/// # Errors
/// [`Unset::Login`], [`Unset::Nobody`].
pub(crate) fn whose(served: &Served, login: &str) -> Result<Person, Unset> {
    let login = Login::parse(login).map_err(|source| Unset::Login {
        login: login.to_owned(),
        source,
    })?;
    let directory = served.office.directory();
    let mut people = directory.people().iter();
    let person = people.find(|person| person.login == login);
    person.cloned().ok_or(Unset::Nobody { login })
}

/// What somebody types who shows who he is.
pub(crate) struct Typed {
    /// On the first line.
    pub(crate) password: String,
    /// The code of the second factor, on a line of its own; none where there is no such line.
    pub(crate) code: Option<String>,
}

impl Typed {
    /// Reads standard input.
    pub(crate) fn read() -> std::io::Result<Self> {
        let mut text = String::new();
        // A password longer than this is refused; a file given by mistake is not read whole.
        let mut input = std::io::stdin().lock().take(4096);
        input.read_to_string(&mut text)?;
        let mut lines = text.lines().map(ToOwned::to_owned);
        Ok(Self {
            password: lines.next().unwrap_or_default(),
            code: lines.next(),
        })
    }
}

/// How many people are given their passwords by one act: so few that it is soon done, however slow the disk.
const AT_ONCE: usize = 100;

/// Gives everybody who signs in by one the same password, for the example county; it is printed for whoever looks at that, and anything but secret.
///
/// # Errors
/// [`Unset`].
pub async fn give_all(served: &Served, password: &str) -> Result<(), Unset> {
    let directory = served.office.directory();
    let people = directory.people().iter().filter(|one| !is_platform(one));
    let people: Vec<_> = people.cloned().collect();
    give(served, &people, password).await
}

/// Gives these people the same password.
///
/// # Errors
/// [`Unset`].
pub async fn give(served: &Served, people: &[Person], password: &str) -> Result<(), Unset> {
    let secret = secret(password)?;
    for some in people.chunks(AT_ONCE) {
        served.door.give(some, &secret).await?;
    }
    Ok(())
}
