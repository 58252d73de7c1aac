//! What a chain fixes at genesis.

use crate::codec::{Wire, limits};
use crate::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::Hash32;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Parameters of a chain. Every header names their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Params {
    /// Whether an account may enrol without a sponsor (rule A-3).
    pub open_enrolment: bool,
    /// Least fee of a transaction, in credits (rule T-6).
    pub min_fee: u64,
    /// Who seals blocks, and how.
    pub consensus: ConsensusParams,
    /// Intended distance of blocks, milliseconds.
    pub spacing_ms: u64,
    /// Confirmations that make a block final under proof of work, the block itself being the first (rule W-9).
    pub confirmations: u64,
    /// Longest branch that may be undone, blocks.
    pub max_reorg: u64,
    /// How long a rotation by the recovery key waits, milliseconds (rule A-9).
    pub recovery_delay_ms: u64,
    /// How long a proposal waits for the patient, milliseconds (rule R-8).
    pub proposal_expiry_ms: u64,
    /// Longest block, bytes; at most [`limits::MAX_BLOCK`].
    pub max_block_bytes: u32,
    /// Most transactions in a block; at most [`limits::MAX_BLOCK_TXS`].
    pub max_block_txs: u32,
}

impl Params {
    /// The hash headers carry.
    pub fn hash(&self) -> Hash32 {
        // Integers and booleans always encode, so the empty default is never hashed.
        tagged(Domain::Params, &[&self.to_bytes().unwrap_or_default()])
    }
}

impl Wire for Params {
    const NAME: &'static str = "chain parameters";
    const MAX_BYTES: usize = limits::MAX_PARAMS;
}

/// The papers' difficulty 2 and closed enrolment.
impl Default for Params {
    fn default() -> Self {
        Self {
            open_enrolment: false,
            min_fee: 1,
            consensus: ConsensusParams::work(DifficultyRule::Fixed {
                target: CompactTarget::leading_zero_nibbles(2).unwrap_or(CompactTarget::EASIEST),
            }),
            spacing_ms: 10_000,
            confirmations: 12,
            max_reorg: 4_320,
            recovery_delay_ms: 24 * 3_600 * 1_000,
            proposal_expiry_ms: 30 * 24 * 3_600 * 1_000,
            max_block_bytes: 1024 * 1024,
            max_block_txs: 4096,
        }
    }
}
