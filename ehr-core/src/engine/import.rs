//! Blocks of files and other processes on this machine.

use super::chain::{ChainError, Run};
use super::machine::Engine;
use super::refused::Refused;
use crate::block::Block;
use crate::store::LedgerRead;
use crate::validate::Window;

impl Engine {
    /// Takes one.
    pub(super) fn import(&mut self, disk: &dyn LedgerRead, bytes: &[u8]) -> Result<(), Refused> {
        self.need_work("importing a block")?;
        let block = Block::decode(bytes)?;
        let block = block.check(&self.spec).map_err(ChainError::from)?;
        self.take_own(disk, block)
    }

    /// Takes several, up to the first that is refused, with the outcome of taking one after the other (rule EN-17).
    pub(super) fn import_run(&mut self, disk: &dyn LedgerRead, blocks: &[Vec<u8>]) -> Result<(), Refused> {
        let mut rest = blocks;
        while !rest.is_empty() {
            let together = self.import_together(disk, rest).max(1);
            let (done, later) = rest.split_at(together.min(rest.len()));
            if together == 1 {
                let taken = blocks.len().saturating_sub(rest.len());
                let refused = |why| Refused::Run { taken, why: Box::new(why) };
                done.iter().try_for_each(|bytes| self.import(disk, bytes)).map_err(refused)?;
            }
            rest = later;
        }
        Ok(())
    }

    /// Takes the first blocks with one signature batch and one change set; says how many. None if anything at all is
    /// wrong with one of them: taken alone, each gets its own answer.
    fn import_together(&mut self, disk: &dyn LedgerRead, blocks: &[Vec<u8>]) -> usize {
        if blocks.len() < 2 || self.is_stake() {
            return 0;
        }
        let (mut run, mut count, mut window, mut last) = (Run::default(), 0usize, Window::default(), None);
        for bytes in blocks.iter().take_while(|bytes| window.take(bytes.len())) {
            let Some(block) = Block::decode(bytes).ok().and_then(|block| block.check(&self.spec).ok()) else {
                break;
            };
            let (id, follows) = (block.id(), last.is_none_or(|last| block.header().prev == last));
            if !follows || run.add(&self.spec, &self.best, &self.out.over(disk), self.now, block).is_err() {
                break;
            }
            (count, last) = (count.saturating_add(1), Some(id));
        }
        if count < 2 {
            return 0;
        }
        match run.take(&self.spec, &self.best, &self.out.over(disk), &self.signatures) {
            Ok(taken) if taken.invalid.is_none() => {
                self.taken(disk, taken);
                count
            }
            _ => 0,
        }
    }
}
