//! That an entry is in a tree (RFC 6962 §2.1.1, RFC 9162 §2.1.3).

use crate::climb::{Climb, Side};
use crate::gathering::{Gathering, WrongLeaves, division};
use crate::hash::Hash;
use crate::head::TreeHead;
use std::ops::Range;

/// The hashes beside the way from a leaf up to the root; which leaf of which tree is told with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof(Vec<Hash>);

/// Why the entry is not shown to be in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotIncluded {
    /// The tree has no such leaf.
    #[error("there is no leaf {index} in a tree of {size}")]
    NoSuchLeaf {
        /// The leaf asked for, from 0.
        index: u64,
        /// How many the tree has.
        size: u64,
    },
    /// The proof is that of another leaf or another size.
    #[error("the proof has not as many hashes as one of leaf {index} in a tree of {size}")]
    Length {
        /// The leaf, from 0.
        index: u64,
        /// How many the tree has.
        size: u64,
    },
    /// The proof leads to another root: the leaf, its index or the proof is not what was logged.
    #[error("the proof does not lead from the leaf to the root of the tree")]
    OtherRoot,
}

impl InclusionProof {
    /// Begins the proof for the leaf at `index` in a tree of `size`; it must then be given the leaf hashes.
    ///
    /// # Errors
    /// [`NotIncluded::NoSuchLeaf`].
    pub fn gather(index: u64, size: u64) -> Result<Gathering<Self>, NotIncluded> {
        if index >= size {
            return Err(NotIncluded::NoSuchLeaf { index, size });
        }
        Ok(Gathering::new(size, subtrees(index, size)))
    }

    /// The proof for a leaf gathered at once, from all leaf hashes of the tree.
    ///
    /// # Errors
    /// [`WrongLeaves::TooFew`] where the tree does not reach to it.
    pub fn of(index: u64, leaves: &[Hash]) -> Result<Self, WrongLeaves> {
        let taken = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        let size = index.saturating_add(1);
        let gathering = Self::gather(index, taken);
        let gathering = gathering.map_err(|_| WrongLeaves::TooFew { size, taken })?;
        gathering.of_all(leaves)
    }

    /// The hashes, from the leaf's sibling up to a child of the root.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// Whether it shows that `leaf` stands at `index` in the tree with this head (RFC 9162 §2.1.3.2).
    ///
    /// # Errors
    /// [`NotIncluded`] when it does not.
    pub fn verify(&self, index: u64, leaf: Hash, head: TreeHead) -> Result<(), NotIncluded> {
        let size = head.size;
        let wrong_length = NotIncluded::Length { index, size };
        if index >= size {
            return Err(NotIncluded::NoSuchLeaf { index, size });
        }
        let mut climb = Climb::new(index, size.saturating_sub(1));
        let mut hash = leaf;
        for beside in &self.0 {
            hash = match climb.step().ok_or(wrong_length)? {
                Side::Left => Hash::of_node(*beside, hash),
                Side::Right => Hash::of_node(hash, *beside),
            };
        }
        if !climb.is_at_root() {
            return Err(wrong_length);
        }
        if hash != head.root {
            return Err(NotIncluded::OtherRoot);
        }
        Ok(())
    }
}

impl From<Vec<Hash>> for InclusionProof {
    fn from(hashes: Vec<Hash>) -> Self {
        Self(hashes)
    }
}

/// The leaves of the subtrees beside the way, from the leaf to the root: `PATH` of RFC 6962 §2.1.1.
fn subtrees(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut beside = Vec::new();
    let mut here = 0..size;
    while here.end.saturating_sub(here.start) > 1 {
        let middle = division(&here);
        if index < middle {
            beside.push(middle..here.end);
            here.end = middle;
        } else {
            beside.push(here.start..middle);
            here.start = middle;
        }
    }
    beside.reverse();
    beside
}
