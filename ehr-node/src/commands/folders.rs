//! Finding ledgers in the folder a command was given, and opening them for reading.

use crate::operator;
use ehr_core::store::StoreError;
use ehr_store_disk::{DiskLayout, FileBlobs, RedbStore};
use std::fs;
use std::io::{self, ErrorKind};
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
    #[error("{}: not a ledger folder: no part of a ledger in it, nor in a folder in it", .path.display())]
    NoLedger {
        /// The folder.
        path: PathBuf,
    },
    /// A ledger that does not open.
    #[error("{}", at(.path, .error))]
    Open {
        /// The ledger's folder.
        path: PathBuf,
        /// Why.
        error: StoreError,
    },
}

/// A store's error with the folder, which most of them name already.
fn at(dir: &Path, error: &StoreError) -> String {
    let text = error.to_string();
    let names_a_part = text.contains(&dir.join("").display().to_string());
    if names_a_part || matches!(error, StoreError::Locked(_)) {
        return text;
    }
    format!("{}: {text}", dir.display())
}

/// The ledger folder itself, or the ledger folders in it, by name. A folder with any part of a ledger is one: a ledger
/// that was destroyed must be missed, not passed over.
///
/// # Errors
/// There is none, or the folder cannot be listed.
pub fn ledgers(dir: &Path) -> Result<Vec<PathBuf>, FolderError> {
    if is_there(&DiskLayout::new(dir).ledger_path()) {
        return Ok(vec![dir.to_owned()]);
    }
    let io = |error| FolderError::Io { path: dir.to_owned(), error };
    let mut found = Vec::new();
    for item in fs::read_dir(dir).map_err(io)? {
        found.push(item.map_err(io)?.path());
    }
    found.push(dir.to_owned());
    found.retain(|path| has_part(path));
    found.sort();
    if found.is_empty() { Err(FolderError::NoLedger { path: dir.to_owned() }) } else { Ok(found) }
}

/// Whether a folder holds any part of a ledger.
fn has_part(dir: &Path) -> bool {
    let layout = DiskLayout::new(dir);
    [layout.ledger_path(), layout.blobs_path(), layout.lock_path(), dir.join(operator::FILE)]
        .iter()
        .any(|part| is_there(part))
}

/// Whether there is something of that name. What cannot be looked at counts: opening it says why.
fn is_there(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    }
}

/// Opens a ledger folder; nothing in it is changed.
///
/// # Errors
/// Open elsewhere for writing, damaged, without its ledger file, or not a ledger.
pub fn open(dir: &Path) -> Result<(RedbStore, FileBlobs), FolderError> {
    DiskLayout::new(dir).open_read_only().map_err(|error| FolderError::Open { path: dir.to_owned(), error })
}
