//! Reading through changes that are not committed yet.

use super::{Change, ChangeSet, LedgerRead, Pair, ReadError, Table};

/// A view of `base` as it would be with `changes` applied. Overlays stack, so a branch of blocks that is not on
/// disk is read through one overlay per block.
#[derive(Clone, Copy)]
pub struct Overlay<'a> {
    base: &'a dyn LedgerRead,
    changes: &'a ChangeSet,
}

impl<'a> Overlay<'a> {
    /// Lays `changes` over `base`; neither is copied or changed.
    pub const fn new(base: &'a dyn LedgerRead, changes: &'a ChangeSet) -> Self {
        Self { base, changes }
    }
}

impl LedgerRead for Overlay<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.changes.get(table, key) {
            Some(Change::Put(value)) => Ok(Some(value.clone())),
            Some(Change::Delete) => Ok(None),
            None => self.base.get(table, key),
        }
    }

    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        let mut ours = self.changes.range(table, from, to).peekable();
        let mut out = Vec::new();
        let mut start = from.to_vec();
        // Deletes hide base pairs, so one page of the base may not be enough.
        while out.len() < limit {
            let want = limit.saturating_sub(out.len());
            let page = self.base.range(table, &start, to, want)?;
            let last_page = page.len() < want;
            if let Some((key, _)) = page.last() {
                // The smallest key after this one.
                start = [key.as_slice(), &[0]].concat();
            }
            for (key, value) in page {
                while let Some((k, change)) = ours.next_if(|(k, _)| *k < key.as_slice()) {
                    push(&mut out, k, change);
                }
                match ours.next_if(|(k, _)| *k == key.as_slice()) {
                    Some((k, change)) => push(&mut out, k, change),
                    None => out.push((key, value)),
                }
            }
            if last_page {
                while let Some((k, change)) = ours.next().filter(|_| out.len() < limit) {
                    push(&mut out, k, change);
                }
                break;
            }
        }
        out.truncate(limit);
        Ok(out)
    }

    fn visit(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
        show: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        if self.changes.range(table, from, to).next().is_none() {
            return self.base.visit(table, from, to, limit, show);
        }
        self.range(table, from, to, limit)?.iter().for_each(|(key, value)| show(key, value));
        Ok(())
    }
}

/// A view of `base` with several change sets applied in order. `layers` may hold more than the sets: `changes` finds the
/// set in each.
pub struct Layers<'a, T> {
    base: &'a dyn LedgerRead,
    layers: &'a [T],
    changes: fn(&T) -> &ChangeSet,
}

impl<'a, T> Layers<'a, T> {
    /// Lays `layers` over `base`, the last on top; none is copied or changed.
    pub const fn new(base: &'a dyn LedgerRead, layers: &'a [T], changes: fn(&T) -> &ChangeSet) -> Self {
        Self { base, layers, changes }
    }
}

impl<T> LedgerRead for Layers<'_, T> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.layers.iter().rev().find_map(|layer| (self.changes)(layer).get(table, key)) {
            Some(Change::Put(value)) => Ok(Some(value.clone())),
            Some(Change::Delete) => Ok(None),
            None => self.base.get(table, key),
        }
    }

    fn range(&self, table: Table, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Pair>, ReadError> {
        match self.layers.split_last() {
            None => self.base.range(table, from, to, limit),
            Some((top, below)) => {
                let below = Self { base: self.base, layers: below, changes: self.changes };
                Overlay::new(&below, (self.changes)(top)).range(table, from, to, limit)
            }
        }
    }

    fn visit(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
        show: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<(), ReadError> {
        match self.layers.split_last() {
            None => self.base.visit(table, from, to, limit, show),
            Some((top, below)) => {
                let below = Self { base: self.base, layers: below, changes: self.changes };
                Overlay::new(&below, (self.changes)(top)).visit(table, from, to, limit, show)
            }
        }
    }
}

fn push(out: &mut Vec<Pair>, key: &[u8], change: &Change) {
    if let Change::Put(value) = change {
        out.push((key.to_vec(), value.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{LedgerStore, MemoryStore};
    use proptest::prelude::*;

    fn change_set() -> impl Strategy<Value = ChangeSet> {
        // Few tables and short keys over a tiny alphabet, so that sets meet each other.
        let key = prop::collection::vec(0u8..3, 0..4);
        let value = prop::option::weighted(0.6, prop::collection::vec(any::<u8>(), 0..3));
        prop::collection::vec((0u8..3, key, value), 0..40).prop_map(|changes| {
            let mut set = ChangeSet::new();
            for (table, key, value) in changes {
                let table = Table::from_code(table).unwrap();
                match value {
                    Some(v) => set.put(table, &key, v),
                    None => set.delete(table, &key),
                }
            }
            set
        })
    }

    proptest! {
        #[test]
        fn reads_as_if_the_sets_had_been_committed(
            sets in prop::collection::vec(change_set(), 3),
            from in prop::collection::vec(0u8..3, 0..4),
            to in prop::collection::vec(0u8..3, 0..4),
            limit in prop_oneof![0usize..12, Just(usize::MAX)],
        ) {
            let mut base = MemoryStore::new();
            base.commit(&sets[0]).unwrap();
            let mut model = base.clone();
            model.commit(&sets[1]).unwrap();
            model.commit(&sets[2]).unwrap();
            let lower = Overlay::new(&base, &sets[1]);
            let view = Overlay::new(&lower, &sets[2]);
            let layers = Layers::new(&base, &sets[1..], |set| set);
            for table in Table::ALL {
                prop_assert_eq!(
                    layers.range(*table, &from, &to, limit).unwrap(),
                    model.range(*table, &from, &to, limit).unwrap()
                );
                prop_assert_eq!(layers.get(*table, &from).unwrap(), model.get(*table, &from).unwrap());
                prop_assert_eq!(
                    view.range(*table, &from, &to, limit).unwrap(),
                    model.range(*table, &from, &to, limit).unwrap()
                );
                prop_assert_eq!(view.get(*table, &from).unwrap(), model.get(*table, &from).unwrap());
                for read in [&layers as &dyn LedgerRead, &view] {
                    let mut shown = Vec::new();
                    let mut show = |key: &[u8], value: &[u8]| shown.push((key.to_vec(), value.to_vec()));
                    read.visit(*table, &from, &to, limit, &mut show).unwrap();
                    prop_assert_eq!(shown, model.range(*table, &from, &to, limit).unwrap());
                }
            }
        }

        #[test]
        fn merging_is_committing_in_order(first in change_set(), second in change_set()) {
            let mut one_by_one = MemoryStore::new();
            one_by_one.commit(&first).unwrap();
            one_by_one.commit(&second).unwrap();
            let mut merged = first.clone();
            merged.merge(second.clone());
            prop_assert_eq!(merged.iter().count(), merged.len());
            let mut at_once = MemoryStore::new();
            at_once.commit(&merged).unwrap();
            prop_assert_eq!(&at_once, &one_by_one);
            let mut only_first = MemoryStore::new();
            only_first.commit(&first).unwrap();
            let kept = Overlay::new(&only_first, &second).range(Table::Meta, b"", b"", 99).unwrap();
            prop_assert_eq!(kept, one_by_one.range(Table::Meta, b"", b"", 99).unwrap());
        }
    }
}
