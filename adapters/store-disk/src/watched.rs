//! A redb storage backend that remembers how it failed.
//!
//! After an I/O error redb answers every call with "a previous error". What decides whether a store can be used
//! on is the first error, and whether it hit a sync: after a failed sync the system may have dropped the data
//! while still showing it to readers.

use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// What went wrong first, if anything did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure(Arc<Mutex<Option<FirstError>>>);

#[derive(Clone, Debug)]
pub(crate) struct FirstError {
    pub(crate) kind: io::ErrorKind,
    pub(crate) text: String,
    /// Whether a sync failed, then or later.
    pub(crate) sync: bool,
}

impl Failure {
    pub(crate) fn get(&self) -> Option<FirstError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note<T>(&self, sync: bool, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result {
            let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let first =
                first.get_or_insert_with(|| FirstError { kind: e.kind(), text: e.to_string(), sync: false });
            first.sync |= sync;
        }
        result
    }
}

#[derive(Debug)]
pub(crate) struct Watched<B> {
    inner: B,
    failure: Failure,
}

impl<B> Watched<B> {
    pub(crate) fn new(inner: B) -> (Self, Failure) {
        let failure = Failure::default();
        (Self { inner, failure: failure.clone() }, failure)
    }
}

/// Locks are not passed on: the lock file of the folder keeps other processes out (`DiskLayout`).
impl<B: StorageBackend> StorageBackend for Watched<B> {
    fn len(&self) -> io::Result<u64> {
        self.failure.note(false, self.inner.len())
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.failure.note(false, self.inner.read(offset, out))
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.failure.note(false, self.inner.set_len(len))
    }
    fn sync_data(&self) -> io::Result<()> {
        self.failure.note(true, self.inner.sync_data())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.failure.note(false, self.inner.write(offset, data))
    }
    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }
}
