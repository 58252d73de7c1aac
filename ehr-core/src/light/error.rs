//! Why a light client refuses a header or a proof.

use crate::codec::{DecodeError, EncodeError};
use crate::consensus::SealError;
use crate::merkle::ProofError;
use crate::primitives::{BlockId, Height};
use crate::store::ReadError;

/// A header that a [`HeaderChain`](super::HeaderChain) does not take. It is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Its parent is not held: never seen, or below what may still be reorganised (rule LC-3).
    #[error("parent {prev} is not held")]
    Orphan {
        /// The parent it names.
        prev: BlockId,
    },
    /// It breaks a seal rule; see [`SealError::is_transient`].
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The weight of its chain does not fit 256 bits.
    #[error("chain weight past 256 bits")]
    Overweight,
    /// Side branches are at their bound and all others are better (rule LC-4).
    #[error("{limit} headers of side branches are held, all of better branches")]
    NoRoom {
        /// Most headers beside the best chain.
        limit: usize,
    },
}

/// A light proof that proves nothing, or not what was asked, or cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LightError {
    /// The bytes are not a proof, or a proven value is not what its name says.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The proof stands on a header that is not the trusted one, or not on the best chain (rule LC-6).
    #[error("proof stands on header {got}, which is not trusted")]
    NotTrusted {
        /// Id of the header it stands on.
        got: BlockId,
    },
    /// The header shown is not in the history of the trusted one (rule LC-7).
    #[error("header at height {height} is not an ancestor: {error}")]
    Ancestor {
        /// Height of the header shown.
        height: Height,
        /// What is wrong with the path.
        error: ProofError,
    },
    /// A path does not lead to the root in the header (rules LC-8 to LC-10).
    #[error("{list}[{index}]: {error}")]
    Fact {
        /// `state`, `txs` or `receipts`.
        list: &'static str,
        /// Position in that list.
        index: usize,
        /// What is wrong with the path.
        error: ProofError,
    },
    /// The proof is sound and says nothing about what was asked.
    #[error("proof does not show the {what} asked for")]
    NotShown {
        /// Kind of thing asked for.
        what: &'static str,
    },
    /// The ledger holds no such thing to prove.
    #[error("no such {what}")]
    Unknown {
        /// Kind of thing.
        what: &'static str,
    },
    /// The ledger did not answer.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A value past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
