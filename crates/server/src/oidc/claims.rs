//! What a token says, once its signature is good: by whom, for whom, for how long, and about whom.

use super::refused::Refused;
use super::trusted::Trusted;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use xiaohao_core::Role;
use xiaohao_core::directory::Login;
use xiaohao_core::values::UnitId;
use xiaohao_graphql::PostAsked;

/// By how much the clocks of the issuer and of this machine may differ, in seconds.
const LEEWAY: f64 = 60.0;

/// A moment in seconds since 1970, as tokens tell it.
fn seconds(at: DateTime<Utc>) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "until the year 280000 milliseconds fit in the 53 bits"
    )]
    let seconds = at.timestamp_millis() as f64 / 1000.0;
    seconds
}

/// When a token was issued, by the clock of the issuer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Issued(f64);

impl Issued {
    /// Whether it was before that. Issuers leave fractions of a second out, so one that was issued in that very second counts as before.
    pub(super) fn is_before(self, at: DateTime<Utc>) -> bool {
        self.0 < seconds(at)
    }
}

/// The claims of a token whose signature is good.
pub(super) struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// Looks whether the token is of this issuer, for this program, and for now, and for how long; when it was issued.
    ///
    /// # Errors
    /// [`Refused`].
    pub(super) fn hold(&self, trusted: &Trusted, now: DateTime<Utc>) -> Result<Issued, Refused> {
        if self.0.get("iss").and_then(Value::as_str) != Some(trusted.issuer.as_str()) {
            return Err(Refused::Issuer);
        }
        let is_own = |value: &Value| value.as_str() == Some(trusted.audience.as_str());
        let is_for_us = match self.0.get("aud") {
            Some(Value::Array(several)) => several.iter().any(is_own),
            Some(one) => is_own(one),
            None => false,
        };
        if !is_for_us {
            return Err(Refused::Audience);
        }
        let now = seconds(now);
        let ends = self.instant("exp")?.ok_or(Refused::Form("exp"))?;
        if now >= ends + LEEWAY {
            return Err(Refused::Expired);
        }
        let issued = self.instant("iat")?.ok_or(Refused::Form("iat"))?;
        let begins = self.instant("nbf")?.unwrap_or(issued);
        if begins > now + LEEWAY || issued > now + LEEWAY {
            return Err(Refused::Early);
        }
        if ends - issued > f64::from(trusted.longest.minutes()) * 60.0 {
            return Err(Refused::Lasts);
        }
        Ok(Issued(issued))
    }

    /// A moment, in seconds since 1970; none where nothing is said.
    fn instant(&self, name: &'static str) -> Result<Option<f64>, Refused> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or(Refused::Form(name)),
        }
    }

    /// The login of whom it is about.
    ///
    /// # Errors
    /// [`Refused::Nameless`].
    pub(super) fn login(&self, trusted: &Trusted) -> Result<Login, Refused> {
        let login = self.0.get(&trusted.login_claim).and_then(Value::as_str);
        let login = login.and_then(|login| Login::parse(login).ok());
        login.ok_or(Refused::Nameless)
    }

    /// In which of his posts he acts, as far as the token says.
    ///
    /// # Errors
    /// [`Refused::Post`] where it says what is none.
    pub(super) fn post(&self, trusted: &Trusted) -> Result<PostAsked, Refused> {
        let said = |claim: &Option<String>| {
            let value = claim.as_ref().and_then(|claim| self.0.get(claim));
            value.filter(|value| !value.is_null()).cloned()
        };
        let role = said(&trusted.role_claim);
        let role = role.map(|role| Role::deserialize(role).map_err(|_| Refused::Post));
        let unit = said(&trusted.unit_claim).map(|unit| {
            let unit = unit.as_str().and_then(|unit| UnitId::parse(unit).ok());
            unit.ok_or(Refused::Post)
        });
        Ok(PostAsked {
            role: role.transpose()?,
            unit: unit.transpose()?,
        })
    }
}
