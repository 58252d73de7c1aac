//! The header history: a Merkle mountain range over every header before a block.
//!
//! Nodes lie in [`Table::History`] by position, in the order in which appending makes them (a parent right behind
//! its right child). Positions below the size of a shorter range never change, so undoing is using a smaller leaf
//! count: later appends write over what was undone.

use super::hash;
use super::{HashPath, ProofError};
use crate::codec::{EncodeError, Wire};
use crate::crypto::hash::prefixed;
use crate::primitives::{BlockId, Hash32, Height, Timestamp};
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Prefix of the root, which also binds the leaf count (rule M-13).
const ROOT: u8 = 2;

/// What the history remembers of a header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct HistoryLeaf {
    /// Height of the header; its leaf index.
    pub height: Height,
    /// Its id.
    pub id: BlockId,
    /// Its time, ms.
    pub time_ms: Timestamp,
    /// Work of the chain up to and including it, 256 bits big-endian.
    pub total_work: Hash32,
}

impl Wire for HistoryLeaf {
    const NAME: &'static str = "history leaf";
    const MAX_BYTES: usize = 96;
}

impl HistoryLeaf {
    /// Hash of the leaf (rule M-11).
    pub fn hash(&self) -> Result<Hash32, EncodeError> {
        self.to_bytes().map(|b| hash::leaf(&b))
    }
}

/// Adds a leaf behind the first `leaf_count` ones. Returns the nodes to write and the root over `leaf_count + 1`
/// leaves; reads and writes O(log n) nodes.
pub fn append(
    read: &dyn LedgerRead,
    leaf_count: u64,
    leaf: &Hash32,
) -> Result<(ChangeSet, Hash32), ReadError> {
    let mut changes = ChangeSet::new();
    let mut position = node_count(leaf_count)?;
    let mut peaks = peaks(read, leaf_count)?;
    let mut top = *leaf;
    changes.put(Table::History, &position.to_be_bytes(), top.0.to_vec());
    for _ in 0..leaf_count.trailing_ones() {
        let left = peaks.pop().ok_or_else(too_long)?;
        top = hash::node(&left, &top);
        position = position.checked_add(1).ok_or_else(too_long)?;
        changes.put(Table::History, &position.to_be_bytes(), top.0.to_vec());
    }
    peaks.push(top);
    let new_count = leaf_count.checked_add(1).ok_or_else(too_long)?;
    Ok((changes, bind(new_count, bag(&peaks))))
}

/// Changes that remove leaf `leaf_index`, the last one, and the nodes that came with it.
pub fn remove_last(leaf_index: u64) -> Result<ChangeSet, ReadError> {
    let mut changes = ChangeSet::new();
    let first = node_count(leaf_index)?;
    for above in 0..=u64::from(leaf_index.trailing_ones()) {
        let position = first.checked_add(above).ok_or_else(too_long)?;
        changes.delete(Table::History, &position.to_be_bytes());
    }
    Ok(changes)
}

/// Root over the first `leaf_count` leaves.
pub fn root(read: &dyn LedgerRead, leaf_count: u64) -> Result<Hash32, ReadError> {
    Ok(bind(leaf_count, bag(&peaks(read, leaf_count)?)))
}

/// Proof that a leaf is in the range of the first `leaf_count` leaves (rule M-14); `None` if there is no such leaf.
pub fn prove(read: &dyn LedgerRead, leaf_count: u64, leaf_index: u64) -> Result<Option<HashPath>, ReadError> {
    let Some(place) = Place::of(leaf_index, leaf_count) else { return Ok(None) };
    let mut path = Vec::new();
    // Inside the mountain a node over leaves [start, start + 2^h) lies where appending its last leaf put it.
    for height in 0..place.height {
        let width = 1u64.checked_shl(height).ok_or_else(too_long)?;
        let start = (leaf_index & !width.wrapping_sub(1)) ^ width;
        path.push(node_at(read, subtree_position(start, height)?)?);
    }
    let peaks = peaks(read, leaf_count)?;
    path.extend(bag(peaks.get(..place.peaks_left).unwrap_or_default()));
    path.extend(peaks.iter().skip(place.peaks_left).skip(1));
    Ok(Some(HashPath(path)))
}

