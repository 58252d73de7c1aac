//! Sealed bodies as files.

use crate::error::blob_error;
use crate::layout::sync_dir;
use ehr_core::codec::limits::MAX_SEALED;
use ehr_core::primitives::ContentId;
use ehr_core::store::{BlobError, BlobStore, Forgotten};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// A blob store with one file per body, named by its content id, two levels of folders deep:
/// `ab/cd/bafkrei…`, where `abcd` is how the digest starts.
///
/// A file comes into its place complete and synced (written to `tmp/`, synced, renamed, folder synced) and is
/// hashed again whenever it is read.
#[derive(Debug)]
pub struct FileBlobs {
    root: PathBuf,
    limit: u64,
    /// Makes names in `tmp/` unique in this process.
    next: AtomicU64,
    /// Folders that are known to survive a crash, by the start of the digests in them.
    folders: Mutex<BTreeSet<[u8; 2]>>,
}

impl FileBlobs {
    /// Opens a folder, creating it if needed, and removes what an earlier crash left unfinished. One process at a
    /// time ([`crate::DiskLayout`] sees to that).
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        // What is in `tmp/` may vanish, and the folders of bodies are synced when they are first used.
        fs::create_dir_all(root.join("tmp"))?;
        for unfinished in fs::read_dir(root.join("tmp"))? {
            fs::remove_file(unfinished?.path())?;
        }
        Ok(Self::read_only(root))
    }

    /// The bodies in a folder, for reading: creates and removes nothing.
    pub(crate) fn read_only(root: PathBuf) -> Self {
        Self { root, limit: MAX_SEALED, next: AtomicU64::new(0), folders: Mutex::default() }
    }

    /// Refuses bodies longer than `limit` bytes.
    pub fn with_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// Where the file of a body is or would be.
    pub fn path(&self, id: &ContentId) -> PathBuf {
        self.folder(prefix(id)).join(id.to_string())
    }

    fn folder(&self, [first, second]: [u8; 2]) -> PathBuf {
        self.root.join(format!("{first:02x}")).join(format!("{second:02x}"))
    }

    /// Creates the folder of a body, durably. Once per folder and process: that it exists does not show that
    /// whoever created it got as far as syncing it.
    fn make_folder(&self, prefix: [u8; 2]) -> io::Result<()> {
        let mut durable = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if !durable.contains(&prefix) {
            let folder = self.folder(prefix);
            fs::create_dir_all(&folder)?;
            for above in folder.ancestors().skip(1).take(3) {
                sync_dir(above)?;
            }
            durable.insert(prefix);
        }
        Ok(())
    }

    fn write(&self, temp: &Path, id: &ContentId, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(temp)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        self.make_folder(prefix(id))?;
        fs::rename(temp, self.path(id))?;
        sync_dir(&self.folder(prefix(id)))
    }
}

/// How the digest starts.
fn prefix(id: &ContentId) -> [u8; 2] {
    id.digest().as_ref().first_chunk().copied().unwrap_or_default()
}

impl BlobStore for FileBlobs {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        let got = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if got > self.limit {
            return Err(BlobError::TooLarge { limit: self.limit, got });
        }
        if !id.matches(bytes) {
            return Err(BlobError::Mismatch(*id));
        }
        // Written even if it is there: that is rare, and it replaces a damaged copy.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let temp = self.root.join("tmp").join(number.to_string());
        self.write(&temp, id, bytes).map_err(|e| {
            // The next opening removes it if this cannot.
            let _ = fs::remove_file(&temp);
            blob_error(&self.path(id).display(), &e)
        })
    }

    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        let path = self.path(id);
        match fs::read(&path) {
            Ok(bytes) if id.matches(&bytes) => Ok(Some(bytes)),
            Ok(_) => Err(BlobError::Damaged(*id)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(BlobError::Io(format!("{}: {e}", path.display()))),
        }
    }

    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(Forgotten::Yes),
            removed => removed
                .and_then(|()| sync_dir(path.parent().unwrap_or(&self.root)))
                .map(|()| Forgotten::Yes)
                .map_err(|e| blob_error(&path.display(), &e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_and_nothing_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = FileBlobs::open(dir.path().join("blobs")).unwrap();
        // The first temporary file leads to a device that is always full.
        let temp = dir.path().join("blobs/tmp/0");
        std::os::unix::fs::symlink("/dev/full", &temp).unwrap();
        let id = ContentId::of_raw(b"body");
        assert_eq!(blobs.put(&id, b"body"), Err(BlobError::Full));
        assert_eq!(blobs.get(&id), Ok(None));
        assert!(temp.symlink_metadata().is_err(), "the temporary file is removed");
        blobs.put(&id, b"body").unwrap();
        assert_eq!(blobs.get(&id).unwrap().unwrap(), b"body");
    }
}
