//! One process a validator key. The sign-protection record is in the ledger's folder; a second folder with the same key
//! would have its own, and the two would sign against each other.

use ehr_core::primitives::VerifyingKey;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Held while a key signs on this machine. Given back when dropped, or when the process ends however it ends.
pub(super) struct KeyLock {
    file: File,
    path: PathBuf,
}

/// A key that cannot be held.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyLockError {
    /// Another process has it.
    #[error("another process on this machine signs with the validator key {0}: stop it first")]
    InUse(VerifyingKey),
    /// The lock file cannot be used.
    #[error("{}: {error}", .path.display())]
    File {
        /// The lock file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl KeyLock {
    /// Takes the lock of a key, a file of the machine's folder for temporary files that is named after it.
    pub(super) fn take(key: &VerifyingKey) -> Result<Self, KeyLockError> {
        let path = std::env::temp_dir().join(format!("ehr-validator-{key}.lock"));
        let failed = |error| KeyLockError::File { path: path.clone(), error };
        loop {
            let file =
                File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Self { file, path }),
                // Whoever held it removed the file after this one opened it.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(KeyLockError::InUse(*key)),
                Err(TryLockError::Error(error)) => return Err(KeyLockError::File { path, error }),
            }
        }
    }
}

impl Drop for KeyLock {
    fn drop(&mut self) {
        // A file that stays locks nothing.
        if cfg!(unix) && is_at(&self.file, &self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Whether a path still names an open file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    let at = std::fs::metadata(path).map(place);
    at.is_ok_and(|at| file.metadata().map(place).is_ok_and(|own| own == at))
}

/// Nobody removes the file here.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_once_and_can_be_taken_again() {
        let key = VerifyingKey([0x5a; 32]);
        let held = KeyLock::take(&key).unwrap();
        assert!(matches!(KeyLock::take(&key), Err(KeyLockError::InUse(other)) if other == key));
        assert!(KeyLock::take(&VerifyingKey([0x5b; 32])).is_ok());
        drop(held);
        assert!(KeyLock::take(&key).is_ok());
    }
}
