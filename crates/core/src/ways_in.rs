//! 登录凭据变动: what opens a way in, and what closes one.
//!
//! A key or a password lets somebody act, so whose it is, what may be done with it and until when is itself part of the record. What
//! lets in is not: of that the record has a commitment, by which whoever changes what is kept is found out. Signing in by a way that
//! is open is no right of its own, and is not recorded.

mod key;
mod password;

pub use key::{DeviceCode, DeviceCodeIssued, KeyEnded, KeyIssued, KeyUse, LinkOpened, WaysInFound};
pub use password::{
    KeptPassword, KeptSecondFactor, PasswordSet, PasswordsFound, PasswordsSet, SecondFactorEnded,
    SecondFactorSet,
};

use crate::actor::{Actor, Role};
use crate::context::County;
use crate::lifecycle::Act;
use crate::refusal::{Refusal, Refusals};
use crate::upkeep::{ACTS_ON_THE_LEDGER, operator};
use crate::values::{Digest, PersonId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// What became of a way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "says", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WayIn {
    /// 设备登记码已发放.
    DeviceCodeIssued(DeviceCodeIssued),
    /// 凭据已发放.
    KeyIssued(KeyIssued),
    /// 凭据已注销.
    KeyEnded(KeyEnded),
    /// 既有凭据已登记: the keys that there were on that day are taken in.
    Found(WaysInFound),
    /// 密码已设置.
    PasswordsSet(PasswordsSet),
    /// 二次验证已开通.
    SecondFactorSet(SecondFactorSet),
    /// 二次验证已停用.
    SecondFactorEnded(SecondFactorEnded),
    /// 既有密码已登记: the passwords and second factors that there were on that day are taken in.
    PasswordsFound(PasswordsFound),
}

impl WayIn {
    /// The names of those that are about keys.
    pub const OF_KEYS: &[&str] = &["DeviceCodeIssued", "KeyIssued", "KeyEnded", "WaysInFound"];
    /// The names of those that are about passwords and second factors.
    pub const OF_PASSWORDS: &[&str] = &[
        "PasswordsSet",
        "SecondFactorSet",
        "SecondFactorEnded",
        "PasswordsFound",
    ];

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DeviceCodeIssued(_) => "DeviceCodeIssued",
            Self::KeyIssued(_) => "KeyIssued",
            Self::KeyEnded(_) => "KeyEnded",
            Self::Found(_) => "WaysInFound",
            Self::PasswordsSet(_) => "PasswordsSet",
            Self::SecondFactorSet(_) => "SecondFactorSet",
            Self::SecondFactorEnded(_) => "SecondFactorEnded",
            Self::PasswordsFound(_) => "PasswordsFound",
        }
    }

    /// Whether it is his to do: his own devices are his, programs are the operator's, a link is handed out by whoever may do
    /// that; whose a key is, the approver of the office and the operator end it too. Passwords are one's own and the operator's, who
    /// also helps whoever has lost his second factor.
    #[must_use]
    pub fn is_for(&self, actor: &Actor, county: &County) -> bool {
        let is_operator = *actor == operator(county);
        match self {
            Self::DeviceCodeIssued(says) => says.person == actor.person,
            Self::KeyIssued(says) => match says.kind {
                KeyUse::Device => says.person == actor.person,
                KeyUse::Service => is_operator,
                KeyUse::Link => hands_out_links(actor.role),
            },
            Self::KeyEnded(says) => {
                let of_the_office = actor.role == ACTS_ON_THE_LEDGER && actor.unit == county.office;
                says.person == actor.person || of_the_office || is_operator
            }
            Self::PasswordsSet(says) => {
                let mut whose = says.passwords.iter();
                is_operator || whose.all(|one| one.person == actor.person)
            }
            Self::SecondFactorSet(says) => says.person == actor.person,
            Self::SecondFactorEnded(says) => says.person == actor.person || is_operator,
            Self::Found(_) | Self::PasswordsFound(_) => is_operator,
        }
    }
}

