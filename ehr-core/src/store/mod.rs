//! Where disks plug in: an ordered ledger store and a content-addressed store of sealed bodies.
//!
//! They are two kinds of thing and stay two traits: the ledger store is small, ordered, atomic and local with one
//! writer; the blob store is large, maybe remote, maybe unable to forget. Adapters that touch a disk or a network
//! are crates of their own (ADR 0004) and run the suites of `ehr-conformance` in their tests.

mod blob;
mod change_set;
mod key;
mod ledger;
mod memory;
mod overlay;

pub use blob::{BlobError, BlobStore, Forgotten};
pub use change_set::{Change, ChangeSet};
pub use ledger::{LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
pub use memory::{MemoryBlobs, MemoryStore};
pub use overlay::{Layers, Overlay};
