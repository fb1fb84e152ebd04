//! Signing in by local accounts: passwords kept as Argon2id, tokens kept as digests, sessions that are soon over and can be
//! renewed.
//!
//! Whoever guesses is slowed down: after some wrong passwords he waits, longer each time. What is waited for is kept in
//! memory alone; a server that is started again forgets it.

mod devices;
mod hashing;
mod keys;
mod links;
mod password;
mod passwords;
mod patience;
mod recorded;
mod seals;
mod second_factor;

pub use keys::Issued;
pub use password::{Guess, chosen_by};
pub use passwords::Ungiven;
pub use seals::Seals;

use crate::chance;
use crate::clock::new_id;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use hashing::Hashing;
use patience::{Patience, Try};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;
use xiaohao_core::directory::{Login, Person, Post};
use xiaohao_core::values::{CountyCode, Digest, PersonId};
use xiaohao_core::{Role, county_day};
use xiaohao_graphql::{
    Admitted, By, Device, Door, Open, Opened, Owner, PostAsked, Secrets, Shut, Untold,
};
use xiaohao_ledger::{Clock, Fault, Ledger, Through, Told};
use xiaohao_store::{
    Account, Ended, EndedTokens, KeyKind, Renewal, Session, Shown, SqlStore, Tokens,
};

/// How long a token is good.
const TOKEN: TimeDelta = TimeDelta::minutes(15);

/// How long a session can be renewed: a day at work.
const RENEWABLE: TimeDelta = TimeDelta::hours(12);

/// By how much the clocks of two servers of one county may differ.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(1);

/// The fewest and the most characters of a password.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=128;

/// A password that nobody may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Too short, or too long.
    #[error("a password has from 8 to 128 characters")]
    Length,
    /// Whoever guesses comes upon it soon.
    #[error("the password is soon guessed: {}; take another, such as some words that have nothing to do with each other", .0.english())]
    Guessable(Guess),
    /// It cannot be kept.
    #[error("the password cannot be kept")]
    Hash,
}

/// A password, whoever chose it, as it is kept: Argon2id with 19 MiB, two passes and a salt of its own (RFC 9106, OWASP).
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

pub(crate) fn digest(token: &str) -> Digest {
    Digest::new(Sha256::digest(token).into())
}

