//! Looking at and damaging what the trees keep.

use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, Table};

/// All pairs of one table.
pub(super) fn pairs(store: &MemoryStore, table: Table) -> Vec<Pair> {
    store.range(table, &[], &[], usize::MAX).unwrap()
}

/// The value of a key that is there.
pub(super) fn value(store: &MemoryStore, table: Table, key: &[u8]) -> Vec<u8> {
    store.get(table, key).unwrap().expect("the key is there")
}

/// Sets or removes one key behind the tree's back.
pub(super) fn put(store: &mut MemoryStore, table: Table, key: &[u8], value: Option<Vec<u8>>) {
    let mut change = ChangeSet::new();
    match value {
        Some(value) => change.put(table, key, value),
        None => change.delete(table, key),
    }
    store.commit(&change).unwrap();
}
