//! Back to what the store holds, after a commit of unknown outcome or a panic. Nothing is lost: transactions that
//! waited wait again, and so do those of blocks that did not get to the store.

use super::machine::Core;
use crate::{EhrError, Result};
use ehr_core::block::Block;
use ehr_core::engine::{Engine, EngineConfig, Input, block_at};
use ehr_core::primitives::Height;
use ehr_core::store::{LedgerRead as _, ReadError, Table};
use ehr_core::tx::Tx;

impl Core {
    /// Makes the engine anew from its store if it may not agree with it. What fails here is tried again at the next
    /// call.
    pub(super) fn refresh(&mut self) -> Result<()> {
        if !self.stale {
            return Ok(());
        }
        self.store.reopen()?;
        let mut waiting = self.unwritten().map_err(EhrError::from)?;
        waiting.extend(self.engine.pool().candidates().map(|tx| tx.bytes().to_vec()));
        let engine = Engine::recover(self.engine.spec().clone(), EngineConfig::default(), &self.store)?;
        self.replace(engine);
        self.stale = false;
        self.perform();
        for peer in self.peers.clone() {
            let _ = self.feed(Input::PeerUp(peer));
        }
        for bytes in waiting {
            // One that is on the chain already, or no longer valid, is refused.
            let _ = self.feed(Input::Submit { bytes });
        }
        if self.stale {
            return Err(EhrError::storage("the store still fails"));
        }
        Ok(())
    }

    /// Transactions of the engine's blocks that did not get to the store, in chain order.
    fn unwritten(&self) -> core::result::Result<Vec<Vec<u8>>, ReadError> {
        let view = self.engine.view(&self.store);
        let best = self.engine.best();
        let (mut blocks, mut id, mut height) = (Vec::new(), best.id, best.header.height);
        while height > Height::ZERO && block_at(&self.store, height)? != Some(id) {
            let Some(bytes) = view.get(Table::Bodies, id.as_ref())? else { break };
            let Ok(block) = Block::decode(&bytes) else { break };
            blocks.push(block.tx_bytes().map(<[u8]>::to_vec).collect::<Vec<_>>());
            (id, height) = (block.header().prev, height.minus(1));
        }
        blocks.reverse();
        Ok(blocks.into_iter().flatten().filter(|bytes| Tx::decode(bytes).is_ok()).collect())
    }
}
