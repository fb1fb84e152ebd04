//! Keys by which devices, programs and links let in without a password, and the codes by which a device gets one. The keys are kept
//! and taken away with the line that records it; codes are no part of the record.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::{bytes, digest};
use crate::sql::{Engine, Sql};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;
use xiaohao_core::values::{CountyCode, Digest, HazardId, Line, LinkId, PersonId};
use xiaohao_ledger::{Fault, Through};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A device of somebody, who enrolled it himself.
    Device,
    /// A program of the county's, which acts as one of the people of the directory.
    Service,
    /// A link by which somebody handles one hazard.
    Link(Through),
}

impl KeyKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Device => "DEVICE",
            Self::Service => "SERVICE",
            Self::Link(_) => "LINK",
        }
    }

    const fn through(self) -> Option<Through> {
        match self {
            Self::Link(through) => Some(through),
            Self::Device | Self::Service => None,
        }
    }
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its name, by which it is listed and ended; nobody is let in by it.
    pub id: Uuid,
    /// What it is for.
    pub kind: KeyKind,
    /// The digest of what lets in.
    pub secret: Digest,
    /// Whom it lets in.
    pub person: PersonId,
    /// What it is called.
    pub name: Line<100>,
    /// The mutations that it may send, with a comma between two; none where it may send all that the post allows.
    pub acts: Option<String>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When somebody was let in by it last.
    pub used_at: Option<DateTime<Utc>>,
}

/// A device that is to get a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Whose.
    pub person: PersonId,
    /// What it is called.
    pub name: Line<100>,
    /// Until when its code is good.
    pub expires_at: DateTime<Utc>,
}

const KEY: &str = "SELECT id, kind, secret, person, name, acts, made_at, expires_at, used_at, hazard, link FROM access_key \
     WHERE county = ";

impl SqlStore {
    pub(crate) fn kept_key(&self, code: CountyCode, key: &AccessKey) -> Sql {
        let mut kept = Sql::new(
            self.engine,
            "INSERT INTO access_key (county, id, kind, secret, person, name, acts, made_at, expires_at, hazard, link) VALUES (",
        );
        kept.bind(county(code)).push(", ").bind(key.id);
        kept.push(", ").bind(key.kind.code());
        kept.push(", ").bind(bytes(key.secret));
        kept.push(", ").bind(key.person.as_uuid());
        kept.push(", ").bind(key.name.as_str());
        kept.push(", ").bind(key.acts.clone());
        kept.push(", ").bind(key.made_at);
        kept.push(", ").bind(key.expires_at);
        let through = key.kind.through();
        kept.push(", ")
            .bind(through.map(|own| own.hazard.as_uuid()));
        kept.push(", ").bind(through.map(|own| own.link.as_uuid()));
        kept.push(")");
        kept
    }

