//! Keys of devices and of programs, changed passwords: the ways in, as they are made and taken away.

use super::recorded::Recorded;
use super::{BadPassword, Doorkeeper, Way, chosen, chosen_by, digest};
use crate::chance;
use crate::clock::new_id;
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use uuid::Uuid;
use xiaohao_core::directory::Person;
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{Kept, KeyEnded, WayIn};
use xiaohao_core::{Actor, county_day};
use xiaohao_graphql::{
    Device, Enrolled, Key, KeyMade, Locksmith, Opened, PostAsked, SecondFactorMade, Secrets, Shut,
};
use xiaohao_ledger::{Fault, Through, Told};
use xiaohao_store::{AccessKey, KeyKind, Shown};

/// A key that was issued to a program.
#[derive(Debug)]
pub struct Issued {
    /// By which it is listed and ended.
    pub id: Uuid,
    /// What lets in; it is never shown again.
    pub key: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

impl Doorkeeper {
    /// A new key; what stands before it says in a log or a repository what somebody has found there.
    pub(super) fn key_made(
        &self,
        kind: KeyKind,
        person: PersonId,
        name: Device,
        lasts: TimeDelta,
    ) -> (String, AccessKey) {
        let kind_said = match kind {
            KeyKind::Device => "xhd",
            KeyKind::Service => "xhs",
            KeyKind::Link(_) => "xhl",
        };
        let random = xiaohao_core::values::Digest::new(chance::bytes());
        let said = format!("{kind_said}_{random}");
        let now = (self.clock)();
        let key = AccessKey {
            id: new_id(),
            kind,
            secret: digest(&said),
            person,
            name,
            acts: None,
            made_at: now,
            // No database keeps more of an instant, and the record says what is kept.
            expires_at: now
                .checked_add_signed(lasts)
                .unwrap_or(now)
                .trunc_subsecs(6),
            used_at: None,
        };
        (said, key)
    }

    /// Issues a key to a program that acts as this person, by these mutations alone; whoever runs the program does it.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn issue(
        &self,
        person: &Person,
        name: Device,
        acts: &[String],
        lasts: TimeDelta,
    ) -> Result<Issued, Fault> {
        let (said, mut key) = self.key_made(KeyKind::Service, person.id, name, lasts);
        key.acts = Some(acts.join(","));
        self.keep_key(&self.operator(), &key).await?;
        Ok(Issued {
            id: key.id,
            key: said,
            expires_at: key.expires_at,
        })
    }

    /// Keeps a key with the line that issues it.
    pub(super) async fn keep_key(&self, by: &Actor, key: &AccessKey) -> Result<Recorded, Fault> {
        let way = WayIn::KeyIssued(key.recorded()?);
        self.record(by, way, Kept::Key(key.secret), None).await
    }

    /// Somebody as he acts for himself, where nobody has asked in which of his posts.
    pub(super) fn as_himself(person: &Person, now: DateTime<Utc>) -> Option<Actor> {
        let any = PostAsked {
            role: None,
            unit: None,
        };
        let post = chosen(person, any, county_day(now));
        post.map(|post| person.acting(post))
    }
}

/// Why somebody may not have a password, as he is told.
fn unfit(bad: BadPassword) -> Shut {
    match bad {
        BadPassword::Length => Shut::PasswordUnfit("密码须为8至128个字符，请另选一个。".to_owned()),
        BadPassword::Guessable(why) => Shut::PasswordUnfit(why.chinese().to_owned()),
        BadPassword::Hash => Shut::Fault(Fault::internal(bad)),
    }
}

#[async_trait]
impl Locksmith for Doorkeeper {
    async fn change_password(&self, by: Secrets<'_>, new: &str) -> Result<(), Shut> {
        let known = self.known(&by).await?;
        let account = &known.account;
        let (by_himself, person) = self.himself(account.person).await?;
        if new == by.password {
            return Err(Shut::PasswordUnfit(
                "新密码与原密码相同，请另选一个。".to_owned(),
            ));
        }
        let (new, chooses) = (new.to_owned(), person.clone());
        let queued = self.hashing.queue().map_err(Shut::Busy)?;
        let hashed = queued.hashes(move || chosen_by(&chooses, &new)).await?;
        let hashed = hashed.map_err(unfit)?;
        if self.kept_for_another(&person).await?.is_some() {
            return Err(Shut::PasswordUnfit(format!(
                "名册中您的登录名已改为“{}”，而这个登录名已由他人用过，密码暂不能修改。请联系系统管理员处理后再试。",
                person.login
            )));
        }
        let whose = std::slice::from_ref(&person);
        let shown = Some(known.shown());
        self.keep_passwords(&by_himself, whose, &hashed, shown)
            .await?
            .is_shown()?;
        tracing::info!(login = %account.login, "a password was changed");
        Ok(())
    }

