//! The paged state tree against the recursive definition.

use super::naive::{self, State};
use super::store::{pairs, put};
use crate::codec::Wire;
use crate::merkle::ProofError;
use crate::merkle::sparse::{self, OtherLeaf, ReadEdit, SparseProof, SparseUpdate};
use crate::primitives::Hash32;
use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, ReadError, Table};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(super) type Changes = BTreeMap<Hash32, Option<Vec<u8>>>;

/// Applies changes the way the engine does: tree pages and leaves in one commit.
pub(super) fn apply(store: &mut MemoryStore, changes: &Changes) -> Hash32 {
    let update = sparse::update(store, changes).unwrap();
    assert_eq!(with_known_values(store, store, changes), Ok(update.clone()));
    assert!(update.pages.iter().all(|(t, _, _)| t == Table::Pages));
    let mut all = update.pages;
    for (key, value) in changes {
        match value {
            Some(v) => all.put(Table::State, key.as_bytes(), v.clone()),
            None => all.delete(Table::State, key.as_bytes()),
        }
    }
    store.commit(&all).unwrap();
    assert_eq!(sparse::root(store), Ok(update.root));
    assert_eq!(pairs(store, Table::State).len() as u64, update.leaf_count);
    update.root
}

/// The update by somebody who read the values before in `known`.
pub(super) fn with_known_values(
    read: &dyn LedgerRead,
    known: &MemoryStore,
    changes: &Changes,
) -> Result<SparseUpdate, ReadError> {
    let old: Vec<_> = changes.keys().map(|key| known.get(Table::State, key.as_bytes()).unwrap()).collect();
    let edits: Vec<_> = changes
        .iter()
        .zip(&old)
        .map(|((key, new), old)| ReadEdit { key: *key, old: old.as_deref(), new: new.as_deref() })
        .collect();
    sparse::update_read(read, &edits)
}

pub(super) fn model(store: &MemoryStore) -> State {
    pairs(store, Table::State).into_iter().map(|(k, v)| (Hash32::try_from(&k[..]).unwrap(), v)).collect()
}

/// Keys that collide in their first bytes as often as not, so that pages nest and runs reach deep.
pub(super) fn key() -> impl Strategy<Value = Hash32> {
    let byte = prop_oneof![Just(0u8), Just(0x80), Just(0xff), any::<u8>()];
    let dense = (prop::collection::vec(byte.clone(), 4), byte).prop_map(|(head, last)| {
        let mut k = [0u8; 32];
        k[..4].copy_from_slice(&head);
        k[31] = last;
        Hash32(k)
    });
    let narrow = any::<u8>().prop_map(|b| {
        let mut k = [0x11u8; 32];
        k[2] = b;
        Hash32(k)
    });
    prop_oneof![1 => any::<[u8; 32]>().prop_map(Hash32), 2 => dense, 2 => narrow]
}

