//! The queue of outputs and the gate: one batch is under way at a time, and what was queued behind it waits (rule EN-3).

use super::io::{Misconduct, Output};
use ehr_core::engine::BatchId;
use ehr_core::store::ChangeSet;
use ehr_core::transport::PeerId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of frames that wait for the disk. What does not fit is lost, as networks lose frames (rule N-3).
const MAX_WAITING: usize = 32 * 1024 * 1024;

/// Who asked for a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Engine(BatchId),
    Validator(crate::io::BatchId),
    Replica,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<(Output, Source)>,
    in_flight: Option<(BatchId, Source)>,
    issued: u64,
    waiting: usize,
    closed: bool,
}

impl Outbox {
    pub(super) fn push(&mut self, output: Output) {
        if self.closed {
            return;
        }
        if let Output::Send { bytes, .. } = &output {
            let waiting = self.waiting.saturating_add(bytes.len());
            if waiting > MAX_WAITING {
                return;
            }
            self.waiting = waiting;
        }
        self.queue.push_back((output, Source::Replica));
    }

    pub(super) fn persist(&mut self, changes: Arc<ChangeSet>, source: Source) {
        if self.closed {
            return;
        }
        self.issued = self.issued.saturating_add(1);
        let batch = BatchId(self.issued);
        self.queue.push_back((Output::Persist { batch, changes }, source));
    }

    pub(super) fn disconnect(&mut self, peer: PeerId, why: impl Into<Misconduct>) {
        self.push(Output::Disconnect { peer, why: why.into() });
    }

    pub(super) fn poll(&mut self) -> Option<Output> {
        if self.in_flight.is_some() {
            return None;
        }
        let (output, source) = self.queue.pop_front()?;
        match &output {
            Output::Persist { batch, .. } => self.in_flight = Some((*batch, source)),
            Output::Send { bytes, .. } => self.waiting = self.waiting.saturating_sub(bytes.len()),
            _ => {}
        }
        Some(output)
    }

    /// The batch under way ended; who asked for it. Answers about any other are ignored.
    pub(super) fn ended(&mut self, batch: BatchId) -> Option<Source> {
        self.in_flight.take_if(|(under_way, _)| *under_way == batch).map(|(_, source)| source)
    }

    /// Batches that were decided and are not known to be on disk, oldest first.
    pub(super) fn unwritten(&self) -> impl Iterator<Item = BatchId> {
        let queued = self.queue.iter().filter_map(|(output, _)| match output {
            Output::Persist { batch, .. } => Some(*batch),
            _ => None,
        });
        self.in_flight.map(|(batch, _)| batch).into_iter().chain(queued)
    }

    /// Bytes of frames that wait.
    pub(super) const fn waiting(&self) -> usize {
        self.waiting
    }

    /// Nothing that waits leaves any more, but this.
    pub(super) fn close(&mut self, last: Output) {
        *self = Self { issued: self.issued, ..Self::default() };
        self.push(last);
        self.closed = true;
    }
}
