//! Building a block from candidates, with the functions that validate one.

use super::execute::{Base, context, pay_proposer};
use super::roots::Outcome;
use super::BlockError;
use crate::block::{Block, ChainSpec, Header, Receipt, Seal, Unchecked};
use crate::codec::limits;
use crate::merkle::rfc6962;
use crate::primitives::{AccountId, Hash32, Timestamp, TxId};
use crate::state::{BlockContext, Claims, StateView, TxError, apply_claiming};
use crate::store::LedgerRead;
use crate::tx::Tx;

/// What the proposer decides.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Block time; after the parent's.
    pub time: Timestamp,
    /// Who gets the fees.
    pub proposer: AccountId,
    /// The seal, nonce 0.
    pub seal: Seal,
}

/// A candidate that cannot be in this block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Which.
    pub id: TxId,
    /// Why.
    pub error: TxError,
}

/// A block that is valid as soon as it is sealed.
pub struct Built {
    /// The block; its seal still has nonce 0.
    pub block: Block<Unchecked>,
    /// The transactions in it.
    pub txs: Vec<TxId>,
    /// Candidates that are not in it because a rule refuses them. Candidates there was no room for are in neither.
    pub rejected: Vec<Rejected>,
}

/// Takes candidates in order as long as there is room, each on the state the ones before leave (rule B-14).
///
/// # Errors
/// [`BlockError::Read`] if the store does not answer; [`BlockError::Encode`] is not reachable.
pub fn build<'a>(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    template: &Template,
    candidates: &mut dyn Iterator<Item = &'a Tx>,
) -> Result<Built, BlockError> {
    let height = base.header.height.next().unwrap_or(base.header.height);
    let ctx = context(spec, height, template.time);
    let mut filling = Filling::new(spec, read);
    while filling.has_room() {
        let Some(tx) = candidates.next() else { break };
        filling.offer(&ctx, tx)?;
    }
    let Filling { view, txs, receipts, rejected, .. } = filling;
    pay_proposer(&view, template.proposer, &receipts)?;
    let outcome = Outcome::new(read, base, view.into_replaced()?, &receipts)?;
    let header = Header {
        version: Header::VERSION,
        shard: spec.shard(),
        chain_id: spec.chain_id(),
        height,
        time: template.time,
        prev: base.header.id(),
        tx_root: rfc6962::root(txs.iter().map(|tx| tx.bytes())),
        tx_count: u32::try_from(txs.len()).unwrap_or(u32::MAX),
        receipts_root: outcome.receipts_root,
        state_root: outcome.state_root,
        history_root: outcome.history_root,
        validators_hash: Hash32::ZERO,
        next_validators_hash: Hash32::ZERO,
        params_hash: spec.params_hash(),
        last_commit_hash: Hash32::ZERO,
        anchor: Hash32::ZERO,
        proposer: template.proposer,
        seal: template.seal.without_nonce(),
    };
    let block = Block::assemble(header, txs.iter().map(|tx| tx.bytes()))?;
    Ok(Built { block, txs: txs.iter().map(|tx| tx.id()).collect(), rejected })
}

/// A block being filled.
struct Filling<'a, 'r> {
    view: StateView<'r>,
    txs: Vec<&'a Tx>,
    receipts: Vec<Receipt>,
    rejected: Vec<Rejected>,
    bytes_left: usize,
    txs_left: u32,
}

impl<'a, 'r> Filling<'a, 'r> {
    fn new(spec: &ChainSpec, read: &'r dyn LedgerRead) -> Self {
        let params = spec.params();
        let bytes = usize::try_from(params.max_block_bytes).unwrap_or(usize::MAX);
        // Heads of the two arrays take a few bytes more than the header.
        let bytes_left = bytes.saturating_sub(limits::MAX_HEADER.saturating_add(16));
        Self {
            view: StateView::new(read),
            txs: Vec::new(),
            receipts: Vec::new(),
            rejected: Vec::new(),
            bytes_left,
            txs_left: params.max_block_txs,
        }
    }

    /// Whether even the longest transaction fits, or there is room to look for a shorter one.
    fn has_room(&self) -> bool {
        self.txs_left > 0 && self.bytes_left > 256
    }

    fn offer(&mut self, ctx: &BlockContext<'_>, tx: &'a Tx) -> Result<(), BlockError> {
        // A byte string of this length has a head of at most 5 bytes.
        let size = tx.bytes().len().saturating_add(5);
        if size > self.bytes_left {
            return Ok(());
        }
        let mut claims = Claims::default();
        let applied = apply_claiming(&self.view, ctx, tx, &mut claims.of(0))
            .and_then(|done| claims.verify().map(|()| done).map_err(|(_, error)| error));
        match applied {
            Ok((delta, receipt)) => {
                self.view.absorb(delta)?;
                self.receipts.push(receipt);
                self.txs.push(tx);
                self.bytes_left = self.bytes_left.saturating_sub(size);
                self.txs_left = self.txs_left.saturating_sub(1);
            }
            Err(TxError::Read(error)) => return Err(error.into()),
            Err(error) => self.rejected.push(Rejected { id: tx.id(), error }),
        }
        Ok(())
    }
}
