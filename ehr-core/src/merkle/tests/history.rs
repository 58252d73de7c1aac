//! Header MMR against perfect trees joined by hand.

use super::naive;
use super::store::put;
use crate::merkle::ProofError;
use crate::merkle::mmr::{self, HistoryLeaf};
use crate::primitives::{BlockId, Hash32, Height, Timestamp};
use crate::store::{LedgerStore, MemoryStore, ReadError, Table};
use proptest::prelude::*;

pub(super) fn leaf(height: u64, fork: u8) -> Hash32 {
    let leaf = HistoryLeaf {
        height: Height(height),
        id: BlockId([fork; 32]),
        time_ms: Timestamp(1_700_000_000_000 + height),
        total_work: Hash32([1; 32]),
    };
    leaf.hash().unwrap()
}

/// Appends and returns the root.
pub(super) fn append(store: &mut MemoryStore, count: u64, leaf: &Hash32) -> Hash32 {
    let (changes, root) = mmr::append(store, count, leaf).unwrap();
    assert!(changes.len() <= 2 + count.checked_ilog2().unwrap_or(0) as usize);
    store.commit(&changes).unwrap();
    root
}

#[test]
fn roots_and_every_proof_match_the_definition() {
    let mut store = MemoryStore::default();
    let mut leaves = Vec::new();
    assert_eq!(mmr::root(&store, 0), Ok(naive::mmr(&[])));
    for n in 0..67u64 {
        leaves.push(leaf(n, 0));
        let root = append(&mut store, n, &leaves[n as usize]);
        assert_eq!(root, naive::mmr(&leaves));
        assert_eq!(mmr::root(&store, n + 1), Ok(root));
    }
    for count in 1..=67u64 {
        let root = naive::mmr(&leaves[..count as usize]);
        for i in 0..count {
            let path = mmr::prove(&store, count, i).unwrap().unwrap();
            assert_eq!(mmr::verify(count, i, &leaves[i as usize], &path.0, &root), Ok(()));
        }
        assert_eq!(mmr::prove(&store, count, count), Ok(None));
    }
}

#[test]
fn leaf_counts_are_bound_and_huge_ones_answered() {
    let mut store = MemoryStore::default();
    for n in 0..4 {
        append(&mut store, n, &leaf(n, 0));
    }
    let root = mmr::root(&store, 4).unwrap();
    let path = mmr::prove(&store, 4, 1).unwrap().unwrap();
    assert_eq!(mmr::verify(4, 1, &leaf(1, 0), &path.0, &root), Ok(()));
    // In a range of 12 leaves, leaf 9 has a path of the same shape but for the peak on its left.
    assert!(mmr::verify(12, 9, &leaf(1, 0), &path.0, &root).is_err());
    assert_eq!(
        mmr::verify(4, 4, &leaf(1, 0), &path.0, &root),
        Err(ProofError::OutOfRange { index: 4, size: 4 })
    );
    assert!(mmr::verify(u64::MAX, 1, &leaf(1, 0), &path.0, &root).is_err());
    for count in [5, 1 << 62, 1 << 63, u64::MAX] {
        assert!(matches!(mmr::root(&store, count), Err(ReadError::Corrupt { .. })));
        assert!(matches!(mmr::append(&store, count, &root), Err(ReadError::Corrupt { .. })));
        assert!(matches!(mmr::prove(&store, count, count - 1), Err(ReadError::Corrupt { .. })));
    }
    put(&mut store, Table::History, &2u64.to_be_bytes(), Some(vec![1; 31]));
    assert!(matches!(mmr::root(&store, 2), Err(ReadError::Corrupt { .. })));
}

proptest! {
    #[test]
    fn undoing_is_a_smaller_count(steps in prop::collection::vec((0u64..12, 1u64..12), 1..12)) {
        let mut store = MemoryStore::default();
        let mut leaves: Vec<Hash32> = Vec::new();
        for (fork, (undo, redo)) in (0u8..).zip(steps) {
            leaves.truncate(leaves.len().saturating_sub(undo as usize));
            for _ in 0..redo {
                let n = leaves.len() as u64;
                leaves.push(leaf(n, fork));
                prop_assert_eq!(append(&mut store, n, &leaves[n as usize]), naive::mmr(&leaves));
            }
            let n = leaves.len() as u64;
            for i in 0..n {
                let path = mmr::prove(&store, n, i).unwrap().unwrap();
                prop_assert_eq!(mmr::verify(n, i, &leaves[i as usize], &path.0, &naive::mmr(&leaves)), Ok(()));
            }
        }
    }

    #[test]
    fn changing_anything_refuses_the_proof(n in 1u64..150, pick: u64, other: u64, at: usize, flip in 0u8..8) {
        let mut store = MemoryStore::default();
        let mut root = Hash32::ZERO;
        for i in 0..n {
            root = append(&mut store, i, &leaf(i, 0));
        }
        let i = pick % n;
        let path = mmr::prove(&store, n, i).unwrap().unwrap().0;
        prop_assert_eq!(mmr::verify(n, i, &leaf(i, 0), &path, &root), Ok(()));
        prop_assert!(other % n == i || mmr::verify(n, other % n, &leaf(i, 0), &path, &root).is_err());
        prop_assert!(other % 200 == n || mmr::verify(other % 200, i, &leaf(i, 0), &path, &root).is_err());
        prop_assert!(mmr::verify(n, i, &leaf(i, 1), &path, &root).is_err());
        prop_assert!(mmr::verify(n, i, &leaf(i, 0), &[&path[..], &[root]].concat(), &root).is_err());
        if !path.is_empty() {
            let mut bad = path.clone();
            bad[at % path.len()].0[at % 32] ^= 1 << flip;
            prop_assert_eq!(mmr::verify(n, i, &leaf(i, 0), &bad, &root), Err(ProofError::RootMismatch));
            prop_assert!(mmr::verify(n, i, &leaf(i, 0), &path[1..], &root).is_err());
        }
    }
}
