//! A damaged store is named, never turned into another root; and the cost of an update stays small.

use super::naive;
use super::state::{Changes, apply, model, with_known_values};
use super::store::{pairs, put, value};
use crate::merkle::sparse;
use crate::primitives::Hash32;
use crate::store::{LedgerRead, MemoryStore, Pair, ReadError, Table};
use core::cell::Cell;

fn key(i: u32) -> Hash32 {
    naive::sha(&[&i.to_be_bytes()])
}

fn filled(n: u32) -> MemoryStore {
    let mut store = MemoryStore::default();
    apply(&mut store, &(0..n).map(|i| (key(i), Some(i.to_be_bytes().to_vec()))).collect());
    store
}

/// Runs update and prove on a damaged store: each either answers as the undamaged store or says Corrupt.
fn answers_or_says_corrupt(good: &MemoryStore, bad: &MemoryStore, changes: &Changes) -> bool {
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
            let value = good.get(Table::State, &asked.0).unwrap();
            assert_eq!(p.verify(&root, asked, value.as_deref()), Ok(()));
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
    let (mut named, mut tried) = (0, 0);
    for (key, page) in pairs(&good, Table::Pages) {
        let damaged = |page: Option<Vec<u8>>| {
            let mut bad = good.clone();
            put(&mut bad, Table::Pages, &key, page);
            answers_or_says_corrupt(&good, &bad, &changes)
        };
        for at in 0..page.len() {
            let mut flipped = page.clone();
            flipped[at] ^= 0x11;
            tried += 1;
            named += usize::from(damaged(Some(flipped)));
        }
        for cut in [0, 1, 31, page.len() - 1] {
            assert!(damaged(Some(page[..cut].to_vec())));
        }
        assert!(damaged(None), "page or top slot missing");
    }
    assert!(tried > 1000 && named > 500, "{named} of {tried} named");
}

#[test]
fn lost_changed_and_foreign_leaves_on_the_path_are_named() {
    let good = filled(100);
    let changes: Changes = [(key(3), None)].into();
    let with = |key: &[u8], value: Option<Vec<u8>>| {
        let mut bad = good.clone();
        put(&mut bad, Table::State, key, value);
        bad
    };
    let key_3 = key(3).0;
    let mut beside = key_3;
    beside[31] ^= 1;
    let lost = with(&key_3, None);
    let changed = with(&key_3, Some([value(&good, Table::State, &key_3), vec![0]].concat()));
    let foreign = with(&key_3[..31], Some(vec![]));
    let added = with(&beside, Some(vec![]));
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
    let pages = pairs(&store, Table::Pages);
    assert_eq!(pages.len(), 258);
    // The top page is the only one with 256 pages below it.
    let largest = |depth| pages.iter().filter(|(k, _)| k[0] == depth).map(|(_, v)| v.len()).max();
    assert!(largest(0) < Some(11_200) && largest(1) < Some(9000), "{:?} {:?}", largest(0), largest(1));
    let mut after = store.clone();
    assert_eq!(apply(&mut after, &changes), naive::sparse(&model(&after)));
}

#[test]
fn values_somebody_read_are_checked_against_the_root() {
    let good = filled(100);
    let changes: Changes = [(key(3), None), (key(7), Some(vec![2])), (key(500), Some(vec![1]))].into();
    let want = sparse::update(&good, &changes).unwrap();
    assert_eq!(with_known_values(&good, &good, &changes), Ok(want));
    // Keys alone in their slots, so that nothing but what the caller says is looked at.
    let mut lone = MemoryStore::default();
    let spread: Vec<Hash32> = (0..=255u8).map(|first| Hash32([first; 32])).collect();
    apply(&mut lone, &spread.iter().map(|key| (*key, Some(key.0[..4].to_vec()))).collect());
    let changes: Changes = [(spread[9], Some(vec![1])), (spread[200], None)].into();
    let told = |first: u8, value: Option<Vec<u8>>| {
        let mut told = lone.clone();
        put(&mut told, Table::State, &[first; 32], value);
        with_known_values(&lone, &told, &changes)
    };
    assert!(matches!(told(9, Some(vec![9, 9, 9, 8])), Err(ReadError::Corrupt { .. })));
    assert_eq!(told(9, None), sparse::update(&lone, &changes), "one leaf is missing: it is looked for");
    assert_eq!(told(7, None), sparse::update(&lone, &changes), "negative control");
}

/// Counts the ranges asked for.
struct Counting<'a>(&'a MemoryStore, Cell<usize>);

impl LedgerRead for Counting<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.0.get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.1.set(self.1.get() + 1);
        self.0.range(table, from, to, limit)
    }
}

#[test]
fn neighbours_are_read_only_where_there_are_some() {
    // A slot holds 20,000 / 65,536 keys on average: three of four new ones have none beside them.
    let store = filled(20_000);
    let new: Changes = (20_000..21_000u32).map(|i| (key(i), Some(vec![1]))).collect();
    let count = |update: &dyn Fn(&Counting<'_>)| {
        let read = Counting(&store, Cell::new(0));
        update(&read);
        read.1.get()
    };
    let unknown = count(&|read| drop(sparse::update(read, &new).unwrap()));
    let known = count(&|read| drop(with_known_values(read, &store, &new).unwrap()));
    assert!(unknown > 950 && known < 350, "{known} instead of {unknown}");
    // And none for keys that are alone in theirs.
    let lone = MemoryStore::default();
    let read = Counting(&lone, Cell::new(0));
    with_known_values(&read, &lone, &[(key(1), Some(vec![1]))].into()).unwrap();
    assert_eq!(read.1.get(), 0);
}
