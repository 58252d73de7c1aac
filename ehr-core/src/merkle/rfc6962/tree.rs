//! A tree kept whole, for making proofs.

use super::{empty_root, is_subtree, leaf_hash, left_size};
use crate::merkle::HashPath;
use crate::merkle::hash::node;
use crate::primitives::Hash32;

/// All complete nodes of a tree, two hashes a leaf. Proofs of the tree at any of its sizes cost O(log n).
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Complete nodes by height; leaf hashes first.
    levels: Vec<Vec<Hash32>>,
}

impl Tree {
    /// No leaves.
    pub fn new() -> Self {
        Self::default()
    }
    /// The tree over leaves given as bytes.
    pub fn from_leaves<B: AsRef<[u8]>>(leaves: impl IntoIterator<Item = B>) -> Self {
        leaves.into_iter().map(|b| leaf_hash(b.as_ref())).collect()
    }
    /// Adds a leaf by its hash.
    pub fn push_hash(&mut self, leaf: Hash32) {
        let mut up = Some(leaf);
        let mut height = 0usize;
        while let Some(hash) = up {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let Some(level) = self.levels.get_mut(height) else { return };
            level.push(hash);
            // A second child completes its parent.
            up = match level.as_chunks::<2>() {
                (chunks, []) => chunks.last().map(|[l, r]| node(l, r)),
                _ => None,
            };
            height = height.saturating_add(1);
        }
    }
    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |l| u64::try_from(l.len()).unwrap_or(u64::MAX))
    }
    /// Root over all leaves.
    pub fn root(&self) -> Hash32 {
        self.hash(0, self.size()).unwrap_or_else(empty_root)
    }
    /// Root over the first `size` leaves; `None` if there are fewer.
    pub fn root_at(&self, size: u64) -> Option<Hash32> {
        if size == 0 { Some(empty_root()) } else { self.hash(0, size) }
    }
    /// Proof that leaf `index` is in the tree of the first `size` leaves, lowest sibling first (RFC 9162, 2.1.3.1).
    /// `None` if there is no such leaf.
    pub fn prove_inclusion(&self, index: u64, size: u64) -> Option<HashPath> {
        self.prove_subtree(index, index.checked_add(1)?, size)
    }
    /// Proof that the first `old` leaves are the start of the first `size` leaves (RFC 9162, 2.1.4.1). `None` if
    /// `old` is zero or there are not that many leaves.
    pub fn prove_consistency(&self, old: u64, size: u64) -> Option<HashPath> {
        self.prove_subtree(0, old, size)
    }
    /// Proof that the subtree over `[start, end)` belongs to the tree of the first `size` leaves. `None` if it is
    /// not a subtree of it.
    pub fn prove_subtree(&self, start: u64, end: u64, size: u64) -> Option<HashPath> {
        if !is_subtree(start, end) || end > size || size > self.size() {
            return None;
        }
        let mut path = Vec::new();
        self.subproof((start, end), (0, size), true, &mut path)?;
        Some(HashPath(path))
    }

    /// What `[from, to)` adds to the proof of `[start, end)`; `known` while the verifier has that subtree's hash.
    fn subproof(
        &self,
        (start, end): (u64, u64),
        (from, to): (u64, u64),
        known: bool,
        path: &mut Vec<Hash32>,
    ) -> Option<()> {
        if (start, end) == (from, to) {
            if !known {
                path.push(self.hash(from, to)?);
            }
            return Some(());
        }
        let middle = from.checked_add(left_size(to.checked_sub(from)?))?;
        if end <= middle {
            self.subproof((start, end), (from, middle), known, path)?;
            path.push(self.hash(middle, to)?);
        } else if start >= middle {
            self.subproof((start, end), (middle, to), known, path)?;
            path.push(self.hash(from, middle)?);
        } else {
            self.subproof((middle, end), (middle, to), false, path)?;
            path.push(self.hash(from, middle)?);
        }
        Some(())
    }

    /// Hash over leaves `[start, end)`, a subtree; `None` if some are missing or the range is empty.
    fn hash(&self, start: u64, end: u64) -> Option<Hash32> {
        let size = end.checked_sub(start).filter(|n| *n > 0)?;
        if size.is_power_of_two() {
            let height = size.trailing_zeros();
            let level = self.levels.get(usize::try_from(height).ok()?)?;
            return level.get(usize::try_from(start.checked_shr(height)?).ok()?).copied();
        }
        let middle = start.checked_add(left_size(size))?;
        Some(node(&self.hash(start, middle)?, &self.hash(middle, end)?))
    }
}

impl FromIterator<Hash32> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash32>>(hashes: I) -> Self {
        let mut tree = Self::new();
        for h in hashes {
            tree.push_hash(h);
        }
        tree
    }
}
