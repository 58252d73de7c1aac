//! Hashes of tree leaves and nodes: one prefix byte keeps a leaf from passing for a node (rule M-1).

use crate::crypto::hash::{compressed, prefixed};
use crate::primitives::Hash32;

/// Prefix of leaves.
const LEAF: u8 = 0;
/// Prefix of inner nodes.
const NODE: u8 = 1;

/// Hash of a leaf of any length.
pub(super) fn leaf(bytes: &[u8]) -> Hash32 {
    prefixed(LEAF, &[bytes])
}

/// Hash of a leaf made of two 32-byte parts.
pub(super) fn leaf_pair(left: &Hash32, right: &Hash32) -> Hash32 {
    pair(LEAF, left, right)
}

/// Hash of an inner node.
pub(super) fn node(left: &Hash32, right: &Hash32) -> Hash32 {
    pair(NODE, left, right)
}

/// SHA-256 of `prefix ‖ left ‖ right`, laid out by hand: these 65 bytes are always the same two blocks, and
/// trees spend nearly all their time here.
fn pair(prefix: u8, left: &Hash32, right: &Hash32) -> Hash32 {
    let mut blocks = [[0u8; 64]; 2];
    let [[tag, body @ ..], [rest, pad, .., bits_high, bits_low]] = &mut blocks;
    let [head @ .., last] = &right.0;
    let (body_left, body_right) = body.split_at_mut(Hash32::LEN);
    *tag = prefix;
    body_left.copy_from_slice(&left.0);
    body_right.copy_from_slice(head);
    *rest = *last;
    *pad = 0x80;
    // Message length: 65 bytes are 520 = 0x0208 bits.
    (*bits_high, *bits_low) = (0x02, 0x08);
    compressed(&blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_two_blocks_by_hand_are_sha256(l: [u8; 32], r: [u8; 32], prefix: u8) {
            proptest::prop_assert_eq!(pair(prefix, &Hash32(l), &Hash32(r)), prefixed(prefix, &[&l, &r]));
        }
    }
}