/// Checks that `leaf` (its hash) is leaf `leaf_index` of the range of `leaf_count` leaves with this root.
pub fn verify(
    leaf_count: u64,
    leaf_index: u64,
    leaf: &Hash32,
    path: &[Hash32],
    root: &Hash32,
) -> Result<(), ProofError> {
    let place = Place::of(leaf_index, leaf_count)
        .ok_or(ProofError::OutOfRange { index: leaf_index, size: leaf_count })?;
    let wrong_length = ProofError::Length { got: path.len() };
    let height = usize::try_from(place.height).map_err(|_| wrong_length)?;
    let (climb, others) = path.split_at_checked(height).ok_or(wrong_length)?;
    let has_left = usize::from(place.peaks_left > 0);
    if others.len() != place.peaks_right.saturating_add(has_left) {
        return Err(wrong_length);
    }
    let mut top = *leaf;
    for (level, sibling) in (0u32..).zip(climb) {
        let is_right = leaf_index.checked_shr(level).unwrap_or(0) & 1 == 1;
        top = if is_right { hash::node(sibling, &top) } else { hash::node(&top, sibling) };
    }
    let (left, right) = others.split_at(has_left);
    if let Some(left) = left.first() {
        top = hash::node(left, &top);
    }
    let bagged = right.iter().fold(top, |bag, peak| hash::node(&bag, peak));
    if bind(leaf_count, Some(bagged)) == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
}

/// Where a leaf stands: the mountain over it and how many stand beside it. Mountains are the set bits of the leaf
/// count, largest first.
struct Place {
    height: u32,
    peaks_left: usize,
    peaks_right: usize,
}

impl Place {
    fn of(leaf_index: u64, leaf_count: u64) -> Option<Self> {
        if leaf_index >= leaf_count {
            return None;
        }
        // The highest bit in which they differ is set in the count: the leaf's own mountain.
        let height = (leaf_index ^ leaf_count).checked_ilog2()?;
        let below = leaf_count & 1u64.checked_shl(height)?.wrapping_sub(1);
        let left = leaf_count.checked_shr(height)?.count_ones().checked_sub(1)?;
        Some(Self {
            height,
            peaks_left: usize::try_from(left).ok()?,
            peaks_right: usize::try_from(below.count_ones()).ok()?,
        })
    }
}

/// Nodes of a range of `leaf_count` leaves; also the position of the next leaf.
fn node_count(leaf_count: u64) -> Result<u64, ReadError> {
    let twice = leaf_count.checked_mul(2).ok_or_else(too_long)?;
    twice.checked_sub(u64::from(leaf_count.count_ones())).ok_or_else(too_long)
}

/// Position of the node over the `2^height` leaves from `start` on, a multiple of that.
fn subtree_position(start: u64, height: u32) -> Result<u64, ReadError> {
    let nodes = 2u64.checked_shl(height).ok_or_else(too_long)?;
    node_count(start)?.checked_add(nodes).and_then(|p| p.checked_sub(2)).ok_or_else(too_long)
}

fn peaks(read: &dyn LedgerRead, leaf_count: u64) -> Result<Vec<Hash32>, ReadError> {
    let mut peaks = Vec::new();
    let mut rest = leaf_count;
    while let Some(height) = rest.checked_ilog2() {
        rest ^= 1u64.checked_shl(height).ok_or_else(too_long)?;
        peaks.push(node_at(read, subtree_position(leaf_count & !low_bits(height), height)?)?);
    }
    Ok(peaks)
}

/// The bits up to and including `height`.
fn low_bits(height: u32) -> u64 {
    2u64.checked_shl(height).unwrap_or(0).wrapping_sub(1)
}

/// Peaks joined left to right, as in ZIP-221: `H(H(p0, p1), p2)` and so on.
fn bag(peaks: &[Hash32]) -> Option<Hash32> {
    peaks.iter().copied().reduce(|bag, peak| hash::node(&bag, &peak))
}

fn bind(leaf_count: u64, bagged: Option<Hash32>) -> Hash32 {
    let bagged = bagged.unwrap_or(Hash32::ZERO);
    prefixed(ROOT, &[&leaf_count.to_be_bytes(), bagged.as_bytes()])
}

fn node_at(read: &dyn LedgerRead, position: u64) -> Result<Hash32, ReadError> {
    let node = read.get(Table::History, &position.to_be_bytes())?;
    node.and_then(|v| Hash32::try_from(v.as_slice()).ok())
        .ok_or_else(|| ReadError::Corrupt { what: format!("header history: no node at position {position}") })
}

fn too_long() -> ReadError {
    ReadError::Corrupt { what: "header history: leaf count past 2^63".into() }
}
