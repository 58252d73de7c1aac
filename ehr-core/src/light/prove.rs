//! Making light proofs from a full ledger.

use super::{AncestorProof, InclusionProof, LightError, LightProof, StateProof};
use crate::block::{Block, Receipt};
use crate::codec::Wire;
use crate::codec::limits::MAX_DELEGATION;
use crate::engine::{BlockEntry, TIP_KEY, TipEntry, block_at, block_entry};
use crate::merkle::{mmr, rfc6962, sparse};
use crate::primitives::{BlockId, GrantId, Height, RecordId, TxId, VersionNo};
use crate::state::{Entry, GrantEntry, Record, StateRead, Version, VersionId};
use crate::store::{LedgerRead, ReadError, Table};
use crate::tx::SignedTx;
use crate::validate::{BlockReceipts, TxPlace};
use core::cell::RefCell;
use serde_bytes::ByteBuf;
use std::rc::Rc;

/// Collects the facts of one proof. State is proven as of the tip, the only state a ledger holds; transactions and
/// receipts as of their block.
///
/// A prover is a [`StateRead`]: what is decided on it can be checked on its proof, which shows every entry that was
/// read and every one that was looked for and is not there.
pub struct Prover<'a> {
    read: &'a dyn LedgerRead,
    proof: RefCell<LightProof>,
}

impl<'a> Prover<'a> {
    /// A proof as of the tip.
    ///
    /// # Errors
    /// The ledger does not answer, or is empty.
    pub fn at_tip(read: &'a dyn LedgerRead) -> Result<Self, LightError> {
        let bytes = read.get(Table::Meta, TIP_KEY)?.ok_or(LightError::Unknown { what: TipEntry::NAME })?;
        let tip = TipEntry::from_bytes(&bytes).map_err(|e| damaged(TipEntry::NAME, &e))?;
        Ok(Self::of(read, &tip.id)?)
    }

    fn of(read: &'a dyn LedgerRead, block: &BlockId) -> Result<Self, ReadError> {
        let header = indexed(read, block)?.header;
        Ok(Self { read, proof: RefCell::new(LightProof::of(header)) })
    }

    /// Lets the proof stand on the best chain's header at `height`, which the one who checks it trusts, instead of
    /// on the header the facts belong to.
    ///
    /// # Errors
    /// The ledger does not answer, or has no such header above the proof's own.
    pub fn finish_on(self, height: Height) -> Result<LightProof, LightError> {
        let mut proof = self.proof.into_inner();
        let own = proof.header.height;
        if height != own {
            let unknown = LightError::Unknown { what: "later header" };
            let id = block_at(self.read, height)?.ok_or(unknown.clone())?;
            let path = mmr::prove(self.read, height.0, own.0)?.ok_or(unknown)?;
            let total = indexed(self.read, &proof.header.id())?.total;
            let ancestor = AncestorProof { descendant: indexed(self.read, &id)?.header, total, path };
            ancestor.verify(&proof.header).map_err(|e| damaged("header history", &e))?;
            proof.ancestor = Some(ancestor);
        }
        Ok(proof)
    }

    /// The proof, standing on the header the facts belong to.
    pub fn finish(self) -> LightProof {
        self.proof.into_inner()
    }

    fn tx(&self, block: &BlockId, index: u32) -> Result<(), ReadError> {
        let stored = |table: Table| {
            self.read.get(table, block.as_ref())?.ok_or_else(|| damaged(table.name(), &"block is missing"))
        };
        let body = Block::decode(&stored(Table::Bodies)?).map_err(|e| damaged("block", &e))?;
        let receipts =
            BlockReceipts::from_bytes(&stored(Table::Receipts)?).map_err(|e| damaged("receipts", &e))?;
        let receipts = receipts.0.iter().map(Wire::to_bytes).collect::<Result<Vec<_>, _>>();
        let receipts = receipts.map_err(|e| damaged("receipts", &e))?;
        let short = || damaged("block", &"fewer transactions than its index says");
        let tx = inclusion(body.tx_bytes(), index).ok_or_else(short)?;
        let receipt = inclusion(receipts.iter().map(Vec::as_slice), index).ok_or_else(short)?;
        let mut proof = self.proof.borrow_mut();
        let header = &proof.header;
        tx.verify(header, &header.tx_root).map_err(|e| damaged(SignedTx::NAME, &e))?;
        receipt.verify(header, &header.receipts_root).map_err(|e| damaged(Receipt::NAME, &e))?;
        proof.txs.push(tx);
        proof.receipts.push(receipt);
        Ok(())
    }
}

