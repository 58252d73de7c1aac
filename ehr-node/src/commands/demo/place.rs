//! The folders of the institutions, kept or thrown away.

use super::error::DemoError;
use crate::temporary::Folder;
use ehr_store_disk::DiskLayout;
use std::path::{Path, PathBuf};

/// Names of the institutions' folders. The last two are there under proof of stake only: they vote and keep no records.
pub(super) const NAMES: [&str; 4] = ["hospital-a", "hospital-b", "hospital-c", "hospital-d"];

/// Where the ledgers lie.
pub(super) enum Place {
    Kept(PathBuf),
    Temporary(Folder),
}

impl Place {
    /// A folder that holds no ledger yet, or a temporary one.
    pub(super) fn new(keep: Option<PathBuf>) -> Result<Self, DemoError> {
        let Some(root) = keep else {
            let error = |error| DemoError::Folder { path: std::env::temp_dir(), error };
            return Folder::new("ehr-demo-").map(Self::Temporary).map_err(error);
        };
        if [root.clone()]
            .into_iter()
            .chain(NAMES.map(|name| root.join(name)))
            .any(|dir| DiskLayout::new(dir).exists())
        {
            return Err(DemoError::FolderInUse(root));
        }
        std::fs::create_dir_all(&root).map_err(|error| DemoError::Folder { path: root.clone(), error })?;
        Ok(Self::Kept(root))
    }

    pub(super) fn root(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(dir) => dir.path(),
        }
    }

    /// The folder to name to the user, if it stays.
    pub(super) fn kept(&self) -> Option<&Path> {
        match self {
            Self::Kept(path) => Some(path),
            Self::Temporary(_) => None,
        }
    }
}
