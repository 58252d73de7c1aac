//! A ledger opened for showing.

use super::error::ShowError;
use crate::commands::folders;
use ehr_core::block::{Block, ChainSpec, Checked, Genesis, Receipt};
use ehr_core::codec::Wire;
use ehr_core::engine::{BlockEntry, GENESIS_KEY, TIP_KEY, TipEntry, block_at, block_entry};
use ehr_core::primitives::{BlockId, Height};
use ehr_core::store::{LedgerRead, ReadError, Table};
use ehr_core::tx::Tx;
use ehr_core::validate::BlockReceipts;
use ehr_store_disk::RedbStore;
use std::path::Path;

pub(super) struct Ledger {
    pub(super) store: RedbStore,
    pub(super) spec: ChainSpec,
    pub(super) tip: TipEntry,
}

/// A block of the best chain.
pub(super) struct Found {
    pub(super) id: BlockId,
    pub(super) entry: BlockEntry,
    /// Transactions; none in genesis.
    pub(super) txs: Vec<Tx>,
    /// Bytes of the stored block.
    pub(super) bytes: usize,
}

impl Ledger {
    pub(super) fn open(dir: &Path) -> Result<Self, ShowError> {
        let (store, _) = folders::open(dir)?;
        let genesis: Genesis = get(&store, Table::Meta, GENESIS_KEY)?.ok_or(ShowError::NoChain)?;
        let tip = get(&store, Table::Meta, TIP_KEY)?.ok_or(ShowError::NoChain)?;
        let spec = ChainSpec::new(genesis).map_err(|_| ShowError::NoChain)?;
        Ok(Self { store, spec, tip })
    }

    /// The block at a height up to the tip's.
    pub(super) fn block(&self, height: Height) -> Result<Found, ShowError> {
        let damaged = |why: String| ShowError::Damaged { height, why };
        let missing = |what: &str| damaged(format!("its {what} is missing"));
        let read = |error: ReadError| damaged(error.to_string());
        let id = block_at(&self.store, height).map_err(read)?.ok_or_else(|| missing("id"))?;
        let entry = block_entry(&self.store, &id).map_err(read)?.ok_or_else(|| missing("header"))?;
        let body =
            self.store.get(Table::Bodies, id.as_ref()).map_err(read)?.ok_or_else(|| missing("body"))?;
        let mut txs = Vec::new();
        if height > Height::ZERO {
            let block = Block::decode(&body).map_err(|e| damaged(e.to_string()))?;
            let block: Block<Checked> = block.check(&self.spec).map_err(|e| damaged(e.to_string()))?;
            txs = block.txs().to_vec();
        }
        Ok(Found { id, entry, txs, bytes: body.len() })
    }

    /// All blocks, genesis first.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Result<Found, ShowError>> {
        (0..=self.tip.height.0).map(|height| self.block(Height(height)))
    }

    /// What the transactions of a block did.
    pub(super) fn receipts(&self, id: &BlockId) -> Result<Vec<Receipt>, ShowError> {
        let receipts: Option<BlockReceipts> = get(&self.store, Table::Receipts, id.as_ref())?;
        Ok(receipts.map(|receipts| receipts.0).unwrap_or_default())
    }
}

/// A stored value.
pub(super) fn get<T: Wire>(store: &dyn LedgerRead, table: Table, key: &[u8]) -> Result<Option<T>, ShowError> {
    let Some(bytes) = store.get(table, key)? else { return Ok(None) };
    let damaged = |e| ReadError::Corrupt { what: format!("table {}: {e}", table.name()) };
    Ok(Some(T::from_bytes(&bytes).map_err(damaged)?))
}
