//! Single facts and the paths that tie them to a header.

use crate::block::Header;
use crate::codec::{Wire, limits};
use crate::consensus::Weight;
use crate::crypto::{domain::Domain, hash::tagged};
use crate::merkle::mmr::{self, HistoryLeaf};
use crate::merkle::rfc6962;
use crate::merkle::sparse::SparseProof;
use crate::merkle::{HashPath, ProofError};
use crate::primitives::Hash32;
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A state entry has this value, or there is none, after a block (rule LC-8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct StateProof {
    /// Kind of entry: first byte under the key's hash.
    pub namespace: u8,
    /// What names it.
    pub id: ByteBuf,
    /// Canonical bytes of the entry; none if absent.
    pub value: Option<ByteBuf>,
    /// Path to the state root.
    pub path: SparseProof,
}

impl StateProof {
    /// The state key of namespace and id (rule ST-1).
    pub fn key(&self) -> Hash32 {
        tagged(Domain::StateKey, &[&[self.namespace], &self.id])
    }

    /// Checks the path against the header's state root.
    ///
    /// # Errors
    /// The path leads elsewhere, or is of the other kind.
    pub fn verify(&self, header: &Header) -> Result<(), ProofError> {
        self.path.verify(&header.state_root, &self.key(), self.value.as_deref().map(Vec::as_slice))
    }
}

impl Wire for StateProof {
    const NAME: &'static str = "light state proof";
    const MAX_BYTES: usize = limits::MAX_LIGHT_PROOF;
}

/// A transaction or receipt stands at a place in a block (rule LC-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct InclusionProof {
    /// Position in the block, from 0.
    pub index: u32,
    /// The bytes of the transaction or receipt.
    pub leaf: ByteBuf,
    /// Path to the root, lowest sibling first.
    pub path: HashPath,
}

impl InclusionProof {
    /// Checks the path against one of the two roots of a header; both trees have a leaf per transaction.
    ///
    /// # Errors
    /// No such position, or the path leads elsewhere.
    pub fn verify(&self, header: &Header, root: &Hash32) -> Result<(), ProofError> {
        let leaf = rfc6962::leaf_hash(&self.leaf);
        let (index, size) = (u64::from(self.index), u64::from(header.tx_count));
        rfc6962::verify_inclusion(index, size, &leaf, self.path.as_slice(), root)
    }
}

impl Wire for InclusionProof {
    const NAME: &'static str = "light inclusion proof";
    const MAX_BYTES: usize = limits::MAX_LIGHT_PROOF;
}

/// An older header is an ancestor of a newer one, which a client trusts (rule LC-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct AncestorProof {
    /// The newer header.
    pub descendant: Header,
    /// Weight of the chain up to the older header.
    pub total: Weight,
    /// Path to the newer header's history root.
    pub path: HashPath,
}

impl AncestorProof {
    /// Checks that `older` is in the history of the newer header.
    ///
    /// # Errors
    /// It is not below the newer header, or the path leads elsewhere.
    pub fn verify(&self, older: &Header) -> Result<(), ProofError> {
        let size = self.descendant.height.0;
        let leaf = HistoryLeaf {
            height: older.height,
            id: older.id(),
            time_ms: older.time,
            total_work: Hash32(self.total.to_be_bytes()),
        };
        // Integers and fixed byte strings always encode.
        let leaf = leaf.hash().map_err(|_| ProofError::RootMismatch)?;
        mmr::verify(size, older.height.0, &leaf, self.path.as_slice(), &self.descendant.history_root)
    }
}

impl Wire for AncestorProof {
    const NAME: &'static str = "light ancestor proof";
    const MAX_BYTES: usize = limits::MAX_LIGHT_PROOF;
}
