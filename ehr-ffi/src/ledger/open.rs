//! Making, opening and closing.

use super::Ledger;
use crate::types::Tip;
use crate::{Clock, Entropy, Genesis, Result, Storage, unfinished};
use ehr_core::primitives::ChainId;
use std::sync::Arc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Begins a chain in a storage that holds none.
    ///
    /// # Errors
    /// `Refused` if it holds a ledger already, `Busy` if it is open, or the storage fails.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn create(
        genesis: Arc<Genesis>,
        storage: Arc<Storage>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        let _ = (genesis, storage, clock, entropy);
        unfinished()
    }

    /// Opens what a storage holds. Takes as long for a large ledger as for a small one.
    ///
    /// # Errors
    /// `NotFound` if it holds none, `Busy` if it is open, `Damaged`, `NewerFormat`, or the storage fails.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn open(
        storage: Arc<Storage>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        let _ = (storage, clock, entropy);
        unfinished()
    }

    /// Closes the storage; every later call is `Closed`. A call that is under way ends first. Closing twice is no
    /// error.
    ///
    /// # Errors
    /// `Busy` when called from a callback of this ledger, or when a call does not end.
    pub fn close(&self) -> Result<()> {
        unfinished()
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        false
    }

    /// The chain.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn chain_id(&self) -> Result<ChainId> {
        unfinished()
    }

    /// What the chain started from.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn genesis(&self) -> Result<Arc<Genesis>> {
        unfinished()
    }

    /// The best block.
    ///
    /// # Errors
    /// `Closed`, `Busy`.
    pub fn tip(&self) -> Result<Tip> {
        unfinished()
    }
}
