//! The queue of outputs, and the gate: what was queued after a batch leaves after that batch is on disk (rule
//! EN-3). Nothing a peer or user learns can be lost in a crash.

use super::io::{BatchId, LedgerEvent, Output};
use crate::primitives::TxId;
use crate::store::{ChangeSet, Layers, LedgerRead};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Bytes of frames that wait for the disk, over all peers. What does not fit is lost, as networks lose frames, and
/// is asked for again: a peer that asks for much while a write takes long must not fill the memory (rule N-3).
const MAX_WAITING: usize = 32 * 1024 * 1024;

/// Batches that wait for the disk before blocks of peers are left waiting too: peers may send faster than it writes
/// (rule EN-4).
const MAX_BATCHES: usize = 8;

/// Outputs in order, and the batches that are not known to be on disk, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Output>,
    waiting: usize,
    in_flight: Option<BatchId>,
    batches: Vec<(BatchId, Arc<ChangeSet>)>,
    issued: u64,
    /// The simulator's planted bug: outputs leave before their batch is on disk.
    #[cfg(any(test, feature = "testing"))]
    pub(super) ungated: bool,
}

impl Outbox {
    pub(super) fn push(&mut self, output: Output) {
        if let Output::Send { bytes, .. } = &output {
            let waiting = self.waiting.saturating_add(bytes.len());
            if waiting > MAX_WAITING {
                return;
            }
            self.waiting = waiting;
        }
        self.queue.push_back(output);
    }

    /// Queues a batch; reads through [`Outbox::over`] see it at once.
    pub(super) fn persist(&mut self, changes: ChangeSet) {
        self.issued = self.issued.saturating_add(1);
        let (batch, changes) = (BatchId(self.issued), Arc::new(changes));
        self.batches.push((batch, Arc::clone(&changes)));
        self.queue.push_back(Output::Persist { batch, changes });
    }

    pub(super) fn poll(&mut self) -> Option<Output> {
        if self.in_flight.is_some() && !self.ungated() {
            return None;
        }
        let output = self.queue.pop_front()?;
        match &output {
            Output::Persist { batch, .. } => self.in_flight = Some(*batch),
            Output::Send { bytes, .. } => self.waiting = self.waiting.saturating_sub(bytes.len()),
            _ => {}
        }
        Some(output)
    }

    /// The disk with every batch laid over it that is not known to be there.
    pub(super) fn over<'a>(&'a self, disk: &'a dyn LedgerRead) -> View<'a> {
        View::new(disk, &self.batches, |(_, changes)| changes)
    }

    /// A batch is on disk. Any but the one under way is an answer from before a failure, and ignored.
    pub(super) fn persisted(&mut self, batch: BatchId) {
        if self.in_flight == Some(batch) {
            self.in_flight = None;
            self.batches.retain(|(b, _)| *b > batch);
        }
    }

    /// The batches that are not known to be on disk, oldest first.
    pub(super) fn unwritten(&self) -> impl ExactSizeIterator<Item = BatchId> {
        self.batches.iter().map(|(batch, _)| *batch)
    }

    /// Whether the disk has so much to write that no more blocks of peers should be connected.
    pub(super) fn is_behind(&self) -> bool {
        self.batches.len() >= MAX_BATCHES
    }

    /// Whether this batch was handed out and is not known to be on disk.
    pub(super) fn is_under_way(&self, batch: BatchId) -> bool {
        self.in_flight == Some(batch)
    }

    /// Transactions that are about to be told as dropped.
    pub(super) fn dropped(&self) -> impl Iterator<Item = TxId> {
        self.queue.iter().filter_map(|output| match output {
            Output::Event(LedgerEvent::TxDropped(id)) => Some(*id),
            _ => None,
        })
    }

    /// A batch failed: what is queued and may depend on it is dropped. Connections that were given up, work that
    /// was stopped and what happened in the pool depend on no batch, but for transactions that are `mined` without it.
    pub(super) fn failed(&mut self, mined: &BTreeSet<TxId>) {
        self.queue.retain(|output| match output {
            Output::Disconnect { .. }
            | Output::StopWork { .. }
            | Output::Event(LedgerEvent::TxAccepted(_)) => true,
            Output::Event(LedgerEvent::TxDropped(id)) => !mined.contains(id),
            _ => false,
        });
        self.batches.clear();
        self.waiting = 0;
        self.in_flight = None;
    }

    #[cfg(any(test, feature = "testing"))]
    const fn ungated(&self) -> bool {
        self.ungated
    }
    #[cfg(not(any(test, feature = "testing")))]
    const fn ungated(&self) -> bool {
        false
    }
}

/// The store as the engine sees it: the disk and, over it, what was decided and is not there yet.
pub type View<'a> = Layers<'a, (BatchId, Arc<ChangeSet>)>;
