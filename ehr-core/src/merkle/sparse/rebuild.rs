//! Computing the whole tree again from its leaves.

use super::leaves;
use super::page::{MAX_RUN, Node, Page, Slot};
use super::update::{SparseUpdate, put_top};
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};

/// Pages listed at a time.
const BATCH: usize = 256;

/// The tree computed from the state table alone: its root, and the changes that replace every stored page by a
/// sound one. Reads all state, in small ranges; holds all new pages in memory (about 30 bytes a leaf).
pub fn rebuild(read: &dyn LedgerRead) -> Result<SparseUpdate, ReadError> {
    let mut pages = ChangeSet::new();
    let mut from = Vec::new();
    loop {
        let stored = read.range(Table::Pages, &from, &[], BATCH)?;
        let Some((last, _)) = stored.last() else { break };
        from.clone_from(last);
        from.push(0);
        for (key, _) in &stored {
            pages.delete(Table::Pages, key);
        }
    }
    let top = build(read, &mut Vec::new(), &mut pages)?;
    put_top(&mut pages, &top);
    Ok(SparseUpdate { root: top.node.hash, pages, leaf_count: top.node.count })
}

fn build(read: &dyn LedgerRead, prefix: &mut Vec<u8>, pages: &mut ChangeSet) -> Result<Slot, ReadError> {
    let leaves = leaves::scan(read, prefix, MAX_RUN.saturating_add(1))?;
    if leaves.len() <= MAX_RUN {
        let hash = leaves::fold(&leaves, prefix.len().saturating_mul(8));
        let count = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        return Ok(Slot { node: Node { hash, count }, paged: false });
    }
    let mut page = Page::new();
    for at in 0..=u8::MAX {
        prefix.push(at);
        let slot = build(read, prefix, pages)?;
        prefix.pop();
        page.set_slot(at, slot);
    }
    let node = page.finish();
    pages.put(Table::Pages, &Page::key(prefix), page.encode());
    Ok(Slot { node, paged: true })
}
