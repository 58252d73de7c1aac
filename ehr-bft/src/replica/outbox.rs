//! The queue of outputs and the one gate of a replica: one write is under way at a time, and what was queued behind it
//! waits (rule EN-3). Everything that is to be stored meanwhile becomes the next write, so a slow disk writes seldom and
//! much (rule BF-35).

use super::io::{Misconduct, Output};
use ehr_core::engine::BatchId;
use ehr_core::store::{Change, ChangeSet, Layers, LedgerRead};
use ehr_core::transport::PeerId;
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of frames that wait for the disk. What does not fit is lost, as networks lose frames (rule N-3).
const MAX_WAITING: usize = 32 * 1024 * 1024;
/// Bytes of the next write from which on no height is begun: the disk has to come after.
const MAX_GATHERED: usize = 4 * 1024 * 1024;

/// Something in the queue.
#[derive(Debug)]
enum Queued {
    Output(Output),
    /// The next write has its place here.
    Write,
}

/// What is not known to be on disk.
#[derive(Debug)]
pub(super) struct Write {
    batch: BatchId,
    changes: Arc<ChangeSet>,
}

/// The disk with everything laid over it that is not known to be there.
pub(super) type View<'a> = Layers<'a, Write>;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Queued>,
    /// The write under way, if one is, and the next one, if there is something for it.
    writes: Vec<Write>,
    under_way: bool,
    /// Bytes of the next write.
    gathered: usize,
    issued: u64,
    /// Bytes of frames in the queue.
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
        self.queue.push_back(Queued::Output(output));
    }

    /// Adds to the next write. What was queued since it was begun waits for more than it has to, and misses nothing.
    pub(super) fn persist(&mut self, changes: Arc<ChangeSet>) {
        if self.closed {
            return;
        }
        self.gathered = self.gathered.saturating_add(size(&changes));
        let next = usize::from(self.under_way);
        match self.writes.get_mut(next) {
            Some(write) => Arc::make_mut(&mut write.changes).merge(Arc::unwrap_or_clone(changes)),
            None => {
                self.issued = self.issued.saturating_add(1);
                self.writes.push(Write { batch: BatchId(self.issued), changes });
                self.queue.push_back(Queued::Write);
            }
        }
    }

    pub(super) fn disconnect(&mut self, peer: PeerId, why: impl Into<Misconduct>) {
        self.push(Output::Disconnect { peer, why: why.into() });
    }

    pub(super) fn poll(&mut self) -> Option<Output> {
        if self.under_way {
            return None;
        }
        match self.queue.pop_front()? {
            Queued::Write => {
                let Write { batch, changes } = self.writes.first()?;
                (self.under_way, self.gathered) = (true, 0);
                Some(Output::Persist { batch: *batch, changes: Arc::clone(changes) })
            }
            Queued::Output(output) => {
                if let Output::Send { bytes, .. } = &output {
                    self.waiting = self.waiting.saturating_sub(bytes.len());
                }
                Some(output)
            }
        }
    }

    /// Whether this was the write under way, which has ended. Answers about any other are ignored.
    pub(super) fn ended(&mut self, batch: BatchId) -> bool {
        let ended = self.under_way && self.writes.first().is_some_and(|write| write.batch == batch);
        if ended {
            self.under_way = false;
            self.writes.remove(0);
        }
        ended
    }

    /// The disk as it will be.
    pub(super) fn over<'a>(&'a self, disk: &'a dyn LedgerRead) -> View<'a> {
        Layers::new(disk, &self.writes, |write| &write.changes)
    }

    /// Batches that were decided and are not known to be on disk, oldest first.
    pub(super) fn unwritten(&self) -> impl Iterator<Item = BatchId> {
        self.writes.iter().map(|write| write.batch)
    }

    /// Whether the disk has so much to write that no more should be decided before it has. The end of a write is an input,
    /// so nobody need wait by the clock for it.
    pub(super) const fn is_behind(&self) -> bool {
        self.gathered >= MAX_GATHERED
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

fn size(changes: &ChangeSet) -> usize {
    let bytes = |(_, key, change): (_, &[u8], &Change)| match change {
        Change::Put(value) => key.len().saturating_add(value.len()),
        Change::Delete => key.len(),
    };
    changes.iter().map(bytes).fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ehr_core::store::{MemoryStore, Table};

    fn put(key: &[u8], bytes: usize) -> Arc<ChangeSet> {
        let mut changes = ChangeSet::new();
        changes.put(Table::Consensus, key, vec![1; bytes]);
        Arc::new(changes)
    }

    fn down(peer: u64) -> Output {
        Output::Disconnect { peer: PeerId(peer), why: Misconduct::Kind }
    }

    #[test]
    fn what_comes_during_a_write_is_one_write_and_nothing_overtakes() {
        let (mut out, disk) = (Outbox::default(), MemoryStore::new());
        out.persist(put(b"a", 1));
        out.push(down(1));
        assert!(matches!(out.poll(), Some(Output::Persist { batch: BatchId(1), .. })));
        out.persist(put(b"b", 1));
        out.push(down(2));
        out.persist(put(b"c", 1));
        out.push(down(3));
        assert_eq!(out.poll(), None);
        assert_eq!(out.unwritten().collect::<Vec<_>>(), [BatchId(1), BatchId(2)]);
        for key in [b"a", b"b", b"c"] {
            assert!(out.over(&disk).get(Table::Consensus, key).unwrap().is_some());
        }
        assert!(!out.ended(BatchId(2)), "it is not under way");
        assert!(out.ended(BatchId(1)) && !out.ended(BatchId(1)));
        assert_eq!(out.poll(), Some(down(1)));
        let Some(Output::Persist { batch: BatchId(2), changes }) = out.poll() else { panic!() };
        assert_eq!(changes.len(), 2);
        assert_eq!(out.poll(), None);
        assert!(out.ended(BatchId(2)));
        assert_eq!([out.poll(), out.poll(), out.poll()], [Some(down(2)), Some(down(3)), None]);
        assert!(out.over(&disk).get(Table::Consensus, b"a").unwrap().is_none());
    }

    #[test]
    fn a_slow_disk_is_waited_for() {
        let mut out = Outbox::default();
        out.persist(put(b"a", MAX_GATHERED));
        assert!(out.is_behind());
        assert!(out.poll().is_some() && !out.is_behind(), "the next write is empty");
        out.persist(put(b"b", MAX_GATHERED));
        assert!(out.is_behind() && out.ended(BatchId(1)) && out.is_behind());
        assert!(out.poll().is_some() && !out.is_behind());
    }
}
