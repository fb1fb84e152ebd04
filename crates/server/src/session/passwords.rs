//! Passwords and second factors as they are set and ended, each with its line in the ledger.

use super::Doorkeeper;
use super::recorded::Recorded;
use xiaohao_core::Actor;
use xiaohao_core::directory::{Login, Person};
use xiaohao_core::values::PersonId;
use xiaohao_core::ways_in::{
    Kept, KeptPassword, PasswordSet, PasswordsSet, SecondFactorEnded, Shown, WayIn,
};
use xiaohao_graphql::Shut;
use xiaohao_ledger::{Fault, committed_password};

/// Why a password was not given.
#[derive(Debug, thiserror::Error)]
pub enum Ungiven {
    /// The login was somebody else's, who still signs in by it.
    #[error(
        "the password of {own} is still kept under the login {login}, which was his; give him one under his own first: `xiaohao user password {own}` (where two have changed logins with each other, one of them needs a third)"
    )]
    KeptForAnother {
        /// The login.
        login: Login,
        /// How he is called now.
        own: Login,
    },
    /// The login was that of somebody who is not in the directory any more.
    #[error(
        "the login {login} was that of somebody who has left; a login lets in one person alone, so write another one into people.json, do `init` again and give the password to that"
    )]
    OfSomebodyGone {
        /// The login.
        login: Login,
    },
    /// It cannot be kept.
    #[error("the password cannot be kept")]
    Fault(#[from] Fault),
}

impl Doorkeeper {
    /// Gives these people passwords that are kept so, all at once; whoever runs the program does it. Where a county was carried here its
    /// passwords stayed behind, and with them the second factors: whoever gets his password anew is asked for none, and the record says so.
    ///
    /// # Errors
    /// [`Ungiven`].
    pub async fn give(&self, people: &[Person], secret: &str) -> Result<(), Ungiven> {
        let by = self.operator();
        for person in people {
            let Some(former) = self.kept_for_another(person).await? else {
                continue;
            };
            let login = person.login.clone();
            return Err(match self.person(former).await? {
                Some(Person { login: own, .. }) => Ungiven::KeptForAnother { login, own },
                None => Ungiven::OfSomebodyGone { login },
            });
        }
        let ids: Vec<_> = people.iter().map(|person| person.id).collect();
        let behind = self.store.second_factors_left_behind(self.county, &ids);
        let behind = behind.await?;
        for person in people.iter().filter(|one| behind.contains(&one.id)) {
            self.end_factor(&by, person.id, None).await?;
        }
        self.keep_passwords(&by, people, secret, None).await?;
        Ok(())
    }

    /// Whose password is kept under the login of this person, where it is not his own: the directory has called him by the login of
    /// somebody else, and what lets that one in must not come to him.
    pub(super) async fn kept_for_another(
        &self,
        person: &Person,
    ) -> Result<Option<PersonId>, Fault> {
        let account = self.store.account(self.county, &person.login).await?;
        let kept = account.map(|account| account.person);
        Ok(kept.filter(|kept| *kept != person.id))
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