impl StateRead for Prover<'_> {
    fn get<E: Entry>(&self, id: &E::Id) -> Result<Option<Rc<E>>, ReadError> {
        let key = E::key(id);
        let mut proof = self.proof.borrow_mut();
        let value = self.read.get(Table::State, key.as_ref())?;
        let entry = value.as_deref().map(E::from_bytes).transpose().map_err(|e| damaged("state", &e))?;
        if !proof.state.iter().any(|fact| fact.key() == key) {
            let path = sparse::prove(self.read, &key)?;
            let (id, value) = (ByteBuf::from(id.as_ref()), value.map(ByteBuf::from));
            let fact = StateProof { namespace: E::NAMESPACE, id, value, path };
            fact.verify(&proof.header).map_err(|e| damaged("state", &e))?;
            proof.state.push(fact);
        }
        Ok(entry.map(Rc::new))
    }
}

/// Proves a record and one of its versions as of the tip; its newest version if none is named.
///
/// # Errors
/// The ledger does not answer, or holds no such record or version.
pub fn prove_record(
    read: &dyn LedgerRead,
    record: &RecordId,
    version: Option<VersionNo>,
) -> Result<LightProof, LightError> {
    let prover = Prover::at_tip(read)?;
    let found = prover.get::<Record>(record)?.ok_or(LightError::Unknown { what: Record::NAME })?;
    let version = VersionId::new(*record, version.unwrap_or(found.head));
    prover.get::<Version>(&version)?.ok_or(LightError::Unknown { what: Version::NAME })?;
    Ok(prover.finish())
}

/// Proves a grant and all it is delegated from as of the tip: whether it is in force follows from these
/// (rule LC-12).
///
/// # Errors
/// The ledger does not answer, or holds no such grant.
pub fn prove_grant(read: &dyn LedgerRead, grant: &GrantId) -> Result<LightProof, LightError> {
    let prover = Prover::at_tip(read)?;
    let mut next = Some(*grant);
    for _ in 0..=MAX_DELEGATION {
        let Some(id) = next else { break };
        let found = prover.get::<GrantEntry>(&id)?.ok_or(LightError::Unknown { what: GrantEntry::NAME })?;
        next = found.grant.parent;
    }
    Ok(prover.finish())
}

/// Proves a transaction of the best chain and its receipt, to one who trusts the header at `trusted`.
///
/// # Errors
/// The ledger does not answer, holds no such transaction, or no header at that height above it.
pub fn prove_tx(read: &dyn LedgerRead, id: &TxId, trusted: Height) -> Result<LightProof, LightError> {
    let place = read.get(Table::TxIndex, id.as_ref())?.ok_or(LightError::Unknown { what: SignedTx::NAME })?;
    let place = TxPlace::from_bytes(&place).map_err(|e| damaged(TxPlace::NAME, &e))?;
    let prover = Prover::of(read, &place.block)?;
    prover.tx(&place.block, place.index)?;
    prover.finish_on(trusted)
}

fn indexed(read: &dyn LedgerRead, id: &BlockId) -> Result<BlockEntry, ReadError> {
    block_entry(read, id)?.ok_or_else(|| damaged(BlockEntry::NAME, &"missing"))
}

fn inclusion<'b>(leaves: impl Iterator<Item = &'b [u8]> + Clone, index: u32) -> Option<InclusionProof> {
    let leaf = leaves.clone().nth(usize::try_from(index).ok()?)?;
    let tree = rfc6962::Tree::from_leaves(leaves);
    let path = tree.prove_inclusion(u64::from(index), tree.size())?;
    Some(InclusionProof { index, leaf: ByteBuf::from(leaf), path })
}

/// Nothing leaves a ledger that its own reader would refuse: that is damage.
fn damaged(what: &str, why: &dyn core::fmt::Display) -> ReadError {
    ReadError::Corrupt { what: format!("{what}: {why}") }
}
