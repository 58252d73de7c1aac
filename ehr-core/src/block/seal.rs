//! What makes a header count: work, or a place in a stake-weighted round.

use crate::consensus::CompactTarget;
use core::fmt;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const WORK: u8 = 0;
const STAKE: u8 = 1;

/// The last field of a header. On the wire `[0, bits, nonce]` or `[1, round]` (rule H-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Proof of work.
    Work {
        /// The target this header claims; the chain's difficulty rule says what it must be.
        bits: CompactTarget,
        /// The number that was searched for.
        nonce: u64,
    },
    /// Proof of stake; the certificate that finalises the block travels in the next block.
    Stake {
        /// Consensus round that decided the block.
        round: u32,
    },
}

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

impl Serialize for Seal {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Work { bits, nonce } => {
                let mut t = s.serialize_tuple(3)?;
                t.serialize_element(&WORK)?;
                t.serialize_element(bits)?;
                t.serialize_element(nonce)?;
                t.end()
            }
            Self::Stake { round } => {
                let mut t = s.serialize_tuple(2)?;
                t.serialize_element(&STAKE)?;
                t.serialize_element(round)?;
                t.end()
            }
        }
    }
}

struct SealVisitor;

impl SealVisitor {
    fn field<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(
        &self,
        seq: &mut A,
        index: usize,
    ) -> Result<T, A::Error> {
        seq.next_element()?.ok_or_else(|| A::Error::invalid_length(index, self))
    }
}

impl<'de> Visitor<'de> for SealVisitor {
    type Value = Seal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a seal: [0, bits, nonce] or [1, round]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seal, A::Error> {
        match self.field::<u8, A>(&mut seq, 0)? {
            WORK => Ok(Seal::Work { bits: self.field(&mut seq, 1)?, nonce: self.field(&mut seq, 2)? }),
            STAKE => Ok(Seal::Stake { round: self.field(&mut seq, 1)? }),
            _ => Err(A::Error::custom("unknown seal code")),
        }
    }
}

impl<'de> Deserialize<'de> for Seal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_seq(SealVisitor)
    }
}
