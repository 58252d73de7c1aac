//! Where a ledger is kept.

use crate::host::{BlobStore, RecordStore};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a ledger is kept. One ledger at a time uses it; after that is closed it may be opened again.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
#[expect(dead_code, reason = "opened later")]
pub struct Storage(Place);

#[expect(dead_code, reason = "opened later")]
enum Place {
    Memory,
    Folder(PathBuf),
    ReadOnly(PathBuf),
    Host { records: Arc<dyn RecordStore>, blobs: Arc<dyn BlobStore> },
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Storage {
    /// In memory, for as long as this object lives.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn memory() -> Arc<Self> {
        Arc::new(Self(Place::Memory))
    }

    /// A folder, made if it is absent: a database file and sealed bodies as files. Locked while it is open.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn folder(path: String) -> Arc<Self> {
        Arc::new(Self(Place::Folder(path.into())))
    }

    /// An existing folder in which nothing is changed.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn read_only(path: String) -> Arc<Self> {
        Arc::new(Self(Place::ReadOnly(path.into())))
    }

    /// Stores brought by the host.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn host(records: Arc<dyn RecordStore>, blobs: Arc<dyn BlobStore>) -> Arc<Self> {
        Arc::new(Self(Place::Host { records, blobs }))
    }
}
