//! What the program goes by, read from what is said.

use super::keys::{
    ACTS, ALIASES, ANSWERS, BODY_BYTES, COMPLEXITY, CONNECTIONS, CONNECTIONS_PER_ADDRESS, COUNTY,
    DEPTH, DIRECTIVES, EVIDENCE, FIELDS, GRACE, HEAD_SECONDS, IDLE_SECONDS, INTROSPECTION, Key,
    LINK_DAYS, LISTEN, LOG, NAME, NESTING, OIDC_ALGORITHMS, OIDC_AUDIENCE, OIDC_ISSUER,
    OIDC_JWKS_URL, OIDC_LOGIN_CLAIM, OIDC_LONGEST_MINUTES, OIDC_ROLE_CLAIM, OIDC_UNIT_CLAIM,
    PROXIES, PUBLIC_VIEW, QUERY_BYTES, REQUEST_SECONDS, SIGN_INS, SIGNING_KEY, STRANGERS,
    SUBSCRIPTIONS, TLS_CERTIFICATE, TLS_KEY, UPLOADS,
};
use super::misconfigured::Misconfigured;
use super::said::Said;
use crate::address::Proxies;
use crate::database::Place;
use crate::oidc::{Algorithms, Issuer, KeysUrl, Longest, Trusted, claim};
use crate::rates::Rates;
use crate::serving::Bounds;
use crate::tls::TlsFiles;
use crate::webhook::Endpoint;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use xiaohao_core::settings::{ProviderLine, RightsSettings, SettingsStated};
use xiaohao_core::values::{CountyCode, Invalid, Line};
use xiaohao_graphql::Limits;
use xiaohao_store::Location;

/// What the program goes by.
#[derive(Debug)]
pub struct Settings {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Where the ledger is kept; none where nobody says so.
    pub ledger: Option<Location>,
    /// Where the files of evidence are kept; none where nobody says so and the ledger is in no folder.
    pub evidence: Option<PathBuf>,
    /// Whether somebody says so; then the folder is not made.
    pub evidence_is_said: bool,
    /// The file of the key by which the log is signed; none where nobody says so and the ledger is in no folder.
    pub signing_key: Option<PathBuf>,
    /// Whether somebody said so; where nobody did, a key that is not there is not missed.
    pub signing_key_is_said: bool,
    /// What TLS is spoken with; none where it is not.
    pub tls: Option<TlsFiles>,
    /// The identity provider whose access tokens are believed; none where there is none.
    pub oidc: Option<Trusted>,
    /// What this program is called; none where it is the only one, or goes by what the others go by.
    pub name: Option<Line<100>>,
    /// Which county; none where there is one to choose from.
    pub county: Option<CountyCode>,
    /// What is logged.
    pub log: String,
    /// What a query may cost.
    pub limits: Limits,
    /// What a request may be.
    pub requests: Requests,
    /// What connections are bound to.
    pub connections: Bounds,
    /// For how many days a link may be handed out.
    pub link_days: u16,
    /// Who may ask about the schema itself of the example county: everybody, unless something else is said, because everybody
    /// may sign in there.
    pub introspection_of_example: Introspection,
    /// How long what was begun is waited for when the server is told to stop.
    pub grace: Duration,
    /// Who is told of the ledger as it grows.
    pub webhooks: Vec<Endpoint>,
}

/// What a request may be, beside what is asked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requests {
    /// Who may ask about the schema itself.
    pub introspection: Introspection,
    /// The bytes of its body.
    pub body_bytes: usize,
    /// How many may subscribe at once.
    pub subscriptions: usize,
    /// How long its body may take to come, and how long one that only reads may take; an act is carried out to its end.
    pub time: Duration,
    /// How much one person and one address may have.
    pub rates: Rates,
    /// Whether the public is shown what is published.
    pub public_view: bool,
    /// The proxies through which they come.
    pub proxies: Proxies,
}

/// Who may ask about the schema itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// Whoever has signed in.
    SignedIn,
    /// Everybody.
    Everyone,
    /// Nobody.
    Off,
}

impl Introspection {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "signed-in" => Some(Self::SignedIn),
            "everyone" => Some(Self::Everyone),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            introspection: Introspection::SignedIn,
            body_bytes: 256 * 1024,
            subscriptions: 1000,
            time: Duration::from_secs(30),
            rates: Rates::default(),
            public_view: false,
            proxies: Proxies::default(),
        }
    }
}

