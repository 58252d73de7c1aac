//! What can go wrong while sealing and opening.

/// Plaintext that was not sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Longer than this writer seals (rule E-7).
    #[error("plaintext would seal to {got} bytes, at most {limit} are written")]
    TooLong {
        /// Limit in sealed bytes.
        limit: u64,
        /// Sealed length this plaintext would have.
        got: u64,
    },
    /// The cipher refused. Not reachable with the lengths this module uses.
    #[error("the cipher refused")]
    Cipher,
}

/// Sealed bytes that do not open. No plaintext of them is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A length that no plaintext seals to: cut short, or not sealed bytes at all (rule E-5).
    #[error("no plaintext seals to {got} bytes: cut short or not sealed bytes")]
    Length {
        /// Bytes given.
        got: u64,
    },
    /// The commitment does not match: another key, another context, or an altered header (rule E-3).
    #[error("wrong key, wrong context or altered header")]
    Commitment,
    /// A chunk was altered, moved or cut (rule E-6).
    #[error("chunk {index} is altered or out of place")]
    Chunk {
        /// Number of the chunk from zero.
        index: u64,
    },
    /// The range asked for is not inside the plaintext.
    #[error("range ends at {end}, the plaintext has {len} bytes")]
    Range {
        /// End of the range.
        end: u64,
        /// Plaintext length in bytes.
        len: u64,
    },
    /// More chunks than the format counts (rule E-7).
    #[error("more than 2^38 chunks")]
    TooLong,
    /// An earlier call failed; a stream cannot be opened past damage.
    #[error("the stream failed before")]
    Failed,
}
