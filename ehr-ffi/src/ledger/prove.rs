//! Proofs for those who hold no ledger.

use super::Ledger;
use crate::{Result, unfinished};
use ehr_core::primitives::{GrantId, Height, RecordId, TxId, VersionNo};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Proves a record and one of its versions, the newest if none is named, as of the tip.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_record(&self, record: RecordId, version: Option<VersionNo>) -> Result<Vec<u8>> {
        let _ = (record, version);
        unfinished()
    }

    /// Proves a grant and all it is delegated from, as of the tip.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_grant(&self, grant: GrantId) -> Result<Vec<u8>> {
        let _ = (grant,);
        unfinished()
    }

    /// Proves a transaction and its receipt to one who trusts the block at `on_height`; the tip, if not given.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_tx(&self, transaction: TxId, on_height: Option<Height>) -> Result<Vec<u8>> {
        let _ = (transaction, on_height);
        unfinished()
    }

    /// The newest final header, for a light client to begin with.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn trust_anchor(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// Headers of the best chain from a height on, 112 bytes each, at most `limit` and at most 10,000.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn headers(&self, from: Height, limit: u32) -> Result<Vec<u8>> {
        let _ = (from, limit);
        unfinished()
    }
}
