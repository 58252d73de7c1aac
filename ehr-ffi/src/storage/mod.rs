//! Where a ledger is kept.

mod backing;

pub(crate) use backing::Backing;

use crate::host::{BlobStore, Blobs, RecordStore, Records};
use crate::{EhrError, Result};
use ehr_core::store::{BlobStore as CoreBlobStore, MemoryBlobs, MemoryStore};
use ehr_store_disk::DiskLayout;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Where a ledger is kept. One ledger at a time uses it; after that is closed it may be opened again.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Storage {
    place: Place,
    in_use: Arc<AtomicBool>,
}

enum Place {
    Memory(Arc<Mutex<MemoryStore>>, Arc<MemoryBlobs>),
    Folder(DiskLayout),
    ReadOnly(DiskLayout),
    Host { records: Arc<dyn RecordStore>, blobs: Arc<dyn BlobStore> },
}

impl Place {
    fn kept(self) -> Arc<Storage> {
        Arc::new(Storage { place: self, in_use: Arc::default() })
    }
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Storage {
    /// In memory, for as long as this object lives.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn memory() -> Arc<Self> {
        Place::Memory(Arc::default(), Arc::default()).kept()
    }

    /// A folder, made if it is absent: a database file and sealed bodies as files. Locked while it is open.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn folder(path: String) -> Arc<Self> {
        Place::Folder(DiskLayout::new(path)).kept()
    }

    /// An existing folder in which nothing is changed.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn read_only(path: String) -> Arc<Self> {
        Place::ReadOnly(DiskLayout::new(path)).kept()
    }

    /// Stores brought by the host.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn host(records: Arc<dyn RecordStore>, blobs: Arc<dyn BlobStore>) -> Arc<Self> {
        Place::Host { records, blobs }.kept()
    }
}

/// Keeps other ledgers out of a storage until it is dropped.
pub(crate) struct Lease(Arc<AtomicBool>);

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// A storage that is open.
pub(crate) struct Opened {
    pub(crate) store: Backing,
    pub(crate) blobs: Arc<dyn CoreBlobStore>,
    pub(crate) lease: Lease,
}

impl Storage {
    /// Opens the stores. `make` says whether a folder that holds nothing is made into one.
    pub(crate) fn open(&self, make: bool) -> Result<Opened> {
        if self.in_use.swap(true, Ordering::SeqCst) {
            return Err(EhrError::busy("another ledger of this process uses this storage"));
        }
        let lease = Lease(Arc::clone(&self.in_use));
        let (store, blobs): (Backing, Arc<dyn CoreBlobStore>) = match &self.place {
            Place::Memory(store, blobs) => (Backing::Memory(Arc::clone(store)), Arc::clone(blobs) as _),
            Place::Folder(layout) => {
                if !make && !layout.exists() {
                    return Err(EhrError::not_found("ledger", "in this folder"));
                }
                let (store, blobs) = layout.open()?;
                (Backing::Folder(layout.clone(), Some(store)), Arc::new(blobs))
            }
            Place::ReadOnly(layout) => {
                if !layout.exists() {
                    return Err(EhrError::not_found("ledger", "in this folder"));
                }
                let (store, blobs) = layout.open_read_only()?;
                (Backing::ReadOnly(store), Arc::new(blobs))
            }
            Place::Host { records, blobs } => {
                (Backing::Host(Records(Arc::clone(records))), Arc::new(Blobs(Arc::clone(blobs))))
            }
        };
        Ok(Opened { store, blobs, lease })
    }
}
