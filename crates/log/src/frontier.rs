//! The right edge of a growing tree: all that must be kept to add leaves and to know the root.
//!
//! A tree of `n` leaves is a row of full subtrees, one for each 1 in the binary form of `n`, the largest first. Their
//! roots are the frontier. A leaf joins the row as a subtree of one; while the last two are of the same size they become
//! one. That is one hash for each leaf on average, and the log₂ of the size at most.

use crate::hash::Hash;
use crate::head::{MAX_SIZE, TreeHead};

/// The right edge of a tree: its size, and the roots of the full subtrees it consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// From the largest to the smallest; as many as the size has 1 bits.
    subtrees: Vec<Hash>,
}

/// A tree that can have no more leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log has {MAX_SIZE} entries and can have no more; begin another")]
pub struct LogFull;

/// Bytes that are no frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableFrontier {
    /// A newer program wrote them, or they are something else.
    #[error("is stored in format {0}, which this version does not know; upgrade the program")]
    UnknownFormat(u8),
    /// There are not as many as the size asks for.
    #[error("has {found} bytes, and a frontier of its size has {expected}")]
    Length {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The size is larger than any tree.
    #[error("says that it has {0} entries, and a log has at most {MAX_SIZE}")]
    Size(u64),
}

/// The version of the stored form that this program writes.
const FORMAT: u8 = 1;

/// How many bytes come before the hashes: the format and the size.
const FIXED: usize = 9;

impl Frontier {
    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf on the right, and tells its index: how many there were before it.
    ///
    /// # Errors
    /// [`LogFull`] after [`MAX_SIZE`] leaves.
    pub fn append(&mut self, leaf: Hash) -> Result<u64, LogFull> {
        if self.size >= MAX_SIZE {
            return Err(LogFull);
        }
        let index = self.size;
        let mut joined = leaf;
        // Each 1 at the end of the size is a subtree just as large as what is to be joined to it.
        for _ in 0..index.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                joined = Hash::of_node(left, joined);
            }
        }
        self.subtrees.push(joined);
        self.size = index.saturating_add(1);
        Ok(index)
    }

    /// The root over all leaves (RFC 6962 §2.1, `MTH`).
    #[must_use]
    pub fn root(&self) -> Hash {
        let from_the_right = self.subtrees.iter().rev().copied();
        from_the_right
            .reduce(|right, left| Hash::of_node(left, right))
            .unwrap_or(Hash::OF_NOTHING)
    }

    /// The size and the root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: self.root(),
        }
    }

    /// The form in which it is kept: one byte for the format, eight for the size from the highest, then the hashes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.size.to_be_bytes());
        bytes.extend(self.subtrees.iter().flat_map(Hash::as_bytes));
        bytes
    }

    /// Reads the form in which it is kept.
    ///
    /// # Errors
    /// [`UnreadableFrontier`] for bytes that [`Frontier::to_bytes`] does not write. Whether the hashes are those of the
    /// leaves only the leaves can tell.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnreadableFrontier> {
        let wrong_length = |expected| UnreadableFrontier::Length {
            expected,
            found: bytes.len(),
        };
        let (format, after) = bytes.split_first().ok_or(wrong_length(FIXED))?;
        if *format != FORMAT {
            return Err(UnreadableFrontier::UnknownFormat(*format));
        }
        let (size, hashes) = after.split_first_chunk().ok_or(wrong_length(FIXED))?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(UnreadableFrontier::Size(size));
        }
        let (hashes, left_over) = hashes.as_chunks();
        let is_whole = left_over.is_empty() && usize_from(size.count_ones()) == hashes.len();
        if !is_whole {
            let of_hashes = usize_from(size.count_ones()).saturating_mul(Hash::LENGTH);
            return Err(wrong_length(of_hashes.saturating_add(FIXED)));
        }
        let subtrees = hashes.iter().copied().map(Hash::new).collect();
        Ok(Self { size, subtrees })
    }
}

/// At most 64, which every machine can count to.
fn usize_from(ones: u32) -> usize {
    usize::try_from(ones).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::frontier;
    use proptest::prelude::*;

    #[test]
    fn what_is_kept_is_read_back() {
        for size in [0, 1, 2, 3, 7, 8, 1000] {
            let frontier = frontier(size);
            let bytes = frontier.to_bytes();
            assert_eq!(Frontier::from_bytes(&bytes), Ok(frontier));
        }
    }

    #[test]
    fn what_is_no_frontier_is_refused() {
        let bytes = frontier(3).to_bytes();
        let read = |bytes: &[u8]| Frontier::from_bytes(bytes).unwrap_err();
        let length = |expected, found| UnreadableFrontier::Length { expected, found };
        assert_eq!(bytes.len(), 73);
        assert_eq!(read(&[]), length(9, 0));
        assert_eq!(read(&bytes[..8]), length(9, 8));
        assert_eq!(read(&bytes[..72]), length(73, 72));
        assert_eq!(read(&bytes[..41]), length(73, 41));
        assert_eq!(read(&[&bytes[..], &[0]].concat()), length(73, 74));
        assert_eq!(read(&[&bytes[..], &[0; 32]].concat()), length(73, 105));
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(read(&newer), UnreadableFrontier::UnknownFormat(2));
        let mut huge = bytes;
        huge[1] = 0x80;
        let size = (1 << 63) | 3;
        assert_eq!(read(&huge), UnreadableFrontier::Size(size));
    }

    #[test]
    fn a_full_log_takes_no_more() {
        let mut full = vec![FORMAT];
        full.extend(MAX_SIZE.to_be_bytes());
        full.extend([7; 63 * Hash::LENGTH]);
        let mut frontier = Frontier::from_bytes(&full).unwrap();
        let before = frontier.clone();
        assert_eq!(frontier.append(Hash::OF_NOTHING), Err(LogFull));
        assert_eq!(frontier, before);
    }

    proptest! {
        #[test]
        fn of_any_bytes_only_what_is_written_is_read(bytes in any::<Vec<u8>>(), begin in any::<bool>()) {
            let bytes = if begin { [&[FORMAT], &bytes[..]].concat() } else { bytes };
            if let Ok(frontier) = Frontier::from_bytes(&bytes) {
                prop_assert_eq!(frontier.to_bytes(), bytes);
            }
        }
    }
}
