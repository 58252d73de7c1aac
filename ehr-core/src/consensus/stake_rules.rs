//! What a header says of itself under proof of stake (rules BF-28 and W-6). That its validators decided it is for its
//! certificate, and who they are for the state.

use super::seal_rules::{Parent, SealError, SealRules, check_place};
use super::{Weight, check_header_time};
use crate::block::{Header, ProofHeader};
use crate::codec::limits::MAX_ROUND;
use crate::primitives::Timestamp;

/// How far ahead of the local clock a proposal may be, milliseconds; validators prevote for nothing later.
pub const MAX_PROPOSAL_AHEAD_MS: u64 = 10_000;

/// Proof of stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofOfStake;

impl SealRules for ProofOfStake {
    fn check_alone(&self, header: &ProofHeader) -> Result<(), SealError> {
        if header.version != Header::VERSION {
            return Err(SealError::UnknownVersion { got: header.version, want: Header::VERSION });
        }
        if header.bits != 0 {
            return Err(SealError::NotStake);
        }
        if header.nonce > u64::from(MAX_ROUND) {
            return Err(SealError::Round { limit: MAX_ROUND, got: header.nonce });
        }
        Ok(())
    }

    fn check_after(&self, header: &ProofHeader, parent: &Parent, now: Timestamp) -> Result<(), SealError> {
        check_place(header, parent)?;
        check_header_time(header.time, parent.proof.time, now, MAX_PROPOSAL_AHEAD_MS)?;
        Ok(())
    }

    /// Each decided block counts the same: there are no two chains to choose from.
    fn weight(&self, _: &ProofHeader) -> Weight {
        Weight::ONE
    }
}
