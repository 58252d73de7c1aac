//! What follows from a genesis specification.

use super::args::{decode, refused};
use crate::EhrError;
use ehr_core::block::ChainSpec;

/// A chain's beginning.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisFacts {
    /// Chain id.
    pub chain_id: String,
    /// Canonical bytes of block 0.
    pub block: Vec<u8>,
    /// Its id.
    pub block_id: String,
    /// State root after it.
    pub state_root: Vec<u8>,
}

/// Checks a genesis specification, proofs of possession and all, and makes its block 0.
///
/// # Errors
/// `Malformed`; `Refused` if it breaks a rule.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn genesis_facts(genesis: &[u8]) -> Result<GenesisFacts, EhrError> {
    let spec = ChainSpec::new(decode(genesis)?).map_err(refused)?;
    Ok(GenesisFacts {
        chain_id: spec.chain_id().to_string(),
        block: spec.block().bytes().to_vec(),
        block_id: spec.block().id().to_string(),
        state_root: spec.block().header().state_root.0.to_vec(),
    })
}
