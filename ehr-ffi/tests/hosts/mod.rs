//! What a host in another language would bring, good and bad.
#![allow(dead_code, reason = "each test uses a part")]

use ehr_ffi::host::{BlobStore, RecordStore, Row, RowChange, SendAnswer, Signer, Transport, TransportEvent};
use ehr_ffi::{EhrError, Ledger, Result};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::time::{Duration, Instant};

/// How a store of the host goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Throws, with something private in the words; nothing is kept.
    Throws,
    /// Throws after the changes were kept.
    ThrowsLate,
    Panics,
    /// Rows out of order, bytes that are not the body's.
    Garbage,
    /// Calls the ledger it serves, on the same thread.
    CallsBack,
    /// Calls the ledger it serves on another thread and waits for it.
    CallsBackElsewhere,
}

impl Wrong {
    pub(crate) const ALL: [Self; 6] = [
        Self::Throws,
        Self::ThrowsLate,
        Self::Panics,
        Self::Garbage,
        Self::CallsBack,
        Self::CallsBackElsewhere,
    ];
}

pub(crate) const PRIVATE: &str = "Ottilie Zebrafink, born 1931";

/// Values by table and key.
type Rows = BTreeMap<(u8, Vec<u8>), Vec<u8>>;

/// A store that goes wrong from now on for a number of calls.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) rows: Mutex<Rows>,
    pub(crate) bodies: Mutex<BTreeMap<String, Vec<u8>>>,
    wrong: Mutex<Option<(Wrong, &'static str)>>,
    left: AtomicU64,
    pub(crate) fired: AtomicU64,
    pub(crate) ledger: Mutex<Weak<Ledger>>,
    /// What calling back was answered.
    pub(crate) answers: Mutex<Vec<EhrError>>,
}

impl Host {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The next `times` calls of `operation` go wrong.
    pub(crate) fn plan(&self, wrong: Wrong, operation: &'static str, times: u64) {
        *self.wrong.lock().unwrap() = Some((wrong, operation));
        self.fired.store(0, Ordering::SeqCst);
        self.left.store(times, Ordering::SeqCst);
    }

    pub(crate) fn heal(&self) {
        self.left.store(0, Ordering::SeqCst);
    }

    fn due(&self, operation: &str) -> Option<Wrong> {
        let (wrong, planned) = (*self.wrong.lock().unwrap())?;
        if planned != operation || self.left.load(Ordering::SeqCst) == 0 {
            return None;
        }
        self.left.fetch_sub(1, Ordering::SeqCst);
        self.fired.fetch_add(1, Ordering::SeqCst);
        Some(wrong)
    }

    /// What is wrong with an operation, if anything; garbage and late throws are up to the operation.
    fn trouble(&self, operation: &str) -> Result<Option<Wrong>> {
        let wrong = self.due(operation);
        let ledger = || self.ledger.lock().unwrap().upgrade();
        match wrong {
            Some(Wrong::Throws) => return Err(EhrError::storage(PRIVATE)),
            Some(Wrong::Panics) => panic!("{PRIVATE}"),
            Some(Wrong::CallsBack) => {
                if let Some(ledger) = ledger() {
                    self.answers.lock().unwrap().extend(ledger.tip().err());
                }
            }
            Some(Wrong::CallsBackElsewhere) => {
                if let Some(ledger) = ledger() {
                    let answer = std::thread::spawn(move || ledger.tip()).join().unwrap();
                    self.answers.lock().unwrap().extend(answer.err());
                }
            }
            _ => {}
        }
        Ok(wrong)
    }
}

impl RecordStore for Host {
    fn get(&self, table: u8, key: Vec<u8>) -> Result<Option<Vec<u8>>> {
        let garbage = self.trouble("get")? == Some(Wrong::Garbage);
        let found = self.rows.lock().unwrap().get(&(table, key)).cloned();
        if garbage { Ok(Some(b"garbage".to_vec())) } else { Ok(found) }
    }

    fn range(&self, table: u8, from: Vec<u8>, to: Vec<u8>, limit: u32) -> Result<Vec<Row>> {
        let garbage = self.trouble("range")? == Some(Wrong::Garbage);
        let rows = self.rows.lock().unwrap();
        let inside = rows
            .range((table, from)..)
            .take_while(|((t, key), _)| *t == table && (to.is_empty() || *key < to));
        let mut found: Vec<Row> = inside
            .take(limit as usize)
            .map(|((_, key), value)| Row { key: key.clone(), value: value.clone() })
            .collect();
        if garbage {
            found.reverse();
            found.push(Row { key: vec![], value: vec![] });
            found.push(Row { key: vec![], value: vec![] });
        }
        Ok(found)
    }

    fn commit(&self, changes: Vec<RowChange>) -> Result<()> {
        let wrong = self.trouble("commit")?;
        let mut rows = self.rows.lock().unwrap();
        for change in changes {
            match change.value {
                Some(value) => drop(rows.insert((change.table, change.key), value)),
                None => drop(rows.remove(&(change.table, change.key))),
            }
        }
        if wrong == Some(Wrong::ThrowsLate) { Err(EhrError::storage(PRIVATE)) } else { Ok(()) }
    }
}

