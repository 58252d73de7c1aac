//! Why a checkpoint is refused.

use super::SplitView;
use crate::crypto::signature::{KeyError, SignatureError};
use crate::merkle::ProofError;
use crate::primitives::{AccountId, BlockId, Height};

/// A checkpoint, a demand or an accusation that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It says something else than the header it is compared with.
    #[error("the checkpoint at height {height} is not about block {got}")]
    OtherHeader {
        /// Height of the checkpoint.
        height: Height,
        /// Id of the header given.
        got: BlockId,
    },
    /// More signatures or keys than there may be institutions.
    #[error("more than {limit} institutions")]
    TooMany {
        /// [`MAX_INSTITUTIONS`](crate::codec::limits::MAX_INSTITUTIONS).
        limit: usize,
    },
    /// Institutions are not in rising order, or one is there twice.
    #[error("institutions are not in rising order")]
    Order,
    /// Demanded of nobody, or of more than there are.
    #[error("{need} of {keys} institutions cannot be demanded")]
    Demand {
        /// Cosignatures demanded.
        need: u16,
        /// Keys there are.
        keys: usize,
    },
    /// A key that may not be used.
    #[error("key of institution {institution}: {error}")]
    Key {
        /// Whose.
        institution: AccountId,
        /// Why.
        error: KeyError,
    },
    /// Too few of the known institutions signed (rule CP-5).
    #[error("{got} of the known institutions cosigned, {need} demanded")]
    NotEnough {
        /// Known institutions that signed.
        got: usize,
        /// How many must.
        need: u16,
    },
    /// The signature of a known institution is wrong. One refuses the checkpoint: whoever collects checks.
    #[error("cosignature of {institution}: {error}")]
    Signature {
        /// Whose.
        institution: AccountId,
        /// Why.
        error: SignatureError,
    },
    /// Not among the institutions whose keys are known.
    #[error("no key of institution {0} is known")]
    UnknownInstitution(AccountId),
    /// Two statements that can both be true (rule CP-7).
    #[error("the two checkpoints do not contradict each other")]
    NoConflict,
    /// The path does not show another block in the history of the newer checkpoint.
    #[error("history of the newer checkpoint: {0}")]
    History(ProofError),
    /// The block of the checkpoint is not held: not seen yet, or on a branch that was forgotten.
    #[error("block {block} at height {height} is not held")]
    NotHeld {
        /// Its height.
        height: Height,
        /// The block.
        block: BlockId,
    },
    /// The checkpoint's weight or time is not that of the block held.
    #[error("the checkpoint of height {height} says something else of its block than the chain")]
    Untrue {
        /// Its height.
        height: Height,
    },
    /// Enough institutions cosigned another block at a height that was cosigned before; those that did both are
    /// convicted, if there are any.
    #[error("another block is cosigned at height {height}, {} institutions signed both", .evidence.len())]
    Split {
        /// The height.
        height: Height,
        /// One for each institution that signed both.
        evidence: Vec<SplitView>,
    },
    /// This client demands no cosignatures.
    #[error("no cosigners are set")]
    NoCosigners,
}
