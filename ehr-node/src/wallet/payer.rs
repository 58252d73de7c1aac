//! Who pays for transactions, and in which order.

use super::Owner;
use ehr_core::codec::{EncodeError, Wire as _};
use ehr_core::crypto::signature::SignError;
use ehr_core::primitives::{ChainId, Height};
use ehr_core::tx::{Payload, TX_VERSION, Tx, TxBody};

/// A transaction that could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignTxError {
    /// A signature could not be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The transaction is longer than one may be.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Blocks a transaction made here stays valid for.
const VALIDITY: u64 = 1_000;

/// An account that pays fees: counts its nonces.
pub struct Payer {
    owner: Owner,
    chain: ChainId,
    fee: u64,
    nonce: u64,
}

impl Payer {
    /// A payer who has not paid for anything yet, and offers `fee` credits a transaction.
    pub const fn new(owner: Owner, chain: ChainId, fee: u64) -> Self {
        Self { owner, chain, fee, nonce: 0 }
    }

    /// The account.
    pub const fn owner(&self) -> &Owner {
        &self.owner
    }

    /// A transaction signed by the payer and `others`; who signs twice is counted once. Valid from `now`, the
    /// height of the tip.
    ///
    /// # Errors
    /// See [`SignTxError`]; the nonce is used up all the same.
    pub fn sign(&mut self, now: Height, payload: Payload, others: &[&Owner]) -> Result<Tx, SignTxError> {
        self.nonce = self.nonce.saturating_add(1);
        let body = TxBody {
            version: TX_VERSION,
            chain_id: self.chain,
            shard: 0,
            fee_payer: self.owner.id(),
            nonce: self.nonce,
            fee: self.fee,
            valid_from: now,
            valid_until: now.plus(VALIDITY),
            payload,
        };
        let bytes = body.to_bytes()?;
        let mut signatures = vec![self.owner.sign(&bytes)?];
        for other in others {
            if signatures.iter().all(|entry| entry.account != other.id()) {
                signatures.push(other.sign(&bytes)?);
            }
        }
        Ok(Tx::assemble(body, signatures)?)
    }
}
