//! Stores in memory: the reference behaviour for tests, the simulator and throw-away ledgers.

use super::change_set::key_bounds;
use super::key::Key;
use super::{BlobError, BlobStore, Change, ChangeSet, Forgotten, LedgerRead, LedgerStore, ReadError};
use super::{Pair, StoreError, Table};
use crate::primitives::ContentId;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// A ledger store that lives as long as the process. Cloning takes a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryStore {
    tables: BTreeMap<Table, BTreeMap<Key, Vec<u8>>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl LedgerRead for MemoryStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.tables.get(&table).and_then(|t| t.get(&Key::from(key))).cloned())
    }

    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        let mut pairs = Vec::new();
        self.visit(table, from, to, limit, &mut |key, value| pairs.push((key.to_vec(), value.to_vec())))?;
        Ok(pairs)
    }

    fn visit(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
        show: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        let found = self.tables.get(&table).zip(key_bounds(from, to));
        let pairs = found.into_iter().flat_map(|(rows, bounds)| rows.range(bounds));
        pairs.take(limit).for_each(|(key, value)| show(key.as_slice(), value));
        Ok(())
    }
}

impl LedgerStore for MemoryStore {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        for (table, key, change) in changes.iter() {
            let rows = self.tables.entry(table).or_default();
            let key = Key::from(key);
            match change {
                Change::Put(value) => rows.entry(key).or_default().clone_from(value),
                Change::Delete => drop(rows.remove(&key)),
            }
        }
        // Equal contents are equal stores, whatever was deleted on the way.
        self.tables.retain(|_, rows| !rows.is_empty());
        Ok(())
    }
}

/// A blob store that lives as long as the process.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    blobs: Mutex<BTreeMap<ContentId, Vec<u8>>>,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> Result<MutexGuard<'_, BTreeMap<ContentId, Vec<u8>>>, BlobError> {
        self.blobs.lock().map_err(|_| BlobError::Io("another thread failed while writing".to_owned()))
    }
}

impl BlobStore for MemoryBlobs {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        if !id.matches(bytes) {
            return Err(BlobError::Mismatch(*id));
        }
        self.lock()?.insert(*id, bytes.to_vec());
        Ok(())
    }

    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        match self.lock()?.get(id) {
            Some(bytes) if !id.matches(bytes) => Err(BlobError::Damaged(*id)),
            found => Ok(found.cloned()),
        }
    }

    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        self.lock()?.remove(id);
        Ok(Forgotten::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleting_everything_gives_an_empty_store() {
        let mut store = MemoryStore::new();
        let mut set = ChangeSet::new();
        set.put(Table::Meta, b"k", vec![1]);
        store.commit(&set).unwrap();
        assert_eq!(store.get(Table::Meta, b"k").unwrap(), Some(vec![1]));
        assert_eq!(store.get(Table::State, b"k").unwrap(), None);
        set.delete(Table::Meta, b"k");
        store.commit(&set).unwrap();
        assert_eq!(store, MemoryStore::new());
    }

    #[test]
    fn a_range_that_ends_before_it_starts_is_empty() {
        let mut store = MemoryStore::new();
        let mut set = ChangeSet::new();
        set.put(Table::State, b"b", vec![]);
        store.commit(&set).unwrap();
        assert_eq!(store.range(Table::State, b"c", b"a", 9).unwrap(), vec![]);
        assert_eq!(store.range(Table::State, b"a", b"", 9).unwrap(), vec![(b"b".to_vec(), vec![])]);
    }
}
