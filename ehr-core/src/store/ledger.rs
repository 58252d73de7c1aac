//! The ledger store: tables of byte keys, read in order, changed by one atomic [`ChangeSet`] at a time.

use super::ChangeSet;
use crate::primitives::u8_enum;

u8_enum! {
    /// The tables. Keys and values are described in `docs/spec/storage.md`.
    Table {
        /// Singletons: tip, genesis.
        Meta = 0,
        /// Block id to block entry (header, total work, status).
        Headers = 1,
        /// Block id to body bytes.
        Bodies = 2,
        /// Height (8 bytes, big-endian) to block id on the best chain.
        Heights = 3,
        /// Hashed state key to state value.
        State = 4,
        /// Tree page path to page: upper levels of the state tree.
        Pages = 5,
        /// Block id to the undo record of the block.
        Undo = 6,
        /// Transaction id to its place on the best chain.
        TxIndex = 7,
        /// Position (8 bytes, big-endian) to node of the header MMR.
        History = 8,
        /// Block id to receipts.
        Receipts = 9,
        /// Block id to the certificate of that block, for every block of a chain of stake.
        Certificates = 10,
        /// What a validator must not forget: its log and its sign-protection record.
        Consensus = 11,
    }
}

impl Table {
    /// The table after this one, if any.
    pub const fn next(self) -> Option<Self> {
        match self.code().checked_add(1) {
            Some(c) => Self::from_code(c),
            None => None,
        }
    }
}

/// A read that did not answer. Retrying is the driver's decision; the core changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The medium failed.
    #[error("store cannot be read: {0}")]
    Io(String),
    /// The medium answered with something that was never written.
    #[error("store is damaged: {what}")]
    Corrupt {
        /// What was being read, such as a table and a key.
        what: String,
    },
}

/// A store that cannot be opened or a commit that did not happen. Except for [`StoreError::Uncertain`] the store
/// is as it was before the call, and can be used on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space left.
    #[error("disk is full")]
    Full,
    /// The folder or file cannot be written.
    #[error("store is read-only: {0}")]
    ReadOnly(String),
    /// Another process holds the store.
    #[error("store is open in another process: {0}")]
    Locked(String),
    /// The file is a store of another format version or of another program.
    #[error("store has format {found}, this program reads {expected}")]
    Format {
        /// Version found.
        found: String,
        /// Version this program reads.
        expected: u32,
    },
    /// The medium failed so late that the changes may or may not be kept (a sync that reported an error). Every
    /// later call on this handle fails; opening the store again shows which of the two it is, never a mixture.
    #[error("store may or may not have kept the last changes, open it again: {0}")]
    Uncertain(String),
    /// Any other failure of the medium.
    #[error("store failed: {0}")]
    Io(String),
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Reads of committed state. Handed to the core as an argument: disk is an answer, not an ability.
pub trait LedgerRead {
    /// The value of a key.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError>;
    /// Up to `limit` pairs with `from <= key < to` in key order; an empty `to` means no end.
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError>;

    /// Shows what [`LedgerRead::range`] returns, pair by pair. A store that has the bytes at hand need not copy them. What was
    /// shown before an error is void.
    fn visit(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
        show: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        self.range(table, from, to, limit)?.iter().for_each(|(key, value)| show(key, value));
        Ok(())
    }
}

/// An ordered, atomic, local store with one writer.
pub trait LedgerStore: LedgerRead {
    /// Applies every change or none, and returns only when it would survive a crash. On error nothing
    /// changed, [`StoreError::Uncertain`] excepted.
    fn commit(&mut self, changes: &ChangeSet) -> Result<(), StoreError>;

    /// A reader for another thread, which answers while a commit is under way: with what was there before it, until it
    /// shows all of the commit at once (rule D-17). None if reads have to wait for commits.
    fn reader(&self) -> Option<Box<dyn LedgerRead + Send>> {
        None
    }
}

impl<T: LedgerRead + ?Sized> LedgerRead for &T {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        (**self).get(table, key)
    }
    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        (**self).range(table, from, to, limit)
    }
    fn visit(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
        show: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        (**self).visit(table, from, to, limit, show)
    }
}
