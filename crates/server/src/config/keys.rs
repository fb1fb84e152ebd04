//! What can be said: each key with its default and with what may stand under it.

use std::fmt;
use std::ops::RangeInclusive;

/// Something that can be said.
#[derive(Debug)]
pub struct Key {
    /// Its name; what stands before a dot is a table of the file.
    pub name: &'static str,
    /// What holds where nobody says anything.
    pub default: Option<&'static str>,
    pub(super) allowed: Allowed,
}

/// What can be said under a key, as it is told to somebody who said something else.
#[derive(Debug)]
pub(super) enum Allowed {
    Words(&'static str),
    /// The same, of something that is not to be shown to whoever looks on.
    Secret(&'static str),
    Number(RangeInclusive<u32>),
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) | Self::Secret(words) => f.write_str(words),
            Self::Number(range) => {
                write!(
                    f,
                    "a whole number from {} to {}",
                    range.start(),
                    range.end()
                )
            }
        }
    }
}

const fn key(name: &'static str, default: Option<&'static str>, allowed: Allowed) -> Key {
    Key {
        name,
        default,
        allowed,
    }
}

const fn number(name: &'static str, default: &'static str, range: RangeInclusive<u32>) -> Key {
    key(name, Some(default), Allowed::Number(range))
}

/// How much may come in a minute; 0 is without end.
const fn per_minute(name: &'static str, default: &'static str) -> Key {
    number(name, default, 0..=1_000_000_000)
}

/// Where the server listens; unless it is told otherwise, this machine alone can reach it there.
pub static LISTEN: Key = key(
    "listen",
    Some("127.0.0.1:8431"),
    Allowed::Words("an address with a port, as 127.0.0.1:8431; port 0 takes a free one"),
);
/// The folder of the ledger.
pub static DATA: Key = key("data", None, Allowed::Words("a folder"));
/// The database of the ledger.
pub static DATABASE_URL: Key = key(
    "database_url",
    None,
    Allowed::Secret(
        "the URL of one database on one host, as postgres://user:password@host:5432/name?sslmode=require; in the password the signs \
         @ : / ? # % are written as %40 %3A %2F %3F %23 %25",
    ),
);
/// The folder of the files of evidence.
pub static EVIDENCE: Key = key("evidence", None, Allowed::Words("a folder"));
/// The file of the key by which the log is signed.
pub static SIGNING_KEY: Key = key("signing_key", None, Allowed::Words("a file"));
/// What this program is called, where several serve one county with settings of their own.
pub static NAME: Key = key(
    "name",
    None,
    Allowed::Words("a name of 1 to 100 characters, as intranet"),
);
/// The file of the certificate with which TLS is spoken.
pub static TLS_CERTIFICATE: Key = key("tls.certificate", None, Allowed::Words("a file"));
/// The file of its key.
pub static TLS_KEY: Key = key("tls.key", None, Allowed::Words("a file"));
/// Which county.
pub static COUNTY: Key = key(
    "county",
    None,
    Allowed::Words(
        "the code of a county: six digits as 431123, of which the first two are those of a province and the last two not 00",
    ),
);
/// The county's identity provider, whose access tokens are believed.
pub static OIDC_ISSUER: Key = key(
    "oidc.issuer",
    None,
    Allowed::Words(
        "the address of an OpenID provider exactly as its tokens say it, over https:// or on this machine, as https://id.example.gov.cn/realms/county",
    ),
);
/// For whom its tokens must be.
pub static OIDC_AUDIENCE: Key = key(
    "oidc.audience",
    None,
    Allowed::Words("what the provider writes into aud for this program"),
);
/// Where its keys are.
pub static OIDC_JWKS_URL: Key = key(
    "oidc.jwks_url",
    None,
    Allowed::Words("the address of a key set, over https:// or on this machine"),
);
pub(super) static OIDC_ALGORITHMS: Key = key(
    "oidc.algorithms",
    Some("RS256,ES256,EdDSA"),
    Allowed::Words(
        "one or more of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and EdDSA, with commas between them",
    ),
);
pub(super) static OIDC_LONGEST_MINUTES: Key = key(
    "oidc.longest_minutes",
    Some("120"),
    Allowed::Words("a number of minutes from 1 to 1440"),
);
pub(super) static OIDC_LOGIN_CLAIM: Key = key(
    "oidc.login_claim",
    Some("preferred_username"),
    Allowed::Words("the name of a claim"),
);
pub(super) static OIDC_ROLE_CLAIM: Key = key(
    "oidc.role_claim",
    None,
    Allowed::Words("the name of a claim"),
);
pub(super) static OIDC_UNIT_CLAIM: Key = key(
    "oidc.unit_claim",
    None,
    Allowed::Words("the name of a claim"),
);
pub(super) static LOG: Key = key(
    "log",
    Some("info"),
    Allowed::Words("a level, or levels by part, as info or warn,xiaohao_server=debug"),
);
pub(super) static INTROSPECTION: Key = key(
    "introspection",
    Some("signed-in"),
    Allowed::Words("signed-in, everyone or off"),
);
pub(super) static PUBLIC_VIEW: Key = key("public_view", Some("off"), Allowed::Words("on or off"));
pub(super) static QUERY_BYTES: Key = number("limits.query_bytes", "16384", 1024..=1_048_576);
/// Never more than by default: what is nested deeper is not looked into before it runs.
pub(super) static NESTING: Key = number("limits.nesting", "64", 16..=64);
pub(super) static DEPTH: Key = number("limits.depth", "15", 4..=64);
pub(super) static FIELDS: Key = number("limits.fields", "2000", 100..=100_000);
pub(super) static ALIASES: Key = number("limits.aliases", "50", 0..=10_000);
pub(super) static DIRECTIVES: Key = number("limits.directives", "50", 0..=10_000);
pub(super) static COMPLEXITY: Key = number("limits.complexity", "20000", 100..=10_000_000);
pub(super) static BODY_BYTES: Key = number("limits.body_bytes", "262144", 1024..=16_777_216);

