//! A ledger store brought by the host.

use crate::Result;

/// One key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Row {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// What happens to one key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RowChange {
    /// Table, 0 to 9.
    pub table: u8,
    /// The key.
    pub key: Vec<u8>,
    /// The new value; none removes the key, which may be absent.
    pub value: Option<Vec<u8>>,
}

/// Ten ordered tables of byte keys with one writer. Reads see the last commit. Check an implementation with
/// [`check_record_store`](super::check_record_store).
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait RecordStore: Send + Sync {
    /// The value of a key.
    fn get(&self, table: u8, key: Vec<u8>) -> Result<Option<Vec<u8>>>;
    /// Up to `limit` rows with `from <= key < to` in byte order of the keys; an empty `to` means no end.
    fn range(&self, table: u8, from: Vec<u8>, to: Vec<u8>, limit: u32) -> Result<Vec<Row>>;
    /// Applies every change or none, and returns only when it would survive a crash.
    fn commit(&self, changes: Vec<RowChange>) -> Result<()>;
}
