//! Roots without keeping the tree.

use super::{empty_root, leaf_hash};
use crate::merkle::hash::node;
use crate::primitives::Hash32;

/// A growing tree of which only the roots of its complete subtrees are kept: at most 64 hashes.
#[derive(Clone, Debug, Default)]
pub struct TreeBuilder {
    /// Roots of complete subtrees, largest first; their sizes are the set bits of `size`.
    peaks: Vec<Hash32>,
    size: u64,
}

impl TreeBuilder {
    /// No leaves.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds a leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        self.push_hash(leaf_hash(leaf));
    }
    /// Adds a leaf by its hash.
    pub fn push_hash(&mut self, leaf: Hash32) {
        let mut top = leaf;
        // Each set low bit is a complete subtree as large as the one just finished: they join.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                top = node(&left, &top);
            }
        }
        self.peaks.push(top);
        self.size = self.size.saturating_add(1);
    }
    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }
    /// Root of the leaves so far.
    pub fn root(&self) -> Hash32 {
        self.peaks.iter().rev().copied().reduce(|right, left| node(&left, &right)).unwrap_or_else(empty_root)
    }
}

impl Extend<Hash32> for TreeBuilder {
    fn extend<I: IntoIterator<Item = Hash32>>(&mut self, hashes: I) {
        for h in hashes {
            self.push_hash(h);
        }
    }
}

/// Root over leaves given as bytes.
pub fn root<B: AsRef<[u8]>>(leaves: impl IntoIterator<Item = B>) -> Hash32 {
    root_of_hashes(leaves.into_iter().map(|b| leaf_hash(b.as_ref())))
}

/// Root over leaves given as leaf hashes.
pub fn root_of_hashes(hashes: impl IntoIterator<Item = Hash32>) -> Hash32 {
    let mut builder = TreeBuilder::new();
    builder.extend(hashes);
    builder.root()
}
