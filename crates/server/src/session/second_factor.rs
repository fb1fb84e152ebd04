//! The second factor: codes that change every thirty seconds (TOTP, RFC 6238), each taken once, and codes for whoever has lost it.

use super::recorded::Recorded;
use super::{Doorkeeper, digest};
use crate::chance::{self, code, typed_code};
use totp_rs::{Builder, Secret, Totp};
use xiaohao_core::directory::Login;
use xiaohao_core::ways_in::{Kept, KeptSecondFactor, SecondFactorSet, Shown, WayIn};
use xiaohao_graphql::{SecondFactorMade, Secrets, Shut};
use xiaohao_ledger::{Fault, committed_recovery_code, committed_second_factor};
use xiaohao_store::Account;

/// How many codes there are for whoever loses it, and of how many groups of four signs: eighty bits cannot be guessed, nor found from
/// their digests.
const RECOVERY_CODES: usize = 10;
const GROUPS: usize = 4;

/// Six digits of HMAC-SHA-1 over thirty seconds, as every authenticator has them; one step off either way is let pass, for a clock
/// that is somewhat wrong (RFC 6238, §5.2).
fn totp(secret: &[u8]) -> Result<Totp, Fault> {
    let secret = Secret::new(secret.into());
    let built = Builder::new().with_secret(secret).build();
    built.map_err(|error| Fault::damaged(format!("a second factor cannot be used: {error}")))
}

impl Doorkeeper {
    /// Goes on where no second factor is asked for, or where this is a code of it; whether one was asked for.
    ///
    /// # Errors
    /// [`Shut::CodeNeeded`], [`Shut::WrongCode`], [`Shut::Fault`].
    pub(super) async fn knows_code(
        &self,
        account: &Account,
        said: Option<&str>,
    ) -> Result<bool, Shut> {
        let (login, person) = (&account.login, account.person);
        let factor = self.store.second_factor(self.county, person).await?;
        let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
            return Ok(false);
        };
        let said = said.map(str::trim).filter(|said| !said.is_empty());
        let said = said.ok_or(Shut::CodeNeeded)?;
        if self.is_new_code(login, &factor.secret, said).await? {
            return Ok(true);
        }
        let recovery = digest(&typed_code(said));
        if self
            .store
            .take_recovery_code(self.county, login, recovery)
            .await?
        {
            tracing::warn!(%login, "somebody who has lost the second factor was let in by a recovery code");
            return Ok(true);
        }
        tracing::warn!(%login, "a sign-in was refused: the code of the second factor is wrong");
        Err(Shut::WrongCode)
    }

    /// Whether it is a code of now, and was not taken before.
    async fn is_new_code(&self, login: &Login, secret: &[u8], said: &str) -> Result<bool, Fault> {
        let now = u64::try_from((self.clock)().timestamp()).unwrap_or_default();
        let totp = totp(secret)?;
        let Some(step) = totp.check(said, now) else {
            return Ok(false);
        };
        let last = now
            .checked_div(totp.step())
            .map_or(0, |step| step.saturating_add(1));
        self.store.take_step(self.county, login, step, last).await
    }

    pub(super) async fn second_factor_begun(
        &self,
        by: Secrets<'_>,
    ) -> Result<SecondFactorMade, Shut> {
        let (account, tried) = self.knows_password(&by).await?;
        tried.give_back();
        let login = &account.login;
        let kept = self
            .store
            .second_factor(self.county, account.person)
            .await?;
        if kept.is_some_and(|factor| factor.confirmed_at.is_some()) {
            return Err(Shut::SecondFactorKept);
        }
        let secret: [u8; 20] = chance::bytes();
        let store = &self.store;
        store
            .begin_second_factor(self.county, login, secret.to_vec())
            .await?;
        let typed = Secret::new(Box::new(secret)).to_base32();
        // A login has no sign that an address would have to escape.
        let issuer = format!("xiaohao-{}", self.county);
        let uri = format!("otpauth://totp/{issuer}:{login}?secret={typed}&issuer={issuer}");
        Ok(SecondFactorMade { secret: typed, uri })
    }

    pub(super) async fn second_factor_confirmed(
        &self,
        by: Secrets<'_>,
    ) -> Result<Vec<String>, Shut> {
        let (account, tried) = self.knows_password(&by).await?;
        let login = &account.login;
        let confirmed = async {
            let (by_himself, _) = self.himself(account.person).await?;
            let secret = self.confirms(&account, by.code.unwrap_or_default()).await?;
            Ok((by_himself, secret))
        };
        let (by_himself, secret) = match confirmed.await {
            Ok(confirmed) => {
                tried.was_right((self.clock)());
                confirmed
            }
            Err(Shut::WrongCode) => return Err(Shut::WrongCode),
            Err(other) => {
                tried.give_back();
                return Err(other);
            }
        };
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| code(GROUPS)).collect();
        let digests: Vec<_> = codes.iter().map(|code| digest(code)).collect();
        let person = account.person;
        let said = digests.iter();
        let way = WayIn::SecondFactorSet(SecondFactorSet {
            person,
            secret: committed_second_factor(person, &secret),
            codes: said
                .map(|code| committed_recovery_code(person, *code))
                .collect(),
        });
        let kept = Kept::SecondFactor(KeptSecondFactor {
            login: login.clone(),
            secret,
            codes: digests,
        });
        let shown = Some(Shown {
            password: account.committed(),
            code: false,
        });
        let recorded = self.record(&by_himself, way, kept, shown).await?;
        // Of two who confirm it at once one has.
        if recorded.is_shown()? == Recorded::Unchanged {
            return Err(Shut::SecondFactorKept);
        }
        tracing::info!(%login, "a second factor is asked for from now on");
        Ok(codes)
    }

    /// Of what the codes are computed, where this is one of a second factor that was begun.
    async fn confirms(&self, account: &Account, said: &str) -> Result<Vec<u8>, Shut> {
        let factor = self
            .store
            .second_factor(self.county, account.person)
            .await?;
        let factor = factor.ok_or(Shut::WrongCode)?;
        if factor.confirmed_at.is_some() {
            return Err(Shut::SecondFactorKept);
        }
        let is_new = self.is_new_code(&account.login, &factor.secret, said);
        let is_new = is_new.await?;
        is_new.then_some(factor.secret).ok_or(Shut::WrongCode)
    }

    pub(super) async fn second_factor_ended(&self, by: Secrets<'_>) -> Result<bool, Shut> {
        let known = self.known(&by).await?;
        let account = &known.account;
        let (by_himself, person) = self.himself(account.person).await?;
        let shown = Some(known.shown());
        let ended = self.end_factor(&by_himself, person.id, shown).await?;
        let ended = ended.is_shown()?;
        tracing::info!(login = %account.login, "the second factor is asked for no more");
        Ok(ended == Recorded::Done)
    }
}
