//! The ledger store of an open storage, whichever kind it is.

use crate::host::Records;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, ReadError, StoreError, Table};
use ehr_store_disk::{DiskLayout, RedbStore};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The ledger store of an open storage.
pub(crate) enum Backing {
    Memory(Arc<Mutex<MemoryStore>>),
    /// None between two openings.
    Folder(DiskLayout, Option<RedbStore>),
    ReadOnly(RedbStore),
    Host(Records),
}

fn locked(store: &Mutex<MemoryStore>) -> MutexGuard<'_, MemoryStore> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backing {
    /// Opens the store again, after it may or may not have kept the last changes.
    pub(crate) fn reopen(&mut self) -> Result<(), StoreError> {
        if let Self::Folder(layout, store) = self {
            // The old handle holds the lock.
            *store = None;
            *store = Some(layout.open()?.0);
        }
        Ok(())
    }

    fn read<R>(&self, read: impl FnOnce(&dyn LedgerRead) -> Result<R, ReadError>) -> Result<R, ReadError> {
        match self {
            Self::Memory(store) => read(&*locked(store)),
            Self::Folder(_, Some(store)) | Self::ReadOnly(store) => read(store),
            Self::Folder(_, None) => Err(ReadError::Io("the folder could not be opened again".to_owned())),
            Self::Host(store) => read(store),
        }
    }
}

impl LedgerRead for Backing {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|store| store.get(table, key))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(|store| store.range(table, from, to, limit))
    }
}

impl LedgerStore for Backing {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => locked(store).commit(changes),
            Self::Folder(_, Some(store)) => store.commit(changes),
            Self::Folder(_, None) => Err(StoreError::Io("the folder could not be opened again".to_owned())),
            Self::ReadOnly(_) => Err(StoreError::ReadOnly("it was opened for reading".to_owned())),
            Self::Host(store) => store.commit(changes),
        }
    }
}
