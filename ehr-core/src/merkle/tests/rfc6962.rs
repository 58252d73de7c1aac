//! RFC 6962 tree against the RFC's recursion and against ct-merkle.

use super::naive;
use crate::codec::{DecodeError, Wire};
use crate::merkle::rfc6962::*;
use crate::merkle::{HashPath, ProofError};
use crate::primitives::Hash32;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;

fn leaves(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| vec![i as u8; i % 70]).collect()
}

fn flat(path: &HashPath) -> Vec<u8> {
    path.0.iter().flat_map(|h| h.0).collect()
}

#[test]
fn builder_tree_recursion_and_ct_merkle_agree_on_every_size() {
    let all = leaves(130);
    let tree = Tree::from_leaves(&all);
    let mut builder = TreeBuilder::new();
    let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for n in 0..=all.len() {
        let want = naive::rfc6962(&all[..n]);
        assert_eq!(builder.root(), want);
        assert_eq!(root(&all[..n]), want);
        assert_eq!(tree.root_at(n as u64), Some(want));
        assert_eq!(oracle.root().as_bytes().as_slice(), want.0);
        if let Some(next) = all.get(n) {
            builder.push(next);
            oracle.push(next.clone());
        }
    }
    assert_eq!(tree.root_at(131), None);
    assert_eq!(builder.size(), 130);
}

#[test]
fn every_proof_of_small_trees_verifies_and_is_the_one_of_ct_merkle() {
    let all = leaves(40);
    let tree = Tree::from_leaves(&all);
    let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for n in 1..=all.len() as u64 {
        oracle.push(all[n as usize - 1].clone());
        let whole = tree.root_at(n).unwrap();
        for i in 0..n {
            let path = tree.prove_inclusion(i, n).unwrap();
            assert_eq!(flat(&path), oracle.prove_inclusion(i as usize).as_bytes());
            let leaf = leaf_hash(&all[i as usize]);
            assert_eq!(verify_inclusion(i, n, &leaf, &path.0, &whole), Ok(()));
            let old = tree.root_at(i + 1).unwrap();
            let path = tree.prove_consistency(i + 1, n).unwrap();
            assert_eq!(verify_consistency(i + 1, n, &old, &path.0, &whole), Ok(()));
            if i + 1 < n {
                assert_eq!(flat(&path), oracle.prove_consistency((n - i - 1) as usize).as_bytes());
            }
        }
    }
}

#[test]
fn every_subtree_verifies_and_ranges_that_are_none_are_refused() {
    let all = leaves(21);
    let tree = Tree::from_leaves(&all);
    let (n, whole) = (21u64, tree.root());
    let (mut good, mut bad) = (0, 0);
    for start in 0..n {
        for end in start + 1..=n {
            let part = naive::rfc6962(&all[start as usize..end as usize]);
            match tree.prove_subtree(start, end, n) {
                Some(path) => {
                    good += 1;
                    assert_eq!(verify_subtree_consistency((start, end), n, &part, &path.0, &whole), Ok(()));
                }
                None => {
                    bad += 1;
                    let got = verify_subtree_consistency((start, end), n, &part, &[], &whole);
                    assert_eq!(got, Err(ProofError::NotASubtree { start, end, size: n }));
                }
            }
        }
    }
    // Counted from the draft's definition: `start` is a multiple of the least power of two not below the width.
    assert_eq!((good, bad), (63, 168));
}

#[test]
fn a_repeated_last_leaf_and_an_inner_node_as_leaf_change_the_root() {
    let [a, b, c] = [b"a", b"b", b"c"];
    assert_ne!(root([a, b, c]), root([a, b, c, c]), "CVE-2012-2459");
    let joined = [leaf_hash(a).0, leaf_hash(b).0].concat();
    assert_ne!(root([a, b]), root([joined.as_slice()]));
}

#[test]
fn sizes_near_the_end_of_the_range_are_answered_not_panicked_on() {
    let h = Hash32([7; 32]);
    let long = vec![h; 64];
    for size in [u64::MAX, 1 << 63, (1 << 63) + 1] {
        for index in [0, size / 2, size - 1, size] {
            for path in [&long[..], &long[..63], &[]] {
                assert!(verify_inclusion(index, size, &h, path, &h).is_err());
                let _ = verify_consistency(index, size, &h, path, &h);
                assert!(
                    verify_subtree_consistency((index, u64::MAX), size, &h, path, &Hash32::ZERO).is_err()
                );
            }
        }
    }
}

proptest! {
    #[test]
    fn changing_anything_refuses_the_proof(n in 1u64..200, pick: u64, flip in 0usize..8, at: usize, other: u64) {
        let all = leaves(n as usize);
        let tree = Tree::from_leaves(&all);
        let (i, whole) = (pick % n, tree.root());
        let leaf = leaf_hash(&all[i as usize]);
        let path = tree.prove_inclusion(i, n).unwrap().0;
        prop_assert_eq!(verify_inclusion(i, n, &leaf, &path, &whole), Ok(()));
        let j = other % n;
        // Leaves 0 and 70 of the fixture are both empty, so equal leaf hashes are possible, equal paths are not.
        prop_assert!(j == i || verify_inclusion(j, n, &leaf, &path, &whole).is_err());
        prop_assert!(verify_inclusion(i, n, &leaf, &[&path[..], &[leaf]].concat(), &whole).is_err());
        if !path.is_empty() {
            let mut bad = path.clone();
            bad[at % path.len()].0[at % 32] ^= 1 << flip;
            prop_assert_eq!(verify_inclusion(i, n, &leaf, &bad, &whole), Err(ProofError::RootMismatch));
            prop_assert!(verify_inclusion(i, n, &leaf, &path[1..], &whole).is_err());
        }
    }

    #[test]
    fn a_path_survives_its_bytes(hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
        let path = HashPath(hashes.into_iter().map(Hash32).collect());
        let bytes = path.to_bytes().unwrap();
        prop_assert_eq!(HashPath::from_bytes(&bytes), Ok(path));
    }
}

#[test]
fn a_path_of_broken_hashes_or_too_many_is_refused() {
    assert!(matches!(HashPath::from_bytes(&[0x41, 0]), Err(DecodeError::Mismatch { .. })));
    let many = HashPath(vec![Hash32::ZERO; 257]).to_bytes().unwrap();
    assert!(matches!(HashPath::from_bytes(&many), Err(DecodeError::Mismatch { .. })));
    let huge = HashPath(vec![Hash32::ZERO; 300]).to_bytes().unwrap();
    assert!(matches!(HashPath::from_bytes(&huge), Err(DecodeError::TooLarge { .. })));
}