/// Lets people into one county's office.
#[derive(Clone)]
pub struct Doorkeeper {
    store: SqlStore,
    county: CountyCode,
    ledger: Ledger,
    clock: Clock,
    patience: Arc<Patience>,
    hashing: Arc<Hashing>,
    /// What a password is checked against where there is no such login, so that both take the same time.
    nobody: Arc<str>,
    /// How many passwords were looked at.
    looked_at: Arc<AtomicU64>,
    seals: Seals,
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
        ledger: Ledger,
        clock: Clock,
        seals: Seals,
    ) -> Result<Self, BadPassword> {
        Ok(Self {
            store,
            county: ledger.county().code,
            ledger,
            clock,
            patience: Arc::default(),
            hashing: Arc::default(),
            nobody: secret("nobody has this one")?.into(),
            looked_at: Arc::default(),
            seals,
        })
    }

    /// Somebody as the directory has him now.
    async fn person(&self, id: PersonId) -> Result<Option<Person>, Fault> {
        let county = self.ledger.county_now().await?;
        Ok(county.directory.person(id).cloned())
    }

    /// How many passwords were looked at so far. It is what guessing costs, which must be the same whoever is guessed.
    #[must_use]
    pub fn passwords_looked_at(&self) -> u64 {
        self.looked_at.load(Ordering::Relaxed)
    }

    /// Which tokens that the identity provider has issued to somebody are over. Where they were ended under a clock that was ahead, they
    /// are those of until now: else none that is new would be good before that clock.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) async fn ended_tokens(&self, of: PersonId) -> Result<Option<EndedTokens>, Fault> {
        let now = (self.clock)();
        let kept = self.store.ended_tokens(self.county, of).await?;
        let Some(ahead) = kept.filter(|ended| ended.at - now > CLOCKS_APART) else {
            return Ok(kept);
        };
        let ended = EndedTokens { at: now, ..ahead };
        self.store.end_tokens(self.county, of, ended).await?;
        Ok(Some(ended))
    }

    /// New tokens, with what is kept of them.
    fn tokens(now: DateTime<Utc>) -> (Said, Tokens) {
        let ((token, token_digest), (renewal, renewal_digest)) = (token(), token());
        let tokens = Tokens {
            token: token_digest,
            renewal: renewal_digest,
            expires_at: now.checked_add_signed(TOKEN).unwrap_or(now),
        };
        (Said { token, renewal }, tokens)
    }

    /// Whoever shows who he is, by password and, where one is asked for, by second factor.
    ///
    /// # Errors
    /// [`Shut`].
    async fn known(&self, by: &Secrets<'_>) -> Result<Known, Shut> {
        let (account, tried) = self.knows_password(by).await?;
        match self.knows_code(&account, by.code).await {
            Ok(code) => {
                tried.was_right((self.clock)());
                Ok(Known { account, code })
            }
            // It counts: somebody guesses codes who knows the password.
            Err(Shut::WrongCode) => Err(Shut::WrongCode),
            Err(other) => {
                tried.give_back();
                Err(other)
            }
        }
    }

    /// Whoever knows the password of a login, and his try, which is counted until it is known to be right.
    ///
    /// # Errors
    /// [`Shut`].
    async fn knows_password(&self, by: &Secrets<'_>) -> Result<(Account, Try<'_>), Shut> {
        let queued = self.hashing.queue().map_err(Shut::Busy)?;
        let login = Login::parse(by.login).ok();
        let tried = self.patience.takes(login.as_ref(), by.from, &self.clock);
        let tried = tried.await.map_err(|wait| {
            tracing::warn!("a sign-in was refused: it has to wait");
            Shut::TooManyTries(wait)
        })?;
        let looked_at = async {
            let account = match &login {
                Some(login) => self.store.account(self.county, login).await?,
                None => None,
            };
            let secret = account.as_ref().map(|account| account.secret.as_str());
            let secret = secret.unwrap_or(&self.nobody).to_owned();
            let password = by.password.to_owned();
            self.looked_at.fetch_add(1, Ordering::Relaxed);
            let fits = queued.hashes(move || fits(&secret, &password)).await?;
            Ok::<_, Fault>((account, fits))
        };
        let (account, fits) = match looked_at.await {
            Ok(told) => told,
            Err(fault) => {
                tried.give_back();
                return Err(fault.into());
            }
        };
        match account {
            Some(account) if fits => Ok((account, tried)),
            other => {
                // What is no login may be a password in the wrong field.
                let known = other.map(|account| account.login.to_string());
                tracing::warn!(
                    login = known,
                    "a sign-in was refused: login or password is wrong"
                );
                Err(Shut::WrongSecret)
            }
        }
    }

    /// Opens a session for somebody in one of his posts, if what he has shown still lets in.
    ///
    /// # Errors
    /// [`Shut::NoSuchPost`], [`Shut::KeyNeeded`], [`Shut::Fault`]; where what was shown was changed or ended meanwhile, what whoever
    /// comes with it later is told.
    async fn open(
        &self,
        person: &Person,
        post: PostAsked,
        shown: Shown<'_>,
        way: Way,
    ) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let post = chosen(person, post, county_day(now)).ok_or(Shut::NoSuchPost)?;
        // What a program may do, its key says; by a password it could do all that its post allows.
        if post.role == Role::Platform && way.acts.is_none() {
            return Err(Shut::KeyNeeded);
        }
        let until = now.checked_add_signed(RENEWABLE).unwrap_or(now);
        let (said, tokens) = Self::tokens(now);
        let mut session = Session {
            id: new_id(),
            tokens,
            used: false,
            login: person.login.clone(),
            actor: person.acting(post),
            device: way.device,
            key: way.key,
            acts: way.acts,
            through: way.through,
            opened_at: now,
            renewed_at: now,
            renewable_until: way.until.map_or(until, |end| end.min(until)),
            former: None,
            stolen_at: None,
            seal: None,
        };
        session.seal = self.seals.of(&session);
        let opened = self.store.open_session(self.county, &session, shown, now);
        if !opened.await? {
            tracing::warn!(login = %session.login, "a sign-in was refused: what it was shown by has ended meanwhile");
            return Err(match shown {
                Shown::Password { .. } => Shut::WrongSecret,
                Shown::Key(key) if matches!(key.kind, KeyKind::Link(_)) => Shut::NoSuchLink,
                Shown::Key(_) => Shut::NoSuchKey,
            });
        }
        tracing::info!(login = %session.login, role = post.role.code(), "signed in");
        Ok(said.opened(session))
    }
}

/// Whoever has shown who he is.
struct Known {
    /// By the password of this account, as it was then.
    account: Account,
    /// Whether by a code of his second factor besides.
    code: bool,
}

impl Known {
    /// What he has shown, as the record compares it.
    fn shown(&self) -> xiaohao_core::ways_in::Shown {
        xiaohao_core::ways_in::Shown {
            password: self.account.committed(),
            code: self.code,
        }
    }
}

/// By which way somebody comes in.
#[derive(Default)]
struct Way {
    device: Option<Device>,
    key: Option<Uuid>,
    acts: Option<String>,
    through: Option<Through>,
    /// Until when it is open.
    until: Option<DateTime<Utc>>,
}

/// The post in which somebody is let in: the one he asks for, or the first that he holds.
pub(crate) fn chosen(person: &Person, asked: PostAsked, on: NaiveDate) -> Option<&Post> {
    let fits = |post: &&Post| {
        asked.role.is_none_or(|role| role == post.role)
            && asked.unit.is_none_or(|unit| unit == post.unit)
    };
    person.posts_on(on).find(fits)
}

/// Tokens as they are said, once.
struct Said {
    token: String,
    renewal: String,
}

