//! What happened.

use super::Ledger;
use crate::{Result, unfinished};
use ehr_core::engine::LedgerEvent;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Takes up to `limit` events, oldest first. At most 1,024 are kept for whoever does not ask.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn events(&self, limit: u32) -> Result<Vec<LedgerEvent>> {
        let _ = (limit,);
        unfinished()
    }

    /// How many events were dropped because nobody asked.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn events_lost(&self) -> Result<u64> {
        unfinished()
    }
}
