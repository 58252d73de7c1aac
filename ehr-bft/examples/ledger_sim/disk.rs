//! Stores of measured replicas.

use ehr_core::engine::BatchId;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, StoreError};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

pub(super) type Written = (BatchId, Result<(), StoreError>);

/// Where a replica keeps its ledger.
pub(super) enum Disk {
    Memory(MemoryStore),
    /// Written on a thread of its own, as `ehr_node::driver` does.
    Thread {
        reader: Box<dyn LedgerRead>,
        jobs: Sender<(BatchId, Arc<ChangeSet>)>,
        done: Receiver<Written>,
    },
}

impl Disk {
    #[allow(clippy::disallowed_methods, reason = "a program may have threads")]
    pub(super) fn threaded(mut store: impl LedgerStore + Send + 'static) -> Option<Self> {
        let reader = store.reader()?;
        let (jobs, todo) = channel::<(BatchId, Arc<ChangeSet>)>();
        let (answers, done) = channel();
        std::thread::spawn(move || {
            for (batch, changes) in todo {
                if answers.send((batch, store.commit(&changes))).is_err() {
                    return;
                }
            }
        });
        Some(Self::Thread { reader, jobs, done })
    }

    pub(super) fn read(&self) -> &dyn LedgerRead {
        match self {
            Self::Memory(store) => store,
            Self::Thread { reader, .. } => &**reader,
        }
    }
}
