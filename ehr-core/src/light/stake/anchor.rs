//! The header a light client starts from, with the validators of the block after it.

use super::AnchorError;
use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::bft::ValidatorSet;
use crate::light::checkpoint::{CosignedCheckpoint, Cosigners};
use crate::primitives::{BlockId, ChainId, Height, Timestamp};
use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A header taken on trust and the set that decides the next block (rule LC-13). Weak subjectivity made explicit:
/// whoever was away for longer than the trusting period needs a new one, from somebody it believes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "AnchorWire", try_from = "AnchorWire")]
pub struct StakeAnchor {
    header: Header,
    id: BlockId,
    next: ValidatorSet,
}

impl StakeAnchor {
    /// Trust in a header: genesis, or one that the caller verified itself. `next` may come from anybody.
    ///
    /// # Errors
    /// [`AnchorError::Validators`] if `next` is not the set the header names.
    pub fn new(header: Header, next: ValidatorSet) -> Result<Self, AnchorError> {
        let (got, want) = (next.hash(), header.next_validators_hash);
        if got != want {
            return Err(AnchorError::Validators { got, want });
        }
        let id = header.id();
        Ok(Self { header, id, next })
    }

    /// Trust in a block id: from paper, from a QR code, from one's own notes. Header and set may come from anybody.
    ///
    /// # Errors
    /// [`AnchorError::OtherBlock`] if the header is not the one trusted, or as [`StakeAnchor::new`].
    pub fn at(trusted: &BlockId, header: Header, next: ValidatorSet) -> Result<Self, AnchorError> {
        let anchor = Self::new(header, next)?;
        if anchor.id != *trusted {
            return Err(AnchorError::OtherBlock { got: anchor.id, want: *trusted });
        }
        Ok(anchor)
    }

    /// Trust in a checkpoint that enough institutions cosigned. Header and set may come from anybody.
    ///
    /// # Errors
    /// Too few or wrong cosignatures, a checkpoint that says something else than the header, or as
    /// [`StakeAnchor::new`].
    pub fn cosigned(
        cosigners: &Cosigners,
        cosigned: &CosignedCheckpoint,
        header: Header,
        next: ValidatorSet,
    ) -> Result<Self, AnchorError> {
        cosigners.verify(cosigned)?;
        cosigned.checkpoint.check_header(&header)?;
        Self::at(&cosigned.checkpoint.block, header, next)
    }

    /// After a verified block, whose sets were compared with its header.
    pub(super) const fn verified(header: Header, id: BlockId, next: ValidatorSet) -> Self {
        Self { header, id, next }
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }
    /// Its id.
    pub const fn id(&self) -> BlockId {
        self.id
    }
    /// Its height.
    pub const fn height(&self) -> Height {
        self.header.height
    }
    /// Its time: the trusting period counts from here.
    pub const fn time(&self) -> Timestamp {
        self.header.time
    }
    /// The chain.
    pub const fn chain(&self) -> &ChainId {
        &self.header.chain_id
    }
    /// Who decides the next block.
    pub const fn next(&self) -> &ValidatorSet {
        &self.next
    }
}

/// `[header, next set]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct AnchorWire {
    header: Header,
    next: ValidatorSet,
}

impl From<StakeAnchor> for AnchorWire {
    fn from(anchor: StakeAnchor) -> Self {
        Self { header: anchor.header, next: anchor.next }
    }
}

impl TryFrom<AnchorWire> for StakeAnchor {
    type Error = AnchorError;
    fn try_from(wire: AnchorWire) -> Result<Self, AnchorError> {
        Self::new(wire.header, wire.next)
    }
}

impl Wire for StakeAnchor {
    const NAME: &'static str = "stake anchor";
    const MAX_BYTES: usize = limits::MAX_STAKE_ANCHOR;
}
