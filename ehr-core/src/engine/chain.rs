//! The block index and the best chain: storing blocks, choosing, reorganising.

use super::entry::{BlockEntry, BlockStatus, TIP_KEY, TipEntry, block_at, block_entry};
use crate::block::{Block, ChainSpec, Checked, Header};
use crate::codec::{EncodeError, Wire};
use crate::consensus::bft::CertificateError;
use crate::consensus::{Parent, SealError, SealRules, Tip, Weight};
use crate::crypto::signature::SignatureCache;
use crate::planted::planted;
use crate::primitives::{BlockId, Height, Timestamp};
use crate::state::TxError;
use crate::store::{ChangeSet, LedgerRead, Overlay, ReadError, Table};
use crate::tx::Tx;
use crate::validate::{self, Base, BlockError, UndoError, Window};
use std::borrow::Cow;
use std::sync::Arc;

/// The best block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// Its id.
    pub id: BlockId,
    /// Its header.
    pub header: Header,
    /// Weight of the chain up to it.
    pub weight: Weight,
}

impl Best {
    /// How fork choice sees it.
    pub const fn rank(&self) -> Tip {
        Tip { total: self.weight, id: self.id }
    }

    /// Whether a chain that ends like this one is better.
    pub(super) fn is_beaten_by(&self, spec: &ChainSpec, other: Tip, height: Height) -> bool {
        if planted!(spec, COUNT_BLOCKS) {
            return height > self.header.height;
        }
        if planted!(spec, TIE_FIRST_SEEN) {
            return other.total > self.weight;
        }
        other > self.rank()
    }
}

/// Why a block was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// It is stored already.
    #[error("block is known")]
    Known,
    /// Its parent is not stored: ask for headers.
    #[error("parent {0} is unknown")]
    Orphan(BlockId),
    /// It builds on a block that breaks a rule.
    #[error("builds on invalid block {0}")]
    OnInvalid(BlockId),
    /// It forks off deeper than the chain reorganises.
    #[error("forks off {depth} blocks below the tip, at most {limit} allowed")]
    TooDeep {
        /// Blocks of the best chain that would be undone.
        depth: u64,
        /// The chain's limit.
        limit: u64,
    },
    /// Its header breaks a rule.
    #[error(transparent)]
    Header(#[from] SealError),
    /// Its body breaks a rule.
    #[error(transparent)]
    Body(#[from] BlockError),
    /// A block of the best chain cannot be undone: the store is damaged.
    #[error("cannot undo: {0}")]
    Undo(UndoError),
    /// The certificate given with a block is not about it.
    #[error("the certificate is about block {block} of height {height}")]
    OtherCertificate {
        /// Height it names.
        height: Height,
        /// Block it names.
        block: BlockId,
    },
    /// The certificate does not prove the block.
    #[error("certificate: {0}")]
    Certificate(CertificateError),
    /// Another block of its height is final.
    #[error("block {id} is final at height {height}")]
    Final {
        /// The height.
        height: Height,
        /// The final block.
        id: BlockId,
    },
    /// A value past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not answer; nothing is decided about the block.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<UndoError> for ChainError {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::Read(e) => Self::Read(e),
            error => Self::Undo(error),
        }
    }
}

/// How the best chain changed.
pub(super) struct Moved {
    pub(super) from: BlockId,
    pub(super) to: Best,
    /// Transactions of undone blocks, in chain order.
    pub(super) undone: Vec<Tx>,
    pub(super) undone_blocks: u64,
    /// Height and transactions of each block connected, in chain order.
    pub(super) connected: Vec<(Height, Arc<Vec<Tx>>)>,
}

/// What taking a block led to.
pub(super) struct Taken {
    pub(super) changes: ChangeSet,
    pub(super) moved: Option<Moved>,
    /// A block of the better branch that turned out to break a rule.
    pub(super) invalid: Option<(BlockId, BlockError)>,
}

/// Blocks that are about to be taken, each the parent of the next: with one signature batch and one change set. The
/// outcome is that of taking one after the other (rule EN-13).
#[derive(Default)]
pub(super) struct Run {
    /// Their index entries and bodies.
    stored: ChangeSet,
    blocks: Vec<Block<Checked>>,
    /// Height of the first that makes a better chain than the best one: one by one, it would be the first to be tried.
    tried: Option<Height>,
}

