//! Proposals: a proposer's signed statement which block a round is about.

use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, SignError, SignatureError, Signer, verify};
use crate::primitives::{AccountId, BlockId, ChainId, Height, Signature};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A proposal, before it is signed. The block itself travels beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Proposal {
    /// Height.
    pub height: Height,
    /// Round, at most [`limits::MAX_ROUND`].
    pub round: u32,
    /// The block proposed.
    pub block: BlockId,
    /// Round below this one in which more than two thirds prevoted the block, if it is proposed again
    /// (`validRound` of arXiv 1807.04938).
    pub valid_round: Option<u32>,
    /// Who proposes.
    pub proposer: AccountId,
}

/// Bytes of [`Proposal::message`].
const MESSAGE: usize = 81;

impl Proposal {
    /// What is signed, after the tag of [`Domain::Proposal`] (rule BF-6): chain id 32, height 8, round 4, block id
    /// 32, then 1 and the valid round 4, or 5 zero bytes for none. Numbers are big-endian.
    pub fn message(&self, chain: &ChainId) -> Vec<u8> {
        let mut message = Vec::with_capacity(MESSAGE);
        message.extend_from_slice(&chain.0);
        message.extend_from_slice(&self.height.0.to_be_bytes());
        message.extend_from_slice(&self.round.to_be_bytes());
        message.extend_from_slice(&self.block.0);
        message.push(u8::from(self.valid_round.is_some()));
        message.extend_from_slice(&self.valid_round.unwrap_or_default().to_be_bytes());
        message
    }

    /// Signs it for a chain.
    ///
    /// # Errors
    /// Whatever the signer reports.
    pub fn sign(self, chain: &ChainId, signer: &dyn Signer) -> Result<SignedProposal, SignError> {
        let signature = signer.sign(Domain::Proposal, &self.message(chain))?;
        Ok(SignedProposal { proposal: self, signature })
    }

    /// What two proposals of one validator must not differ in: height and round.
    pub const fn slot(&self) -> (Height, u32) {
        (self.height, self.round)
    }
}

/// A proposal and the signature of its proposer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct SignedProposal {
    /// The proposal.
    pub proposal: Proposal,
    /// By the proposer's key.
    pub signature: Signature,
}

impl SignedProposal {
    /// Checks the signature for a chain; that the key is the proposer's is for the caller.
    ///
    /// # Errors
    /// Why it is not valid.
    pub fn verify(&self, chain: &ChainId, key: &AdmittedKey) -> Result<(), SignatureError> {
        verify(Domain::Proposal, key, &self.proposal.message(chain), &self.signature)
    }
}

impl Wire for SignedProposal {
    const NAME: &'static str = "signed proposal";
    const MAX_BYTES: usize = limits::MAX_EVIDENCE / 2;
}
