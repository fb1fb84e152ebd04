//! That a tree continues an earlier one: the earlier leaves are its first (RFC 6962 §2.1.2, RFC 9162 §2.1.4).

use crate::climb::{Climb, Side};
use crate::gathering::{Gathering, WrongLeaves, division};
use crate::hash::Hash;
use crate::head::TreeHead;
use std::ops::Range;

/// The hashes from which both roots can be computed; of which trees is told with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof(Vec<Hash>);

/// Why the later tree is not shown to continue the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistent {
    /// The tree shrank: entries were removed, or an old copy was brought back.
    #[error("a tree of {new} leaves cannot continue one of {old}")]
    Smaller {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// The proof is that of other sizes.
    #[error("the proof has not as many hashes as one from {old} to {new} leaves")]
    Length {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later tree.
        new: u64,
    },
    /// The proof does not lead to the earlier root: the earlier entries are not what they were.
    #[error("the proof does not lead to the root of the earlier tree")]
    OtherOldRoot,
    /// The proof does not lead to the later root.
    #[error("the proof does not lead to the root of the later tree")]
    OtherNewRoot,
}

impl ConsistencyProof {
    /// Begins the proof from a tree of `old` leaves to one of `new`; it must then be given the leaf hashes of the later.
    ///
    /// # Errors
    /// [`Inconsistent::Smaller`].
    pub fn gather(old: u64, new: u64) -> Result<Gathering<Self>, Inconsistent> {
        if old > new {
            return Err(Inconsistent::Smaller { old, new });
        }
        Ok(Gathering::new(new, subtrees(old, new)))
    }

    /// The proof gathered at once, from all leaf hashes of the later tree.
    ///
    /// # Errors
    /// [`WrongLeaves::TooFew`] where the later tree is smaller than the earlier.
    pub fn of(old: u64, leaves: &[Hash]) -> Result<Self, WrongLeaves> {
        let taken = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        let too_few = WrongLeaves::TooFew { size: old, taken };
        Self::gather(old, taken)
            .map_err(|_| too_few)?
            .of_all(leaves)
    }

    /// The hashes, from the deepest subtree up.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.0
    }

    /// Whether it shows that the tree with the head `new` continues the one with the head `old` (RFC 9162 §2.1.4.2).
    ///
    /// Every tree continues the empty one, and a tree continues itself; the proof for either has no hashes.
    ///
    /// # Errors
    /// [`Inconsistent`] when it does not.
    pub fn verify(&self, old: TreeHead, new: TreeHead) -> Result<(), Inconsistent> {
        if old.size > new.size {
            return Err(Inconsistent::Smaller {
                old: old.size,
                new: new.size,
            });
        }
        if old.size == 0 || old.size == new.size {
            self.verify_of_itself(old, new)
        } else {
            self.verify_of_growth(old, new)
        }
    }

    /// From nothing, or from a tree to itself.
    fn verify_of_itself(&self, old: TreeHead, new: TreeHead) -> Result<(), Inconsistent> {
        if !self.0.is_empty() {
            return Err(wrong_length(old, new));
        }
        if old.size == 0 && old.root != Hash::OF_NOTHING {
            return Err(Inconsistent::OtherOldRoot);
        }
        if old.size == new.size && old.root != new.root {
            return Err(Inconsistent::OtherNewRoot);
        }
        Ok(())
    }

    /// From a tree to a larger one: both roots are computed from the same hashes.
    fn verify_of_growth(&self, old: TreeHead, new: TreeHead) -> Result<(), Inconsistent> {
        let wrong_length = wrong_length(old, new);
        // Where the earlier tree is one full subtree of the later, its root is known and not part of the proof.
        let known = old.size.is_power_of_two().then_some(old.root);
        let mut hashes = known.into_iter().chain(self.0.iter().copied());
        let first = hashes.next().ok_or(wrong_length)?;
        // It is the root of the last full subtree of the earlier tree; so many levels are below it.
        let levels = old.size.trailing_zeros();
        let last = new.size.saturating_sub(1);
        let mut climb = Climb::new(old.size.saturating_sub(1), last).skip(levels);
        let (mut old_root, mut new_root) = (first, first);
        for beside in hashes {
            match climb.step().ok_or(wrong_length)? {
                Side::Left => {
                    old_root = Hash::of_node(beside, old_root);
                    new_root = Hash::of_node(beside, new_root);
                }
                Side::Right => new_root = Hash::of_node(new_root, beside),
            }
        }
        if !climb.is_at_root() {
            return Err(wrong_length);
        }
        if old_root != old.root {
            return Err(Inconsistent::OtherOldRoot);
        }
        if new_root != new.root {
            return Err(Inconsistent::OtherNewRoot);
        }
        Ok(())
    }
}

fn wrong_length(old: TreeHead, new: TreeHead) -> Inconsistent {
    Inconsistent::Length {
        old: old.size,
        new: new.size,
    }
}

impl From<Vec<Hash>> for ConsistencyProof {
    fn from(hashes: Vec<Hash>) -> Self {
        Self(hashes)
    }
}

/// The leaves of the subtrees of the proof, from the deepest up: `PROOF` of RFC 6962 §2.1.2.
fn subtrees(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut proof = Vec::new();
    if old == 0 {
        return proof;
    }
    let mut here = 0..new;
    while here.end != old {
        let middle = division(&here);
        if old <= middle {
            proof.push(middle..here.end);
            here.end = middle;
        } else {
            proof.push(here.start..middle);
            here.start = middle;
        }
    }
    // What is left ends where the earlier tree ends; if it is all of that tree, its root is known.
    if here.start > 0 {
        proof.push(here);
    }
    proof.reverse();
    proof
}
