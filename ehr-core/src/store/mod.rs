//! Where disks plug in: an ordered ledger store and a content-addressed store of sealed bodies.
//!
//! They are two kinds of thing and stay two traits: the ledger store is small, ordered, atomic and local with one
//! writer; the blob store is large, maybe remote, maybe unable to forget.

mod blob;
mod change_set;
mod ledger;
mod memory;

pub use blob::{BlobError, BlobStore, Forgotten};
pub use change_set::{Change, ChangeSet};
pub use ledger::{LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
pub use memory::{MemoryBlobs, MemoryStore};
