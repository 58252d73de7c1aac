//! A state change as a value.

use super::key::Key;
use super::ledger::Table;
use core::ops::Bound;
use std::collections::{BTreeMap, btree_map::Entry};

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
    /// No table is empty, so that equal changes are equal sets.
    tables: BTreeMap<Table, BTreeMap<Key, Change>>,
}

impl ChangeSet {
    /// No change.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets a key.
    pub fn put(&mut self, table: Table, key: &[u8], value: Vec<u8>) {
        self.tables.entry(table).or_default().insert(key.into(), Change::Put(value));
    }
    /// Removes a key.
    pub fn delete(&mut self, table: Table, key: &[u8]) {
        self.tables.entry(table).or_default().insert(key.into(), Change::Delete);
    }
    /// Sets (`Some`) and removes (`None`) many keys. Cheapest when they come in order into an empty table.
    pub fn apply<K: AsRef<[u8]>>(
        &mut self,
        table: Table,
        changes: impl IntoIterator<Item = (K, Option<Vec<u8>>)>,
    ) {
        let changes: BTreeMap<_, _> = changes
            .into_iter()
            .map(|(key, value)| (Key::from(key.as_ref()), value.map_or(Change::Delete, Change::Put)))
            .collect();
        self.merge_table(table, changes);
    }
    /// Says nothing of a key any more.
    pub(crate) fn forget(&mut self, table: Table, key: &[u8]) {
        if let Entry::Occupied(mut rows) = self.tables.entry(table) {
            rows.get_mut().remove(&Key::from(key));
            if rows.get().is_empty() {
                rows.remove();
            }
        }
    }
    fn merge_table(&mut self, table: Table, later: BTreeMap<Key, Change>) {
        match self.tables.entry(table) {
            Entry::Occupied(rows) => rows.into_mut().extend(later),
            Entry::Vacant(place) if !later.is_empty() => drop(place.insert(later)),
            Entry::Vacant(_) => {}
        }
    }
    /// What this set says of a key: `None` if nothing.
    pub fn get(&self, table: Table, key: &[u8]) -> Option<&Change> {
        self.tables.get(&table)?.get(&Key::from(key))
    }
    /// Adds the effect of `later` after this one.
    pub fn merge(&mut self, later: ChangeSet) {
        for (table, changes) in later.tables {
            self.merge_table(table, changes);
        }
    }
    /// All changes, by table and key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Table, &[u8], &Change)> {
        self.tables.iter().flat_map(|(t, rows)| rows.iter().map(|(k, c)| (*t, k.as_slice(), c)))
    }
    /// Changes to one table with `from <= key < to` (`to` empty means no end), by key.
    pub fn range<'a>(
        &'a self,
        table: Table,
        from: &[u8],
        to: &[u8],
    ) -> impl DoubleEndedIterator<Item = (&'a [u8], &'a Change)> + use<'a> {
        let bounds = key_bounds(from, to);
        let rows = self.tables.get(&table).zip(bounds).map(|(rows, bounds)| rows.range(bounds));
        rows.into_iter().flatten().map(|(k, c)| (k.as_slice(), c))
    }
    /// Number of keys changed.
    pub fn len(&self) -> usize {
        self.tables.values().map(BTreeMap::len).sum()
    }
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

/// Start and end of a map range over byte keys.
type KeyBounds = (Bound<Key>, Bound<Key>);

/// `from <= key < to` as map bounds, an empty `to` meaning no end; `None` if no key can be inside, which includes
/// a range that ends before it starts (a map would panic on that one).
pub(super) fn key_bounds(from: &[u8], to: &[u8]) -> Option<KeyBounds> {
    match to {
        [] => Some((Bound::Included(from.into()), Bound::Unbounded)),
        to if from < to => Some((Bound::Included(from.into()), Bound::Excluded(to.into()))),
        _ => None,
    }
}
