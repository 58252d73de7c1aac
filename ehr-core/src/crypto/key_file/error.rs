//! Key files that were not written or do not open.

use crate::codec::{DecodeError, EncodeError};
use crate::crypto::seal::SealError;

/// A parameter of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFileParam {
    /// Memory in KiB.
    Memory,
    /// Passes over the memory.
    Passes,
    /// Lanes.
    Lanes,
    /// Bytes of secret content.
    Content,
}

impl core::fmt::Display for KeyFileParam {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Memory => "memory (KiB)",
            Self::Passes => "passes",
            Self::Lanes => "lanes",
            Self::Content => "content (bytes)",
        })
    }
}

/// A key file that was not written or does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// Not a key file.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not encodable.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A key file of another format version.
    #[error("key file has format {found}, this program reads {expected}")]
    Format {
        /// Version found.
        found: u8,
        /// Version read.
        expected: u8,
    },
    /// Opening would cost more than this program spends: refused before it is spent (rule K-10).
    #[error("key file asks for {param} {got}, at most {limit} allowed")]
    TooExpensive {
        /// Which parameter.
        param: KeyFileParam,
        /// Its limit.
        limit: u32,
        /// Value found.
        got: u32,
    },
    /// Parameters Argon2 has no meaning for.
    #[error("key file has {param} {got}, at least {floor} needed")]
    TooLow {
        /// Which parameter.
        param: KeyFileParam,
        /// Its floor.
        floor: u32,
        /// Value found.
        got: u32,
    },
    /// No memory for Argon2.
    #[error("not enough memory to derive the key")]
    OutOfMemory,
    /// Another passphrase, or the parameters, salt or first bytes were altered: nothing tells these apart
    /// (rule K-11).
    #[error("wrong passphrase, or the key file is damaged")]
    WrongPassphraseOrDamaged,
    /// The passphrase is right and the content was altered.
    #[error("the key file is damaged")]
    Damaged,
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
}
