//! The Merkle mountain range over headers (`docs/spec/trees.md`). A leaf is the canonical bytes of a `history leaf`
//! and its hash that of [`merkle_leaf_hash`](super::merkle::merkle_leaf_hash); proofs are canonical bytes of a
//! `proof path`.

use super::args::{decode, hash};
use super::merkle::path_bytes;
use crate::EhrError;
use ehr_core::merkle::{HashPath, mmr};
use ehr_core::primitives::Hash32;
use ehr_core::store::{LedgerStore, MemoryStore};

/// A store that holds the range over these leaves, their number and the root.
fn build(leaf_hashes: &[Vec<u8>]) -> Result<(MemoryStore, u64, Hash32), EhrError> {
    let mut store = MemoryStore::new();
    let mut root = mmr::root(&store, 0).map_err(EhrError::internal)?;
    let mut count = 0u64;
    for leaf in leaf_hashes {
        let (changes, new_root) =
            mmr::append(&store, count, &hash("leaf_hashes", leaf)?).map_err(EhrError::internal)?;
        store.commit(&changes).map_err(EhrError::internal)?;
        (root, count) = (new_root, count.saturating_add(1));
    }
    Ok((store, count, root))
}

/// Root over headers, given by the hashes of their leaves.
///
/// # Errors
/// `InvalidArgument` for a hash that is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn history_root(leaf_hashes: &[Vec<u8>]) -> Result<Vec<u8>, EhrError> {
    Ok(build(leaf_hashes)?.2.0.to_vec())
}

/// Proof that leaf `index` is among these.
///
/// # Errors
/// `InvalidArgument` if there is no such leaf.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn history_prove(leaf_hashes: &[Vec<u8>], index: u64) -> Result<Vec<u8>, EhrError> {
    let (store, count, _) = build(leaf_hashes)?;
    path_bytes(mmr::prove(&store, count, index).map_err(EhrError::internal)?, "index")
}

/// Checks that the leaf with this hash is leaf `index` of the range of `count` leaves with this root.
///
/// # Errors
/// `Refused` if that is not proven, `Malformed` if `path` is no proof.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn history_verify(
    count: u64,
    index: u64,
    leaf_hash: Vec<u8>,
    path: Vec<u8>,
    root: Vec<u8>,
) -> Result<(), EhrError> {
    let (leaf, root) = (hash("leaf_hash", &leaf_hash)?, hash("root", &root)?);
    let path: HashPath = decode(&path)?;
    mmr::verify(count, index, &leaf, path.as_slice(), &root).map_err(EhrError::refused)
}
