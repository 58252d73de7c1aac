//! What a miner needs to search for a nonce, and nothing else.

use super::{Header, ProofHeader, Seal};
use crate::consensus::CompactTarget;
use crate::crypto::hash::sha256;
use crate::primitives::BlockId;

/// A proof header split where SHA-256 splits it: the first block is compressed once, the second once per try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkTemplate {
    /// Bytes 0..64 of the proof header.
    pub first: [u8; 64],
    /// Bytes 64..104, between the first block and the nonce.
    pub tail: [u8; 40],
    /// Target the hash must meet.
    pub target: CompactTarget,
}

impl WorkTemplate {
    /// The template of a header sealed by work, whatever its nonce; `None` under stake.
    pub fn new(header: &Header) -> Option<Self> {
        let Seal::Work { bits, .. } = header.seal else { return None };
        let bytes = header.proof().to_bytes();
        let (first, rest) = bytes.split_first_chunk()?;
        let (tail, _nonce) = rest.split_first_chunk()?;
        Some(Self { first: *first, tail: *tail, target: bits })
    }

    /// The id the block has with this nonce.
    pub fn id(&self, nonce: u64) -> BlockId {
        let mut bytes = Vec::with_capacity(ProofHeader::LEN);
        bytes.extend_from_slice(&self.first);
        bytes.extend_from_slice(&self.tail);
        bytes.extend_from_slice(&nonce.to_be_bytes());
        BlockId(sha256(&bytes).0)
    }

    /// Whether this nonce seals the block.
    pub fn is_solved_by(&self, nonce: u64) -> bool {
        self.target.is_met_by(&self.id(nonce))
    }
}
