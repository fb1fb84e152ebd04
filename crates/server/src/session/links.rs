//! Links: what opens one, and whoever comes in by it, for one hazard and no longer than the ledger lets him.

use super::recorded::Recorded;
use super::{Doorkeeper, Way, digest};
use chrono::{NaiveDate, TimeDelta};
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{Kept, KeyEnded, WayIn};
use xiaohao_core::{Actor, Role, Who, county_day, end_of_county_day};
use xiaohao_graphql::{Device, Opened, PostAsked, Shut};
use xiaohao_ledger::read::{HazardKey, Reader as _};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::{Fault, Scope, Through, Told};
use xiaohao_store::{AccessKey, KeyKind, Shown};

impl Doorkeeper {
    /// The hazard that a link opens, by the ledger as it stands: nothing beside it has to be told that one is over.
    async fn opened_by(&self, through: Through) -> Result<Option<HazardRow>, Fault> {
        let scope = Scope::through(self.county, through);
        let key = HazardKey::Id(through.hazard);
        self.store.hazard(&scope, key).await
    }

    /// Whether a session may go on, as far as that is for the link to say that opened it.
    pub(super) async fn still_opens(&self, through: Option<Through>) -> Result<bool, Fault> {
        match through {
            None => Ok(true),
            Some(through) => Ok(self.opened_by(through).await?.is_some()),
        }
    }

    /// Makes the secret of a link, if there was none and the link opens its hazard.
    pub(super) async fn link_made(
        &self,
        by: &Actor,
        through: Through,
        to: PersonId,
        name: &str,
        expires_on: NaiveDate,
    ) -> Result<Option<String>, Fault> {
        let name = Device::new(name).map_err(Fault::internal)?;
        let kind = KeyKind::Link(through);
        let (said, key) = self.key_made(kind, to, name, TimeDelta::zero());
        let key = AccessKey {
            expires_at: end_of_county_day(expires_on),
            ..key
        };
        let is_good = key.made_at < key.expires_at && self.opened_by(through).await?.is_some();
        // Where one was made no other is, also of two who ask at once; unless what opens it was left behind where it was made.
        let is_made = is_good
            && (self.keep_key(by, &key).await? == Recorded::Done
                || self.is_left_behind(through).await?
                    && self.keep_key(by, &key).await? == Recorded::Done);
        if !is_made {
            return Ok(None);
        }
        tracing::info!(person = %to, key = %key.id, hazard = %through.hazard, "a link was made");
        Ok(Some(said))
    }

    /// Ends in the record the key of a link that is kept no more, as in a county that was carried here; whether there was one.
    async fn is_left_behind(&self, through: Through) -> Result<bool, Fault> {
        let Some((key, person)) = self.store.link_left_behind(self.county, through).await? else {
            return Ok(false);
        };
        let way = WayIn::KeyEnded(KeyEnded { key, person });
        let ended = self
            .record(&self.operator(), way, Kept::Nothing, None)
            .await?;
        Ok(ended == Recorded::Done)
    }

    /// Opens a session for whoever has a link.
    pub(super) async fn let_in_by_link(&self, said: &str) -> Result<Opened, Shut> {
        let now = (self.clock)();
        let key = self.store.key(self.county, digest(said.trim())).await?;
        let key = key.filter(|key| now < key.expires_at);
        let key = key.ok_or(Shut::NoSuchLink)?;
        let KeyKind::Link(through) = key.kind else {
            return Err(Shut::NoSuchLink);
        };
        let hazard = self.opened_by(through).await?;
        let unit = hazard.and_then(|row| row.responsible);
        let unit = unit.ok_or(Shut::NoSuchLink)?;
        let person = self.person(key.person).await?;
        let person = person.ok_or(Shut::NoSuchLink)?;
        let rectifies = |role: &Role| Who::Rectifier.roles().contains(role);
        let mut posts = person.posts_on(county_day(now));
        let post = posts.find(|post| post.unit == unit && rectifies(&post.role));
        let post = post.ok_or(Shut::NoSuchPost)?;
        let asked = PostAsked {
            role: Some(post.role),
            unit: Some(unit),
        };
        let way = Way {
            device: Some(key.name.clone()),
            key: Some(key.id),
            through: Some(through),
            until: Some(key.expires_at),
            ..Way::default()
        };
        let opened = self.open(&person, asked, Shown::Key(&key), way).await?;
        // Where that cannot be noted nobody is turned away.
        if let Err(fault) = self.store.key_used(self.county, key.id, now).await {
            tracing::warn!(error = %Told(&fault), "it cannot be noted that a link is used");
        }
        Ok(opened)
    }
}
