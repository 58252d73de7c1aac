//! What an institution says of a block, and the bytes it signs.

use super::CheckpointError;
use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::Weight;
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, SignError, SignatureError, Signer, verify};
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Signature, Timestamp};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// "This block is on the chain, and these are its roots" (rule CP-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Checkpoint {
    /// The chain.
    pub chain: ChainId,
    /// Height of the block.
    pub height: Height,
    /// The block.
    pub block: BlockId,
    /// State after it.
    pub state_root: Hash32,
    /// History below it: every older header.
    pub history_root: Hash32,
    /// Weight of the chain from genesis to it.
    pub weight: Weight,
    /// Header time.
    pub time: Timestamp,
}

/// Bytes of [`Checkpoint::message`].
const MESSAGE: usize = 176;

impl Checkpoint {
    /// A checkpoint of a block: its header and the weight of the chain up to it.
    pub fn of(header: &Header, weight: Weight) -> Self {
        Self {
            chain: header.chain_id,
            height: header.height,
            block: header.id(),
            state_root: header.state_root,
            history_root: header.history_root,
            weight,
            time: header.time,
        }
    }

    /// What is signed, after the tag of [`Domain::Checkpoint`] (rule CP-2): chain id 32, height 8, block id 32, state
    /// root 32, history root 32, weight 32, time 8. Numbers are big-endian.
    pub fn message(&self) -> Vec<u8> {
        let mut message = Vec::with_capacity(MESSAGE);
        message.extend_from_slice(&self.chain.0);
        message.extend_from_slice(&self.height.0.to_be_bytes());
        message.extend_from_slice(&self.block.0);
        message.extend_from_slice(&self.state_root.0);
        message.extend_from_slice(&self.history_root.0);
        message.extend_from_slice(&self.weight.to_be_bytes());
        message.extend_from_slice(&self.time.0.to_be_bytes());
        message
    }

    /// Signs it.
    ///
    /// # Errors
    /// Whatever the signer reports.
    pub fn sign(self, institution: AccountId, signer: &dyn Signer) -> Result<SignedCheckpoint, SignError> {
        let signature = signer.sign(Domain::Checkpoint, &self.message())?;
        Ok(SignedCheckpoint { checkpoint: self, institution, signature })
    }

    /// Checks that it says of a header what is in it (rule CP-3).
    ///
    /// # Errors
    /// [`CheckpointError::OtherHeader`].
    pub fn check_header(&self, header: &Header) -> Result<(), CheckpointError> {
        let got = Self::of(header, self.weight);
        if got != *self {
            return Err(CheckpointError::OtherHeader { height: self.height, got: got.block });
        }
        Ok(())
    }
}

/// A checkpoint and the signature of one institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Who says it.
    pub institution: AccountId,
    /// By the institution's checkpoint key.
    pub signature: Signature,
}

impl SignedCheckpoint {
    /// Checks the signature; that the key is the institution's is for the caller.
    ///
    /// # Errors
    /// Why it is not valid.
    pub fn verify(&self, key: &AdmittedKey) -> Result<(), SignatureError> {
        verify(Domain::Checkpoint, key, &self.checkpoint.message(), &self.signature)
    }
}

impl Wire for Checkpoint {
    const NAME: &'static str = "checkpoint";
    const MAX_BYTES: usize = limits::MAX_CHECKPOINT;
}

impl Wire for SignedCheckpoint {
    const NAME: &'static str = "signed checkpoint";
    const MAX_BYTES: usize = limits::MAX_CHECKPOINT + 128;
}
