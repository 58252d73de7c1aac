//! A damaged store is named, never turned into another root; and the cost of an update stays small.

use super::naive;
use super::state::{Changes, apply, model};
use super::store::MapStore;
use crate::merkle::sparse;
use crate::primitives::Hash32;
use crate::store::{ReadError, Table};

fn key(i: u32) -> Hash32 {
    naive::sha(&[&i.to_be_bytes()])
}

fn filled(n: u32) -> MapStore {
    let mut store = MapStore::default();
    apply(&mut store, &(0..n).map(|i| (key(i), Some(i.to_be_bytes().to_vec()))).collect());
    store
}

/// Runs update and prove on a damaged store: each either answers as the undamaged store or says Corrupt.
fn answers_or_says_corrupt(good: &MapStore, bad: &MapStore, changes: &Changes) -> bool {
    let want = sparse::update(good, changes).unwrap().root;
    let updated = sparse::update(bad, changes);
    match &updated {
        Ok(u) => assert_eq!(u.root, want, "another root without an error"),
        Err(e) => assert!(matches!(e, ReadError::Corrupt { .. })),
    }
    let root = sparse::root(good).unwrap();
    let asked = changes.keys().next().unwrap();
    match sparse::prove(bad, asked) {
        Ok(p) if sparse::root(bad) == Ok(root) => {
            let value = good.0.get(&(Table::State, asked.0.to_vec())).map(Vec::as_slice);
            assert_eq!(p.verify(&root, asked, value), Ok(()));
        }
        Ok(_) => {}
        Err(e) => assert!(matches!(e, ReadError::Corrupt { .. })),
    }
    updated.is_err()
}

#[test]
fn every_damaged_byte_of_every_page_is_harmless_or_named() {
    let good = filled(100);
    let changes: Changes = [(key(3), None), (key(500), Some(vec![1])), (key(7), Some(vec![2]))].into();
    let pages: Vec<_> = good.table(Table::Pages).map(|(k, v)| (k.to_vec(), v.len())).collect();
    let (mut named, mut tried) = (0, 0);
    for (key, len) in pages {
        for at in 0..len {
            let mut bad = good.clone();
            bad.0.get_mut(&(Table::Pages, key.clone())).unwrap()[at] ^= 0x11;
            tried += 1;
            named += usize::from(answers_or_says_corrupt(&good, &bad, &changes));
        }
        for cut in [0, 1, 31, len - 1] {
            let mut bad = good.clone();
            bad.0.get_mut(&(Table::Pages, key.clone())).unwrap().truncate(cut);
            assert!(answers_or_says_corrupt(&good, &bad, &changes));
        }
        let mut bad = good.clone();
        bad.0.remove(&(Table::Pages, key.clone()));
        assert!(answers_or_says_corrupt(&good, &bad, &changes), "page or top slot missing");
    }
    assert!(tried > 1000 && named > 500, "{named} of {tried} named");
}

#[test]
fn lost_changed_and_foreign_leaves_on_the_path_are_named() {
    let good = filled(100);
    let changes: Changes = [(key(3), None)].into();
    let at = (Table::State, key(3).0.to_vec());
    let mut lost = good.clone();
    lost.0.remove(&at);
    let mut changed = good.clone();
    changed.0.get_mut(&at).unwrap().push(0);
    let mut foreign = good.clone();
    let mut short = key(3).0.to_vec();
    short.pop();
    foreign.0.insert((Table::State, short), vec![]);
    let mut added = good.clone();
    let mut beside = key(3).0.to_vec();
    beside[31] ^= 1;
    added.0.insert((Table::State, beside), vec![]);
    for bad in [lost, changed, foreign, added] {
        assert!(answers_or_says_corrupt(&good, &bad, &changes));
    }
    assert!(!answers_or_says_corrupt(&good, &good, &changes), "negative control");
    assert_ne!(sparse::rebuild(&filled(99)).unwrap().root, sparse::root(&good).unwrap());
}

#[test]
fn an_update_without_effect_writes_nothing() {
    let store = filled(100);
    let same: Changes = [(key(3), Some(3u32.to_be_bytes().to_vec())), (key(1000), None)].into();
    let update = sparse::update(&store, &same).unwrap();
    assert!(update.pages.is_empty());
    assert_eq!(Ok(update.root), sparse::root(&store));
}

#[test]
fn pages_are_few_and_small() {
    let store = filled(20_000);
    let changes: Changes = (0..200u32).map(|i| (key(i * 50), Some(vec![9; 100]))).collect();
    let update = sparse::update(&store, &changes).unwrap();
    // 200 keys meet at most 200 of the 256 second-level pages, and the top.
    assert!(update.pages.len() <= 202, "{}", update.pages.len());
    assert_eq!(store.table(Table::Pages).count(), 258);
    // The top page is the only one with 256 pages below it.
    let largest =
        |depth| store.table(Table::Pages).filter(|(k, _)| k[0] == depth).map(|(_, v)| v.len()).max();
    assert!(largest(0) < Some(11_200) && largest(1) < Some(9000), "{:?} {:?}", largest(0), largest(1));
    let mut after = store.clone();
    assert_eq!(apply(&mut after, &changes), naive::sparse(&model(&after)));
}
