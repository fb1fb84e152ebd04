//! The one source of chance of the product, beside that of ids; everywhere else it is a parameter.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use xiaohao_log::Salt;

/// Bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// A code that somebody reads and types: so many groups of four signs, of the thirty-two that are not taken for one another
/// (Crockford's base 32), five bits each.
pub(crate) fn code(groups: usize) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let sign = |byte: u8| char::from(SIGNS.get(usize::from(byte % 32)).copied().unwrap_or(b'0'));
    let group = |_| bytes::<4>().map(sign).iter().collect::<String>();
    (0..groups).map(group).collect::<Vec<_>>().join("-")
}

/// A code as it was made, however it was typed.
pub(crate) fn typed_code(text: &str) -> String {
    let signs = text.chars().filter(|sign| sign.is_alphanumeric());
    let same = |sign: char| match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let signs: Vec<char> = signs.map(same).collect();
    let groups = signs
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// The salt of a line.
#[must_use]
pub fn salt() -> Salt {
    Salt::new(bytes())
}
