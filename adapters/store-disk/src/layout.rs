//! The folder of a ledger.

use crate::error::io_error;
use crate::{DEFAULT_CACHE, FileBlobs, RedbStore};
use ehr_core::store::{ReadError, StoreError};
use redb::backends::FileBackend;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Where the parts of a ledger lie: `ledger.redb`, `blobs/`, and `lock`, which the process that has the ledger
/// open holds.
#[derive(Clone, Debug)]
pub struct DiskLayout {
    root: PathBuf,
}

impl DiskLayout {
    /// The layout of a folder, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
    /// The redb file.
    pub fn ledger_path(&self) -> PathBuf {
        self.root.join("ledger.redb")
    }
    /// The folder of sealed bodies.
    pub fn blobs_path(&self) -> PathBuf {
        self.root.join("blobs")
    }
    /// The lock file.
    pub fn lock_path(&self) -> PathBuf {
        self.root.join("lock")
    }
    /// Whether there is a ledger.
    pub fn exists(&self) -> bool {
        self.ledger_path().exists()
    }

    /// Opens the ledger with the default cache, creating an empty one if there is none.
    pub fn open(&self) -> Result<(RedbStore, FileBlobs), StoreError> {
        self.open_with(DEFAULT_CACHE)
    }

    /// [`open`](Self::open) with a cache of so many bytes. The lock is held by the ledger store and covers both.
    pub fn open_with(&self, cache: usize) -> Result<(RedbStore, FileBlobs), StoreError> {
        create_dir(&self.root, sync_dir).map_err(|e| on_path(&self.root, &e))?;
        let lock = self.lock()?;
        let path = self.ledger_path();
        if !self.exists() {
            self.create(cache)?;
        } else if fs::metadata(&path).map_err(|e| on_path(&path, &e))?.len() == 0 {
            // A ledger comes into its place complete; redb would take an empty file for a new one.
            return Err(ReadError::Corrupt { what: format!("{} is empty", path.display()) }.into());
        }
        let blobs = FileBlobs::open(self.blobs_path()).map_err(|e| on_path(&self.blobs_path(), &e))?;
        Ok((open_file(path, cache)?.holding(lock), blobs))
    }

    fn lock(&self) -> Result<File, StoreError> {
        let path = self.lock_path();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|e| on_path(&path, &e))?;
        match with_patience(|| file.try_lock()) {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(self.root.display().to_string())),
            Err(TryLockError::Error(e)) => Err(on_path(&path, &e)),
        }
    }

    /// Writes an empty ledger beside its place and moves it there, so that a crash leaves all of it or none.
    fn create(&self, cache: usize) -> Result<(), StoreError> {
        let (new, path) = (self.root.join("ledger.redb.new"), self.ledger_path());
        match fs::remove_file(&new) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(on_path(&new, &e)),
            _ => {}
        }
        File::create_new(&new).map_err(|e| on_path(&new, &e))?;
        drop(open_file(new.clone(), cache)?);
        fs::rename(&new, &path).and_then(|()| sync_dir(&self.root)).map_err(|e| on_path(&path, &e))
    }
}

fn open_file(path: PathBuf, cache: usize) -> Result<RedbStore, StoreError> {
    RedbStore::with_backend(cache, move || {
        let file = OpenOptions::new().read(true).write(true).open(&path);
        let file = file.map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        FileBackend::new(file).map_err(io::Error::other)
    })
}

/// Tries for a lock a little longer than once. While another program is started, the new process holds copies of this
/// one's files for a moment, and their locks with them, also of those that were just closed here.
pub(crate) fn with_patience(mut lock: impl FnMut() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(10);
    for _ in 1..TRIES {
        match lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            settled => return settled,
        }
    }
    lock()
}

pub(crate) fn on_path(path: &Path, error: &io::Error) -> StoreError {
    io_error(error.kind(), &path.display(), error)
}

/// Creates a folder and those above it that are missing, and makes their names durable: a ledger that survives in a
/// folder that does not is lost.
fn create_dir(path: &Path, sync: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
    let new: Vec<&Path> = path.ancestors().take_while(missing).collect();
    fs::create_dir_all(path)?;
    // From the top, as each name is in the folder above it.
    for above in new.iter().rev().filter_map(|path| path.parent()) {
        sync(if above.as_os_str().is_empty() { Path::new(".") } else { above })?;
    }
    Ok(())
}

/// Makes new names in a folder durable.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    // Windows cannot open a folder as a file, and writes names through.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use tempfile::TempDir;

    #[test]
    fn the_names_of_new_folders_are_synced_and_no_others() {
        let dir = TempDir::new().unwrap();
        let (top, synced) = (dir.path().to_owned(), RefCell::new(Vec::new()));
        let note = |path: &Path| {
            synced.borrow_mut().push(path.to_owned());
            sync_dir(path)
        };
        let ledger = top.join("new/folder");
        create_dir(&ledger, note).unwrap();
        assert!(ledger.is_dir());
        assert_eq!(synced.take(), [top.clone(), top.join("new")]);
        create_dir(&ledger, note).unwrap();
        assert!(synced.take().is_empty(), "nothing is new");
        let failed = create_dir(&top.join("other"), |_| Err(io::ErrorKind::StorageFull.into()));
        assert_eq!(failed.map_err(|e| e.kind()), Err(io::ErrorKind::StorageFull));
    }

    #[test]
    fn a_lock_that_is_given_back_in_a_moment_is_waited_for_and_one_that_is_kept_is_not() {
        let dir = TempDir::new().unwrap();
        let layout = DiskLayout::new(dir.path());
        let first = layout.open().unwrap();
        assert!(matches!(layout.open(), Err(StoreError::Locked(_))));
        let closing = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            drop(first);
        });
        assert!(layout.open().is_ok());
        closing.join().unwrap();
    }
}
