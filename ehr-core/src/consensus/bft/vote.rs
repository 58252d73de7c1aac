//! Votes: what a validator says about a round, and the bytes it signs.

use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, SignError, SignatureError, Signer, verify};
use crate::primitives::{AccountId, BlockId, ChainId, Height, Signature, u8_enum};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

u8_enum! {
    /// The two kinds of vote (arXiv 1807.04938, algorithm 1).
    VoteKind {
        /// "This proposal is acceptable."
        Prevote = 1,
        /// "I saw prevotes of more than two thirds."
        Precommit = 2,
    }
}

/// A vote, before it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Vote {
    /// Which of the two.
    pub kind: VoteKind,
    /// Height voted on.
    pub height: Height,
    /// Round voted in, at most [`limits::MAX_ROUND`].
    pub round: u32,
    /// Block voted for, or none of them.
    pub block: Option<BlockId>,
    /// Who votes.
    pub validator: AccountId,
}

/// Bytes of [`Vote::message`].
const MESSAGE: usize = 78;

impl Vote {
    /// What is signed, after the tag of [`Domain::Vote`] (rule BF-5): chain id 32, kind 1, height 8, round 4, then 1
    /// and the block id 32, or 33 zero bytes for none. Numbers are big-endian. The voter is named by the key.
    pub fn message(&self, chain: &ChainId) -> Vec<u8> {
        let mut message = Vec::with_capacity(MESSAGE);
        message.extend_from_slice(&chain.0);
        message.push(self.kind.code());
        message.extend_from_slice(&self.height.0.to_be_bytes());
        message.extend_from_slice(&self.round.to_be_bytes());
        message.push(u8::from(self.block.is_some()));
        message.extend_from_slice(&self.block.unwrap_or(BlockId::ZERO).0);
        message
    }

    /// Signs it for a chain.
    ///
    /// # Errors
    /// Whatever the signer reports.
    pub fn sign(self, chain: &ChainId, signer: &dyn Signer) -> Result<SignedVote, SignError> {
        let signature = signer.sign(Domain::Vote, &self.message(chain))?;
        Ok(SignedVote { vote: self, signature })
    }

    /// What two votes of one validator must not differ in: kind, height and round.
    pub const fn slot(&self) -> (Height, u32, VoteKind) {
        (self.height, self.round, self.kind)
    }
}

/// A vote and the signature of its validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct SignedVote {
    /// The vote.
    pub vote: Vote,
    /// By the validator's key.
    pub signature: Signature,
}

impl SignedVote {
    /// Checks the signature for a chain; that the key is the validator's is for the caller.
    ///
    /// # Errors
    /// Why it is not valid. A vote for another chain, height, round or block has another message (rule BF-5).
    pub fn verify(&self, chain: &ChainId, key: &AdmittedKey) -> Result<(), SignatureError> {
        verify(Domain::Vote, key, &self.vote.message(chain), &self.signature)
    }
}

impl Wire for SignedVote {
    const NAME: &'static str = "signed vote";
    const MAX_BYTES: usize = limits::MAX_EVIDENCE / 2;
}
