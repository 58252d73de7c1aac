//! A checkpoint with the signatures of several institutions.

use super::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::codec::{Wire, limits};
use crate::primitives::{AccountId, Signature};
use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// One institution's signature of a checkpoint that stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Cosignature {
    /// Who signed.
    pub institution: AccountId,
    /// By its checkpoint key.
    pub signature: Signature,
}

/// A checkpoint and who vouches for it, rising by institution, each once (rule CP-4). Proves nothing until
/// [`Cosigners::verify`](super::Cosigners::verify).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "CosignedWire", try_from = "CosignedWire")]
pub struct CosignedCheckpoint {
    /// What all of them say.
    pub checkpoint: Checkpoint,
    cosignatures: BTreeMap<AccountId, Signature>,
}

impl CosignedCheckpoint {
    /// A checkpoint that nobody vouches for yet.
    pub const fn new(checkpoint: Checkpoint) -> Self {
        Self { checkpoint, cosignatures: BTreeMap::new() }
    }

    /// Adds an institution's signature, which is not verified here. A later one of the same institution replaces the
    /// earlier.
    ///
    /// # Errors
    /// It is about another checkpoint, or there are too many.
    pub fn add(&mut self, signed: &SignedCheckpoint) -> Result<(), CheckpointError> {
        if signed.checkpoint != self.checkpoint {
            let (height, got) = (self.checkpoint.height, signed.checkpoint.block);
            return Err(CheckpointError::OtherHeader { height, got });
        }
        let full = self.cosignatures.len() >= limits::MAX_INSTITUTIONS;
        if full && !self.cosignatures.contains_key(&signed.institution) {
            return Err(CheckpointError::TooMany { limit: limits::MAX_INSTITUTIONS });
        }
        self.cosignatures.insert(signed.institution, signed.signature);
        Ok(())
    }

    /// Each signature with what it signs, rising by institution.
    pub fn signed(&self) -> impl ExactSizeIterator<Item = SignedCheckpoint> + '_ {
        self.cosignatures.iter().map(|(institution, signature)| SignedCheckpoint {
            checkpoint: self.checkpoint,
            institution: *institution,
            signature: *signature,
        })
    }

    /// The signature of one institution.
    pub fn signed_by(&self, institution: &AccountId) -> Option<SignedCheckpoint> {
        let signature = *self.cosignatures.get(institution)?;
        Some(SignedCheckpoint { checkpoint: self.checkpoint, institution: *institution, signature })
    }
}

/// `[checkpoint, [[institution, signature], …]]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
struct CosignedWire {
    checkpoint: Checkpoint,
    cosignatures: Vec<Cosignature>,
}

impl From<CosignedCheckpoint> for CosignedWire {
    fn from(cosigned: CosignedCheckpoint) -> Self {
        let all = cosigned.cosignatures.into_iter();
        let cosignatures = all.map(|(institution, signature)| Cosignature { institution, signature });
        Self { checkpoint: cosigned.checkpoint, cosignatures: cosignatures.collect() }
    }
}

impl TryFrom<CosignedWire> for CosignedCheckpoint {
    type Error = CheckpointError;
    fn try_from(wire: CosignedWire) -> Result<Self, CheckpointError> {
        if wire.cosignatures.len() > limits::MAX_INSTITUTIONS {
            return Err(CheckpointError::TooMany { limit: limits::MAX_INSTITUTIONS });
        }
        if !wire.cosignatures.is_sorted_by(|a, b| a.institution < b.institution) {
            return Err(CheckpointError::Order);
        }
        let cosignatures = wire.cosignatures.into_iter().map(|c| (c.institution, c.signature)).collect();
        Ok(Self { checkpoint: wire.checkpoint, cosignatures })
    }
}

impl Wire for CosignedCheckpoint {
    const NAME: &'static str = "cosigned checkpoint";
    const MAX_BYTES: usize = limits::MAX_COSIGNED;
}
