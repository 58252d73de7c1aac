//! Looking at a ledger without changing it.

use crate::error::io_error;
use crate::layout::{on_path, with_patience};
use crate::{DEFAULT_CACHE, DiskLayout, FileBlobs, RedbStore};
use ehr_core::store::{ReadError, StoreError};
use redb::StorageBackend;
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Unit in which changed parts of the file are kept in memory, bytes.
const BLOCK: u64 = 4096;

impl DiskLayout {
    /// Opens an existing ledger for reading. No file is created or changed, not even to repair the ledger after a
    /// crash: what opening writes stays in memory. Several processes may read at a time, none while one writes.
    ///
    /// # Errors
    /// There is no ledger, it is open elsewhere for writing, or it is damaged.
    pub fn open_read_only(&self) -> Result<(RedbStore, FileBlobs), StoreError> {
        let path = self.ledger_path();
        let file = File::open(&path).map_err(|e| on_path(&path, &e))?;
        let lock = self.lock_shared()?;
        if file.metadata().map_err(|e| on_path(&path, &e))?.len() == 0 {
            return Err(ReadError::Corrupt { what: format!("{} is empty", path.display()) }.into());
        }
        drop(file);
        let store = RedbStore::with_backend(DEFAULT_CACHE, move || Scratched::new(File::open(&path)?))?;
        let store = match lock {
            Some(lock) => store.holding(lock),
            None => store,
        };
        Ok((store, FileBlobs::read_only(self.blobs_path())))
    }

    /// Keeps writers out. A copy of a ledger may lack the lock file; nobody writes to it then, or the next writer
    /// would have made one.
    fn lock_shared(&self) -> Result<Option<File>, StoreError> {
        let path = self.lock_path();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(on_path(&path, &e)),
        };
        match with_patience(|| file.try_lock_shared()) {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(self.root().display().to_string())),
            Err(TryLockError::Error(e)) => Err(io_error(e.kind(), &path.display(), &e)),
        }
    }
}

/// A file that is only read, and what was "written" to it, in memory.
#[derive(Debug)]
struct Scratched {
    file: File,
    changes: Mutex<Changes>,
}

#[derive(Debug)]
struct Changes {
    len: u64,
    /// Bytes of the file that still count: below this, and not in `blocks`.
    file_len: u64,
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl Scratched {
    fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file, changes: Mutex::new(Changes { len, file_len: len, blocks: BTreeMap::new() }) })
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One block as it stands; zeros beyond the file.
    fn block(&self, changes: &Changes, number: u64) -> io::Result<Vec<u8>> {
        if let Some(block) = changes.blocks.get(&number) {
            return Ok(block.clone());
        }
        let mut block = vec![0; usize::try_from(BLOCK).unwrap_or(0)];
        let from = number.saturating_mul(BLOCK);
        let len = usize::try_from(changes.file_len.saturating_sub(from).min(BLOCK)).unwrap_or(0);
        if let Some(part) = block.get_mut(..len) {
            read_at(&self.file, from, part)?;
        }
        Ok(block)
    }

    /// Calls `each` with every block that `len` bytes from `offset` touch: its number, where in it the range starts,
    /// and how many bytes of it are meant.
    fn blocks(
        offset: u64,
        len: usize,
        mut each: impl FnMut(u64, usize, usize) -> io::Result<()>,
    ) -> io::Result<()> {
        let end = offset.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
        let mut at = offset;
        while at < end {
            let (number, start) = (at / BLOCK, at % BLOCK);
            let part = BLOCK.saturating_sub(start).min(end.saturating_sub(at));
            each(number, usize::try_from(start).unwrap_or(0), usize::try_from(part).unwrap_or(0))?;
            at = at.saturating_add(part);
        }
        Ok(())
    }
}

impl StorageBackend for Scratched {
    fn len(&self) -> Result<u64, io::Error> {
        Ok(self.changes().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        let changes = self.changes();
        let whole = usize::try_from(changes.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        if out.len() > whole {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut rest = &mut *out;
        Self::blocks(offset, rest.len(), |number, start, len| {
            let block = self.block(&changes, number)?;
            let (part, after) = std::mem::take(&mut rest).split_at_mut(len);
            part.copy_from_slice(block.get(start..start.saturating_add(len)).unwrap_or_default());
            rest = after;
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        let mut changes = self.changes();
        if len < changes.len {
            // What is cut off reads as zeros when the file grows again.
            let (last, keep) = (len / BLOCK, usize::try_from(len % BLOCK).unwrap_or(0));
            let mut block = self.block(&changes, last)?;
            block.iter_mut().skip(keep).for_each(|byte| *byte = 0);
            changes.blocks.split_off(&last);
            changes.blocks.insert(last, block);
            changes.file_len = changes.file_len.min(len);
        }
        changes.len = len;
        Ok(())
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        let mut changes = self.changes();
        let mut rest = data;
        Self::blocks(offset, data.len(), |number, start, len| {
            let mut block = self.block(&changes, number)?;
            let (part, after) = rest.split_at(len);
            if let Some(place) = block.get_mut(start..start.saturating_add(len)) {
                place.copy_from_slice(part);
            }
            rest = after;
            changes.blocks.insert(number, block);
            Ok(())
        })?;
        let end = offset.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        changes.len = changes.len.max(end);
        Ok(())
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    use std::io::{Read as _, Seek as _};
    file.seek(io::SeekFrom::Start(offset))?;
    file.read_exact(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Op {
        Write(u64, Vec<u8>),
        SetLen(u64),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0u64..20_000, prop::collection::vec(any::<u8>(), 0..6000))
                .prop_map(|(at, data)| Op::Write(at, data)),
            (0u64..20_000).prop_map(Op::SetLen),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_the_file_it_hides_and_leaves_it_alone(
            before in prop::collection::vec(any::<u8>(), 0..12_000), ops in prop::collection::vec(op(), 0..12),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("f");
            std::fs::write(&path, &before).unwrap();
            let backend = Scratched::new(File::open(&path).unwrap()).unwrap();
            let mut model = before.clone();
            for op in ops {
                match op {
                    Op::Write(at, data) => {
                        backend.write(at, &data).unwrap();
                        let at = at as usize;
                        model.resize(model.len().max(at + data.len()), 0);
                        model[at..at + data.len()].copy_from_slice(&data);
                    }
                    Op::SetLen(len) => {
                        backend.set_len(len).unwrap();
                        model.resize(len as usize, 0);
                    }
                }
                prop_assert_eq!(backend.len().unwrap(), model.len() as u64);
                let mut all = vec![0; model.len()];
                backend.read(0, &mut all).unwrap();
                prop_assert!(all == model);
            }
            prop_assert!(backend.read(model.len() as u64, &mut [0]).is_err());
            prop_assert_eq!(std::fs::read(&path).unwrap(), before);
        }
    }
}
