//! What executing a block writes beside the state entries, and the roots its header must carry.

use super::Base;
use super::BlockError;
use crate::block::{Header, Receipt};
use crate::codec::{EncodeError, Wire, limits};
use crate::merkle::{mmr, rfc6962, sparse};
use crate::primitives::{BlockId, Hash32, Height, TxId};
use crate::state::Replaced;
use crate::store::{ChangeSet, LedgerRead, Table};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// Where a transaction is on the best chain: the value in [`Table::TxIndex`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TxPlace {
    /// The block.
    pub block: BlockId,
    /// Its height.
    pub height: Height,
    /// Position in it, from 0.
    pub index: u32,
}

impl Wire for TxPlace {
    const NAME: &'static str = "transaction place";
    const MAX_BYTES: usize = 64;
}

/// What takes the state back to before a block: the value in [`Table::Undo`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct UndoRecord {
    /// State root before the block.
    pub state_root: Hash32,
    /// Keys the block changed, with their values before it, none for those that were absent.
    pub old: Vec<(Hash32, Option<ByteBuf>)>,
    /// The block's transactions.
    pub txs: Vec<TxId>,
}

impl Wire for UndoRecord {
    const NAME: &'static str = "undo record";
    const MAX_BYTES: usize = limits::MAX_UNDO;
}

/// Roots and changes that follow from applying a block's transactions.
pub(super) struct Outcome {
    pub(super) state_root: Hash32,
    pub(super) receipts_root: Hash32,
    pub(super) history_root: Hash32,
    /// State, pages and history.
    pub(super) changes: ChangeSet,
    pub(super) receipts: Vec<ByteBuf>,
    pub(super) old: Vec<(Hash32, Option<ByteBuf>)>,
}

impl Outcome {
    pub(super) fn new(
        read: &dyn LedgerRead,
        base: &Base<'_>,
        replaced: Vec<Replaced>,
        receipts: &[Receipt],
    ) -> Result<Self, BlockError> {
        let mut old = Vec::with_capacity(replaced.len());
        let mut new = BTreeMap::new();
        for entry in replaced {
            old.push((entry.key, entry.old.map(ByteBuf::from)));
            new.insert(entry.key, entry.new);
        }
        let tree = sparse::update(read, &new)?;
        let mut changes = tree.pages;
        for (key, value) in new {
            match value {
                Some(value) => changes.put(Table::State, key.as_ref(), value),
                None => changes.delete(Table::State, key.as_ref()),
            }
        }
        let (history, history_root) = mmr::append(read, base.header.height.0, &base.leaf()?)?;
        changes.merge(history);
        let receipts = receipts
            .iter()
            .map(|receipt| receipt.to_bytes().map(ByteBuf::from))
            .collect::<Result<Vec<_>, EncodeError>>()?;
        let receipts_root = rfc6962::root(&receipts);
        Ok(Self { state_root: tree.root, receipts_root, history_root, changes, receipts, old })
    }

    /// All changes of the block, now that its id is known.
    pub(super) fn finish(
        self,
        base: &Base<'_>,
        header: &Header,
        id: BlockId,
        txs: &[TxId],
    ) -> Result<ChangeSet, EncodeError> {
        let mut changes = self.changes;
        for (index, tx) in (0u32..).zip(txs) {
            let place = TxPlace { block: id, height: header.height, index };
            changes.put(Table::TxIndex, tx.as_ref(), place.to_bytes()?);
        }
        changes.put(Table::Receipts, id.as_ref(), encode("receipts", &self.receipts)?);
        let undo = UndoRecord { state_root: base.header.state_root, old: self.old, txs: txs.to_vec() };
        changes.put(Table::Undo, id.as_ref(), undo.to_bytes()?);
        Ok(changes)
    }
}

fn encode(what: &'static str, value: &impl serde::Serialize) -> Result<Vec<u8>, EncodeError> {
    serde_ipld_dagcbor::to_vec(value).map_err(|e| EncodeError { what, reason: e.to_string() })
}
