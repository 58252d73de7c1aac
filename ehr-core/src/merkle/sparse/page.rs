//! Stored pages: the 256 subtrees eight levels below a node, and the hashes half way up.

use crate::merkle::hash;
use crate::primitives::Hash32;
use crate::store::{LedgerRead, ReadError, Table};

/// Most leaves a subtree may have without a page of its own: they are read and hashed again instead.
pub(super) const MAX_RUN: usize = 32;
/// A page with no more leaves than this is given up. Lower than [`MAX_RUN`], so that a subtree at the border does
/// not gain and lose its page with every block.
pub(super) const MIN_PAGED: u64 = 16;
/// Slots of a page.
const SLOTS: usize = 256;
/// Slots under one node half way up a page.
const GROUP: usize = 16;
/// First byte of a slot that has a page, where others have their number of leaves.
const PAGED: u8 = 0xff;

/// Hash and number of leaves of a subtree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) hash: Hash32,
    pub(super) count: u64,
}

impl Node {
    pub(super) const EMPTY: Self = Self { hash: Hash32::ZERO, count: 0 };

    /// The node above two (rules M-6 and M-7).
    fn join(self, right: Self) -> Self {
        let count = self.count.saturating_add(right.count);
        let hash = match (self.count, right.count) {
            (_, 0) if count <= 1 => self.hash,
            (0, _) if count <= 1 => right.hash,
            _ => hash::node(&self.hash, &right.hash),
        };
        Self { hash, count }
    }

    /// The node above `nodes`, a power of two of them.
    pub(super) fn over(nodes: &[Self]) -> Self {
        match nodes {
            [] => Self::EMPTY,
            [one] => *one,
            _ => {
                let (left, right) = nodes.split_at(nodes.len() >> 1);
                Self::over(left).join(Self::over(right))
            }
        }
    }

    /// The nodes above the same places before and after a change; what did not change is hashed once.
    pub(super) fn over_both(before: &[Self], after: &[Self]) -> (Self, Self) {
        match (before, after) {
            ([was], [is]) => (*was, *is),
            _ if before == after => {
                let same = Self::over(before);
                (same, same)
            }
            _ => {
                let (was_left, was_right) = before.split_at(before.len() >> 1);
                let (is_left, is_right) = after.split_at(after.len() >> 1);
                let (left, right) =
                    (Self::over_both(was_left, is_left), Self::over_both(was_right, is_right));
                (left.0.join(right.0), left.1.join(right.1))
            }
        }
    }
}

/// A subtree as its parent page knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) node: Node,
    /// Whether it has a page of its own.
    pub(super) paged: bool,
}

impl Slot {
    pub(super) const EMPTY: Self = Self { node: Node::EMPTY, paged: false };

    /// Key of the slot of the whole tree. Page keys start with their depth, which is at most 31.
    pub(super) const TOP_KEY: &'static [u8] = &[0xff];

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        if self.paged {
            out.push(PAGED);
            out.extend(self.node.count.to_be_bytes());
        } else {
            out.push(u8::try_from(self.node.count).unwrap_or(PAGED));
        }
        out.extend(self.node.hash.0);
    }

    /// Reads a slot that is not empty from the front of `bytes`.
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        let tag = take::<1>(bytes)?;
        let (count, paged) = match tag {
            [PAGED] => (u64::from_be_bytes(take(bytes)?), true),
            [count] => (u64::from(count), false),
        };
        let valid =
            if paged { count > MIN_PAGED } else { (1..=MAX_RUN).contains(&usize::try_from(count).ok()?) };
        let hash = Hash32(take(bytes)?);
        valid.then_some(Self { node: Node { hash, count }, paged })
    }

    /// The slot of the whole tree.
    pub(super) fn top(read: &dyn LedgerRead) -> Result<Self, ReadError> {
        let Some(bytes) = read.get(Table::Pages, Self::TOP_KEY)? else { return Ok(Self::EMPTY) };
        let mut rest = bytes.as_slice();
        let slot = Self::decode(&mut rest).filter(|_| rest.is_empty());
        slot.ok_or_else(|| ReadError::Corrupt { what: "state tree: top slot cannot be read".into() })
    }
}

/// A page. `groups` are the nodes over its slots once [`Page::refresh`] ran on every group changed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Page {
    slots: Vec<Slot>,
    groups: Vec<Node>,
}

