//! The blob store: sealed bodies by content id.

use crate::primitives::ContentId;

/// What a store can say after it was asked to forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// This store no longer has the bytes.
    Yes,
    /// Copies may remain (IPFS, backups): erase the keys instead.
    CannotPromise,
}

/// A blob store call that failed. The store is as it was before the call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// The bytes offered are not what the id names.
    #[error("bytes do not match content id {0}")]
    Mismatch(ContentId),
    /// The bytes stored are no longer what the id names.
    #[error("stored body {0} is damaged")]
    Damaged(ContentId),
    /// Longer than this store takes.
    #[error("body of {got} bytes, at most {limit} stored")]
    TooLarge {
        /// Limit of this store in bytes.
        limit: u64,
        /// Bytes offered.
        got: u64,
    },
    /// No space left.
    #[error("disk is full")]
    Full,
    /// The folder or medium cannot be written.
    #[error("blob store is read-only: {0}")]
    ReadOnly(String),
    /// Any other failure of the medium.
    #[error("blob store failed: {0}")]
    Io(String),
}

/// Content-addressed sealed bodies. Calls may block for as long as the medium takes: a driver with an event loop
/// calls from a blocking thread (ADR 0004). Every answer is re-hashed: a store cannot lie.
pub trait BlobStore: Send + Sync {
    /// Stores bytes under their id; storing the same again is no error. Durable on `Ok`.
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError>;
    /// The bytes of an id, `None` if this store has none; damaged bytes are an error, never an answer.
    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError>;
    /// Forgets an id; an absent id is already forgotten.
    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError>;
}
