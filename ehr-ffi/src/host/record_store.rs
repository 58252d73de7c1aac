//! A ledger store brought by the host.

use crate::Result;
use crate::fault::{ask, garbage};
use ehr_core::store::{Change, ChangeSet, LedgerRead, LedgerStore, Pair, ReadError, StoreError, Table};
use std::sync::Arc;

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

const WHO: &str = "record store";

/// A host's record store as the core sees it.
pub(crate) struct Records(pub(crate) Arc<dyn RecordStore>);

impl LedgerRead for Records {
    fn get(&self, table: Table, key: &[u8]) -> core::result::Result<Option<Vec<u8>>, ReadError> {
        ask(WHO, "get", || self.0.get(table.code(), key.to_vec())).map_err(ReadError::Io)
    }

    fn range(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> core::result::Result<Vec<Pair>, ReadError> {
        let most = u32::try_from(limit).unwrap_or(u32::MAX);
        let rows = ask(WHO, "range", || self.0.range(table.code(), from.to_vec(), to.to_vec(), most));
        let rows = rows.map_err(ReadError::Io)?;
        let inside = |row: &Row| from <= row.key.as_slice() && (to.is_empty() || row.key.as_slice() < to);
        if rows.len() > limit || !rows.iter().all(inside) || !rows.is_sorted_by(|a, b| a.key < b.key) {
            return Err(ReadError::Io(garbage(WHO, "gave rows that were not asked for, or out of order")));
        }
        Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
    }
}

impl LedgerStore for Records {
    /// Whether a host that failed kept the changes is not known: the store is read again then.
    fn commit(&mut self, changes: &ChangeSet) -> core::result::Result<(), StoreError> {
        let row = |(table, key, change): (Table, &[u8], &Change)| RowChange {
            table: table.code(),
            key: key.to_vec(),
            value: match change {
                Change::Put(value) => Some(value.clone()),
                Change::Delete => None,
            },
        };
        let rows = changes.iter().map(row).collect();
        ask(WHO, "commit", || self.0.commit(rows)).map_err(StoreError::Uncertain)
    }
}
