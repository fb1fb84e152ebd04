//! Open sessions: who has signed in, in which of his posts, and by which tokens he is known. Nothing here is part of the record.
//!
//! A renewal token is good once. One that comes again although somebody has come with what it gave was stolen, from him or
//! from the other, and the session ends for both. While nobody has, its answer was lost on the way, which from a tablet with
//! poor signal is the usual case, and it is good once more. A session that ended so is kept until it could have been renewed no
//! longer, and opens nothing: whoever comes with what it gave is told why it ended.

use crate::access_key::{self, AccessKey};
use crate::account::Account;
use crate::column::{Columns, actor, county};
use crate::connect::SqlStore;
use crate::county::{push_own_version, to_version};
use crate::ended_token::{EndedTokens, tokens_ended};
use crate::fault::fault;
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, QueryResult};
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Digest, Invalid, Line, PersonId};
use xiaohao_ledger::{Fault, Through};

/// A session: a person signed in, in one of his posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name, by which it is listed and ended; nobody is let in by it.
    pub id: Uuid,
    /// The digests of the tokens by which it is known now.
    pub tokens: Tokens,
    /// Whether somebody has come with the token.
    pub used: bool,
    /// By which login.
    pub login: Login,
    /// Who, in which role, for which unit.
    pub actor: Actor,
    /// On what, as he calls it.
    pub device: Option<Line<100>>,
    /// The key that opened it; none where a password did.
    pub key: Option<Uuid>,
    /// The mutations that may be sent in it, with a comma between two; none where all may be that the post allows.
    pub acts: Option<String>,
    /// The link that opened it, and the one hazard that may be handled in it.
    pub through: Option<Through>,
    /// When he signed in.
    pub opened_at: DateTime<Utc>,
    /// When it was renewed last; at first, when it was opened.
    pub renewed_at: DateTime<Utc>,
    /// Until when it can be renewed.
    pub renewable_until: DateTime<Utc>,
    /// The renewal token that gave its tokens, which is good once more while nobody has come with them; none at first.
    pub former: Option<Digest>,
    /// When it ended because its renewal was used twice; none while it has not.
    pub stolen_at: Option<DateTime<Utc>>,
    /// What binds it to the program that wrote it; none where that has no key.
    pub seal: Option<Digest>,
}

/// The digests of a token and of what it is renewed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Of the token.
    pub token: Digest,
    /// Of the token by which it is renewed.
    pub renewal: Digest,
    /// Until when the token is good.
    pub expires_at: DateTime<Utc>,
}

/// What comes of it that somebody brings a renewal token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The session has the new tokens.
    Renewed(Session),
    /// There is no such session, or it may not go on.
    Over,
    /// The token was spent, and what it gave was used, now or before: the session has ended.
    Stolen(Session),
}

const SESSION: &str = "SELECT session.id, session.token, session.renewal, session.expires_at, session.used, session.login, \
     session.person, session.role, session.unit, session.device, session.opened_at, session.renewed_at, \
     session.renewable_until, session.former, session.access_key, session.acts, session.hazard, session.link, session.stolen_at, session.seal";

/// How many columns these are.
const READ: usize = 20;

