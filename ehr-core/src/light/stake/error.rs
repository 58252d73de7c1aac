//! Why a light client under stake refuses something.

use super::ForkProof;
use crate::consensus::bft::{CertificateError, ValidatorSetError};
use crate::consensus::{SealError, TimeError};
use crate::light::LightError;
use crate::light::checkpoint::CheckpointError;
use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, Timestamp};

/// What cannot be a point to start from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// The set is not the one the header names for the next block.
    #[error("validator set {got} is not {want}, which the header names for the next block")]
    Validators {
        /// Hash of the set given.
        got: Hash32,
        /// `next_validators_hash` of the header.
        want: Hash32,
    },
    /// Another header than the one trusted.
    #[error("header {got} is not the trusted {want}")]
    OtherBlock {
        /// Id of the header given.
        got: BlockId,
        /// Id trusted.
        want: BlockId,
    },
    /// The checkpoint is not cosigned as demanded, or is about another header.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A block that a [`StakeClient`](super::StakeClient) does not take. What it trusts is unchanged; after
/// [`StakeError::Fork`] it takes nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StakeError {
    /// The trusted header is too old: who signed it may have withdrawn its stake since (rule LC-15).
    #[error(
        "trusted header {height} of {time} ms is older than {trusting_ms} ms: ask institutions for a checkpoint"
    )]
    Expired {
        /// Height of the trusted header.
        height: Height,
        /// Its time.
        time: Timestamp,
        /// The trusting period.
        trusting_ms: u64,
    },
    /// The validators changed too much since the trusted header; a block between must come first (rule LC-18). Not
    /// the sender's fault.
    #[error("a block at height {need} is needed first")]
    Bisect {
        /// Height to ask for.
        need: Height,
    },
    /// Not above the newest trusted header, and nothing is held that it could be judged by. What is below is shown by an
    /// ancestor proof (rule LC-7).
    #[error("height {got} is not above the trusted {trusted}")]
    Older {
        /// Height of the block.
        got: Height,
        /// Height trusted.
        trusted: Height,
    },
    /// Another block at a height where the client holds one without its certificate, as it does where it starts from: nothing
    /// can be proven. If the block is decided, one of the two sources is on another chain; it was not verified.
    #[error("block {got} contradicts {held}, which is trusted at height {height}")]
    Contradicts {
        /// The height.
        height: Height,
        /// The block held.
        held: BlockId,
        /// The other.
        got: BlockId,
    },
    /// Another chain's header.
    #[error("header belongs to chain {got}")]
    OtherChain {
        /// Chain of the header.
        got: ChainId,
    },
    /// It breaks a seal rule (rule BF-28).
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Its time is not after that of the trusted header, or from the future.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The certificate is of another height or block.
    #[error("certificate of block {got} at height {height} does not belong to the header")]
    OtherBlock {
        /// Block of the certificate.
        got: BlockId,
        /// Its height.
        height: Height,
    },
    /// A set is not the one a header names.
    #[error("{field} is {want}, the set given hashes to {got}")]
    Validators {
        /// Field of the header.
        field: &'static str,
        /// Hash of the set given.
        got: Hash32,
        /// Hash in the header.
        want: Hash32,
    },
    /// The certificate does not prove its block.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A set that is none after its changes are applied.
    #[error(transparent)]
    Set(#[from] ValidatorSetError),
    /// A change of a set that is not its member.
    #[error("{0} leaves a set it is not in")]
    NotMember(AccountId),
    /// A proof of facts that does not hold.
    #[error(transparent)]
    Light(#[from] LightError),
    /// Validators decided two blocks. The client stops; the proof says who signed both.
    #[error("two blocks are decided at height {}", .0.height())]
    Fork(Box<ForkProof>),
    /// The client saw a fork and trusts nobody any more; it needs a new anchor.
    #[error("a fork was seen, start again from a checkpoint")]
    Halted,
    /// A fork proof whose two ends are not two blocks of one height, or without any blocks.
    #[error("the two chains of the proof do not end in two blocks of one height")]
    NoFork,
    /// A block that was not asked for.
    #[error("height {got} was not asked for")]
    NotAsked {
        /// Its height.
        got: Height,
    },
    /// No block at that height could be had.
    #[error("no block at height {0} could be had")]
    Unavailable(Height),
}

impl StakeError {
    /// Whether the same block may be taken later, so that its sender did nothing wrong.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Expired { .. }
                | Self::Bisect { .. }
                | Self::Older { .. }
                | Self::Halted
                | Self::Time(TimeError::TooFarAhead { .. })
                | Self::Unavailable(_)
        )
    }
}
