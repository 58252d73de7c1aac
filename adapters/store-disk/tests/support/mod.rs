//! A disk in memory that can lose what was not synced, fail, and fill up.
#![allow(dead_code, reason = "each test binary uses a part")]

use ehr_conformance::Dice;
use ehr_core::store::{LedgerRead, Pair, StoreError, Table};
use ehr_store_disk::RedbStore;
use redb::StorageBackend;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, MutexGuard};

/// Size of what a disk writes in one piece.
const SECTOR: usize = 512;

/// What may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// Writes and growth find no space.
    Space,
    /// Writes and growth report a broken medium, half of a write done.
    Write,
    /// Syncs.
    Sync,
    /// Reads.
    Read,
}

#[derive(Clone, Debug)]
enum Op {
    SetLen(usize),
    Write(usize, Vec<u8>),
}

#[derive(Debug, Default)]
struct State {
    /// What readers see.
    now: Vec<u8>,
    /// What is certain to survive.
    synced: Vec<u8>,
    /// What happened since.
    pending: Vec<Op>,
    /// Possible contents after a crash, taken before every sync.
    images: Option<Vec<Vec<u8>>>,
    /// The disk says that it synced and did not.
    lies: bool,
    /// Which operation of a kind fails, counted down.
    fault: Option<(On, u64)>,
    fired: bool,
    capacity: Option<usize>,
}

/// A handle; clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(State { synced: bytes.clone(), now: bytes, ..State::default() })))
    }
    pub(crate) fn open(&self, cache: usize) -> std::result::Result<RedbStore, StoreError> {
        let disk = self.clone();
        RedbStore::with_backend(cache, move || Ok(disk.clone()))
    }
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.lock().now.clone()
    }
    /// From now on, what a crash could leave is collected before every sync.
    pub(crate) fn collect_images(&self) {
        self.lock().images = Some(Vec::new());
    }
    pub(crate) fn take_images(&self) -> Vec<Vec<u8>> {
        self.lock().images.as_mut().map(std::mem::take).unwrap_or_default()
    }
    pub(crate) fn lie_about_syncs(&self) {
        self.lock().lies = true;
    }
    /// The n-th operation of a kind fails, once.
    pub(crate) fn fail(&self, on: On, n: u64) {
        self.lock().fault = Some((on, n));
    }
    pub(crate) fn fired(&self) -> bool {
        self.lock().fired
    }
    pub(crate) fn heal(&self) {
        self.lock().fault = None;
    }
    pub(crate) fn set_capacity(&self, bytes: Option<usize>) {
        self.lock().capacity = bytes;
    }
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
    /// What a crash at this moment could leave.
    pub(crate) fn crash_images(&self) -> Vec<Vec<u8>> {
        self.lock().crash_images()
    }
}

impl State {
    fn hit(&mut self, kinds: &[On]) -> Option<On> {
        let (on, left) = self.fault.as_mut().filter(|(on, _)| kinds.contains(on))?;
        let on = *on;
        if *left > 0 {
            *left -= 1;
            return None;
        }
        self.fault = None;
        self.fired = true;
        Some(on)
    }

    fn crash_images(&self) -> Vec<Vec<u8>> {
        let half = self.pending.len() / 2;
        let mut dice = Dice::new(self.pending.len() as u64);
        let coin: Vec<bool> = self.pending.iter().map(|_| dice.below(2) == 0).collect();
        let torn = |op: &Op| match op {
            // Every other sector of the write.
            Op::Write(at, data) => data
                .chunks(SECTOR)
                .enumerate()
                .filter(|(n, _)| n % 2 == 0)
                .map(|(n, part)| Op::Write(at + n * SECTOR, part.to_vec()))
                .collect(),
            other => vec![other.clone()],
        };
        let kept: Vec<Vec<Op>> = vec![
            vec![],
            self.pending.clone(),
            self.pending[..half].to_vec(),
            self.pending[half..].to_vec(),
            self.pending.iter().rev().take(1).cloned().collect(),
            self.pending.iter().zip(&coin).filter(|(_, c)| **c).map(|(op, _)| op.clone()).collect(),
            self.pending.iter().zip(&coin).filter(|(_, c)| !**c).map(|(op, _)| op.clone()).collect(),
            self.pending.iter().flat_map(torn).collect(),
        ];
        let apply = |ops: Vec<Op>| {
            let mut image = self.synced.clone();
            ops.iter().for_each(|op| op.apply(&mut image));
            image
        };
        kept.into_iter().map(apply).collect()
    }

    fn apply(&mut self, op: Op) {
        op.apply(&mut self.now);
        self.pending.push(op);
    }
}

impl Op {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Op::SetLen(len) => image.resize(*len, 0),
            Op::Write(at, data) => {
                // A write may survive without the growth before it.
                if image.len() < at + data.len() {
                    image.resize(at + data.len(), 0);
                }
                image[*at..*at + data.len()].copy_from_slice(data);
            }
        }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64> {
        Ok(self.lock().now.len() as u64)
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let mut disk = self.lock();
        if disk.hit(&[On::Read]).is_some() {
            return Err(Error::other("planned fault on reading"));
        }
        let end = usize::try_from(offset).ok().and_then(|at| at.checked_add(out.len()).map(|end| at..end));
        let found = end.and_then(|range| disk.now.get(range)).ok_or(ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }
    fn set_len(&self, len: u64) -> Result<()> {
        let mut disk = self.lock();
        let len = usize::try_from(len).map_err(Error::other)?;
        if disk.capacity.is_some_and(|most| len > most.max(disk.now.len())) {
            return Err(ErrorKind::StorageFull.into());
        }
        match disk.hit(&[On::Space, On::Write]) {
            Some(On::Space) => Err(ErrorKind::StorageFull.into()),
            Some(_) => Err(Error::other("planned fault on growing")),
            None => {
                disk.apply(Op::SetLen(len));
                Ok(())
            }
        }
    }
    fn sync_data(&self) -> Result<()> {
        let mut disk = self.lock();
        if disk.images.is_some() {
            let images = disk.crash_images();
            disk.images.as_mut().unwrap().extend(images);
        }
        if disk.hit(&[On::Sync]).is_some() {
            return Err(Error::other("planned fault on syncing"));
        }
        if !disk.lies {
            disk.pending.clear();
            disk.synced = disk.now.clone();
        }
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut disk = self.lock();
        let at = usize::try_from(offset).map_err(Error::other)?;
        if at.checked_add(data.len()).is_none_or(|end| end > disk.now.len()) {
            return Err(ErrorKind::InvalidInput.into());
        }
        match disk.hit(&[On::Space, On::Write]) {
            Some(On::Space) => Err(ErrorKind::StorageFull.into()),
            Some(_) => {
                disk.apply(Op::Write(at, data[..data.len() / 2].to_vec()));
                Err(Error::other("planned fault on writing"))
            }
            None => {
                disk.apply(Op::Write(at, data.to_vec()));
                Ok(())
            }
        }
    }
}

/// Everything a store holds.
pub(crate) fn dump(store: &dyn LedgerRead) -> Vec<(Table, Vec<Pair>)> {
    ehr_conformance::ledger::dump(store)
}
