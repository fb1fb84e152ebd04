//! The hashes that the tree is made of (RFC 6962 §2.1, the same in RFC 9162 §2.1.1).
//!
//! Leaves and nodes begin with another byte, so that no node can be passed off as an entry.

use crate::encoding;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

const LEAF: [u8; 1] = [0x00];
const NODE: [u8; 1] = [0x01];

/// A SHA-256 hash of a leaf, of a node or of a whole tree; as text it is base64 (RFC 4648 §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; Self::LENGTH]);

/// What cannot be a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHash {
    /// It is not the one way in which bytes are written in base64.
    #[error("a hash is written in base64, with padding")]
    NotBase64,
    /// It has another length.
    #[error("a hash has 32 bytes, not {0}")]
    Length(usize),
}

impl Hash {
    /// How many bytes it has.
    pub const LENGTH: usize = 32;

    /// The root of the tree without leaves: the hash of nothing.
    pub const OF_NOTHING: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The hash of a leaf, of the bytes of its entry: `SHA-256(0x00 ‖ entry)`.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        let hasher = Sha256::new().chain_update(LEAF);
        Self(hasher.chain_update(entry).finalize().into())
    }

    /// The hash of a node, of its two children: `SHA-256(0x01 ‖ left ‖ right)`.
    #[must_use]
    pub fn of_node(left: Self, right: Self) -> Self {
        let hasher = Sha256::new().chain_update(NODE);
        Self(
            hasher
                .chain_update(left.0)
                .chain_update(right.0)
                .finalize()
                .into(),
        )
    }

    /// The hash with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = InvalidHash;

    fn try_from(bytes: &[u8]) -> Result<Self, InvalidHash> {
        let length = InvalidHash::Length(bytes.len());
        bytes.try_into().map(Self).map_err(|_| length)
    }
}

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let bytes = encoding::from_base64(text).ok_or(InvalidHash::NotBase64)?;
        bytes.as_slice().try_into()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encoding::to_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nothing_is_that_of_no_bytes() {
        assert_eq!(Hash::OF_NOTHING.0, <[u8; 32]>::from(Sha256::digest([])));
    }

    #[test]
    fn a_hash_is_read_from_what_it_is_written_as_and_from_nothing_else() {
        let hash = Hash::of_leaf(b"x");
        let text = hash.to_string();
        assert_eq!(text.parse(), Ok(hash));
        assert_eq!(format!("{hash:?}"), format!("Hash({text})"));
        let bad = |text: &str| text.parse::<Hash>().unwrap_err();
        assert_eq!(bad(text.trim_end_matches('=')), InvalidHash::NotBase64);
        assert_eq!(bad(&format!("{text}\n")), InvalidHash::NotBase64);
        assert_eq!(bad(&format!(" {text}")), InvalidHash::NotBase64);
        assert_eq!(bad(""), InvalidHash::Length(0));
        assert_eq!(bad("AAAA"), InvalidHash::Length(3));
        // The last sign before the padding carries two bits too many; they must be zero.
        let trailing = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=";
        assert_eq!(bad(trailing), InvalidHash::NotBase64);
    }
}
