//! What a validator is told once.

use ehr_core::primitives::{AccountId, BlockId, ChainId};

/// The id of a block's bytes, if they are a block. Pure: the same bytes always have the same id.
pub type BlockIdOf = fn(&[u8]) -> Option<BlockId>;

/// Settings of one validator. Chain, account and `block_id` must stay the same over its life.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain; votes of any other are refused.
    pub chain: ChainId,
    /// The validator's account. An account that is in no validator set follows without voting.
    pub account: AccountId,
    /// The id of a block's bytes.
    pub block_id: BlockIdOf,
    /// How long each step waits.
    pub timeouts: Timeouts,
    /// Heights below the current one whose messages are still compared for evidence (rule BF-27): the evidence age,
    /// or as much of it as memory is worth. A height costs about 400 bytes a validator.
    pub evidence_heights: u64,
    /// How long a peer that is one height ahead may be so before it is asked for the block, milliseconds. Its last
    /// votes are usually under way.
    pub catch_up_after_ms: u64,
    /// How long a request may go unanswered, milliseconds.
    pub catch_up_retry_ms: u64,
}

/// How long each step waits, milliseconds: of a round a base and what each further round adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the proposal, in round 0.
    pub propose_ms: u64,
    /// For prevotes after two thirds came without agreement, in round 0.
    pub prevote_ms: u64,
    /// For precommits after two thirds came without agreement, in round 0.
    pub precommit_ms: u64,
    /// For the other precommits after a decision, before the next height begins (rule BF-36). They end it, so it costs
    /// its length only where somebody is away; 0 waits for nobody, and who votes last may be missed in every block.
    pub commit_ms: u64,
    /// Added to each of the first three for each round.
    pub delta_ms: u64,
    /// Until own votes are sent again.
    pub rebroadcast_ms: u64,
    /// No step waits longer.
    pub max_ms: u64,
}

impl Default for Timeouts {
    /// For institutions on a wide area network.
    fn default() -> Self {
        Self {
            propose_ms: 3000,
            prevote_ms: 1000,
            precommit_ms: 1000,
            commit_ms: 500,
            delta_ms: 500,
            rebroadcast_ms: 5000,
            max_ms: 60_000,
        }
    }
}
