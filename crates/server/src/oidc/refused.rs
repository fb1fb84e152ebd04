//! Why a token lets nobody in. Whoever sent it hears the same of all of them; the log and the register of what was refused hear
//! which it was, and never the token.

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("it is too long to be one")]
    Size,
    #[error("its header cannot be read, or names an algorithm that is none")]
    Header,
    #[error("it is of a type that is no access token")]
    Type,
    #[error("it demands that something be understood which is not")]
    Critical,
    #[error("its algorithm is not among those that are accepted (oidc.algorithms)")]
    Algorithm,
    #[error("the issuer has no such key, or none for this algorithm")]
    NoKey,
    #[error("its signature is not good")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another audience")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is not good yet; look at the clocks of both machines")]
    Early,
    #[error("it is good for longer than a token may be (oidc.longest_minutes)")]
    Lasts,
    #[error("its sessions were ended after it was issued (endSessions, a new password)")]
    Ended,
    #[error("its {0} is missing, or is none")]
    Form(&'static str),
    #[error("it names nobody by a login (oidc.login_claim)")]
    Nameless,
    #[error("nobody in the county's directory has the login that it names")]
    Unknown,
    #[error(
        "the person does not hold the post today that it names (oidc.role_claim, oidc.unit_claim), or none at all"
    )]
    Post,
    #[error("it is about a platform, which comes in by a key that was issued here")]
    Platform,
}

impl Refused {
    /// As what the register of what was refused has it, beside the code that whoever sent it hears.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Size | Self::Header | Self::Form(_) => "TOKEN_MALFORMED",
            Self::Type => "TOKEN_TYPE",
            Self::Critical => "TOKEN_CRITICAL",
            Self::Algorithm => "TOKEN_ALGORITHM",
            Self::NoKey => "TOKEN_KEY",
            Self::Signature => "TOKEN_SIGNATURE",
            Self::Issuer => "TOKEN_ISSUER",
            Self::Audience => "TOKEN_AUDIENCE",
            Self::Expired => "TOKEN_EXPIRED",
            Self::Early => "TOKEN_EARLY",
            Self::Lasts => "TOKEN_TOO_LONG_GOOD",
            Self::Ended => "TOKEN_ENDED",
            Self::Nameless => "TOKEN_NAMELESS",
            Self::Unknown => "TOKEN_UNKNOWN_PERSON",
            Self::Post => "TOKEN_POST",
            Self::Platform => "TOKEN_PLATFORM",
        }
    }

    /// Whether it is nobody's fault: a token that was good a while ago.
    pub(super) const fn is_of_course(self) -> bool {
        matches!(self, Self::Expired | Self::Ended)
    }
}
