//! Checking proofs with nothing but roots.

use super::{empty_root, is_subtree, left_size};
use crate::merkle::ProofError;
use crate::merkle::hash::node;
use crate::primitives::Hash32;

/// Checks that `leaf` (its hash) is leaf `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    let out_of_range = ProofError::OutOfRange { index, size };
    let end = index.checked_add(1).filter(|end| *end <= size).ok_or(out_of_range)?;
    check((index, end), size, leaf, path, root)
}

/// Checks that the tree of `old_size` leaves is the start of the tree of `size` leaves (RFC 9162, 2.1.4.2). An
/// old tree without leaves proves nothing and is refused.
pub fn verify_consistency(
    old_size: u64,
    size: u64,
    old_root: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    if old_size == 0 || old_size > size {
        return Err(ProofError::OutOfRange { index: old_size, size });
    }
    check((0, old_size), size, old_root, path, root)
}

/// Checks that `leaf` (its hash) is leaf `index` of the subtree over `[start, end)` with this root (Merkle Tree
/// Certificates draft, section 4).
pub fn verify_subtree_inclusion(
    index: u64,
    (start, end): (u64, u64),
    leaf: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    let size = end.saturating_sub(start);
    if !is_subtree(start, end) {
        return Err(ProofError::NotASubtree { start, end, size });
    }
    let index = index.checked_sub(start).ok_or(ProofError::OutOfRange { index, size })?;
    verify_inclusion(index, size, leaf, path, root)
}

/// Checks that the subtree over `[start, end)` belongs to the tree of `size` leaves with this root (Merkle Tree
/// Certificates draft, section 4). An empty subtree belongs to every tree.
pub fn verify_subtree_consistency(
    (start, end): (u64, u64),
    size: u64,
    subtree: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    if end > size || (start != end && !is_subtree(start, end)) {
        return Err(ProofError::NotASubtree { start, end, size });
    }
    if start == end {
        return match path {
            [] if *subtree == empty_root() => Ok(()),
            [] => Err(ProofError::RootMismatch),
            _ => Err(ProofError::Length { got: path.len() }),
        };
    }
    check((start, end), size, subtree, path, root)
}

fn check(
    range: (u64, u64),
    size: u64,
    known: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    let wrong_length = ProofError::Length { got: path.len() };
    let mut rest = path;
    let (part, whole) = fold(range, size, Some(known), &mut rest).ok_or(wrong_length)?;
    if !rest.is_empty() {
        return Err(wrong_length);
    }
    if part != *known || whole != *root {
        return Err(ProofError::RootMismatch);
    }
    Ok(())
}

/// Hashes of the subtree `[start, end)` and of the whole tree of `size` leaves as the path has them; `None` if
/// the path is too short. The proof was written on the way up, so the way down reads it from its end. At most 64
/// levels deep.
fn fold(
    (start, end): (u64, u64),
    size: u64,
    known: Option<&Hash32>,
    path: &mut &[Hash32],
) -> Option<(Hash32, Hash32)> {
    let pop = |path: &mut &[Hash32]| path.split_last().map(|(last, rest)| (*path = rest, *last).1);
    if (start, end) == (0, size) {
        let hash = known.copied().or_else(|| pop(path))?;
        return Some((hash, hash));
    }
    let sibling = pop(path)?;
    let middle = left_size(size);
    let right_size = size.checked_sub(middle)?;
    if end <= middle {
        let (part, left) = fold((start, end), middle, known, path)?;
        Some((part, node(&left, &sibling)))
    } else if let Some(start) = start.checked_sub(middle) {
        let (part, right) = fold((start, end.checked_sub(middle)?), right_size, known, path)?;
        Some((part, node(&sibling, &right)))
    } else {
        // The subtree is the whole left half and the start of the right half.
        let (part, right) = fold((0, end.checked_sub(middle)?), right_size, None, path)?;
        Some((node(&sibling, &part), node(&sibling, &right)))
    }
}