impl Page {
    pub(super) fn new() -> Self {
        Self { slots: vec![Slot::EMPTY; SLOTS], groups: vec![Node::EMPTY; SLOTS / GROUP] }
    }
    pub(super) fn slot(&self, byte: u8) -> Slot {
        self.slots.get(usize::from(byte)).copied().unwrap_or(Slot::EMPTY)
    }
    pub(super) fn set_slot(&mut self, byte: u8, slot: Slot) {
        if let Some(place) = self.slots.get_mut(usize::from(byte)) {
            *place = slot;
        }
    }
    /// The nodes half way up.
    pub(super) fn groups(&self) -> &[Node] {
        &self.groups
    }
    /// The group a byte belongs to.
    pub(super) fn group_of(byte: u8) -> u8 {
        byte >> 4
    }
    /// The nodes of a group's slots.
    pub(super) fn group(&self, group: u8) -> [Node; GROUP] {
        let mut nodes = [Node::EMPTY; GROUP];
        let slots = self.slots.chunks_exact(GROUP).nth(usize::from(group)).unwrap_or_default();
        for (node, slot) in nodes.iter_mut().zip(slots) {
            *node = slot.node;
        }
        nodes
    }
    /// Computes the node over a changed group again. False if the group as it was `before` is damaged: its slots
    /// are not the ones its stored hash was made from.
    pub(super) fn refresh(&mut self, group: u8, before: &Self) -> bool {
        let (was, is) = Node::over_both(&before.group(group), &self.group(group));
        let at = usize::from(group);
        if let Some(place) = self.groups.get_mut(at) {
            *place = is;
        }
        before.groups.get(at) == Some(&was)
    }
    /// Computes every group again and returns the node over the page.
    pub(super) fn finish(&mut self) -> Node {
        for (group, slots) in self.groups.iter_mut().zip(self.slots.chunks_exact(GROUP)) {
            let nodes: Vec<Node> = slots.iter().map(|s| s.node).collect();
            *group = Node::over(&nodes);
        }
        Node::over(&self.groups)
    }

    /// Stored form: bitmap of slots in use, those slots, hashes of the groups in use (`docs/spec/trees.md`).
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(9 * 1024);
        for eight in self.slots.chunks_exact(8) {
            out.push(eight.iter().fold(0u8, |bits, s| (bits << 1) | u8::from(s.node.count > 0)));
        }
        for slot in self.slots.iter().filter(|s| s.node.count > 0) {
            slot.encode(&mut out);
        }
        for group in self.groups.iter().filter(|g| g.count > 0) {
            out.extend(group.hash.0);
        }
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (bitmap, mut rest) = bytes.split_first_chunk::<{ SLOTS / 8 }>()?;
        let mut page = Self::new();
        let used = bitmap.iter().flat_map(|b| (0..8u32).map(move |i| b.wrapping_shl(i) & 0x80 != 0));
        for (slot, used) in page.slots.iter_mut().zip(used) {
            if used {
                *slot = Slot::decode(&mut rest)?;
            }
        }
        for (group, slots) in page.groups.iter_mut().zip(page.slots.chunks_exact(GROUP)) {
            group.count = slots.iter().try_fold(0u64, |sum, s| sum.checked_add(s.node.count))?;
            if group.count > 0 {
                group.hash = Hash32(take(&mut rest)?);
            }
        }
        rest.is_empty().then_some(page)
    }

    /// Reads the page at `prefix`. Its hashes are still to be checked against what its parent knows.
    pub(super) fn load(read: &dyn LedgerRead, prefix: &[u8]) -> Result<Self, ReadError> {
        let page = read.get(Table::Pages, &Self::key(prefix))?.and_then(|b| Self::decode(&b));
        page.ok_or_else(|| corrupt("page", prefix))
    }

    /// Key of the page at `prefix`.
    pub(super) fn key(prefix: &[u8]) -> Vec<u8> {
        let mut key = Vec::with_capacity(prefix.len().saturating_add(1));
        key.push(u8::try_from(prefix.len()).unwrap_or(u8::MAX));
        key.extend_from_slice(prefix);
        key
    }
}

/// A part of the tree that does not have the hash the part above it remembers.
pub(super) fn corrupt(part: &str, prefix: &[u8]) -> ReadError {
    let mut what = format!("state tree: {part} at ");
    for byte in prefix {
        what.push_str(&format!("{byte:02x}"));
    }
    what.push_str(if prefix.is_empty() { "the top is damaged" } else { " is damaged" });
    ReadError::Corrupt { what }
}

/// Takes `N` bytes from the front.
fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}
