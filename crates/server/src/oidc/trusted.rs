//! Whose access tokens are believed, as the configuration says.

use crate::outgoing::Target;
use jsonwebtoken::Algorithm;
use std::net::IpAddr;
use xiaohao_core::settings::{IdentityProvider, ProviderLine};
use xiaohao_core::values::{Invalid, Line};

/// The algorithms that can be said: each by a key pair, so that whoever can verify a token cannot make one.
const KNOWN: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The county's identity provider, and what of its tokens counts.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// Who it is, exactly as `iss` says.
    pub issuer: Issuer,
    /// For whom its tokens must be, in `aud`.
    pub audience: String,
    /// Where its keys are; what it says of itself, where nobody says it here.
    pub jwks_url: Option<KeysUrl>,
    /// By which algorithms its tokens may be signed.
    pub algorithms: Algorithms,
    /// For how long a token may be good, from when it was issued.
    pub longest: Longest,
    /// The claim that holds the login.
    pub login_claim: String,
    /// The claim that says in which role he acts, if there is one.
    pub role_claim: Option<String>,
    /// The claim that says for which unit, likewise.
    pub unit_claim: Option<String>,
}

impl Trusted {
    /// What the ledger says of it.
    pub(crate) fn stated(&self) -> Result<IdentityProvider, Invalid> {
        let keys = self.jwks_url.as_ref().map(|keys| {
            let target = keys.target();
            // What follows a question mark may be a secret, and is nobody's right.
            let path = target.path.split('?').next().unwrap_or_default();
            ProviderLine::new(&format!("{target}{path}"))
        });
        let algorithms = self.algorithms.0.iter();
        let algorithms = algorithms.map(|algorithm| Line::new(&format!("{algorithm:?}")));
        let claim = |claim: &Option<String>| claim.as_deref().map(Line::new).transpose();
        Ok(IdentityProvider {
            issuer: ProviderLine::new(self.issuer.as_str())?,
            audience: ProviderLine::new(&self.audience)?,
            keys: keys.transpose()?,
            algorithms: algorithms.collect::<Result<_, _>>()?,
            longest_minutes: self.longest.minutes(),
            login_claim: Line::new(&self.login_claim)?,
            role_claim: claim(&self.role_claim)?,
            unit_claim: claim(&self.unit_claim)?,
        })
    }
}

/// Who issues tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(String);

impl Issuer {
    /// An address under which a provider tells of itself; none where it is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let has_more = text.contains(['?', '#']);
        (!has_more && sure(text).is_some()).then(|| Self(text.to_owned()))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where it tells of itself (`OpenID` Connect Discovery 1.0 §4).
    pub(super) fn discovery(&self) -> Option<Target> {
        let base = self.0.trim_end_matches('/');
        sure(&format!("{base}/.well-known/openid-configuration"))
    }
}

/// Where an issuer publishes its keys.
#[derive(Clone, Debug)]
pub struct KeysUrl(Target);

impl KeysUrl {
    /// An address; none where it is none, or one that others could answer for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        sure(text).map(Self)
    }

    pub(super) const fn target(&self) -> &Target {
        &self.0
    }
}

/// An address at which it is sure who answers: over TLS, or on this machine.
fn sure(text: &str) -> Option<Target> {
    let target = Target::parse(text)?;
    let address = target.host.parse::<IpAddr>();
    let is_here =
        target.host == "localhost" || address.is_ok_and(|ip| ip.to_canonical().is_loopback());
    (target.certified.is_some() || is_here).then_some(target)
}

/// For how long a token may be good: what a thief has of it, and for how long the provider's word is taken that it gave before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longest(u16);

impl Longest {
    /// In minutes, at most those of a day; none where it is no such time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let minutes = text.parse().ok()?;
        (1..=1440).contains(&minutes).then_some(Self(minutes))
    }

    pub(super) const fn minutes(self) -> u16 {
        self.0
    }
}

/// By which algorithms tokens may be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Algorithms(Vec<Algorithm>);

impl Algorithms {
    /// Their names, with commas or spaces between them; none where one is none, or is by a secret that both sides know.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let names = text.split([',', ' ']).filter(|name| !name.is_empty());
        let algorithms: Option<Vec<_>> = names
            .map(|name| KNOWN.into_iter().find(|known| format!("{known:?}") == name))
            .collect();
        algorithms
            .filter(|algorithms| !algorithms.is_empty())
            .map(Self)
    }

    pub(super) fn contain(&self, algorithm: Algorithm) -> bool {
        self.0.contains(&algorithm)
    }
}

/// The name of a claim; none where it is none that a provider would use.
pub(crate) fn claim(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.:/#".contains(c);
    let is_name = (1..=200).contains(&text.len()) && text.chars().all(fits);
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_it_is_sure_who_answers_is_anybody_believed() {
        for text in [
            "https://id.example.gov.cn/realms/county",
            "https://id.example.gov.cn",
            "http://127.0.0.1:9000",
            "http://localhost:9000/x",
            "http://[::1]:9000",
        ] {
            assert!(Issuer::parse(text).is_some(), "{text}");
            assert!(KeysUrl::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "http://id.example.gov.cn",
            "http://10.0.0.1",
            "http://localhost.example.cn",
            "http://127.0.0.1.example.cn",
            "ftp://127.0.0.1",
            "https://u:p@id.example.gov.cn",
        ] {
            assert!(Issuer::parse(text).is_none(), "{text}");
            assert!(KeysUrl::parse(text).is_none(), "{text}");
        }
        assert!(Issuer::parse("https://id.example.gov.cn/?a=b").is_none());
        assert!(KeysUrl::parse("https://id.example.gov.cn/keys?a=b").is_some());
    }

    #[test]
    fn an_algorithm_by_a_secret_that_both_sides_know_cannot_be_said() {
        let parsed = Algorithms::parse("RS256,ES256, EdDSA").unwrap();
        assert!(parsed.contain(Algorithm::EdDSA) && !parsed.contain(Algorithm::PS256));
        for text in [
            "",
            ",",
            "none",
            "HS256",
            "RS256,HS512",
            "rs256",
            "RS256;ES256",
        ] {
            assert_eq!(Algorithms::parse(text), None, "{text}");
        }
    }
}
