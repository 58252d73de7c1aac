//! The ledger store on redb.

use crate::error::{guarded, io_error, store_error};
use crate::snapshot::{LedgerFile, Snapshot};
use crate::watched::{Failure, Watched};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
use redb::{Database, StorageBackend};
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};

/// Version of the layout inside the redb file (`docs/spec/storage.md`).
pub const FORMAT_VERSION: u32 = 2;
/// Memory that redb may use for pages unless told otherwise, bytes.
pub const DEFAULT_CACHE: usize = 16 * 1024 * 1024;

/// A ledger store in one redb file: one redb table per [`Table`], two-phase commit and quick repair on every
/// commit. Reads show what was committed last and go on while the next commit is written ([`LedgerStore::reader`]).
///
/// After an error that left the file as it was (a full disk, say) the store has reopened the file by itself and
/// can be used on. After [`StoreError::Uncertain`] it is dead until it is opened again.
pub struct RedbStore {
    reopen: Box<dyn Fn() -> Result<Opened, StoreError> + Send + Sync>,
    /// None when it is not certain what the file holds.
    file: Option<LedgerFile>,
    shown: Shown,
    /// Held for as long as the store is open.
    _lock: Option<File>,
}

/// What readers see, shared with those on other threads.
#[derive(Clone)]
struct Shown(Arc<Inner>);

struct Inner {
    /// What the last commit left, or why that is not known. Whoever reopens the file holds it locked until it is.
    snapshot: RwLock<Result<Snapshot, String>>,
    /// Held during a commit.
    commit: Mutex<()>,
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
        let (file, snapshot) = open_file(&reopen)?;
        let inner = Inner { snapshot: RwLock::new(Ok(snapshot)), commit: Mutex::new(()) };
        let shown = Shown(Arc::new(inner));
        Ok(Self { reopen: Box::new(reopen), file: Some(file), shown, _lock: None })
    }

    /// Reads everything and reports the first damage: values that fail their check, keys out of order or not
    /// found, values missing. Gives the number of values. Takes time in proportion to the ledger.
    pub fn check(&self) -> Result<u64, ReadError> {
        self.shown.read(Snapshot::check)
    }

    /// After a commit that failed: finds out what the file holds, and goes on with it if that is certain. Readers wait.
    fn recover(&mut self, failed: LedgerFile, error: StoreError) -> Result<(), StoreError> {
        let mut shown = self.shown.replace();
        // What is shown must be dropped before the file is closed.
        *shown = Err("it is being opened again".to_owned());
        let (before, failure) = (failed.commits(), failed.failure().clone());
        failed.close();
        let first = failure.get();
        let error = match &first {
            Some(first) => io_error(first.kind, &"ledger file", &first.text),
            None => error,
        };
        let uncertain = |why: String| (Err(why.clone()), Err(StoreError::Uncertain(why)));
        let (show, result) = if first.is_some_and(|first| first.sync) {
            uncertain(error.to_string())
        } else {
            match open_file(&self.reopen) {
                // Nothing but a write failed, and opening synced what it found: what it shows is what there is.
                Ok((file, after)) => {
                    let kept = after.commits() > before;
                    self.file = Some(file);
                    (Ok(after), if kept { Ok(()) } else { Err(error) })
                }
                Err(reopening) => uncertain(format!("{error}; opening it again: {reopening}")),
            }
        };
        *shown = show;
        result
    }
}

impl Shown {
    /// Reads, again if that fails during a commit: once a write has failed, redb answers nothing until the file has
    /// been opened again, which says nothing about what is read.
    fn read<T>(&self, call: impl Fn(&Snapshot) -> Result<T, ReadError>) -> Result<T, ReadError> {
        match self.read_once(&call) {
            Err(ReadError::Io(_)) => {
                drop(self.committing());
                self.read_once(&call)
            }
            found => found,
        }
    }

    fn read_once<T>(&self, call: impl Fn(&Snapshot) -> Result<T, ReadError>) -> Result<T, ReadError> {
        match &*self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner) {
            Ok(snapshot) => guarded(|| call(snapshot))?,
            Err(why) => Err(ReadError::Io(format!("closed after an error, open it again: {why}"))),
        }
    }

    fn replace(&self) -> RwLockWriteGuard<'_, Result<Snapshot, String>> {
        self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn committing(&self) -> MutexGuard<'_, ()> {
        self.0.commit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_file(reopen: &dyn Fn() -> Result<Opened, StoreError>) -> Result<(LedgerFile, Snapshot), StoreError> {
    guarded(|| LedgerFile::new(reopen()?))?
}

impl LedgerRead for Shown {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|snapshot| snapshot.get(table, key))
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.read(|snapshot| snapshot.range(table, from, to, limit))
    }
}

impl LedgerRead for RedbStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.shown.get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.shown.range(table, from, to, limit)
    }
}

impl LedgerStore for RedbStore {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let shown = self.shown.clone();
        let _committing = shown.committing();
        let Some(mut file) = self.file.take() else {
            let why = self.shown.replace().as_ref().err().cloned().unwrap_or_default();
            return Err(StoreError::Uncertain(why));
        };
        match guarded(|| file.commit(changes)).map_err(StoreError::Read).flatten() {
            Ok(snapshot) => {
                let before = std::mem::replace(&mut *self.shown.replace(), Ok(snapshot));
                drop(before);
                self.file = Some(file);
                Ok(())
            }
            Err(error) => self.recover(file, error),
        }
    }

    fn reader(&self) -> Option<Box<dyn LedgerRead + Send>> {
        Some(Box::new(self.shown.clone()))
    }
}

impl Drop for RedbStore {
    fn drop(&mut self) {
        let shown = std::mem::replace(&mut *self.shown.replace(), Err("the store was closed".to_owned()));
        let _ = guarded(|| drop(shown));
        if let Some(file) = self.file.take() {
            file.close();
        }
    }
}
