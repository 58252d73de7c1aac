//! EHR Ledger on a disk: the ledger in redb, sealed bodies as files named by their content id.
//!
//! [`DiskLayout`] names the files of a ledger folder and opens them; [`RedbStore`] and [`FileBlobs`] implement the
//! core's store traits (layout and rules: `docs/spec/storage.md`, reasons: ADR 0004). Calls block.
//!
//! A damaged file can make redb panic. Such panics are caught and reported as damage, which needs a build that
//! unwinds (`panic = "unwind"`, the default).
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

mod error;
mod file_blobs;
mod layout;
mod read_only;
mod redb_store;
mod sealed_value;
mod snapshot;
mod watched;

pub use file_blobs::FileBlobs;
pub use layout::DiskLayout;
pub use redb_store::{DEFAULT_CACHE, FORMAT_VERSION, RedbStore};
