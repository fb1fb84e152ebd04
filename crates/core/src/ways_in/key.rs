//! Keys: what each of them opens, for whom and until when.

use crate::values::vocabulary::vocabulary;
use crate::values::{Digest, HazardId, KeyName, Line, LinkId, PersonId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

vocabulary! {
    /// What a key is for.
    KeyUse "凭据用途" {
        /// A device of somebody, who enrolled it himself.
        Device "DEVICE" "设备",
        /// A program of the county's, which acts as one of the people of the directory.
        Service "SERVICE" "服务账号",
        /// A link by which somebody handles one hazard.
        Link "LINK" "办理链接",
    }
}

/// The one hazard that the key of a link opens, and the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkOpened {
    /// The hazard.
    pub hazard: HazardId,
    /// The link.
    pub link: LinkId,
}

/// The code by which a device gets its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCode {
    /// By which it is told from others; it is good for nothing.
    pub id: Uuid,
    /// Commitment to the code, as it is kept.
    pub secret: Digest,
}

/// A code that a device of somebody can be given its key for, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCodeIssued {
    /// The code.
    pub code: DeviceCode,
    /// Whose device.
    pub person: PersonId,
    /// What the device is called.
    pub name: KeyName,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

/// A key, with every right that it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyIssued {
    /// By which it is listed and ended; nobody is let in by it.
    pub key: Uuid,
    /// What it is for.
    pub kind: KeyUse,
    /// Whom it lets in.
    pub person: PersonId,
    /// What it is called.
    pub name: KeyName,
    /// The mutations that it may send; none where it may send all that the post allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Vec<Line<100>>>,
    /// What it opens, where it is that of a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<LinkOpened>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Commitment to what lets in, as it is kept.
    pub secret: Digest,
    /// The code for which a device got it; none where it is no device, or in a line from before codes were recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<DeviceCode>,
}

impl KeyIssued {
    /// The rights that another key of the same id gives and this one does not, by their names; what it is called gives none.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        // By which code it was got gives no right, and is not kept.
        let all = [
            ("what it is for", self.kind == other.kind),
            ("the person", self.person == other.person),
            ("the acts", self.acts == other.acts),
            ("the hazard", self.opens == other.opens),
            ("its end", self.expires_at == other.expires_at),
            ("what lets in", self.secret == other.secret),
        ];
        let differ = all.into_iter().filter(|(_, same)| !same);
        differ.map(|(name, _)| name).collect()
    }
}

/// A key that lets in nobody any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyEnded {
    /// The key.
    pub key: Uuid,
    /// Whose it was.
    pub person: PersonId,
}

/// What there was when it was first recorded, and nobody can say any more who opened it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaysInFound {
    /// The keys.
    pub keys: Vec<KeyIssued>,
}
