//! The second factor of a login, by codes that change every thirty seconds (TOTP, RFC 6238), and what lets somebody in once who
//! has lost it. Nothing here is part of the record.

use crate::account::Account;
use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::bytes;
use crate::sql::Sql;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Digest};
use xiaohao_ledger::Fault;

/// The second factor of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// What its codes are computed from.
    pub secret: Vec<u8>,
    /// Since when it is asked for; none while it has not been shown that its owner has it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How many codes are left for whoever has lost it.
    pub recovery_codes: u32,
}

impl SqlStore {
    /// The second factor of a login.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn second_factor(
        &self,
        code: CountyCode,
        login: &Login,
    ) -> Result<Option<SecondFactor>, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT secret, confirmed_at, (SELECT COUNT(*) FROM recovery_code r WHERE r.county = f.county \
             AND r.login = f.login) FROM second_factor f WHERE ",
        );
        own(&mut sql, code, login);
        let row = self.readers.query_one_raw(sql.statement()).await;
        let read = |row: &QueryResult| {
            let mut at = Columns::of(row);
            Ok(SecondFactor {
                secret: at.next()?,
                confirmed_at: at.next()?,
                recovery_codes: crate::column::natural(at.next()?)?,
            })
        };
        row.map_err(fault)?.as_ref().map(read).transpose()
    }

    /// Keeps a second factor that is not asked for yet, in place of one that never was; one that is asked for stays.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn begin_second_factor(
        &self,
        code: CountyCode,
        login: &Login,
        secret: Vec<u8>,
    ) -> Result<(), Fault> {
        let mut sql = Sql::new(
            self.engine,
            "INSERT INTO second_factor (county, login, secret, step) VALUES (",
        );
        sql.bind(county(code)).push(", ").bind(login.as_str());
        sql.push(", ").bind(secret);
        sql.push(
            ", 0) ON CONFLICT (county, login) DO UPDATE SET secret = excluded.secret \
             WHERE second_factor.confirmed_at IS NULL",
        );
        self.write_all([sql]).await
    }

    /// From now on the second factor is asked for; the sessions of the login end, and so do the codes by which its devices were about to get
    /// keys. The codes that are kept are for whoever loses it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn confirm_second_factor(
        &self,
        code: CountyCode,
        account: &Account,
        at: DateTime<Utc>,
        codes: &[Digest],
    ) -> Result<(), Fault> {
        let login = &account.login;
        let mut confirmed = Sql::new(self.engine, "UPDATE second_factor SET confirmed_at = ");
        confirmed.bind(at).push(" WHERE ");
        own(&mut confirmed, code, login);
        let mut sessions = Sql::new(self.engine, "DELETE FROM session WHERE ");
        own(&mut sessions, code, login);
        let enrolments = self.ended_enrolments(code, account.person);
        let kept = codes.iter().map(|secret| {
            let mut kept = Sql::new(
                self.engine,
                "INSERT INTO recovery_code (county, login, code) VALUES (",
            );
            kept.bind(county(code)).push(", ").bind(login.as_str());
            kept.push(", ").bind(bytes(*secret)).push(")");
            kept
        });
        let all: Vec<_> = [confirmed, sessions, enrolments]
            .into_iter()
            .chain(kept)
            .collect();
        self.write_all(all).await
    }

    /// Takes the code of these thirty seconds; whether it, or a later one, was not taken before.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn take_step(
        &self,
        code: CountyCode,
        login: &Login,
        step: u64,
    ) -> Result<bool, Fault> {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let mut sql = Sql::new(self.engine, "UPDATE second_factor SET step = ");
        sql.bind(step).push(" WHERE ");
        own(&mut sql, code, login);
        sql.push(" AND step < ").bind(step);
        self.done_once(sql).await
    }

    /// Takes a code of somebody who has lost his second factor; whether there was one.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn take_recovery_code(
        &self,
        code: CountyCode,
        login: &Login,
        secret: Digest,
    ) -> Result<bool, Fault> {
        let mut sql = Sql::new(self.engine, "DELETE FROM recovery_code WHERE ");
        own(&mut sql, code, login);
        sql.push(" AND code = ").bind(bytes(secret));
        self.done_once(sql).await
    }

    /// Asks for no second factor of this login any more; whether one was asked for.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_second_factor(&self, code: CountyCode, login: &Login) -> Result<bool, Fault> {
        let mut sql = Sql::new(self.engine, "DELETE FROM second_factor WHERE ");
        own(&mut sql, code, login);
        self.done_once(sql).await
    }

    /// Changes what it is about, and tells whether there was anything.
    async fn done_once(&self, sql: Sql) -> Result<bool, Fault> {
        let transaction = self.begin_writing().await?;
        let done = transaction.execute_raw(sql.statement()).await;
        let changed = done.map_err(fault)?.rows_affected();
        transaction.commit().await.map_err(fault)?;
        Ok(changed > 0)
    }
}

fn own(sql: &mut Sql, code: CountyCode, login: &Login) {
    sql.push("county = ").bind(county(code));
    sql.push(" AND login = ").bind(login.as_str());
}
