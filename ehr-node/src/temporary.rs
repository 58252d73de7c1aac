//! Folders that go with the command, also when it is interrupted.
//!
//! A destructor does not run when a signal ends the process, so the folders that exist are listed, and
//! [`remove_on_interrupt`] removes them.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

static EXISTING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn existing() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    EXISTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary folder; removed when dropped or when the command is interrupted.
pub struct Folder(TempDir);

impl Folder {
    /// A new folder whose name begins with `prefix`, where the system keeps temporary files.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(prefix: &str) -> io::Result<Self> {
        // Held while the folder is made, so that an interrupt finds it on the list.
        let mut existing = existing();
        let dir = tempfile::Builder::new().prefix(prefix).tempdir()?;
        existing.insert(dir.path().to_owned());
        Ok(Self(dir))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        existing().remove(self.0.path());
    }
}

/// From now on, an interrupt removes the folders that exist and ends the process with status 130. Does nothing if the
/// system gives no signals.
pub fn remove_on_interrupt() {
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(tokio::signal::ctrl_c())
    };
    std::thread::spawn(move || {
        if wait().is_ok() {
            // Kept locked: no folder is made any more.
            let existing = existing();
            for folder in existing.iter() {
                // Other threads still write there. What cannot be removed is the system's to clear.
                let _ = (0..8).any(|_| std::fs::remove_dir_all(folder).is_ok());
            }
            std::process::exit(130);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_while_it_exists() {
        let folder = Folder::new("ehr-test-").unwrap();
        let path = folder.path().to_owned();
        assert!(path.is_dir() && existing().contains(&path));
        drop(folder);
        assert!(!path.exists() && !existing().contains(&path));
    }
}
