//! What follows from a genesis specification.

use super::args::decode;
use crate::EhrError;
use ehr_core::block::ChainSpec;
use ehr_core::primitives::{BlockId, ChainId};

/// A chain's beginning.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisFacts {
    /// Chain id.
    pub chain_id: ChainId,
    /// Canonical bytes of block 0.
    pub block: Vec<u8>,
    /// Its id.
    pub block_id: BlockId,
    /// State root after it.
    pub state_root: Vec<u8>,
}

/// Checks a genesis specification, proofs of possession and all, and makes its block 0.
///
/// # Errors
/// `Malformed`; `InvalidArgument` names the field that breaks a rule.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn genesis_facts(genesis: Vec<u8>) -> Result<GenesisFacts, EhrError> {
    let spec = ChainSpec::new(decode(&genesis)?)?;
    Ok(GenesisFacts {
        chain_id: spec.chain_id(),
        block: spec.block().bytes().to_vec(),
        block_id: spec.block().id(),
        state_root: spec.block().header().state_root.0.to_vec(),
    })
}
