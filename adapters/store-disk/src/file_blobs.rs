//! Sealed bodies as files.

use crate::error::blob_error;
use crate::layout::sync_dir;
use ehr_core::codec::limits::MAX_SEALED;
use ehr_core::primitives::ContentId;
use ehr_core::store::{BlobError, BlobStore, Forgotten};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

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
}

impl FileBlobs {
    /// Opens a folder, creating it if needed, and removes what an earlier crash left unfinished. One process at a
    /// time ([`crate::DiskLayout`] sees to that).
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(root.join("tmp"))?;
        for unfinished in fs::read_dir(root.join("tmp"))? {
            fs::remove_file(unfinished?.path())?;
        }
        sync_dir(&root)?;
        Ok(Self { root, limit: MAX_SEALED, next: AtomicU64::new(0) })
    }

    /// Refuses bodies longer than `limit` bytes.
    pub fn with_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// Where the file of a body is or would be.
    pub fn path(&self, id: &ContentId) -> PathBuf {
        let mut path = self.root.clone();
        path.extend(id.digest().as_ref().iter().take(2).map(|byte| format!("{byte:02x}")));
        path.push(id.to_string());
        path
    }

    fn write(&self, temp: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(temp)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            sync_dir(folder.parent().unwrap_or(&self.root))?;
            sync_dir(&self.root)?;
        }
        fs::rename(temp, path)?;
        sync_dir(folder)
    }
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
        let path = self.path(id);
        self.write(&temp, &path, bytes).map_err(|e| {
            // The next opening removes it if this cannot.
            let _ = fs::remove_file(&temp);
            blob_error(&path.display(), &e)
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
