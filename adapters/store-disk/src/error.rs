//! From the errors of redb and the operating system to those of the store traits.

use ehr_core::store::{BlobError, ReadError, StoreError};
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what calls redb; a panic in there is taken for damage, since redb trusts its own file.
pub(crate) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        ReadError::Corrupt { what: format!("ledger file, redb stopped: {text}") }
    })
}

/// Whether the medium has no room, or none for this user.
fn is_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

/// Whether writing is not allowed.
fn is_read_only(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
}

/// An I/O error, with what was being done.
pub(crate) fn io_error(kind: ErrorKind, doing: &dyn Display, error: &dyn Display) -> StoreError {
    let text = format!("{doing}: {error}");
    match kind {
        k if is_full(k) => StoreError::Full,
        k if is_read_only(k) => StoreError::ReadOnly(text),
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData => ReadError::Corrupt { what: text }.into(),
        _ => StoreError::Io(text),
    }
}

/// The same for the blob store.
pub(crate) fn blob_error(doing: &dyn Display, error: &io::Error) -> BlobError {
    match error.kind() {
        k if is_full(k) => BlobError::Full,
        k if is_read_only(k) => BlobError::ReadOnly(format!("{doing}: {error}")),
        _ => BlobError::Io(format!("{doing}: {error}")),
    }
}

/// An error of redb while reading.
pub(crate) fn read_error(error: impl Into<redb::Error>) -> ReadError {
    match store_error(error) {
        StoreError::Read(error) => error,
        other => ReadError::Io(other.to_string()),
    }
}

/// Any error of redb.
pub(crate) fn store_error(error: impl Into<redb::Error>) -> StoreError {
    let corrupt = |what: String| StoreError::Read(ReadError::Corrupt { what });
    match error.into() {
        redb::Error::Io(e) => io_error(e.kind(), &"ledger file", &e),
        redb::Error::DatabaseAlreadyOpen => StoreError::Locked("ledger file".to_owned()),
        redb::Error::UpgradeRequired(version) => StoreError::Format {
            found: format!("redb file version {version}"),
            expected: crate::redb_store::FORMAT_VERSION,
        },
        redb::Error::Corrupted(what) => corrupt(format!("ledger file: {what}")),
        // Our table names and types are fixed: one that is missing or different was not written by us.
        e @ (redb::Error::TableDoesNotExist(_)
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TypeDefinitionChanged { .. }) => corrupt(format!("ledger file: {e}")),
        e => StoreError::Io(format!("ledger file: {e}")),
    }
}