impl Said {
    fn opened(self, session: Session) -> Opened {
        Opened {
            token: self.token,
            expires_at: good_until(&session),
            renewal: self.renewal,
            renewable_until: session.renewable_until,
            actor: session.actor,
            hazard: session.through.map(|through| through.hazard),
        }
    }
}

/// Until when the token of a session is good: that of a link no longer than the link.
fn good_until(session: &Session) -> DateTime<Utc> {
    let token = session.tokens.expires_at;
    session
        .through
        .map_or(token, |_| token.min(session.renewable_until))
}

/// Whose session it is.
fn owner(session: &Session) -> Owner {
    Owner {
        actor: session.actor.clone(),
        login: session.login.clone(),
    }
}

#[async_trait]
impl Door for Doorkeeper {
    async fn who(&self, token: &str) -> Result<Option<Admitted>, Untold> {
        let kept = self.store.session(self.county, digest(token)).await?;
        let now = (self.clock)();
        let kept = kept.filter(|(session, _)| self.seals.is_whole(session));
        if let Some((session, _)) = &kept
            && session.stolen_at.is_some()
            && now < session.renewable_until
        {
            return Err(Untold::RenewalReused(owner(session)));
        }
        let good = kept.filter(|(session, _)| now < good_until(session));
        let Some((session, own)) = good else {
            return Ok(None);
        };
        let county = self.ledger.county_at(own).await?;
        if !county.is_held(&session.actor, county_day(now))
            || !self.still_opens(session.through).await?
        {
            return Ok(None);
        }
        // Where that cannot be noted nobody is turned away: a database that cannot be written to can still be read.
        if !session.used
            && let Err(fault) = self.store.session_used(self.county, &session).await
        {
            tracing::warn!(error = %Told(&fault), "it cannot be noted that a session is used");
        }
        let acts = session.acts.as_deref();
        Ok(Some(Admitted {
            by: match (session.through, session.key, acts) {
                (Some(through), ..) => By::Link(through),
                (None, None, _) => By::Person,
                (None, Some(_), None) => By::Device,
                (None, Some(_), Some(_)) => By::Service,
            },
            acts: acts.map(|acts| acts.split(',').map(ToOwned::to_owned).collect()),
            actor: session.actor,
        }))
    }

    async fn sign_in(
        &self,
        secrets: Secrets<'_>,
        post: PostAsked,
        device: Option<Device>,
    ) -> Result<Opened, Shut> {
        let Known { account, code } = self.known(&secrets).await?;
        let person = self.person(account.person).await?;
        let person = person.ok_or(Shut::NoSuchPost)?;
        let way = Way {
            device,
            ..Way::default()
        };
        let account = &account;
        let shown = Shown::Password { account, code };
        self.open(&person, post, shown, way).await
    }

    async fn renew(&self, renewal: &str) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let (said, new) = Self::tokens(now);
        let county = self.ledger.county_now().await?;
        let may_go_on = |session: &Session| {
            now < session.renewable_until
                && self.seals.is_whole(session)
                && county.is_held(&session.actor, county_day(now))
        };
        let seal = |session: &Session| self.seals.of(session);
        let renewed =
            self.store
                .renew_session(self.county, digest(renewal), new, now, may_go_on, seal);
        match renewed.await? {
            Renewal::Renewed(session) if self.still_opens(session.through).await? => {
                Ok(said.opened(session))
            }
            Renewal::Renewed(session) => {
                let which = Ended::One(session.id);
                let person = session.actor.person;
                self.store.end_sessions(self.county, person, which).await?;
                Err(Shut::SessionOver)
            }
            Renewal::Over => Err(Shut::SessionOver),
            Renewal::Stolen(session) => {
                tracing::warn!(login = %session.login, session = %session.id, "a spent renewal token came again, and the session has ended");
                Err(Shut::RenewalReused(owner(&session)))
            }
        }
    }

    async fn sign_out(&self, token: &str) -> Result<(), Shut> {
        let ended = self.store.end_session_of(self.county, digest(token));
        Ok(ended.await?)
    }

    async fn sessions(&self, of: PersonId, token: &str) -> Result<Vec<Open>, Fault> {
        let own = digest(token);
        let kept = self.store.sessions(self.county, of, (self.clock)()).await?;
        let open = kept.into_iter().map(|session| Open {
            id: session.id,
            is_own: session.tokens.token == own,
            actor: session.actor,
            device: session.device,
            hazard: session.through.map(|through| through.hazard),
            opened_at: session.opened_at,
            renewed_at: session.renewed_at,
            renewable_until: session.renewable_until,
        });
        Ok(open.collect())
    }

    async fn end(&self, of: PersonId, session: Uuid) -> Result<bool, Fault> {
        let ended = self
            .store
            .end_sessions(self.county, of, Ended::One(session));
        Ok(ended.await? > 0)
    }

    async fn end_all(&self, of: PersonId, token: &str) -> Result<u64, Fault> {
        let which = Ended::AllBut(digest(token), (self.clock)());
        self.store.end_sessions(self.county, of, which).await
    }
}
