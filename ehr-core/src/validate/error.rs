//! Why a block is refused.

use crate::codec::{DecodeError, EncodeError};
use crate::consensus::SealError;
use crate::consensus::bft::CertificateError;
use crate::primitives::{AccountId, BlockId, Hash32, Height, TxId};
use crate::state::TxError;
use crate::store::ReadError;

/// A block that is not valid, or could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlockError {
    /// Another chain's block.
    #[error("chain_id: block of another chain")]
    OtherChain,
    /// Another shard's block.
    #[error("shard: block of shard {got}, this is shard {want}")]
    OtherShard {
        /// Shard given.
        got: u16,
        /// This shard.
        want: u16,
    },
    /// A header field with only one allowed value has another.
    #[error("{field}: {got}, must be {want}")]
    Field {
        /// Field.
        field: &'static str,
        /// Value given.
        got: Hash32,
        /// The only value.
        want: Hash32,
    },
    /// The seal is refused.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Too long.
    #[error("block of {got} bytes, at most {limit} allowed")]
    TooLarge {
        /// Limit of the chain, bytes.
        limit: u32,
        /// Bytes given.
        got: u32,
    },
    /// Too many transactions.
    #[error("block of {got} transactions, at most {limit} allowed")]
    TooManyTxs {
        /// Limit of the chain.
        limit: u32,
        /// Transactions given.
        got: u32,
    },
    /// The header counts wrong.
    #[error("tx_count: {got}, the body holds {want}")]
    TxCount {
        /// Header's count.
        got: u32,
        /// Transactions in the body.
        want: u32,
    },
    /// The body is not the one the header commits to.
    #[error("tx_root: header has {got}, the body gives {want}")]
    TxRoot {
        /// Header's root.
        got: Hash32,
        /// Root of the body.
        want: Hash32,
    },
    /// Nothing proves the parent (rule B-17).
    #[error("last_commit: the certificate of the parent is missing")]
    NoCertificate,
    /// A certificate where there is nothing to prove: under proof of work, or on genesis (rule B-17).
    #[error("last_commit: a certificate where none belongs")]
    UnexpectedCertificate,
    /// A certificate of a block that is not the parent (rule B-17).
    #[error("last_commit: certificate of block {block} at height {height}, which is not the parent")]
    OtherCertificate {
        /// Height it names.
        height: Height,
        /// Block it names.
        block: BlockId,
    },
    /// The certificate of the parent does not prove it (rule B-18).
    #[error("last_commit: {0}")]
    Certificate(CertificateError),
    /// Sealed by somebody whose turn it was not (rule B-19).
    #[error("proposer: {got}, but round {round} is {want}'s turn")]
    NotProposer {
        /// Proposer the header names.
        got: AccountId,
        /// Whose turn it was.
        want: AccountId,
        /// Round the header names.
        round: u32,
    },
    /// A transaction that cannot be read.
    #[error("transaction {index}: {error}")]
    MalformedTx {
        /// Position.
        index: usize,
        /// Why.
        error: DecodeError,
    },
    /// A transaction that is in the block already.
    #[error("transaction {index} ({id}) is in the block twice")]
    DuplicateTx {
        /// Second position.
        index: usize,
        /// Its id.
        id: TxId,
    },
    /// Checked against a block that is not its parent.
    #[error("prev: {got}, checked on top of {want}")]
    NotChild {
        /// Parent the header names.
        got: BlockId,
        /// Parent given.
        want: BlockId,
    },
    /// Height is not the parent's plus one.
    #[error("height: {got} on top of {parent}")]
    NotNextHeight {
        /// Header's height.
        got: Height,
        /// Parent's height.
        parent: Height,
    },
    /// Time does not increase.
    #[error("time: not after the parent's")]
    TimeNotAfterParent,
    /// A transaction that is not valid.
    #[error("transaction {index} ({id}): {error}")]
    InvalidTx {
        /// Position.
        index: usize,
        /// Its id.
        id: TxId,
        /// The rule broken.
        error: Box<TxError>,
    },
    /// A root that does not follow from the block.
    #[error("{field}: header has {got}, the block gives {want}")]
    Root {
        /// Which root.
        field: &'static str,
        /// Header's root.
        got: Hash32,
        /// Root that follows.
        want: Hash32,
    },
    /// The store did not answer. Says nothing about the block. Transient.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A value that cannot be encoded. Not reachable within the limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

impl BlockError {
    /// Whether the same block may be valid later or elsewhere in the store: hold it or forget it, but neither mark
    /// it bad nor punish who sent it. A refused transaction is final: a block's place is fixed.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Read(_) => true,
            Self::Seal(seal) => seal.is_transient(),
            _ => false,
        }
    }
}
