//! What a key's value is, or that it has none, against a root.

use super::leaves::{bit, leaf_hash};
use crate::codec::{Wire, limits};
use crate::crypto::hash::sha256;
use crate::merkle::{HashPath, ProofError, hash};
use crate::primitives::Hash32;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// The leaf that stands where an absent key would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct OtherLeaf {
    /// Its key.
    pub key: Hash32,
    /// SHA-256 of its value.
    pub value_hash: Hash32,
}

/// A proof of inclusion or absence in the state tree (rules M-8 and M-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct SparseProof {
    /// Bit `d` (most significant first) is set if the sibling `d + 1` levels below the root is not empty. The last
    /// bit set is the depth of the proof.
    #[serde(with = "serde_bytes")]
    pub bitmap: [u8; 32],
    /// The siblings that are not empty, from the root down.
    pub siblings: HashPath,
    /// For absence where another leaf stands; `None` for absence at an empty place and for inclusion.
    pub other: Option<OtherLeaf>,
}

impl Wire for SparseProof {
    const NAME: &'static str = "state proof";
    const MAX_BYTES: usize = limits::MAX_PROOF;
}

impl SparseProof {
    /// Checks that `key` has this value (`None`: no value) in the state with this root.
    pub fn verify(&self, root: &Hash32, key: &Hash32, value: Option<&[u8]>) -> Result<(), ProofError> {
        let depth = self.depth();
        let bottom = match (value, &self.other) {
            (Some(value), None) => leaf_hash(key, &sha256(value)),
            (Some(_), Some(_)) => return Err(ProofError::WrongKind),
            (None, None) => Hash32::ZERO,
            (None, Some(other)) => {
                let same_place = (0..depth).all(|d| bit(&other.key, d) == bit(key, d));
                if other.key == *key || !same_place {
                    return Err(ProofError::WrongLeaf);
                }
                leaf_hash(&other.key, &other.value_hash)
            }
        };
        if self.fold(key, depth, bottom)? == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
    }

    /// The root this proof leads to from `bottom`, which stands `depth` levels down.
    fn fold(&self, key: &Hash32, depth: usize, bottom: Hash32) -> Result<Hash32, ProofError> {
        let wrong_length = ProofError::Length { got: self.siblings.0.len() };
        let mut siblings = self.siblings.0.iter().rev();
        let mut top = bottom;
        let bitmap = Hash32(self.bitmap);
        for d in (0..depth).rev() {
            let sibling = if bit(&bitmap, d) { *siblings.next().ok_or(wrong_length)? } else { Hash32::ZERO };
            if bit(&bitmap, d) && sibling == Hash32::ZERO {
                return Err(ProofError::EmptySibling);
            }
            top = if bit(key, d) { hash::node(&sibling, &top) } else { hash::node(&top, &sibling) };
        }
        if siblings.next().is_some() { Err(wrong_length) } else { Ok(top) }
    }

    /// Levels between the root and the place proven. The deepest sibling is never empty: a leaf beside nothing
    /// would have collapsed upwards.
    fn depth(&self) -> usize {
        let bitmap = Hash32(self.bitmap);
        (0..256usize).rev().find(|d| bit(&bitmap, *d)).map_or(0, |d| d.saturating_add(1))
    }
}
