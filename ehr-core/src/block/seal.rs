//! What makes a header count: work, or a place in a stake-weighted round.

use crate::consensus::CompactTarget;
use crate::primitives::tagged_enum;

tagged_enum! {
    /// The last field of a header. On the wire `[0, bits, nonce]` or `[1, round]` (rule H-2).
    Seal: u8 {
        /// Proof of work.
        Work {
            /// The target this header claims; the chain's difficulty rule says what it must be.
            bits: CompactTarget,
            /// The number that was searched for.
            nonce: u64,
        } = 0,
        /// Proof of stake; the certificate that finalises the block travels in the next block.
        Stake {
            /// Round the block was first proposed in. One that is proposed again in a later round keeps its id; the
            /// round that decided it is in its certificate.
            round: u32,
        } = 1,
    }
}

impl Copy for Seal {}

impl Seal {
    /// Bytes 4..8 of the proof header: compact target, or 0 under stake.
    pub const fn proof_bits(self) -> u32 {
        match self {
            Self::Work { bits, .. } => bits.bits(),
            Self::Stake { .. } => 0,
        }
    }

    /// Bytes 104..112 of the proof header: nonce, or round under stake.
    pub fn proof_nonce(self) -> u64 {
        match self {
            Self::Work { nonce, .. } => nonce,
            Self::Stake { round } => u64::from(round),
        }
    }

    /// The same seal with its nonce or round 0, which is what the header digest covers (rule H-4).
    #[must_use]
    pub const fn without_nonce(self) -> Self {
        match self {
            Self::Work { bits, .. } => Self::Work { bits, nonce: 0 },
            Self::Stake { .. } => Self::Stake { round: 0 },
        }
    }
}
