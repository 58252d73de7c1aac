//! Making a proof from the stored tree.

use super::leaves::{self, Leaf, bit};
use super::page::{MAX_RUN, Node, Page, Slot, corrupt};
use super::proof::{OtherLeaf, SparseProof};
use crate::crypto::hash::sha256;
use crate::merkle::HashPath;
use crate::primitives::Hash32;
use crate::store::{LedgerRead, ReadError, Table};

/// Proves what value `key` has, or that it has none. The proof is checked before it is returned: a damaged store
/// gives [`ReadError::Corrupt`], not a bad proof.
pub fn prove(read: &dyn LedgerRead, key: &Hash32) -> Result<SparseProof, ReadError> {
    let top = Slot::top(read)?;
    let mut walk = Walk { key, depth: 0, bitmap: [0; 32], siblings: Vec::new() };
    let mut slot = top;
    let mut count = slot.node.count;
    while slot.paged && count > 1 {
        let page = Page::load(read, walk.prefix())?;
        slot = page.slot(walk.next_byte());
        count = walk.page(&page);
    }
    let place = match count {
        0 => None,
        1 => walk.only_leaf(read)?,
        _ => walk.run(&leaves::scan(read, walk.prefix(), MAX_RUN)?),
    };
    let value = read.get(Table::State, key.as_bytes())?;
    let other = match place {
        Some(found) if found.key != *key => {
            let other = read.get(Table::State, found.key.as_bytes())?;
            Some(OtherLeaf { key: found.key, value_hash: sha256(&other.unwrap_or_default()) })
        }
        _ => None,
    };
    let proof = SparseProof { bitmap: walk.bitmap, siblings: HashPath(walk.siblings), other };
    match proof.verify(&top.node.hash, key, value.as_deref()) {
        Ok(()) => Ok(proof),
        Err(_) => Err(corrupt("path", key.as_bytes())),
    }
}

/// The way down to a key and the siblings seen.
struct Walk<'a> {
    key: &'a Hash32,
    depth: usize,
    bitmap: [u8; 32],
    siblings: Vec<Hash32>,
}

impl<'a> Walk<'a> {
    /// Whole bytes of the key walked past.
    fn prefix(&self) -> &'a [u8] {
        self.key.0.get(..self.depth >> 3).unwrap_or_default()
    }
    fn next_byte(&self) -> u8 {
        self.key.0.get(self.depth >> 3).copied().unwrap_or(0)
    }
    /// One level down, past `sibling`.
    fn step(&mut self, sibling: Hash32) {
        if sibling != Hash32::ZERO {
            let mask = 0x80u8.wrapping_shr(u32::try_from(self.depth & 7).unwrap_or(0));
            if let Some(byte) = self.bitmap.get_mut(self.depth >> 3) {
                *byte |= mask;
            }
            self.siblings.push(sibling);
        }
        self.depth = self.depth.saturating_add(1);
    }
    /// Down through a page, or to where a subtree collapses; returns the leaves there.
    fn page(&mut self, page: &Page) -> u64 {
        let byte = self.next_byte();
        match self.nodes(page.groups()) {
            count @ 0..=1 => count,
            _ => self.nodes(&page.group(Page::group_of(byte))),
        }
    }
    /// Down from the top of `nodes` to one of them, or to where a subtree collapses; returns the leaves there.
    fn nodes(&mut self, nodes: &[Node]) -> u64 {
        let mut here = nodes;
        loop {
            let count = here.iter().fold(0u64, |sum, n| sum.saturating_add(n.count));
            if here.len() <= 1 || count <= 1 {
                return count;
            }
            let (left, right) = here.split_at(here.len() >> 1);
            let (own, other) = if bit(self.key, self.depth) { (right, left) } else { (left, right) };
            self.step(Node::over(other).hash);
            here = own;
        }
    }
    /// Down through a run of leaves to the one that stands at the key's place, if any.
    fn run(&mut self, run: &[Leaf]) -> Option<Leaf> {
        let mut here = run;
        while here.len() > 1 {
            let (left, right) = leaves::split(here, self.depth);
            let (own, other) = if bit(self.key, self.depth) { (right, left) } else { (left, right) };
            let below = self.depth.saturating_add(1);
            self.step(leaves::fold(other, below));
            here = own;
        }
        here.first().copied()
    }
    /// The single leaf below the place reached.
    fn only_leaf(&self, read: &dyn LedgerRead) -> Result<Option<Leaf>, ReadError> {
        let mut first = Hash32::ZERO;
        for d in (0..self.depth).filter(|d| bit(self.key, *d)) {
            let mask = 0x80u8.wrapping_shr(u32::try_from(d & 7).unwrap_or(0));
            if let Some(byte) = first.0.get_mut(d >> 3) {
                *byte |= mask;
            }
        }
        let found = read.range(Table::State, first.as_bytes(), &[], 1)?;
        let Some((key, value)) = found.first() else { return Ok(None) };
        Ok(Some(Leaf::new(leaves::state_key(key)?, value)))
    }
}
