//! What follows when blocks are taken: another tip, transactions that wait again, final heights.

use super::chain::{self, ChainError, Taken};
use super::entry::block_at;
use super::io::LedgerEvent;
use super::machine::Engine;
use super::refused::Refused;
use crate::block::{Block, Checked};
use crate::consensus::final_height;
use crate::planted::planted;
use crate::primitives::{Height, TxId};
use crate::store::LedgerRead;
use crate::tx::Tx;
use crate::validate::BlockError;
use core::num::NonZeroU32;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Engine {
    /// Height that is final when the tip is at `height` (rules W-9 and EN-14).
    pub(super) fn final_at(&self, height: Height) -> Height {
        if self.is_stake() {
            return height;
        }
        let asked = if planted!(self.spec, HASTY_FINALITY) { 1 } else { self.spec.params().confirmations };
        // Genesis asks for one confirmation at least.
        let asked = u32::try_from(asked).unwrap_or(u32::MAX);
        final_height(height, NonZeroU32::new(asked).unwrap_or(NonZeroU32::MIN))
    }

    /// Takes a block of our own or of this machine.
    pub(super) fn take_own(&mut self, disk: &dyn LedgerRead, block: Block<Checked>) -> Result<(), Refused> {
        let view = self.out.over(disk);
        let taken = chain::take(&self.spec, &self.best, &view, self.now, block, &self.signatures)?;
        if let Some(refused) = self.taken(disk, taken) {
            return Err(ChainError::Body(refused).into());
        }
        Ok(())
    }

    /// Acts on what taking a block led to; returns the reason if the block, or one below it, broke a rule.
    pub(super) fn taken(&mut self, disk: &dyn LedgerRead, taken: Taken) -> Option<BlockError> {
        if !taken.changes.is_empty() {
            self.out.persist(taken.changes);
        }
        let mut refused = None;
        if let Some((id, error)) = taken.invalid {
            self.forget_chain(&id);
            self.event(LedgerEvent::BlockRefused { id, why: error.to_string() });
            refused = Some(error);
        }
        if let Some(moved) = taken.moved {
            let (from, to) = (moved.from, moved.to);
            let connected = u64::try_from(moved.connected.len()).unwrap_or(u64::MAX);
            self.return_to_pool(moved.undone, &moved.connected);
            self.best = to;
            self.event(LedgerEvent::TipMoved {
                from,
                to: self.best.id,
                height: self.best.header.height,
                undone: moved.undone_blocks,
                connected,
            });
            self.stop_work();
            self.judged.clear();
            if !self.is_stake() {
                self.announce();
            }
            self.finalise(disk);
        }
        refused
    }

    /// Transactions of undone blocks wait again, unless the new branch has them too.
    fn return_to_pool(&mut self, mut undone: Vec<Tx>, connected: &[(Height, Arc<Vec<Tx>>)]) {
        let mined: BTreeSet<TxId> = connected.iter().flat_map(|(_, txs)| txs.iter().map(Tx::id)).collect();
        undone.retain(|tx| !mined.contains(&tx.id()));
        let mut dropped = Vec::new();
        if !planted!(self.spec, FORGET_UNDONE_TXS) {
            dropped = self.pool.restore(undone);
        }
        for (height, txs) in connected {
            dropped.extend(self.pool.connected(txs.iter(), *height));
        }
        for id in dropped.into_iter().filter(|id| !mined.contains(id)) {
            self.event(LedgerEvent::TxDropped(id));
        }
    }

    /// Tells of blocks that now have their confirmations. Final heights only grow: a reorganisation that deep
    /// has been seen by users already, and is told as one. A read that fails is made good by the next block.
    fn finalise(&mut self, disk: &dyn LedgerRead) {
        let height = self.final_at(self.best.header.height);
        if height > self.final_height
            && let Ok(Some(id)) = block_at(&self.out.over(disk), height)
        {
            self.final_height = height;
            self.event(LedgerEvent::Final { height, id });
        }
    }
}
