//! A disk in memory whose operations start to fail after a countdown, for ever.

use redb::StorageBackend;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
struct State {
    now: Vec<u8>,
    /// Contents at the last sync: what a crash leaves at least.
    synced: Vec<u8>,
    /// Writes, growths and syncs that still succeed.
    left: Option<u32>,
    /// Whether syncs do nothing and say they did.
    lies: bool,
}

/// A handle; clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlakyDisk(Arc<Mutex<State>>);

impl FlakyDisk {
    /// A disk that does not sync when told to.
    #[cfg(test)]
    pub(crate) fn lying() -> Self {
        Self(Arc::new(Mutex::new(State { lies: true, ..State::default() })))
    }
    /// Everything that changes the disk fails after `n` more times.
    pub(crate) fn fail_after(&self, n: u32) {
        self.state().left = Some(n);
    }
    /// The disk as it is if the machine stops now: with all that was written, or only what was synced.
    pub(crate) fn after_crash(&self, keep_unsynced: bool) -> Self {
        let state = self.state();
        let bytes = if keep_unsynced { state.now.clone() } else { state.synced.clone() };
        let after = State { synced: bytes.clone(), now: bytes, left: None, lies: state.lies };
        Self(Arc::new(Mutex::new(after)))
    }
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&mut self) -> Result<()> {
        match &mut self.left {
            Some(0) => Err(Error::other("planned fault")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn range(offset: u64, len: usize) -> Result<std::ops::Range<usize>> {
    let start = usize::try_from(offset).map_err(Error::other)?;
    Ok(start..start.checked_add(len).ok_or(ErrorKind::InvalidInput)?)
}

impl StorageBackend for FlakyDisk {
    fn len(&self) -> Result<u64> {
        Ok(self.state().now.len() as u64)
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let range = range(offset, out.len())?;
        out.copy_from_slice(self.state().now.get(range).ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }
    fn set_len(&self, len: u64) -> Result<()> {
        let mut state = self.state();
        state.count()?;
        state.now.resize(usize::try_from(len).map_err(Error::other)?, 0);
        Ok(())
    }
    fn sync_data(&self) -> Result<()> {
        let mut state = self.state();
        state.count()?;
        if !state.lies {
            state.synced = state.now.clone();
        }
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut state = self.state();
        state.count()?;
        let range = range(offset, data.len())?;
        state.now.get_mut(range).ok_or(ErrorKind::InvalidInput)?.copy_from_slice(data);
        Ok(())
    }
}
