//! Commitments to what lets in: by them the record says what is kept beside it, and nothing by which anybody could come in.
//!
//! What is kept is chance of eighty bits and more itself, or has a salt of 128 bits in it or beside it that is told to nobody: nobody can
//! try what could stand behind one.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use xiaohao_core::directory::Login;
use xiaohao_core::values::{Digest, PersonId};

/// The commitment to the digest of a key, which is bound to the key's own id: that of another says something else.
#[must_use]
pub fn committed_key(key: Uuid, secret: Digest) -> Digest {
    committed("key", key, &[secret.as_bytes()])
}

/// The commitment to the digest of a code for which a device gets its key, bound to the code's own id. It is short, and a salt that is
/// kept with it keeps everybody from trying all that there are.
#[must_use]
pub fn committed_device_code(code: Uuid, salt: &[u8; 16], secret: Digest) -> Digest {
    committed("device code", code, &[salt, secret.as_bytes()])
}

/// The commitment to what a password is checked against, bound to whose it is and to his login.
#[must_use]
pub fn committed_password(person: PersonId, login: &Login, secret: &str) -> Digest {
    let (login, secret) = (login.as_str().as_bytes(), secret.as_bytes());
    committed("password", person.as_uuid(), &[login, b"\n", secret])
}

/// The commitment to what the codes of a second factor are computed from, bound to whose it is.
#[must_use]
pub fn committed_second_factor(person: PersonId, secret: &[u8]) -> Digest {
    committed("second factor", person.as_uuid(), &[secret])
}

/// The commitment to the digest of a code for whoever loses his second factor, likewise.
#[must_use]
pub fn committed_recovery_code(person: PersonId, code: Digest) -> Digest {
    committed("recovery code", person.as_uuid(), &[code.as_bytes()])
}

/// What it is, of what, and what is kept.
fn committed(kind: &str, of: Uuid, kept: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new_with_prefix(format!("xiaohao {kind} 1\n"));
    hash.update(of.as_bytes());
    for part in kept {
        hash.update(part);
    }
    Digest::new(hash.finalize().into())
}
