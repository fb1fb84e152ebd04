//! What somebody tried and was refused. No part of the record; kept for whoever supervises the office.

use crate::column::{Columns, county, natural, role};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::sql::Sql;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;
use xiaohao_core::Actor;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{CountyCode, Invalid, PersonId, UnitId};
use xiaohao_ledger::read::{Page, Stretch};
use xiaohao_ledger::{Attempt, Fault, Whose};

const ATTEMPT: &str = "SELECT id, since, at, times, person, role, unit, login, address, tried, subject, codes, request \
     FROM refused_attempt WHERE county = ";

impl SqlStore {
    /// Keeps what was tried.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keep_attempts(&self, code: CountyCode, attempts: &[Attempt]) -> Result<(), Fault> {
        let kept: Vec<_> = attempts.iter().map(|attempt| {
            let mut kept = Sql::new(
                self.engine,
                "INSERT INTO refused_attempt (county, id, since, at, times, person, role, unit, login, address, tried, subject, \
                 codes, request) VALUES (",
            );
            let actor = attempt.actor.as_ref();
            kept.bind(county(code)).push(", ").bind(attempt.id);
            kept.push(", ").bind(attempt.since);
            kept.push(", ").bind(attempt.at);
            kept.push(", ").bind(i64::from(attempt.times));
            kept.push(", ").bind(actor.map(|actor| actor.person.as_uuid()));
            kept.push(", ").bind(actor.map(|actor| actor.role.code().to_owned()));
            kept.push(", ").bind(actor.map(|actor| actor.unit.as_uuid()));
            kept.push(", ").bind(attempt.login.as_ref().map(ToString::to_string));
            kept.push(", ").bind(attempt.address.clone());
            kept.push(", ").bind(attempt.tried.as_str());
            kept.push(", ").bind(attempt.subject.clone());
            kept.push(", ").bind(attempt.codes.join(","));
            kept.push(", ").bind(attempt.request.as_str()).push(")");
            kept
        }).collect();
        self.write_all(kept).await
    }

    /// Lets go what was tried last before an instant. The database itself keeps all of the last six months.
    ///
    /// # Errors
    /// [`Fault`], of the database too where it is asked for less than it keeps.
    pub async fn forget_attempts(
        &self,
        code: CountyCode,
        before: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut gone = Sql::new(self.engine, "DELETE FROM refused_attempt WHERE county = ");
        gone.bind(county(code)).push(" AND at < ");
        gone.bind(before);
        self.write_all([gone]).await
    }

    /// A page of what was tried and refused, the latest first: where somebody is named, of what he tried and what was tried as him.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn attempts(
        &self,
        code: CountyCode,
        of: Option<&Whose>,
        stretch: &Stretch<Uuid>,
    ) -> Result<Page<Attempt, Uuid>, Fault> {
        let mut sql = Sql::new(self.engine, ATTEMPT);
        sql.bind(county(code));
        push_whose(&mut sql, of);
        let (beyond, order) = if stretch.is_backward() {
            (" AND id > ", "")
        } else {
            (" AND id < ", " DESC")
        };
        if let Some(from) = stretch.from() {
            sql.push(beyond).bind(from);
        }
        sql.push(" ORDER BY id").push(order).push(" LIMIT ");
        sql.bind(i64::from(stretch.met()));
        let rows = self.readers.query_all_raw(sql.statement()).await;
        let met = rows
            .map_err(fault)?
            .iter()
            .map(read)
            .collect::<Result<_, _>>()?;
        Ok(stretch.page(met, |attempt: &Attempt| attempt.id))
    }

    /// How many there are of it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn count_attempts(&self, code: CountyCode, of: Option<&Whose>) -> Result<u64, Fault> {
        let count = "SELECT count(*) FROM refused_attempt WHERE county = ";
        let mut sql = Sql::new(self.engine, count);
        sql.bind(county(code));
        push_whose(&mut sql, of);
        self.counted(sql).await
    }
}

fn push_whose(sql: &mut Sql, of: Option<&Whose>) {
    let Some(Whose { person, login }) = of else {
        return;
    };
    sql.push(" AND (person = ").bind(person.as_uuid());
    if let Some(login) = login {
        sql.push(" OR login = ").bind(login.as_str());
    }
    sql.push(")");
}

fn read(row: &QueryResult) -> Result<Attempt, Fault> {
    let mut at = Columns::of(row);
    let id = at.next()?;
    let (since, last) = (at.next()?, at.next()?);
    let times = natural(at.next()?)?;
    let person = at.next_as(|id: Option<Uuid>| id.map(PersonId::new).transpose())?;
    let role = at.next_as(|code: Option<String>| code.as_deref().map(role).transpose())?;
    let unit = at.next_as(|id: Option<Uuid>| id.map(UnitId::new).transpose())?;
    let actor = match (person, role, unit) {
        (Some(person), Some(role), Some(unit)) => Some(Actor { person, role, unit }),
        _ => None,
    };
    let codes = |text: String| Ok::<_, Invalid>(text.split(',').map(ToOwned::to_owned).collect());
    Ok(Attempt {
        id,
        since,
        at: last,
        times,
        actor,
        login: at
            .next_as(|text: Option<String>| text.map(|text| Login::parse(&text)).transpose())?,
        address: at.next()?,
        tried: at.next()?,
        subject: at.next()?,
        codes: at.next_as(codes)?,
        request: at.next()?,
    })
}
