//! Passwords and second factors beside those that were recorded.

use super::{readable, recorded};
use crate::account::Account;
use crate::connect::SqlStore;
use crate::rebuild::Findings;
use crate::second_factor::AskedFor;
use crate::sql::Engine;
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, BTreeSet};
use xiaohao_core::values::{CountyCode, Digest, PersonId};
use xiaohao_core::ways_in::{PasswordSet, PasswordsFound, SecondFactorSet, WayIn, WaysIn};
use xiaohao_ledger::{Fault, committed_password, committed_recovery_code, committed_second_factor};

impl Account {
    /// What the record says of its password.
    fn recorded(&self) -> PasswordSet {
        PasswordSet {
            person: self.person,
            secret: self.committed(),
        }
    }

    /// The commitment to its password.
    #[must_use]
    pub fn committed(&self) -> Digest {
        committed_password(self.person, &self.login, &self.secret)
    }

    /// What the record says of its second factor.
    fn recorded_with(&self, factor: &AskedFor) -> SecondFactorSet {
        let codes = factor.codes.iter();
        SecondFactorSet {
            person: self.person,
            secret: committed_second_factor(self.person, &factor.secret),
            codes: codes
                .map(|code| committed_recovery_code(self.person, *code))
                .collect(),
        }
    }
}

/// Compares both with what was recorded; where nothing was yet, there is nothing to compare with. Whose passwords are kept. A second factor that was recorded and is not kept lets somebody in who has the password alone, unless that
/// was left behind too.
pub(super) async fn compare(
    engine: Engine,
    within: &impl ConnectionTrait,
    code: CountyCode,
    recorded: &WaysIn,
    findings: &mut Findings,
) -> Result<BTreeSet<PersonId>, Fault> {
    if !recorded.passwords_are_known {
        return Ok(BTreeSet::new());
    }
    let mut kept = BTreeMap::new();
    let accounts = Account::all(engine, within, code).await?;
    for account in readable(accounts, "a password that is kept", findings) {
        let login = &account.login;
        match recorded.passwords.get(&account.person) {
            Some(said) if *said == account.recorded().secret => {}
            Some(_) => findings.differ(|| {
                format!("the password of {login} is not the one that was recorded: it was changed by hand")
            }),
            None => findings.differ(|| {
                format!("the password of {login} lets somebody in, and no line says that it was set")
            }),
        }
        kept.insert(login.to_string(), account);
    }
    let mut asked_for = BTreeSet::new();
    for factor in AskedFor::all(engine, within, code).await? {
        // That of a login without a password is asked of nobody.
        let Some(account) = kept.get(&factor.login) else {
            continue;
        };
        let login = &account.login;
        let found = account.recorded_with(&factor);
        match recorded.second_factors.get(&account.person) {
            Some(said) if said.secret == found.secret => {
                let mut codes = found.codes.iter();
                if !codes.all(|code| said.codes.contains(code)) {
                    findings.differ(|| {
                        format!("a recovery code of {login} lets somebody in, and no line says that it was made")
                    });
                }
            }
            Some(_) => findings.differ(|| {
                format!("the second factor of {login} is not the one that was recorded: it was changed by hand")
            }),
            None => findings.differ(|| {
                format!("a second factor is asked of {login}, and no line says that it was taken")
            }),
        }
        asked_for.insert(factor.login);
    }
    for (login, account) in &kept {
        let was_taken = recorded.second_factors.contains_key(&account.person);
        if was_taken && !asked_for.contains(login) {
            findings.differ(|| {
                format!("the second factor of {login} was recorded and is not asked for: it was taken away by hand")
            });
        }
    }
    Ok(kept.values().map(|account| account.person).collect())
}

impl SqlStore {
    /// The passwords and second factors that there are from before they were recorded; none where there is none, or they are recorded.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn unrecorded_passwords(
        &self,
        code: CountyCode,
    ) -> Result<Option<PasswordsFound>, Fault> {
        let kept = Account::all(self.engine, &self.readers, code).await?;
        if kept.is_empty() || self.is_recorded(code, WayIn::OF_PASSWORDS).await? {
            return Ok(None);
        }
        let kept = kept.into_iter().collect::<Result<Vec<_>, _>>()?;
        let factors = AskedFor::all(self.engine, &self.readers, code).await?;
        let factors = factors.iter().filter_map(|factor| {
            let mut whose = kept.iter();
            let account = whose.find(|account| account.login.as_str() == factor.login)?;
            Some(account.recorded_with(factor))
        });
        Ok(Some(PasswordsFound {
            passwords: kept.iter().map(Account::recorded).collect(),
            second_factors: factors.collect(),
        }))
    }

    /// Whose second factor of these people was recorded and was left behind with his password, where the county was carried from.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn second_factors_left_behind(
        &self,
        code: CountyCode,
        of: &[PersonId],
    ) -> Result<BTreeSet<PersonId>, Fault> {
        let recorded = recorded(self.engine, &self.readers, code).await?;
        let asked_for = |of: &&PersonId| recorded.second_factors.contains_key(*of);
        let mut behind: BTreeSet<_> = of.iter().filter(asked_for).copied().collect();
        if !behind.is_empty() {
            for account in Account::all(self.engine, &self.readers, code).await? {
                behind.remove(&account?.person);
            }
        }
        Ok(behind)
    }
}
