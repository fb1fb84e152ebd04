//! The second factor of a login, by codes that change every thirty seconds (TOTP, RFC 6238), and what lets somebody in once who
//! has lost it. That it is asked for, and that it is no more, is kept with the line that records it.

use crate::account::Account;
use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::{bytes, digest};
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::BTreeMap;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Digest, PersonId};
use xiaohao_core::ways_in::KeptSecondFactor;
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
    /// The second factor of somebody.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn second_factor(
        &self,
        code: CountyCode,
        person: PersonId,
    ) -> Result<Option<SecondFactor>, Fault> {
        let mut sql = Sql::new(
            self.engine,
            "SELECT secret, confirmed_at, (SELECT COUNT(*) FROM recovery_code r WHERE r.county = f.county \
             AND r.login = f.login) FROM second_factor f WHERE ",
        );
        of(&mut sql, code, person);
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

    /// From now on this second factor is asked for; the sessions of the login end, and so do the codes by which its devices were about to get
    /// keys. The codes that are kept are for whoever loses it.
    pub(crate) fn kept_second_factor(
        &self,
        code: CountyCode,
        person: PersonId,
        kept: &KeptSecondFactor,
        at: DateTime<Utc>,
    ) -> Vec<Sql> {
        let login = &kept.login;
        let mut confirmed = Sql::new(
            self.engine,
            "INSERT INTO second_factor (county, login, secret, confirmed_at, step) VALUES (",
        );
        confirmed.bind(county(code)).push(", ").bind(login.as_str());
        confirmed.push(", ").bind(kept.secret.clone());
        confirmed.push(", ").bind(at).push(
            ", 0) ON CONFLICT (county, login) DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at",
        );
        // Whoever is being let in without it holds the account until his session is there to be ended.
        let mut alone = Sql::new(self.engine, "SELECT 1 FROM account WHERE ");
        own(&mut alone, code, login);
        if self.engine == Engine::Postgres {
            alone.push(" FOR UPDATE");
        }
        let sessions = self.ended_sessions(code, person);
        let mut former = Sql::new(self.engine, "DELETE FROM recovery_code WHERE ");
        own(&mut former, code, login);
        let enrolments = self.ended_enrolments(code, person);
        let codes = kept.codes.iter().map(|secret| {
            let mut kept = Sql::new(
                self.engine,
                "INSERT INTO recovery_code (county, login, code) VALUES (",
            );
            kept.bind(county(code)).push(", ").bind(login.as_str());
            kept.push(", ").bind(bytes(*secret)).push(")");
            kept
        });
        let first = [alone, confirmed, sessions, enrolments, former].into_iter();
        first.chain(codes).collect()
    }

    /// The second factor of somebody goes with him to another login; it must not be lost because he is called something else.
    pub(crate) fn moved_second_factor(&self, code: CountyCode, to: &Account) -> [Sql; 3] {
        let login = to.login.as_str();
        let from = |sql: &mut Sql| {
            sql.push(" WHERE ");
            of(sql, code, to.person);
            sql.push(" AND login <> ").bind(login);
        };
        let mut factor = Sql::new(
            self.engine,
            "INSERT INTO second_factor (county, login, secret, confirmed_at, step) SELECT county, ",
        );
        factor.bind(login);
        factor.push(", secret, confirmed_at, step FROM second_factor");
        from(&mut factor);
        factor.push(" AND confirmed_at IS NOT NULL");
        factor.push(
            " ORDER BY confirmed_at DESC LIMIT 1 ON CONFLICT (county, login) DO UPDATE SET secret = excluded.secret, \
             confirmed_at = excluded.confirmed_at, step = excluded.step WHERE second_factor.confirmed_at IS NULL",
        );
        let mut codes = Sql::new(self.engine, "UPDATE recovery_code SET login = ");
        codes.bind(login);
        from(&mut codes);
        let mut former = Sql::new(self.engine, "DELETE FROM second_factor");
        from(&mut former);
        [factor, codes, former]
    }

    /// Takes the code of these thirty seconds; whether it, or a later one, was not taken before. One of after the last that could be good
    /// now was taken under a clock that was ahead, and counts for nothing.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn take_step(
        &self,
        code: CountyCode,
        login: &Login,
        step: u64,
        last: u64,
    ) -> Result<bool, Fault> {
        let [step, last] = [step, last].map(|step| i64::try_from(step).unwrap_or(i64::MAX));
        let mut sql = Sql::new(self.engine, "UPDATE second_factor SET step = ");
        sql.bind(step).push(" WHERE ");
        own(&mut sql, code, login);
        sql.push(" AND (step < ").bind(step);
        sql.push(" OR step > ").bind(last).push(")");
        self.changes(sql).await
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
        self.changes(sql).await
    }

    /// Asks for no second factor of somebody any more.
    pub(crate) fn ended_second_factor(&self, code: CountyCode, person: PersonId) -> Sql {
        let mut sql = Sql::new(self.engine, "DELETE FROM second_factor WHERE ");
        of(&mut sql, code, person);
        sql
    }

    /// Takes a second factor away that no line says is asked for; whether there was one. One that was confirmed since stays.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn forget_unrecorded_second_factor(
        &self,
        code: CountyCode,
        person: PersonId,
        before: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let mut gone = self.ended_second_factor(code, person);
        gone.push(" AND (confirmed_at IS NULL OR confirmed_at < ");
        gone.bind(before).push(")");
        self.changes(gone).await
    }
}

fn own(sql: &mut Sql, code: CountyCode, login: &Login) {
    sql.push("county = ").bind(county(code));
    sql.push(" AND login = ").bind(login.as_str());
}

/// Goes on with: that of somebody, under the login by which he signs in. The directory may call him otherwise by now.
fn of(sql: &mut Sql, code: CountyCode, person: PersonId) {
    sql.push("county = ").bind(county(code));
    sql.push(" AND login IN (SELECT login FROM account WHERE county = ");
    sql.bind(county(code)).push(" AND person = ");
    sql.bind(person.as_uuid()).push(")");
}

/// A second factor that is asked for, with the codes that are left.
pub(crate) struct AskedFor {
    /// By whose login it is kept.
    pub(crate) login: String,
    /// What its codes are computed from.
    pub(crate) secret: Vec<u8>,
    /// The digests of those for whoever loses it.
    pub(crate) codes: Vec<Digest>,
}

impl AskedFor {
    /// Those of a county.
    pub(crate) async fn all(
        engine: Engine,
        within: &impl ConnectionTrait,
        code: CountyCode,
    ) -> Result<Vec<Self>, Fault> {
        let mut sql = Sql::new(
            engine,
            "SELECT login, code FROM recovery_code WHERE county = ",
        );
        sql.bind(county(code));
        let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
        let mut left: BTreeMap<String, Vec<Digest>> = BTreeMap::new();
        for row in &rows {
            let mut at = Columns::of(row);
            let login = at.next()?;
            left.entry(login).or_default().push(at.next_as(digest)?);
        }
        let mut sql = Sql::new(
            engine,
            "SELECT login, secret FROM second_factor WHERE confirmed_at IS NOT NULL AND county = ",
        );
        sql.bind(county(code)).push(" ORDER BY login");
        let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
        let mut read = |row: &QueryResult| {
            let mut at = Columns::of(row);
            let login: String = at.next()?;
            Ok(Self {
                codes: left.remove(&login).unwrap_or_default(),
                login,
                secret: at.next()?,
            })
        };
        rows.iter().map(&mut read).collect()
    }
}
