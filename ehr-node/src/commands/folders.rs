//! Finding ledgers in the folder a command was given, and opening them for reading.

use ehr_core::store::StoreError;
use ehr_store_disk::{DiskLayout, FileBlobs, RedbStore};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that cannot be read as a ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder itself.
    #[error("{}: {error}", .path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Nothing to read.
    #[error("{}: not a ledger folder: no ledger.redb in it, nor in a folder in it", .path.display())]
    NoLedger {
        /// The folder.
        path: PathBuf,
    },
    /// A ledger that does not open.
    #[error("{}: {error}", .path.display())]
    Open {
        /// The ledger's folder.
        path: PathBuf,
        /// Why.
        error: StoreError,
    },
}

/// The ledger folder itself, or the ledger folders in it, by name.
///
/// # Errors
/// There is none, or the folder cannot be listed.
pub fn ledgers(dir: &Path) -> Result<Vec<PathBuf>, FolderError> {
    if DiskLayout::new(dir).exists() {
        return Ok(vec![dir.to_owned()]);
    }
    let io = |error| FolderError::Io { path: dir.to_owned(), error };
    let mut found = Vec::new();
    for item in std::fs::read_dir(dir).map_err(io)? {
        let path = item.map_err(io)?.path();
        if DiskLayout::new(&path).exists() {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() { Err(FolderError::NoLedger { path: dir.to_owned() }) } else { Ok(found) }
}

/// Opens a ledger folder; nothing in it is changed.
///
/// # Errors
/// Open elsewhere for writing, damaged, or not a ledger.
pub fn open(dir: &Path) -> Result<(RedbStore, FileBlobs), FolderError> {
    DiskLayout::new(dir).open_read_only().map_err(|error| FolderError::Open { path: dir.to_owned(), error })
}
