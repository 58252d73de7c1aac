//! Applying changes: only pages on changed paths are read, checked and written.

use super::leaves::{self, Leaf};
use super::page::{MAX_RUN, MIN_PAGED, Node, Page, Slot, corrupt};
use crate::primitives::Hash32;
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};
use std::collections::BTreeMap;

/// The tree after some changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparseUpdate {
    /// Root after the changes.
    pub root: Hash32,
    /// Changes to [`Table::Pages`], nothing else: the caller writes the leaves.
    pub pages: ChangeSet,
    /// Leaves after the changes.
    pub leaf_count: u64,
}

/// Root of the stored tree.
pub fn root(read: &dyn LedgerRead) -> Result<Hash32, ReadError> {
    Slot::top(read).map(|top| top.node.hash)
}

/// The tree after `changed` (`None` removes a key, absent or not), where `read` shows state and pages before it.
///
/// Everything the new root depends on is checked against the old root: a damaged page or a lost leaf on a changed
/// path is [`ReadError::Corrupt`], never another root. Damage elsewhere shows when it is reached, or in
/// [`rebuild`](super::rebuild).
pub fn update(
    read: &dyn LedgerRead,
    changed: &BTreeMap<Hash32, Option<Vec<u8>>>,
) -> Result<SparseUpdate, ReadError> {
    let edit = |(key, value): (&Hash32, &Option<Vec<u8>>)| Edit {
        key: *key,
        old: Old::Unknown,
        leaf: value.as_deref().map(|value| Leaf::new(*key, value)),
    };
    updated(read, &changed.iter().map(edit).collect::<Vec<_>>())
}

/// As [`update`], for somebody who has read what the keys had before: their neighbours need not be read where there
/// are none. `changed` is in the order of the keys, each once. What the caller says of the values before is checked
/// against the old root as what is read is.
pub fn update_read(read: &dyn LedgerRead, changed: &[ReadEdit<'_>]) -> Result<SparseUpdate, ReadError> {
    updated(read, &changed.iter().map(Edit::from).collect::<Vec<_>>())
}

/// A key whose value changes, both values known, none where there is none.
#[derive(Clone, Copy, Debug)]
pub struct ReadEdit<'a> {
    /// The key.
    pub key: Hash32,
    /// Value before.
    pub old: Option<&'a [u8]>,
    /// Value after.
    pub new: Option<&'a [u8]>,
}

fn updated(read: &dyn LedgerRead, edits: &[Edit<'_>]) -> Result<SparseUpdate, ReadError> {
    let top = Slot::top(read)?;
    let mut run = Update { read, pages: ChangeSet::new() };
    let new = if edits.is_empty() { top } else { run.slot(&mut Vec::new(), top, edits)? };
    if new != top {
        put_top(&mut run.pages, &new);
    }
    Ok(SparseUpdate { root: new.node.hash, pages: run.pages, leaf_count: new.node.count })
}

/// Writes the slot of the whole tree.
pub(super) fn put_top(pages: &mut ChangeSet, top: &Slot) {
    if top.node.count == 0 {
        return pages.delete(Table::Pages, Slot::TOP_KEY);
    }
    let mut bytes = Vec::new();
    top.encode(&mut bytes);
    pages.put(Table::Pages, Slot::TOP_KEY, bytes);
}

struct Edit<'a> {
    key: Hash32,
    old: Old<'a>,
    leaf: Option<Leaf>,
}

impl<'a> From<&ReadEdit<'a>> for Edit<'a> {
    fn from(edit: &ReadEdit<'a>) -> Self {
        Self {
            key: edit.key,
            old: edit.old.map_or(Old::Absent, Old::Value),
            leaf: edit.new.map(|value| Leaf::new(edit.key, value)),
        }
    }
}

/// What is known of a key before the change.
#[derive(Clone, Copy)]
enum Old<'a> {
    Unknown,
    Absent,
    Value(&'a [u8]),
}

/// The leaves before the edits, if those of the edits are all `count` of them.
fn all_known(edits: &[Edit<'_>], count: usize) -> Option<Vec<Leaf>> {
    let had = edits.iter().filter(|edit| matches!(edit.old, Old::Value(_))).count();
    if had != count || edits.iter().any(|edit| matches!(edit.old, Old::Unknown)) {
        return None;
    }
    let leaf = |edit: &Edit<'_>| match edit.old {
        Old::Value(value) => Some(Leaf::new(edit.key, value)),
        Old::Absent | Old::Unknown => None,
    };
    Some(edits.iter().filter_map(leaf).collect())
}

