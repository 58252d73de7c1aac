//! Canonical bytes: DAG-CBOR, structs as arrays in field order.
//!
//! A decoder for hashed or signed data accepts `x` only if `encode(decode(x)) == x` (rule C-1). Size and nesting
//! are checked on the raw bytes before anything is allocated (rules C-2 and C-3).

mod canonical;
pub mod limits;
mod scan;
mod specimen;

pub use specimen::Specimen;

use serde::{Serialize, de::DeserializeOwned};
use serde_ipld_dagcbor::ser::{BufWriter, Serializer};

/// Bytes that are not the canonical encoding of the named type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than the type may be (rule C-2).
    #[error("{what}: {got} bytes, at most {limit} allowed")]
    TooLarge {
        /// Type being decoded.
        what: &'static str,
        /// Its limit in bytes.
        limit: usize,
        /// Bytes given.
        got: usize,
    },
    /// Nested deeper than the type may be (rule C-3).
    #[error("{what}: nested deeper than {limit} levels")]
    TooDeep {
        /// Type being decoded.
        what: &'static str,
        /// Its limit in levels.
        limit: usize,
    },
    /// The input ends inside an item.
    #[error("{what}: input ends inside an item at byte {offset}")]
    Truncated {
        /// Type being decoded.
        what: &'static str,
        /// Where the unfinished item starts.
        offset: usize,
    },
    /// A CBOR form that DAG-CBOR or this ledger does not use (rule C-4).
    #[error("{what}: {form} at byte {offset}")]
    Forbidden {
        /// Type being decoded.
        what: &'static str,
        /// What was found, such as "indefinite length".
        form: &'static str,
        /// Where.
        offset: usize,
    },
    /// Bytes follow the value (rule C-1).
    #[error("{what}: {extra} bytes after the value")]
    Trailing {
        /// Type being decoded.
        what: &'static str,
        /// How many.
        extra: usize,
    },
    /// Well-formed CBOR, but not this type: a wrong length, an unknown code, a missing field.
    #[error("{what}: {reason}")]
    Mismatch {
        /// Type being decoded.
        what: &'static str,
        /// What the decoder expected. Holds no input data.
        reason: String,
    },
    /// Decodes, but encodes to other bytes (rule C-1).
    #[error("{what}: not the canonical encoding")]
    NotCanonical {
        /// Type being decoded.
        what: &'static str,
    },
}

/// A value that cannot be encoded. Only reachable when a caller builds a value past its own limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: cannot be encoded: {reason}")]
pub struct EncodeError {
    /// Type being encoded.
    pub what: &'static str,
    /// Why.
    pub reason: String,
}

/// A type with canonical bytes: what may be hashed, signed, stored or sent.
pub trait Wire: Serialize + DeserializeOwned {
    /// Name in errors and in the limits table.
    const NAME: &'static str;
    /// Longest encoding accepted, in bytes.
    const MAX_BYTES: usize;
    /// Deepest nesting accepted; one array is one level.
    const MAX_DEPTH: usize = limits::MAX_DEPTH;

    /// The canonical bytes.
    fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        encode(self, Self::MAX_BYTES.min(USUAL_BYTES))
    }

    /// The value of canonical bytes; everything else is refused.
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(DecodeError::TooLarge { what: Self::NAME, limit: Self::MAX_BYTES, got: bytes.len() });
        }
        scan::check(Self::NAME, bytes, Self::MAX_DEPTH)?;
        let value: Self = serde_ipld_dagcbor::from_slice(bytes)
            .map_err(|e| DecodeError::Mismatch { what: Self::NAME, reason: reason(&e) })?;
        if canonical::encodes_to(&value, bytes) {
            Ok(value)
        } else {
            Err(DecodeError::NotCanonical { what: Self::NAME })
        }
    }
}

/// Most values are shorter: their encoding needs one allocation.
const USUAL_BYTES: usize = 512;

/// Encodes into a buffer that starts with `capacity` bytes.
fn encode<T: Wire>(value: &T, capacity: usize) -> Result<Vec<u8>, EncodeError> {
    encode_in(value, Vec::with_capacity(capacity))
}

/// The canonical bytes in a buffer that was used before: for many values of which few are kept.
pub(crate) fn encode_in<T: Wire>(value: &T, mut buffer: Vec<u8>) -> Result<Vec<u8>, EncodeError> {
    buffer.clear();
    let mut serializer = Serializer::new(BufWriter::new(buffer));
    match value.serialize(&mut serializer) {
        Ok(()) => Ok(serializer.into_inner().into_inner()),
        Err(e) => Err(EncodeError { what: T::NAME, reason: e.to_string() }),
    }
}

/// The decoder's own words, cut short: they name types and lengths, never input bytes.
fn reason(e: &impl core::fmt::Display) -> String {
    e.to_string().chars().take(160).collect()
}