impl SqlStore {
    /// Opens a session, if what was shown for it still lets in; those of this county that can no longer be renewed go.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn open_session(
        &self,
        code: CountyCode,
        session: &Session,
        shown: Shown<'_>,
        now: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let mut gone = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        gone.bind(county(code)).push(" AND renewable_until < ");
        gone.bind(now);
        let mut opened = Sql::new(
            self.engine,
            "INSERT INTO session (county, id, token, renewal, expires_at, used, login, person, role, unit, device, \
             opened_at, renewed_at, renewable_until, access_key, acts, hazard, link, seal) VALUES (",
        );
        opened.bind(county(code)).push(", ");
        opened.bind(session.id).push(", ");
        opened.bind(bytes(session.tokens.token)).push(", ");
        opened.bind(bytes(session.tokens.renewal)).push(", ");
        opened.bind(session.tokens.expires_at).push(", ");
        opened.bind(session.used).push(", ");
        opened.bind(session.login.as_str()).push(", ");
        opened.bind(session.actor.person.as_uuid()).push(", ");
        opened.bind(session.actor.role.code()).push(", ");
        opened.bind(session.actor.unit.as_uuid()).push(", ");
        let device = session.device.as_ref().map(Line::as_str);
        opened.bind(device.map(ToOwned::to_owned)).push(", ");
        opened.bind(session.opened_at).push(", ");
        opened.bind(session.renewed_at).push(", ");
        opened.bind(session.renewable_until).push(", ");
        opened.bind(session.key).push(", ");
        opened.bind(session.acts.clone()).push(", ");
        let through = session.through;
        opened
            .bind(through.map(|own| own.hazard.as_uuid()))
            .push(", ");
        opened
            .bind(through.map(|own| own.link.as_uuid()))
            .push(", ");
        opened.bind(session.seal.map(bytes)).push(")");
        let transaction = self.begin_writing().await?;
        if !self.still_lets_in(&transaction, code, shown).await? {
            return Ok(false);
        }
        for sql in [gone, opened] {
            let done = transaction.execute_raw(sql.statement()).await;
            done.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(true)
    }

    /// Ends every session of somebody, with what opened them.
    pub(crate) fn ended_sessions(&self, code: CountyCode, of: PersonId) -> Sql {
        let mut ended = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        ended.bind(county(code)).push(" AND person = ");
        ended.bind(of.as_uuid());
        ended
    }

    /// Whether what was shown still lets in. Then it does until the transaction ends: whoever changes or ends it waits, and ends what was
    /// opened by it.
    async fn still_lets_in(
        &self,
        transaction: &DatabaseTransaction,
        code: CountyCode,
        shown: Shown<'_>,
    ) -> Result<bool, Fault> {
        let stands = async |sql: Sql| {
            let row = transaction.query_one_raw(sql.statement()).await;
            Ok::<_, Fault>(row.map_err(fault)?.is_some())
        };
        let mut held = Sql::new(self.engine, "SELECT 1 FROM ");
        match shown {
            Shown::Password { account, .. } => {
                held.push("account WHERE county = ").bind(county(code));
                held.push(" AND login = ").bind(account.login.as_str());
                held.push(" AND secret = ").bind(account.secret.as_str());
            }
            Shown::Key(key) => {
                held.push("access_key WHERE county = ").bind(county(code));
                held.push(" AND id = ").bind(key.id);
                held.push(" AND secret = ").bind(bytes(key.secret));
            }
        }
        if self.engine == Engine::Postgres {
            held.push(" FOR SHARE");
        }
        if !stands(held).await? {
            return Ok(false);
        }
        let Shown::Password {
            account,
            code: false,
        } = shown
        else {
            return Ok(true);
        };
        // Asked once the account is held: what was confirmed before that is seen.
        let mut factor = Sql::new(
            self.engine,
            "SELECT 1 FROM second_factor WHERE confirmed_at IS NOT NULL AND county = ",
        );
        factor.bind(county(code)).push(" AND login = ");
        factor.bind(account.login.as_str());
        Ok(!stands(factor).await?)
    }

