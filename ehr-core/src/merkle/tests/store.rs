//! A ledger store that is two lines of `BTreeMap`, for looking at and damaging what the trees keep.

use crate::store::{Change, ChangeSet, LedgerRead, ReadError, Table};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct MapStore(pub(super) BTreeMap<(Table, Vec<u8>), Vec<u8>>);

impl MapStore {
    pub(super) fn commit(&mut self, changes: &ChangeSet) {
        for (table, key, change) in changes.iter() {
            match change {
                Change::Put(value) => self.0.insert((table, key.to_vec()), value.clone()),
                Change::Delete => self.0.remove(&(table, key.to_vec())),
            };
        }
    }
    /// Pairs of one table.
    pub(super) fn table(&self, table: Table) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().filter(move |((t, _), _)| *t == table).map(|((_, k), v)| (k.as_slice(), v.as_slice()))
    }
}

impl LedgerRead for MapStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.0.get(&(table, key.to_vec())).cloned())
    }
    fn range(
        &self,
        table: Table,
        from: &[u8],
        to: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ReadError> {
        let later = self.0.range((table, from.to_vec())..);
        let inside = later.take_while(|((t, k), _)| *t == table && (to.is_empty() || k.as_slice() < to));
        Ok(inside.take(limit).map(|((_, k), v)| (k.clone(), v.clone())).collect())
    }
}
