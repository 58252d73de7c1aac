//! The block index and the best chain: what is stored, and which chain is better.

use super::entry::{BlockEntry, BlockStatus, block_entry};
use super::switch::switch;
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
use crate::validate::{BlockError, UndoError};
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
