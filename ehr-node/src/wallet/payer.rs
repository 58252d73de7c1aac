//! Who pays for transactions, and in which order.

use ehr_core::block::ChainSpec;
use ehr_core::client::{AccountKeys, ClientError, Draft, compose};
use ehr_core::primitives::Height;
use ehr_core::tx::Tx;
use std::sync::Arc;

/// An account that pays fees: counts its nonces.
pub struct Payer {
    keys: Arc<AccountKeys>,
    spec: ChainSpec,
    nonce: u64,
}

impl Payer {
    /// A payer who has not paid for anything on the chain yet.
    pub fn new(keys: Arc<AccountKeys>, spec: ChainSpec) -> Self {
        Self { keys, spec, nonce: 0 }
    }

    /// A payer who has used the nonces up to this one.
    pub const fn resuming(keys: Arc<AccountKeys>, spec: ChainSpec, nonce: u64) -> Self {
        Self { keys, spec, nonce }
    }

    /// The account's keys.
    pub const fn keys(&self) -> &Arc<AccountKeys> {
        &self.keys
    }

    /// A transaction signed by the payer and `others`; who signs twice is counted once. Valid from `now`, the
    /// height of the tip. The draft's bodies are to be stored before it is submitted.
    ///
    /// # Errors
    /// A signature could not be made, or the transaction is longer than one may be; the nonce is used up all the same.
    pub fn sign(&mut self, now: Height, draft: Draft, others: &[&AccountKeys]) -> Result<Tx, ClientError> {
        self.nonce = self.nonce.saturating_add(1);
        let mut tx = compose(&self.spec, now, self.keys.id(), self.nonce, draft)?;
        for keys in [&*self.keys].into_iter().chain(others.iter().copied()) {
            tx.sign(keys)?;
        }
        Ok(tx.into_tx()?.0)
    }
}
