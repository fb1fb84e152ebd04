//! Logins with their secrets. Nothing here is part of the record.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::ended_token::{EndedTokens, tokens_ended};
use crate::fault::fault;
use crate::sql::Sql;
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

impl SqlStore {
    /// Keeps a login with its secret, in place of what was kept before. Sessions that were opened with the old secret end, and so do
    /// the keys of his devices: whoever knew it could have enrolled one. What the identity provider has issued to him ends too, unless it is his
    /// first password.
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
        let mut keys = Sql::new(self.engine, "DELETE FROM access_key WHERE county = ");
        keys.bind(county(code))
            .push(" AND kind = 'DEVICE' AND person = ");
        keys.bind(account.person.as_uuid());
        let enrolments = self.ended_enrolments(code, account.person);
        let vouched = EndedTokens {
            at: account.changed_at,
            but: None,
        };
        // A first password replaces none, and nobody need be thrown out for it.
        let had_one = self.account(code, &account.login).await?.is_some();
        let vouched = had_one.then(|| tokens_ended(self.engine, code, account.person, vouched));
        let all = [ended, keys, enrolments, kept].into_iter().chain(vouched);
        self.write_all(all).await
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
