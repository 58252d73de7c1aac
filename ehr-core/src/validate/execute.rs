//! Executing a block on top of its parent.

use super::BlockError;
use super::roots::{BlockReceipts, Outcome};
use super::stake::Stakes;
use crate::block::{Block, ChainSpec, Checked, Header, Receipt};
use crate::codec::EncodeError;
use crate::consensus::Weight;
use crate::crypto::signature::SignatureCache;
use crate::merkle::mmr::HistoryLeaf;
use crate::planted::planted;
use crate::primitives::{AccountId, Hash32, Height, Timestamp, TxId};
use crate::state::{BlockContext, Claims, Draft, StateView, TxError, apply_claiming, credit};
use crate::store::{ChangeSet, LedgerRead};
use crate::tx::Tx;

/// The block a new one goes on top of.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Its header.
    pub header: &'a Header,
    /// Weight of the chain up to and including it; zero for genesis.
    pub total: Weight,
}

impl Base<'_> {
    /// Its leaf in the header history (rule M-11).
    pub(super) fn leaf(&self) -> Result<Hash32, EncodeError> {
        HistoryLeaf {
            height: self.header.height,
            id: self.header.id(),
            time_ms: self.header.time,
            total_work: Hash32(self.total.to_be_bytes()),
        }
        .hash()
    }
}

/// What a valid block does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// Changes to the tables State, Pages, History, Receipts, TxIndex and Undo; the engine adds the others.
    pub changes: ChangeSet,
    /// One receipt a transaction, in order.
    pub receipts: Vec<Receipt>,
}

/// Executes a block on the state after `base` (rules B-9 to B-13 and B-18 to B-20). Changes nothing: the result is a value.
///
/// # Errors
/// The first rule broken. An invalid transaction is named by index and id.
pub fn execute(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    block: &Block<Checked>,
) -> Result<Executed, BlockError> {
    execute_cached(spec, base, read, block, &SignatureCache::new())
}

/// As [`execute`], with what a node's cache knows: keys decoded before, and signatures that were verified when
/// their transaction came to the mempool.
///
/// # Errors
/// As [`execute`].
pub fn execute_cached(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    block: &Block<Checked>,
    cache: &SignatureCache,
) -> Result<Executed, BlockError> {
    let mut claims = Claims::in_block(cache);
    // Signatures come last: helpers verify them meanwhile. A forged one is still the first thing wrong.
    let executed = apply_txs(spec, base, read, block, &mut claims)?.finish(spec, base, block);
    let verified = if planted!(spec, SKIP_SIGNATURES) { Ok(()) } else { claims.verify() };
    if let Some((index, error)) = verified.err().and_then(|errors| errors.into_iter().next()) {
        let id = block.txs().get(index).map_or(TxId::ZERO, Tx::id);
        return Err(BlockError::InvalidTx { index, id, error: Box::new(error) });
    }
    executed
}

/// As [`execute_cached`], but leaves the signatures to whoever verifies `claims`. Until then nothing is known of the block.
pub(super) fn execute_claiming(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    block: &Block<Checked>,
    claims: &mut Claims<'_>,
) -> Result<Executed, BlockError> {
    apply_txs(spec, base, read, block, claims)?.finish(spec, base, block)
}

/// A block whose transactions were applied.
struct Applied<'r> {
    read: &'r dyn LedgerRead,
    view: StateView<'r>,
    receipts: Vec<Receipt>,
    stakes: Option<Stakes>,
}

fn apply_txs<'r>(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &'r dyn LedgerRead,
    block: &Block<Checked>,
    claims: &mut Claims<'_>,
) -> Result<Applied<'r>, BlockError> {
    let header = block.header();
    check_place(base.header, header)?;
    let stakes = Stakes::read(spec, read, base.header)?;
    if let Some(stakes) = &stakes {
        stakes.check(spec, block)?;
    }
    let ctx = context(spec, header.height, header.time);
    let view = StateView::new(read);
    let mut receipts = Vec::with_capacity(block.txs().len());
    claims.reserve(block.txs().iter().map(|tx| tx.signatures().len()).sum());
    for (index, tx) in block.txs().iter().enumerate() {
        let invalid = |error| match error {
            TxError::Read(error) => BlockError::Read(error),
            error => BlockError::InvalidTx { index, id: tx.id(), error: Box::new(error) },
        };
        let applied = apply_claiming(&view, &ctx, tx).map_err(invalid)?;
        claims.add(index, &applied.claims).map_err(invalid)?;
        view.absorb(applied.delta)?;
        receipts.push(applied.receipt);
    }
    Ok(Applied { read, view, receipts, stakes })
}

impl Applied<'_> {
    /// Pays the proposer, compares the roots and gives what the block changes.
    fn finish(
        self,
        spec: &ChainSpec,
        base: &Base<'_>,
        block: &Block<Checked>,
    ) -> Result<Executed, BlockError> {
        let Self { read, view, receipts, stakes } = self;
        let header = block.header();
        pay_proposer(&view, header.proposer, &receipts)?;
        if let Some(stakes) = stakes {
            let ctx = context(spec, header.height, header.time);
            stakes.end_block(&view, &ctx, header.proposer, block.last_commit())?;
        }
        let outcome = Outcome::new(read, base, view.into_replaced()?, &receipts)?;
        let roots = [
            ("receipts_root", header.receipts_root, outcome.receipts_root),
            ("state_root", header.state_root, outcome.state_root),
            ("history_root", header.history_root, outcome.history_root),
        ];
        let wrong = roots.into_iter().find(|(_, got, want)| got != want);
        if let Some((field, got, want)) = wrong.filter(|_| !planted!(spec, SKIP_STATE_ROOT)) {
            return Err(BlockError::Root { field, got, want });
        }
        let receipts = BlockReceipts(receipts);
        let changes = outcome.finish(base, (block.id(), header.height), &receipts)?;
        Ok(Executed { changes, receipts: receipts.0 })
    }
}

fn check_place(parent: &Header, header: &Header) -> Result<(), BlockError> {
    let want = parent.id();
    if header.prev != want {
        return Err(BlockError::NotChild { got: header.prev, want });
    }
    if parent.height.next() != Some(header.height) {
        return Err(BlockError::NotNextHeight { got: header.height, parent: parent.height });
    }
    if header.time <= parent.time {
        return Err(BlockError::TimeNotAfterParent);
    }
    Ok(())
}

pub(super) fn context(spec: &ChainSpec, height: Height, time: Timestamp) -> BlockContext<'_> {
    BlockContext {
        chain_id: spec.chain_id(),
        shard: spec.shard(),
        height,
        time,
        params: spec.params(),
        #[cfg(any(test, feature = "testing"))]
        bugs: spec.bugs(),
    }
}

/// Credits the block's fees to its proposer, if that is an account, after the last transaction; otherwise they are
/// burned (rule B-12).
pub(super) fn pay_proposer(
    view: &StateView<'_>,
    proposer: AccountId,
    receipts: &[Receipt],
) -> Result<(), BlockError> {
    let fees = receipts.iter().fold(0u64, |sum, receipt| sum.saturating_add(receipt.fee));
    let mut draft = Draft::new(view);
    match credit(&mut draft, proposer, fees) {
        Ok(()) => Ok(view.absorb(draft.into_delta())?),
        Err(error) => Err(BlockError::Read(error)),
    }
}