    /// The session of a token, whether or not it is still good, and how many lines the ledger's own history has: whoever is
    /// let in is held against the directory of now, and that costs no statement of its own.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn session(
        &self,
        code: CountyCode,
        token: Digest,
    ) -> Result<Option<(Session, u32)>, Fault> {
        let mut sql = Sql::new(self.engine, SESSION);
        sql.push(", (");
        push_own_version(&mut sql, code);
        sql.push(") FROM session WHERE session.county = ")
            .bind(county(code));
        sql.push(" AND session.token = ").bind(bytes(token));
        let row = self.readers.query_one_raw(sql.statement()).await;
        let row = row.map_err(fault)?;
        let told = |row: &QueryResult| {
            let own = Columns::from(row, READ).next()?;
            Ok((read(row)?, to_version(own)?))
        };
        row.as_ref().map(told).transpose()
    }

    /// The sessions of somebody that are not over, the latest first.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn sessions(
        &self,
        code: CountyCode,
        of: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Session>, Fault> {
        let mut sql = Sql::new(self.engine, SESSION);
        sql.push(" FROM session WHERE session.county = ")
            .bind(county(code));
        sql.push(" AND session.person = ").bind(of.as_uuid());
        sql.push(" AND session.renewable_until > ").bind(now);
        sql.push(" AND session.stolen_at IS NULL");
        sql.push(" ORDER BY session.opened_at DESC, session.id");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let rows = rows.map_err(fault)?;
        rows.iter().map(read).collect()
    }

    /// Notes that somebody has come with the token of a session.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn session_used(&self, code: CountyCode, session: &Session) -> Result<(), Fault> {
        let mut sql = Sql::new(self.engine, "UPDATE session SET used = ");
        sql.bind(true).push(" WHERE county = ");
        sql.bind(county(code)).push(" AND token = ");
        sql.bind(bytes(session.tokens.token));
        self.write_all([sql]).await
    }

    /// Gives the session of a renewal token new tokens, and the seal that it has with them, if it may go on.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn renew_session(
        &self,
        code: CountyCode,
        renewal: Digest,
        new: Tokens,
        now: DateTime<Utc>,
        may_go_on: impl FnOnce(&Session) -> bool,
        seal: impl FnOnce(&Session) -> Option<Digest>,
    ) -> Result<Renewal, Fault> {
        let transaction = self.begin_writing().await?;
        let Some(session) = self.kept(&transaction, code, renewal).await? else {
            return Ok(Renewal::Over);
        };
        if session.stolen_at.is_some() {
            return Ok(Renewal::Stolen(session));
        }
        let was_lost = session.former == Some(renewal) && !session.used;
        if session.tokens.renewal != renewal && !was_lost {
            let mut session = Session {
                stolen_at: Some(now),
                ..session
            };
            session.seal = seal(&session);
            let mut ended = Sql::new(self.engine, "UPDATE session SET stolen_at = ");
            ended.bind(now).push(", seal = ");
            ended.bind(session.seal.map(bytes));
            ended.push(" WHERE county = ").bind(county(code));
            ended.push(" AND id = ").bind(session.id);
            let done = transaction.execute_raw(ended.statement()).await;
            done.map_err(fault)?;
            transaction.commit().await.map_err(fault)?;
            return Ok(Renewal::Stolen(session));
        }
        if !may_go_on(&session) {
            return Ok(Renewal::Over);
        }
        let spends = session.tokens.renewal;
        let mut session = Session {
            tokens: new,
            used: false,
            renewed_at: now,
            former: Some(renewal),
            ..session
        };
        session.seal = seal(&session);
        let mut spent = Sql::new(
            self.engine,
            "INSERT INTO spent_renewal (county, renewal, session) VALUES (",
        );
        spent.bind(county(code)).push(", ");
        spent.bind(bytes(spends)).push(", ");
        spent.bind(session.id).push(")");
        let mut renewed = Sql::new(self.engine, "UPDATE session SET token = ");
        renewed.bind(bytes(new.token)).push(", renewal = ");
        renewed.bind(bytes(new.renewal)).push(", former = ");
        renewed.bind(bytes(renewal)).push(", used = ");
        renewed.bind(false).push(", expires_at = ");
        renewed.bind(new.expires_at).push(", renewed_at = ");
        renewed.bind(now).push(", seal = ");
        renewed.bind(session.seal.map(bytes));
        renewed.push(" WHERE county = ");
        renewed.bind(county(code)).push(" AND id = ");
        renewed.bind(session.id);
        for sql in [spent, renewed] {
            let done = transaction.execute_raw(sql.statement()).await;
            done.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(Renewal::Renewed(session))
    }

    /// The session that this is or was the renewal token of, held until the transaction ends.
    async fn kept(
        &self,
        transaction: &DatabaseTransaction,
        code: CountyCode,
        renewal: Digest,
    ) -> Result<Option<Session>, Fault> {
        let mut sql = Sql::new(self.engine, SESSION);
        sql.push(" FROM session WHERE session.county = ")
            .bind(county(code));
        sql.push(" AND (session.renewal = ").bind(bytes(renewal));
        sql.push(" OR session.id IN (SELECT spent_renewal.session FROM spent_renewal WHERE spent_renewal.county = ");
        sql.bind(county(code));
        sql.push(" AND spent_renewal.renewal = ")
            .bind(bytes(renewal));
        sql.push("))");
        if self.engine == Engine::Postgres {
            sql.push(" FOR UPDATE");
        }
        let asked = sql.statement();
        // One that somebody else renews at this moment is waited for, and then has another renewal token than it was looked
        // for by; looked for again it is found by the one that is spent.
        for _ in 0..2 {
            let row = transaction.query_one_raw(asked.clone()).await;
            if let Some(row) = row.map_err(fault)? {
                return read(&row).map(Some);
            }
        }
        Ok(None)
    }

    /// Ends the session of a token.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_session_of(&self, code: CountyCode, token: Digest) -> Result<(), Fault> {
        let mut sql = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        sql.bind(county(code)).push(" AND token = ");
        sql.bind(bytes(token));
        self.write_all([sql]).await
    }

    /// Ends sessions of somebody: the one of this name, or all but that of a token; the answer is how many.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_sessions(
        &self,
        code: CountyCode,
        of: PersonId,
        which: Ended,
    ) -> Result<u64, Fault> {
        let mut sql = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        sql.bind(county(code)).push(" AND person = ");
        sql.bind(of.as_uuid());
        match which {
            Ended::One(id) => sql.push(" AND id = ").bind(id),
            Ended::AllBut(token, _) => sql.push(" AND token <> ").bind(bytes(token)),
        };
        sql.push(" AND stolen_at IS NULL");
        let transaction = self.begin_writing().await?;
        let done = transaction.execute_raw(sql.statement()).await;
        let ended = done.map_err(fault)?.rows_affected();
        if let Ended::AllBut(token, at) = which {
            let but = Some(token);
            let vouched = tokens_ended(self.engine, code, of, EndedTokens { at, but });
            let done = transaction.execute_raw(vouched.statement()).await;
            done.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(ended)
    }
}

