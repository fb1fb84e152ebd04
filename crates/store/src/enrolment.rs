//! The codes for which devices get their keys. They are kept with the line that records them, and gone with that of the key.

use crate::column::{Columns, county};
use crate::connect::SqlStore;
use crate::fault::fault;
use crate::session::{bytes, digest};
use crate::sql::{Engine, Sql};
use crate::ways_in::all_kept;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;
use xiaohao_core::values::{CountyCode, Digest, Line, PersonId};
use xiaohao_core::ways_in::DeviceCode;
use xiaohao_ledger::{Fault, committed_device_code};

/// A device that is to get a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// By which the record tells its code from others.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// What it is called.
    pub name: Line<100>,
    /// Until when its code is good.
    pub expires_at: DateTime<Utc>,
    /// The digest of the code.
    pub secret: Digest,
    /// What the commitment to that is made with.
    pub salt: [u8; 16],
}

const ENROLMENT: &str =
    "SELECT id, person, name, expires_at, code, salt FROM enrolment WHERE county = ";

impl Enrolment {
    /// What the record says of its code.
    #[must_use]
    pub fn recorded(&self) -> DeviceCode {
        DeviceCode {
            id: self.id,
            secret: committed_device_code(self.id, &self.salt, self.secret),
        }
    }

    /// Those of a county, each as far as it can be read.
    pub(crate) async fn all(
        engine: Engine,
        within: &impl ConnectionTrait,
        code: CountyCode,
    ) -> Result<Vec<Result<Self, Fault>>, Fault> {
        all_kept(engine, within, code, ENROLMENT, "id", read).await
    }
}

impl SqlStore {
    /// Keeps a code; codes that are over go.
    pub(crate) fn kept_enrolment(
        &self,
        code: CountyCode,
        enrolment: &Enrolment,
        now: DateTime<Utc>,
    ) -> [Sql; 2] {
        let mut gone = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        gone.bind(county(code)).push(" AND expires_at < ").bind(now);
        let mut kept = Sql::new(
            self.engine,
            "INSERT INTO enrolment (county, id, person, name, expires_at, code, salt) VALUES (",
        );
        kept.bind(county(code)).push(", ").bind(enrolment.id);
        kept.push(", ").bind(enrolment.person.as_uuid());
        kept.push(", ").bind(enrolment.name.as_str());
        kept.push(", ").bind(enrolment.expires_at);
        kept.push(", ").bind(bytes(enrolment.secret));
        kept.push(", ").bind(enrolment.salt.to_vec()).push(")");
        [gone, kept]
    }

    /// A code is good once.
    pub(crate) fn spent_enrolment(&self, code: CountyCode, id: Uuid) -> Sql {
        let mut spent = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        spent.bind(county(code)).push(" AND id = ").bind(id);
        spent
    }

    /// Ends the codes by which the devices of somebody were about to get keys.
    pub(crate) fn ended_enrolments(&self, code: CountyCode, of: PersonId) -> Sql {
        let mut ended = Sql::new(self.engine, "DELETE FROM enrolment WHERE county = ");
        ended.bind(county(code)).push(" AND person = ");
        ended.bind(of.as_uuid());
        ended
    }

    /// The device that is to get its key for the code of this digest. One that is over is looked for as one that never was.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn enrolment(
        &self,
        code: CountyCode,
        secret: Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Enrolment>, Fault> {
        let mut sql = Sql::new(self.engine, ENROLMENT);
        sql.bind(county(code)).push(" AND code = ");
        sql.bind(bytes(secret)).push(" AND expires_at >= ");
        sql.bind(now);
        let row = self.readers.query_one_raw(sql.statement()).await;
        row.map_err(fault)?.as_ref().map(read).transpose()
    }
}

fn read(row: &QueryResult) -> Result<Enrolment, Fault> {
    let mut at = Columns::of(row);
    Ok(Enrolment {
        id: at.next()?,
        person: at.next_as(PersonId::new)?,
        name: at.next_as(|text: String| Line::recorded(&text))?,
        expires_at: at.next()?,
        secret: at.next_as(digest)?,
        salt: {
            let salt: Vec<u8> = at.next()?;
            let salt = <[u8; 16]>::try_from(salt);
            salt.map_err(|_| Fault::damaged("the salt of a device's code is of another length"))?
        },
    })
}
