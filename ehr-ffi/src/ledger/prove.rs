//! Proofs for those who hold no ledger.

use super::Ledger;
use crate::fault::call;
use crate::{EhrError, Result};
use ehr_core::block::ProofHeader;
use ehr_core::codec::Wire as _;
use ehr_core::engine::{BlockEntry, block_at, block_entry};
use ehr_core::light::{self, LightError, LightProof, TrustAnchor};
use ehr_core::primitives::{GrantId, Height, RecordId, TxId, VersionNo};
use ehr_core::store::LedgerRead;

/// Headers given at a time.
const MAX_HEADERS: u32 = 10_000;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Proves a record and one of its versions, the newest if none is named, as of the tip.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_record(&self, record: RecordId, version: Option<VersionNo>) -> Result<Vec<u8>> {
        self.prove(&record, |read| light::prove_record(read, &record, version))
    }

    /// Proves a grant and all it is delegated from, as of the tip.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_grant(&self, grant: GrantId) -> Result<Vec<u8>> {
        self.prove(&grant, |read| light::prove_grant(read, &grant))
    }

    /// Proves a transaction and its receipt to one who trusts the block at `on_height`; the tip, if not given.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn prove_tx(&self, transaction: TxId, on_height: Option<Height>) -> Result<Vec<u8>> {
        let tip = match on_height {
            Some(height) => height,
            None => call(|| self.best())?.header.height,
        };
        self.prove(&transaction, |read| light::prove_tx(read, &transaction, tip))
    }

    /// The newest final header, for a light client to begin with.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn trust_anchor(&self) -> Result<Vec<u8>> {
        call(|| {
            self.core(|core| {
                let view = core.engine.view(&core.store);
                let BlockEntry { header, total, .. } = entry_at(&view, core.engine.final_height())?;
                Ok(TrustAnchor::new(&header.proof(), total).to_bytes()?)
            })
        })
    }

    /// Headers of the best chain from a height on, 112 bytes each, at most `limit` and at most 10,000.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn headers(&self, from: Height, limit: u32) -> Result<Vec<u8>> {
        call(|| {
            self.core(|core| {
                let view = core.engine.view(&core.store);
                let tip = core.engine.best().header.height;
                let count = u64::from(limit.min(MAX_HEADERS));
                let heights = (from.0..=tip.0).take(usize::try_from(count).unwrap_or(usize::MAX));
                let mut headers = Vec::with_capacity(heights.size_hint().0.saturating_mul(ProofHeader::LEN));
                for height in heights.map(Height) {
                    headers.extend_from_slice(&entry_at(&view, height)?.header.proof().to_bytes());
                }
                Ok(headers)
            })
        })
    }
}

impl Ledger {
    fn prove(
        &self,
        id: &dyn ToString,
        prove: impl FnOnce(&dyn LedgerRead) -> core::result::Result<LightProof, LightError>,
    ) -> Result<Vec<u8>> {
        call(|| {
            self.core(|core| match prove(&core.engine.view(&core.store)) {
                Ok(proof) => Ok(proof.to_bytes()?),
                Err(LightError::Unknown { what }) => Err(EhrError::not_found(what, id.to_string())),
                Err(error) => Err(error.into()),
            })
        })
    }
}

fn entry_at(read: &dyn LedgerRead, height: Height) -> Result<BlockEntry> {
    let missing = || EhrError::damaged(format!("block at height {height} is missing"));
    let id = block_at(read, height)?.ok_or_else(missing)?;
    block_entry(read, &id)?.ok_or_else(missing)
}
