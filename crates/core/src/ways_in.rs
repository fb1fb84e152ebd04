//! 登录凭据变动: what opens a way in, and what closes one.
//!
//! A key lets somebody act, so whose it is, what may be done with it and until when is itself part of the record. What lets in is
//! not: of that the record has a commitment, by which whoever changes what is kept is found out. Signing in by a way that is open
//! is no right of its own, and is not recorded.

use crate::actor::{Actor, Role};
use crate::context::County;
use crate::lifecycle::Act;
use crate::refusal::{Refusal, Refusals};
use crate::upkeep::{ACTS_ON_THE_LEDGER, operator};
use crate::values::vocabulary::vocabulary;
use crate::values::{Digest, HazardId, KeyName, Line, LinkId, PersonId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
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
}

impl KeyIssued {
    /// The rights that another key of the same id gives and this one does not, by their names; what it is called gives none.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
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

/// What became of a way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "says", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WayIn {
    /// 凭据已发放.
    KeyIssued(KeyIssued),
    /// 凭据已注销.
    KeyEnded(KeyEnded),
    /// 既有凭据已登记: what there was on that day is taken in.
    Found(WaysInFound),
}

impl WayIn {
    /// The names of all of them.
    pub const NAMES: &[&str] = &["KeyIssued", "KeyEnded", "WaysInFound"];

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::KeyIssued(_) => "KeyIssued",
            Self::KeyEnded(_) => "KeyEnded",
            Self::Found(_) => "WaysInFound",
        }
    }

    /// Whether it is his to do: his own devices are his, programs are the operator's, a link is handed out by whoever may do
    /// that; whose a key is, the approver of the office and the operator end it too.
    #[must_use]
    pub fn is_for(&self, actor: &Actor, county: &County) -> bool {
        let is_operator = *actor == operator(county);
        match self {
            Self::KeyIssued(says) => match says.kind {
                KeyUse::Device => says.person == actor.person,
                KeyUse::Service => is_operator,
                KeyUse::Link => hands_out_links(actor.role),
            },
            Self::KeyEnded(says) => {
                let of_the_office = actor.role == ACTS_ON_THE_LEDGER && actor.unit == county.office;
                says.person == actor.person || of_the_office || is_operator
            }
            Self::Found(_) => is_operator,
        }
    }
}

/// Whether a link is handed out in this role.
fn hands_out_links(role: Role) -> bool {
    let mut who = Act::HandOutLink.who().iter();
    who.any(|who| who.roles().contains(&role))
}

/// What lets in, as it is kept beside the record in the transaction that records it. It is no part of the record, nor of what a
/// request is known by.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nothing is kept.
    #[default]
    Nothing,
    /// The digest of a key.
    Key(Digest),
}

impl fmt::Debug for Kept {
    /// None of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// 登录凭据变动: a way in is opened or closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeWaysIn {
    /// What becomes of which.
    pub way: WayIn,
    /// What lets in, where it opens one.
    #[serde(skip)]
    pub kept: Kept,
}

/// The ways in that are open, as the record has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WaysIn {
    /// Whether keys are recorded at all: in a ledger from before they are not until what there was is taken in.
    pub keys_are_known: bool,
    /// The keys that nobody has ended, those among them that are over by their day.
    pub keys: BTreeMap<Uuid, KeyIssued>,
}

impl WaysIn {
    /// Whether nothing was ever recorded of them.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Goes on with what became of one.
    pub fn take_in(&mut self, way: &WayIn) {
        self.keys_are_known = true;
        match way {
            WayIn::KeyIssued(says) => {
                self.keys.insert(says.key, says.clone());
            }
            WayIn::KeyEnded(says) => {
                self.keys.remove(&says.key);
            }
            WayIn::Found(says) => {
                let keys = says.keys.iter();
                self.keys.extend(keys.map(|key| (key.key, key.clone())));
            }
        }
    }

    /// Whether the key can be issued: nothing has its id, and no other opens the same link.
    fn has_room_for(&self, says: &KeyIssued) -> bool {
        let mut keys = self.keys.values();
        let is_taken = |key: &KeyIssued| key.opens.is_some() && key.opens == says.opens;
        !self.keys.contains_key(&says.key) && !keys.any(is_taken)
    }
}

/// Whether a way in is opened or closed so.
pub(crate) fn ways_in_changed(
    known: Option<&WaysIn>,
    way: WayIn,
    mut no: Refusals,
) -> Result<WayIn, Refusals> {
    let blank = WaysIn::default();
    let known = known.unwrap_or(&blank);
    match &way {
        WayIn::KeyIssued(says) => no.when(!known.has_room_for(says), || Refusal::WaysInUnchanged),
        WayIn::KeyEnded(says) => {
            let stands = known.keys.get(&says.key);
            let is_his = stands.is_some_and(|key| key.person == says.person);
            no.when(!is_his, || Refusal::WaysInUnchanged);
        }
        WayIn::Found(_) => no.when(known.keys_are_known, || Refusal::WaysInUnchanged),
    }
    no.or(|| Ok(way))
}
