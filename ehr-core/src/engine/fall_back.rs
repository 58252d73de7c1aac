//! Going back to what is on disk when a batch was not written.

use super::chain;
use super::entry::{GENESIS_KEY, block_at};
use super::io::LedgerEvent;
use super::machine::{Engine, read_tip};
use super::refused::Refused;
use crate::codec::Wire;
use crate::primitives::{Height, TxId};
use crate::store::{LedgerRead, ReadError, Table};
use crate::tx::Tx;
use std::collections::BTreeSet;

/// Pause before the disk is read again to fall back to it; an input ends it.
const READ_AGAIN_MS: u64 = 1_000;

impl Engine {
    /// Goes back to what is on disk after a batch failed. Blocks that were not written are fetched or mined again,
    /// and their transactions wait again; peers are greeted anew, as questions that were queued are gone.
    ///
    /// A disk that does not take a batch may not answer either, so everything is read before anything changes, and
    /// what cannot be read now is owed: every later call begins with it (rule EN-5).
    pub(super) fn fall_back(&mut self, disk: &dyn LedgerRead) -> Result<(), Refused> {
        let Some((batch, _)) = self.owed else { return Ok(()) };
        self.owed = Some((batch, self.now.plus(READ_AGAIN_MS)));
        let mut lost = self.unwritten(disk)?;
        let waiting = self.pool.candidates().map(Tx::id).chain(lost.iter().map(Tx::id));
        let mined = on_disk(disk, waiting.chain(self.out.dropped()))?;
        let genesis_bytes = self.spec.genesis().to_bytes()?;
        let tip = disk.get(Table::Meta, GENESIS_KEY)?.map(|_| read_tip(disk)).transpose()?;
        self.owed = None;
        self.stop_work();
        self.judged.clear();
        self.out.failed(&mined);
        // What was decided and not told is told when it comes again; what was told is not, however low the tip is.
        self.final_height = self.final_told;
        match tip {
            Some(tip) => self.best = tip,
            // Not even genesis got there: start over, for when the disk works again.
            None => self.initialise(genesis_bytes)?,
        }
        self.event(LedgerEvent::StoreFailed(batch));
        // A branch was undone that is the best again: its transactions neither wait nor were they dropped.
        for id in &mined {
            self.pool.remove(id);
        }
        lost.retain(|tx| !mined.contains(&tx.id()));
        for id in self.pool.restore(lost) {
            self.event(LedgerEvent::TxDropped(id));
        }
        self.start_over_with_peers();
        Ok(())
    }

    /// Transactions of the best chain's blocks that are not on disk, in chain order.
    fn unwritten(&self, disk: &dyn LedgerRead) -> Result<Vec<Tx>, ReadError> {
        let view = self.out.over(disk);
        let (mut blocks, mut id, mut height) = (Vec::new(), self.best.id, self.best.header.height);
        while height > Height::ZERO && block_at(disk, height)? != Some(id) {
            let Some(block) = chain::read_block(&self.spec, &view, &id)? else { break };
            (id, height) = (block.header().prev, height.minus(1));
            blocks.push(block.txs().to_vec());
        }
        blocks.reverse();
        Ok(blocks.into_iter().flatten().collect())
    }
}

/// Which of these transactions are in blocks of the best chain on disk.
fn on_disk(disk: &dyn LedgerRead, ids: impl Iterator<Item = TxId>) -> Result<BTreeSet<TxId>, ReadError> {
    let mut found = BTreeSet::new();
    for id in ids {
        if disk.get(Table::TxIndex, id.as_ref())?.is_some() {
            found.insert(id);
        }
    }
    Ok(found)
}
