//! The tree of RFC 6962 over transactions, receipts, sections and wraps (`docs/spec/trees.md`). Proofs are canonical
//! bytes of a `proof path`.

use super::args::{decode, hash};
use crate::EhrError;
use ehr_core::codec::Wire;
use ehr_core::merkle::HashPath;
use ehr_core::merkle::rfc6962::{self, Tree};

pub(super) fn path_bytes(path: Option<HashPath>, field: &str) -> Result<Vec<u8>, EhrError> {
    let path = path.ok_or_else(|| EhrError::argument(field, "not in a tree of that many leaves"))?;
    path.to_bytes().map_err(EhrError::internal)
}

/// Hash of a leaf.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_leaf_hash(leaf: Vec<u8>) -> Vec<u8> {
    rfc6962::leaf_hash(&leaf).0.to_vec()
}

/// Root over leaves.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_root(leaves: &[Vec<u8>]) -> Vec<u8> {
    rfc6962::root(leaves).0.to_vec()
}

/// Root over leaves given by their hashes.
///
/// # Errors
/// `InvalidArgument` for one that is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_root_of_hashes(leaf_hashes: &[Vec<u8>]) -> Result<Vec<u8>, EhrError> {
    let hashes = leaf_hashes.iter().map(|leaf| hash("leaf_hashes", leaf)).collect::<Result<Vec<_>, _>>()?;
    Ok(rfc6962::root_of_hashes(hashes).0.to_vec())
}

/// Proof that leaf `index` is in the tree over `leaves`.
///
/// # Errors
/// `InvalidArgument` if there is no such leaf.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_prove_inclusion(leaves: &[Vec<u8>], index: u64) -> Result<Vec<u8>, EhrError> {
    let tree = Tree::from_leaves(leaves);
    path_bytes(tree.prove_inclusion(index, tree.size()), "index")
}

/// Proof that the first `old_size` of `leaves` are the start of all of them.
///
/// # Errors
/// `InvalidArgument` if there are not that many, or none.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_prove_consistency(leaves: &[Vec<u8>], old_size: u64) -> Result<Vec<u8>, EhrError> {
    let tree = Tree::from_leaves(leaves);
    path_bytes(tree.prove_consistency(old_size, tree.size()), "old_size")
}

/// Checks that the leaf with this hash is leaf `index` of the tree of `size` leaves with this root.
///
/// # Errors
/// `Refused` if that is not proven, `Malformed` if `path` is no proof.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_verify_inclusion(
    index: u64,
    size: u64,
    leaf_hash: Vec<u8>,
    path: Vec<u8>,
    root: Vec<u8>,
) -> Result<(), EhrError> {
    let (leaf, root) = (hash("leaf_hash", &leaf_hash)?, hash("root", &root)?);
    let path: HashPath = decode(&path)?;
    rfc6962::verify_inclusion(index, size, &leaf, path.as_slice(), &root).map_err(EhrError::refused)
}

/// Checks that the tree of `old_size` leaves is the start of the tree of `size` leaves.
///
/// # Errors
/// `Refused` if that is not proven, `Malformed` if `path` is no proof.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn merkle_verify_consistency(
    old_size: u64,
    size: u64,
    old_root: Vec<u8>,
    path: Vec<u8>,
    root: Vec<u8>,
) -> Result<(), EhrError> {
    let (old_root, root) = (hash("old_root", &old_root)?, hash("root", &root)?);
    let path: HashPath = decode(&path)?;
    rfc6962::verify_consistency(old_size, size, &old_root, path.as_slice(), &root).map_err(EhrError::refused)
}
