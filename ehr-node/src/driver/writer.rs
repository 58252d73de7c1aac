//! The thread that writes: a batch is stored while the node goes on deciding what comes next.

use ehr_core::engine::BatchId;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A store of any kind.
pub(super) type Store = Box<dyn LedgerStore + Send>;

/// How a batch ended.
pub(super) struct Written {
    pub(super) batch: BatchId,
    pub(super) result: Result<(), StoreError>,
}

type Job = (BatchId, Arc<ChangeSet>);

/// A store on a thread of its own, one batch at a time. Dropping it waits until the store is closed.
pub(super) struct Writer {
    /// Reads what is stored.
    pub(super) reader: Box<dyn LedgerRead + Send>,
    jobs: Option<Sender<Job>>,
    done: UnboundedReceiver<Written>,
    under_way: Option<BatchId>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(store: Store) -> io::Result<Self> {
        let (jobs, todo) = channel();
        let (answers, done) = unbounded_channel();
        let thread = std::thread::Builder::new().name("ehr-store".into());
        let (reader, thread) = match store.reader() {
            Some(reader) => {
                let mut store = store;
                (reader, thread.spawn(move || write(&todo, &answers, |changes| store.commit(changes)))?)
            }
            None => {
                let shared = Shared(Arc::new(Mutex::new(store)));
                let store = shared.clone();
                let commit = move |changes: &ChangeSet| store.lock().commit(changes);
                (Box::new(shared) as Box<_>, thread.spawn(move || write(&todo, &answers, commit))?)
            }
        };
        Ok(Self { reader, jobs: Some(jobs), done, under_way: None, thread: Some(thread) })
    }

    /// Begins to store a batch. [`Writer::next`] tells how it ended; until then no other is to be begun.
    pub(super) fn begin(&mut self, batch: BatchId, changes: Arc<ChangeSet>) {
        self.under_way = Some(batch);
        if let Some(jobs) = &self.jobs {
            // A thread that is gone answers nothing, which `next` notices.
            let _ = jobs.send((batch, changes));
        }
    }

    /// Whether a batch is being stored.
    pub(super) const fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// How the batch under way ends. Never ends if there is none.
    pub(super) async fn next(&mut self) -> Written {
        let Some(batch) = self.under_way else { return std::future::pending().await };
        let gone = || StoreError::Uncertain("the thread that writes has ended".to_owned());
        let written = self.done.recv().await.unwrap_or_else(|| Written { batch, result: Err(gone()) });
        self.under_way = None;
        written
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // A thread that panicked has closed its store as well.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn write(
    todo: &Receiver<Job>,
    answers: &UnboundedSender<Written>,
    mut commit: impl FnMut(&ChangeSet) -> Result<(), StoreError>,
) {
    while let Ok((batch, changes)) = todo.recv() {
        let result = commit(&changes);
        // Freeing thousands of values takes a while as well.
        drop(changes);
        if answers.send(Written { batch, result }).is_err() {
            return;
        }
    }
}

/// A store that cannot be read during a commit: whoever reads waits.
#[derive(Clone)]
struct Shared(Arc<Mutex<Store>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LedgerRead for Shared {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.lock().get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        self.lock().range(table, from, to, limit)
    }
}
