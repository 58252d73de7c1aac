//! What every proof is made of, and why one is refused.

use crate::codec::{Wire, limits};
use crate::primitives::Hash32;
use core::fmt;

/// A proof that does not prove its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The claimed leaf or older tree is not part of a tree of this size.
    #[error("position {index} in a tree of {size} leaves")]
    OutOfRange {
        /// Leaf index or older size claimed.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// `[start, end)` is not a node's range of leaves in a tree of this size.
    #[error("[{start}, {end}) is not a subtree of {size} leaves")]
    NotASubtree {
        /// First leaf.
        start: u64,
        /// Behind the last leaf.
        end: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// Too few or too many hashes for the claimed position.
    #[error("proof of {got} hashes does not fit the position claimed")]
    Length {
        /// Hashes in the proof.
        got: usize,
    },
    /// An empty sibling was written out instead of being left out (rule M-8).
    #[error("proof spells out an empty sibling")]
    EmptySibling,
    /// The leaf shown does not occupy the place of the key asked for (rule M-9).
    #[error("proof shows a leaf that does not stand where the key would")]
    WrongLeaf,
    /// A proof of absence was offered for a value, or the other way round.
    #[error("proof is of the other kind: inclusion and absence are not interchangeable")]
    WrongKind,
    /// The proof leads to another root.
    #[error("proof leads to another root")]
    RootMismatch,
}

/// The hashes of a proof in the order its rule names. On the wire one byte string of 32 bytes a hash.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashPath(pub Vec<Hash32>);

impl HashPath {
    /// The hashes.
    pub fn as_slice(&self) -> &[Hash32] {
        &self.0
    }
}

impl serde::Serialize for HashPath {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            return s.collect_seq(&self.0);
        }
        let mut bytes = Vec::with_capacity(self.0.len().saturating_mul(Hash32::LEN));
        for h in &self.0 {
            bytes.extend_from_slice(h.as_bytes());
        }
        s.serialize_bytes(&bytes)
    }
}

struct PathVisitor;

impl<'de> serde::de::Visitor<'de> for PathVisitor {
    type Value = HashPath;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} hashes of 32 bytes", limits::MAX_PROOF_HASHES)
    }
    fn visit_bytes<E: serde::de::Error>(self, v: &[u8]) -> Result<HashPath, E> {
        let (hashes, rest) = v.as_chunks::<{ Hash32::LEN }>();
        if !rest.is_empty() || hashes.len() > limits::MAX_PROOF_HASHES {
            return Err(E::invalid_length(v.len(), &self));
        }
        Ok(HashPath(hashes.iter().copied().map(Hash32).collect()))
    }
}

impl<'de> serde::Deserialize<'de> for HashPath {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() { Vec::deserialize(d).map(Self) } else { d.deserialize_bytes(PathVisitor) }
    }
}

impl Wire for HashPath {
    const NAME: &'static str = "proof path";
    const MAX_BYTES: usize = limits::MAX_PROOF;
}
