//! Building a block from candidates, with the functions that validate one.

use super::BlockError;
use super::execute::{Base, context, pay_proposer};
use super::roots::Outcome;
use super::stake::Stakes;
use crate::block::{Block, ChainSpec, Header, Receipt, Seal, Unchecked};
use crate::codec::{Wire, limits};
use crate::consensus::bft::Certificate;
use crate::crypto::signature::SignatureCache;
use crate::merkle::rfc6962;
use crate::planted::planted;
use crate::primitives::{AccountId, Hash32, Timestamp, TxId};
use crate::state::{BlockContext, Claims, StateView, TxError, apply_claiming};
use crate::store::LedgerRead;
use crate::tx::Tx;
use std::collections::BTreeMap;

/// What the proposer decides.
#[derive(Clone, Debug)]
pub struct Template {
    /// Block time; after the parent's.
    pub time: Timestamp,
    /// Who gets the fees.
    pub proposer: AccountId,
    /// The seal; its nonce is ignored, its round is not.
    pub seal: Seal,
    /// The certificate of the parent, where the block must have one (rule B-17).
    pub last_commit: Option<Certificate>,
}

/// A candidate that cannot be in this block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Which.
    pub id: TxId,
    /// Why.
    pub error: TxError,
}

/// A block that is valid as soon as it is sealed: at once under proof of stake.
pub struct Built {
    /// The block; a seal of work still has nonce 0.
    pub block: Block<Unchecked>,
    /// The transactions in it.
    pub txs: Vec<TxId>,
    /// Candidates a rule refuses. Candidates there was no room for are in neither list.
    pub rejected: Vec<Rejected>,
}

/// Takes candidates in order as long as there is room, each on the state the ones before leave (rule B-14).
///
/// # Errors
/// [`BlockError::Read`] if the store does not answer; [`BlockError::Encode`] is not reachable.
pub fn build(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    template: &Template,
    candidates: &mut dyn Iterator<Item = &Tx>,
) -> Result<Built, BlockError> {
    build_cached(spec, base, read, template, candidates, &SignatureCache::new())
}

/// As [`build`], with what a node's cache knows; it learns the signatures found valid.
///
/// # Errors
/// As [`build`].
pub fn build_cached(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    template: &Template,
    candidates: &mut dyn Iterator<Item = &Tx>,
    cache: &SignatureCache,
) -> Result<Built, BlockError> {
    let height = base.header.height.next().unwrap_or(base.header.height);
    let ctx = context(spec, height, template.time);
    let mut forged = BTreeMap::new();
    let mut seen = Vec::new();
    let filling = loop {
        let mut filling = Filling::new(spec, read, template, cache)?;
        let again: Vec<&Tx> = core::mem::take(&mut seen);
        let mut all = again.into_iter().chain(&mut *candidates);
        while filling.has_room() {
            let Some(tx) = all.next() else { break };
            seen.push(tx);
            match forged.get(&tx.id()) {
                None => filling.offer(&ctx, tx)?,
                Some(error) => filling.reject(tx, TxError::clone(error)),
            }
        }
        // Signatures are verified together; a transaction with a bad one is taken out and the rest tried again.
        let claims = core::mem::replace(&mut filling.claims, Claims::waiting(cache));
        let verified = if planted!(spec, SKIP_SIGNATURES) { Ok(()) } else { claims.verify() };
        match verified {
            Ok(()) => break filling,
            Err(errors) => {
                let txs = &filling.txs;
                forged.extend(errors.into_iter().filter_map(|(at, e)| Some((txs.get(at)?.id(), e))));
            }
        }
    };
    finish(spec, base, read, template, filling)
}

