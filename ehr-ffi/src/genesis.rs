//! What a chain starts from.

use crate::types::ChainConfig;
use crate::{Clock, Entropy, Keyring, Result, unfinished};
use ehr_core::block::ChainSpec;
use ehr_core::primitives::ChainId;
use std::sync::Arc;

/// The specification of a chain. Two chains differ in it or are one.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Genesis(pub(crate) ChainSpec);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Genesis {
    /// A new chain. Every founder is enrolled and gets credits; those that are institutions are admitted. At least one
    /// must be an institution.
    ///
    /// # Errors
    /// A setting outside its limits, no institution among the founders, keys without their recovery key.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(
        config: ChainConfig,
        founders: Vec<Arc<Keyring>>,
        clock: Option<Arc<Clock>>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        let _ = (config, founders, clock, entropy);
        unfinished()
    }

    /// The specification as another party gave it.
    ///
    /// # Errors
    /// Malformed, or breaks a rule.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Arc<Self>> {
        let _ = bytes;
        unfinished()
    }

    /// The canonical bytes, to be given to everybody who joins.
    ///
    /// # Errors
    /// None that can be reached.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// SHA-256 over the bytes: the chain's name.
    pub fn chain_id(&self) -> ChainId {
        self.0.chain_id()
    }
}
