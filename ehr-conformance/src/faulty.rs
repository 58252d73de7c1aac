//! Stores that fail on purpose, for testing what stands on a store.

use ehr_core::primitives::ContentId;
use ehr_core::store::{
    BlobError, BlobStore, ChangeSet, Forgotten, LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// How a write fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No space: nothing changed, the store can be used on.
    Full,
    /// The medium refused: nothing changed, the store can be used on.
    Io,
    /// The error came after the changes were kept; the handle is dead ([`StoreError::Uncertain`]).
    UncertainKept,
    /// The error came before the changes were kept; the handle is dead ([`StoreError::Uncertain`]).
    UncertainLost,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Full, Self::Io, Self::UncertainKept, Self::UncertainLost];
}

/// Which write fails, and how. Writes are counted from 0; later ones succeed again unless the handle is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultPlan {
    /// Number of the write that fails.
    pub at: u64,
    /// How it fails.
    pub fault: Fault,
}

/// A ledger store whose n-th commit fails.
#[derive(Clone, Debug)]
pub struct FaultyLedger<S> {
    inner: S,
    plan: FaultPlan,
    commits: u64,
    dead: bool,
}

impl<S> FaultyLedger<S> {
    /// Wraps a store.
    pub const fn new(inner: S, plan: FaultPlan) -> Self {
        Self { inner, plan, commits: 0, dead: false }
    }
    /// Whether the planned write was reached.
    pub const fn fired(&self) -> bool {
        self.commits > self.plan.at
    }
    /// "Opens the store again": the store underneath, as a crash would leave it.
    pub fn into_inner(self) -> S {
        self.inner
    }
    fn alive(&self) -> Result<(), ReadError> {
        if self.dead { Err(ReadError::Io("planned fault: open the store again".to_owned())) } else { Ok(()) }
    }
}

impl<S: LedgerRead> LedgerRead for FaultyLedger<S> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.alive()?;
        self.inner.get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.alive()?;
        self.inner.range(table, from, to, limit)
    }
}

impl<S: LedgerStore> LedgerStore for FaultyLedger<S> {
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let uncertain = || StoreError::Uncertain("planned fault".to_owned());
        if self.dead {
            return Err(uncertain());
        }
        let number = self.commits;
        self.commits += 1;
        if number != self.plan.at {
            return self.inner.commit(changes);
        }
        match self.plan.fault {
            Fault::Full => Err(StoreError::Full),
            Fault::Io => Err(StoreError::Io("planned fault".to_owned())),
            Fault::UncertainKept => {
                self.inner.commit(changes)?;
                self.dead = true;
                Err(uncertain())
            }
            Fault::UncertainLost => {
                self.dead = true;
                Err(uncertain())
            }
        }
    }
}

/// A blob store whose n-th put fails. Storing a body twice is harmless, so an uncertain put is an [`BlobError::Io`]
/// after which the body is there or not.
#[derive(Debug)]
pub struct FaultyBlobs<B> {
    inner: B,
    plan: FaultPlan,
    puts: AtomicU64,
}

impl<B> FaultyBlobs<B> {
    /// Wraps a store.
    pub const fn new(inner: B, plan: FaultPlan) -> Self {
        Self { inner, plan, puts: AtomicU64::new(0) }
    }
    /// The store underneath.
    pub fn into_inner(self) -> B {
        self.inner
    }
}

impl<B: BlobStore> BlobStore for FaultyBlobs<B> {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        if self.puts.fetch_add(1, Ordering::Relaxed) != self.plan.at {
            return self.inner.put(id, bytes);
        }
        match self.plan.fault {
            Fault::Full => return Err(BlobError::Full),
            Fault::Io | Fault::UncertainLost => {}
            Fault::UncertainKept => self.inner.put(id, bytes)?,
        }
        Err(BlobError::Io("planned fault".to_owned()))
    }
    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        self.inner.get(id)
    }
    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        self.inner.forget(id)
    }
}
