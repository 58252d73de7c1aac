//! Why the engine says no.

use super::chain::ChainError;
use crate::codec::{DecodeError, EncodeError};
use crate::mempool::PoolRefusal;
use crate::primitives::TxId;
use crate::state::TxError;
use crate::store::ReadError;

/// Why an input was refused. The ledger is unchanged, but for the blocks that [`Refused::Run`] says were taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Bytes that do not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The transaction breaks a rule at the next height.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// The pool did not take the transaction.
    #[error(transparent)]
    Pool(#[from] PoolRefusal),
    /// The transaction is in a block already.
    #[error("transaction {0} is already on the chain")]
    OnChain(TxId),
    /// The block was not taken.
    #[error(transparent)]
    Block(#[from] ChainError),
    /// Of several blocks, this one was not taken, and those after it were not looked at.
    #[error("block {taken} of those given: {why}")]
    Run {
        /// How many before it were taken.
        taken: usize,
        /// Why it was not.
        why: Box<Self>,
    },
    /// The work is unknown, stale, or the nonce does not meet its target.
    #[error("no such work, or the nonce does not meet its target")]
    Work,
    /// The chain's blocks come about in another way: by votes of validators, or by work.
    #[error("{what}: blocks of this chain are sealed by {by}")]
    OtherConsensus {
        /// What was asked for.
        what: &'static str,
        /// What seals blocks here.
        by: &'static str,
    },
    /// A value past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not answer. The same input may be given again.
    #[error(transparent)]
    Store(#[from] ReadError),
}

impl Refused {
    /// Whether the store did not answer: nothing is decided, and the same input may be given again.
    pub const fn is_unread(&self) -> bool {
        match self {
            Self::Store(_) | Self::Block(ChainError::Read(_)) => true,
            Self::Run { taken: 0, why } => why.is_unread(),
            _ => false,
        }
    }
}

/// Why a store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// It holds another chain.
    #[error("the store holds another chain than the one asked for")]
    OtherChain,
    /// It did not answer, or is damaged.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The genesis specification is past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
