//! Where the state is computed again: a ledger file of its own that is thrown away.

use super::VerifyError;
use crate::temporary::Folder;
use ehr_core::store::{
    Change, ChangeSet, LedgerRead, LedgerStore, Overlay, Pair, ReadError, StoreError, Table,
};
use ehr_store_disk::{DiskLayout, RedbStore};

/// Changes kept in memory before they are written, bytes. With the store's cache, this bounds the memory needed,
/// however long the chain is.
const MAX_PENDING: usize = 16 * 1024 * 1024;

/// A temporary store that commits seldom: nothing in it must survive.
pub(super) struct Scratch {
    store: RedbStore,
    pending: ChangeSet,
    pending_bytes: usize,
    _dir: Folder,
}

impl Scratch {
    pub(super) fn new() -> Result<Self, VerifyError> {
        let dir = Folder::new("ehr-verify-").map_err(VerifyError::NoScratch)?;
        let (store, _) = DiskLayout::new(dir.path()).open().map_err(VerifyError::Scratch)?;
        Ok(Self { store, pending: ChangeSet::new(), pending_bytes: 0, _dir: dir })
    }
}

impl LedgerStore for Scratch {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        for (_, key, change) in changes.iter() {
            let value = if let Change::Put(value) = change { value.len() } else { 0 };
            self.pending_bytes = self.pending_bytes.saturating_add(key.len()).saturating_add(value);
        }
        self.pending.merge(changes.clone());
        if self.pending_bytes > MAX_PENDING {
            self.store.commit(&self.pending)?;
            (self.pending, self.pending_bytes) = (ChangeSet::new(), 0);
        }
        Ok(())
    }
}

impl LedgerRead for Scratch {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Overlay::new(&self.store, &self.pending).get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        Overlay::new(&self.store, &self.pending).range(table, from, to, limit)
    }
}
