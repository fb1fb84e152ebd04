//! What the program is told: by flags, by the environment, by a file. The nearer to the person who starts it, the more it
//! counts, and each value is looked at before anything is done.
//!
//! Every key can be said by environment and by file; those that change from one call to the next are flags too. Receivers of
//! webhooks, of which there may be several, are tables of the file alone.

mod keys;
mod misconfigured;
mod said;
mod settings;

pub use crate::address::Proxies;
pub use crate::rates::Rates;
pub use keys::{
    COUNTY, DATA, DATABASE_URL, EVIDENCE, FILE, KEYS, Key, LISTEN, NAME, OIDC_AUDIENCE,
    OIDC_ISSUER, OIDC_JWKS_URL, SIGNING_KEY, TLS_CERTIFICATE, TLS_KEY, unknown_variables,
};
pub use misconfigured::Misconfigured;
pub use said::Said;
pub use settings::{Introspection, Requests, Settings};