/// By what somebody has shown who he is.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// The password of an account.
    Password {
        /// As it was when the password fitted.
        account: &'a Account,
        /// Whether a code of his second factor was shown besides.
        code: bool,
    },
    /// A key.
    Key(&'a AccessKey),
}

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The one of this name.
    One(Uuid),
    /// All but that of this token, and what the identity provider has issued up to now.
    AllBut(Digest, DateTime<Utc>),
}

pub(crate) fn bytes(digest: Digest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}

fn read(row: &QueryResult) -> Result<Session, Fault> {
    let mut at = Columns::of(row);
    let mut session = Session {
        id: at.next()?,
        tokens: Tokens {
            token: at.next_as(digest)?,
            renewal: at.next_as(digest)?,
            expires_at: at.next()?,
        },
        used: at.next()?,
        login: at.next_as(|text: String| Login::parse(&text))?,
        actor: actor(&mut at)?,
        device: at
            .next_as(|text: Option<String>| text.map(|text| Line::recorded(&text)).transpose())?,
        opened_at: at.next()?,
        renewed_at: at.next()?,
        renewable_until: at.next()?,
        key: None,
        acts: None,
        through: None,
        former: None,
        stolen_at: None,
        seal: None,
    };
    let perhaps = |bytes: Option<Vec<u8>>| bytes.map(digest).transpose();
    session.former = at.next_as(perhaps)?;
    session.key = at.next()?;
    session.acts = at.next()?;
    session.through = access_key::through(&mut at)?;
    session.stolen_at = at.next()?;
    session.seal = at.next_as(perhaps)?;
    Ok(session)
}

/// A digest of its bytes.
pub(crate) fn digest(bytes: Vec<u8>) -> Result<Digest, Invalid> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| Invalid::Empty)?;
    Ok(Digest::new(bytes))
}
