//! A phone that checks proofs and keeps nothing but headers.

use crate::types::ProvenFacts;
use crate::{Clock, Genesis, Result, unfinished};
use ehr_core::primitives::{BlockId, Height};
use std::sync::Arc;

/// Follows a chain by its headers, in bounded memory, and checks proofs against them.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct LightClient(());

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl LightClient {
    /// Begins at the genesis block.
    ///
    /// # Errors
    /// None that can be reached.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(genesis: Arc<Genesis>, clock: Option<Arc<Clock>>) -> Result<Arc<Self>> {
        let _ = (genesis, clock);
        unfinished()
    }

    /// Begins at a header that is taken on trust: a [`Ledger::trust_anchor`](crate::Ledger::trust_anchor), or one's own
    /// [`LightClient::checkpoint`] from last time.
    ///
    /// # Errors
    /// Malformed.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_anchor(
        genesis: Arc<Genesis>,
        anchor: Vec<u8>,
        clock: Option<Arc<Clock>>,
    ) -> Result<Arc<Self>> {
        let _ = (genesis, anchor, clock);
        unfinished()
    }

    /// Takes headers as [`Ledger::headers`](crate::Ledger::headers) gives them: 112 bytes each, parents first. Gives the
    /// number that were new. Those before the first wrong one are taken.
    ///
    /// # Errors
    /// A length that is no multiple of 112, an unknown parent, a broken rule.
    pub fn accept(&self, headers: Vec<u8>) -> Result<u32> {
        let _ = headers;
        unfinished()
    }

    /// Height of the best header.
    pub fn tip_height(&self) -> Height {
        Height::ZERO
    }

    /// Id of the best header.
    pub fn tip(&self) -> BlockId {
        BlockId::ZERO
    }

    /// Height up to which blocks are final.
    pub fn final_height(&self) -> Height {
        Height::ZERO
    }

    /// Where to start from next time: the newest final header.
    ///
    /// # Errors
    /// None that can be reached.
    pub fn checkpoint(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// Checks a proof that stands on a header of the best chain.
    ///
    /// # Errors
    /// `Malformed`, or `Refused` when it proves nothing here.
    pub fn verify(&self, proof: Vec<u8>) -> Result<ProvenFacts> {
        let _ = proof;
        unfinished()
    }
}

/// Checks a proof, trusting nothing but the block it must stand on.
///
/// # Errors
/// `Malformed`, or `Refused` when it does not hold.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn verify_proof(proof: Vec<u8>, trusted_block: BlockId) -> Result<ProvenFacts> {
    let _ = (proof, trusted_block);
    unfinished()
}
