//! A state change as a value.

use super::ledger::Table;
use std::collections::BTreeMap;

/// What happens to one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The key gets this value.
    Put(Vec<u8>),
    /// The key is removed; removing an absent key is no error.
    Delete,
}

/// Changes to a ledger store, applied all or not at all. Two sets merge into the one that has the effect of
/// both in order, so any store that can write one set atomically is a correct store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    changes: BTreeMap<(Table, Vec<u8>), Change>,
}

impl ChangeSet {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets a key.
    pub fn put(&mut self, table: Table, key: &[u8], value: Vec<u8>) {
        self.changes.insert((table, key.to_vec()), Change::Put(value));
    }
    /// Removes a key.
    pub fn delete(&mut self, table: Table, key: &[u8]) {
        self.changes.insert((table, key.to_vec()), Change::Delete);
    }
    /// What this set says of a key: `None` if nothing.
    pub fn get(&self, table: Table, key: &[u8]) -> Option<&Change> {
        // A tuple of owned parts is the map's key; the copy is short and keeps the type simple.
        self.changes.get(&(table, key.to_vec()))
    }
    /// Adds the effect of `later` after this one.
    pub fn merge(&mut self, later: ChangeSet) {
        if self.changes.is_empty() {
            self.changes = later.changes;
        } else {
            self.changes.extend(later.changes);
        }
    }
    /// All changes, by table and key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Table, &[u8], &Change)> {
        self.changes.iter().map(|((t, k), c)| (*t, k.as_slice(), c))
    }
    /// Changes to one table with `from <= key < to` (`to` empty means no end), by key.
    pub fn range<'a>(
        &'a self,
        table: Table,
        from: &[u8],
        to: &[u8],
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a Change)> + use<'a> {
        use core::ops::Bound::{Excluded, Included};
        let lo = Included((table, from.to_vec()));
        let hi = if to.is_empty() {
            table.next().map_or(core::ops::Bound::Unbounded, |t| Excluded((t, Vec::new())))
        } else {
            Excluded((table, to.to_vec()))
        };
        let empty = !to.is_empty() && from > to;
        let range = if empty { None } else { Some(self.changes.range((lo, hi))) };
        range.into_iter().flatten().map(|((_, k), c)| (k.as_slice(), c))
    }
    /// Number of keys changed.
    pub fn len(&self) -> usize {
        self.changes.len()
    }
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}
