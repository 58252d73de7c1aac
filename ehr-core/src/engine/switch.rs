//! Reorganising: back to where two chains part, and up the better one.

use super::chain::{Best, ChainError, Moved, Taken, put_entry, read_block, unread};
use super::entry::{BlockStatus, TIP_KEY, TipEntry, block_at, block_entry};
use crate::block::{Block, ChainSpec, Checked, Header};
use crate::codec::Wire;
use crate::consensus::{Tip, Weight};
use crate::crypto::signature::SignatureCache;
use crate::planted::planted;
use crate::primitives::{BlockId, Height};
use crate::store::{ChangeSet, LedgerRead, Overlay, ReadError, Table};
use crate::tx::Tx;
use crate::validate::{self, Base, BlockError, Window};
use std::borrow::Cow;
use std::sync::Arc;

/// Makes the chain that ends in `target`, the last of `fresh`, the best one. If a block on the way breaks a rule, it is
/// marked, and the chain below it is taken if that alone is better than the tip. Of those above it, only what came before
/// it was `tried` is stored.
pub(super) fn switch(
    spec: &ChainSpec,
    tip: &Best,
    view: &dyn LedgerRead,
    stored: ChangeSet,
    (fresh, tried, mut target): (&[Block<Checked>], Height, BlockId),
    cache: &SignatureCache,
) -> Result<Taken, ChainError> {
    let mut stored = stored;
    let mut invalid = None;
    loop {
        let mut work = stored.clone();
        match activate(spec, tip, view, &mut work, target, fresh, cache) {
            Ok(moved) => return Ok(Taken { changes: work, moved: Some(moved), invalid }),
            Err(Activation::Stopped(e)) => return Err(e),
            Err(Activation::Invalid(found)) => {
                let InvalidBlock { id, header, weight, error } = *found;
                let known = header.height.max(tried);
                for above in fresh.iter().filter(|block| block.header().height > known) {
                    stored.forget(Table::Headers, above.id().as_ref());
                    stored.forget(Table::Bodies, above.id().as_ref());
                }
                put_entry(&mut stored, &id, &header, weight, BlockStatus::Invalid)?;
                stored.delete(Table::Bodies, id.as_ref());
                invalid = Some((id, error));
                let below = block_entry(&Overlay::new(view, &stored), &header.prev)?;
                match below {
                    Some(e)
                        if tip.is_beaten_by(
                            spec,
                            Tip { total: e.total, id: header.prev },
                            e.header.height,
                        ) =>
                    {
                        target = header.prev;
                    }
                    _ => return Ok(Taken { changes: stored, moved: None, invalid }),
                }
            }
        }
    }
}

/// A block that broke a rule while its branch was applied.
struct InvalidBlock {
    id: BlockId,
    header: Header,
    weight: Weight,
    error: BlockError,
}

enum Activation {
    Invalid(Box<InvalidBlock>),
    Stopped(ChainError),
}

impl<E: Into<ChainError>> From<E> for Activation {
    fn from(e: E) -> Self {
        Self::Stopped(e.into())
    }
}