fn finish(
    spec: &ChainSpec,
    base: &Base<'_>,
    read: &dyn LedgerRead,
    template: &Template,
    filling: Filling<'_, '_>,
) -> Result<Built, BlockError> {
    let Filling { view, txs, receipts, rejected, .. } = filling;
    let height = base.header.height.next().unwrap_or(base.header.height);
    pay_proposer(&view, template.proposer, &receipts)?;
    let stakes = Stakes::read(spec, read, base.header)?;
    if let Some(stakes) = &stakes {
        let ctx = context(spec, height, template.time);
        stakes.end_block(&view, &ctx, template.proposer, template.last_commit.as_ref())?;
    }
    let (validators_hash, next_validators_hash) =
        stakes.as_ref().map_or((Hash32::ZERO, Hash32::ZERO), Stakes::hashes);
    let seal = match template.seal {
        Seal::Work { bits, .. } => Seal::Work { bits, nonce: 0 },
        stake @ Seal::Stake { .. } => stake,
    };
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
        validators_hash,
        next_validators_hash,
        params_hash: spec.params_hash(),
        last_commit_hash: template.last_commit.as_ref().map_or(Hash32::ZERO, Certificate::hash),
        anchor: Hash32::ZERO,
        proposer: template.proposer,
        seal,
    };
    let txs_bytes = txs.iter().map(|tx| tx.bytes());
    let block = Block::assemble_certified(header, txs_bytes, template.last_commit.clone())?;
    Ok(Built { block, txs: txs.iter().map(|tx| tx.id()).collect(), rejected })
}

/// A block being filled.
struct Filling<'a, 'r> {
    view: StateView<'r>,
    txs: Vec<&'a Tx>,
    receipts: Vec<Receipt>,
    rejected: Vec<Rejected>,
    claims: Claims<'r>,
    bytes_left: usize,
    txs_left: u32,
}

/// No transaction is shorter: a body has two ids and its signature is 64 bytes.
const SHORTEST_TX: usize = 160;

impl<'a, 'r> Filling<'a, 'r> {
    fn new(
        spec: &ChainSpec,
        read: &'r dyn LedgerRead,
        template: &Template,
        cache: &'r SignatureCache,
    ) -> Result<Self, BlockError> {
        let params = spec.params();
        let bytes = usize::try_from(params.max_block_bytes).unwrap_or(usize::MAX);
        let certificate = template.last_commit.as_ref().map(Wire::to_bytes).transpose()?;
        let certificate = certificate.map_or(1, |bytes| bytes.len());
        // Beside header, transactions and certificate, a block has the heads of two arrays.
        let rest = limits::MAX_HEADER.saturating_add(certificate).saturating_add(16);
        let bytes_left = bytes.saturating_sub(rest);
        Ok(Self {
            view: StateView::new(read),
            txs: Vec::new(),
            receipts: Vec::new(),
            rejected: Vec::new(),
            claims: Claims::waiting(cache),
            bytes_left,
            txs_left: params.max_block_txs,
        })
    }

    fn has_room(&self) -> bool {
        self.txs_left > 0 && self.bytes_left >= SHORTEST_TX
    }

    fn reject(&mut self, tx: &Tx, error: TxError) {
        self.rejected.push(Rejected { id: tx.id(), error });
    }

    fn offer(&mut self, ctx: &BlockContext<'_>, tx: &'a Tx) -> Result<(), BlockError> {
        // The head of a byte string this long takes at most 5 bytes.
        let size = tx.bytes().len().saturating_add(5);
        if size > self.bytes_left {
            return Ok(());
        }
        let applied = match apply_claiming(&self.view, ctx, tx) {
            Ok(applied) => applied,
            Err(TxError::Read(error)) => return Err(error.into()),
            Err(error) => {
                self.reject(tx, error);
                return Ok(());
            }
        };
        if let Err(error) = self.claims.add(self.txs.len(), &applied.claims) {
            self.reject(tx, error);
            return Ok(());
        }
        self.view.absorb(applied.delta)?;
        self.receipts.push(applied.receipt);
        self.txs.push(tx);
        self.bytes_left = self.bytes_left.saturating_sub(size);
        self.txs_left = self.txs_left.saturating_sub(1);
        Ok(())
    }
}