struct Update<'a> {
    read: &'a dyn LedgerRead,
    pages: ChangeSet,
}

impl Update<'_> {
    /// The slot at `prefix` after edits below it.
    fn slot(&mut self, prefix: &mut Vec<u8>, old: Slot, edits: &[Edit<'_>]) -> Result<Slot, ReadError> {
        if old.paged { self.page(prefix, &old.node, edits) } else { self.run(prefix, &old.node, edits) }
    }

    fn run(&mut self, prefix: &mut Vec<u8>, old: &Node, edits: &[Edit<'_>]) -> Result<Slot, ReadError> {
        let count = usize::try_from(old.count).unwrap_or(MAX_RUN);
        let leaves = match all_known(edits, count) {
            Some(leaves) => leaves,
            None => leaves::scan(self.read, prefix, count.saturating_add(1))?,
        };
        if leaves.len() != count || leaves::fold(&leaves, prefix.len().saturating_mul(8)) != old.hash {
            return Err(corrupt("state below", prefix));
        }
        // Both are sorted.
        let mut merged = Vec::with_capacity(leaves.len().saturating_add(edits.len()));
        let mut leaves = leaves.into_iter().peekable();
        for edit in edits {
            merged.extend(core::iter::from_fn(|| leaves.next_if(|leaf| leaf.key < edit.key)));
            leaves.next_if(|leaf| leaf.key == edit.key);
            merged.extend(edit.leaf);
        }
        merged.extend(leaves);
        Ok(self.build(prefix, &merged))
    }

    fn page(&mut self, prefix: &mut Vec<u8>, old: &Node, edits: &[Edit<'_>]) -> Result<Slot, ReadError> {
        let before = Page::load(self.read, prefix)?;
        let mut page = before.clone();
        let mut sound = true;
        let depth = prefix.len();
        let byte = |e: &Edit<'_>| e.key.0.get(depth).copied().unwrap_or(0);
        for group_edits in edits.chunk_by(|a, b| Page::group_of(byte(a)) == Page::group_of(byte(b))) {
            let Some(group) = group_edits.first().map(|e| Page::group_of(byte(e))) else { continue };
            for slot_edits in group_edits.chunk_by(|a, b| byte(a) == byte(b)) {
                let Some(at) = slot_edits.first().map(byte) else { continue };
                prefix.push(at);
                let slot = self.slot(prefix, page.slot(at), slot_edits)?;
                prefix.pop();
                page.set_slot(at, slot);
            }
            sound &= page.refresh(group, &before);
        }
        let (was, node) = Node::over_both(before.groups(), page.groups());
        if !sound || was != *old {
            return Err(corrupt("page", prefix));
        }
        let paged = node.count > MIN_PAGED;
        if !paged {
            // Pages below hold more leaves than that each: there are none.
            self.pages.delete(Table::Pages, &Page::key(prefix));
        } else if page != before {
            self.pages.put(Table::Pages, &Page::key(prefix), page.encode());
        }
        Ok(Slot { node, paged })
    }

    /// The slot over sorted leaves, with pages where there are many.
    fn build(&mut self, prefix: &mut Vec<u8>, leaves: &[Leaf]) -> Slot {
        if leaves.len() <= MAX_RUN {
            let hash = leaves::fold(leaves, prefix.len().saturating_mul(8));
            let count = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
            return Slot { node: Node { hash, count }, paged: false };
        }
        let mut page = Page::new();
        let depth = prefix.len();
        let byte = |l: &Leaf| l.key.0.get(depth).copied().unwrap_or(0);
        for part in leaves.chunk_by(|a, b| byte(a) == byte(b)) {
            let Some(at) = part.first().map(byte) else { continue };
            prefix.push(at);
            let slot = self.build(prefix, part);
            prefix.pop();
            page.set_slot(at, slot);
        }
        let node = page.finish();
        self.pages.put(Table::Pages, &Page::key(prefix), page.encode());
        Slot { node, paged: true }
    }
}
