//! Making blocks.

use super::Ledger;
use crate::host::ProgressListener;
use crate::types::Mined;
use crate::{Result, unfinished};
use ehr_core::primitives::{AccountId, TxId};
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Makes one block of the waiting transactions, on all cores. Blocks until it is found and stored; other calls go on
    /// meanwhile.
    ///
    /// # Errors
    /// `Cancelled` by the listener, `Refused` when another block came first, or the storage fails.
    pub fn mine(&self, proposer: AccountId, listener: Option<Arc<dyn ProgressListener>>) -> Result<Mined> {
        let _ = (proposer, listener);
        unfinished()
    }

    /// Makes blocks until the given transaction is final.
    ///
    /// # Errors
    /// As [`Ledger::mine`]; `NotFound` if it neither waits nor is mined.
    pub fn mine_until_final(
        &self,
        proposer: AccountId,
        transaction: TxId,
        listener: Option<Arc<dyn ProgressListener>>,
    ) -> Result<Mined> {
        let _ = (proposer, transaction, listener);
        unfinished()
    }
}
