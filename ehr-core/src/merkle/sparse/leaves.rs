//! Leaves of the state tree and the hash over a sorted run of them.

use super::page::MAX_RUN;
use crate::crypto::hash::sha256;
use crate::merkle::hash;
use crate::primitives::Hash32;
use crate::store::{LedgerRead, ReadError, Table};

/// A leaf: key and leaf hash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) key: Hash32,
    pub(super) hash: Hash32,
}

impl Leaf {
    pub(super) fn new(key: Hash32, value: &[u8]) -> Self {
        Self { key, hash: leaf_hash(&key, &sha256(value)) }
    }
}

/// Hash of a leaf (rule M-5).
pub(super) fn leaf_hash(key: &Hash32, value_hash: &Hash32) -> Hash32 {
    hash::leaf_pair(key, value_hash)
}

/// Bit `depth` of a key, the most significant bit of the first byte first. False beyond the key.
pub(super) fn bit(key: &Hash32, depth: usize) -> bool {
    let mask = 0x80u8.checked_shr(u32::try_from(depth & 7).unwrap_or(0)).unwrap_or(0);
    key.0.get(depth >> 3).is_some_and(|b| b & mask != 0)
}

/// Leaves left and right of the node at `depth` above them.
pub(super) fn split(leaves: &[Leaf], depth: usize) -> (&[Leaf], &[Leaf]) {
    leaves.split_at(leaves.partition_point(|l| !bit(&l.key, depth)))
}

/// Hash over sorted, distinct leaves that share their first `depth` bits (rules M-4 to M-7).
pub(super) fn fold(leaves: &[Leaf], depth: usize) -> Hash32 {
    match leaves {
        [] => Hash32::ZERO,
        [only] => only.hash,
        _ => {
            let (left, right) = split(leaves, depth);
            let below = depth.saturating_add(1);
            hash::node(&fold(left, below), &fold(right, below))
        }
    }
}

/// The stored leaves whose keys start with `prefix`, at most `limit` of them.
pub(super) fn scan(read: &dyn LedgerRead, prefix: &[u8], limit: usize) -> Result<Vec<Leaf>, ReadError> {
    let mut leaves = Vec::with_capacity(limit.min(MAX_RUN.saturating_add(1)));
    let mut sound = Ok(());
    let mut show = |key: &[u8], value: &[u8]| match state_key(key) {
        Ok(key) => leaves.push(Leaf::new(key, value)),
        Err(error) => sound = Err(error),
    };
    read.visit(Table::State, prefix, &after(prefix), limit, &mut show)?;
    sound?;
    if !leaves.is_sorted_by(|a, b| a.key < b.key) {
        return Err(ReadError::Corrupt { what: "state table: keys out of order".into() });
    }
    Ok(leaves)
}

/// A key of the state table: 32 bytes.
pub(super) fn state_key(key: &[u8]) -> Result<Hash32, ReadError> {
    let what = || ReadError::Corrupt { what: format!("state table: key of {} bytes", key.len()) };
    Hash32::try_from(key).map_err(|_| what())
}

/// The end of the keys that start with `prefix`; empty if they reach the end of the table.
fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            break;
        }
    }
    end
}
