//! Executing blocks one on top of the other, with one signature batch over several of them.
//!
//! A larger batch costs less for each signature, and signatures by one key share its part: the same doctors and
//! patients sign in block after block.

use super::BlockError;
use super::execute::{Base, Executed, execute_cached, execute_claiming};
use crate::block::{Block, ChainSpec, Checked};
use crate::codec::limits::MAX_WINDOW;
use crate::consensus::{SealError, SealRules};
use crate::crypto::signature::SignatureCache;
use crate::planted::planted;
use crate::state::Claims;
use crate::store::{Layers, LedgerRead};
use core::borrow::Borrow;

/// What blocks in a row do, up to the first that is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// What each of the valid ones does, in order.
    pub executed: Vec<Executed>,
    /// Why the block after those is refused; none if all are valid.
    pub refused: Option<BlockError>,
}

/// Blocks that may share a signature batch, counted by their bytes. The first always fits (rule B-16).
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    bytes: usize,
}

impl Window {
    /// Counts a block of so many bytes, if it still fits.
    pub const fn take(&mut self, bytes: usize) -> bool {
        let sum = self.bytes.saturating_add(bytes);
        let fits = self.bytes == 0 || sum <= MAX_WINDOW;
        if fits {
            self.bytes = sum;
        }
        fits
    }
}

/// Executes blocks, each on the one before it, with the outcome of [`execute_cached`] on each in turn: the same blocks
/// are valid, and the first that is not has the same error (rule B-16). Changes nothing: the results are values.
///
/// Signatures are verified for several blocks at once, so nothing is known of a block before this returns. All results
/// are held in memory: give it what fits a [`Window`], or as much as can be held.
pub fn execute_chain<B: Borrow<Block<Checked>>>(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    blocks: &[B],
    cache: &SignatureCache,
) -> Prefix {
    let mut chain = Chain { spec, read, cache, executed: Vec::with_capacity(blocks.len()) };
    let (mut base, mut rest) = (*base, blocks);
    loop {
        let mut window = Window::default();
        let bytes = |block: &B| Borrow::<Block<Checked>>::borrow(block).bytes().len();
        let fitting = rest.iter().take_while(|block| window.take(bytes(block)));
        let (now, later) = rest.split_at(fitting.count());
        if now.is_empty() {
            return Prefix { executed: chain.executed, refused: None };
        }
        match chain.together(base, now).map_or_else(|| chain.one_by_one(base, now), Ok) {
            Ok(top) => (base, rest) = (top, later),
            Err(error) => return Prefix { executed: chain.executed, refused: Some(error) },
        }
    }
}

struct Chain<'a> {
    spec: &'a ChainSpec,
    read: &'a dyn LedgerRead,
    cache: &'a SignatureCache,
    /// Of the blocks that are valid.
    executed: Vec<Executed>,
}

impl Chain<'_> {
    /// Executes all with one signature batch and gives the last as the base of the next; none if anything at all goes
    /// wrong. What that means for which block is then found by executing them one by one: what was executed on
    /// top of a signature that turns out to be forged says nothing.
    fn together<'b, B: Borrow<Block<Checked>>>(
        &mut self,
        base: Base<'b>,
        blocks: &'b [B],
    ) -> Option<Base<'b>> {
        // A single one gains nothing, and its own batch finds who is to blame.
        if blocks.len() < 2 {
            return None;
        }
        let before = self.executed.len();
        let mut claims = Claims::in_block(self.cache);
        let execute = |read: &dyn LedgerRead, base: &Base<'_>, block: &_| {
            execute_claiming(self.spec, base, read, block, &mut claims)
        };
        let top = run(self.spec, self.read, &mut self.executed, base, blocks, execute).ok();
        let top = top.filter(|_| planted!(self.spec, SKIP_SIGNATURES) || claims.hold());
        if top.is_none() {
            self.executed.truncate(before);
        }
        top
    }

    fn one_by_one<'b, B: Borrow<Block<Checked>>>(
        &mut self,
        base: Base<'b>,
        blocks: &'b [B],
    ) -> Result<Base<'b>, BlockError> {
        let execute = |read: &dyn LedgerRead, base: &Base<'_>, block: &_| {
            execute_cached(self.spec, base, read, block, self.cache)
        };
        run(self.spec, self.read, &mut self.executed, base, blocks, execute)
    }
}

/// Executes each block on those before it; what was executed before the first that fails stays.
fn run<'b, B: Borrow<Block<Checked>>>(
    spec: &ChainSpec,
    read: &dyn LedgerRead,
    executed: &mut Vec<Executed>,
    mut base: Base<'b>,
    blocks: &'b [B],
    mut execute: impl FnMut(&dyn LedgerRead, &Base<'_>, &Block<Checked>) -> Result<Executed, BlockError>,
) -> Result<Base<'b>, BlockError> {
    for block in blocks {
        let block: &Block<Checked> = block.borrow();
        let weight = spec.consensus().weight(block.proof());
        let total = base.total.checked_add(weight).ok_or(BlockError::Seal(SealError::Overweight))?;
        let done = execute(&Layers::new(read, executed, |executed| &executed.changes), &base, block)?;
        executed.push(done);
        base = Base { header: block.header(), total };
    }
    Ok(base)
}
