//! Logins with their secrets, kept with the line that records that they were set.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::{Engine, Sql};
use crate::ways_in::all_kept;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, PersonId};
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

const ACCOUNT: &str = "SELECT login, person, secret, changed_at FROM account WHERE county = ";

impl SqlStore {
    /// Keeps a login with its secret, in place of whatever was kept for the person before, under whichever login. Sessions that were opened
    /// with the old secret end, and so do the keys of his devices: whoever knew it could have enrolled one. What the identity provider has
    /// issued to him ends too, unless it is his first password. His second factor is asked for as before.
    pub(crate) fn kept_account(&self, code: CountyCode, account: &Account) -> Vec<Sql> {
        let (login, person) = (account.login.as_str(), account.person.as_uuid());
        let own = |text: &str| {
            let mut sql = Sql::new(self.engine, text);
            sql.push(" WHERE county = ").bind(county(code));
            sql.push(" AND person = ").bind(person);
            sql
        };
        // A first password replaces none, and nobody need be thrown out for it.
        let mut vouched = Sql::new(
            self.engine,
            "INSERT INTO ended_token (county, person, at, but) SELECT county, person, ",
        );
        vouched.bind(account.changed_at).push(", NULL FROM account");
        vouched.push(" WHERE county = ").bind(county(code));
        vouched.push(" AND person = ").bind(person);
        vouched.push(" ORDER BY login LIMIT 1 ON CONFLICT (county, person) DO UPDATE SET at = excluded.at, but = excluded.but");
        let mut keys = own("DELETE FROM access_key");
        keys.push(" AND kind = 'DEVICE'");
        let enrolments = self.ended_enrolments(code, account.person);
        let mut former = own("DELETE FROM account");
        former.push(" AND login <> ").bind(login);
        let mut kept = Sql::new(
            self.engine,
            "INSERT INTO account (county, login, person, secret, changed_at) VALUES (",
        );
        kept.bind(county(code)).push(", ");
        kept.bind(login).push(", ");
        kept.bind(person).push(", ");
        kept.bind(account.secret.as_str()).push(", ");
        kept.bind(account.changed_at).push(
            ") ON CONFLICT (county, login) DO UPDATE SET person = excluded.person, secret = excluded.secret, \
             changed_at = excluded.changed_at",
        );
        let moved = self.moved_second_factor(code, account);
        // Whoever is being let in by the old secret holds its row until his session is there to be ended.
        let sessions = self.ended_sessions(code, account.person);
        let last = [former, kept, keys, enrolments, sessions];
        [vouched].into_iter().chain(moved).chain(last).collect()
    }

    /// The account of a login.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn account(&self, code: CountyCode, login: &Login) -> Result<Option<Account>, Fault> {
        let mut sql = Sql::new(self.engine, ACCOUNT);
        sql.bind(county(code)).push(" AND login = ");
        sql.bind(login.as_str());
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.as_ref().map(read).transpose()
    }

    /// Changes what one statement is about, beside the record; whether there was anything.
    pub(crate) async fn changes(&self, sql: Sql) -> Result<bool, Fault> {
        let transaction = self.begin_writing().await?;
        let done = transaction.execute_raw(sql.statement()).await;
        let changed = done.map_err(fault)?.rows_affected();
        transaction.commit().await.map_err(fault)?;
        Ok(changed > 0)
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

impl Account {
    /// The accounts of a county, each as far as it can be read.
    pub(crate) async fn all(
        engine: Engine,
        within: &impl ConnectionTrait,
        code: CountyCode,
    ) -> Result<Vec<Result<Self, Fault>>, Fault> {
        all_kept(engine, within, code, ACCOUNT, "login", read).await
    }
}

fn read(row: &QueryResult) -> Result<Account, Fault> {
    let mut at = Columns::of(row);
    Ok(Account {
        login: at.next_as(|text: String| Login::parse(&text))?,
        person: at.next_as(PersonId::new)?,
        secret: at.next()?,
        changed_at: at.next()?,
    })
}
