//! The way from a node of the tree up to the root, as RFC 9162 §2.1.3.2 and §2.1.4.2 describe it.

/// Where on the way one stands: a node, and the last node of its level, both counted from the left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Climb {
    node: u64,
    last: u64,
}

/// On which side of one's own hash the hash of a proof is joined to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The hash of the proof is the left child.
    Left,
    /// The hash of the proof is the right child.
    Right,
}

impl Climb {
    /// From the leaf at `index`, in a tree whose last leaf is `last`.
    pub(crate) const fn new(index: u64, last: u64) -> Self {
        Self { node: index, last }
    }

    /// Up by so many levels, on which nothing is joined.
    pub(crate) const fn skip(self, levels: u32) -> Self {
        Self {
            node: self.node >> levels,
            last: self.last >> levels,
        }
    }

    /// Up to where the next hash of a proof has been joined, and on which side; `None` at the root.
    pub(crate) const fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        if self.node & 1 == 0 && self.node != self.last {
            *self = self.skip(1);
            return Some(Side::Right);
        }
        // A last node without a sibling goes up alone, until it is the right one of two.
        *self = self.skip(self.node.trailing_zeros()).skip(1);
        Some(Side::Left)
    }

    /// Whether nothing is above.
    pub(crate) const fn is_at_root(self) -> bool {
        self.last == 0
    }
}