pub(super) static SUBSCRIPTIONS: Key = number("limits.subscriptions", "1000", 0..=1_000_000);
/// How many connections may be open.
pub(super) static CONNECTIONS: Key = number("limits.connections", "10000", 1..=1_000_000);
/// And from one address; 0 is without end.
pub(super) static CONNECTIONS_PER_ADDRESS: Key =
    number("limits.connections_per_address", "256", 0..=1_000_000);
pub(super) static HEAD_SECONDS: Key = number("limits.head_seconds", "10", 1..=600);
pub(super) static IDLE_SECONDS: Key = number("limits.idle_seconds", "75", 1..=3600);
pub(super) static SIGN_INS: Key = per_minute("limits.sign_ins_per_address", "300");
pub(super) static STRANGERS: Key = per_minute("limits.strangers_per_address", "6000");
pub(super) static ACTS: Key = per_minute("limits.acts_per_person", "30000");
pub(super) static ANSWERS: Key = per_minute("limits.complexity_per_person", "60000000");
pub(super) static UPLOADS: Key = number("limits.upload_megabytes_per_day", "1000", 0..=1_000_000);
/// For how many days a link may be handed out.
pub(super) static LINK_DAYS: Key = number("links.days", "30", 1..=365);
pub(super) static PROXIES: Key = key(
    "proxies",
    Some(""),
    Allowed::Words("addresses and networks with a comma between two, as 127.0.0.1,10.1.0.0/16"),
);
pub(super) static REQUEST_SECONDS: Key = number("limits.request_seconds", "30", 1..=600);
pub(super) static GRACE: Key = number("shutdown_grace_seconds", "30", 0..=3600);

/// All that can be said, in the order in which it is documented.
pub static KEYS: [&Key; 42] = [
    &LISTEN,
    &DATA,
    &DATABASE_URL,
    &EVIDENCE,
    &SIGNING_KEY,
    &COUNTY,
    &NAME,
    &TLS_CERTIFICATE,
    &TLS_KEY,
    &OIDC_ISSUER,
    &OIDC_AUDIENCE,
    &OIDC_JWKS_URL,
    &OIDC_ALGORITHMS,
    &OIDC_LONGEST_MINUTES,
    &OIDC_LOGIN_CLAIM,
    &OIDC_ROLE_CLAIM,
    &OIDC_UNIT_CLAIM,
    &LOG,
    &INTROSPECTION,
    &PUBLIC_VIEW,
    &QUERY_BYTES,
    &NESTING,
    &DEPTH,
    &FIELDS,
    &ALIASES,
    &DIRECTIVES,
    &COMPLEXITY,
    &BODY_BYTES,
    &SUBSCRIPTIONS,
    &CONNECTIONS,
    &CONNECTIONS_PER_ADDRESS,
    &HEAD_SECONDS,
    &IDLE_SECONDS,
    &SIGN_INS,
    &STRANGERS,
    &ACTS,
    &ANSWERS,
    &UPLOADS,
    &LINK_DAYS,
    &PROXIES,
    &REQUEST_SECONDS,
    &GRACE,
];

/// The variable that names the file of the configuration; it is no key, because the file cannot say it.
pub const FILE: &str = "XIAOHAO_CONFIG";

/// What the name of each variable of this program begins with.
const OURS: &str = "XIAOHAO_";

/// Those of these variables that are meant for this program and say no key of it. They are told and not refused: where programs
/// run in containers, their names are given to variables that nobody wrote.
#[must_use]
pub fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let is_unknown = |name: &String| {
        let is_known = name == FILE || KEYS.iter().any(|key| key.variable() == *name);
        name.starts_with(OURS) && !is_known
    };
    names.into_iter().filter(is_unknown).collect()
}

impl Key {
    /// The variable of the environment that says it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{OURS}{}", self.name.replace('.', "_").to_uppercase())
    }
}
