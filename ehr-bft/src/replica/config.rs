//! What a replica is told once.

use crate::config::Timeouts;
use crate::memo::Memo;
use ehr_core::crypto::signature::Signer;
use ehr_core::engine::EngineConfig;
use ehr_core::primitives::AccountId;
use ehr_core::state::Params;
use ehr_core::tx::KeyId;

/// Heights below the tip whose messages are compared for evidence, unless told otherwise: about 2 MB with 7 validators.
const EVIDENCE_HEIGHTS: u64 = 1_000;

/// Settings of a replica, none of them part of consensus.
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// The validator's account, which gets the fees of its blocks. One that has no stake follows without voting.
    pub account: AccountId,
    /// Settings of the engine.
    pub engine: EngineConfig,
    /// How long each step of a round waits, and the next height for late votes.
    pub timeouts: Timeouts,
    /// How long nothing is proposed while no transaction waits and no peer is further, milliseconds. Steps of a round are not
    /// counted while nothing happens, so they need not allow for it.
    pub idle_ms: u64,
    /// Heights below the tip whose messages are still compared for evidence, at most the chain's evidence age.
    pub evidence_heights: u64,
    /// How long a peer that is one height ahead may be so before it is asked for the block, milliseconds.
    pub catch_up_after_ms: u64,
    /// How long a request may go unanswered, milliseconds.
    pub catch_up_retry_ms: u64,
    /// Signatures found valid; replicas of one process may share it.
    pub memo: Memo,
}

impl ReplicaConfig {
    /// The defaults for a chain: an idle one makes a block every `spacing_ms`.
    pub fn new(account: AccountId, params: &Params) -> Self {
        let evidence = params.consensus.stake().map_or(0, |stake| stake.evidence_blocks);
        Self {
            account,
            engine: EngineConfig::default(),
            timeouts: Timeouts::default(),
            idle_ms: params.spacing_ms,
            evidence_heights: evidence.min(EVIDENCE_HEIGHTS),
            catch_up_after_ms: 100,
            catch_up_retry_ms: 500,
            memo: Memo::new(),
        }
    }
}

/// The keys of a replica. A follower gives any key for votes: it signs nothing with it.
pub struct ReplicaKeys {
    /// Signs votes and proposals; the key that was staked.
    pub votes: Box<dyn Signer + Send>,
    /// A device key of the account and its number, to sign reports of evidence. Without it, evidence is only told
    /// ([`Output::Convicted`](super::Output::Convicted)).
    pub account: Option<(KeyId, Box<dyn Signer + Send>)>,
}
