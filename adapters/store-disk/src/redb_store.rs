//! The ledger store on redb.

use crate::error::{guarded, io_error, store_error};
use crate::snapshot::Snapshot;
use crate::watched::{Failure, Watched};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
use redb::{Database, StorageBackend};
use std::fs::File;
use std::io;

/// Version of the layout inside the redb file (`docs/spec/storage.md`).
pub const FORMAT_VERSION: u32 = 1;
/// Memory that redb may use for pages unless told otherwise, bytes.
pub const DEFAULT_CACHE: usize = 16 * 1024 * 1024;

/// A ledger store in one redb file: one redb table per [`Table`], two-phase commit and quick repair on every
/// commit, one cached read snapshot.
///
/// After an error that left the file as it was (a full disk, say) the store has reopened the file by itself and
/// can be used on. After [`StoreError::Uncertain`] it is dead until it is opened again.
pub struct RedbStore {
    reopen: Box<dyn Fn() -> Result<Opened, StoreError> + Send + Sync>,
    live: Result<Snapshot, String>,
    /// Held for as long as the store is open.
    _lock: Option<File>,
}

/// A redb file just opened.
pub(crate) struct Opened {
    pub(crate) db: Database,
    pub(crate) failure: Failure,
}

impl RedbStore {
    /// A store on any redb backend; an empty one becomes an empty ledger. `backend` is called again when the
    /// file must be reopened after an error, and gives the same bytes then. `cache` is in bytes.
    ///
    /// Keeping other processes out is the caller's matter: [`crate::DiskLayout`] does it for folders.
    pub fn with_backend<B: StorageBackend>(
        cache: usize,
        backend: impl Fn() -> io::Result<B> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        Self::open(move || {
            let backend = backend().map_err(|e| io_error(e.kind(), &"ledger file", &e))?;
            let (backend, failure) = Watched::new(backend);
            let db = Database::builder().set_cache_size(cache).create_with_backend(backend);
            Ok(Opened { db: db.map_err(store_error)?, failure })
        })
    }

    /// Gives the store a lock to hold.
    pub(crate) fn holding(mut self, lock: File) -> Self {
        self._lock = Some(lock);
        self
    }

    fn open(
        reopen: impl Fn() -> Result<Opened, StoreError> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let live = open_snapshot(&reopen)?;
        Ok(Self { reopen: Box::new(reopen), live: Ok(live), _lock: None })
    }

    /// Reads everything and reports the first damage: values that fail their check, keys out of order or not
    /// found, values missing. Gives the number of values. Takes time in proportion to the ledger.
    pub fn check(&self) -> Result<u64, ReadError> {
        self.read(Snapshot::check)
    }

    fn read<T>(&self, call: impl FnOnce(&Snapshot) -> Result<T, ReadError>) -> Result<T, ReadError> {
        match &self.live {
            Ok(live) => guarded(|| call(live))?,
            Err(why) => Err(ReadError::Io(format!("closed after an error, open it again: {why}"))),
        }
    }

    /// After a commit that failed: finds out what the file holds, and goes on with it if that is certain.
    fn recover(&mut self, failed: Snapshot, error: StoreError) -> Result<(), StoreError> {
        let (before, failure) = (failed.commits(), failed.failure().clone());
        failed.close();
        let first = failure.get();
        let error = match &first {
            Some(first) => io_error(first.kind, &"ledger file", &first.text),
            None => error,
        };
        if first.is_some_and(|first| first.sync) {
            return self.uncertain(&error);
        }
        let after = match open_snapshot(&self.reopen) {
            Ok(live) => live,
            Err(reopening) => return self.uncertain(&format!("{error}; opening it again: {reopening}")),
        };
        // Nothing but a write failed, and opening synced what it found: what it shows is what there is.
        let kept = after.commits() > before;
        self.live = Ok(after);
        if kept { Ok(()) } else { Err(error) }
    }

    fn uncertain(&mut self, why: &dyn std::fmt::Display) -> Result<(), StoreError> {
        self.live = Err(why.to_string());
        Err(StoreError::Uncertain(why.to_string()))
    }
}

fn open_snapshot(reopen: &dyn Fn() -> Result<Opened, StoreError>) -> Result<Snapshot, StoreError> {
    guarded(|| Snapshot::new(reopen()?))?
}

impl LedgerRead for RedbStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|live| live.get(table, key))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(|live| live.range(table, from, to, limit))
    }
}

impl LedgerStore for RedbStore {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let live = std::mem::replace(&mut self.live, Err("a commit was interrupted".to_owned()));
        let mut live = match live {
            Ok(live) => live,
            Err(why) => {
                self.live = Err(why.clone());
                return Err(StoreError::Uncertain(why));
            }
        };
        match guarded(|| live.commit(changes)).map_err(StoreError::Read).flatten() {
            Ok(()) => {
                self.live = Ok(live);
                Ok(())
            }
            Err(error) => self.recover(live, error),
        }
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        if let Ok(live) = std::mem::replace(&mut self.live, Err(String::new())) {
            live.close();
        }
    }
}
