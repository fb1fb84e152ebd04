//! Logins with their secrets, and open sessions. Nothing here is part of the record.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Sql;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Digest, Invalid, PersonId, UnitId};
use xiaohao_core::{Actor, Role};
use xiaohao_ledger::Fault;

/// A login with its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 登录名.
    pub login: Login,
    /// Whose it is.
    pub person: PersonId,
    /// What his password is checked against, as a PHC string.
    pub secret: String,
    /// When it was set.
    pub changed_at: DateTime<Utc>,
}

/// A session: a person signed in, in one of his posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The digest of its token.
    pub token: Digest,
    /// The digest of the token by which it is renewed.
    pub renewal: Digest,
    /// By which login.
    pub login: Login,
    /// Who, in which role, for which unit.
    pub actor: Actor,
    /// Until when the token is good.
    pub expires_at: DateTime<Utc>,
    /// Until when it can be renewed.
    pub renewable_until: DateTime<Utc>,
}

const SESSION: &str = "SELECT token, renewal, login, person, role, unit, expires_at, renewable_until FROM session WHERE county = ";

impl SqlStore {
    /// Keeps a login with its secret, in place of what was kept before; sessions that were opened with the old secret end.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keep_account(&self, code: CountyCode, account: &Account) -> Result<(), Fault> {
        let mut ended = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        ended.bind(county(code)).push(" AND login = ");
        ended.bind(account.login.as_str());
        let mut kept = Sql::new(
            self.engine,
            "INSERT INTO account (county, login, person, secret, changed_at) VALUES (",
        );
        kept.bind(county(code)).push(", ");
        kept.bind(account.login.as_str()).push(", ");
        kept.bind(account.person.as_uuid()).push(", ");
        kept.bind(account.secret.as_str()).push(", ");
        kept.bind(account.changed_at).push(
            ") ON CONFLICT (county, login) DO UPDATE SET person = excluded.person, secret = excluded.secret, \
             changed_at = excluded.changed_at",
        );
        self.write_all([ended, kept]).await
    }

    /// The account of a login.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn account(&self, code: CountyCode, login: &Login) -> Result<Option<Account>, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT login, person, secret, changed_at FROM account WHERE county = ",
        );
        sql.bind(county(code)).push(" AND login = ");
        sql.bind(login.as_str());
        let row = self.readers.query_one_raw(sql.statement()).await;
        let read = |row: &QueryResult| {
            let mut at = Columns::of(row);
            Ok(Account {
                login: at.next_as(|text: String| Login::parse(&text))?,
                person: at.next_as(PersonId::new)?,
                secret: at.next()?,
                changed_at: at.next()?,
            })
        };
        row.map_err(fault)?.as_ref().map(read).transpose()
    }

    /// Opens a session; those of this county that can no longer be renewed go.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn open_session(
        &self,
        code: CountyCode,
        session: &Session,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut gone = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        gone.bind(county(code)).push(" AND renewable_until < ");
        gone.bind(now);
        self.write_all([gone, self.opened(code, session)]).await
    }

    fn opened(&self, code: CountyCode, session: &Session) -> Sql {
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO session (county, token, renewal, login, person, role, unit, expires_at, renewable_until) VALUES (",
        );
        sql.bind(county(code)).push(", ");
        sql.bind(session.token.as_bytes().to_vec()).push(", ");
        sql.bind(session.renewal.as_bytes().to_vec()).push(", ");
        sql.bind(session.login.as_str()).push(", ");
        sql.bind(session.actor.person.as_uuid()).push(", ");
        sql.bind(session.actor.role.code()).push(", ");
        sql.bind(session.actor.unit.as_uuid()).push(", ");
        sql.bind(session.expires_at).push(", ");
        sql.bind(session.renewable_until).push(")");
        sql
    }

    /// The session of a token, whether or not it is still good.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn session(&self, code: CountyCode, token: Digest) -> Result<Option<Session>, Fault> {
        self.session_by(code, "token", token).await
    }

    /// The session that a renewal token is for.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn session_to_renew(
        &self,
        code: CountyCode,
        renewal: Digest,
    ) -> Result<Option<Session>, Fault> {
        self.session_by(code, "renewal", renewal).await
    }

    async fn session_by(
        &self,
        code: CountyCode,
        column: &str,
        digest: Digest,
    ) -> Result<Option<Session>, Fault> {
        let mut sql = Sql::new(self.engine, SESSION);
        sql.bind(county(code))
            .push(" AND ")
            .push(column)
            .push(" = ");
        sql.bind(digest.as_bytes().to_vec());
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.as_ref().map(session).transpose()
    }

    /// Puts a session in the place of another; the answer is whether the other was still there. A renewal token is good
    /// once: of two who send it at the same moment one is too late.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn renew_session(
        &self,
        code: CountyCode,
        old: Digest,
        new: &Session,
    ) -> Result<bool, Fault> {
        let transaction = self.begin_writing().await?;
        let gone = self.ended(code, old).statement();
        let gone = transaction.execute_raw(gone).await.map_err(fault)?;
        if gone.rows_affected() == 0 {
            return Ok(false);
        }
        let opened = self.opened(code, new).statement();
        transaction.execute_raw(opened).await.map_err(fault)?;
        transaction.commit().await.map_err(fault)?;
        Ok(true)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_session(&self, code: CountyCode, token: Digest) -> Result<(), Fault> {
        self.write_all([self.ended(code, token)]).await
    }

    fn ended(&self, code: CountyCode, token: Digest) -> Sql {
        let mut sql = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        sql.bind(county(code)).push(" AND token = ");
        sql.bind(token.as_bytes().to_vec());
        sql
    }

    /// Writes in one transaction, beside the record.
    pub(crate) async fn write_all(&self, all: impl IntoIterator<Item = Sql>) -> Result<(), Fault> {
        let transaction = self.begin_writing().await?;
        for sql in all {
            let done = transaction.execute_raw(sql.statement()).await;
            done.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)
    }
}

fn session(row: &QueryResult) -> Result<Session, Fault> {
    let mut at = Columns::of(row);
    let digest = |bytes: Vec<u8>| {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| Invalid::Empty)?;
        Ok(Digest::new(bytes))
    };
    let role = |code: String| {
        let all = Role::ALL.iter().copied();
        let known = all.into_iter().find(|role| role.code() == code);
        known.ok_or(Invalid::NotInVocabulary {
            vocabulary: "岗位"
        })
    };
    Ok(Session {
        token: at.next_as(digest)?,
        renewal: at.next_as(digest)?,
        login: at.next_as(|text: String| Login::parse(&text))?,
        actor: Actor {
            person: at.next_as(PersonId::new)?,
            role: at.next_as(role)?,
            unit: at.next_as(UnitId::new)?,
        },
        expires_at: at.next()?,
        renewable_until: at.next()?,
    })
}
