//! Signing in by local accounts: passwords kept as Argon2id, tokens kept as digests, sessions that are soon over and can be
//! renewed.
//!
//! Whoever guesses is slowed down: after some wrong passwords a login waits, longer each time. What is waited for is kept in
//! memory alone; a server that is started again forgets it.

use crate::chance;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use xiaohao_core::directory::{Directory, Login, Person, Post};
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_core::{Actor, county_day};
use xiaohao_graphql::{Door, Opened, PostAsked, Shut};
use xiaohao_ledger::{Clock, Fault};
use xiaohao_store::{Account, Session, SqlStore};

/// How long a token is good.
const TOKEN: TimeDelta = TimeDelta::minutes(15);

/// How long a session can be renewed: a day at work.
const RENEWABLE: TimeDelta = TimeDelta::hours(12);

/// The wrong passwords that are let pass before a login waits, and the first and the longest wait.
const TRIES: u32 = 5;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(10);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// The most logins that are remembered for their wrong passwords.
const REMEMBERED: usize = 10_000;

/// The fewest and the most characters of a password.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;

/// A password that nobody may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Too short, or too long.
    #[error("a password has from 8 to 128 characters")]
    Length,
    /// It cannot be kept.
    #[error("the password cannot be kept")]
    Hash,
}

/// A password as it is kept: Argon2id with 19 MiB, two passes and a salt of its own (RFC 9106, OWASP).
///
/// # Errors
/// [`BadPassword`].
pub fn secret(password: &str) -> Result<String, BadPassword> {
    if !PASSWORD.contains(&password.chars().count()) {
        return Err(BadPassword::Length);
    }
    let salt = SaltString::generate(&mut OsRng);
    let hash = argon2().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|_| BadPassword::Hash)
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn fits(secret: &str, password: &str) -> bool {
    PasswordHash::new(secret)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A new token, and its digest.
fn token() -> (String, Digest) {
    let token = Digest::new(chance::bytes()).to_string();
    let digest = digest(&token);
    (token, digest)
}

fn digest(token: &str) -> Digest {
    Digest::new(Sha256::digest(token).into())
}

/// Lets people into one county's office.
#[derive(Clone)]
pub struct Doorkeeper {
    store: SqlStore,
    county: CountyCode,
    directory: Arc<Directory>,
    clock: Clock,
    wrong: Arc<Mutex<HashMap<String, Wrong>>>,
    /// What a password is checked against where there is no such login, so that both take the same time.
    nobody: Arc<str>,
}

/// Wrong passwords of one login.
#[derive(Clone, Copy)]
struct Wrong {
    times: u32,
    waits_until: DateTime<Utc>,
}

impl fmt::Debug for Doorkeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doorkeeper")
            .field("county", &self.county)
            .finish_non_exhaustive()
    }
}

impl Doorkeeper {
    /// The keeper of a county's door.
    ///
    /// # Errors
    /// [`BadPassword::Hash`] where this machine cannot hash passwords.
    pub fn new(
        store: SqlStore,
        county: CountyCode,
        directory: Arc<Directory>,
        clock: Clock,
    ) -> Result<Self, BadPassword> {
        Ok(Self {
            store,
            county,
            directory,
            clock,
            wrong: Arc::default(),
            nobody: secret("nobody has this one")?.into(),
        })
    }

    fn still_holds(&self, session: &Session, on: NaiveDate) -> bool {
        let Actor { person, role, unit } = session.actor;
        let person = self.directory.person(person);
        person.is_some_and(|person| {
            person
                .posts_on(on)
                .any(|post| post.role == role && post.unit == unit)
        })
    }