    async fn begin_second_factor(&self, by: Secrets<'_>) -> Result<SecondFactorMade, Shut> {
        self.second_factor_begun(by).await
    }

    async fn confirm_second_factor(&self, by: Secrets<'_>) -> Result<Vec<String>, Shut> {
        self.second_factor_confirmed(by).await
    }

    async fn end_second_factor(&self, by: Secrets<'_>) -> Result<bool, Shut> {
        self.second_factor_ended(by).await
    }

    async fn recovery_codes(&self, of: PersonId) -> Result<Option<u32>, Fault> {
        let factor = self.store.second_factor(self.county, of).await?;
        let factor = factor.filter(|factor| factor.confirmed_at.is_some());
        Ok(factor.map(|factor| factor.recovery_codes))
    }

    async fn enrol(&self, of: &Actor, name: Device) -> Result<Enrolled, Shut> {
        self.device_enrolled(of, name).await
    }

    async fn redeem(&self, code: &str) -> Result<KeyMade, Shut> {
        self.code_redeemed(code).await
    }

    async fn sign_in_by_key(&self, key: &str, post: PostAsked) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let key = self.store.key(self.county, digest(key.trim())).await?;
        let key = key.filter(|key| now < key.expires_at);
        // That of a link lets in for one hazard, and by the mutation for links.
        let key = key.filter(|key| !matches!(key.kind, KeyKind::Link(_)));
        let key = key.ok_or(Shut::NoSuchKey)?;
        let person = self.person(key.person).await?;
        let person = person.ok_or(Shut::NoSuchKey)?;
        let way = Way {
            device: Some(key.name.clone()),
            key: Some(key.id),
            acts: key.acts.clone(),
            through: None,
            until: Some(key.expires_at),
        };
        let opened = self.open(&person, post, Shown::Key(&key), way).await?;
        // Where that cannot be noted nobody is turned away.
        if let Err(fault) = self.store.key_used(self.county, key.id, now).await {
            tracing::warn!(error = %Told(&fault), "it cannot be noted that a key is used");
        }
        Ok(opened)
    }

    async fn hand_out(
        &self,
        by: &Actor,
        through: Through,
        to: PersonId,
        name: &str,
        expires_on: NaiveDate,
    ) -> Result<Option<String>, Fault> {
        self.link_made(by, through, to, name, expires_on).await
    }

    async fn take_back(&self, through: Through) -> Result<(), Fault> {
        self.store.end_link(self.county, through).await
    }

    async fn open_link(&self, link: &str) -> Result<Opened, Shut> {
        self.let_in_by_link(link).await
    }

    async fn keys(&self, of: PersonId) -> Result<Vec<Key>, Fault> {
        let now = (self.clock)();
        let kept = self.store.keys(self.county, of).await?.into_iter();
        let good = kept.filter(|key| now < key.expires_at);
        let shown = good.map(|key| Key {
            id: key.id,
            is_of_service: key.kind == KeyKind::Service,
            hazard: match key.kind {
                KeyKind::Link(through) => Some(through.hazard),
                KeyKind::Device | KeyKind::Service => None,
            },
            name: key.name,
            acts: key
                .acts
                .map(|acts| acts.split(',').map(ToOwned::to_owned).collect()),
            made_at: key.made_at,
            expires_at: key.expires_at,
            used_at: key.used_at,
        });
        Ok(shown.collect())
    }

    async fn end_key(&self, by: &Actor, of: PersonId, key: Uuid) -> Result<bool, Fault> {
        let kept = self.store.keys(self.county, of).await?;
        let Some(kept) = kept.into_iter().find(|kept| kept.id == key) else {
            return Ok(false);
        };
        // A link is taken back where it was handed out, or its hazard would go on to say that it is in force. Whoever may not do that
        // ends what opens it all the same.
        if let KeyKind::Link(through) = kept.kind
            && self.taken_back(by, through).await?
        {
            self.store.end_link(self.county, through).await?;
            return Ok(true);
        }
        let person = of;
        let way = WayIn::KeyEnded(KeyEnded { key, person });
        let ended = self.record(by, way, Kept::Nothing, None).await?;
        Ok(ended == Recorded::Done)
    }
}
