//! Handing transactions in.

use super::Ledger;
use crate::{Draft, Result, unfinished};
use ehr_core::primitives::{AccountId, TxId};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Stores the bodies of a draft that everybody signed, then offers it to the pool of waiting transactions.
    ///
    /// # Errors
    /// `Refused` naming the rule it breaks, such as a missing signature; nothing waits then.
    pub fn submit(&self, draft: Arc<Draft>) -> Result<TxId> {
        let _ = (draft,);
        unfinished()
    }

    /// Offers a transaction as another ledger gave it. Its bodies come by themselves.
    ///
    /// # Errors
    /// `Malformed`, or `Refused` naming the rule it breaks.
    pub fn submit_bytes(&self, transaction: Vec<u8>) -> Result<TxId> {
        let _ = (transaction,);
        unfinished()
    }

    /// How many transactions wait.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn pool_size(&self) -> Result<u64> {
        unfinished()
    }

    /// Moves keys on to the generation the chain has published; `true` if they changed and should be saved.
    ///
    /// # Errors
    /// The account is not enrolled, or its published key is not known here.
    pub fn settle_keys(&self, keys: Arc<crate::Keyring>) -> Result<bool> {
        let _ = (keys,);
        unfinished()
    }

    /// The nonce the next transaction of this payer gets.
    ///
    /// # Errors
    /// Not enrolled.
    pub fn next_nonce(&self, payer: AccountId) -> Result<u64> {
        let _ = (payer,);
        unfinished()
    }
}
