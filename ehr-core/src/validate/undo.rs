//! Taking the state back to before a block.

use super::UndoRecord;
use crate::block::{ChainSpec, Header};
use crate::codec::{DecodeError, Wire};
use crate::merkle::{mmr, sparse};
use crate::primitives::{BlockId, Hash32, Height};
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};
use std::collections::BTreeMap;

/// A block that cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UndoError {
    /// Genesis, or a block of another chain.
    #[error("block at height {height} cannot be undone")]
    NotUndoable {
        /// Its height.
        height: Height,
    },
    /// There is no undo record: the block was never applied, or lies too deep.
    #[error("no undo record for block {id}")]
    Missing {
        /// The block.
        id: BlockId,
    },
    /// The undo record is none.
    #[error("undo record: {0}")]
    Damaged(#[from] DecodeError),
    /// What the record restores is not the state before the block: record or state is damaged.
    #[error("undoing gives state root {got}, before the block it was {want}")]
    WrongRoot {
        /// Root restored.
        got: Hash32,
        /// Root before the block.
        want: Hash32,
    },
    /// The store did not answer.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// The changes that take the state after `header` back to before it (rule B-15). `read` shows the state after it.
///
/// # Errors
/// See [`UndoError`]; nothing is changed.
pub fn undo(spec: &ChainSpec, read: &dyn LedgerRead, header: &Header) -> Result<ChangeSet, UndoError> {
    let not_undoable = UndoError::NotUndoable { height: header.height };
    let Some(parent_height) = header.height.prev() else { return Err(not_undoable) };
    if header.chain_id != spec.chain_id() {
        return Err(not_undoable);
    }
    let id = header.id();
    let bytes = read.get(Table::Undo, id.as_ref())?.ok_or(UndoError::Missing { id })?;
    let record = UndoRecord::from_bytes(&bytes)?;
    let old: BTreeMap<Hash32, Option<Vec<u8>>> =
        record.old.into_iter().map(|(key, value)| (key, value.map(serde_bytes::ByteBuf::into_vec))).collect();
    let tree = sparse::update(read, &old)?;
    if tree.root != record.state_root {
        return Err(UndoError::WrongRoot { got: tree.root, want: record.state_root });
    }
    let mut changes = tree.pages;
    for (key, value) in old {
        match value {
            Some(value) => changes.put(Table::State, key.as_ref(), value),
            None => changes.delete(Table::State, key.as_ref()),
        }
    }
    // Executing this block appended the parent's leaf as leaf number `parent_height`.
    changes.merge(mmr::remove_last(parent_height.0)?);
    for tx in record.txs {
        changes.delete(Table::TxIndex, tx.as_ref());
    }
    changes.delete(Table::Receipts, id.as_ref());
    changes.delete(Table::Undo, id.as_ref());
    Ok(changes)
}