impl Settings {
    /// What is said, read and looked at.
    ///
    /// # Errors
    /// [`Misconfigured`] of the first value that cannot be.
    pub fn of(said: &Said) -> Result<Self, Misconfigured> {
        let ledger = said.ledger()?;
        let folder = |text: &str| Some(PathBuf::from(text));
        let place = match &ledger {
            Some(Location::File(file)) => file.parent().map(Place::in_folder),
            Some(Location::Url(_)) | None => None,
        };
        let (evidence, key) = place.map_or((None, None), |place| {
            (Some(place.evidence), place.signing_key)
        });
        Ok(Self {
            listen: said.always(&LISTEN, |text| text.parse().ok())?,
            evidence: said.get(&EVIDENCE, folder)?.or(evidence),
            evidence_is_said: said.says(&EVIDENCE),
            signing_key: said.get(&SIGNING_KEY, folder)?.or(key),
            signing_key_is_said: said.says(&SIGNING_KEY),
            tls: tls(said)?,
            oidc: oidc(said)?,
            ledger,
            name: said.get(&NAME, |text| Line::new(text).ok())?,
            county: said.get(&COUNTY, |text| CountyCode::parse(text).ok())?,
            log: said.always(&LOG, |text| is_filter(text).then(|| text.to_owned()))?,
            limits: Limits {
                query_bytes: said.number(&QUERY_BYTES)?,
                nesting: said.number(&NESTING)?,
                depth: said.number(&DEPTH)?,
                fields: said.number(&FIELDS)?,
                aliases: said.number(&ALIASES)?,
                directives: said.number(&DIRECTIVES)?,
                complexity: said.number(&COMPLEXITY)?,
            },
            requests: Requests {
                introspection: said.always(&INTROSPECTION, Introspection::parse)?,
                body_bytes: said.number(&BODY_BYTES)?,
                subscriptions: said.number(&SUBSCRIPTIONS)?,
                time: Duration::from_secs(said.number(&REQUEST_SECONDS)?),
                rates: Rates {
                    sign_ins_per_address: said.number(&SIGN_INS)?,
                    strangers_per_address: said.number(&STRANGERS)?,
                    acts_per_person: said.number(&ACTS)?,
                    complexity_per_person: said.number(&ANSWERS)?,
                    upload_megabytes_per_day: said.number(&UPLOADS)?,
                },
                public_view: said.always(&PUBLIC_VIEW, |text| match text {
                    "on" => Some(true),
                    "off" => Some(false),
                    _ => None,
                })?,
                proxies: said.always(&PROXIES, Proxies::parse)?,
            },
            connections: Bounds {
                connections: said.number(&CONNECTIONS)?,
                per_address: Some(said.number(&CONNECTIONS_PER_ADDRESS)?).filter(|most| *most > 0),
                head: Duration::from_secs(said.number(&HEAD_SECONDS)?),
                idle: Duration::from_secs(said.number(&IDLE_SECONDS)?),
            },
            link_days: said.number(&LINK_DAYS)?,
            introspection_of_example: if said.says(&INTROSPECTION) {
                said.always(&INTROSPECTION, Introspection::parse)?
            } else {
                Introspection::Everyone
            },
            grace: Duration::from_secs(said.number(&GRACE)?),
            webhooks: said.webhooks.clone(),
        })
    }

    /// What of them the ledger says, because it depends on them who may see or do what.
    ///
    /// # Errors
    /// [`Invalid`] of what cannot be written there.
    pub fn stated(&self) -> Result<SettingsStated, Invalid> {
        Ok(SettingsStated {
            program: self.name.clone(),
            settings: RightsSettings {
                public_view: self.requests.public_view,
                link_days: self.link_days,
                identity_provider: self.oidc.as_ref().map(Trusted::stated).transpose()?,
            },
        })
    }
}

/// The two files of TLS, which go together.
fn tls(said: &Said) -> Result<Option<TlsFiles>, Misconfigured> {
    let file = |text: &str| Some(PathBuf::from(text));
    match (said.get(&TLS_CERTIFICATE, file)?, said.get(&TLS_KEY, file)?) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (Some(_), None) => Err(half(&TLS_CERTIFICATE, &TLS_KEY)),
        (None, Some(_)) => Err(half(&TLS_KEY, &TLS_CERTIFICATE)),
    }
}

/// The identity provider that is believed. What is said of one that nobody names would be believed by mistake to be in force.
fn oidc(said: &Said) -> Result<Option<Trusted>, Misconfigured> {
    let audience = |text: &str| ProviderLine::new(text).ok().map(|_| text.to_owned());
    let (issuer, audience) = (
        said.get(&OIDC_ISSUER, Issuer::parse)?,
        said.get(&OIDC_AUDIENCE, audience)?,
    );
    let jwks_url = said.get(&OIDC_JWKS_URL, KeysUrl::parse)?;
    let algorithms = said.always(&OIDC_ALGORITHMS, Algorithms::parse)?;
    let longest = said.always(&OIDC_LONGEST_MINUTES, Longest::parse)?;
    let login_claim = said.always(&OIDC_LOGIN_CLAIM, claim)?;
    let role_claim = said.get(&OIDC_ROLE_CLAIM, claim)?;
    let unit_claim = said.get(&OIDC_UNIT_CLAIM, claim)?;
    match (issuer, audience) {
        (Some(issuer), Some(audience)) => Ok(Some(Trusted {
            issuer,
            audience,
            jwks_url,
            algorithms,
            longest,
            login_claim,
            role_claim,
            unit_claim,
        })),
        (Some(_), None) => Err(half(&OIDC_ISSUER, &OIDC_AUDIENCE)),
        (None, Some(_)) => Err(half(&OIDC_AUDIENCE, &OIDC_ISSUER)),
        (None, None) => {
            let rest = [
                &OIDC_JWKS_URL,
                &OIDC_ALGORITHMS,
                &OIDC_LONGEST_MINUTES,
                &OIDC_LOGIN_CLAIM,
                &OIDC_ROLE_CLAIM,
                &OIDC_UNIT_CLAIM,
            ];
            let alone = rest.into_iter().find(|key| said.says(key));
            alone.map_or(Ok(None), |key| Err(half(key, &OIDC_ISSUER)))
        }
    }
}

fn half(said: &Key, unsaid: &Key) -> Misconfigured {
    Misconfigured::Half {
        said: said.name,
        unsaid: unsaid.name,
    }
}

/// Whether this says what is to be logged. A word that is no level would name a part of the program, and a level that is misspelt
/// would silence all the others.
fn is_filter(text: &str) -> bool {
    let is_level = |word: &str| word.trim().parse::<LevelFilter>().is_ok();
    let mut said = text.split(',');
    said.all(|word| word.rsplit('=').next().is_some_and(is_level))
        && EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_rooms_they_go_to() {
        let nothing = Said::by([], |_| None, None).unwrap();
        let settings = Settings::of(&nothing).unwrap();
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.requests, Requests::default());
        assert_eq!(settings.connections, Bounds::default());
        assert_eq!(settings.link_days, xiaohao_core::County::LINK_DAYS);
    }
}