pub(super) fn changes(max: usize) -> impl Strategy<Value = Changes> {
    let value = prop::option::weighted(0.7, prop::collection::vec(any::<u8>(), 0..5));
    prop::collection::btree_map(key(), value, 0..max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn updates_match_the_definition_and_prove_everything(
        batches in prop::collection::vec(changes(120), 1..5),
        asked in prop::collection::vec(key(), 10),
    ) {
        let mut store = MemoryStore::default();
        for batch in &batches {
            let root = apply(&mut store, batch);
            prop_assert_eq!(root, naive::sparse(&model(&store)));
            let again = sparse::rebuild(&store).unwrap();
            prop_assert_eq!((again.root, again.leaf_count), (root, model(&store).len() as u64));
        }
        let (root, state) = (sparse::root(&store).unwrap(), model(&store));
        for key in state.keys().chain(&asked) {
            let proof = sparse::prove(&store, key).unwrap();
            let value = state.get(key).map(Vec::as_slice);
            prop_assert_eq!(proof.verify(&root, key, value), Ok(()));
            prop_assert!(proof.verify(&root, key, Some(b"another value")).is_err());
            prop_assert!(value.is_none() || proof.verify(&root, key, None).is_err());
            let bytes = proof.to_bytes().unwrap();
            prop_assert_eq!(SparseProof::from_bytes(&bytes), Ok(proof));
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter_and_reverse_changes_undo(
        base in changes(200), batches in prop::collection::vec(changes(80), 1..4)
    ) {
        let mut at_once = MemoryStore::default();
        apply(&mut at_once, &base);
        let mut one_by_one = at_once.clone();
        let (before_root, before) = (sparse::root(&at_once).unwrap(), model(&at_once));
        let mut total = Changes::new();
        for batch in &batches {
            for change in batch.iter().rev() {
                apply(&mut one_by_one, &BTreeMap::from([(*change.0, change.1.clone())]));
            }
            total.extend(batch.clone());
        }
        let root = apply(&mut at_once, &total);
        prop_assert_eq!(sparse::root(&one_by_one), Ok(root));

        let reverse: Changes = total.keys().map(|k| (*k, before.get(k).cloned())).collect();
        for store in [&mut at_once, &mut one_by_one] {
            prop_assert_eq!(apply(store, &reverse), before_root);
            prop_assert_eq!(apply(store, &total), root);
            let gone: Changes = model(store).into_keys().map(|k| (k, None)).collect();
            prop_assert_eq!(apply(store, &gone), Hash32::ZERO);
            prop_assert_eq!(pairs(store, Table::Pages), vec![]);
        }
    }

    #[test]
    fn a_rebuilt_store_goes_on_working(base in changes(200), next in changes(50)) {
        let mut store = MemoryStore::default();
        apply(&mut store, &base);
        let mut rebuilt = store.clone();
        // Pages of some other state, and one that belongs nowhere.
        let stray = [3, 1, 2, 3];
        put(&mut rebuilt, Table::Pages, &stray, Some(vec![0; 40]));
        let pages: ChangeSet = sparse::rebuild(&rebuilt).unwrap().pages;
        rebuilt.commit(&pages).unwrap();
        prop_assert_eq!(rebuilt.get(Table::Pages, &stray), Ok(None));
        prop_assert_eq!(apply(&mut rebuilt, &next), apply(&mut store, &next));
    }

    #[test]
    fn every_changed_byte_of_a_proof_refuses_it(base in changes(60), asked in key(), flip in 0u8..8) {
        let mut store = MemoryStore::default();
        let root = apply(&mut store, &base);
        let state = model(&store);
        for key in state.keys().take(2).chain([&asked]) {
            let value = state.get(key).map(Vec::as_slice);
            let bytes = sparse::prove(&store, key).unwrap().to_bytes().unwrap();
            for at in 0..bytes.len() {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << flip;
                let accepted = SparseProof::from_bytes(&bad).is_ok_and(|p| p.verify(&root, key, value).is_ok());
                prop_assert!(!accepted, "byte {} of {}", at, bytes.len());
            }
        }
    }
}

#[test]
fn refusals_say_why() {
    let mut store = MemoryStore::default();
    let keys = [Hash32([0; 32]), Hash32([0x40; 32]), Hash32([0xc0; 32])];
    let root = apply(&mut store, &keys.iter().map(|k| (*k, Some(b"v".to_vec()))).collect());
    let present = sparse::prove(&store, &keys[2]).unwrap();
    assert_eq!(present.siblings.0.len(), 1, "collapsed: only one leaf starts with bit 1");
    let absent = Hash32([0xff; 32]);
    let by_other = sparse::prove(&store, &absent).unwrap();
    assert_eq!(by_other.other.map(|o| o.key), Some(keys[2]));
    assert_eq!(by_other.verify(&root, &absent, None), Ok(()));
    assert_eq!(by_other.verify(&root, &keys[2], None), Err(ProofError::WrongLeaf));
    assert_eq!(by_other.verify(&root, &Hash32([0x3f; 32]), None), Err(ProofError::WrongLeaf));
    assert_eq!(by_other.verify(&root, &absent, Some(b"v")), Err(ProofError::WrongKind));
    assert_eq!(present.verify(&root, &keys[2], None), Err(ProofError::RootMismatch));
    let mut spelled = present.clone();
    spelled.bitmap[0] |= 0x40;
    assert_eq!(spelled.verify(&root, &keys[2], Some(b"v")), Err(ProofError::Length { got: 1 }));
    spelled.siblings.0.push(Hash32::ZERO);
    assert_eq!(spelled.verify(&root, &keys[2], Some(b"v")), Err(ProofError::EmptySibling));
    let mut foreign = by_other;
    foreign.other = Some(OtherLeaf { key: keys[0], value_hash: Hash32([1; 32]) });
    assert_eq!(foreign.verify(&root, &absent, None), Err(ProofError::WrongLeaf));
}