impl Run {
    /// Adds a block whose parent is stored or the last one added. `view` shows the store with everything decided so far.
    pub(super) fn add(
        &mut self,
        spec: &ChainSpec,
        tip: &Best,
        view: &dyn LedgerRead,
        now: Timestamp,
        block: Block<Checked>,
    ) -> Result<(), ChainError> {
        let (id, header) = (block.id(), block.header());
        let view = Overlay::new(view, &self.stored);
        if block_entry(&view, &id)?.is_some() {
            return Err(ChainError::Known);
        }
        let parent = block_entry(&view, &header.prev)?.ok_or(ChainError::Orphan(header.prev))?;
        if parent.status == BlockStatus::Invalid {
            return Err(ChainError::OnInvalid(header.prev));
        }
        let weight = check_link(spec, header, &parent.header, parent.total, now)?;
        put_entry(&mut self.stored, &id, header, weight, BlockStatus::Stored)?;
        if !planted!(spec, LOSE_BODY) || header.height.0 % 8 != 0 {
            self.stored.put(Table::Bodies, id.as_ref(), block.bytes().to_vec());
        }
        if self.tried.is_none() && tip.is_beaten_by(spec, Tip { total: weight, id }, header.height) {
            self.tried = Some(header.height);
        }
        self.blocks.push(block);
        Ok(())
    }

    /// Takes the blocks. The result is a value, so on error nothing changed.
    pub(super) fn take(
        self,
        spec: &ChainSpec,
        tip: &Best,
        view: &dyn LedgerRead,
        cache: &SignatureCache,
    ) -> Result<Taken, ChainError> {
        match (self.tried, self.blocks.last()) {
            (Some(tried), Some(last)) => {
                switch(spec, tip, view, self.stored, (&self.blocks, tried, last.id()), cache)
            }
            _ => Ok(Taken { changes: self.stored, moved: None, invalid: None }),
        }
    }
}

/// Takes one block whose parent is stored. `view` shows the store with everything decided so far; the result is
/// a value, so on error nothing changed.
pub(super) fn take(
    spec: &ChainSpec,
    tip: &Best,
    view: &dyn LedgerRead,
    now: Timestamp,
    block: Block<Checked>,
    cache: &SignatureCache,
) -> Result<Taken, ChainError> {
    let mut run = Run::default();
    run.add(spec, tip, view, now, block)?;
    run.take(spec, tip, view, cache)
}

/// Checks a header against its parent and gives the weight of the chain up to it.
pub(super) fn check_link(
    spec: &ChainSpec,
    header: &Header,
    parent: &Header,
    total: Weight,
    now: Timestamp,
) -> Result<Weight, SealError> {
    let (rules, proof) = (spec.consensus(), header.proof());
    if !planted!(spec, SKIP_WORK) {
        rules.check_alone(&proof)?;
    }
    let now = if planted!(spec, ANY_TIME) { Timestamp::MAX } else { now };
    rules.check_after(&proof, &Parent::from(parent.proof()), now)?;
    total.checked_add(rules.weight(&proof)).ok_or(SealError::Overweight)
}

/// Makes the chain that ends in `target`, the last of `fresh`, the best one. If a block on the way breaks a rule, it is
/// marked, and the chain below it is taken if that alone is better than the tip. Of those above it, only what came before
/// it was `tried` is stored.
fn switch(
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

/// The read that failed, where that is why a block could not be judged.
pub(super) fn unread(error: &BlockError) -> Option<ReadError> {
    match error {
        BlockError::Read(e) => Some(e.clone()),
        BlockError::InvalidTx { error, .. } => match &**error {
            TxError::Read(e) => Some(e.clone()),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn put_entry(
    changes: &mut ChangeSet,
    id: &BlockId,
    header: &Header,
    total: Weight,
    status: BlockStatus,
) -> Result<(), EncodeError> {
    let entry = BlockEntry { header: header.clone(), total, status };
    changes.put(Table::Headers, id.as_ref(), entry.to_bytes()?);
    Ok(())
}

/// A stored block, checked again: a disk is not trusted either.
pub(super) fn read_block(
    spec: &ChainSpec,
    read: &dyn LedgerRead,
    id: &BlockId,
) -> Result<Option<Block<Checked>>, ReadError> {
    let Some(bytes) = read.get(Table::Bodies, id.as_ref())? else { return Ok(None) };
    let damaged = |why: String| ReadError::Corrupt { what: format!("block {id}: {why}") };
    let block = Block::decode(&bytes).map_err(|e| damaged(e.to_string()))?;
    if block.id() != *id {
        return Err(damaged("its header hashes to another id".into()));
    }
    block.check(spec).map(Some).map_err(|e| damaged(e.to_string()))
}
