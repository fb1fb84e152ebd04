//! Devices: enrolled by a code that somebody has made at his desk, for which they get their keys.

use super::recorded::Recorded;
use super::{Doorkeeper, digest};
use crate::chance::{self, code, typed_code};
use crate::clock::new_id;
use chrono::{SubsecRound as _, TimeDelta};
use xiaohao_core::Actor;
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{DeviceCodeIssued, Kept, KeyEnded, KeyIssued, MOST_DEVICES, WayIn};
use xiaohao_graphql::{Device, Enrolled, KeyMade, Shut};
use xiaohao_ledger::Fault;
use xiaohao_store::{Enrolment, KeyKind};

/// How long the code of a device is good, and of how many groups of four signs it is.
const ENROLS: TimeDelta = TimeDelta::minutes(10);
const GROUPS: usize = 2;

/// How long the key of a device is good: then its owner shows again who he is.
const DEVICE: TimeDelta = TimeDelta::days(365);

impl Doorkeeper {
    /// Issues a code for which a device of somebody gets its key.
    pub(super) async fn device_enrolled(&self, of: &Actor, name: Device) -> Result<Enrolled, Shut> {
        let said = code(GROUPS);
        let now = (self.clock)();
        // No database keeps more of an instant, and the record says what is kept.
        let expires_at = now.checked_add_signed(ENROLS).unwrap_or(now);
        let enrolment = Enrolment {
            id: new_id(),
            person: of.person,
            name,
            expires_at: expires_at.trunc_subsecs(6),
            secret: digest(&said),
            salt: chance::bytes(),
        };
        let mut recorded = self.code_issued(of, &enrolment).await?;
        if recorded == Recorded::DevicesTooMany && self.left_devices_behind(of.person).await? {
            recorded = self.code_issued(of, &enrolment).await?;
        }
        if recorded == Recorded::DevicesTooMany {
            let most = u32::try_from(MOST_DEVICES).unwrap_or(u32::MAX);
            return Err(Shut::DevicesTooMany(most));
        }
        Ok(Enrolled {
            code: said,
            expires_at: enrolment.expires_at,
        })
    }

    /// Keeps a code with the line that issues it.
    async fn code_issued(&self, by: &Actor, enrolment: &Enrolment) -> Result<Recorded, Fault> {
        let way = WayIn::DeviceCodeIssued(DeviceCodeIssued {
            code: enrolment.recorded(),
            person: enrolment.person,
            name: enrolment.name.clone().into(),
            expires_at: enrolment.expires_at,
        });
        let kept = Kept::DeviceCode(enrolment.secret, enrolment.salt);
        self.record(by, way, kept, None).await
    }

    /// Ends in the record the keys of somebody's devices that are kept no more, as in a county that was carried here; whether there
    /// were any. They let in nobody, and he could not end them himself.
    async fn left_devices_behind(&self, person: PersonId) -> Result<bool, Fault> {
        let behind = self.store.devices_left_behind(self.county, person).await?;
        let were_any = !behind.is_empty();
        for key in behind {
            let way = WayIn::KeyEnded(KeyEnded { key, person });
            self.record(&self.operator(), way, Kept::Nothing, None)
                .await?;
        }
        Ok(were_any)
    }

    /// Gives a device its key for a code. The code is spent in the transaction in which the key is issued, and the record says whether it
    /// still stands: of two who bring it at once one gets a key.
    pub(super) async fn code_redeemed(&self, said: &str) -> Result<KeyMade, Shut> {
        let now = (self.clock)();
        let code = digest(&typed_code(said));
        let enrolled = self.store.enrolment(self.county, code, now).await?;
        let enrolled = enrolled.ok_or(Shut::NoSuchKey)?;
        let owner = self.person(enrolled.person).await?;
        let owner = owner.ok_or(Shut::NoSuchKey)?;
        let by = Self::as_himself(&owner, now).ok_or(Shut::NoSuchPost)?;
        let (code, name) = (enrolled.recorded(), enrolled.name);
        let (said, key) = self.key_made(KeyKind::Device, owner.id, name, DEVICE);
        let way = WayIn::KeyIssued(KeyIssued {
            code: Some(code),
            ..key.recorded()?
        });
        if self.record(&by, way, Kept::Key(key.secret), None).await? != Recorded::Done {
            return Err(Shut::NoSuchKey);
        }
        tracing::info!(person = %key.person, key = %key.id, "a device was enrolled");
        Ok(KeyMade {
            key: said,
            id: key.id,
            expires_at: key.expires_at,
        })
    }
}