/// Undoes the best chain down to the fork and applies the branch up to `target`, all inside `work`.
fn activate(
    spec: &ChainSpec,
    tip: &Best,
    view: &dyn LedgerRead,
    work: &mut ChangeSet,
    target: BlockId,
    fresh: &[Block<Checked>],
    cache: &SignatureCache,
) -> Result<Moved, Activation> {
    let missing =
        |id: &BlockId| ReadError::Corrupt { what: format!("block {id} is in the index and not stored") };
    let mut branch = Vec::new();
    let mut fork = target;
    loop {
        let entry = block_entry(&Overlay::new(view, work), &fork)?.ok_or_else(|| missing(&fork))?;
        if entry.status == BlockStatus::Invalid {
            // Stored before the block below it was tried and found invalid.
            return Err(ChainError::OnInvalid(fork).into());
        }
        if block_at(view, entry.header.height)? == Some(fork) {
            let depth = tip.header.height.0.saturating_sub(entry.header.height.0);
            if depth > spec.params().max_reorg {
                let limit = spec.params().max_reorg;
                return Err(ChainError::TooDeep { depth, limit }.into());
            }
            break;
        }
        let prev = entry.header.prev;
        branch.push((fork, entry));
        fork = prev;
    }
    let (mut undone, mut undone_blocks) = (Vec::new(), 0u64);
    let (mut at, mut header) = (tip.id, tip.header.clone());
    while at != fork {
        let body = read_block(spec, &Overlay::new(view, work), &at)?.ok_or_else(|| missing(&at))?;
        undone.push(body.txs().to_vec());
        undone_blocks = undone_blocks.saturating_add(1);
        let back = validate::undo(spec, &Overlay::new(view, work), &header)?;
        if !planted!(spec, KEEP_UNDONE_STATE) {
            work.merge(back);
        }
        work.delete(Table::Heights, &header.height.0.to_be_bytes());
        at = header.prev;
        header = block_entry(view, &at)?.ok_or_else(|| missing(&at))?.header;
    }
    let total = block_entry(&Overlay::new(view, work), &fork)?.ok_or_else(|| missing(&fork))?.total;
    let mut top = Top { header, total, connected: Vec::new() };
    let (mut window, mut blocks) = (Window::default(), Vec::new());
    for (id, entry) in branch.into_iter().rev() {
        let block = match fresh.iter().find(|block| block.id() == id) {
            Some(block) => Cow::Borrowed(block),
            None => {
                let stored = read_block(spec, &Overlay::new(view, work), &id)?;
                Cow::Owned(stored.ok_or_else(|| missing(&id))?)
            }
        };
        if !window.take(block.bytes().len()) {
            top.connect(spec, view, work, &core::mem::take(&mut blocks), cache)?;
            window = Window::default();
            window.take(block.bytes().len());
        }
        blocks.push((entry.total, block));
    }
    top.connect(spec, view, work, &blocks, cache)?;
    let Top { header, total, connected } = top;
    work.put(Table::Meta, TIP_KEY, TipEntry { id: target, height: header.height }.to_bytes()?);
    undone.reverse();
    let undone = undone.into_iter().flatten().collect();
    Ok(Moved {
        from: tip.id,
        to: Best { id: target, header, weight: total },
        undone,
        undone_blocks,
        connected,
    })
}

/// The block that the next one of a branch goes on top of, and what was connected below it.
struct Top {
    header: Header,
    total: Weight,
    connected: Vec<(Height, Arc<Vec<Tx>>)>,
}

impl Top {
    /// Connects blocks with the weight of the chain up to each, with one signature batch.
    fn connect(
        &mut self,
        spec: &ChainSpec,
        view: &dyn LedgerRead,
        work: &mut ChangeSet,
        blocks: &[(Weight, Cow<'_, Block<Checked>>)],
        cache: &SignatureCache,
    ) -> Result<(), Activation> {
        let base = Base { header: &self.header, total: self.total };
        let bare: Vec<&Block<Checked>> = blocks.iter().map(|(_, block)| &**block).collect();
        let done = validate::execute_chain(spec, &base, &Overlay::new(view, work), &bare, cache);
        if let Some(error) = done.refused {
            if let Some(unread) = unread(&error) {
                return Err(unread.into());
            }
            if let Some((weight, block)) = blocks.get(done.executed.len()) {
                let (id, header, weight) = (block.id(), block.header().clone(), *weight);
                return Err(Activation::Invalid(Box::new(InvalidBlock { id, header, weight, error })));
            }
        }
        for ((total, block), executed) in blocks.iter().zip(done.executed) {
            work.merge(executed.changes);
            let (id, header) = (block.id(), block.header());
            put_entry(work, &id, header, *total, BlockStatus::Connected)?;
            work.put(Table::Heights, &header.height.0.to_be_bytes(), id.0.to_vec());
            self.connected.push((header.height, block.shared_txs()));
            (self.header, self.total) = (header.clone(), *total);
        }
        Ok(())
    }
}
