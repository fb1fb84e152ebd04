//! Passwords and second factors as they are set and ended, each with its line in the ledger.

use super::Doorkeeper;
use super::recorded::Recorded;
use xiaohao_core::Actor;
use xiaohao_core::directory::Person;
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{
    Kept, KeptPassword, PasswordSet, PasswordsSet, SecondFactorEnded, Shown, WayIn,
};
use xiaohao_graphql::Shut;
use xiaohao_ledger::{Fault, committed_password};

impl Doorkeeper {
    /// Gives these people passwords that are kept so, all at once; whoever runs the program does it. Where a county was carried here its
    /// passwords stayed behind, and with them the second factors: whoever gets his password anew is asked for none, and the record says so.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn give(&self, people: &[Person], secret: &str) -> Result<(), Fault> {
        let by = self.operator();
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let behind = self.store.second_factors_left_behind(self.county, &ids);
        let behind = behind.await?;
        for person in people.iter().filter(|one| behind.contains(&one.id)) {
            self.end_factor(&by, person.id, None).await?;
        }
        self.keep_passwords(&by, people, secret, None)
            .await
            .map(drop)
    }

    /// Keeps these passwords with the line that says that they were set.
    pub(super) async fn keep_passwords(
        &self,
        by: &Actor,
        people: &[Person],
        secret: &str,
        shown: Option<Shown>,
    ) -> Result<Recorded, Fault> {
        let kept = people.iter().map(|person| KeptPassword {
            login: person.login.clone(),
            person: person.id,
            secret: secret.to_owned(),
        });
        let set = people.iter().map(|person| PasswordSet {
            person: person.id,
            secret: committed_password(person.id, &person.login, secret),
        });
        let passwords = set.collect();
        let way = WayIn::PasswordsSet(PasswordsSet { passwords });
        let kept = Kept::Passwords(kept.collect());
        self.record(by, way, kept, shown).await
    }

    /// Somebody as he acts for himself, in the first post that he holds today.
    ///
    /// # Errors
    /// [`Shut::NoSuchPost`], [`Shut::Fault`].
    pub(super) async fn himself(&self, id: PersonId) -> Result<(Actor, Person), Shut> {
        let person = self.person(id).await?.ok_or(Shut::NoSuchPost)?;
        let by = Self::as_himself(&person, (self.clock)()).ok_or(Shut::NoSuchPost)?;
        Ok((by, person))
    }

    /// Asks for no second factor of somebody any more.
    pub(super) async fn end_factor(
        &self,
        by: &Actor,
        person: PersonId,
        shown: Option<Shown>,
    ) -> Result<Recorded, Fault> {
        let begun = (self.clock)();
        let way = WayIn::SecondFactorEnded(SecondFactorEnded { person });
        let ended = self.record(by, way, Kept::Nothing, shown).await?;
        // One that was never confirmed has no line, and neither has one that somebody slipped in.
        let store = &self.store;
        if ended == Recorded::Unchanged
            && store
                .forget_unrecorded_second_factor(self.county, person, begun)
                .await?
        {
            return Ok(Recorded::Done);
        }
        Ok(ended)
    }

    /// Asks for no second factor of somebody any more who has lost it and his recovery codes; whether there was one.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn forget_second_factor(&self, person: &Person) -> Result<bool, Fault> {
        let ended = self.end_factor(&self.operator(), person.id, None).await?;
        Ok(ended == Recorded::Done)
    }
}