/// How many devices one person has at most: those of a desk, a bag and a car, and some that he has forgotten.
pub const MOST_DEVICES: usize = 10;

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
    /// The digest of a code of a device, and what makes the commitment to it one that nobody can try codes on: they are short.
    DeviceCode(Digest, [u8; 16]),
    /// What passwords are checked against.
    Passwords(Vec<KeptPassword>),
    /// What a second factor is checked against.
    SecondFactor(KeptSecondFactor),
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
    /// What whoever asks has shown for himself: where it is asked for otherwise by now, he has shown nothing. None where he is known by
    /// something else.
    #[serde(skip)]
    pub shown: Option<Shown>,
}

/// By what somebody has shown who he is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The commitment to his password.
    pub password: Digest,
    /// Whether a code of his second factor besides.
    pub code: bool,
}

/// The ways in that are open, as the record has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WaysIn {
    /// Whether keys are recorded at all: in a ledger from before they are not until what there was is taken in.
    pub keys_are_known: bool,
    /// The keys that nobody has ended, those among them that are over by their day.
    pub keys: BTreeMap<Uuid, KeyIssued>,
    /// The codes for which devices can get keys, by their ids; some may be over.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub device_codes: BTreeMap<Uuid, DeviceCodeIssued>,
    /// Whether passwords are recorded at all, likewise.
    pub passwords_are_known: bool,
    /// Commitments to the passwords.
    pub passwords: BTreeMap<PersonId, Digest>,
    /// The second factors that are asked for.
    pub second_factors: BTreeMap<PersonId, SecondFactorSet>,
}

impl WaysIn {
    /// Whether nothing was ever recorded of them.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Goes on with what became of one.
    pub fn take_in(&mut self, way: &WayIn) {
        match way {
            WayIn::DeviceCodeIssued(_)
            | WayIn::KeyIssued(_)
            | WayIn::KeyEnded(_)
            | WayIn::Found(_) => {
                self.keys_are_known = true;
            }
            WayIn::PasswordsSet(_)
            | WayIn::SecondFactorSet(_)
            | WayIn::SecondFactorEnded(_)
            | WayIn::PasswordsFound(_) => self.passwords_are_known = true,
        }
        match way {
            WayIn::DeviceCodeIssued(says) => {
                // A code is good for minutes. How late it is when one is issued, only its own end tells: the instants of the
                // record stay ahead of the clock once it was wrong, and by them every other code would be over.
                let long_over = says.expires_at.checked_sub_signed(TimeDelta::days(1));
                self.device_codes
                    .retain(|_, code| long_over.is_none_or(|day| day <= code.expires_at));
                self.device_codes.insert(says.code.id, says.clone());
            }
            WayIn::KeyIssued(says) => {
                if let Some(code) = says.code {
                    self.device_codes.remove(&code.id);
                }
                self.keys.insert(says.key, says.clone());
            }
            WayIn::KeyEnded(says) => {
                self.keys.remove(&says.key);
            }
            WayIn::Found(says) => {
                let keys = says.keys.iter();
                self.keys.extend(keys.map(|key| (key.key, key.clone())));
            }
            WayIn::PasswordsSet(says) => {
                let set = says.passwords.iter().map(|one| (one.person, one.secret));
                let set: BTreeMap<_, _> = set.collect();
                let is_ended =
                    |key: &KeyIssued| key.kind == KeyUse::Device && set.contains_key(&key.person);
                self.keys.retain(|_, key| !is_ended(key));
                self.device_codes
                    .retain(|_, code| !set.contains_key(&code.person));
                self.passwords.extend(set);
            }
            WayIn::SecondFactorSet(says) => {
                self.device_codes
                    .retain(|_, code| code.person != says.person);
                self.second_factors.insert(says.person, says.clone());
            }
            WayIn::SecondFactorEnded(says) => {
                self.second_factors.remove(&says.person);
            }
            WayIn::PasswordsFound(says) => {
                let set = says.passwords.iter();
                self.passwords
                    .extend(set.map(|one| (one.person, one.secret)));
                let factors = says.second_factors.iter();
                self.second_factors
                    .extend(factors.map(|one| (one.person, one.clone())));
            }
        }
    }

