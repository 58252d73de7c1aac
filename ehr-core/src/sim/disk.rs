//! A disk that keeps what was synced and may lose the rest.

use crate::engine::BatchId;
use crate::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Pair, ReadError, Table};
use std::sync::Arc;

/// What a node's disk holds, and the one write that is under way.
#[derive(Default)]
pub(super) struct SimDisk {
    durable: MemoryStore,
    writing: Option<(BatchId, Arc<ChangeSet>)>,
    /// Writes that a crash took back.
    pub(super) lost: u64,
}

impl SimDisk {
    /// Starts a write; it is not durable before [`SimDisk::synced`].
    pub(super) fn write(&mut self, batch: BatchId, changes: Arc<ChangeSet>) {
        // A driver writes one batch at a time; if the planted bug makes it hurry, the older one is done first.
        self.synced();
        self.writing = Some((batch, changes));
    }
    /// The write under way becomes durable.
    pub(super) fn synced(&mut self) -> Option<BatchId> {
        let (batch, changes) = self.writing.take()?;
        self.durable.commit(&changes).ok()?;
        Some(batch)
    }
    /// The write under way fails; nothing of it remains.
    pub(super) fn fail(&mut self) -> Option<BatchId> {
        self.writing.take().map(|(batch, _)| batch)
    }
    /// Power is gone: the write under way happened wholly or not at all.
    pub(super) fn crash(&mut self, kept: bool) {
        if kept {
            self.synced();
        } else if self.writing.take().is_some() {
            self.lost += 1;
        }
    }
    /// Whether a write is under way.
    pub(super) const fn busy(&self) -> bool {
        self.writing.is_some()
    }
    /// What is durable.
    pub(super) const fn durable(&self) -> &MemoryStore {
        &self.durable
    }
}

impl LedgerRead for SimDisk {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.durable.get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.durable.range(table, from, to, limit)
    }
}
