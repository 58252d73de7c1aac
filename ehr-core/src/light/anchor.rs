//! The header a light client starts from.

use super::checkpoint::{CheckpointError, CosignedCheckpoint, Cosigners};
use crate::block::ProofHeader;
use crate::codec::Wire;
use crate::consensus::Weight;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A header taken on trust, with the weight of the chain up to it: genesis, a checkpoint that somebody vouches
/// for, or one's own [`HeaderChain::checkpoint`](super::HeaderChain::checkpoint) from last time (rule LC-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct TrustAnchor {
    /// The 112 bytes of the proof header.
    #[serde(with = "serde_bytes")]
    header: [u8; ProofHeader::LEN],
    /// Weight of every block from genesis to this one.
    total: Weight,
}

impl Wire for TrustAnchor {
    const NAME: &'static str = "trust anchor";
    const MAX_BYTES: usize = 160;
}

impl TrustAnchor {
    /// Trust in a header and in the weight below it.
    pub fn new(header: &ProofHeader, total: Weight) -> Self {
        Self { header: header.to_bytes(), total }
    }

    /// Trust in a genesis header, whose weight is zero.
    pub fn genesis(header: &ProofHeader) -> Self {
        Self::new(header, Weight::ZERO)
    }

    /// Trust in a checkpoint that enough institutions cosigned (rule CP-6); the header may come from anybody.
    ///
    /// # Errors
    /// Too few or wrong cosignatures, or another header.
    pub fn cosigned(
        cosigners: &Cosigners,
        cosigned: &CosignedCheckpoint,
        header: &ProofHeader,
    ) -> Result<Self, CheckpointError> {
        cosigners.verify(cosigned)?;
        let checkpoint = &cosigned.checkpoint;
        let got = header.id();
        if (got, header.height, header.time) != (checkpoint.block, checkpoint.height, checkpoint.time) {
            return Err(CheckpointError::OtherHeader { height: checkpoint.height, got });
        }
        Ok(Self::new(header, checkpoint.weight))
    }

    /// The header.
    pub fn header(&self) -> ProofHeader {
        ProofHeader::from_bytes(&self.header)
    }

    /// Weight of every block from genesis to this one.
    pub const fn total(&self) -> Weight {
        self.total
    }
}