    /// Whether the key can be issued: nothing has its id, and no other opens the same link.
    fn has_room_for(&self, says: &KeyIssued) -> bool {
        let mut keys = self.keys.values();
        let is_taken = |key: &KeyIssued| key.opens.is_some() && key.opens == says.opens;
        !self.keys.contains_key(&says.key) && !keys.any(is_taken)
    }

    /// Whether a device may get a key now that says so: for a code that was issued to its owner, and that is not over.
    fn knows_code_of(&self, says: &KeyIssued, at: DateTime<Utc>) -> bool {
        let issued = says.code.and_then(|code| {
            let issued = self.device_codes.get(&code.id);
            issued.filter(|issued| issued.code == code)
        });
        issued.is_some_and(|issued| issued.person == says.person && at <= issued.expires_at)
    }

    /// How many devices somebody has now, of which each code that is out is one.
    fn devices_of(&self, person: PersonId, at: DateTime<Utc>) -> usize {
        let keys = self.keys.values().filter(|key| {
            key.kind == KeyUse::Device && key.person == person && at < key.expires_at
        });
        let codes = self.device_codes.values();
        let codes = codes.filter(|code| code.person == person && at <= code.expires_at);
        keys.count().saturating_add(codes.count())
    }
}

/// Whether a way in is opened or closed so.
pub(crate) fn ways_in_changed(
    known: Option<&WaysIn>,
    says: ChangeWaysIn,
    by: PersonId,
    at: DateTime<Utc>,
    mut no: Refusals,
) -> Result<WayIn, Refusals> {
    let blank = WaysIn::default();
    let known = known.unwrap_or(&blank);
    let ChangeWaysIn { way, shown, .. } = says;
    // Whoever takes a second factor has none, or hears that he has.
    let takes_one = matches!(way, WayIn::SecondFactorSet(_));
    let needs_code = !takes_one && known.second_factors.contains_key(&by);
    let is_enough = |shown: Shown| {
        let is_present = known.passwords.get(&by) == Some(&shown.password);
        (is_present || !known.passwords_are_known) && (shown.code || !needs_code)
    };
    no.when(!shown.is_none_or(is_enough), || Refusal::PasswordChanged);
    match &way {
        WayIn::DeviceCodeIssued(says) => {
            let is_there = known.device_codes.contains_key(&says.code.id);
            no.when(is_there, || Refusal::WaysInUnchanged);
            let has_all = known.devices_of(says.person, at) >= MOST_DEVICES;
            no.when(has_all, || Refusal::DevicesAtMost { most: MOST_DEVICES });
        }
        WayIn::KeyIssued(says) => {
            no.when(!known.has_room_for(says), || Refusal::WaysInUnchanged);
            let needs_code = says.kind == KeyUse::Device;
            no.when(needs_code && !known.knows_code_of(says, at), || {
                Refusal::DeviceCodeUnknown
            });
        }
        WayIn::KeyEnded(says) => {
            let stands = known.keys.get(&says.key);
            let is_his = stands.is_some_and(|key| key.person == says.person);
            no.when(!is_his, || Refusal::WaysInUnchanged);
        }
        WayIn::Found(_) => no.when(known.keys_are_known, || Refusal::WaysInUnchanged),
        WayIn::PasswordsSet(says) => {
            no.when(says.passwords.is_empty(), || Refusal::WaysInUnchanged);
        }
        WayIn::SecondFactorSet(says) => {
            let is_asked_for = known.second_factors.contains_key(&says.person);
            no.when(is_asked_for, || Refusal::WaysInUnchanged);
        }
        WayIn::SecondFactorEnded(says) => {
            let is_asked_for = known.second_factors.contains_key(&says.person);
            no.when(!is_asked_for, || Refusal::WaysInUnchanged);
        }
        WayIn::PasswordsFound(_) => {
            no.when(known.passwords_are_known, || Refusal::WaysInUnchanged);
        }
    }
    no.or(|| Ok(way))
}