    /// The key with this secret, whether or not it is still good.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn key(&self, code: CountyCode, secret: Digest) -> Result<Option<AccessKey>, Fault> {
        let mut sql = Sql::new(self.engine, KEY);
        sql.bind(county(code)).push(" AND secret = ");
        sql.bind(bytes(secret));
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.as_ref().map(read).transpose()
    }

    /// The keys of somebody, the latest first, those that are over among them.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn keys(&self, code: CountyCode, of: PersonId) -> Result<Vec<AccessKey>, Fault> {
        let mut sql = Sql::new(self.engine, KEY);
        sql.bind(county(code)).push(" AND person = ");
        sql.bind(of.as_uuid());
        sql.push(" ORDER BY made_at DESC, id");
        let rows = self.readers.query_all_raw(sql.statement()).await;
        rows.map_err(fault)?.iter().map(read).collect()
    }

    /// Notes that somebody was let in by a key.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn key_used(
        &self,
        code: CountyCode,
        id: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let mut sql = Sql::new(self.engine, "UPDATE access_key SET used_at = ");
        sql.bind(at).push(" WHERE county = ").bind(county(code));
        sql.push(" AND id = ").bind(id);
        self.write_all([sql]).await
    }

    /// Takes a key of somebody away, and every session that was opened by it.
    pub(crate) fn ended_key(&self, code: CountyCode, of: PersonId, id: Uuid) -> [Sql; 2] {
        let mut sessions = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        sessions.bind(county(code)).push(" AND person = ");
        sessions
            .bind(of.as_uuid())
            .push(" AND access_key = ")
            .bind(id);
        let mut key = Sql::new(self.engine, "DELETE FROM access_key WHERE county = ");
        key.bind(county(code)).push(" AND person = ");
        key.bind(of.as_uuid()).push(" AND id = ").bind(id);
        [sessions, key]
    }

    /// Ends the key of a link, and every session that was opened by it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn end_link(&self, code: CountyCode, through: Through) -> Result<(), Fault> {
        let gone = |table: &str| {
            let mut sql = Sql::new(self.engine, "DELETE FROM ");
            sql.push(table).push(" WHERE county = ").bind(county(code));
            sql.push(" AND hazard = ").bind(through.hazard.as_uuid());
            sql.push(" AND link = ").bind(through.link.as_uuid());
            sql
        };
        self.write_all([gone("access_key"), gone("session")]).await
    }

    /// Ends the codes by which the devices of somebody were about to get keys.
    pub(crate) fn ended_enrolments(&self, code: CountyCode, of: PersonId) -> Sql {
        let mut ended = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        ended.bind(county(code)).push(" AND person = ");
        ended.bind(of.as_uuid());
        ended
    }

    /// Keeps the code of a device that is to get a key, by its digest; codes that are over go. It is not kept, and false is told, where the
    /// person has this many devices already, of which each code that is out is one.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn enrol(
        &self,
        code: CountyCode,
        secret: Digest,
        enrolment: &Enrolment,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, Fault> {
        let transaction = self.begin_writing().await?;
        // On SQLite there is one writer; here two that count at once would each find room for one more.
        if self.engine == Engine::Postgres {
            let mut held = Sql::new(
                self.engine,
                "SELECT pg_advisory_xact_lock(hashtextextended(",
            );
            held.bind(enrolment.person.as_uuid().to_string());
            held.push(", 0))");
            let held = transaction.execute_raw(held.statement()).await;
            held.map_err(fault)?;
        }
        let mut counted = Sql::new(
            self.engine,
            "SELECT (SELECT COUNT(*) FROM access_key WHERE county = ",
        );
        counted.bind(county(code));
        counted.push(" AND kind = 'DEVICE' AND person = ");
        counted.bind(enrolment.person.as_uuid());
        counted.push(" AND expires_at > ").bind(now);
        counted.push(") + (SELECT COUNT(*) FROM enrolment WHERE county = ");
        counted.bind(county(code)).push(" AND person = ");
        counted.bind(enrolment.person.as_uuid());
        counted.push(" AND expires_at >= ").bind(now).push(")");
        let row = transaction.query_one_raw(counted.statement()).await;
        let row = row.map_err(fault)?;
        let devices: i64 = match &row {
            Some(row) => Columns::of(row).next()?,
            None => 0,
        };
        if devices >= most {
            return Ok(false);
        }
        let mut gone = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        gone.bind(county(code)).push(" AND expires_at < ").bind(now);
        let mut kept = Sql::new(
            self.engine,
            "INSERT INTO enrolment (county, code, person, name, expires_at) VALUES (",
        );
        kept.bind(county(code)).push(", ").bind(bytes(secret));
        kept.push(", ").bind(enrolment.person.as_uuid());
        kept.push(", ").bind(enrolment.name.as_str());
        kept.push(", ").bind(enrolment.expires_at).push(")");
        for sql in [gone, kept] {
            let done = transaction.execute_raw(sql.statement()).await;
            done.map_err(fault)?;
        }
        transaction.commit().await.map_err(fault)?;
        Ok(true)
    }

    /// Takes the code of a device, which is good once; nothing comes of one that is over.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn take_enrolment(
        &self,
        code: CountyCode,
        secret: Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Enrolment>, Fault> {
        let transaction = self.begin_writing().await?;
        let mut asked = Sql::new(
            self.engine,
            "SELECT person, name, expires_at FROM enrolment WHERE county = ",
        );
        asked
            .bind(county(code))
            .push(" AND code = ")
            .bind(bytes(secret));
        // One that is over is looked for as one that never was.
        asked.push(" AND expires_at >= ").bind(now);
        let row = transaction.query_one_raw(asked.statement()).await;
        let Some(row) = row.map_err(fault)? else {
            return Ok(None);
        };
        let mut at = Columns::of(&row);
        let enrolment = Enrolment {
            person: at.next_as(PersonId::new)?,
            name: at.next_as(|text: String| Line::new(&text))?,
            expires_at: at.next()?,
        };
        let mut taken = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        taken
            .bind(county(code))
            .push(" AND code = ")
            .bind(bytes(secret));
        let done = transaction.execute_raw(taken.statement()).await;
        // Of two who bring it at once one has taken it.
        if done.map_err(fault)?.rows_affected() == 0 {
            return Ok(None);
        }
        transaction.commit().await.map_err(fault)?;
        Ok(Some(enrolment))
    }
}

impl AccessKey {
    /// The keys of a county, each as far as it can be read.
    pub(crate) async fn all(
        engine: Engine,
        within: &impl ConnectionTrait,
        code: CountyCode,
    ) -> Result<Vec<Result<Self, Fault>>, Fault> {
        let mut sql = Sql::new(engine, KEY);
        sql.bind(county(code)).push(" ORDER BY id");
        let rows = within.query_all_raw(sql.statement()).await.map_err(fault)?;
        Ok(rows.iter().map(read).collect())
    }
}

fn read(row: &QueryResult) -> Result<AccessKey, Fault> {
    let mut at = Columns::of(row);
    let (id, kind): (Uuid, String) = (at.next()?, at.next()?);
    let mut key = AccessKey {
        id,
        kind: KeyKind::Device,
        secret: at.next_as(digest)?,
        person: at.next_as(PersonId::new)?,
        name: at.next_as(|text: String| Line::new(&text))?,
        acts: at.next()?,
        made_at: at.next()?,
        expires_at: at.next()?,
        used_at: at.next()?,
    };
    key.kind = match (kind.as_str(), through(&mut at)?) {
        ("DEVICE", None) => KeyKind::Device,
        ("SERVICE", None) => KeyKind::Service,
        ("LINK", Some(through)) => KeyKind::Link(through),
        _ => return Err(Fault::damaged(format!("key {id} is of no kind"))),
    };
    Ok(key)
}

/// The link in the two columns that come next, where there is one.
pub(crate) fn through(at: &mut Columns<'_>) -> Result<Option<Through>, Fault> {
    let hazard = at.next_perhaps::<Uuid, _>(HazardId::new)?;
    let link = at.next_perhaps::<Uuid, _>(LinkId::new)?;
    Ok(hazard
        .zip(link)
        .map(|(hazard, link)| Through { hazard, link }))
}
