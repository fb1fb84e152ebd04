//! Keys by which devices, programs and links let in without a password. They are kept and taken away with the line that records it.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::{bytes, digest};
use crate::sql::{Engine, Sql};
use crate::ways_in::all_kept;
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
        // Whoever is being let in by it holds its row until his session is there to be ended.
        let mut sessions = Sql::new(self.engine, "DELETE FROM session WHERE county = ");
        sessions.bind(county(code)).push(" AND person = ");
        sessions
            .bind(of.as_uuid())
            .push(" AND access_key = ")
            .bind(id);
        let mut key = Sql::new(self.engine, "DELETE FROM access_key WHERE county = ");
        key.bind(county(code)).push(" AND person = ");
        key.bind(of.as_uuid()).push(" AND id = ").bind(id);
        [key, sessions]
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
}

impl AccessKey {
    /// The keys of a county, each as far as it can be read.
    pub(crate) async fn all(
        engine: Engine,
        within: &impl ConnectionTrait,
        code: CountyCode,
    ) -> Result<Vec<Result<Self, Fault>>, Fault> {
        all_kept(engine, within, code, KEY, "id", read).await
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
        name: at.next_as(|text: String| Line::recorded(&text))?,
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
