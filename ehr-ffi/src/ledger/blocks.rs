//! Looking up blocks and transactions.

use super::Ledger;
use super::machine::Core;
use crate::fault::call;
use crate::types::{BlockInfo, TransactionInfo};
use crate::{EhrError, Result};
use ehr_core::block::Block;
use ehr_core::codec::Wire as _;
use ehr_core::engine::block_at;
use ehr_core::primitives::{BlockId, Height, TxId};
use ehr_core::store::{LedgerRead as _, Table};
use ehr_core::tx::Tx;
use ehr_core::validate::TxPlace;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// A block of the best chain.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn block(&self, height: Height) -> Result<Option<BlockInfo>> {
        call(|| {
            self.core(|core| {
                let Some(id) = block_at(&core.engine.view(&core.store), height)? else { return Ok(None) };
                let block = core.block(&id)?;
                let header = block.header();
                let ids = block.tx_bytes().map(|bytes| Ok(Tx::decode(bytes)?.id()));
                let ids: Result<Vec<TxId>> = ids.collect();
                Ok(Some(BlockInfo {
                    height,
                    id,
                    prev: header.prev,
                    time: header.time,
                    proposer: header.proposer,
                    state_root: header.state_root,
                    tx_root: header.tx_root,
                    transactions: ids.map_err(|e| damaged(&id, &e))?,
                }))
            })
        })
    }

    /// A transaction that is mined or waits.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn transaction(&self, id: TxId) -> Result<Option<TransactionInfo>> {
        call(|| {
            self.core(|core| {
                if let Some(tx) = core.engine.pool().get(&id) {
                    return Ok(Some(info(tx, None)));
                }
                let view = core.engine.view(&core.store);
                let Some(place) = view.get(Table::TxIndex, id.as_ref())? else { return Ok(None) };
                let place = TxPlace::from_bytes(&place);
                let place = place.map_err(|e| EhrError::damaged(format!("index of transactions: {e}")))?;
                let block = core.block(&place.block)?;
                let bytes = usize::try_from(place.index).ok().and_then(|index| block.tx_bytes().nth(index));
                let bytes = bytes.ok_or_else(|| damaged(&place.block, &"a transaction is missing"))?;
                let tx = Tx::decode(bytes).map_err(|e| damaged(&place.block, &e))?;
                Ok(Some(info(&tx, Some(&place))))
            })
        })
    }
}

impl Core {
    /// A stored block.
    pub(super) fn block(&self, id: &BlockId) -> Result<Block> {
        let bytes = self.engine.view(&self.store).get(Table::Bodies, id.as_ref())?;
        let bytes = bytes.ok_or_else(|| damaged(id, &"its body is missing"))?;
        Block::decode(&bytes).map_err(|e| damaged(id, &e))
    }
}

fn damaged(id: &BlockId, why: &dyn ToString) -> EhrError {
    EhrError::damaged(format!("block {id}: {}", why.to_string()))
}

fn info(tx: &Tx, place: Option<&TxPlace>) -> TransactionInfo {
    let body = tx.body();
    TransactionInfo {
        id: tx.id(),
        kind: body.payload.name().to_owned(),
        height: place.map(|place| place.height),
        index: place.map(|place| place.index),
        payer: body.fee_payer,
        nonce: body.nonce,
        fee: body.fee,
        signers: tx.signatures().iter().map(|entry| entry.account).collect(),
        bytes: tx.bytes().to_vec(),
    }
}
