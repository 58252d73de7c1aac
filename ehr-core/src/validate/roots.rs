//! What executing a block writes beside the state entries, and the roots its header must carry.

use super::Base;
use super::BlockError;
use crate::block::Receipt;
use crate::codec::{EncodeError, Wire, encode_in, limits};
use crate::merkle::sparse::{self, ReadEdit};
use crate::merkle::{mmr, rfc6962};
use crate::primitives::{BlockId, Hash32, Height, TxId};
use crate::state::Replaced;
use crate::store::{ChangeSet, LedgerRead, Table};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

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

/// The receipts of a block, in order: the value in [`Table::Receipts`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct BlockReceipts(pub Vec<Receipt>);

impl Wire for BlockReceipts {
    const NAME: &'static str = "receipts";
    const MAX_BYTES: usize = limits::MAX_RECEIPTS;
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

/// Most receipts are shorter, encoded.
const USUAL_RECEIPT: usize = 160;
/// A hash, encoded, with the heads of what goes with it.
const HASH_ROOM: usize = 48;

/// Roots and changes that follow from applying a block's transactions.
pub(super) struct Outcome {
    pub(super) state_root: Hash32,
    pub(super) receipts_root: Hash32,
    pub(super) history_root: Hash32,
    /// State, pages and history.
    pub(super) changes: ChangeSet,
    pub(super) old: Vec<(Hash32, Option<ByteBuf>)>,
}

impl Outcome {
    pub(super) fn new(
        read: &dyn LedgerRead,
        base: &Base<'_>,
        replaced: Vec<Replaced>,
        receipts: &[Receipt],
    ) -> Result<Self, BlockError> {
        let edits: Vec<_> = replaced
            .iter()
            .map(|was| ReadEdit { key: was.key, old: was.old.as_deref(), new: was.new.as_deref() })
            .collect();
        let tree = sparse::update_read(read, &edits)?;
        let mut changes = tree.pages;
        let mut old = Vec::with_capacity(replaced.len());
        let values = replaced.into_iter().map(|entry| {
            old.push((entry.key, entry.old.map(ByteBuf::from)));
            (entry.key, entry.new)
        });
        changes.apply(Table::State, values);
        let (history, history_root) = mmr::append(read, base.header.height.0, &base.leaf()?)?;
        changes.merge(history);
        let (mut receipt_tree, mut buffer) = (rfc6962::TreeBuilder::new(), Vec::new());
        for receipt in receipts {
            buffer = encode_in(receipt, buffer)?;
            receipt_tree.push(&buffer);
        }
        Ok(Self { state_root: tree.root, receipts_root: receipt_tree.root(), history_root, changes, old })
    }

    /// All changes of the block, now that its id is known.
    pub(super) fn finish(
        self,
        base: &Base<'_>,
        (id, height): (BlockId, Height),
        receipts: &BlockReceipts,
    ) -> Result<ChangeSet, EncodeError> {
        let txs: Vec<TxId> = receipts.0.iter().map(|receipt| receipt.tx).collect();
        let mut changes = self.changes;
        let place =
            |(index, tx): (u32, &TxId)| Ok((*tx, Some(TxPlace { block: id, height, index }.to_bytes()?)));
        changes
            .apply(Table::TxIndex, (0u32..).zip(&txs).map(place).collect::<Result<Vec<_>, EncodeError>>()?);
        let room = Vec::with_capacity(txs.len().saturating_mul(USUAL_RECEIPT));
        changes.put(Table::Receipts, id.as_ref(), encode_in(receipts, room)?);
        let values = self.old.iter().flat_map(|(_, value)| value).map(|value| value.len());
        let hashes = self.old.len().saturating_add(txs.len()).saturating_mul(HASH_ROOM);
        let room = Vec::with_capacity(values.fold(hashes, usize::saturating_add));
        let undo = UndoRecord { state_root: base.header.state_root, old: self.old, txs };
        changes.put(Table::Undo, id.as_ref(), encode_in(&undo, room)?);
        Ok(changes)
    }
}
