//! What happened.

use super::Ledger;
use crate::Result;
use crate::fault::call;
use ehr_core::engine::LedgerEvent;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Takes up to `limit` events, oldest first. At most 1,024 are kept for whoever does not ask.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn events(&self, limit: u32) -> Result<Vec<LedgerEvent>> {
        call(|| {
            self.core(|core| {
                let count = usize::try_from(limit).unwrap_or(usize::MAX).min(core.events.len());
                Ok(core.events.drain(..count).collect())
            })
        })
    }

    /// How many events were dropped because nobody asked.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn events_lost(&self) -> Result<u64> {
        call(|| self.core(|core| Ok(core.events_lost)))
    }
}
