//! Blocks of files and other processes on this machine.

use super::chain::{ChainError, Run};
use super::fetch::MAX_RUN;
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

    /// Takes several, up to the first that is refused, with the outcome of taking one after the other (rule EN-17). Each is
    /// tried twice at most: with others, and by itself if anything at all is wrong with one of those.
    pub(super) fn import_run(&mut self, disk: &dyn LedgerRead, blocks: &[Vec<u8>]) -> Result<(), Refused> {
        self.need_work("importing blocks")?;
        let mut rest = blocks;
        while !rest.is_empty() {
            let (run, count) = self.next_run(disk, rest);
            let (now, later) = rest.split_at(count.max(1));
            if count < 2 || !self.import_together(disk, run) {
                let before = blocks.len().saturating_sub(rest.len());
                for (taken, bytes) in (before..).zip(now) {
                    self.import(disk, bytes).map_err(|why| Refused::Run { taken, why: Box::new(why) })?;
                }
            }
            rest = later;
        }
        Ok(())
    }

    /// The first blocks, as far as they follow one another and may be taken together, and how many they are.
    fn next_run(&self, disk: &dyn LedgerRead, blocks: &[Vec<u8>]) -> (Run, usize) {
        let (mut run, mut count, mut window, mut last) = (Run::default(), 0usize, Window::default(), None);
        let fitting = blocks.iter().take_while(|bytes| window.take(bytes.len())).take(MAX_RUN);
        for bytes in fitting {
            let Some(block) = Block::decode(bytes).ok().and_then(|block| block.check(&self.spec).ok()) else {
                break;
            };
            let (id, follows) = (block.id(), last.is_none_or(|last| block.header().prev == last));
            if !follows || run.add(&self.spec, &self.best, &self.out.over(disk), self.now, block).is_err() {
                break;
            }
            (count, last) = (count.saturating_add(1), Some(id));
        }
        (run, count)
    }

    /// Takes blocks with one signature batch and one change set. False, and nothing changed, if one of them breaks a rule or
    /// cannot be judged.
    fn import_together(&mut self, disk: &dyn LedgerRead, run: Run) -> bool {
        match run.take(&self.spec, &self.best, &self.out.over(disk), &self.signatures) {
            Ok(taken) if taken.invalid.is_none() => {
                self.taken(disk, taken);
                true
            }
            _ => false,
        }
    }
}
