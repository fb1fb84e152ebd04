//! One walk over the leaf hashes of a log, from which a proof is made.
//!
//! A proof is a list of hashes of subtrees, and the leaves of those subtrees do not overlap. So the leaf hashes can come
//! from a database one after the other: each belongs to one subtree at most, the subtree that is being read needs a
//! frontier, a finished one only its root. A log of a million entries is walked in the memory of some forty hashes.

use crate::frontier::Frontier;
use crate::hash::Hash;
use std::marker::PhantomData;
use std::ops::Range;

/// A proof in the making: it is given every leaf hash of the tree, from the first to the last.
#[derive(Clone, Debug)]
pub struct Gathering<P> {
    /// How many leaves there are to come, and how many have come.
    size: u64,
    taken: u64,
    /// The subtrees that are still to be read, each with its place in the proof; the next one is the last.
    ahead: Vec<(Range<u64>, usize)>,
    /// The subtree that is being read.
    reading: Frontier,
    hashes: Vec<Hash>,
    proof: PhantomData<P>,
}

/// Not the leaves of the tree that the proof is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongLeaves {
    /// There are more of them.
    #[error("the proof is about a tree of {size} leaves, and was given more")]
    TooMany {
        /// The size of the tree.
        size: u64,
    },
    /// Some are missing at the end.
    #[error("the proof is about a tree of {size} leaves, and was given only {taken}")]
    TooFew {
        /// The size of the tree.
        size: u64,
        /// How many came.
        taken: u64,
    },
}

impl<P: From<Vec<Hash>>> Gathering<P> {
    /// For the proof that consists of the roots of these subtrees of a tree, in the order in which the proof has them.
    pub(crate) fn new(size: u64, subtrees: Vec<Range<u64>>) -> Self {
        let hashes = vec![Hash::OF_NOTHING; subtrees.len()];
        let mut ahead: Vec<_> = subtrees.into_iter().zip(0..).collect();
        ahead.sort_by_key(|(leaves, _)| std::cmp::Reverse(leaves.start));
        Self {
            size,
            taken: 0,
            ahead,
            reading: Frontier::default(),
            hashes,
            proof: PhantomData,
        }
    }

    /// Takes the hash of the next leaf.
    ///
    /// # Errors
    /// [`WrongLeaves::TooMany`] after the last.
    pub fn push(&mut self, leaf: Hash) -> Result<(), WrongLeaves> {
        let too_many = WrongLeaves::TooMany { size: self.size };
        if self.taken >= self.size {
            return Err(too_many);
        }
        let index = self.taken;
        self.taken = index.saturating_add(1);
        let Some((leaves, place)) = self.ahead.last() else {
            return Ok(());
        };
        if leaves.contains(&index) {
            self.reading.append(leaf).map_err(|_| too_many)?;
        }
        if leaves.end == self.taken {
            if let Some(hash) = self.hashes.get_mut(*place) {
                *hash = self.reading.root();
            }
            self.reading = Frontier::default();
            self.ahead.pop();
        }
        Ok(())
    }

    /// The proof, when all leaves have come.
    ///
    /// # Errors
    /// [`WrongLeaves::TooFew`] when they have not.
    pub fn finish(self) -> Result<P, WrongLeaves> {
        if self.taken < self.size {
            return Err(WrongLeaves::TooFew {
                size: self.size,
                taken: self.taken,
            });
        }
        Ok(self.hashes.into())
    }

    /// The proof from all leaves at once.
    pub(crate) fn of_all(mut self, leaves: &[Hash]) -> Result<P, WrongLeaves> {
        leaves.iter().try_for_each(|leaf| self.push(*leaf))?;
        self.finish()
    }
}

/// Where RFC 6962 §2.1 divides a tree that has these leaves, two or more: behind the largest power of two of them that
/// is not all.
pub(crate) fn division(leaves: &Range<u64>) -> u64 {
    let count = leaves.end.saturating_sub(leaves.start);
    let left = count.saturating_sub(1).checked_ilog2().unwrap_or(0);
    leaves.start.saturating_add(1 << left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_divided_behind_the_largest_power_of_two_that_is_not_all() {
        for (leaves, behind) in [
            (0..2, 1),
            (0..3, 2),
            (0..4, 2),
            (0..5, 4),
            (4..7, 6),
            (0..u64::MAX, 1 << 63),
        ] {
            assert_eq!(division(&leaves), behind, "{leaves:?}");
        }
    }

    #[test]
    fn more_or_fewer_leaves_than_the_tree_has_are_refused() {
        let gathering = || Gathering::<Vec<Hash>>::new(2, vec![1..2, 0..1]);
        let [left, right] = [Hash::of_leaf(b"left"), Hash::of_leaf(b"right")];
        assert_eq!(gathering().of_all(&[left, right]), Ok(vec![right, left]));
        assert_eq!(
            gathering().of_all(&[left]),
            Err(WrongLeaves::TooFew { size: 2, taken: 1 })
        );
        assert_eq!(
            gathering().of_all(&[left, right, right]),
            Err(WrongLeaves::TooMany { size: 2 })
        );
    }
}
