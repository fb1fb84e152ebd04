//! Commitments to what lets in: by them the record says what is kept beside it, and nothing by which anybody could come in.
//!
//! What is kept is chance of at least 128 bits itself, or has as much in it as salt, so no salt of their own is needed: nobody can
//! try what could stand behind one.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use xiaohao_core::values::Digest;

/// The commitment to the digest of a key, which is bound to the key's own id: that of another says something else.
#[must_use]
pub fn committed_key(key: Uuid, secret: Digest) -> Digest {
    let hash = Sha256::new_with_prefix(b"xiaohao key 1\n")
        .chain_update(key.as_bytes())
        .chain_update(secret.as_bytes());
    Digest::new(hash.finalize().into())
}
