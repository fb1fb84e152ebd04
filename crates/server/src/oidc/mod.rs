//! Access tokens of the county's identity provider, by `OpenID` Connect: this program is a resource server, to which they are
//! brought, and nothing more. It signs nobody in at the provider, and keeps nothing of what it is told.
//!
//! | File | Its subject |
//! |---|---|
//! | `trusted` | whose tokens are believed, as the configuration says |
//! | `gate` | the door: a token of a session, or one that the provider vouches for |
//! | `verifier` | a token looked at, from its first byte to the person who acts |
//! | `claims` | what a token says, once its signature is good |
//! | `refused` | why it lets nobody in |
//! | `keys` | the keys of the issuer, as it publishes them |
//! | `fetch` | how they are fetched |
//! | `signature` | the arithmetic |

mod claims;
mod fetch;
mod gate;
mod keys;
mod refused;
mod signature;
mod trusted;
mod verifier;

pub use gate::Gate;
pub(crate) use trusted::claim;
pub use trusted::{Algorithms, Issuer, KeysUrl, Longest, Trusted};
pub use verifier::{Verifier, Vouched};