impl BlobStore for Host {
    fn put(&self, id: String, bytes: Vec<u8>) -> Result<()> {
        let wrong = self.trouble("put")?;
        self.bodies.lock().unwrap().insert(id, bytes);
        if wrong == Some(Wrong::ThrowsLate) { Err(EhrError::storage(PRIVATE)) } else { Ok(()) }
    }

    fn get(&self, id: String) -> Result<Option<Vec<u8>>> {
        let garbage = self.trouble("body")? == Some(Wrong::Garbage);
        let found = self.bodies.lock().unwrap().get(&id).cloned();
        if garbage { Ok(Some(b"garbage".to_vec())) } else { Ok(found) }
    }

    fn forget(&self, id: String) -> Result<bool> {
        self.trouble("forget")?;
        self.bodies.lock().unwrap().remove(&id);
        Ok(true)
    }
}

/// One end of a connection that loses and repeats frames.
pub(crate) struct Wire {
    inbox: Arc<Inbox>,
    other: Arc<Inbox>,
    capacity: usize,
    sent: AtomicU64,
    /// Every so many frames one is lost; none if zero.
    pub(crate) lose: u64,
    /// Every so many frames one comes twice; none if zero.
    pub(crate) repeat: u64,
}

#[derive(Default)]
struct Inbox {
    events: Mutex<VecDeque<TransportEvent>>,
    /// Somebody was told that this inbox is full.
    refused: Mutex<bool>,
    came: Condvar,
}

impl Inbox {
    fn push(&self, event: TransportEvent) {
        self.events.lock().unwrap().push_back(event);
        self.came.notify_all();
    }
}

/// Two connected ends.
pub(crate) fn wires(capacity: usize, lose: u64, repeat: u64) -> (Arc<Wire>, Arc<Wire>) {
    let (a, b) = (Arc::new(Inbox::default()), Arc::new(Inbox::default()));
    let end = |inbox: &Arc<Inbox>, other: &Arc<Inbox>| {
        inbox.push(TransportEvent::Up { peer: 1 });
        let (inbox, other) = (inbox.clone(), other.clone());
        Arc::new(Wire { inbox, other, capacity, sent: AtomicU64::new(0), lose, repeat })
    };
    (end(&a, &b), end(&b, &a))
}

impl Transport for Wire {
    fn send(&self, peer: u64, frame: Vec<u8>) -> Result<SendAnswer> {
        if peer != 1 {
            return Ok(SendAnswer::Gone);
        }
        if self.other.events.lock().unwrap().len() >= self.capacity {
            *self.other.refused.lock().unwrap() = true;
            return Ok(SendAnswer::Full);
        }
        let number = self.sent.fetch_add(1, Ordering::SeqCst) + 1;
        let every = |n: u64| n > 0 && number.is_multiple_of(n);
        if every(self.lose) {
            return Ok(SendAnswer::Sent);
        }
        if every(self.repeat) {
            self.other.push(TransportEvent::Frame { peer: 1, bytes: frame.clone() });
        }
        self.other.push(TransportEvent::Frame { peer: 1, bytes: frame });
        Ok(SendAnswer::Sent)
    }

    fn receive(&self, wait_ms: u32) -> Result<Option<TransportEvent>> {
        let (until, mut events) =
            (Instant::now() + Duration::from_millis(wait_ms.into()), self.inbox.events.lock().unwrap());
        loop {
            if let Some(event) = events.pop_front() {
                let room = events.len() < self.capacity;
                drop(events);
                if room && std::mem::take(&mut *self.inbox.refused.lock().unwrap()) {
                    self.other.push(TransportEvent::Ready { peer: 1 });
                }
                return Ok(Some(event));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            events = self.inbox.came.wait_timeout(events, left).unwrap().0;
        }
    }
}

/// A key of the host.
pub(crate) struct Key {
    key: ehr_core::crypto::signature::SoftwareSigner,
    pub(crate) wrong: Mutex<Option<Wrong>>,
    pub(crate) asked: AtomicU64,
}

impl Key {
    pub(crate) fn new(seed: u8) -> Arc<Self> {
        let key = ehr_core::crypto::signature::SoftwareSigner::from_seed(&[seed; 32]);
        Arc::new(Self { key, wrong: Mutex::new(None), asked: AtomicU64::new(0) })
    }
}

impl Signer for Key {
    fn public_key(&self) -> Result<Vec<u8>> {
        use ehr_core::crypto::signature::Signer as _;
        let wrong = *self.wrong.lock().unwrap();
        match wrong {
            Some(Wrong::Throws) => Err(EhrError::internal(PRIVATE)),
            Some(Wrong::Garbage) => Ok(vec![1; 31]),
            _ => Ok(self.key.public_key().0.to_vec()),
        }
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let wrong = *self.wrong.lock().unwrap();
        match wrong {
            Some(Wrong::Throws) => Err(EhrError::internal(PRIVATE)),
            Some(Wrong::Panics) => panic!("{PRIVATE}"),
            Some(Wrong::Garbage) => Ok(vec![1; 64]),
            Some(Wrong::ThrowsLate) => Ok(vec![1; 63]),
            _ => Ok(self.key.sign_raw(&message).0.to_vec()),
        }
    }
}
