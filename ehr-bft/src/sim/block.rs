//! Blocks of the simulation: enough to be valid or not.

use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{BlockId, Height};

/// Height 8, parent 32, then whatever its maker writes, 104 bytes at least.
const MIN: usize = 104;

pub(super) fn make(height: Height, parent: BlockId, maker: usize, salt: u64) -> Vec<u8> {
    let mut bytes = height.0.to_be_bytes().to_vec();
    bytes.extend(parent.0);
    bytes.extend((maker as u64).to_be_bytes());
    bytes.extend(salt.to_be_bytes());
    bytes.resize(256, 0);
    bytes
}

pub(super) fn id(bytes: &[u8]) -> Option<BlockId> {
    (bytes.len() >= MIN).then(|| BlockId(sha256(bytes).0))
}

pub(super) fn may_follow(bytes: &[u8], height: Height, parent: BlockId) -> bool {
    bytes.len() >= MIN && bytes[..8] == height.0.to_be_bytes() && bytes[8..40] == parent.0
}

pub(super) fn maker(bytes: &[u8]) -> usize {
    bytes[40..48].try_into().map_or(usize::MAX, |b| u64::from_be_bytes(b) as usize)
}
