//! The definitions, written down as slowly and plainly as possible. Shares nothing with the code under test but
//! SHA-256.

use crate::primitives::Hash32;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(super) fn sha(parts: &[&[u8]]) -> Hash32 {
    Hash32(Sha256::digest(parts.concat()).into())
}

fn node(l: Hash32, r: Hash32) -> Hash32 {
    sha(&[&[1], &l.0, &r.0])
}

/// RFC 6962, section 2.1.
pub(super) fn rfc6962(leaves: &[Vec<u8>]) -> Hash32 {
    match leaves {
        [] => sha(&[]),
        [one] => sha(&[&[0], one]),
        _ => {
            let mut k = 1;
            while k * 2 < leaves.len() {
                k *= 2;
            }
            node(rfc6962(&leaves[..k]), rfc6962(&leaves[k..]))
        }
    }
}

pub(super) type State = BTreeMap<Hash32, Vec<u8>>;

fn bits(key: &Hash32) -> Vec<bool> {
    key.0.iter().flat_map(|b| (0..8).map(move |i| b >> (7 - i) & 1 == 1)).collect()
}

/// Rules M-4 to M-7.
pub(super) fn sparse(state: &State) -> Hash32 {
    let leaves: Vec<_> = state.iter().map(|(k, v)| (bits(k), sha(&[&[0], &k.0, &sha(&[v]).0]))).collect();
    fn over(leaves: Vec<(Vec<bool>, Hash32)>, depth: usize) -> Hash32 {
        match leaves.len() {
            0 => Hash32([0; 32]),
            1 => leaves[0].1,
            _ => {
                let (right, left) = leaves.into_iter().partition(|(k, _)| k[depth]);
                node(over(left, depth + 1), over(right, depth + 1))
            }
        }
    }
    over(leaves, 0)
}

/// Rules M-11 to M-13: perfect trees over runs of leaves, joined left to right.
pub(super) fn mmr(leaves: &[Hash32]) -> Hash32 {
    fn perfect(leaves: &[Hash32]) -> Hash32 {
        if leaves.len() == 1 {
            return leaves[0];
        }
        let (l, r) = leaves.split_at(leaves.len() / 2);
        node(perfect(l), perfect(r))
    }
    let mut rest = leaves;
    let mut bag = None;
    while !rest.is_empty() {
        let width = 1 << rest.len().ilog2();
        let peak = perfect(&rest[..width]);
        bag = Some(bag.map_or(peak, |b| node(b, peak)));
        rest = &rest[width..];
    }
    sha(&[&[2], &(leaves.len() as u64).to_be_bytes(), &bag.unwrap_or(Hash32([0; 32])).0])
}
