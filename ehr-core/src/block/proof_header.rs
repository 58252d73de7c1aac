//! The 112-byte proof header: block id, proof-of-work hash and a phone's view of a block in one (rule H-3).

use super::Header;
use crate::crypto::hash::sha256;
use crate::primitives::{BlockId, ChainId, Hash32, Height, Timestamp};

/// A header cut down to what links and seals it. SHA-256 of its bytes is the block id under every engine.
///
/// | bytes | field |
/// |---|---|
/// | 0..2, 2..4 | version, shard |
/// | 4..8 | compact target; 0 under stake |
/// | 8..24 | first 16 bytes of the chain id |
/// | 24..56 | parent's id |
/// | 56..64 | height |
/// | 64..96 | digest of the full header |
/// | 96..104 | time, milliseconds |
/// | 104..112 | nonce; the round under stake |
///
/// Integers are big-endian. Bytes 0..64 are one SHA-256 block that stays the same while a height is mined; with
/// the nonce in the last words before the padding, one compression is the cost of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofHeader {
    /// Version of the header format.
    pub version: u16,
    /// Shard.
    pub shard: u16,
    /// Compact target as claimed; not yet checked to be one.
    pub bits: u32,
    /// First half of the chain id.
    pub chain: [u8; 16],
    /// Parent's id.
    pub prev: BlockId,
    /// Number of blocks below.
    pub height: Height,
    /// [`Header::digest`].
    pub digest: Hash32,
    /// Header time.
    pub time: Timestamp,
    /// Nonce, or round under stake.
    pub nonce: u64,
}

impl ProofHeader {
    /// Length in bytes.
    pub const LEN: usize = 112;

    /// The 112 bytes.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut out = [0u8; Self::LEN];
        let mut rest = out.as_mut_slice();
        let fields: [&[u8]; 9] = [
            &self.version.to_be_bytes(),
            &self.shard.to_be_bytes(),
            &self.bits.to_be_bytes(),
            &self.chain,
            &self.prev.0,
            &self.height.0.to_be_bytes(),
            &self.digest.0,
            &self.time.0.to_be_bytes(),
            &self.nonce.to_be_bytes(),
        ];
        for field in fields {
            let Some((head, tail)) = rest.split_at_mut_checked(field.len()) else { break };
            head.copy_from_slice(field);
            rest = tail;
        }
        out
    }

    /// Reads 112 bytes. Every bit pattern is some proof header: whether it is a valid one is for the seal rules.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let mut rest = bytes.as_slice();
        Self {
            version: u16::from_be_bytes(take(&mut rest)),
            shard: u16::from_be_bytes(take(&mut rest)),
            bits: u32::from_be_bytes(take(&mut rest)),
            chain: take(&mut rest),
            prev: BlockId(take(&mut rest)),
            height: Height(u64::from_be_bytes(take(&mut rest))),
            digest: Hash32(take(&mut rest)),
            time: Timestamp(u64::from_be_bytes(take(&mut rest))),
            nonce: u64::from_be_bytes(take(&mut rest)),
        }
    }

    /// The block's id and proof-of-work hash: SHA-256 of the 112 bytes.
    pub fn id(&self) -> BlockId {
        BlockId(sha256(&self.to_bytes()).0)
    }

    /// The half of a chain id that a proof header carries.
    pub fn chain_prefix(id: &ChainId) -> [u8; 16] {
        take(&mut id.0.as_slice())
    }
}

impl From<&Header> for ProofHeader {
    fn from(h: &Header) -> Self {
        Self {
            version: h.version,
            shard: h.shard,
            bits: h.seal.proof_bits(),
            chain: Self::chain_prefix(&h.chain_id),
            prev: h.prev,
            height: h.height,
            digest: h.digest(),
            time: h.time,
            nonce: h.seal.proof_nonce(),
        }
    }
}

/// Cuts the next `N` bytes off a slice that is known to be long enough.
fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk::<N>() {
        Some((head, tail)) => {
            *rest = tail;
            *head
        }
        None => [0; N],
    }
}
