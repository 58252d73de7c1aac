//! The sparse Merkle tree over the state (`docs/spec/trees.md`). Proofs are canonical bytes of a `state proof`.

use super::args::{decode, hash};
use crate::EhrError;
use ehr_core::codec::Wire;
use ehr_core::merkle::sparse::{self, SparseProof};
use ehr_core::primitives::Hash32;
use ehr_core::store::{LedgerStore, MemoryStore, Table};
use std::collections::BTreeMap;

/// A key of the state and its value.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// 32 bytes.
    pub key: Vec<u8>,
    /// Any bytes.
    pub value: Vec<u8>,
}

/// A store that holds the entries and the tree over them, and its root.
fn build(entries: &[TreeEntry]) -> Result<(MemoryStore, Hash32), EhrError> {
    let mut changes = BTreeMap::new();
    for entry in entries {
        if changes.insert(hash("entries.key", &entry.key)?, Some(entry.value.clone())).is_some() {
            return Err(EhrError::argument("entries", "two entries with one key"));
        }
    }
    let mut store = MemoryStore::new();
    let update = sparse::update(&store, &changes).map_err(EhrError::internal)?;
    let mut all = update.pages;
    for (key, value) in changes {
        all.put(Table::State, key.as_bytes(), value.unwrap_or_default());
    }
    store.commit(&all).map_err(EhrError::internal)?;
    Ok((store, update.root))
}

/// Root of the state that holds exactly these entries, in any order.
///
/// # Errors
/// `InvalidArgument` for a key that is not 32 bytes or is there twice.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn state_root(entries: &[TreeEntry]) -> Result<Vec<u8>, EhrError> {
    Ok(build(entries)?.1.0.to_vec())
}

/// Proof of what value a key has in that state, or that it has none.
///
/// # Errors
/// As [`state_root`].
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn state_prove(entries: &[TreeEntry], key: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let (store, _) = build(entries)?;
    sparse::prove(&store, &hash("key", &key)?)
        .map_err(EhrError::internal)?
        .to_bytes()
        .map_err(EhrError::internal)
}

/// Checks that a key has this value in the state with this root; no value: that it has none.
///
/// # Errors
/// `Refused` if that is not proven, `Malformed` if `proof` is no proof.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn state_verify(
    root: Vec<u8>,
    key: Vec<u8>,
    value: Option<Vec<u8>>,
    proof: Vec<u8>,
) -> Result<(), EhrError> {
    let (root, key) = (hash("root", &root)?, hash("key", &key)?);
    let proof: SparseProof = decode(&proof)?;
    proof.verify(&root, &key, value.as_deref()).map_err(EhrError::refused)
}
