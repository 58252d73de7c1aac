//! The Merkle tree of RFC 6962 and RFC 9162, section 2.1: transactions and receipts of a block.
//!
//! Every proof here is one recursion: what a tree of `n` leaves says about its leaves `[start, end)`. A leaf is
//! `[i, i + 1)`, an older tree of `m` leaves is `[0, m)`; the subtree proofs of the IETF Merkle Tree Certificates
//! draft are the rest.

mod builder;
mod tree;
mod verify;

pub use builder::{TreeBuilder, root, root_of_hashes};
pub use tree::Tree;
pub use verify::{
    verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};

use crate::primitives::Hash32;

/// Hash of a leaf (rule M-1).
pub fn leaf_hash(bytes: &[u8]) -> Hash32 {
    super::hash::leaf(bytes)
}

/// Root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash32 {
    crate::crypto::hash::sha256(&[])
}

/// Leaves left of the top node's middle: the largest power of two below `size` (at least 2).
fn left_size(size: u64) -> u64 {
    size.checked_next_power_of_two().map_or(1 << 63, |p| p >> 1)
}

/// Whether `[start, end)` with `start < end` is the leaf range of a node in some tree.
fn is_subtree(start: u64, end: u64) -> bool {
    let Some(size) = end.checked_sub(start).filter(|n| *n > 0) else { return false };
    match size.checked_next_power_of_two() {
        Some(width) => start.checked_rem(width) == Some(0),
        None => start == 0,
    }
}
