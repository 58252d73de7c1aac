//! The full block header (`docs/spec/header.md`).

use super::{ProofHeader, Seal};
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::hash::tagged;
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Everything a block commits to. Encoded as an array in field order (rule H-1); identified by its 112-byte
/// [`ProofHeader`] (rule H-3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Header {
    /// Version of this format and of the rules, [`Header::VERSION`].
    pub version: u16,
    /// Shard; 0 on an unsharded chain.
    pub shard: u16,
    /// The chain this header belongs to.
    pub chain_id: ChainId,
    /// Number of blocks below.
    pub height: Height,
    /// When the proposer made it, milliseconds since 1970; strictly above the parent's (rule W-6).
    pub time: Timestamp,
    /// Id of the parent; zero at height 0.
    pub prev: BlockId,
    /// Root of the RFC 6962 tree over the transactions.
    pub tx_root: Hash32,
    /// Number of transactions.
    pub tx_count: u32,
    /// Root of the RFC 6962 tree over the receipts, one per transaction.
    pub receipts_root: Hash32,
    /// Root of the state tree after this block.
    pub state_root: Hash32,
    /// Root of the Merkle mountain range over all previous headers.
    pub history_root: Hash32,
    /// Hash of the validator set that decides this block; zero where there is none.
    pub validators_hash: Hash32,
    /// Hash of the validator set that decides the next block; zero where there is none.
    pub next_validators_hash: Hash32,
    /// Hash of the chain parameters in force.
    pub params_hash: Hash32,
    /// Hash of the certificate for the parent; zero under proof of work.
    pub last_commit_hash: Hash32,
    /// Beacon header a shard has seen, or the root over the shards on the beacon chain; zero if unsharded.
    pub anchor: Hash32,
    /// Account that made the block.
    pub proposer: AccountId,
    /// Work or round.
    pub seal: Seal,
}

impl Header {
    /// The only version there is.
    pub const VERSION: u16 = 1;

    /// SHA-256 over the domain tag and the header's bytes with its nonce (or round) 0 (rule H-4). Costs one
    /// encoding; the nonce does not change it.
    pub fn digest(&self) -> Hash32 {
        let unsealed = Self { seal: self.seal.without_nonce(), ..self.clone() };
        // Integers and fixed-length byte strings always encode, so the empty default is never hashed.
        tagged(Domain::Header, &[&unsealed.to_bytes().unwrap_or_default()])
    }

    /// The 112 bytes that stand for this header.
    pub fn proof(&self) -> ProofHeader {
        ProofHeader::from(self)
    }

    /// The block's id, which is also its proof-of-work hash (rule H-3).
    pub fn id(&self) -> BlockId {
        self.proof().id()
    }
}

impl Wire for Header {
    const NAME: &'static str = "header";
    const MAX_BYTES: usize = limits::MAX_HEADER;
}
