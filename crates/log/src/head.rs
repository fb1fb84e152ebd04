//! What stands for a whole tree: how many leaves it has, and its root.

use crate::hash::Hash;

/// The largest tree. Other programs read sizes as signed numbers of 64 bits.
pub const MAX_SIZE: u64 = i64::MAX.unsigned_abs();

/// How many leaves a tree has, and its root: two trees with the same head have the same leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TreeHead {
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl TreeHead {
    /// The head of the tree without leaves.
    pub const EMPTY: Self = Self {
        size: 0,
        root: Hash::OF_NOTHING,
    };
}
