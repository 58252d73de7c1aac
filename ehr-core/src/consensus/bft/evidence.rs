//! Evidence: two signed statements no honest validator makes both of.

use super::{SignedProposal, SignedVote, Validator, ValidatorSet};
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::signature::{SignatureError, verify};
use crate::primitives::{AccountId, ChainId, Height, Signature, tagged_enum};

tagged_enum! {
    /// Two conflicting messages of one validator (rule BF-11). [`Evidence::votes`] and [`Evidence::proposals`]
    /// put them in the one order that is accepted, so one offence of two messages has one encoding.
    Evidence: u8 {
        /// Two votes of one kind, height and round for different blocks.
        Votes {
            /// The lower of the two.
            first: SignedVote,
            /// The other.
            second: SignedVote,
        } = 1,
        /// Two proposals of one height and round.
        Proposals {
            /// The lower of the two.
            first: SignedProposal,
            /// The other.
            second: SignedProposal,
        } = 2,
    }
}

/// Two messages that convict nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Of different validators, heights, rounds or kinds: anyone may say both.
    #[error("the two messages are not about the same thing")]
    Unrelated,
    /// They say the same.
    #[error("the two messages do not conflict")]
    NoConflict,
    /// Not in the accepted order.
    #[error("the two messages are in the wrong order")]
    Order,
    /// The offender was no validator at that height.
    #[error("{0} is not in the validator set of that height")]
    NotValidator(AccountId),
    /// One of the signatures is not valid on this chain.
    #[error("signature of message {index}: {error}")]
    Signature {
        /// 0 or 1.
        index: u8,
        /// Why.
        error: SignatureError,
    },
}

impl Evidence {
    /// Evidence of two votes, in the accepted order.
    pub fn votes(a: SignedVote, b: SignedVote) -> Self {
        Self::Votes { first: a.min(b), second: a.max(b) }
    }

    /// Evidence of two proposals, in the accepted order.
    pub fn proposals(a: SignedProposal, b: SignedProposal) -> Self {
        Self::Proposals { first: a.min(b), second: a.max(b) }
    }

    /// Who is accused.
    pub const fn offender(&self) -> AccountId {
        match self {
            Self::Votes { first, .. } => first.vote.validator,
            Self::Proposals { first, .. } => first.proposal.proposer,
        }
    }

    /// Height of the offence; its age counts from here.
    pub const fn height(&self) -> Height {
        match self {
            Self::Votes { first, .. } => first.vote.height,
            Self::Proposals { first, .. } => first.proposal.height,
        }
    }

    /// Round of the offence.
    pub const fn round(&self) -> u32 {
        match self {
            Self::Votes { first, .. } => first.vote.round,
            Self::Proposals { first, .. } => first.proposal.round,
        }
    }

    /// Checks what needs no key (rule BF-11).
    ///
    /// # Errors
    /// The messages are not about the same thing, do not conflict, or are in the wrong order.
    pub fn check(&self) -> Result<(), EvidenceError> {
        let (related, conflict, ordered) = match self {
            Self::Votes { first: a, second: b } => (
                a.vote.slot() == b.vote.slot() && a.vote.validator == b.vote.validator,
                a.vote.block != b.vote.block,
                a < b,
            ),
            Self::Proposals { first: a, second: b } => (
                a.proposal.slot() == b.proposal.slot() && a.proposal.proposer == b.proposal.proposer,
                a.proposal != b.proposal,
                a < b,
            ),
        };
        if !related {
            return Err(EvidenceError::Unrelated);
        }
        if !conflict {
            return Err(EvidenceError::NoConflict);
        }
        if ordered { Ok(()) } else { Err(EvidenceError::Order) }
    }

    /// What the offender's key must have signed on a chain: domain and message, with the signature.
    pub fn signed(&self, chain: &ChainId) -> [(Domain, Vec<u8>, Signature); 2] {
        match self {
            Self::Votes { first, second } => {
                [first, second].map(|one| (Domain::Vote, one.vote.message(chain), one.signature))
            }
            Self::Proposals { first, second } => {
                [first, second].map(|one| (Domain::Proposal, one.proposal.message(chain), one.signature))
            }
        }
    }

    /// Checks the accusation against the validator set of its height and returns the offender (rules BF-11 and
    /// BF-12). Its age is for the caller.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn verify<'a>(&self, chain: &ChainId, set: &'a ValidatorSet) -> Result<&'a Validator, EvidenceError> {
        self.check()?;
        let offender = self.offender();
        let (validator, key) = set.get(&offender).ok_or(EvidenceError::NotValidator(offender))?;
        for (index, (domain, message, signature)) in (0u8..).zip(self.signed(chain)) {
            verify(domain, key, &message, &signature)
                .map_err(|error| EvidenceError::Signature { index, error })?;
        }
        Ok(validator)
    }
}

impl Wire for Evidence {
    const NAME: &'static str = "evidence";
    const MAX_BYTES: usize = limits::MAX_EVIDENCE;
}