    /// Sets the password of a login.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keep(&self, person: &Person, secret: String) -> Result<(), Fault> {
        let account = Account {
            login: person.login.clone(),
            person: person.id,
            secret,
            changed_at: (self.clock)(),
        };
        self.store.keep_account(self.county, &account).await
    }

    fn opened(&self, login: &Login, actor: Actor, until: DateTime<Utc>) -> (Session, Opened) {
        let now = (self.clock)();
        let ((token, token_digest), (renewal, renewal_digest)) = (token(), token());
        let expires_at = now.checked_add_signed(TOKEN).unwrap_or(now);
        let session = Session {
            token: token_digest,
            renewal: renewal_digest,
            login: login.clone(),
            actor: actor.clone(),
            expires_at,
            renewable_until: until,
        };
        let opened = Opened {
            token,
            expires_at,
            renewal,
            renewable_until: until,
            actor,
        };
        (session, opened)
    }

    // ── Who guesses waits ──

    fn waits(&self, login: &str, now: DateTime<Utc>) -> Option<Duration> {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let until = wrong.get(login)?.waits_until;
        (until - now).to_std().ok().filter(|wait| !wait.is_zero())
    }

    fn guessed(&self, login: &str, now: DateTime<Utc>) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.len() >= REMEMBERED {
            wrong.retain(|_, wrong| wrong.waits_until > now);
        }
        let entry = wrong.entry(login.to_owned()).or_insert(Wrong {
            times: 0,
            waits_until: now,
        });
        entry.times = entry.times.saturating_add(1);
        if let Some(beyond) = entry.times.checked_sub(TRIES) {
            let longer = 2_i32.checked_pow(beyond).unwrap_or(i32::MAX);
            let wait = FIRST_WAIT.checked_mul(longer).unwrap_or(LONGEST_WAIT);
            entry.waits_until = now
                .checked_add_signed(wait.min(LONGEST_WAIT))
                .unwrap_or(now);
        }
    }

    fn forget(&self, login: &str) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(login);
    }
}

/// The post in which somebody is let in: the one he asks for, or the first that he holds.
pub(crate) fn chosen(person: &Person, asked: PostAsked, on: NaiveDate) -> Option<&Post> {
    let fits = |post: &&Post| {
        asked.role.is_none_or(|role| role == post.role)
            && asked.unit.is_none_or(|unit| unit == post.unit)
    };
    person.posts_on(on).find(fits)
}

#[async_trait]
impl Door for Doorkeeper {
    async fn who(&self, token: &str) -> Result<Option<Actor>, Fault> {
        let session = self.store.session(self.county, digest(token)).await?;
        let now = (self.clock)();
        let good = session.filter(|session| now < session.expires_at);
        Ok(good
            .filter(|session| self.still_holds(session, county_day(now)))
            .map(|session| session.actor))
    }

    async fn sign_in(&self, login: &str, password: &str, post: PostAsked) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let name = login.trim().to_lowercase();
        if let Some(wait) = self.waits(&name, now) {
            return Err(Shut::TooManyTries(wait));
        }
        let login = Login::parse(login).ok();
        let account = match &login {
            Some(login) => self.store.account(self.county, login).await?,
            None => None,
        };
        let secret = account.as_ref().map(|account| account.secret.as_str());
        let secret = secret.unwrap_or(&self.nobody).to_owned();
        let password = password.to_owned();
        // Hashing takes its time, which is meant; it must not be that of whoever else is served.
        let fits = tokio::task::spawn_blocking(move || fits(&secret, &password));
        let fits = fits.await.map_err(Fault::internal)?;
        let Some(account) = account.filter(|_| fits) else {
            self.guessed(&name, now);
            return Err(Shut::WrongSecret);
        };
        self.forget(&name);
        let person = self.directory.person(account.person);
        let person = person.ok_or(Shut::NoSuchPost)?;
        let post = chosen(person, post, county_day(now)).ok_or(Shut::NoSuchPost)?;
        let until = now.checked_add_signed(RENEWABLE).unwrap_or(now);
        let (session, opened) = self.opened(&account.login, person.acting(post), until);
        self.store.open_session(self.county, &session, now).await?;
        tracing::info!(login = %account.login, role = post.role.code(), "signed in");
        Ok(opened)
    }

    async fn renew(&self, renewal: &str) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let old = self
            .store
            .session_to_renew(self.county, digest(renewal))
            .await?
            .filter(|old| now < old.renewable_until)
            .filter(|old| self.still_holds(old, county_day(now)))
            .ok_or(Shut::SessionOver)?;
        let (new, opened) = self.opened(&old.login, old.actor, old.renewable_until);
        let renewed = self.store.renew_session(self.county, old.token, &new);
        if renewed.await? {
            Ok(opened)
        } else {
            Err(Shut::SessionOver)
        }
    }

    async fn sign_out(&self, token: &str) -> Result<(), Fault> {
        self.store.end_session(self.county, digest(token)).await
    }
}
