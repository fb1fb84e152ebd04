//! The one source of chance of the product, beside that of ids; everywhere else it is a parameter.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use xiaohao_log::Salt;

/// Bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// The salt of a line.
#[must_use]
pub fn salt() -> Salt {
    Salt::new(bytes())
}
